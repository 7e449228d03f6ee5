"""The fast scorer against the slow one in tests/reference, on generated trees and figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from indices.framework import RawDefinition, parse_framework
from indices.normalise import NORMALISATIONS
from indices.scoring import recompute
from indices.tree import Tree
from tests.reference import scorer

INDEX = "IDX"
ONE_CHILD, TWO_CHILDREN = "scaled_points", "ratio"
RULES = (
    "sum_points", "weighted_mean", "weighted_sum", "rescaled_sum", "arithmetic_mean", "geometric_mean",
    "harmonic_mean", "copeland", "share_satisfied",
)  # fmt: skip
WAYS = tuple(scorer.WAYS)
UNITS = 6
numbers = st.integers(0, 400).map(lambda n: n / 8)
weights = st.sampled_from([0.0, 0.25, 0.5, 1.0, 2.0, 3.0])


def scale(draw: st.DrawFn) -> dict[str, str]:
    """The columns of one child that say how it is brought to a scale."""
    way = draw(st.sampled_from(WAYS))
    cells = {"normalise": way, "direction": draw(st.sampled_from("+-"))}
    if way in ("min_max", "goalposts", "distance_to_target", "threshold"):
        low = draw(st.integers(1, 20))
        cells |= {"ref_min": str(low), "ref_max": str(low + draw(st.integers(1, 30)))}
    if way == "distance_to_target":
        cells["target"] = str(float(cells["ref_max"]) + 3 if cells["direction"] == "+" else 0.5)
    if way == "threshold":
        cells["threshold"] = str((float(cells["ref_min"]) + float(cells["ref_max"])) / 2)
        cells["floor"] = draw(st.sampled_from(["", cells["ref_min"], cells["ref_max"]]))
    else:
        cells["log"] = draw(st.sampled_from(["", "1"]))
    if way in ("min_max", "goalposts", "min_max_year", "distance_to_target"):
        cells["cap"] = draw(st.sampled_from(["", "none", "low", "high", "both"]))
    if draw(st.booleans()):
        cells |= {"range_min": "1", "range_max": "10"}
    return cells


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, str]]:
    """A root, up to three branches with up to four leaves; a rule at every inner node."""
    found = [inner(draw, INDEX, "", "index", draw(st.sampled_from(RULES[:-1])))]
    for number in range(draw(st.integers(2, 3))):
        branch = f"B{number}"
        rule = draw(st.sampled_from([*RULES, ONE_CHILD, TWO_CHILDREN]))
        n = {ONE_CHILD: 1, TWO_CHILDREN: 2}.get(rule) or draw(st.integers(1, 4))
        found.append(inner(draw, branch, INDEX, "field", rule))
        found += [leaf(draw, f"{branch}.{k}", branch) for k in range(n)]
    rules = {row["code"]: row["rule"] for row in found}
    sizes = {code: sum(row["parent"] == code for row in found) for code in rules}
    return [with_scale(draw, row, rules.get(row["parent"], ""), sizes[row["code"]]) for row in found]


def inner(draw: st.DrawFn, code: str, parent: str, level: str, rule: str) -> dict[str, str]:
    own = {"rule": rule, "factor": str(draw(st.sampled_from([1, 10]))), "offset": "1", "span": "9"}
    return leaf(draw, code, parent) | own | {"level": level}


def leaf(draw: st.DrawFn, code: str, parent: str) -> dict[str, str]:
    named = {"code": code, "parent": parent, "level": "criterion", "name_vi": code, "name_en": code}
    return named | {
        "status": "proven",
        "weight": str(draw(weights)) if parent else "",
        "rule": "",
        "direction": "+",
    }


def with_scale(draw: st.DrawFn, row: dict[str, str], rule: str, size: int) -> dict[str, str]:
    """A maximum where points need one, a scale where the parent brings its children to one."""
    if rule == "sum_points" or row["rule"] == ONE_CHILD:
        row = row | {"max_score": str(50 * size if row["rule"] == "sum_points" else 50)}
    needs = rule in (ONE_CHILD, "rescaled_sum") or (rule in scorer.NORMALISING and draw(st.booleans()))
    return row | scale(draw) if needs else row


def tree_of(components: list[dict[str, str]], missing: str, coverage: float) -> Tree:
    meta: dict[str, Any] = {"id": "idx", "index": INDEX, "name": {"vi": "a", "en": "a"}, "years": [1]}
    meta |= {"unit_set": "any", "scale": {"min": 0, "max": 1, "unit": "ratio", "decimals": 2}}
    raw = RawDefinition("idx", meta | {"missing": missing, "coverage": coverage}, components)
    found, problems = parse_framework(raw)
    assert found is not None, [problem.text() for problem in problems]
    return found.tree(1)


def as_nodes(tree: Tree) -> dict[str, dict[str, Any]]:
    """The tree as plain dicts, in display order."""
    return {code: dict(vars(node)) for code, node in tree.nodes.items()}


@settings(max_examples=300)
@given(rows(), st.data(), st.sampled_from(["refuse", "renormalise"]), st.sampled_from([0.0, 0.5]))
def test_the_fast_scorer_is_the_slow_one(
    components: list[dict[str, str]], data: st.DataObject, missing: str, coverage: float
) -> None:
    tree = tree_of(components, missing, coverage)
    cells = st.lists(st.none() | numbers, min_size=UNITS, max_size=UNITS)
    frame = pd.DataFrame({code: data.draw(cells) for code in tree.leaves()}, dtype=np.float64)
    frame.index = frame.index.map(str)
    fast = recompute(tree, frame)
    figures = {
        str(unit): {str(code): None if np.isnan(v) else float(v) for code, v in row.items()}
        for unit, row in frame.iterrows()
    }
    slow = scorer.score(as_nodes(tree), figures, missing, coverage)
    table = pd.DataFrame.from_dict(slow, orient="index").astype(float)
    table = table.reindex(index=fast.index, columns=fast.columns)
    for code in fast.columns:
        told = f"{code}: {tree.nodes[code].rule} of {tree.children(code)}"
        np.testing.assert_allclose(fast[code], table[code], rtol=1e-9, atol=1e-9, err_msg=told)


def test_the_slow_scorer_knows_most_ways() -> None:
    """What it leaves out is said here, so that a new way is not forgotten in silence."""
    left_out = {
        "distance_to_reference", "ratio_to_reference", "difference_to_reference", "around_mean", "scaled",
        "fraction_of_max", "bands", "percentile_bands",
    }  # fmt: skip
    assert set(NORMALISATIONS) - set(WAYS) == left_out
