"""Leaves filled and treated: sets and groups apart, coverage, logarithms, what rests on a filled figure."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from indices.analysis import AnalysisInputs, analyse
from indices.framework import parse_framework
from indices.model import Outliers, Preparation
from indices.prepare import count_imputed, prepare
from indices.tree import Tree
from tests.spec.samples import INDEX, component, facts, framework, inputs, raw, registry

NAN = float("nan")


def tree(**cells: object) -> Tree:
    """A mean of A (of A.1 and A.2) and B, over this year's range."""
    rows = [
        component(INDEX, "", "index", max_score=1, rule="arithmetic_mean"),
        component("A", INDEX, weight=1, rule="arithmetic_mean"),
        component("A.1", "A", "indicator", weight=1, normalise="min_max_year"),
        component("A.2", "A", "indicator", weight=1, normalise="min_max_year"),
        component("B", INDEX, "indicator", weight=1, normalise="min_max_year") | cells,
    ]
    return framework(raw(rows)).tree(1)


def figures(**columns: list[float]) -> pd.DataFrame:
    """Units x codes; the units are 1, 2, 3 ..."""
    frame = pd.DataFrame(columns, dtype="float64")
    return frame.set_axis([str(n + 1) for n in range(len(frame))], axis=0).rename(columns=_code)


def _code(name: str) -> str:
    return name.replace("_", ".")


def test_nothing_asked_changes_nothing() -> None:
    values = figures(A_1=[1, NAN], A_2=[2, 3], B=[4, 5])
    found = prepare(tree(), values, Preparation(), None)
    assert found.values is values
    assert found.cells.empty


def test_a_mean_fills_over_all_units_and_a_group_mean_over_its_group() -> None:
    values = figures(A_1=[1, 3, NAN, 8], A_2=[1, 1, 1, 1], B=[1, 1, 1, 1])
    whole = prepare(tree(), values, Preparation(impute="mean"), None).values["A.1"]
    assert whole.tolist() == [1, 3, 4, 8]
    asked = Preparation(impute="group_mean", groups="bloc")
    groups = pd.Series({"1": "x", "2": "x", "3": "x", "4": "y"})
    assert prepare(tree(), values, asked, groups).values["A.1"].tolist() == [1, 3, 2, 8]


def test_a_unit_without_a_group_is_filled_from_nobody() -> None:
    values = figures(A_1=[1, 3, NAN], A_2=[1, 1, 1], B=[1, 1, 1])
    asked = Preparation(impute="group_median", groups="bloc")
    found = prepare(tree(), values, asked, pd.Series({"1": "x", "2": "x", "3": None}))
    assert math.isnan(found.values.loc["3", "A.1"])
    assert not found.cells["treatment"].eq("imputed").any()


def test_units_below_the_least_coverage_or_without_any_leaf_are_left_out() -> None:
    values = figures(A_1=[1, 3, NAN, NAN], A_2=[1, 2, NAN, NAN], B=[1, 5, 9, NAN])
    found = prepare(tree(), values, Preparation(impute="mean", coverage=0.5), None).values
    assert found.loc["3"].isna().all()
    assert found.loc["4"].isna().all()
    lenient = prepare(tree(), values, Preparation(impute="mean"), None).values
    assert lenient.loc["3"].tolist() == [2, 1.5, 9]
    assert lenient.loc["4"].isna().all()


def test_an_indicator_no_winsorising_mends_is_logged_and_told() -> None:
    heavy = [1.0, 2.0, 3.0, 4.0, 1000.0, 5.0, 6.0, 7.0, 5000.0]
    values = figures(A_1=heavy, A_2=[1] * 9, B=[1] * 9)
    asked = Preparation(outliers=Outliers(points=0))
    cells = prepare(tree(), values, asked, None).cells
    mine = cells[cells["component_code"] == "A.1"]
    assert set(mine["treatment"]) <= {"log", "log_failed"}
    expected = np.log(np.array(heavy) - 1 + 0.01 * 4999)
    assert mine["entered"].tolist() == pytest.approx(expected.tolist())
    assert set(cells.loc[cells["component_code"] != "A.1", "treatment"]) == {""}


def test_a_filled_figure_may_be_treated_too() -> None:
    plain = [float(n) for n in range(1, 21)]
    values = figures(A_1=[*plain, 500, NAN], A_2=[1] * 22, B=[1] * 22)
    groups = pd.Series({str(n): "x" if n <= 20 else "y" for n in range(1, 23)})
    asked = Preparation(impute="group_mean", groups="bloc", outliers=Outliers())
    cells = prepare(tree(), values, asked, groups).cells.set_index(["component_code", "unit_id"])
    assert cells.loc[("A.1", "22"), "treatment"] == "imputed;winsorised"
    assert cells.loc[("A.1", "22"), ["entered", "imputed"]].tolist() == [20, 500]
    assert cells.loc[("A.1", "21"), "treatment"] == "winsorised"
    assert cells.loc[("A.1", "20"), "treatment"] == ""


def test_a_filled_figure_of_an_unknown_denominator_has_no_value_of_its_own() -> None:
    divided = tree(denominator="A.2")
    values = figures(A_1=[1, 1, 1], A_2=[2, 4, NAN], B=[4, 4, NAN])
    cells = prepare(divided, values, Preparation(impute="mean"), None).cells
    cell = cells.set_index(["component_code", "unit_id"]).loc[("B", "3")]
    assert cell["entered"] == 1.5
    assert math.isnan(cell["imputed"])


def test_published_parents_hide_what_lies_below_them() -> None:
    values = figures(A_1=[1, NAN, NAN], A_2=[1, 2, 3], B=[1, 2, NAN], A=[NAN, NAN, 0.5])
    cells = prepare(tree(), values, Preparation(impute="mean"), None).cells
    counts = count_imputed(tree(), values, cells)
    assert counts["A"].tolist() == [0, 1, 1]
    assert counts[INDEX].tolist() == [0, 1, 1]


def two_sets() -> AnalysisInputs:
    """Year 1 of two sets of units: the old ones around 1 to 3, the new ones ten times that."""
    codes = ("A.1", "A.2", "B")
    old = [(1, f"0{n}", code, float(n)) for n in (1, 2, 3) for code in codes if (n, code) != (3, "B")]
    rows = facts(old)
    new = rows.assign(
        unit_set="34", unit_id=rows["unit_id"].str.replace("63", "34"), published=10 * rows["published"]
    )
    return inputs(pd.concat([rows, new], ignore_index=True), complete=False)


def test_two_sets_of_units_never_meet() -> None:
    rows = [
        component(INDEX, "", "index", max_score=1, rule="arithmetic_mean"),
        component("A", INDEX, weight=1, rule="arithmetic_mean"),
        component("A.1", "A", "indicator", weight=1, normalise="min_max_year"),
        component("A.2", "A", "indicator", weight=1, normalise="min_max_year"),
        component("B", INDEX, "indicator", weight=1, normalise="min_max_year"),
    ]
    found = analyse(registry(raw(rows, prepare={"impute": "mean"})), two_sets())
    found = found.set_index(["unit_id", "component_code"])
    for code, factor in (("63", 1), ("34", 10)):
        assert found.loc[(f"{code}:03", "B"), "value"] == pytest.approx(1.5 * factor)
        assert found.loc[(f"{code}:01", "A"), "value"] == 0.0
        assert found.loc[(f"{code}:02", "A"), "value"] == 0.5
        assert found.loc[(f"{code}:03", "A"), "value"] == 1.0


@pytest.mark.parametrize(
    "asked",
    [
        {"impute": "mode"},
        {"impute": "group_mean"},
        {"groups": "bloc"},
        {"coverage": 2},
        {"outliers": {"skew": 0}},
    ],
)
def test_what_cannot_be_meant_is_refused(asked: dict[str, object]) -> None:
    found, problems = parse_framework(raw(prepare=asked))
    assert found is None
    assert problems[0].place.startswith("prepare")
