"""Rolling a tree up: one step at a time, what is missing, what rounding explains, what pulls on the index."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from indices.framework import Framework
from indices.scoring import influence, is_computable, recompute, score
from tests.spec.samples import INDEX, component, framework, points_tree, raw

NAN = float("nan")


def table(**columns: list[float]) -> pd.DataFrame:
    """Units in rows, codes in columns."""
    return pd.DataFrame(columns, index=[f"u{n}" for n in range(len(next(iter(columns.values()))))])


def one_level(rule: str, children: list[dict[str, object]], **own: object) -> Framework:
    """A total with children under a rule."""
    rows = [component(INDEX, "", "index", rule=rule, **own)]
    return framework(raw([*rows, *(component(f"C{n}", INDEX, **cells) for n, cells in enumerate(children))]))


def test_every_inner_node_is_recomputed_one_step() -> None:
    values = table(**{"A.1": [3.0], "A.2": [1.5], "B": [2.0]})
    found = recompute(framework(raw()).tree(1), values)
    assert list(found.columns) == ["A", INDEX]
    assert found.loc["u0"].tolist() == [4.5, 6.5]


def test_a_published_child_counts_before_a_recomputed_one() -> None:
    values = table(**{"A": [5.0, NAN], "A.1": [3.0, 3.0], "A.2": [1.5, 1.5], "B": [2.0, 2.0]})
    found = recompute(framework(raw()).tree(1), values)
    assert found["A"].tolist() == [4.5, 4.5]
    assert found[INDEX].tolist() == [7.0, 6.5]


def test_a_missing_child_makes_its_parent_missing_and_no_other_unit() -> None:
    values = table(A=[5.0, 4.0], B=[NAN, 2.0])
    assert recompute(framework(raw()).tree(1), values)[INDEX].tolist() == pytest.approx(
        [NAN, 6.0], nan_ok=True
    )


def test_a_setting_of_the_framework_counts_what_is_present() -> None:
    values = table(A=[3.0, NAN], B=[NAN, NAN])
    found = recompute(framework(raw(missing="renormalise")).tree(1), values)
    assert found[INDEX].tolist() == pytest.approx([5.0, NAN], nan_ok=True)


def test_the_input_is_not_changed() -> None:
    values = table(**{"A.1": [3.0], "A.2": [1.5], "B": [2.0]})
    before = values.copy()
    recompute(framework(raw()).tree(1), values)
    pd.testing.assert_frame_equal(values, before)


def test_codes_without_figures_may_be_left_out_of_the_table() -> None:
    assert recompute(framework(raw()).tree(1), table(B=[1.0]))[INDEX].isna().all()


def test_a_rule_not_known_is_not_computed() -> None:
    rows = points_tree()
    rows[1] |= {"status": "unknown"}
    tree = framework(raw(rows)).tree(1)
    assert [is_computable(tree, code) for code in ("A", "B", INDEX)] == [False, False, True]
    assert list(recompute(tree, table(**{"A.1": [1.0], "A.2": [1.0]})).columns) == [INDEX]


def test_a_year_without_coefficients_is_not_computed() -> None:
    rows = [component(INDEX, "", "index", rule="linear"), component("A", INDEX)]
    numbers = [{"year": "1", "code": "A", "slope": "3"}, {"year": "1", "code": INDEX, "intercept": "1"}]
    built = framework(raw(rows, parameters=numbers))
    assert recompute(built.tree(1), table(A=[2.0]))[INDEX].tolist() == [7.0]
    assert recompute(built.tree(2), table(A=[2.0])).columns.empty


def test_children_of_weight_zero_are_ignored_even_when_missing() -> None:
    built = one_level("weighted_mean", [{"weight": 1}, {"weight": 0}], factor=10)
    assert recompute(built.tree(1), table(C0=[0.5], C1=[NAN]))[INDEX].tolist() == [5.0]


def test_a_node_all_of_whose_weights_are_zero_has_no_value() -> None:
    built = one_level("weighted_mean", [{"weight": 0}])
    assert recompute(built.tree(1), table(C0=[0.5]))[INDEX].isna().all()


def test_a_ratio_uses_the_maximum_that_applied_to_the_unit() -> None:
    built = one_level("applicable_ratio", [{"max_score": 100}])
    values, maxima = table(C0=[40.0, 40.0]), table(C0=[50.0, NAN])
    assert recompute(built.tree(1), values, maxima)[INDEX].tolist() == [80.0, 40.0]


def test_rounding_is_carried_through_the_steps() -> None:
    """Published to hundredths, A.1 and A.2 leave A within 0.01 and the total within 0.01 more for B."""
    values = table(**{"A.1": [3.0], "A.2": [1.5], "B": [2.0]})
    half = table(**{"A.1": [0.005], "A.2": [0.005], "B": [0.005]})
    found = score(framework(raw()).tree(1), values, half)
    assert found.bounds.loc["u0"].tolist() == pytest.approx([0.01, 0.015])


def test_a_published_child_brings_only_its_own_rounding() -> None:
    values = table(**{"A": [4.5], "A.1": [3.0], "A.2": [1.5], "B": [2.0]})
    half = table(**{"A": [0.05], "A.1": [0.005], "A.2": [0.005], "B": [0.0]})
    assert score(framework(raw()).tree(1), values, half).bounds.loc["u0", INDEX] == pytest.approx(0.05)


def test_rounding_is_weighted_by_the_rule() -> None:
    cells = [{"weight": 3}, {"weight": 1}]
    built = one_level("weighted_mean", cells, factor=10)
    found = score(built.tree(1), table(C0=[1.0], C1=[2.0]), table(C0=[0.005], C1=[0.05]))
    assert found.bounds.loc["u0", INDEX] == pytest.approx(10 * (0.75 * 0.005 + 0.25 * 0.05))


def test_the_pull_of_a_component_on_the_index() -> None:
    assert influence(framework(raw()).tree(1)) == dict.fromkeys([INDEX, "A", "A.1", "A.2", "B"], 1.0)
    built = one_level("weighted_mean", [{"weight": 3}, {"weight": 0}, {"weight": 1}], factor=10)
    assert influence(built.tree(1)) == {INDEX: 1.0, "C0": 7.5, "C1": 0.0, "C2": 2.5}


def test_the_pull_is_not_known_below_an_unknown_rule() -> None:
    rows = points_tree()
    rows[1] |= {"status": "unknown"}
    found = influence(framework(raw(rows)).tree(1))
    assert found["A"] == 1.0
    assert np.isnan(found["A.1"])
