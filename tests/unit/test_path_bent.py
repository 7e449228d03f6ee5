"""Paths on trees that are no straight line: answers known by hand, and what is said of the rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from indices.curve import bank_of, curve_of
from indices.ledger import Case, make_case
from indices.normalise import normalise
from indices.path import Effort, Goal, least_effort
from indices.plan import make_plan
from indices.scale import Scale
from indices.standing import Field
from tests.composites import ROOT, component, tree_of

INPUTS = {"x": {"weight": 3.0}, "y": {"weight": 1.0}}


def case_of(rule: str, inputs: dict[str, dict[str, Any]], values: dict[str, float], **own: Any) -> Case:
    """One unit of a tree of one level; inputs go from 0 to 10 unless said otherwise."""
    usual = {"weight": 1.0, "min_score": 0.0, "max_score": 10.0}
    rows = [component(ROOT, rule=rule, **own)]
    rows += [component(code, ROOT, **(usual | numbers)) for code, numbers in inputs.items()]
    plan = make_plan(tree_of(rows))
    frame = pd.DataFrame(values, index=["a"])
    total = plan.run(plan.array(frame))[0, plan.root]
    return make_case(plan, frame, "a", Field(pd.Series({"a": total})))


def test_what_is_cut_at_its_end_is_not_paid_for_beyond_it() -> None:
    """x has its full marks at 4 of 10: from 2 to 4 it gives 0.375 for 2, and nothing after that."""
    scale = {"normalise": "goalposts", "ref_min": 0.0}
    inputs = {"x": scale | {"ref_max": 4.0, "weight": 3.0}, "y": scale | {"ref_max": 10.0}}
    case = case_of("arithmetic_mean", inputs, {"x": 2.0, "y": 2.0})
    assert case.total == pytest.approx(0.425)
    route = least_effort(case, Goal(total=0.9))
    assert route.proven
    np.testing.assert_allclose(route.steps.set_index("code")["rise"][["x", "y"]], [2.0, 4.0], atol=1e-5)
    assert route.effort == pytest.approx(6.0, rel=2e-6)
    assert not least_effort(case, Goal(total=1.1)).feasible


def test_the_optimum_of_a_geometric_mean_is_where_gain_per_cost_is_equal() -> None:
    """sqrt(x y) from (1, 4) with costs 1 and 4 to 6: x = 12 is beyond 10, so x = 10 and y = 3.6 is below 4:
    x alone, to 9."""
    case = case_of("geometric_mean", {"x": {}, "y": {}}, {"x": 1.0, "y": 4.0})
    route = least_effort(case, Goal(total=6.0), Effort(cost={"y": 4.0}))
    assert route.proven
    assert route.steps["code"].tolist() == ["x"]
    assert route.effort == pytest.approx(8.0, rel=2e-6)
    even = least_effort(case, Goal(total=8.0), Effort(cost={"y": 1.0}))
    np.testing.assert_allclose(even.steps.set_index("code")["end"][["x", "y"]], [8.0, 8.0], atol=1e-2)
    assert even.effort == pytest.approx(11.0, rel=2e-6)


def test_a_harmonic_mean_helps_the_lowest_first() -> None:
    case = case_of("harmonic_mean", {"x": {}, "y": {}}, {"x": 2.0, "y": 6.0})
    route = least_effort(case, Goal(total=4.0))
    assert case.total == pytest.approx(3.0)
    assert route.proven
    assert route.steps["code"].tolist() == ["x"]
    assert route.effort == pytest.approx(1.0, rel=2e-6)


BANDS = {"normalise": "bands", "bands": "0:0;4:0.6;8:1"}


def test_bands_are_climbed_to_their_start_and_not_between() -> None:
    """x (weight 3) at 3: 1 more gives 0.45, 5 more 0.75; y (weight 1) at 1: 3 more gives 0.15."""
    case = case_of("arithmetic_mean", {"x": BANDS | {"weight": 3.0}, "y": BANDS}, {"x": 3.0, "y": 1.0})
    for goal, ends, effort in (
        (0.4, {"x": 4.0}, 1.0),
        (0.6, {"x": 4.0, "y": 4.0}, 4.0),
        (0.75, {"x": 8.0}, 5.0),
    ):
        route = least_effort(case, Goal(total=goal))
        assert route.proven
        assert route.steps.set_index("code")["end"].to_dict() == pytest.approx(ends)
        assert route.effort == pytest.approx(effort)


def test_bands_where_less_is_better_are_left_downwards() -> None:
    """At the start of the band 4-8 itself a figure has to fall below it, in steps by a whole one."""
    falling = {"normalise": "bands", "bands": "0:1;4:0.6;8:0", "direction": "-"}
    case = case_of("arithmetic_mean", {"x": falling}, {"x": 4.0})
    loose = least_effort(case, Goal(total=1.0))
    assert loose.feasible
    assert 0 < loose.effort < 1e-3
    stepped = least_effort(case, Goal(total=1.0), Effort(steps={"x": 0.5}))
    assert stepped.proven
    assert stepped.effort == pytest.approx(0.5)


def test_a_floor_is_worth_nothing_before_it_is_reached() -> None:
    """x has nothing short of 5 and its share of 8 from there on: 1 more gives 0.625, then 0.125 a point."""
    scale = {"normalise": "threshold", "threshold": 8.0, "floor": 5.0}
    other = {"normalise": "threshold", "threshold": 10.0}
    case = case_of("arithmetic_mean", {"x": scale, "y": other}, {"x": 4.0, "y": 2.0})
    first = least_effort(case, Goal(total=0.35))
    assert first.proven
    assert first.steps["code"].tolist() == ["x"]
    assert first.effort == pytest.approx(1.0, rel=2e-6)
    far = least_effort(case, Goal(total=0.6))
    np.testing.assert_allclose(far.steps.set_index("code")["end"]["x"], 8.0, atol=1e-5)


def test_what_lowers_the_total_is_left_alone() -> None:
    """A weighted sum that counts y against the unit: with y the goal would be further away."""
    inputs = {"x": {"weight": 1.0}, "y": {"weight": -0.5}}
    case = case_of("weighted_sum", inputs, {"x": 5.0, "y": 2.0})
    route = least_effort(case, Goal(total=9.0))
    assert route.feasible
    assert route.steps["code"].tolist() == ["x"]
    assert route.effort == pytest.approx(5.0)


def test_where_nothing_is_known_of_a_rule_it_is_named_and_nothing_is_proven() -> None:
    """A ratio whose both parts move: searched, confirmed, and no better point on a grid."""
    parts = {"x": {}, "y": {"direction": "-", "min_score": 1.0}}
    case = case_of("ratio", parts, {"x": 2.0, "y": 8.0}, factor=100.0)
    route = least_effort(case, Goal(total=80.0))
    assert route.feasible
    assert not route.proven
    assert (route.method, route.reason, route.unknown) == ("searched", "no_bound", (ROOT,))
    assert (route.bound, route.gap) == (0.0, 1.0)
    up, down = np.meshgrid(np.linspace(0, 8, 401), np.linspace(0, 7, 351))
    reached = 100.0 * (2.0 + up) / (8.0 - down) >= 80.0
    assert route.effort <= (up + down)[reached].min() + 1e-6
    alone = least_effort(case, Goal(total=80.0), Effort(only=frozenset({"x"})))
    assert (alone.method, alone.proven, alone.effort) == ("straight", True, pytest.approx(4.4))


def test_without_patience_the_gap_that_is_left_is_told() -> None:
    rows = {f"x{k}": {"weight": 1.0 + k, "max_score": 10.0, "min_score": 1.0} for k in range(8)}
    case = case_of("geometric_mean", rows, {code: 1.5 + k / 4 for k, code in enumerate(rows)})
    cost = {code: 1.0 + (k * 7 % 5) / 3 for k, code in enumerate(rows)}
    steps = dict.fromkeys(rows, 0.5)
    hasty = least_effort(case, Goal(total=7.0), Effort(cost=cost, steps=steps, patience=0.0))
    assert hasty.feasible
    assert not hasty.proven
    assert hasty.reason == "gap_left"
    assert 0 < hasty.gap < 0.5
    patient = least_effort(case, Goal(total=7.0), Effort(cost=cost, steps=steps, patience=20.0))
    assert patient.proven
    assert hasty.bound <= patient.effort <= hasty.effort


def test_an_unreachable_goal_of_a_bent_tree_says_how_far_it_gets() -> None:
    case = case_of("geometric_mean", {"x": {}, "y": {}}, {"x": 1.0, "y": 4.0})
    route = least_effort(case, Goal(total=9.0), Effort(caps={"x": 9.0, "y": 4.0}))
    assert (route.feasible, route.proven, route.method) == (False, True, "everything")
    assert route.total == pytest.approx(6.0)
    assert route.shortfall == pytest.approx(3.0)


SCALES = [
    Scale("goalposts", low=2.0, high=8.0),
    Scale("goalposts", low=2.0, high=8.0, logged=True, to_low=1.0, to_high=10.0),
    Scale("goalposts", low=2.0, high=8.0, logged=True, reversed=True, cap="none"),
    Scale("threshold", threshold=8.0, floor=5.0),
    Scale("threshold", threshold=3.0, floor=6.0, high=9.0, reversed=True),
    Scale("bands", bands=((0.0, 0.0), (4.0, 0.5), (8.0, 1.0))),
    Scale("bands", bands=((0.0, 1.0), (4.0, 0.5), (8.0, 0.0)), reversed=True),
    Scale("difference_to_reference", reference=5.0, reversed=True),
]


@pytest.mark.parametrize("scale", SCALES, ids=lambda s: f"{s.name} {s.logged} {s.reversed}")
def test_a_curve_is_the_scale_from_end_to_end(scale: Scale) -> None:
    start, end = (9.5, 1.0) if scale.reversed else (1.0, 9.5)
    curve = curve_of(scale, start, end)
    assert curve is not None
    shares = np.linspace(0.0, 1.0, 201)
    found = bank_of([curve]).at(shares[:, None])[:, 0]
    np.testing.assert_allclose(found, normalise(start + (end - start) * shares, scale), rtol=0, atol=1e-9)
    for piece in curve.pieces:
        inner = np.linspace(piece.low, piece.high, 7)
        height, slope = piece.tangent(float(inner[3])) if piece.bend >= 0 else piece.chord()
        over = height + slope * inner - np.array([piece.at(float(share)) for share in inner])
        assert (over >= -1e-9).all()


def test_a_scale_of_another_shape_has_no_curve() -> None:
    assert curve_of(Scale("z_score"), 1.0, 5.0) is None
    assert curve_of(Scale("rank"), 1.0, 5.0) is None
    assert curve_of(Scale("distance_to_target", low=0.0, target=8.0), 1.0, 5.0) is not None
    assert curve_of(Scale("bands", bands=((3.0, 1.0),)), 1.0, 5.0) is None
