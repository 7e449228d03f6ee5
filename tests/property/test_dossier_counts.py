"""Any dossiers, any months: the cube gives what counting the rows gives, and everything balances."""

from __future__ import annotations

from datetime import date
from functools import cache

import ibis
import numpy as np
import pandas as pd
import pytest

from etl.dossiers.rules import load_rules
from etl.microdata.dossiers import count_dossiers, cuts
from indices import dossier_rules as names
from indices.dossier_calendar import make_calendar
from indices.dossier_count import breaking, count, month_period, months, unbalanced
from indices.dossier_cube import Cube, month_name
from indices.dossier_facts import settle

CALENDAR = make_calendar(date(2023, 1, 1), date(2025, 12, 31), [date(2024, 4, 30), date(2024, 5, 1)])
RULES = load_rules()
SEEDS = range(6)


def some(seed: int, size: int = 400) -> pd.DataFrame:
    """Dossiers of eight months, with waits, blanks and everything else that may be."""
    draw = np.random.default_rng(seed)
    base = np.datetime64("2024-01-01")

    def after(start: np.ndarray, most: int, blank: float) -> np.ndarray:
        days = start + draw.integers(0, most, size).astype("timedelta64[D]")
        return np.where(draw.random(size) < blank, np.datetime64("NaT", "D"), days)

    received = base + draw.integers(0, 240, size).astype("timedelta64[D]")
    asked = after(received, 15, 0.7)
    frame = pd.DataFrame(
        {
            "id": [f"MP.{n}" for n in range(size)], "province": "x",
            "unit": draw.choice(["A", "B", "C"], size), "level": draw.choice(["provincial", "commune"], size),
            "field": draw.choice(["DD", "HT"], size), "procedure": draw.choice(["P1", "P2"], size),
            "service": "full", "channel": draw.choice(["direct", "online", "post"], size),
            "received": received, "due": after(received, 40, 0.1), "finished": after(received, 60, 0.2),
            "asked": asked, "answered": after(asked, 10, 0.3), "requests": draw.integers(0, 3, size),
        }
    )  # fmt: skip
    for flag in ("synced", "online_ok", "reused", "shared", "identified", "complaint", "fee", "paid"):
        frame[flag] = draw.integers(0, 2, size)
    for flag in ("needs_result", "e_result", "digitised"):
        frame[flag] = draw.integers(0, 2, size)
    return settle(frame, RULES, CALENDAR)


@cache
def cube(seed: int) -> Cube:
    """The cube of the dossiers of a seed, as DuckDB counts them."""
    table = some(seed)
    for name in ("received", "due", "finished", "asked", "answered", "overdue_from"):
        table[name] = pd.to_datetime(table[name]).dt.date
    engine = ibis.duckdb.connect()
    try:
        rows = ibis.memtable(table)
        days = {name: rows[name].cast("date") for name in ("received", "finished", "overdue_from")}
        found = cuts(count_dossiers(rows.mutate(**days)))
        frames = {name: engine.to_pyarrow(cut).to_pandas() for name, cut in found.items()}
    finally:
        engine.disconnect()
    return Cube({name: cut.assign(month=cut["month"].map(month_name)) for name, cut in frames.items()})


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("first", "last"), [("2024-01", "2024-01"), ("2024-04", "2024-06"), ("2024-01", "2024-12")]
)
def test_the_cube_counts_as_the_rows_do(seed: int, first: str, last: str) -> None:
    rows = some(seed)
    for by in ((), ("unit",), ("level", "field"), ("level", "unit", "channel"), ("procedure", "channel")):
        keys = list(by)
        plain = count(rows, month_period(first, last), by)
        found = cube(seed).counts(first, last, by)
        told = [name for name in plain if name not in keys]
        if keys:
            plain, found = (frame.sort_values(keys).reset_index(drop=True) for frame in (plain, found))
        pd.testing.assert_frame_equal(
            plain[keys + told], found[keys + told], check_dtype=False, check_column_type=False
        )


@pytest.mark.parametrize("seed", SEEDS)
def test_every_month_balances_and_hands_over_to_the_next(seed: int) -> None:
    rows = some(seed)
    before = None
    for _, period in months("2024-01", "2024-12"):
        counts = count(rows, period, ("unit",)).set_index("unit")
        assert unbalanced(counts).empty
        assert breaking(rows, period).empty
        if before is not None:
            assert counts[names.CARRIED].to_dict() == before.to_dict()
        before = counts[names.OPEN]


def test_a_dossier_that_ends_before_it_begins_is_found_as_what_breaks_the_balance() -> None:
    rows = some(1)
    rows.loc[5, ["received", "finished", "outcome"]] = [
        pd.Timestamp("2024-05-10"),
        pd.Timestamp("2024-04-02"),
        1,
    ]
    april, may = month_period("2024-04", "2024-04"), month_period("2024-05", "2024-05")
    assert breaking(rows, april)["id"].tolist() == ["MP.5"]
    assert breaking(rows, may)["id"].tolist() == ["MP.5"]
    assert len(unbalanced(count(rows, april))) == 1


def test_a_column_that_is_not_there_is_unknown_and_not_zero() -> None:
    rows = some(2).drop(columns=["reused"])
    counts = count(rows, month_period("2024-03", "2024-03"))
    assert counts["reused"].isna().all()
    assert counts["synced"].notna().all()


@pytest.mark.parametrize("seed", SEEDS)
def test_months_of_a_cube_are_the_periods_of_one_month(seed: int) -> None:
    every = cube(seed).monthly("2024-02", "2025-01").set_index("month")
    assert list(every.index) == [name for name, _ in months("2024-02", "2025-01")]
    for month, row in every.iterrows():
        alone = cube(seed).counts(str(month), str(month)).iloc[0]
        assert row.to_dict() == alone[row.index].to_dict()


def test_a_count_whose_column_a_load_lacked_is_left_out() -> None:
    whole = cube(1)
    told = Cube(whole.cuts, frozenset({"e_result"})).counts("2024-03", "2024-03")
    assert set(whole.counts("2024-03", "2024-03")) - set(told) == {"online_counted", "result_e", "digitised"}
    with pytest.raises(ValueError, match="no cut"):
        whole.counts("2024-03", "2024-03", ("unit", "procedure"))
