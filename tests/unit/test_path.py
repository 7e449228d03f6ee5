"""The cheapest path: against answers known by hand and by complete enumeration."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from indices.ledger import Case, ledger, make_case
from indices.path import Effort, Goal, least_effort
from indices.plan import make_plan
from indices.standing import Field
from tests.composites import ROOT, component, four_levels, generated, means_tree, points_tree, tree_of
from tests.unit.packdata import registry, wide

INDEX, YEAR = "PCI", 2019


def weighted(values: dict[str, float], weights: dict[str, float], others: list[float]) -> Case:
    """One unit of a weighted mean times 10, among others whose totals are given."""
    frame = pd.DataFrame(values, index=["a"])
    total = 10.0 * sum(values[c] * w for c, w in weights.items()) / sum(weights.values())
    totals = pd.Series([total, *others], index=["a", *(f"o{i}" for i in range(len(others)))])
    return make_case(make_plan(means_tree(weights, 10.0)), frame, "a", Field(totals))


CASE = weighted({"x": 5.0, "y": 5.0, "z": 5.0}, {"x": 5.0, "y": 3.0, "z": 2.0}, [70.0, 60.0, 40.0])


def test_the_heaviest_components_come_first() -> None:
    """50 points, goal 78: x to 10 gives 25 for 5, the remaining 3 come from y: 1 more. Effort 6."""
    route = least_effort(CASE, Goal(total=78.0))
    assert route.feasible
    assert route.proven
    assert route.method == "straight"
    assert route.steps["code"].tolist() == ["x", "y"]
    np.testing.assert_allclose(route.steps["rise"], [5.0, 1.0], atol=1e-6)
    np.testing.assert_allclose(route.steps["total"], [75.0, 78.0], atol=1e-6)
    assert route.steps["rank"].tolist() == [1, 1]
    assert route.effort == pytest.approx(6.0, abs=1e-6)
    assert route.total >= 78.0 - 1e-9


def test_a_rank_is_the_total_of_who_holds_it() -> None:
    route = least_effort(CASE, Goal(rank=2))
    assert route.goal == 60.0
    assert route.rank == 2
    assert route.effort == pytest.approx(2.0, abs=1e-6)
    assert least_effort(CASE, Goal(rank=3)).method == "nothing_to_do"


def test_a_rank_from_rounded_totals_is_reached_by_what_rounds_to_it() -> None:
    """Ranked on whole points the unit at 50 needs 59.5 for the place of the one at 60, as the ledger says."""
    frame = pd.DataFrame({"x": 5.0, "y": 5.0, "z": 5.0}, index=["a"])
    totals = pd.Series({"a": 50.0, "o": 60.0, "p": 75.0})
    plan = make_plan(means_tree({"x": 5.0, "y": 3.0, "z": 2.0}, 10.0))
    case = make_case(plan, frame, "a", Field(totals, precision=0))
    route = least_effort(case, Goal(rank=2))
    assert route.rank == 2
    assert route.effort == pytest.approx(1.9, abs=1e-6)
    assert route.effort == pytest.approx(ledger(case).set_index("code").loc["x", "need"], abs=1e-6)
    assert least_effort(case, Goal(total=route.goal - 1e-6)).rank == 3


def test_costs_and_caps_change_the_way() -> None:
    """x costs 4 a unit (1.25 points per effort), y 3, z 2: y to its cap 7 gives 6, z to 7 gives 4."""
    effort = Effort(cost={"x": 4.0}, caps={"y": 7.0, "z": 9.0})
    route = least_effort(CASE, Goal(total=60.0), effort)
    assert route.steps["code"].tolist() == ["y", "z"]
    np.testing.assert_allclose(route.steps["rise"], [2.0, 2.0], atol=1e-6)
    only = least_effort(CASE, Goal(total=61.0), Effort(only=frozenset({"z"})))
    assert not only.feasible
    assert only.total == pytest.approx(60.0)


def test_infeasible_says_how_far_it_gets() -> None:
    route = least_effort(CASE, Goal(total=95.0), Effort(caps={"x": 8.0, "y": 8.0, "z": 8.0}))
    assert not route.feasible
    assert route.total == pytest.approx(80.0)
    assert route.shortfall == pytest.approx(15.0)
    assert route.rank == 1
    assert len(route.steps) == 3


def test_steps_are_whole_and_as_cheap_as_every_combination_allows() -> None:
    """Steps of 2, 1.5 and 1: the answer costs what the cheapest of all 3 x 4 x 6 combinations costs."""
    effort = Effort(steps={"x": 2.0, "y": 1.5, "z": 1.0}, cost={"x": 1.3, "y": 0.7, "z": 0.5})
    for goal in (53.0, 57.5, 61.0, 68.0, 74.0):
        route = least_effort(CASE, Goal(total=goal), effort)
        options = product(range(3), range(4), range(6))
        moves = [(2.0 * i, 1.5 * j, 1.0 * k) for i, j, k in options]
        enough = [m for m in moves if 50.0 + 5 * m[0] + 3 * m[1] + 2 * m[2] >= goal - 1e-9]
        cheapest = min(1.3 * m[0] + 0.7 * m[1] + 0.5 * m[2] for m in enough)
        assert route.effort == pytest.approx(cheapest, abs=1e-9)
        assert route.total >= goal - 1e-9
        unit = route.steps["rise"] / route.steps["code"].map(effort.steps)
        np.testing.assert_allclose(unit, unit.round(), atol=1e-9)


def test_a_mix_of_steps_and_any_amount() -> None:
    effort = Effort(steps={"x": 3.0}, cost={"y": 10.0, "z": 10.0})
    route = least_effort(CASE, Goal(total=67.0), effort)
    rises = route.steps.set_index("code")["rise"]
    assert rises["x"] == 3.0
    assert rises["y"] == pytest.approx(2.0 / 3.0, abs=1e-6)


def test_less_is_better_moves_down() -> None:
    one = {"factor": 1.0, "offset": 0.0, "span": 10.0}
    rows = [
        component(ROOT, rule="rescaled_sum", **one),
        component("d", ROOT, weight=1.0, normalise="min_max", ref_min=0.0, ref_max=20.0, direction="-"),
    ]
    frame = pd.DataFrame({"d": [15.0]}, index=["a"])
    case = make_case(make_plan(tree_of(rows)), frame, "a", Field(pd.Series({"a": 2.5})))
    route = least_effort(case, Goal(total=5.0), Effort(caps={"d": 4.0}))
    assert route.steps.iloc[0]["end"] == pytest.approx(10.0, abs=1e-6)
    assert not least_effort(case, Goal(total=5.0)).feasible


def test_what_is_wrong_is_refused() -> None:
    with pytest.raises(ValueError, match="total or a rank"):
        Goal()
    with pytest.raises(ValueError, match="above 0"):
        least_effort(CASE, Goal(total=60.0), Effort(cost={"x": 0.0}))
    with pytest.raises(ValueError, match="at least 1"):
        least_effort(CASE, Goal(rank=0))
    empty = make_case(
        make_plan(points_tree({"x": 1.0})),
        pd.DataFrame({"x": [np.nan]}, index=["a"]),
        "a",
        Field(pd.Series({"a": np.nan})),
    )
    with pytest.raises(ValueError, match="no total"):
        least_effort(empty, Goal(total=1.0))


def test_a_large_tree_is_solved_to_the_greedy_optimum() -> None:
    """150 inputs, no steps: the optimum of one constraint is greedy by index points per effort."""
    tree = four_levels(150, 16)
    values = generated(tree)
    nodes = {code: tree.nodes[code] for code in tree.leaves()}
    caps = {code: 0.0 if n.direction == "-" else float(n.ref_max or 0) for code, n in nodes.items()}
    plan = make_plan(tree)
    totals = pd.Series(plan.run(plan.array(values))[:, plan.root], index=values.index)
    random = np.random.default_rng(4)
    cost = dict(zip(plan.inputs, random.uniform(0.5, 2.0, len(plan.inputs)), strict=True))
    case = make_case(plan, values, str(totals.idxmin()), Field(totals))
    route = least_effort(case, Goal(rank=5), Effort(caps=caps, cost=cost))
    assert route.rank == 5
    ends = np.array([caps[code] for code in plan.inputs])
    gains = case.totals(np.arange(150), ends) - case.total
    spent = np.abs(ends - case.row[:150]) * np.array(list(cost.values()))
    need, greedy = route.goal - case.total, 0.0
    for column in np.argsort(-gains / spent):
        part = min(1.0, max(need, 0.0) / gains[column])
        greedy, need = greedy + part * spent[column], need - part * gains[column]
    assert route.effort == pytest.approx(greedy, rel=1e-6)


def test_the_real_year_reaches_the_published_neighbour() -> None:
    """Every province of one real year to rank 1 by its ten sub-indices: exact total, leader's rank."""
    tree, values = registry().framework(INDEX, YEAR).tree(YEAR), wide(INDEX, YEAR)
    plan = make_plan(tree, stop=tree.nodes[INDEX].children)
    field = Field(values[INDEX])
    best = values[INDEX].max()
    caps = values[list(plan.inputs)].max().to_dict()
    for unit in values[INDEX].sort_values().index[::9]:
        case = make_case(plan, values, unit, field)
        route = least_effort(case, Goal(rank=1), Effort(caps=caps))
        assert route.feasible
        assert route.rank == 1
        assert route.total == pytest.approx(best, abs=1e-6)
        assert (route.steps["per_effort"].diff().dropna() <= 1e-9).all()
