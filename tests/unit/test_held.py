"""A unit of an index whose scales compare units: references held still, then everybody moved."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from indices.held import held_case, hold
from indices.ledger import ledger, make_case
from indices.normalise import NORMALISATIONS, normalise
from indices.path import Effort, Goal, least_effort
from indices.plan import make_plan
from indices.scale import Scale
from indices.scoring import recompute
from indices.standing import Field
from indices.tree import Tree
from tests.composites import ROOT, component, tree_of

FIGURES = np.array([3.0, 7.5, 1.2, 7.5, 5.0, 9.1, 2.2])
SETTINGS: dict[str, dict[str, object]] = {
    "distance_to_reference": {"reference": "median"},
    "distance_to_target": {"target": 6.0},
    "ratio_to_reference": {"reference": "mean"},
    "difference_to_reference": {"reference": "best"},
    "around_mean": {"threshold": 0.2},
    "percentile_bands": {"bands": ((0.0, 0.1), (40.0, 0.5), (70.0, 1.0))},
}
RELATIVE = sorted(name for name, way in NORMALISATIONS.items() if way.relative)


@pytest.mark.parametrize("less", [False, True])
@pytest.mark.parametrize("logged", [False, True])
@pytest.mark.parametrize("name", RELATIVE)
def test_a_held_scale_is_the_scale_where_the_figures_stand(name: str, logged: bool, less: bool) -> None:
    settings = SETTINGS.get(name, {}) | {"logged": logged, "reversed": less, "to_low": 1.0, "to_high": 5.0}
    if less and name == "distance_to_target":
        settings["target"] = 2.0
    if (logged and name == "percentile_bands") or (less and not NORMALISATIONS[name].turns):
        return
    scale = Scale(name, **settings)  # type: ignore[arg-type]
    real = normalise(FIGURES, scale)
    for place, figure in enumerate(FIGURES):
        held = hold(scale, FIGURES, place)
        assert not NORMALISATIONS[held.name].relative or name in (
            "ratio_to_reference",
            "difference_to_reference",
            "fraction_of_max",
        )
        assert normalise(np.array([figure]), held)[0] == pytest.approx(real[place], abs=1e-12)


def test_every_way_that_compares_units_can_be_held() -> None:
    for name in RELATIVE:
        scale = Scale(name, **SETTINGS.get(name, {}))  # type: ignore[arg-type]
        assert hold(scale, FIGURES, 0).name


@pytest.mark.parametrize("name", ["rank", "borda", "rank_share", "percentile_rank"])
def test_a_held_order_counts_whom_the_unit_has_passed(name: str) -> None:
    for less in (False, True):
        scale = Scale(name, reversed=less)
        held = hold(scale, FIGURES, 0)
        for figure in (0.5, 1.2, 2.0, 5.0, 5.1, 7.5, 8.0, 9.1, 11.0):
            moved = FIGURES.copy()
            moved[0] = figure
            assert normalise(np.array([figure]), held)[0] == pytest.approx(normalise(moved, scale)[0])


def tree(way: str) -> Tree:
    usual = {"min_score": 0.0, "max_score": 10.0, "normalise": way}
    rows = [component(ROOT, rule="arithmetic_mean", factor=100.0)]
    rows += [component(c, ROOT, weight=w, **usual) for c, w in {"x": 3.0, "y": 2.0, "z": 1.0}.items()]
    return tree_of(rows)


def made(n: int = 20) -> pd.DataFrame:
    random = np.random.default_rng(11)
    return pd.DataFrame(random.uniform(1, 9, (n, 3)), index=[f"u{k}" for k in range(n)], columns=list("xyz"))


@pytest.mark.parametrize("way", ["min_max_year", "z_score", "rank", "distance_to_best"])
@pytest.mark.parametrize("rank", [1, 5])
def test_a_path_to_a_rank_is_there_with_everybody_moving(way: str, rank: int) -> None:
    values, index = made(), tree(way)
    totals = recompute(index, values)[ROOT]
    unit = str(totals.sort_values().index[6])
    case = held_case(make_plan(index), values, unit, Field(totals))
    assert case.total == pytest.approx(totals[unit], abs=1e-9)
    route = least_effort(case, Goal(rank=rank), Effort(cost={"y": 0.7}))
    assert route.feasible
    assert (route.proven, route.reason) == (False, "held")
    raised = values.copy()
    for step in route.steps.to_dict("records"):
        raised.loc[unit, step["code"]] = step["end"]
    again = recompute(index, raised)[ROOT]
    assert route.total == pytest.approx(again[unit], abs=1e-9)
    assert route.rank == 1 + int((again.drop(unit) > again[unit] + 1e-9).sum())
    assert route.rank <= rank


def test_a_goal_that_moves_away_is_followed() -> None:
    """Raising the worst unit raises the year's least figure: with the range held 50 is reached too early."""
    values = pd.DataFrame({"x": [2.0, 6.0, 10.0, 6.5]}, index=list("abcd"))
    rows = [component(ROOT, rule="arithmetic_mean", factor=100.0)]
    one = {"weight": 1.0, "min_score": 0.0, "max_score": 12.0, "normalise": "min_max_year"}
    index = tree_of([*rows, component("x", ROOT, **one)])
    totals = recompute(index, values)[ROOT]
    case = held_case(make_plan(index), values, "a", Field(totals))
    route = least_effort(case, Goal(total=50.0))
    assert route.feasible
    assert route.total == pytest.approx(50.0, abs=1e-6)
    assert route.steps["end"].tolist() == [pytest.approx(8.0, abs=1e-5)]
    assert not least_effort(case, Goal(total=101.0)).feasible


def test_the_ledger_of_a_held_case_is_that_of_the_year_as_it_stands() -> None:
    values, index = made(), tree("z_score")
    totals = recompute(index, values)[ROOT]
    unit = str(totals.idxmin())
    found = ledger(held_case(make_plan(index), values, unit, Field(totals))).set_index("code")
    deviations = (10.0 - values.loc[unit]) / values.std()
    expected = 100.0 * deviations * pd.Series({"x": 3.0, "y": 2.0, "z": 1.0}) / 6.0
    np.testing.assert_allclose(found["gain"].sort_index(), expected.sort_index(), rtol=1e-9)


def test_what_cannot_be_held_is_refused() -> None:
    values = made(5)
    duels = tree_of([component(ROOT, rule="copeland"), *(component(c, ROOT, weight=1.0) for c in "xyz")])
    totals = recompute(duels, values)[ROOT]
    with pytest.raises(ValueError, match="compares units"):
        held_case(make_plan(duels), values, "u0", Field(totals))
    flat, index = values.assign(x=4.0), tree("min_max_year")
    with pytest.raises(ValueError, match="no reach"):
        held_case(make_plan(index), flat, "u0", Field(recompute(index, flat)[ROOT]))
    with pytest.raises(ValueError, match="no figures"):
        held_case(make_plan(index), values.assign(x=np.nan), "u0", Field(totals))
    with pytest.raises(ValueError, match="compares units"):
        make_case(make_plan(index), values, "u0", Field(totals))
