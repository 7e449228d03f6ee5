"""What is within reach and what could be lost, on three years of four units."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from indices.benchmarks import REACHES, History, caps, falls
from indices.ledger import ledger, make_case
from indices.path import Effort, Goal, least_effort
from indices.plan import make_plan
from indices.standing import Field
from tests.composites import ROOT, component, tree_of

ENDS = {
    "weight": 1.0,
    "min_score": 0.0,
    "max_score": 10.0,
    "normalise": "min_max",
    "ref_min": 0.0,
    "ref_max": 10.0,
}
TREE = tree_of(
    [
        component(ROOT, rule="arithmetic_mean", factor=10.0),
        component("x", ROOT, **ENDS),
        component("d", ROOT, direction="-", **ENDS),
    ]
)
UNITS = ["a", "b", "c", "e"]
YEARS = [
    pd.DataFrame({"x": [6.0, 9.5, 2.0, 1.0], "d": [3.0, 4.0, 5.0, 0.5]}, index=UNITS),
    pd.DataFrame({"x": [4.0, 5.0, 7.0, 3.0], "d": [6.0, 2.0, 5.0, 4.0]}, index=UNITS),
    pd.DataFrame({"x": [5.0, 6.0, 8.0, np.nan], "d": [5.0, 3.0, 4.0, 2.0]}, index=UNITS),
]
HISTORY = History(TREE, YEARS, pd.Series({"a": "north", "b": "north", "c": "south", "e": "north"}))


@pytest.mark.parametrize(
    ("reach", "x", "d"),
    [
        ("best_ever", 9.5, 0.5),
        ("own_best", 6.0, 3.0),
        ("national_best", 8.0, 2.0),
        ("regional_best", 6.0, 2.0),
    ],
)
def test_the_best_within_reach(reach: str, x: float, d: float) -> None:
    assert caps(HISTORY, "a", reach) == {"x": x, "d": d}
    assert set(REACHES) == {"best_ever", "own_best", "national_best", "regional_best"}


def test_a_path_goes_no_further_than_its_reach() -> None:
    plan = make_plan(TREE)
    totals = pd.Series(plan.run(plan.array(YEARS[-1]))[:, plan.root], index=UNITS)
    case = make_case(plan, YEARS[-1], "a", Field(totals))
    reached = {
        reach: least_effort(case, Goal(total=100.0), Effort(caps=caps(HISTORY, "a", reach))).total
        for reach in REACHES
    }
    assert reached == pytest.approx(
        {"best_ever": 9.5, "own_best": 6.5, "national_best": 8.0, "regional_best": 7.0}
    )


def test_what_could_be_lost() -> None:
    found = falls(HISTORY, "a")
    assert found.last is not None
    assert found.region is not None
    assert found.last.to_dict() == {"x": 4.0, "d": 6.0}
    assert found.region.to_dict() == {"x": 5.5, "d": 3.0}
    assert falls(History(TREE, YEARS[-1:], HISTORY.regions), "a").last is None
    plan = make_plan(TREE)
    case = make_case(plan, YEARS[-1], "a", Field(pd.Series({"a": 5.0, "b": 6.5})))
    table = ledger(case, found).set_index("code")
    assert table.loc["x", "fall_last"] == pytest.approx(0.5)
    assert table.loc["d", "fall_last"] == pytest.approx(0.5)
    assert table["fall_region"].tolist() == [0.0, 0.0]


def test_a_unit_without_a_region_has_no_neighbours() -> None:
    alone = History(TREE, YEARS, pd.Series({"b": "north"}))
    assert alone.neighbours("a") == []
    assert caps(alone, "a", "regional_best") == {}
    assert falls(alone, "a").region.isna().all()  # type: ignore[union-attr]
