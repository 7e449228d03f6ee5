"""The fast engine against the slow one in tests/reference, on generated trees and figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indices.groups import GROUP_RULES
from indices.missing import POLICIES, impute
from indices.normalise import NORMALISATIONS
from indices.outliers import Shape, treat
from indices.rules import RULES
from indices.scoring import recompute
from indices.tree import Tree
from tests.property.definitions import Cells, lone_child, rows, tree_of
from tests.reference import scales, scorer, table
from tests.thorough import AT_LENGTH

UNITS = 6
numbers = st.sampled_from([0.0, 0.1, 0.7, 0.8, 10.0, 12.5]) | st.integers(0, 5000).map(lambda n: n / 100)
columns = st.lists(st.none() | numbers, min_size=UNITS, max_size=UNITS)


def as_nodes(tree: Tree) -> dict[str, dict[str, Any]]:
    """The tree as plain dicts, in display order."""
    return {code: dict(vars(node)) for code, node in tree.nodes.items()}


def as_figures(frame: pd.DataFrame) -> scorer.Figures:
    """A frame (units x codes) as plain dicts, None for missing."""
    return {
        str(unit): {str(code): None if np.isnan(v) else float(v) for code, v in row.items()}
        for unit, row in frame.iterrows()
    }


def as_frame(figures: scorer.Figures, like: pd.DataFrame) -> pd.DataFrame:
    """Plain dicts as a frame with the rows and columns of another."""
    found = pd.DataFrame.from_dict(figures, orient="index").astype(float)
    return found.reindex(index=like.index, columns=like.columns)


def drawn(data: st.DataObject, codes: list[str], cells: st.SearchStrategy[Any] = columns) -> pd.DataFrame:
    """Figures of the codes, units x codes."""
    frame = pd.DataFrame({code: data.draw(cells) for code in codes}, dtype=np.float64)
    return frame.set_axis([f"u{number}" for number in range(UNITS)], axis="index")


def published(data: st.DataObject, tree: Tree) -> pd.DataFrame:
    """Figures of all leaves, and of some inner node where the publisher gave it."""
    inner = [code for code in tree.inner() if code != tree.root]
    return drawn(data, tree.leaves() + data.draw(st.lists(st.sampled_from(inner), max_size=1)))


@settings(max_examples=3000 if AT_LENGTH else 200, suppress_health_check=[HealthCheck.too_slow])
@given(rows(), st.data(), st.sampled_from(["refuse", "renormalise"]), st.sampled_from([0.0, 0.5]))
def test_the_fast_scorer_is_the_slow_one(
    components: list[Cells], data: st.DataObject, missing: str, coverage: float
) -> None:
    tree = tree_of(components, missing, coverage)
    frame = published(data, tree)
    held = [code for code, node in tree.nodes.items() if node.max_score is not None]
    most = st.lists(st.sampled_from([None, 0.0, 20.0, 50.0]), min_size=UNITS, max_size=UNITS)
    maxima = drawn(data, held, most) if held and data.draw(st.booleans()) else None
    fast = recompute(tree, frame, maxima)
    policy = scorer.Policy(missing, coverage, {} if maxima is None else as_figures(maxima))
    slow = as_frame(scorer.score(as_nodes(tree), as_figures(frame), policy), fast)
    for code in fast.columns:
        told = f"{code}: {tree.nodes[code].rule} of {tree.children(code)}"
        np.testing.assert_allclose(fast[code], slow[code], rtol=1e-9, atol=1e-9, err_msg=told)


@pytest.mark.parametrize("way", sorted(NORMALISATIONS))
@settings(max_examples=60)
@given(data=st.data())
def test_every_way_to_a_scale_is_the_slow_one(way: str, data: st.DataObject) -> None:
    tree = tree_of(data.draw(lone_child(way)), "refuse", 0.0)
    frame = drawn(data, ["A"])
    fast = recompute(tree, frame)
    slow = as_frame(scorer.score(as_nodes(tree), as_figures(frame)), fast)
    told = str(tree.nodes["A"])
    np.testing.assert_allclose(fast[tree.root], slow[tree.root], rtol=1e-9, atol=1e-9, err_msg=told)


@settings(max_examples=200)
@given(st.data(), st.sampled_from(sorted(POLICIES)))
def test_gaps_are_filled_as_the_slow_one_fills_them(data: st.DataObject, policy: str) -> None:
    frame = drawn(data, ["A", "B"])
    groups = {unit: data.draw(st.sampled_from(["g", "h", None])) for unit in frame.index}
    found = impute(frame, policy, pd.Series(groups, dtype="object"))
    slow = as_frame(table.POLICIES[policy](as_figures(frame), groups), frame)
    np.testing.assert_allclose(found, slow, rtol=1e-12, atol=1e-12)


figures = numbers | st.integers(100, 100_000).map(float)
long_columns = st.lists(st.none() | figures, min_size=4, max_size=25)


@settings(max_examples=300)
@given(long_columns, st.booleans(), st.sampled_from([(2.0, 3.5, 5), (1.0, 1.0, 1), (0.2, -1.5, 3)]))
def test_outliers_are_treated_as_the_slow_one_treats_them(
    column: list[float | None], low: bool, limits: tuple[float, float, int]
) -> None:
    column = [None if v is None else (-v if low else v) for v in column]
    found = treat(pd.DataFrame({"a": column}, dtype=np.float64), Shape(*limits))
    values, name, count = table.treated(column, limits[:2], limits[2])
    row = found.report.loc["a"]
    assert (row["treatment"], row["n_winsorised"]) == (name, count)
    np.testing.assert_allclose(found.values["a"], np.array(values, dtype=float), rtol=1e-9, atol=1e-9)


@settings(max_examples=200)
@given(
    st.sampled_from(sorted(GROUP_RULES)),
    columns,
    st.lists(st.integers(1, UNITS), min_size=UNITS, max_size=UNITS),
    st.sets(st.sampled_from([1.0, 3.0, 25.0, 50.0, 75.0]), min_size=1),
)
def test_groups_are_cut_as_the_slow_one_cuts_them(
    name: str, scores: list[float | None], ranks: list[int], starts: set[float]
) -> None:
    best_first = sorted(starts, reverse=name != "ranks")
    cuts = [(start, f"g{number}") for number, start in enumerate(best_first)]
    given = pd.Series(scores, dtype="float64")
    found = GROUP_RULES[name].place(given, pd.Series(ranks, dtype="Int64"), cuts)
    slow = table.GROUP_RULES[name](scores, ranks, cuts)
    assert [None if pd.isna(code) else code for code in found] == slow


@pytest.mark.parametrize(
    ("fast", "slow"),
    [
        pytest.param(NORMALISATIONS, scales.WAYS, id="normalisations"),
        pytest.param(RULES, scorer.TWINS, id="rules"),
        pytest.param(POLICIES, table.POLICIES, id="missing policies"),
        pytest.param(GROUP_RULES, table.GROUP_RULES, id="group rules"),
    ],
)
def test_every_name_has_a_slow_twin(fast: dict[str, Any], slow: dict[str, Any]) -> None:
    """Whoever adds a name writes it a second time, plainly; generated cases then compare the two."""
    assert set(fast) == set(slow)
