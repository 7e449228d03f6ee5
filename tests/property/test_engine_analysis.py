"""What must hold for every score table: ranks with ties, gaps that only change sign, sums of shares."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from indices.analysis import analyse
from indices.gaps import peer_gaps
from indices.ranking import rank_values
from tests.property.strategies import numbers
from tests.spec.samples import INDEX, Cell, facts, inputs, registry
from tests.thorough import AT_LENGTH

VALUES = st.lists(st.none() | numbers(), max_size=30)


def series(values: list[float | None]) -> pd.Series:
    """Values with None as missing."""
    return pd.Series(values, dtype="float64")


@given(VALUES, st.booleans())
def test_a_rank_is_one_more_than_the_number_of_better_ones(
    values: list[float | None], ascending: bool
) -> None:
    found = rank_values(series(values), ascending=ascending)
    known = [value for value in values if value is not None]
    for value, rank in zip(values, found, strict=True):
        if value is None:
            assert rank is pd.NA
        else:
            assert rank == 1 + sum(v < value if ascending else v > value for v in known)


@given(VALUES)
def test_ties_share_the_better_rank_and_use_up_places(values: list[float | None]) -> None:
    found = rank_values(series(values))
    for value, mine in series(values).groupby(series(values)):
        assert found[mine.index].nunique() == 1, value
    assert found.max() is pd.NA or found.max() <= found.notna().sum()
    assert found.isna().equals(series(values).isna())


@given(VALUES)
def test_dense_and_max_ranks_agree_with_pandas(values: list[float | None]) -> None:
    for ties in ("dense", "max", "min"):
        expected = series(values).rank(method=ties, ascending=False).astype("Int64")
        assert rank_values(series(values), ties=ties).equals(expected)


@given(VALUES, st.randoms())
def test_floating_noise_changes_no_rank(values: list[float | None], random: Any) -> None:
    noisy = series([None if v is None else v + random.uniform(-1e-13, 1e-13) for v in values])
    assert rank_values(noisy).equals(rank_values(series(values)))


@st.composite
def tables(draw: st.DrawFn) -> list[Cell]:
    """Figures of up to four units in up to four years, some cells not published."""
    cells: list[Cell] = []
    years = draw(st.lists(st.integers(1, 4), min_size=1, unique=True))
    for year in sorted(years):
        for unit in range(1, draw(st.integers(1, 4)) + 1):
            for code, maximum in ((INDEX, 10), ("A", 6), ("A.1", 4), ("A.2", 2), ("B", 4)):
                value = draw(st.none() | numbers(0, maximum))
                if value is not None:
                    cells.append((year, f"{unit:02}", code, value))
    return cells or [(1, "01", INDEX, 5.0)]


def scored(frame: pd.DataFrame) -> pd.DataFrame:
    """The score table of facts, three units a year being all."""
    return analyse(registry(), inputs(frame))


KEYS = ["year", "view", "component_code", "unit_id"]


@settings(max_examples=100 if AT_LENGTH else 10)
@given(tables(), st.randoms())
def test_the_order_of_facts_does_not_matter(cells: list[Cell], random: Any) -> None:
    shuffled = cells.copy()
    random.shuffle(shuffled)
    left, right = (scored(facts(some)).set_index(KEYS).sort_index() for some in (cells, shuffled))
    pd.testing.assert_frame_equal(left, right)


@settings(max_examples=100 if AT_LENGTH else 10)
@given(tables())
def test_bounds_of_the_table(cells: list[Cell]) -> None:
    table = scored(facts(cells))
    known = table[table["value"].notna()]
    assert known["share"].dropna().between(0, 1 + 1e-9).all()
    assert (known["lost"].dropna() >= -1e-9).all()
    assert (known["lost"] + known["value"] - known["max_score"]).abs().le(1e-9).all()
    assert (table["rank"].dropna() <= table["n_ranked"].dropna()).all()
    assert (known["gap_leader"].dropna() <= 1e-12).all()
    assert table["weak_count"].between(0, 4).all()
    assert (table["low_years"] >= 0).all()
    assert not table.duplicated(KEYS).any()


@settings(max_examples=100 if AT_LENGTH else 10)
@given(tables())
def test_lost_shares_of_a_complete_level_add_up_to_one(cells: list[Cell]) -> None:
    table = scored(facts(cells))
    fields = table[table["component_code"].isin(["A", "B"]) & table["value"].notna()]
    for _, rows in fields.groupby(["unit_id", "year"]):
        if len(rows) == 2 and rows["lost"].sum() > 1e-6:
            assert abs(rows["lost_share"].sum() - 1) < 1e-9
            assert rows.loc[rows["lost"].idxmax(), "flag_lost"]


@settings(max_examples=100 if AT_LENGTH else 10)
@given(tables())
def test_gaps_between_two_units_only_change_sign(cells: list[Cell]) -> None:
    table = scored(facts(cells))
    there, back = peer_gaps(table, "63:01", "63:02"), peer_gaps(table, "63:02", "63:01")
    keys = ["year", "view", "component_code"]
    pair = there.merge(back, on=keys, suffixes=("", "_back"))
    assert len(pair) == len(there) == len(back)
    for column in ("gap", "gap_share", "rank_gap"):
        left, right = (pair[name].astype("Float64").fillna(0) for name in (column, f"{column}_back"))
        np.testing.assert_allclose(left.astype(float), -right.astype(float), atol=1e-12)


@settings(max_examples=100 if AT_LENGTH else 10)
@given(tables())
def test_changes_add_up_over_the_years(cells: list[Cell]) -> None:
    """In one framework, the changes of a unit's series lead from its first to its last value."""
    table = scored(facts(cells))
    for _, rows in table[table["value"].notna()].sort_values("year").groupby(["component_code", "unit_id"]):
        total = rows["change"].fillna(0).sum()
        assert abs(rows["value"].iloc[0] + total - rows["value"].iloc[-1]) < 1e-9
