"""Any dossiers, any months: the cube gives what counting the rows gives, and everything balances."""

from __future__ import annotations

from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pytest

from etl.dossiers.rules import load_rules
from etl.warehouse import dossier_cube as cube
from indices import dossier_rules as names
from indices.dossier_calendar import make_calendar
from indices.dossier_count import breaking, count, month_period, months, unbalanced
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


def by_sql(rows: pd.DataFrame, first: str, last: str, by: tuple[str, ...]) -> pd.DataFrame:
    """The counts that the cube gives."""
    table = rows.copy()
    for name in ("received", "due", "finished", "asked", "answered", "overdue_from"):
        table[name] = pd.to_datetime(table[name]).dt.date
    connection = duckdb.connect()
    try:
        connection.register("frame", table)
        days = ", ".join(f"CAST({n} AS DATE) AS {n}" for n in ("received", "finished", "overdue_from"))
        connection.execute(f"CREATE TABLE dossiers AS SELECT * REPLACE ({days}) FROM frame")
        connection.execute(f"CREATE TABLE facts AS {cube.cube('dossiers')}")
        values = {"first": cube.month_number(first), "last": cube.month_number(last)}
        found = connection.execute(cube.period_counts("facts", by, "true"), values).df()
    finally:
        connection.close()
    return found.assign(open_within=found["open"] - found["open_late"])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("first", "last"), [("2024-01", "2024-01"), ("2024-04", "2024-06"), ("2024-01", "2024-12")]
)
def test_the_cube_counts_as_the_rows_do(seed: int, first: str, last: str) -> None:
    rows = some(seed)
    for by in ((), ("unit",), ("level", "field"), ("unit", "procedure", "channel")):
        keys = list(by)
        plain = count(rows, month_period(first, last), by)
        found = by_sql(rows, first, last, by)
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
