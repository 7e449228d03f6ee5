"""The formula of a component as text, for every rule of the closed list."""

from __future__ import annotations

import pytest

from etl.formulas import _WRITERS, formula
from indices.rules import RULES
from indices.tree import Node, Tree


def tree(rule: str, children: list[Node], **own: float) -> Tree:
    codes, weights = tuple(c.code for c in children), tuple(c.weight for c in children)
    root = Node("T", "", "index", "t", "t", rule=rule, children=codes, child_weights=weights, **own)
    nodes = {"T": root, **{c.code: c for c in children}}
    return Tree("f", "T", 1, "main", "T", ("T",), nodes)


def leaf(code: str, **numbers: float | str | None) -> Node:
    return Node(code, "T", "indicator", code, code, **numbers)  # type: ignore[arg-type]


A, B = leaf("A", weight=5.0), leaf("B", weight=20.0)
RANGED = leaf("C", weight=0.5, normalise="min_max", ref_min=0.0, ref_max=4.0, direction="-")
SLOPED = [leaf("A", slope=-0.25), leaf("B", slope=0.0)]


@pytest.mark.parametrize(
    ("rule", "children", "own", "text"),
    [
        ("sum_points", [A, B], {}, "A + B"),
        ("weighted_mean", [A, B], {"factor": 10.0}, "10 × (5·A + 20·B) / 25"),
        ("weighted_sum", [A, B], {}, "5·A + 20·B"),
        ("rescaled_sum", [RANGED], {"offset": 1.0, "span": 9.0}, "(1 + 9 × (0.5·(1 − (C − 0)/(4 − 0))))"),
        ("linear", SLOPED, {"intercept": 2.5}, "2.5 − 0.25·A"),
        ("share_of_max", [A], {"max_score": 10.0}, "A / 100 × 10"),
        ("applicable_ratio", [A], {}, "100 × A / applicable maximum"),
    ],
)
def test_each_rule_is_written_with_its_numbers(rule: str, children: list[Node], own: dict, text: str) -> None:
    assert formula(tree(rule, children, **own), "T") == text


def test_every_rule_of_the_closed_list_has_a_writer() -> None:
    assert set(_WRITERS) == set(RULES)


def test_leaves_and_years_without_coefficients_have_none() -> None:
    assert formula(tree("sum_points", [A]), "A") == ""
    assert formula(tree("", [A]), "T") == ""
    assert formula(tree("linear", [leaf("A")]), "T") == ""
    assert formula(tree("weighted_mean", [leaf("A")]), "T") == ""


def test_a_long_formula_is_cut_and_says_so() -> None:
    children = [leaf(f"X{i}") for i in range(12)]
    assert formula(tree("sum_points", children), "T").endswith("X7 + … (12 terms)")
