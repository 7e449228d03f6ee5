"""Gaps: to the last comparable year, to mean, median and region, to the leader, to a peer."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from indices.analysis import analyse
from indices.gaps import peer_gaps
from indices.registry import Registry
from tests.spec.samples import INDEX, Cell, component, facts, inputs, points_tree, raw, registry

Ranks = dict[tuple[int, str], int]
NAN = float("nan")


def totals(*years: tuple[int, list[float | None]]) -> list[Cell]:
    """Totals of units 01, 02, ... by year."""
    return [
        (year, f"{number:02}", INDEX, value)
        for year, values in years
        for number, value in enumerate(values, start=1)
        if value is None or value == value
    ]


def table(
    cells: list[Cell], ranks: Ranks | None = None, found: Registry | None = None, **options: Any
) -> pd.DataFrame:
    """The score table by (unit, year) of the total."""
    rows = analyse(found or registry(), inputs(facts(cells, ranks), **options))
    return rows[rows["component_code"] == INDEX].set_index(["unit_id", "year"]).sort_index()


def test_change_is_against_the_last_year_with_a_value() -> None:
    found = table(totals((1, [7.0, 6.0, 5.0]), (2, [7.5, 8.0, 5.0]), (4, [7.0, 9.0, 6.0])))
    row = found.loc[("63:01", 4)]
    assert (row["prev_year"], row["prev_value"], row["change"]) == (2, 7.5, -0.5)
    assert row["change_share"] == pytest.approx(-0.05)
    assert (row["prev_rank"], row["rank"], row["rank_change"]) == (2, 2, 0)
    assert found.loc[("63:01", 2), "rank_change"] == -1
    assert row["comparability"] == "comparable"


def test_the_first_year_has_no_previous_one() -> None:
    row = table(totals((1, [7.0, 6.0, 5.0]))).loc[("63:01", 1)]
    assert row["comparability"] == "no_previous"
    assert row[["prev_year", "prev_value", "change", "rank_change"]].isna().all()


def test_a_year_with_a_rank_only_is_not_a_previous_value_but_has_one() -> None:
    cells = totals((1, [7.0, 6.0, 5.0]), (2, [None]), (3, [8.0]))
    found = table(cells, {(1, "01"): 1, (2, "01"): 4})
    only = found.loc[("63:01", 2)]
    assert (only["prev_year"], only["rank_change"]) == (1, -3)
    assert pd.isna(only["change"])
    assert found.loc[("63:01", 3), "prev_year"] == 1


def test_years_that_are_not_comparable_show_the_value_but_no_change() -> None:
    verdict = {"index_code": INDEX, "from_year": "1", "to_year": "2", "component_code": ""}
    verdict |= {"class": "not_comparable", "reason_vi": "vì", "reason_en": "because"}
    cells = totals((1, [7.0, 6.0, 5.0]), (2, [8.0, 6.0, 5.0]))
    row = table(cells, found=registry(comparability=[verdict])).loc[("63:01", 2)]
    assert (row["comparability"], row["prev_value"], row["rank_change"]) == ("not_comparable", 7.0, 0)
    assert row[["change", "change_share", "four_way"]].isna().all()


def reweighted() -> Registry:
    """B has 4 points to year 1 and 2 points from year 2."""
    rows = points_tree()[:-1]
    early, late = (component("B", INDEX, max_score=m, years=y) for m, y in ((4, "1"), (2, "2;3;4")))
    verdict = {"index_code": INDEX, "from_year": "1", "to_year": "2", "component_code": ""}
    verdict |= {"class": "reweighted", "reason_vi": "vì", "reason_en": "because"}
    rows[0]["max_score"] = ""
    return registry(raw([*rows, early, late]), comparability=[verdict])


def test_a_change_of_the_maximum_is_compared_by_share() -> None:
    cells: list[Cell] = [(1, "01", "B", 3.0), (2, "01", "B", 1.8)]
    rows = analyse(reweighted(), inputs(facts(cells), n_units=1)).set_index("year")
    assert rows.loc[2, "comparability"] == "reweighted"
    assert pd.isna(rows.loc[2, "change"])
    assert rows.loc[2, "change_share"] == pytest.approx(0.9 - 0.75)
    assert rows.loc[2, "four_way"] == "up_up"


FOUR = [
    ([7.0, 6.0, 5.0], [7.5, 6.0, 5.0], "up_up"),
    ([7.0, 6.0, 5.0], [7.0, 6.0, 5.0], "up_up"),
    ([7.0, 6.0, 5.0], [7.5, 8.0, 5.0], "up_down"),
    ([7.0, 8.0, 5.0], [6.5, 6.0, 5.0], "down_up"),
    ([7.0, 6.0, 5.0], [5.5, 6.0, 5.0], "down_down"),
    ([10.0, 6.0, 5.0], [10.0, 10.0, 5.0], "kept_full"),
]


@pytest.mark.parametrize(("before", "after", "expected"), FOUR)
def test_the_four_way_class(before: list[float | None], after: list[float | None], expected: str) -> None:
    assert table(totals((1, before), (2, after))).loc[("63:01", 2), "four_way"] == expected


def test_without_a_rank_there_is_no_four_way_class() -> None:
    found = table(totals((1, [7.0]), (2, [8.0])), complete=False)
    assert pd.isna(found.loc[("63:01", 2), "four_way"])


def figure(statistic: str, value: float, scope: str = "VN", use: str = "") -> pd.DataFrame:
    """One published national or regional figure of year 1."""
    keys = {"index_code": INDEX, "year": 1, "unit_set": "63", "component_code": INDEX}
    return pd.DataFrame([keys | {"scope": scope, "statistic": statistic, "value": value, "use": use}])


def test_mean_and_median_are_computed_when_all_units_are_known() -> None:
    row = table(totals((1, [7.0, 6.0, 2.0])), aggregates=figure("mean", 9.0)).loc[("63:01", 1)]
    assert (row["mean"], row["mean_kind"], row["gap_mean"], row["median"]) == (5.0, "computed", 2.0, 6.0)


def test_else_the_published_mean_and_median_count() -> None:
    told = pd.concat([figure("mean", 5.5), figure("median", 5.0), figure("mean", 1.0, use="alternative")])
    row = table(totals((1, [7.0, 6.0])), aggregates=told).loc[("63:01", 1)]
    assert (row["mean"], row["mean_kind"], row["gap_mean"], row["median"]) == (5.5, "published", 1.5, 5.0)


def test_else_the_mean_is_partial_and_no_gap_is_taken_to_it() -> None:
    row = table(totals((1, [7.0, 6.0]))).loc[("63:01", 1)]
    assert (row["mean"], row["mean_kind"]) == (6.5, "partial")
    assert row[["gap_mean", "median"]].isna().all()


def test_the_region_counts_when_all_its_units_are_known() -> None:
    cells = totals((1, [7.0, 6.0, 2.0]))
    assert table(cells).loc[("63:01", 1), ["region_mean", "gap_region"]].tolist() == [6.5, 0.5]
    part = table(cells[:2], n_units=3)
    assert part.loc[("63:01", 1), "region_mean"] == 6.5
    told = table([*cells[:1], (2, "02", INDEX, 1.0)], aggregates=figure("mean", 6.0, scope="R1"))
    assert told.loc[("63:01", 1), "gap_region"] == 1.0


def test_the_leader_is_the_best_when_all_are_known_equal_ones_by_id() -> None:
    found = table(totals((1, [7.0, 9.0, 9.0])))
    assert set(found["leader_unit_id"]) == {"63:02"}
    assert found["gap_leader"].tolist() == [-2.0, 0.0, 0.0]


def test_else_the_leader_is_the_unit_of_published_rank_one_or_nobody() -> None:
    cells = totals((1, [7.0, 9.0]))
    found = table(cells, {(1, "02"): 1})
    assert found[["leader_unit_id", "leader_value"]].to_numpy().tolist() == [["63:02", 9.0]] * 2
    assert table(cells)["leader_unit_id"].isna().all()
    assert table([*cells[:1], (1, "02", INDEX, None)], {(1, "02"): 1})["leader_unit_id"].isna().all()


def test_a_peer_beside_a_unit() -> None:
    rows = analyse(registry(), inputs(facts([*totals((1, [7.0, 9.0, 8.0])), (1, "01", "B", 3.0)])))
    found = peer_gaps(rows, "63:01", "63:02")
    assert found[["component_code", "gap", "rank_gap"]].to_numpy().tolist() == [[INDEX, -2.0, -2]]
    assert found["gap_share"].tolist() == pytest.approx([-0.2])
