"""Rules that are no straight line, or that compare units, in every analysis: as exact as the scorer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from indices.draws import Sampling, Uncertain
from indices.ledger import ledger, make_case
from indices.path import Effort, Goal, least_effort
from indices.plan import make_plan
from indices.rank_range import rank_range
from indices.scenario import make_engine
from indices.scoring import recompute
from indices.standing import Field
from indices.tree import Tree
from indices.uncertainty import Observed, simulate
from tests.composites import ROOT, component, generated, tree_of


def mixed_tree(normalise: str = "min_max") -> Tree:
    """Geometric mean of two arithmetic means and one plain child, all between 0 and 1, total out of 100."""
    rows = [component(ROOT, rule="geometric_mean", factor=100.0)]
    rows += [component(p, ROOT, rule="arithmetic_mean", weight=1.0 + k) for k, p in enumerate("PQ")]
    rows.append(component("r", ROOT, weight=1.0, min_score=0.0, max_score=1.0))
    for number in range(6):
        numbers = {"ref_min": 0.0, "ref_max": 10.0, "min_score": 0.0, "max_score": 10.0}
        sign = "-" if number == 4 else "+"
        parent, weight = "PQ"[number % 2], 1.0 + number
        rows.append(
            component(f"i{number}", parent, weight=weight, normalise=normalise, direction=sign, **numbers)
        )
    return tree_of(rows)


def data(tree: Tree, n_units: int = 20) -> tuple[pd.DataFrame, pd.Series]:
    """Values and exact totals."""
    values = generated(tree, n_units)
    return values, recompute(tree, values)[ROOT]


@pytest.mark.parametrize("normalise", ["min_max", "min_max_year"])
def test_the_point_result_is_the_scorers(normalise: str) -> None:
    tree = mixed_tree(normalise)
    values, totals = data(tree)
    for weights in ("fixed", "uniform"):
        what = Uncertain(weights=weights)  # type: ignore[arg-type]
        simulation = simulate(make_plan(tree), Observed(values), what, Sampling(60))
        np.testing.assert_allclose(simulation.point, totals, rtol=0, atol=1e-10)
        spread = np.ptp(simulation.scores, axis=0)
        assert (spread < 1e-9).all() if weights == "fixed" else (spread > 0.01).all()


@pytest.mark.parametrize("normalise", ["min_max", "min_max_year"])
def test_every_draw_is_what_the_scorer_says_of_its_inputs(normalise: str) -> None:
    """Errors drawn on one input only: every draw of that unit is a re-score with the input that gives it."""
    tree = mixed_tree(normalise)
    values, _ = data(tree, 5)
    half = pd.DataFrame({"i0": [0.4, 0.0, 0.0, 0.0, 0.0]}, index=values.index)
    plan = make_plan(tree)
    run = simulate(plan, Observed(values, half), Uncertain(), Sampling(40, 3))
    low, high = values.copy(), values.copy()
    low.loc[values.index[0], "i0"] -= 0.4
    high.loc[values.index[0], "i0"] += 0.4
    ends = [recompute(tree, table)[ROOT].to_numpy() for table in (low, high)]
    assert (run.scores[:, 0] >= ends[0][0] - 1e-9).all()
    assert (run.scores[:, 0] <= ends[1][0] + 1e-9).all()
    assert np.ptp(run.scores[:, 0]) > 0.5 * abs(ends[1][0] - ends[0][0])


def test_the_least_coverage_of_a_framework_counts() -> None:
    """Weights 1 and 3: with at least half of the weight needed, the first child alone is not enough."""
    rows = [component(ROOT, rule="weighted_mean")]
    rows += [component(c, ROOT, weight=w, min_score=0.0, max_score=10.0) for c, w in (("x", 1.0), ("y", 3.0))]
    tree = replace(tree_of(rows, "renormalise"), coverage=0.5)
    values = pd.DataFrame({"x": [4.0, np.nan, 2.0], "y": [np.nan, 6.0, 6.0]}, index=list("abc"))
    point = simulate(make_plan(tree), Observed(values), Uncertain(), Sampling(1)).point
    np.testing.assert_allclose(point, [np.nan, 6.0, 5.0])
    np.testing.assert_allclose(recompute(tree, values)[ROOT], point)


def test_the_ledger_of_a_geometric_total_is_a_re_score() -> None:
    tree = mixed_tree()
    values, totals = data(tree)
    unit = str(totals.idxmin())
    found = ledger(make_case(make_plan(tree), values, unit, Field(totals))).set_index("code")
    assert set(found.index) == {"r", "i0", "i1", "i2", "i3", "i4", "i5"}
    for code, row in found.iterrows():
        raised = values.copy()
        raised.loc[unit, str(code)] = 0.0 if code == "i4" else tree.nodes[str(code)].max_score
        again = recompute(tree, raised)[ROOT]
        assert row["gain"] == pytest.approx(again[unit] - totals[unit], abs=1e-9)
        assert row["rank_after"] == 1 + int((again.drop(unit) > again[unit] + 1e-9).sum())


def test_a_path_through_a_geometric_total_is_confirmed_and_beats_a_grid() -> None:
    """Three inputs of a geometric mean: no point of a 61³ grid that reaches the goal costs less."""
    rows = [component(ROOT, rule="geometric_mean", factor=10.0)]
    weights = {"x": 3.0, "y": 2.0, "z": 1.0}
    rows += [component(c, ROOT, weight=w, min_score=0.0, max_score=1.0) for c, w in weights.items()]
    values = pd.DataFrame({"x": [0.4], "y": [0.3], "z": [0.2]}, index=["a"])
    plan = make_plan(tree_of(rows))
    total = float(plan.run(plan.array(values))[0, plan.root])
    case = make_case(plan, values, "a", Field(pd.Series({"a": total})))
    cost = {"x": 1.0, "y": 1.1, "z": 0.9}
    route = least_effort(case, Goal(total=5.0), Effort(cost=cost))
    assert route.method == "cuts"
    assert route.proven
    assert route.bound <= route.effort <= route.bound * (1 + 1e-6)
    assert route.feasible
    assert route.total == pytest.approx(5.0, abs=1e-6)
    grid = np.stack(np.meshgrid(*(np.linspace(v, 1.0, 61) for v in (0.4, 0.3, 0.2)), indexing="ij"), axis=-1)
    reached = 10.0 * np.exp(np.log(grid) @ np.array([3.0, 2.0, 1.0]) / 6.0)
    spent = (grid - np.array([0.4, 0.3, 0.2])) @ np.array(list(cost.values()))
    assert route.effort <= spent[reached >= 5.0].min() + 1e-6
    far = least_effort(case, Goal(total=9.0), Effort(cost=cost, caps=dict.fromkeys(weights, 0.8)))
    assert not far.feasible
    assert far.total == pytest.approx(8.0)


def test_rules_that_compare_units_are_scored_together_or_refused() -> None:
    tree = mixed_tree("min_max_year")
    values, totals = data(tree)
    plan = make_plan(tree)
    assert any(step.relative for step in plan.steps)
    unit = str(totals.idxmax())
    raised = values.copy()
    raised.loc[unit, "i0"] += 30.0
    found = make_engine(plan, values).run({(unit, "i0"): raised.loc[unit, "i0"]})
    np.testing.assert_allclose(found["after"], recompute(tree, raised)[ROOT], rtol=0, atol=1e-9)
    assert (found.drop(unit)["change"] <= 1e-12).all()
    assert (found.drop(unit)["change"] < -0.01).any()
    with pytest.raises(ValueError, match="compares units"):
        make_case(plan, values, unit, Field(totals))


def test_other_weights_of_a_geometric_total() -> None:
    tree = mixed_tree()
    values, _ = data(tree)
    engine = make_engine(make_plan(tree), values)
    found = engine.run(weights={"P": 5.0})
    parts = recompute(tree, values).assign(r=values["r"])
    logs = np.log(parts[["P", "Q", "r"]].to_numpy()) @ np.array([5.0, 2.0, 1.0]) / 8.0
    np.testing.assert_allclose(found["after"], 100.0 * np.exp(logs), rtol=0, atol=1e-9)
    with pytest.raises(ValueError, match="not straight"):
        rank_range(engine, str(values.index[0]), {"P": (0.5, 2.0), "Q": (0.5, 3.0)})
