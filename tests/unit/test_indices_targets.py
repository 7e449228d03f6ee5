"""Target status: every branch with its arithmetic and its reason code."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from indices.analysis import analyse
from indices.targets import REASONS, evaluate_targets
from tests.spec.samples import INDEX, Cell, facts, inputs, registry

UNIT = "63:01"
NO_FACTS: list[Cell] = [(1, "02", INDEX, 1.0)]
Observed = tuple[int, str, float, str, str]


def target(**changes: Any) -> pd.DataFrame:
    """One target: at least 10 by year 8."""
    row = {"target_id": "T", "unit_id": UNIT, "operator": ">=", "value": 10.0, "due_year": 8}
    row |= {"cadence": "by_due_year", "measure": "observed"} | changes
    return pd.DataFrame([row])


def observations(*rows: Observed, target_id: str = "T") -> pd.DataFrame:
    """Observations (year, period, value, relation, qualifier) of one target."""
    names = ["year", "period", "value", "relation", "qualifier"]
    frame = pd.DataFrame.from_records(list(rows), columns=names)
    return frame.assign(target_id=target_id, observation_id=[f"O{n}" for n in range(len(rows))])


def status(
    goal: pd.DataFrame,
    seen: pd.DataFrame | None = None,
    cells: list[Cell] | None = None,
    ranks: dict[tuple[int, str], int] | None = None,
) -> pd.Series:
    """The outcome of one target."""
    score = analyse(registry(), inputs(facts(cells or NO_FACTS, ranks), complete=False))
    found = evaluate_targets(goal, observations() if seen is None else seen, score).iloc[0]
    assert found["reason_code"] in REASONS[found["status"]]
    return found


def seen(
    year: int, value: float, qualifier: str = "", relation: str = "measures", period: str = ""
) -> Observed:
    """One observation."""
    return (year, period or str(year), value, relation, qualifier)


BRANCHES = [
    ("met", "latest_meets", {}, [seen(4, 8.0), seen(5, 10.0)]),
    ("behind", "missed_this_year", {"cadence": "every_year"}, [seen(5, 9.0)]),
    ("behind", "due_year_passed", {"due_year": 5}, [seen(5, 9.0)]),
    ("behind", "due_year_passed", {"due_year": 3}, [seen(5, 9.0)]),
    ("on_track", "pace_meets_required", {}, [seen(3, 6.0), seen(5, 8.0)]),
    ("behind", "pace_below_required", {}, [seen(3, 7.0), seen(5, 8.0)]),
    ("behind", "pace_below_required", {}, [seen(4, 9.0), seen(5, 8.0)]),
    ("cannot_say", "no_previous", {}, [seen(5, 8.0)]),
    ("cannot_say", "no_due_year", {"due_year": None}, [seen(4, 7.0), seen(5, 8.0)]),
    ("cannot_say", "no_measurement", {}, []),
    ("cannot_say", "only_related", {}, [seen(5, 12.0, relation="related")]),
    ("cannot_say", "lower_bound_only", {}, [seen(5, 9.0, "above")]),
    ("met", "latest_meets", {}, [seen(5, 10.0, "above")]),
    ("cannot_say", "lower_bound_only", {"operator": "<="}, [seen(5, 9.0, "above")]),
    ("met", "latest_meets", {"operator": "<="}, [seen(5, 9.0)]),
    ("behind", "due_year_passed", {"operator": ">", "due_year": 5}, [seen(5, 10.0)]),
    ("met", "latest_meets", {"cadence": "every year"}, [seen(5, 10.0, "about")]),
]


@pytest.mark.parametrize(("verdict", "reason", "changes", "rows"), BRANCHES)
def test_branches(verdict: str, reason: str, changes: dict[str, Any], rows: list[Observed]) -> None:
    found = status(target(**changes), observations(*rows))
    assert (found["status"], found["reason_code"]) == (verdict, reason)


def test_the_arithmetic_of_a_target_on_the_way() -> None:
    found = status(target(), observations(seen(3, 6.0), seen(5, 8.0)))
    expected = {
        "target_value": 10.0, "measured_year": 5, "measured_value": 8.0, "gap": 2.0, "years_left": 3,
        "required_pace": pytest.approx(2 / 3), "previous_year": 3, "previous_value": 6.0, "recent_pace": 1.0,
        "observation_id": "O1", "due_year": 8, "operator": ">=",
    }  # fmt: skip
    assert found[list(expected)].to_dict() == expected


def test_a_met_target_needs_nothing_more() -> None:
    found = status(target(), observations(seen(5, 12.0)))
    assert found["gap"] == 0.0
    assert pd.isna(found["required_pace"])


def test_parts_of_one_period_must_all_meet_the_target_so_the_furthest_counts() -> None:
    parts = [seen(5, value, period="5-01..5-04") for value in (11.0, 9.5, 12.0)]
    found = status(target(due_year=5), observations(*parts))
    assert (found["status"], found["measured_value"], found["observation_id"]) == ("behind", 9.5, "O1")
    assert status(target(value=9.0), observations(*parts))["measured_value"] == 9.5


def test_observations_of_other_targets_do_not_count() -> None:
    assert status(target(), observations(seen(5, 12.0), target_id="U"))["reason_code"] == "no_measurement"


def test_a_lower_bound_gives_no_pace() -> None:
    found = status(target(), observations(seen(4, 7.0, "above"), seen(5, 8.0)))
    assert found["reason_code"] == "no_previous"


def test_a_score_is_compared_with_its_last_comparable_year() -> None:
    cells: list[Cell] = [(1, "01", INDEX, 6.0), (2, "01", INDEX, 7.0)]
    found = status(target(measure=f"score:{INDEX}", value=9.0, due_year=4), cells=cells)
    assert (found["status"], found["recent_pace"], found["required_pace"]) == ("on_track", 1.0, 1.0)


def test_a_rank_target_counts_places_downwards_and_takes_a_published_rank_alone() -> None:
    goal = target(measure=f"rank:{INDEX}", operator="rank<=", value=3.0, due_year=4)
    cells: list[Cell] = [(1, "01", INDEX, 6.0), (2, "01", INDEX, None)]
    found = status(goal, cells=cells, ranks={(1, "01"): 9, (2, "01"): 6})
    assert (found["measured_value"], found["gap"], found["recent_pace"]) == (6.0, 3.0, 3.0)
    assert found["status"] == "on_track"
    assert status(goal, cells=cells, ranks={(2, "01"): 3})["status"] == "met"
    assert status(goal, cells=cells[:1])["reason_code"] == "no_measurement"


def rises(*cells: Cell) -> pd.Series:
    """The outcome of "total and every component rise each year"."""
    goal = target(measure=f"improve:{INDEX};ELSE", operator="yoy>", value=0.0, cadence="every_year")
    return status(goal, cells=list(cells))


def test_every_component_must_rise() -> None:
    before: list[Cell] = [(1, "01", "A", 4.0), (1, "01", "B", 2.0)]
    good = rises(*before, (2, "01", "A", 4.5), (2, "01", "B", 2.5))
    assert (good["status"], good["reason_code"], good["n_components"], good["n_improved"]) == (
        "met",
        "all_rose",
        3,
        3,
    )
    bad = rises(*before, (2, "01", "A", 4.5), (2, "01", "B", 2.0))
    assert (bad["status"], bad["gap"], bad["breakdown"]) == ("behind", 1.0, f"{INDEX}:2:2/3")


def test_a_component_that_kept_its_maximum_is_not_counted() -> None:
    kept = rises((1, "01", "A", 4.0), (1, "01", "B", 4.0), (2, "01", "A", 4.5), (2, "01", "B", 4.0))
    assert (kept["status"], kept["n_components"]) == ("met", 2)


def test_nothing_to_compare_is_not_a_verdict() -> None:
    assert rises((1, "01", "A", 4.0))["reason_code"] == "nothing_comparable"
    assert rises(*NO_FACTS)["reason_code"] == "no_measurement"


def test_one_row_a_target_in_their_order() -> None:
    goals = pd.concat([target(target_id="U"), target()], ignore_index=True)
    score = analyse(registry(), inputs(facts(NO_FACTS), complete=False))
    found = evaluate_targets(goals, observations(seen(5, 12.0)), score)
    assert found["target_id"].tolist() == ["U", "T"]
    assert found["status"].tolist() == ["cannot_say", "met"]
    assert evaluate_targets(goals.iloc[:0], observations(), score).empty
