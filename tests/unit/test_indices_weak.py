"""Lost points and the flags of weak components, each from a case small enough to check by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from indices.analysis import analyse
from indices.registry import Registry
from tests.spec.samples import INDEX, Cell, component, facts, inputs, points_tree, raw, registry


def rows_of(
    cells: list[Cell], unit: str = "63:01", found: Registry | None = None, **options: Any
) -> pd.DataFrame:
    """Rows of one unit by (component, year)."""
    table = analyse(found or registry(), inputs(facts(cells), **options))
    return table[table["unit_id"] == unit].set_index(["component_code", "year"]).sort_index()


def fields(year: int, unit: str, **values: float) -> list[Cell]:
    """Figures of one unit and year by component."""
    return [(year, unit, code.replace("_", "."), value) for code, value in values.items()]


def test_lost_points_and_their_share_of_the_level() -> None:
    found = rows_of(fields(1, "01", IDX=7.0, A=4.5, B=2.5, A_1=3.0, A_2=1.5), n_units=1)
    assert found["lost"].to_dict() == {
        (INDEX, 1): 3.0, ("A", 1): 1.5, ("B", 1): 1.5, ("A.1", 1): 1.0, ("A.2", 1): 0.5,
    }  # fmt: skip
    assert found.loc[("A", 1), "lost_share"] == 0.5
    assert found.loc[("A.1", 1), "lost_share"] == pytest.approx(2 / 3)
    assert pd.isna(found.loc[(INDEX, 1), "lost_share"])


def test_where_a_component_is_not_known_the_loss_of_the_total_is_the_whole() -> None:
    found = rows_of(fields(1, "01", IDX=7.0, A=4.5), n_units=1)
    assert found.loc[("A", 1), "lost_share"] == 0.5
    assert not found["flag_lost"].any()
    alone = rows_of(fields(1, "01", A=4.5), n_units=1)
    assert pd.isna(alone.loc[("A", 1), "lost_share"])


def weighted() -> Registry:
    """A total of 100: ten times the weighted mean of three parts of 10."""
    rows = [component(INDEX, "", "index", max_score=100, rule="weighted_mean", factor=10)]
    rows += [component(f"C{w}", INDEX, max_score=10, weight=w) for w in (5, 1, 0)]
    return registry(raw(rows))


def test_lost_points_weigh_what_they_cost_the_index() -> None:
    """Two points of ten lost on a weight of 5 cost as much as ten lost on a weight of 1."""
    cells = fields(1, "01", C5=8.0, C1=0.0, C0=3.0)
    found = rows_of(cells, found=weighted(), n_units=1)
    assert found["lost"].to_dict() == {
        ("C5", 1): 2.0,
        ("C1", 1): 10.0,
        ("C0", 1): 7.0,
        (INDEX, 1): pytest.approx(100 / 3),
    }
    assert [found.loc[(code, 1), "lost_share"] for code in ("C5", "C1", "C0")] == pytest.approx(
        [0.5, 0.5, 0.0]
    )


def test_nothing_is_lost_or_weak_without_a_maximum_and_for_raw_indicators() -> None:
    rows = points_tree()
    rows[-1]["max_score"] = ""
    rows.append(component("1.01", "B", "indicator", max_score=100))
    found = rows_of([*fields(1, "01", B=1.0), (1, "01", "1.01", 5.0)], found=registry(raw(rows)), n_units=1)
    assert found[["share", "lost", "lost_share"]].isna().all(axis=None)
    assert found["weak_count"].tolist() == [0, 0]


def test_the_fewest_components_that_make_half_of_the_loss_are_flagged() -> None:
    rows = [component(INDEX, "", "index", max_score=40, rule="sum_points")]
    rows += [component(code, INDEX, max_score=10) for code in "PQRS"]
    built = registry(raw(rows))
    losses = {"P": 4.0, "Q": 3.0, "R": 2.0, "S": 1.0}
    found = rows_of(fields(1, "01", **{c: 10 - lost for c, lost in losses.items()}), found=built, n_units=1)
    assert [bool(found.loc[(code, 1), "flag_lost"]) for code in "PQRS"] == [True, True, False, False]
    even = rows_of(fields(1, "01", P=8.0, Q=8.0, R=8.0, S=10.0), found=built, n_units=1)
    assert [bool(even.loc[(code, 1), "flag_lost"]) for code in "PQRS"] == [True, True, True, False]
    one = rows_of(fields(1, "01", P=0.0, Q=9.0, R=9.0, S=10.0), found=built, n_units=1)
    assert [bool(one.loc[(code, 1), "flag_lost"]) for code in "PQRS"] == [True, False, False, False]


def many(place: int, n: int = 20) -> list[Cell]:
    """Unit 01 leads the total and is at `place` in component B, of n units."""
    cells: list[Cell] = [(1, f"{u:02}", INDEX, 10.0 - u * 0.1) for u in range(1, n + 1)]
    others = iter(p for p in range(1, n + 1) if p != place)
    places = {1: place} | {u: next(others) for u in range(2, n + 1)}
    return cells + [(1, f"{u:02}", "B", 4.0 - p * 0.1) for u, p in places.items()]


@pytest.mark.parametrize(
    ("place", "n", "flagged"), [(6, 20, False), (7, 20, True), (9, 80, False), (10, 80, True)]
)
def test_a_component_ranked_well_below_the_unit_is_flagged(place: int, n: int, flagged: bool) -> None:
    """More than five places, or a tenth of the units where that is more."""
    found = rows_of(many(place, n), n_units=n)
    assert bool(found.loc[("B", 1), "flag_rank"]) is flagged
    assert not found.loc[(INDEX, 1), "flag_rank"]


def test_falling_needs_a_comparable_year_and_a_lower_value() -> None:
    found = rows_of(fields(1, "01", B=3.0) + fields(2, "01", B=2.9) + fields(3, "01", B=2.9), n_units=1)
    assert found["flag_falling"].tolist() == [False, True, False]


def low(values: dict[int, float], others: tuple[float, float] = (2.0, 3.0)) -> list[Cell]:
    """B of unit 01 by year, beside two other units."""
    cells = [cell for year, value in values.items() for cell in fields(year, "01", B=value)]
    return cells + [(year, f"{n:02}", "B", v) for year in values for n, v in enumerate(others, start=2)]


def test_low_for_three_years_in_a_row_is_flagged() -> None:
    found = rows_of(low({1: 1.0, 2: 1.0, 3: 1.0, 4: 3.5}))
    assert found["low_years"].tolist() == [1, 2, 3, 0]
    assert found["flag_low"].tolist() == [False, False, True, False]


def test_a_year_without_a_figure_begins_the_count_again() -> None:
    assert rows_of(low({1: 1.0, 2: 1.0, 4: 1.0}))["low_years"].tolist() == [1, 2, 1]


def test_years_that_are_not_comparable_begin_the_count_again() -> None:
    verdict = {"index_code": INDEX, "from_year": "1", "to_year": "2", "component_code": ""}
    verdict |= {"class": "not_comparable", "reason_vi": "vì", "reason_en": "because"}
    found = rows_of(low({1: 1.0, 2: 1.0}), found=registry(comparability=[verdict]))
    assert found["low_years"].tolist() == [1, 1]


def test_without_all_units_low_is_below_the_published_median() -> None:
    keys = {"index_code": INDEX, "unit_set": "63", "scope": "VN", "component_code": "B", "use": ""}
    told = pd.DataFrame([keys | {"year": year, "statistic": "median", "value": 2.0} for year in (1, 2)])
    cells = fields(1, "01", B=1.9) + fields(2, "01", B=2.0) + fields(3, "01", B=0.1)
    assert rows_of(cells, aggregates=told)["low_years"].tolist() == [1, 0, 0]


def test_weak_count_is_the_number_of_flags() -> None:
    found = rows_of(low({1: 1.0, 2: 0.9}))
    flags = found[["flag_lost", "flag_rank", "flag_falling", "flag_low"]]
    assert found["weak_count"].tolist() == flags.sum(axis=1).tolist()
    assert found.loc[("B", 2), "weak_count"] == 1
