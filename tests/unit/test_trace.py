"""Traces: contributions add up for every rule, formulas can be worked out, leaves lead to source cells."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indices.contributions import ADDITIVE, ALONG_PATH, NOT_SPLIT, contributions
from indices.scoring import recompute
from indices.trace import Source, Step, to_frame, trace, trace_cell
from indices.trace_inputs import Cell, TraceInputs
from indices.tree import Node, Tree
from tests.unit.packdata import facts, registry

STRAIGHT = ("sum_points", "weighted_mean", "weighted_sum", "rescaled_sum", "linear")
CURVED = ("geometric_mean", "harmonic_mean")
UNITS = ["a", "b", "c"]


def node(code: str, **numbers: object) -> Node:
    """A node of a made-up tree."""
    told = {"parent": "", "level": "part", "name_vi": code, "name_en": code, "status": "proven"}
    return Node(code=code, **(told | numbers))  # type: ignore[arg-type]


def one_branch(rule: str, weights: list[float], missing: str = "refuse", **numbers: object) -> Tree:
    """A root over leaves L0, L1, ... with these weights."""
    codes = tuple(f"L{place}" for place in range(len(weights)))
    scaled = {"normalise": "min_max", "ref_min": 0.0, "ref_max": 10.0} if rule == "rescaled_sum" else {}
    leaves = {
        code: node(code, parent="R", weight=weight, slope=weight, max_score=10.0, **scaled)
        for code, weight in zip(codes, weights, strict=True)
    }
    own = {"factor": 2.0, "offset": 1.0, "span": 9.0, "intercept": 0.5, "max_score": 10.0} | numbers
    root = node("R", level="index", rule=rule, children=codes, child_weights=tuple(weights), **own)
    return Tree("f", "R", 2020, "main", "R", ("R",), {"R": root, **leaves}, missing)


def traced(tree: Tree, values: pd.DataFrame, unit: str = "a", code: str = "R") -> Step:
    """The trace without maxima or sources."""
    empty = pd.DataFrame({"unit_id": pd.Series(dtype="str"), "component_code": pd.Series(dtype="str")})
    return trace(TraceInputs(tree, values, pd.DataFrame(index=values.index), empty), unit, code)


def parts(step: Step) -> float:
    """base + Σ contributions + remainder."""
    return step.base + step.remainder + float(np.nansum([child.contribution for child in step.children]))


def computed(step: Step) -> Iterator[Step]:
    """The steps whose value could be recomputed from below."""
    return (one for one in step.walk() if one.children and not math.isnan(one.recomputed))


def worked_out(text: str) -> float:
    """What the numbers of a formula come to."""
    plain = text.replace("×", "*").replace("−", "-").replace("^", "**")
    assert re.fullmatch(r"[-0-9.+*/() ]+", plain), text
    return float(eval(plain))


numbers = st.floats(0.0, 10.0).map(lambda x: round(x, 3))
branches = st.integers(1, 6).flatmap(
    lambda k: st.tuples(
        st.lists(st.floats(0.1, 5.0).map(lambda x: round(x, 2)), min_size=k, max_size=k),
        st.lists(numbers, min_size=3 * k, max_size=3 * k),
    )
)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(STRAIGHT), branches)
def test_contributions_of_straight_lines_add_up(rule: str, branch: tuple[list[float], list[float]]) -> None:
    weights, figures = branch
    tree = one_branch(rule, weights)
    values = pd.DataFrame(np.reshape(figures, (3, -1)), UNITS, list(tree.nodes["R"].children))
    step = traced(tree, values)
    wanted = float(recompute(tree, values).loc["a", "R"])
    assert step.recomputed == wanted
    assert parts(step) == pytest.approx(wanted, abs=1e-9)
    assert abs(step.remainder) < 1e-9 * max(1.0, abs(wanted))
    assert step.manner == ADDITIVE
    assert step.formula is not None
    assert worked_out(step.formula.numbers) == pytest.approx(wanted, rel=1e-4, abs=1e-4)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(CURVED), branches)
def test_contributions_of_curves_add_up(rule: str, branch: tuple[list[float], list[float]]) -> None:
    weights, figures = branch
    tree = one_branch(rule, weights)
    values = pd.DataFrame(np.reshape(figures, (3, -1)), UNITS, list(tree.nodes["R"].children))
    step = traced(tree, values)
    wanted = float(recompute(tree, values).loc["a", "R"])
    assert parts(step) == pytest.approx(wanted, abs=1e-9)
    assert abs(step.remainder) < 1e-5 * max(1.0, wanted)
    if rule == "geometric_mean" and step.manner == ALONG_PATH and min(figures[: len(weights)]) > 0:
        shares = [child.contribution / wanted for child in step.children]
        assert shares == pytest.approx([w / sum(weights) for w in weights], abs=1e-5)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(["sum_points", "weighted_mean", "weighted_sum", "rescaled_sum"]), branches, st.data())
def test_missing_children_bring_nothing(
    rule: str, branch: tuple[list[float], list[float]], data: st.DataObject
) -> None:
    weights, figures = branch
    tree = one_branch(rule, weights, missing="renormalise")
    values = pd.DataFrame(np.reshape(figures, (3, -1)), UNITS, list(tree.nodes["R"].children))
    gone = data.draw(st.integers(0, len(weights) - 1))
    values.iloc[0, gone] = np.nan
    step = traced(tree, values)
    assert math.isnan(step.children[gone].contribution)
    wanted = float(recompute(tree, values).loc["a", "R"])
    if len(weights) == 1:
        assert math.isnan(wanted)
        return
    assert parts(step) == pytest.approx(wanted, abs=1e-9)
    assert step.children[gone].kind == "missing"
    assert step.formula is not None
    assert worked_out(step.formula.numbers) == pytest.approx(wanted, rel=1e-3, abs=1e-3)


def test_a_ratio_has_nothing_to_split() -> None:
    tree = one_branch("ratio", [1.0, 1.0], factor=100.0)
    step = traced(tree, pd.DataFrame([[3.0, 4.0]], ["a"], ["L0", "L1"]))
    assert (step.manner, step.recomputed, step.remainder) == (NOT_SPLIT, 75.0, 75.0)
    assert step.formula is not None
    assert worked_out(step.formula.numbers) == pytest.approx(75.0)


def test_a_published_node_keeps_its_value_and_shows_the_residual() -> None:
    tree = one_branch("weighted_mean", [1.0, 1.0], factor=1.0)
    step = traced(tree, pd.DataFrame([[3.0, 4.0, 3.6]], ["a"], ["L0", "L1", "R"]))
    assert (step.kind, step.value, step.recomputed) == ("published", 3.6, 3.5)
    assert step.residual == pytest.approx(0.1)


def test_a_scale_over_the_units_sees_all_units() -> None:
    tree = one_branch("arithmetic_mean", [1.0, 3.0], factor=1.0)
    scaled = {code: replace(one, normalise="min_max_year") for code, one in tree.nodes.items() if code != "R"}
    tree = replace(tree, nodes=tree.nodes | scaled)
    values = pd.DataFrame([[1.0, 8.0], [3.0, 2.0], [5.0, 4.0]], UNITS, ["L0", "L1"])
    step = traced(tree, values, "c")
    assert [child.entering for child in step.children] == pytest.approx([1.0, 1 / 3])
    assert [child.contribution for child in step.children] == pytest.approx([0.25, 0.25])
    assert step.recomputed == pytest.approx(0.5)
    assert step.formula is not None
    assert step.formula.symbols == "(1 × z(L0) + 3 × z(L1)) / 4"


def test_unknown_cells_are_refused() -> None:
    tree = one_branch("sum_points", [1.0])
    with pytest.raises(KeyError):
        traced(tree, pd.DataFrame([[1.0]], ["a"], ["L0"]), code="X")
    with pytest.raises(KeyError):
        trace_cell(registry(), facts(), Cell("PCI", 2013, "63:00", "PCI"))


CELLS = [
    Cell("PCI", 2013, "63:22", "PCI"),
    Cell("PCI", 2018, "63:48", "PCI"),
    Cell("PCI", 2024, "63:22", "PCI"),
    Cell("PAPI", 2019, "63:22", "PAPI"),
    Cell("DTI", 2022, "63:22", "DTI"),
    Cell("DTI", 2022, "63:22", "CQS", "pillar"),
    Cell("Q766", 2023, "63:22", "Q766"),
]


@pytest.mark.parametrize(
    "cell", CELLS, ids=lambda cell: f"{cell.index_code}-{cell.year}-{cell.component_code}"
)
def test_real_cells_add_up_at_every_node(cell: Cell) -> None:
    step = trace_cell(registry(), facts(), cell)
    found = list(computed(step))
    for one in found:
        assert parts(one) == pytest.approx(one.recomputed, abs=1e-9)
        assert one.manner == ADDITIVE
        assert one.formula is not None
        assert worked_out(one.formula.numbers) == pytest.approx(one.recomputed, rel=1e-4, abs=1e-4)
    assert found or math.isnan(step.recomputed)


def test_leaves_lead_to_source_cells() -> None:
    step = trace_cell(registry(), facts(), CELLS[0])
    leaves = step.leaves()
    assert len(leaves) > 100
    held = [leaf for leaf in leaves if leaf.kind == "published"]
    assert held
    for leaf in held:
        assert leaf.source is not None
        assert leaf.source.source_id
        assert leaf.source.file.startswith("sources/")
        assert (leaf.source.row or 0) > 1


def test_a_source_cell_holds_the_figure_that_the_trace_shows(root) -> None:  # type: ignore[no-untyped-def]
    step = trace_cell(registry(), facts(), Cell("PCI", 2013, "63:22", "PCI.6"))
    for leaf in step.leaves():
        assert isinstance(leaf.source, Source)
        line = (root / "data" / leaf.source.file).read_text(encoding="utf-8").splitlines()
        assert f",{leaf.code}," in line[(leaf.source.row or 0) - 1]


def test_the_proven_sub_index_is_shown_to_its_formula() -> None:
    """Fourteen reversed indicators, weights and the year's range: the published figure comes out."""
    step = trace_cell(registry(), facts(), Cell("PCI", 2013, "63:22", "PCI.6"))
    assert step.rule == "rescaled_sum"
    assert step.base == pytest.approx(1.0)
    assert len(step.children) == 14
    assert sum(child.contribution for child in step.children) + 1.0 == pytest.approx(step.published, abs=1e-6)
    assert all(0 <= child.entering <= 1 for child in step.children)


def test_a_table_for_the_screen() -> None:
    step = trace_cell(registry(), facts(), CELLS[0])
    frame = to_frame(step)
    assert len(frame) == len(list(step.walk()))
    assert frame["path"].is_unique
    assert {"code", "value", "contribution", "source_id", "source_file", "source_row", "numbers"} <= set(
        frame
    )


def test_contributions_by_hand() -> None:
    tree = one_branch("weighted_mean", [1.0, 3.0], factor=1.0)
    found = contributions(tree, "R", np.array([4.0, 8.0]), np.array([10.0, 10.0]))
    assert found.parts.tolist() == [1.0, 6.0]
    assert (found.base, found.manner) == (0.0, ADDITIVE)
