"""Rank bands of the ASEM example: the definition as it is, and the printed draws of an R engine."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from indices.draws import Sampling, Uncertain
from indices.outliers import Shape
from indices.pipeline import Processing, Stages, run
from indices.plan import make_plan
from indices.sobol import sensitivity
from indices.tree import Tree
from indices.uncertainty import Observed, simulate
from tests.golden.tables import framework, stage, table

VARIED = Uncertain(
    weights="uniform",
    spread=0.25,
    normalise=("defined", "z_score"),
    aggregate=("defined", "geometric"),
)


@cache
def tree() -> Tree:
    """The example's tree."""
    return framework("asem", "Index", missing="renormalise").tree(1)


@cache
def stages() -> Stages:
    """Its stages; the treated one goes into the draws."""
    groups = table("asem", "groups")
    of_unit = groups[groups["grouping"] == "EurAsia_group"].set_index("unit")["group"]
    return run(tree(), stage("asem", "raw"), Processing(impute="group_mean", treat=Shape()), of_unit)


def observed() -> Observed:
    """Treated indicators: imputed, divided and winsorised."""
    return Observed(stages().treated)


def test_the_point_result_is_the_published_index() -> None:
    expected = stage("asem", "aggregated")["Index"]
    point = simulate(make_plan(tree()), observed(), Uncertain(), Sampling(1)).point
    np.testing.assert_allclose(point, expected.loc[stages().treated.index], rtol=1e-12)


def test_nominal_ranks_agree_and_draws_are_of_the_same_order() -> None:
    expected = stage("uncertainty", "rank_draws")
    bands = simulate(make_plan(tree()), observed(), VARIED, Sampling(2000)).bands().loc[expected.index]
    assert (bands["rank"] == expected["nominal"]).all()
    off = (bands["median_rank"].astype(float) - expected["median"]).abs()
    assert off.mean() < 1.0
    assert off.max() <= 4.0
    assert (bands["draw_low"].astype(float) - expected["q5"]).abs().mean() < 1.5
    assert (bands["draw_high"].astype(float) - expected["q95"]).abs().mean() < 1.5


def test_errors_of_the_figures_go_through_the_definitions_own_min_max() -> None:
    """Drawn together (fast) or one draw at a time through the rule itself: the same totals."""
    values = stages().treated
    errors = pd.DataFrame(0.01, index=values.index, columns=values.columns) * values.std()
    plan = make_plan(tree())
    fast = simulate(plan, Observed(values, errors=errors), Uncertain(), Sampling(20, 5))
    again = simulate(plan, Observed(values, errors=errors), Uncertain(), Sampling(20, 5, block=1))
    np.testing.assert_allclose(fast.scores, again.scores, rtol=0, atol=1e-9)
    assert (np.ptp(fast.scores, axis=0) > 0).all()


def test_sobol_indices_of_the_choices() -> None:
    """As in the printed table, the weights move ranks least of the three choices."""
    found = sensitivity(make_plan(tree()), observed(), VARIED, sampling=Sampling(256)).set_index("factor")
    assert found["total"].sum() >= 0.95
    assert found["first"].sum() <= 1.1
    assert found.loc["weights", "total"] == found["total"].min()
