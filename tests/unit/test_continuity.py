"""Targets over the merger: an unmerged province goes on as the new one, a merged one does not."""

from __future__ import annotations

import pandas as pd
import pytest

from indices.analysis import analyse
from indices.continuity import carried_on, continuations
from indices.registry import Registry
from indices.targets import evaluate_targets
from tests.spec.samples import INDEX, facts, inputs, raw, registry
from tests.unit.packdata import reference

OLD, NEW = "63:01", "34:01"
MERGER = pd.DataFrame({"new_unit_id": [NEW, "34:02", "34:02"], "old_unit_id": [OLD, "63:02", "63:03"]})
FULL = {"A": 6.0, "A.1": 4.0, "A.2": 2.0, "B": 4.0}


def scored(
    old: dict[int, dict[str, float]], new: dict[int, dict[str, float]], known: Registry
) -> pd.DataFrame:
    """The score table of two units 01 that hold these figures by year, in the old set and in the new."""
    cells = [(year, "01", code, value) for year, row in old.items() for code, value in row.items()]
    later = [(year, "01", code, value) for year, row in new.items() for code, value in row.items()]
    ranks = {(year, "01"): 8 - year for year in (*old, *new)}
    first, second = facts(cells, ranks), facts(later or [(1, "01", INDEX, None)], ranks)
    second = second.assign(unit_set="34", unit_id=NEW)
    rows = pd.concat([first, second[second["published"].notna()]], ignore_index=True)
    return analyse(known, inputs(rows, complete=False))


def judged(score: pd.DataFrame, measure: str, unit: str = OLD, **changes: object) -> pd.Series:
    """The outcome of one target over the merger."""
    row = {"target_id": "T", "unit_id": unit, "operator": ">=", "value": 9.0, "due_year": 5}
    row |= {"cadence": "by_due_year", "measure": measure} | changes
    none = pd.DataFrame(columns=["target_id", "year", "period", "value", "relation", "qualifier"])
    lasting = carried_on(score, MERGER, registry())
    return evaluate_targets(pd.DataFrame([row]), none, lasting).iloc[0]


def test_only_an_old_unit_that_stands_alone_goes_on() -> None:
    assert continuations(MERGER) == {OLD: NEW}


def test_the_shipped_merger_lets_eleven_provinces_go_on() -> None:
    table, names = reference("merger"), reference("provinces").set_index("unit_id")["name_vi"]
    found = continuations(table)
    assert len(found) == 11
    assert found["63:22"] == "34:22"
    renamed = {(names[old], names[new]) for old, new in found.items() if names[old] != names[new]}
    assert renamed == {("Thừa Thiên Huế", "Huế")}  # by the table, which a join by name would miss
    merged = set(table["old_unit_id"]) - set(found)
    assert len(merged) == 52
    # The seven codes that mean another province now belong to merged ones: none of them goes on.
    assert merged >= {f"63:{code}" for code in ("15", "24", "44", "52", "80", "82", "91")}


def test_a_score_under_the_new_unit_measures_the_target_of_the_old_one() -> None:
    score = scored({1: {INDEX: 6.0}, 2: {INDEX: 7.0}}, {3: {INDEX: 8.0}}, registry())
    found = judged(score, f"score:{INDEX}")
    assert (found["measured_year"], found["measured_value"], found["measured_unit_id"]) == (3, 8.0, NEW)
    assert (found["previous_year"], found["recent_pace"], found["required_pace"]) == (2, 1.0, 0.5)
    assert found["status"] == "on_track"


def test_the_comparison_over_the_merger_is_that_of_the_registry() -> None:
    apart = {"index_code": INDEX, "from_year": "2", "to_year": "3", "component_code": ""}
    apart |= {"class": "not_comparable", "reason_vi": "khác", "reason_en": "another"}
    known = registry(raw(), comparability=[apart])
    score = scored({2: {INDEX: 7.0}}, {3: {INDEX: 8.0}}, known)
    found = carried_on(score, MERGER, known).set_index(["unit_id", "year"]).loc[(OLD, 3)]
    assert found["comparability"] == "not_comparable"
    assert pd.isna(found["change"])


def test_ranks_of_two_sets_are_never_compared() -> None:
    score = scored({1: {INDEX: 6.0}, 2: {INDEX: 7.0}}, {3: {INDEX: 8.0}}, registry())
    found = judged(score, f"rank:{INDEX}", operator="rank<=", value=2.0)
    assert (found["measured_year"], found["measured_value"]) == (3, 5.0)
    assert pd.isna(found["recent_pace"])
    assert found["reason_code"] == "no_previous"
    carried = carried_on(score, MERGER, registry())
    row = carried[(carried["unit_id"] == OLD) & (carried["year"] == 3)].iloc[0]
    assert pd.isna(row["rank_change"])


def test_in_a_year_of_both_sets_the_units_own_figure_counts() -> None:
    score = scored({2: {INDEX: 7.0}}, {2: {INDEX: 9.5}}, registry())
    found = judged(score, f"score:{INDEX}")
    assert (found["measured_value"], found["measured_unit_id"]) == (7.0, OLD)


def test_a_merged_unit_is_not_measured_by_the_new_one() -> None:
    score = scored({2: {INDEX: 7.0}}, {3: {INDEX: 9.5}}, registry())
    moved = score.replace({"unit_id": {OLD: "63:02", NEW: "34:02"}})
    found = judged(moved, f"score:{INDEX}", unit="63:02")
    assert (found["measured_year"], found["measured_value"]) == (2, 7.0)


def test_components_rise_over_the_merger_and_a_kept_maximum_is_not_counted() -> None:
    score = scored({2: FULL | {"A.1": 3.0, "A": 5.0}}, {3: FULL}, registry())
    found = judged(score, f"improve:{INDEX}", operator="yoy>", value=0.0)
    assert found["breakdown"] == f"{INDEX}:3:3/3"
    assert found["status"] == "met"


@pytest.mark.parametrize("column", ["value", "rank", "published", "year"])
def test_the_other_units_and_the_score_itself_are_left_alone(column: str) -> None:
    score = scored({1: {INDEX: 6.0}}, {3: {INDEX: 8.0}}, registry())
    before = score.copy()
    carried = carried_on(score, MERGER.tail(2), registry())
    pd.testing.assert_series_equal(carried[column], score[column])
    pd.testing.assert_frame_equal(score, before)
