"""How a definition brings figures to a scale: columns, slips, denominators, pooled ranges, stages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from indices.framework import Framework, RawDefinition, parse_framework
from indices.groups import by_percentile
from indices.outliers import kurtosis, skewness
from indices.pipeline import Processing, run
from indices.references import pooled_over, pooled_reference
from indices.scoring import denominate, influence, recompute, score
from indices.strengths import rank_table, strengths, weaknesses

INDEX = "IDX"


def row(code: str, parent: str = INDEX, **cells: object) -> dict[str, str]:
    """One row of components.csv: a leaf of weight 1 unless told otherwise."""
    given = {"code": code, "parent": parent, "level": "indicator", "name_vi": code, "name_en": code}
    given |= {"status": "proven", "weight": "1"}
    return given | {name: str(value) for name, value in cells.items()}


def root(rule: str = "arithmetic_mean", **cells: object) -> dict[str, str]:
    return row(INDEX, "", level="index", weight="", rule=rule, **cells)


def read(rows: list[dict[str, str]], **meta: Any) -> tuple[Framework | None, list[str]]:
    settings: dict[str, Any] = {"id": "idx", "index": INDEX, "name": {"vi": "a", "en": "a"}, "years": [1]}
    settings |= {"unit_set": "any", "scale": {"min": 0, "max": 1, "unit": "ratio", "decimals": 2}}
    found, problems = parse_framework(RawDefinition("idx", settings | meta, rows))
    return found, [problem.what for problem in problems]


def tree(rows: list[dict[str, str]], **meta: Any) -> Any:
    found, problems = read(rows, **meta)
    assert found is not None, problems
    return found.tree(1)


SLIPS: list[tuple[dict[str, object], str]] = [
    ({"normalise": "goalpost"}, "unknown normalise"),
    ({"normalise": "goalposts", "ref_min": 0}, "goalposts needs ref_max"),
    ({"normalise": "goalposts", "ref_min": 5, "ref_max": 1}, "reference range is empty"),
    ({"normalise": "goalposts", "ref_min": 0, "ref_max": 1, "log": 1}, "ref_min has no logarithm"),
    ({"normalise": "z_score", "cap": "up"}, "unknown cap"),
    ({"normalise": "z_score", "log": "yes"}, "unknown log"),
    ({"normalise": "z_score", "range_min": 1}, "range_min and range_max go together"),
    ({"normalise": "z_score", "range_min": 5, "range_max": 1}, "range is empty"),
    ({"normalise": "bands"}, "bands needs bands"),
    ({"normalise": "bands", "bands": "5:1;0:0"}, "bands cannot be read"),
    ({"normalise": "bands", "bands": "0:0;5:1", "log": 1}, "log is not used by bands"),
    ({"normalise": "distance_to_target"}, "distance_to_target needs target"),
    ({"normalise": "ratio_to_reference", "reference": "top"}, "reference cannot be read"),
    ({"normalise": "threshold"}, "threshold needs threshold"),
    ({"normalise": "threshold", "threshold": 50, "ref_min": 60}, "threshold leaves no room below it"),
    (
        {"normalise": "threshold", "threshold": 5, "direction": "-"},
        "threshold where less is better needs ref_max",
    ),
    ({"normalise": "z_score", "cap": "both"}, "cap is not used by z_score"),
    ({"normalise": "min_max_year", "reference": "best"}, "reference is not used by min_max_year"),
    ({"normalise": "ratio_to_reference", "reference": -2}, "reference is not above 0"),
    ({"normalise": "distance_to_reference", "reference": 0, "log": 1}, "reference is not above 0"),
    ({"normalise": "difference_to_reference", "reference": 0}, "reference is 0"),
    ({"normalise": "distance_to_reference", "reference": "worst"}, "there is no distance to the worst"),
    (
        {"normalise": "fraction_of_max", "direction": "-"},
        "fraction_of_max does not turn less is better round",
    ),
    (
        {"normalise": "scaled", "ref_min": 1, "ref_max": 2, "direction": "-", "log": 1},
        "scaled turns the sign of a logarithm",
    ),
    ({"normalise": "distance_to_target", "target": 4, "ref_min": 5}, "target leaves no room below it"),
    ({"log": 1}, "log without a normalisation"),
    ({"direction": "-"}, "less is better but not normalised"),
    ({"denominator": "A"}, "a component is its own denominator"),
    ({"denominator": "Z"}, "denominator is not in the tree"),
]


@pytest.mark.parametrize(("cells", "what"), SLIPS, ids=lambda v: v if isinstance(v, str) else "")
def test_a_slip_is_told(cells: dict[str, object], what: str) -> None:
    assert what in read([root(), row("A", **cells), row("B")])[1]


def test_slips_of_several_rows_are_told_together() -> None:
    rows = [
        row("A", normalise="goalposts"),
        row("B", normalise="z_score", range_min=1),
        row("C", direction="-"),
    ]
    told = read([root(), *rows])[1]
    assert {
        "goalposts needs ref_min",
        "goalposts needs ref_max",
        "range_min and range_max go together",
    } <= set(told)
    assert "less is better but not normalised" in told


def test_a_rule_that_would_ignore_a_scale_refuses_it() -> None:
    told = read([root("weighted_mean"), row("A", normalise="z_score")])[1]
    assert told == ["weighted_mean does not normalise its children"]


def test_a_ratio_takes_two_children() -> None:
    assert read([root("ratio"), row("A")])[1] == ["ratio takes 2 children"]


def test_a_denominator_divides_and_may_count_for_nothing_itself() -> None:
    found = tree([root(), row("A", denominator="P"), row("P", weight=0)])
    values = pd.DataFrame({"A": [10.0, 10.0, 10.0], "P": [4.0, 0.0, np.nan]})
    np.testing.assert_array_equal(recompute(found, values)[INDEX], [2.5, np.nan, np.nan])
    np.testing.assert_array_equal(denominate(found, values)["P"], values["P"])
    assert denominate(found, values[["A"]])["A"].isna().all()


def test_coverage_is_a_setting_of_the_framework() -> None:
    rows = [root(), row("A", weight=1), row("B", weight=3)]
    values = pd.DataFrame({"A": [2.0, np.nan], "B": [np.nan, 4.0]})
    found = recompute(tree(rows, missing="renormalise", coverage=0.5), values)[INDEX]
    np.testing.assert_array_equal(found, [np.nan, 4.0])
    assert read(rows, coverage=1.5)[0] is None


def test_rounding_is_carried_through_a_curve() -> None:
    """Bounds of a geometric mean on log goalposts hold what rounding of the inputs really does."""
    cells = {"normalise": "goalposts", "ref_min": 1, "ref_max": 100, "log": 1}
    found = tree([root("geometric_mean"), row("A", **cells), row("B", **cells)])
    exact = pd.DataFrame({"A": [12.34, 50.06], "B": [80.02, 9.98]})
    printed = exact.round(1)
    scored = score(found, printed, printed * 0 + 0.05)
    off = (recompute(found, exact) - scored.values)[INDEX].abs()
    assert (off <= scored.bounds[INDEX] + 1e-12).all()
    assert (scored.bounds[INDEX] < 0.01).all()


def test_a_curve_has_no_pull_that_is_the_same_for_all() -> None:
    found = tree([root("geometric_mean"), row("A"), row("B")])
    assert np.isnan(influence(found)["A"])
    straight = tree([root("arithmetic_mean"), row("A"), row("B")])
    assert influence(straight)["A"] == 0.5


def test_the_year_may_set_a_target() -> None:
    rows = [root(), row("A", normalise="distance_to_target", ref_min=0, target=10)]
    raw = RawDefinition("idx", {}, rows, parameters=[{"year": "1", "code": "A", "target": "20"}])
    settings = {
        "id": "idx",
        "index": INDEX,
        "name": {"vi": "a", "en": "a"},
        "years": [1, 2],
        "unit_set": "any",
    }
    settings |= {"scale": {"min": 0, "max": 1, "unit": "ratio", "decimals": 2}}
    found, problems = parse_framework(RawDefinition("idx", settings, rows, [], raw.parameters))
    assert found is not None, problems
    values = pd.DataFrame({"A": [10.0]})
    assert recompute(found.tree(1), values)[INDEX].tolist() == [0.5]
    assert recompute(found.tree(2), values)[INDEX].tolist() == [1.0]


def years() -> dict[int, pd.DataFrame]:
    return {
        1: pd.DataFrame({"A": [3.0, 5.0], "B": [1.0, np.nan]}),
        2: pd.DataFrame({"A": [4.0, 9.0], "B": [np.nan, np.nan]}),
        3: pd.DataFrame({"A": [1.0, 2.0], "B": [0.0, 7.0], "C": [6.0, 8.0]}),
    }


def test_pooled_ranges_only_widen() -> None:
    found = pooled_over(years()).set_index(["year", "code"])
    assert found.loc[1].to_numpy().tolist() == [[3, 5], [1, 1]]
    assert found.loc[2].to_numpy().tolist() == [[3, 9], [1, 1]]
    assert found.loc[3].to_numpy().tolist() == [[1, 9], [0, 7], [6, 8]]


def test_pooling_a_year_twice_changes_nothing_and_leaves_later_years_alone() -> None:
    stored = pooled_over(years())
    pd.testing.assert_frame_equal(pooled_reference(stored, 3, years()[3]), stored)
    again = pooled_reference(stored, 2, years()[2] * 2)
    assert again[again["year"] == 2]["ref_max"].tolist() == [18, 1]
    pd.testing.assert_frame_equal(
        again[again["year"] == 3].reset_index(drop=True), stored[stored["year"] == 3].reset_index(drop=True)
    )


def test_stages_leave_out_units_with_too_little() -> None:
    cells = {"normalise": "min_max_year"}
    found = tree([root(), row("A", **cells), row("B", **cells)], missing="renormalise")
    raw = pd.DataFrame({"A": [1.0, 2.0, 3.0], "B": [4.0, np.nan, np.nan]}, index=["x", "y", "z"])
    raw.loc["z"] = np.nan
    stages = run(found, raw, Processing(impute="mean", coverage=0.5))
    assert stages.imputed.index.tolist() == ["x", "y"]
    assert stages.imputed.loc["y", "B"] == 4.0
    assert stages.normalised["A"].tolist() == [0.0, 1.0]


def test_shapes_of_too_few_or_equal_figures_are_not_known() -> None:
    assert np.isnan(skewness(np.array([1.0, 2.0])))
    assert np.isnan(kurtosis(np.array([1.0, 2.0, 3.0])))
    assert np.isnan(skewness(np.ones(9)))
    assert np.isnan(kurtosis(np.ones(9)))
    assert np.isnan(skewness(np.array([])))


def test_percentile_groups_hold_their_share() -> None:
    found = by_percentile(pd.Series(np.arange(100.0)), [(75, "a"), (50, "b"), (25, "c"), (0, "d")])
    assert found.value_counts().to_dict() == {"a": 25, "b": 25, "c": 25, "d": 25}


def test_cuts_are_checked_in_the_direction_of_their_rule() -> None:
    name = {"vi": "a", "en": "a"}
    cuts = [{"code": "a", "name": name, "from": 2}, {"code": "b", "name": name, "from": 9}]
    rows = [root(), row("A")]
    assert read(rows, groups={"rule": "ranks", "cuts": cuts})[1] == []
    assert read(rows, groups={"rule": "percentiles", "cuts": cuts})[1] == ["cuts are not in falling order"]
    assert read(rows, groups={"rule": "ranks"})[1] == ["ranks groups without cuts"]


def test_strengths_and_weaknesses_of_a_unit() -> None:
    values = pd.DataFrame(
        {"A": [3.0, 2.0, 1.0], "B": [1.0, 2.0, 3.0], "C": [1.0, 1.0, 1.0]}, index=list("xyz")
    )
    ranks = rank_table(values, frozenset({"B"}))
    assert strengths(ranks, "x", 2).to_dict() == {"A": 1, "B": 1}
    assert "C" not in strengths(ranks, "x", 3)
    assert weaknesses(ranks, "z", 2).to_dict() == {"A": 3, "B": 3}
    assert weaknesses(ranks, "z", 2, but_last=True).empty
