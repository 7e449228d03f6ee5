"""Monte Carlo: degenerate cases, hand-counted chances, reproducibility, and the real standard errors of
2019.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from indices.draws import Sampling, Uncertain
from indices.plan import make_plan
from indices.scoring import recompute
from indices.simulated import DIFFERS, NEGLIGIBLE, UNKNOWN, Grouping, Simulation
from indices.uncertainty import Observed, simulate
from tests.composites import (
    ROOT,
    component,
    four_levels,
    generated,
    half_units,
    means_tree,
    points_tree,
    tree_of,
)

SOURCES = Path(__file__).resolve().parents[2] / "data" / "sources"
FEW = Sampling(draws=400, seed=3)


def frame(**columns: list[float]) -> pd.DataFrame:
    """Units a, b, c ... by columns of values."""
    length = len(next(iter(columns.values())))
    return pd.DataFrame(columns, index=list("abcdefghij"[:length]))


def test_without_uncertainty_every_band_is_the_rank_itself() -> None:
    tree = four_levels()
    values = generated(tree)
    simulation = simulate(make_plan(tree), Observed(values), Uncertain(), FEW)
    bands = simulation.bands()
    assert (bands["rank_low"] == bands["rank"]).all()
    assert (bands["rank_high"] == bands["rank"]).all()
    assert set(bands["p_first"]) == {0.0, 1.0}
    exact = recompute(tree, values)[ROOT].to_numpy()
    np.testing.assert_allclose(simulation.point, exact, rtol=0, atol=1e-11)
    np.testing.assert_allclose(simulation.scores, np.tile(exact, (400, 1)), rtol=0, atol=1e-11)


@pytest.mark.parametrize("weights", ["uniform", "dirichlet"])
def test_results_do_not_depend_on_the_block_nor_on_how_many_draws_follow(weights: str) -> None:
    tree = four_levels()
    values = generated(tree)
    what = Uncertain(
        weights=weights,  # type: ignore[arg-type]
        normalise=("defined", "min_max", "z_score", "rank"),
        aggregate=("defined", "geometric", "harmonic"),
    )
    observed = Observed(values, half_units(values, 1), values * 0 + 0.05)
    plan = make_plan(tree)
    runs = [simulate(plan, observed, what, Sampling(300, 9, block)) for block in (7, 100, 1000)]
    longer = simulate(plan, observed, what, Sampling(450, 9))
    for run in runs[1:]:
        np.testing.assert_allclose(run.scores, runs[0].scores, rtol=0, atol=1e-9)
        assert (run.ranks == runs[0].ranks).all()
    np.testing.assert_allclose(longer.scores[:300], runs[0].scores, rtol=0, atol=1e-9)
    other = simulate(plan, observed, what, Sampling(300, 10))
    assert not np.allclose(other.scores, runs[0].scores)


def test_rounding_alone_gives_the_chance_of_two_uniform_errors() -> None:
    """Values 5.0 and 5.1 rounded to 0.1: the difference of errors is triangular on ±0.1; never reversed.

    5.0 against 5.04 (said to be rounded to 0.1 too): P(a > b) = (0.1 - 0.04)^2 / (2 x 0.1^2) = 0.18.
    """
    plan = make_plan(points_tree({"x": 10.0}))
    many = Sampling(20_000, 1)
    near = frame(x=[5.0, 5.04])
    simulation = simulate(plan, Observed(near, half_units(near, 1)), Uncertain(), many)
    verdict, ahead = simulation.differ("a", "b")
    assert verdict == NEGLIGIBLE
    assert ahead == pytest.approx(0.18, abs=0.01)
    apart = frame(x=[5.0, 5.11])
    assert simulate(plan, Observed(apart, half_units(apart, 1)), Uncertain(), many).differ("a", "b") == (
        DIFFERS,
        0.0,
    )


def test_weights_of_two_children_give_the_counted_chance() -> None:
    """a = (10, 1), b = (1, 9.5), equal weights u, v in 0.75-1.25: a is ahead where 9 u > 8.5 v.

    With r = 8.5 / 9, P(u > r v) on the square: 1 - area below; the area is counted on a fine grid.
    """
    plan = make_plan(means_tree({"x": 1.0, "y": 1.0}))
    values = frame(x=[10.0, 1.0], y=[1.0, 9.5])
    what = Uncertain(weights="uniform", spread=0.25)
    _, ahead = simulate(plan, Observed(values), what, Sampling(40_000, 2)).differ("a", "b")
    grid = (np.arange(2000) + 0.5) / 2000 * 0.5 + 0.75
    counted = float((9.0 * grid[:, None] > 8.5 * grid[None, :]).mean())
    assert ahead == pytest.approx(counted, abs=0.01)


def test_the_published_total_keeps_its_distance_to_the_recomputed_one() -> None:
    tree = means_tree({"x": 1.0, "y": 1.0})
    values = frame(x=[6.0, 4.0], y=[8.0, 4.0], **{ROOT: [7.5, np.nan]})
    simulation = simulate(make_plan(tree), Observed(values), Uncertain(), FEW)
    np.testing.assert_allclose(simulation.point, [7.5, 4.0])
    np.testing.assert_allclose(simulation.scores[0], [7.5, 4.0])


def test_missing_inputs_refuse_renormalise_and_impute() -> None:
    tree = means_tree({"x": 1.0, "y": 3.0})
    values = frame(x=[2.0, 4.0, 6.0], y=[8.0, np.nan, 4.0])
    plan = make_plan(tree)

    def point(policy: str) -> list[float]:
        what = Uncertain(missing=(policy,))  # type: ignore[arg-type]
        return list(simulate(plan, Observed(values), what, Sampling(2)).point)

    np.testing.assert_allclose(point("refuse"), [6.5, np.nan, 4.5])
    np.testing.assert_allclose(point("renormalise"), [6.5, 4.0, 4.5])
    np.testing.assert_allclose(point("mean"), [6.5, 5.5, 4.5])
    bands = simulate(plan, Observed(values), Uncertain(), Sampling(2)).bands()
    assert bands.loc["b"].isna().all()
    assert list(bands["rank"].dropna()) == [1, 2]
    simulation = simulate(plan, Observed(values), Uncertain(), Sampling(2))
    assert simulation.differ("a", "b")[0] == UNKNOWN


def test_gaps_are_filled_from_the_group_in_every_draw() -> None:
    """c has no y and is in a group with b; d has no group and stays without a total."""
    tree = means_tree({"x": 1.0, "y": 1.0})
    values = pd.DataFrame({"x": [2.0, 4.0, 6.0, 5.0], "y": [8.0, 3.0, np.nan, np.nan]}, index=list("abcd"))
    groups = pd.Series({"a": "north", "b": "south", "c": "south"})
    errors = pd.DataFrame(0.0, index=values.index, columns=values.columns).assign(y=[0.0, 0.5, 0.0, 0.0])
    plan = make_plan(tree)
    for policy in ("group_mean", "group_median"):
        what = Uncertain(missing=(policy,))  # type: ignore[arg-type]
        run = simulate(plan, Observed(values, errors=errors, groups=groups), what, Sampling(50))
        np.testing.assert_allclose(run.point, [5.0, 3.5, 4.5, np.nan])
        np.testing.assert_allclose(run.scores[:, 2] - run.scores[:, 1], 1.0)
        assert np.ptp(run.scores[:, 2]) > 0.1
        with pytest.raises(ValueError, match="needs groups"):
            simulate(plan, Observed(values), what, Sampling(2))


def test_missing_renormalised_agrees_with_the_scorer_at_every_level() -> None:
    tree = four_levels(missing="renormalise")
    values = generated(tree)
    values = values.mask(np.random.default_rng(8).random(values.shape) < 0.1)
    point = simulate(make_plan(tree), Observed(values), Uncertain(), Sampling(1)).point
    # z-shares renormalise like the rules do: rescaled sums and means are means of shares
    np.testing.assert_allclose(point, recompute(tree, values)[ROOT], rtol=0, atol=1e-9)


def test_less_is_better_is_turned_round_in_every_normalisation() -> None:
    rows = [
        component(ROOT, rule="rescaled_sum", factor=1.0, offset=0.0, span=1.0),
        component("x", ROOT, weight=1.0, normalise="min_max", ref_min=0.0, ref_max=10.0, direction="-"),
    ]
    plan = make_plan(tree_of(rows))
    values = frame(x=[1.0, 5.0, 9.0])
    for name in ("defined", "min_max", "z_score", "rank"):
        what = Uncertain(normalise=(name,))  # type: ignore[arg-type]
        assert list(simulate(plan, Observed(values), what, Sampling(1)).point_ranks) == [1, 2, 3]


def test_alternative_means_by_hand() -> None:
    """Shares 0.25 and 1 of a unit, floor 0.01 (seen as 0.2575 and 1): geometric 0.50744, harmonic 0.40954."""
    plan = make_plan(points_tree({"x": 10.0, "y": 10.0}))
    values = frame(x=[2.5, 0.0], y=[10.0, 0.0])
    seen = {"arithmetic": 0.625, "geometric": 0.2575**0.5, "harmonic": 2 / (1 / 0.2575 + 1)}
    for name, mean in seen.items():
        share = mean if name == "arithmetic" else (mean - 0.01) / 0.99
        what = Uncertain(aggregate=(name,))  # type: ignore[arg-type]
        point = simulate(plan, Observed(values), what, Sampling(1)).point
        np.testing.assert_allclose(point, [20.0 * share, 0.0], atol=1e-12)


def test_groups_by_score_and_by_size() -> None:
    simulation = Simulation(
        pd.Index(list("abc")), np.array([91.0, 85.0, 70.0]), np.array([[91.0, 85, 70], [89.0, 91, 70]])
    )
    by_score = simulation.bands(Grouping(("A", "B"), starts=(90.0, 80.0)))
    assert list(by_score["p_group_A"]) == [0.5, 0.5, 0.0]
    assert list(by_score["p_group_B"]) == [0.5, 0.5, 0.0]
    by_size = simulation.bands(Grouping(("A", "B"), sizes=(1, 2)))
    assert list(by_size["p_group_A"]) == [0.5, 0.5, 0.0]
    assert list(by_size["p_group_B"]) == [0.5, 0.5, 1.0]
    with pytest.raises(ValueError, match="start or a size"):
        Grouping(("A",), starts=(1.0,), sizes=(1,))


def test_ties_share_the_better_rank_and_are_no_win() -> None:
    simulation = Simulation(pd.Index(list("abc")), np.array([2.0, 2.0, 1.0]), np.array([[2.0, 2.0, 1.0]]))
    assert list(simulation.point_ranks) == [1, 1, 3]
    assert simulation.beats().loc["a", "b"] == 0.0
    assert simulation.differ("a", "b") == (NEGLIGIBLE, 0.0)
    rounded = replace(simulation, point=np.array([2.04, 2.01, 1.0]), precision=1)
    assert list(rounded.point_ranks) == [1, 1, 3]


def test_settings_that_mean_nothing_are_refused() -> None:
    for wrong in ({"spread": 1.5}, {"concentration": 0.0}, {"floor": 0.0}, {"normalise": ()}):
        with pytest.raises(ValueError, match=r"spread|concentration|choice"):
            Uncertain(**wrong)
    values = frame(x=[1.0])
    with pytest.raises(ValueError, match="negative"):
        simulate(make_plan(points_tree({"x": 10.0})), Observed(values, -values), Uncertain(), FEW)


def test_the_published_standard_errors_give_the_normal_chances() -> None:
    """Totals and standard errors of one survey: P(a > b) = Φ(gap / sqrt(se_a² + se_b²))."""
    rows = pd.read_csv(SOURCES / "PAPI" / "standard_errors_2019.csv")
    rows = rows[rows["component"] == "PAPI"].set_index("unit")
    totals = rows[["score"]].rename(columns={"score": ROOT})
    errors = rows[["standard_error"]].rename(columns={"standard_error": ROOT})
    plan = make_plan(tree_of([component(ROOT, min_score=10.0, max_score=80.0)]))
    simulation = simulate(plan, Observed(totals, errors=errors), Uncertain(), Sampling(10_000, 1))
    gaps = rows["score"].to_numpy()[:, None] - rows["score"].to_numpy()[None, :]
    both = np.hypot.outer(*[rows["standard_error"].to_numpy()] * 2)
    exact = norm.cdf(gaps / both)
    np.fill_diagonal(exact, 0.0)
    # 10,000 draws: standard deviation at most 0.005; the largest of 63 x 62 pairs stays under 4.5 of them
    assert np.abs(simulation.beats().to_numpy() - exact).max() < 0.0225
    bands = simulation.bands()
    assert len(bands) == 63
    assert (bands["rank_low"] <= bands["rank"]).all()
    assert bands["p_first"].sum() == pytest.approx(1.0)
    assert (bands["rank_high"] - bands["rank_low"]).median() > 3
