"""What must hold for every tree and all values: bands, ledger, what-if."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from indices.draws import Sampling, Uncertain
from indices.ledger import ledger, make_case, recovered_together
from indices.path import Goal, least_effort
from indices.plan import make_plan
from indices.scenario import make_engine
from indices.standing import Field
from indices.uncertainty import Observed, simulate
from tests.composites import ROOT, four_levels, generated, half_units, points_tree

SEEDS = st.integers(0, 10_000)
UNITS = st.integers(2, 12)
FEW = Sampling(draws=120, seed=4)


def points(seed: int, n_units: int) -> tuple[pd.DataFrame, dict[str, float]]:
    """Values with two decimals of a tree of points; ties and full marks happen."""
    random = np.random.default_rng(seed)
    maxima = {f"c{k}": float(random.integers(1, 6)) for k in range(int(random.integers(1, 7)))}
    table = {c: np.round(m * np.minimum(random.random(n_units) * 1.2, 1.0), 1) for c, m in maxima.items()}
    return pd.DataFrame(table, index=[f"u{k}" for k in range(n_units)]), maxima


@given(SEEDS, UNITS)
@settings(max_examples=40, deadline=None)
def test_bands_hold_the_rank_and_chances_add_up(seed: int, n_units: int) -> None:
    tree = four_levels(9, 4)
    values = generated(tree, n_units, seed)
    what = Uncertain(weights="uniform", normalise=("defined", "rank"), aggregate=("defined", "geometric"))
    simulation = simulate(make_plan(tree), Observed(values, half_units(values, 0)), what, FEW)
    bands = simulation.bands()
    assert ((bands["rank_low"] <= bands["rank"]) & (bands["rank"] <= bands["rank_high"])).all()
    assert ((bands["draw_low"] <= bands["median_rank"]) & (bands["median_rank"] <= bands["draw_high"])).all()
    assert bands["p_first"].sum() >= 1.0 - 1e-9
    beats = simulation.beats().to_numpy()
    assert (beats + beats.T <= 1.0 + 1e-9).all()


@given(SEEDS, UNITS)
@settings(max_examples=40, deadline=None)
def test_no_uncertainty_no_band(seed: int, n_units: int) -> None:
    values, maxima = points(seed, n_units)
    bands = simulate(make_plan(points_tree(maxima)), Observed(values), Uncertain(), FEW).bands()
    assert (bands["rank_low"] == bands["rank_high"]).all()
    assert (bands["score_high"] - bands["score_low"]).max() <= 1e-9


@given(SEEDS, UNITS, st.floats(0.01, 1.0))
@settings(max_examples=40, deadline=None)
def test_raising_an_input_never_worsens_the_own_rank(seed: int, n_units: int, share: float) -> None:
    tree = four_levels(9, 4)
    values = generated(tree, n_units, seed)
    engine = make_engine(make_plan(tree), values)
    unit, code = values.index[seed % n_units], tree.leaves()[seed % 9]
    node = tree.nodes[code]
    goal = node.ref_min if node.direction == "-" else node.ref_max
    value = values.loc[unit, code]
    found = engine.run({(unit, code): value + share * (goal - value)})
    assert found.loc[unit, "places"] >= 0
    assert (found.drop(unit)["change"] == 0).all()


@given(SEEDS, UNITS)
@settings(max_examples=60, deadline=None)
def test_the_ledger_agrees_with_scoring_everything_again(seed: int, n_units: int) -> None:
    values, maxima = points(seed, n_units)
    tree = points_tree(maxima)
    totals, unit = values.sum(axis=1), values.index[0]
    case = make_case(make_plan(tree), values, unit, Field(totals))
    found = ledger(case)
    assert set(found["code"]) == {c for c, m in maxima.items() if values.loc[unit, c] < m}
    for row in found.to_dict("records"):
        raised = values.copy()
        raised.loc[unit, row["code"]] = maxima[row["code"]]
        again = raised.sum(axis=1)
        assert abs(again[unit] - totals[unit] - row["gain"]) < 1e-9
        assert row["rank_after"] == 1 + int((again.drop(unit) > again[unit] + 1e-9).sum())
        assert not row["need"] > row["room"] + 1e-9
    together = recovered_together(case)
    assert len(together) == len(found)
    assert abs(together["gain"].sum() - (sum(maxima.values()) - totals[unit])) < 1e-9


@given(SEEDS, UNITS, st.floats(0.05, 1.3))
@settings(max_examples=60, deadline=None)
def test_a_path_reaches_its_goal_or_says_how_far_it_gets(seed: int, n_units: int, share: float) -> None:
    values, maxima = points(seed, n_units)
    totals, unit = values.sum(axis=1), values.index[0]
    case = make_case(make_plan(points_tree(maxima)), values, unit, Field(totals))
    goal, most = share * sum(maxima.values()), sum(maxima.values())
    route = least_effort(case, Goal(total=goal))
    assert route.feasible == (goal <= most + 1e-9 or totals[unit] >= goal - 1e-9)
    assert route.total >= min(goal, most) - 1e-8
    assert abs(route.effort - max(min(goal, most) - totals[unit], 0.0)) < 1e-6
    assert ROOT not in set(route.steps["code"])
