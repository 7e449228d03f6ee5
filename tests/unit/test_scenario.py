"""What-if: hand-made changes, the real year, and ranks within weight ranges against a dense grid of
weights.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from indices.draws import Sampling, Uncertain
from indices.plan import make_plan
from indices.rank_range import rank_range
from indices.scenario import Engine, make_engine
from indices.uncertainty import Observed, simulate
from tests.composites import ROOT, four_levels, generated, half_units, means_tree, points_tree
from tests.unit.packdata import registry, wide

INDEX, YEAR = "PCI", 2019
VALUES = pd.DataFrame(
    {"x": [9.0, 6.0, 2.0, 5.0], "y": [2.0, 5.0, 9.0, 5.1], "z": [4.0, 4.0, 4.0, 4.0]}, index=list("abcd")
)


def engine() -> Engine:
    """Four units of a weighted mean, weights 5, 3, 2."""
    return make_engine(make_plan(means_tree({"x": 5.0, "y": 3.0, "z": 2.0})), VALUES)


def test_changed_inputs_move_the_total_and_the_ranks() -> None:
    """Totals 5.9, 5.3, 4.5, 4.83; c's x from 2 to 7 makes 7.0 and rank 1."""
    found = engine().run({("c", "x"): 7.0})
    np.testing.assert_allclose(found["before"], [5.9, 5.3, 4.5, 4.83])
    np.testing.assert_allclose(found["after"], [5.9, 5.3, 7.0, 4.83])
    assert found["rank_before"].tolist() == [1, 2, 4, 3]
    assert found["rank_after"].tolist() == [2, 3, 1, 4]
    assert found["places"].tolist() == [-1, -1, 3, -1]
    assert found["rank_low"].isna().all()


def test_an_outcome_holds_every_figure_beside_the_table() -> None:
    made = engine().outcome({("c", "x"): 7.0})
    pd.testing.assert_frame_equal(made.table, engine().run({("c", "x"): 7.0}))
    place = engine().plan.place
    assert made.figures[2, place["x"]] == 7.0
    np.testing.assert_allclose(made.figures[:, place[ROOT]], made.table["after"])
    assert made.simulation is None


def test_changed_weights_move_everybody() -> None:
    found = engine().run(weights={"x": 1.0, "y": 7.0})
    np.testing.assert_allclose(found["after"], [3.1, 4.9, 7.3, 4.87])
    assert found["rank_after"].tolist() == [4, 2, 1, 3]


def test_published_totals_keep_their_distance_and_nothing_changed_is_nothing_changed() -> None:
    values = VALUES.assign(**{ROOT: [5.95, 5.3, np.nan, 4.8]})
    plan = make_plan(means_tree({"x": 5.0, "y": 3.0, "z": 2.0}))
    same = make_engine(plan, values).run()
    np.testing.assert_allclose(same["after"], [5.95, 5.3, 4.5, 4.8])
    assert (same["change"] == 0).all()
    moved = make_engine(plan, values).run({("a", "x"): 8.0})
    assert moved.loc["a", "after"] == pytest.approx(5.45)


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError, match="nobody"):
        engine().run({("nobody", "x"): 1.0})
    with pytest.raises(KeyError, match="weight"):
        engine().run(weights={"nothing": 1.0})
    points = make_engine(make_plan(points_tree({"x": 10.0})), VALUES)
    with pytest.raises(ValueError, match="no weights"):
        points.run(weights={"x": 1.0})


def test_bands_move_with_the_totals() -> None:
    tree = four_levels()
    values = generated(tree)
    plan = make_plan(tree)
    observed = Observed(values, half_units(values, 0))
    simulation = simulate(plan, observed, Uncertain(weights="uniform"), Sampling(500, 2))
    made = make_engine(plan, values, simulation)
    same, bands = made.run(), simulation.bands()
    assert same["rank_low"].tolist() == bands["rank_low"].tolist()
    assert same["rank_high"].tolist() == bands["rank_high"].tolist()
    last = same["after"].idxmin()
    caps = {(last, c): 0.0 if tree.nodes[c].direction == "-" else tree.nodes[c].ref_max for c in plan.inputs}
    best = made.run(caps).loc[last]
    assert (best["rank_after"], best["rank_high"]) == (1, 1)
    with pytest.raises(ValueError, match="other units"):
        make_engine(plan, values.iloc[::-1], simulation)


def test_the_real_year_by_the_formula() -> None:
    """PCI of 63 provinces: every sub-index of one province up by 0.5; total + 10 × Σ w × 0.5, ranks
    counted.
    """
    tree, values = registry().framework(INDEX, YEAR).tree(YEAR), wide(INDEX, YEAR)
    plan = make_plan(tree, stop=tree.nodes[INDEX].children)
    made, codes = make_engine(plan, values), list(plan.inputs)
    unit = values[INDEX].sort_values().index[30]
    found = made.run({(unit, code): values.loc[unit, code] + 0.5 for code in codes})
    assert found.loc[unit, "after"] == pytest.approx(values.loc[unit, INDEX] + 5.0, abs=1e-9)
    others = values[INDEX].drop(unit)
    assert found.loc[unit, "rank_after"] == 1 + int((others > found.loc[unit, "after"]).sum())
    pd.testing.assert_series_equal(found["before"], values[INDEX], check_names=False)


@pytest.mark.parametrize("unit", list("abcd"))
def test_best_and_worst_rank_against_a_grid_of_weights(unit: str) -> None:
    """Weights x 2-7, y 1-6, z fixed at 2, sum 10: every x on a grid of 5,001 gives no better and no worse."""
    values = VALUES.assign(x=[9.0, 6.2, 2.0, 5.0])  # no tie of three at x = 4
    made = make_engine(make_plan(means_tree({"x": 5.0, "y": 3.0, "z": 2.0})), values)
    best, worst = rank_range(made, unit, {"x": (2.0, 7.0), "y": (1.0, 6.0)})
    x = np.linspace(2.0, 7.0, 5001)
    weights = np.stack([x, 8.0 - x, np.full_like(x, 2.0)])
    totals = values.to_numpy() @ weights / 10.0
    place = VALUES.index.get_loc(unit)
    ranks = 1 + (totals > totals[place] + 1e-7).sum(axis=0)
    assert best.proven
    assert worst.proven
    assert (best.rank, worst.rank) == (ranks.min(), ranks.max())
    for extreme in (best, worst):
        assert sum(extreme.weights.values()) == pytest.approx(10.0)
        assert made.run(weights=extreme.weights).loc[unit, "rank_after"] == extreme.rank


def test_fixed_weights_give_the_rank_itself_and_impossible_ones_are_refused() -> None:
    best, worst = rank_range(engine(), "b", {})
    assert (best.rank, worst.rank) == (2, 2)
    with pytest.raises(ValueError, match="no weights fit"):
        rank_range(engine(), "b", {"x": (0.0, 1.0)})
    with pytest.raises(KeyError, match="child"):
        rank_range(engine(), "b", {"q": (0.0, 1.0)})


def test_ranges_of_the_real_year_hold_what_a_sample_of_weights_finds() -> None:
    tree, values = registry().framework(INDEX, YEAR).tree(YEAR), wide(INDEX, YEAR)
    plan = make_plan(tree, stop=tree.nodes[INDEX].children)
    made = make_engine(plan, values)
    weights = {c.code: float(c.weight or 0) for c in tree.children(INDEX)}
    unit = values[INDEX].sort_values().index[40]
    best, worst = rank_range(made, unit, {c: (0.8 * w, 1.2 * w) for c, w in weights.items()})
    assert best.proven
    assert worst.proven
    random, ranks = np.random.default_rng(1), []
    for _ in range(200):
        drawn = np.array(list(weights.values())) * random.uniform(0.9, 1.1, len(weights))
        drawn *= sum(weights.values()) / drawn.sum()
        totals = pd.Series(made.totals(dict(zip(weights, drawn, strict=True))), index=values.index)
        ranks.append(1 + int((totals > totals[unit]).sum()))
    assert best.rank <= min(ranks)
    assert worst.rank >= max(ranks)
