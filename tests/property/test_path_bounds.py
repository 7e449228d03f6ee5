"""Paths on generated bent trees against complete enumeration: bounds hold, proven paths are the cheapest."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from indices.ledger import Case, make_case
from indices.path import Effort, Goal, least_effort
from indices.plan import make_plan, rescore
from indices.standing import Field
from tests.composites import ROOT, component, tree_of
from tests.thorough import AT_LENGTH

MEANS = ("geometric_mean", "harmonic_mean", "arithmetic_mean")
LOW, HIGH = 1.0, 10.0
GRID = 4


def cells(draw: st.DrawFn) -> dict[str, Any]:
    """One input: a scale of every shape, in either direction, with a range that its figures may leave."""
    way = draw(st.sampled_from(["min_max", "goalposts", "log", "scaled", "threshold", "floor", "bands"]))
    found: dict[str, Any] = {"min_score": LOW, "max_score": HIGH, "direction": draw(st.sampled_from("+-"))}
    ends = {"ref_min": draw(st.sampled_from([0.5, 2.0])), "ref_max": draw(st.sampled_from([7.0, 12.0]))}
    lift = {"range_min": 0.1, "range_max": 1.0}
    less = found["direction"] == "-"
    if way == "log":
        return found | ends | lift | {"normalise": "goalposts", "log": "1"}
    if way == "scaled":
        return found | {"normalise": "scaled", "ref_min": -11.0, "ref_max": 11.0}
    if way in ("threshold", "floor"):
        full = 3.0 if less else 8.0
        half = {"floor": 6.0 if less else 5.0} if way == "floor" else {}
        return found | lift | {"normalise": "threshold", "threshold": full, "ref_max": 11.0} | half
    if way == "bands":
        scores = ("1", "0.6", "0.2") if less else ("0.2", "0.6", "1")
        starts = zip(("0", "4", "7.5"), scores, strict=True)
        return found | {"normalise": "bands", "bands": ";".join(f"{a}:{b}" for a, b in starts)}
    return found | ends | lift | {"normalise": way}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A unit on a tree of one or two branches with up to four inputs in all."""
    rows = [component(ROOT, rule=draw(st.sampled_from(MEANS)), factor=100.0)]
    values = {}
    for branch in range(draw(st.integers(1, 2))):
        rule = draw(st.sampled_from(MEANS))
        rows.append(component(f"B{branch}", ROOT, weight=draw(st.sampled_from([1.0, 2.0])), rule=rule))
        for number in range(draw(st.integers(1, 2))):
            code = f"i{branch}{number}"
            one = cells(draw)
            rows.append(component(code, f"B{branch}", weight=draw(st.sampled_from([1.0, 3.0])), **one))
            values[code] = draw(st.sampled_from([1.0, 2.5, 4.0, 6.0, 9.5]))
    plan = make_plan(tree_of(rows))
    frame = pd.DataFrame(values, index=["a"])
    total = plan.run(plan.array(frame))[0, plan.root]
    return make_case(plan, frame, "a", Field(pd.Series({"a": total})))


def enumerated(case: Case, cost: dict[str, float], steps: dict[str, float], goal: float) -> float:
    """The least cost of all combinations of whole steps that reach the goal; infinite where none does."""
    plan, ways = case.plan, []
    for column, code in enumerate(plan.inputs):
        node, start = plan.tree.nodes[code], float(case.row[column])
        end = LOW if node.direction == "-" else HIGH
        count = int(np.floor(abs(end - start) / steps[code] + 1e-9))
        ways.append([start + np.sign(end - start) * steps[code] * k for k in range(count + 1)])
    ends = np.array(list(product(*ways)))
    base = np.tile(case.row, (len(ends), 1))
    new = base.copy()
    new[:, : len(ways)] = ends
    totals = rescore(plan, base, new)[:, plan.root]
    moved = np.abs(ends - case.row[: len(ways)])
    spent = moved @ np.array([cost[code] for code in plan.inputs])
    return float(spent[totals >= goal - 1e-9].min(initial=np.inf))


def best_total(case: Case) -> float:
    """The total with every input at its best end."""
    nodes = [case.plan.tree.nodes[code] for code in case.plan.inputs]
    return case.together(np.array([LOW if node.direction == "-" else HIGH for node in nodes]))


@settings(max_examples=600 if AT_LENGTH else 60)
@given(cases(), st.data())
def test_in_whole_steps_a_proven_path_is_the_cheapest_of_all(case: Case, data: st.DataObject) -> None:
    codes = case.plan.inputs
    cost = {code: data.draw(st.sampled_from([0.5, 1.0, 1.7])) for code in codes}
    steps = {code: data.draw(st.sampled_from([0.5, 1.0, 1.5])) for code in codes}
    top = best_total(case)
    if not top > case.total + 0.1:
        return
    goal = case.total + data.draw(st.sampled_from([0.2, 0.5, 0.8, 0.95])) * (top - case.total)
    route = least_effort(case, Goal(total=goal), Effort(cost=cost, steps=steps))
    cheapest = enumerated(case, cost, steps, goal)
    assert route.feasible == np.isfinite(cheapest)
    if route.feasible:
        assert route.total >= goal - 1e-9
        assert route.bound <= cheapest * (1 + 1e-9) + 1e-9
        assert route.effort >= cheapest - 1e-9
        assert route.proven
        assert abs(route.effort - cheapest) <= 2e-6 * cheapest


@settings(max_examples=400 if AT_LENGTH else 40)
@given(cases(), st.data())
def test_no_amounts_beat_the_bound(case: Case, data: st.DataObject) -> None:
    """Any amounts: no point of a grid that reaches the goal costs less than the bound, and the two meet."""
    cost = {code: data.draw(st.sampled_from([0.5, 1.0, 1.7])) for code in case.plan.inputs}
    top = best_total(case)
    if not top > case.total + 0.1:
        return
    goal = case.total + data.draw(st.sampled_from([0.3, 0.7, 0.95])) * (top - case.total)
    route = least_effort(case, Goal(total=goal), Effort(cost=cost))
    fine = {
        code: max(
            abs((LOW if case.plan.tree.nodes[code].direction == "-" else HIGH) - case.row[k]) / 16, 1e-3
        )
        for k, code in enumerate(case.plan.inputs)
    }
    assert route.feasible
    assert route.bound <= enumerated(case, cost, fine, goal) + 1e-9
    assert route.effort <= enumerated(case, cost, fine, goal) + 1e-6
    upwards = any(node.log and node.direction == "-" for node in case.plan.tree.nodes.values())
    assert route.proven or (upwards and route.reason == "gap_left" and route.gap < 1e-4)
