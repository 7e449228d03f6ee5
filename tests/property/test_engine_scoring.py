"""What must hold for every tree and all figures: aggregates, bounds, monotony, order of the units."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from indices.scoring import influence, recompute, score
from indices.tree import Node, Tree
from tests.property.strategies import Scene, scenes

NAN = float("nan")


def plain(tree: Tree, code: str, figures: dict[str, float]) -> float:
    """The value of a node by the textbook, one number at a time."""
    children = tree.children(code)
    if not children:
        return figures.get(code, NAN)
    own = figures.get(code, NAN)
    return own if not math.isnan(own) else rolled_up(tree.nodes[code], children, tree, figures)


def rolled_up(node: Node, children: list[Node], tree: Tree, figures: dict[str, float]) -> float:
    """One step of the textbook: the rule of the node over the values of its children."""
    values = [plain(tree, child.code, figures) for child in children]
    if node.rule == "sum_points":
        return math.fsum(values)
    used = [(c, v) for c, v in zip(children, values, strict=True) if c.weight]
    if not used:
        return NAN
    weights = [c.weight or 0.0 for c, _ in used]
    if node.rule == "weighted_mean":
        return (node.factor or 1) * sum(w * v for w, (_, v) in zip(weights, used, strict=True)) / sum(weights)
    if node.rule == "weighted_sum":
        return sum(w * v for w, (_, v) in zip(weights, used, strict=True))
    z = sum(w * scaled(c, v) for w, (c, v) in zip(weights, used, strict=True))
    return (node.factor or 1) * ((node.offset or 0) + (node.span or 0) * z)


def scaled(child: Node, value: float) -> float:
    """A child on 0-1, turned round where less is better."""
    assert child.ref_min is not None
    assert child.ref_max is not None
    z = (value - child.ref_min) / (child.ref_max - child.ref_min)
    return 1 - z if child.direction == "-" else z


@given(scenes())
def test_a_parent_is_the_aggregate_of_its_children(scene: Scene) -> None:
    found = recompute(scene.tree, scene.values)
    for unit, row in scene.values.iterrows():
        figures = {str(code): float(value) for code, value in row.items()}
        for code in found.columns:
            expected = rolled_up(scene.tree.nodes[code], scene.tree.children(code), scene.tree, figures)
            np.testing.assert_allclose(found.loc[unit, code], expected, rtol=1e-9, atol=1e-9)


@given(scenes(), st.randoms())
def test_the_order_of_units_does_not_matter(scene: Scene, random: object) -> None:
    order = list(scene.values.index)
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = recompute(scene.tree, scene.values.loc[order])
    pd.testing.assert_frame_equal(shuffled.loc[scene.values.index], recompute(scene.tree, scene.values))


@given(scenes())
def test_a_unit_does_not_depend_on_the_others(scene: Scene) -> None:
    alone = recompute(scene.tree, scene.values.iloc[[0]])
    pd.testing.assert_frame_equal(alone, recompute(scene.tree, scene.values).iloc[[0]])


def directions(tree: Tree, leaf: str) -> int:
    """Whether more of a leaf raises (1) or lowers (-1) the total, from the reversals on its way up."""
    sign, code = 1, leaf
    while tree.nodes[code].parent:
        node, parent = tree.nodes[code], tree.nodes[tree.nodes[code].parent]
        if parent.rule == "rescaled_sum" and node.direction == "-":
            sign = -sign
        code = parent.code
    return sign


@given(scenes(holes=False), st.data())
def test_the_total_is_monotone_in_each_input(scene: Scene, data: st.DataObject) -> None:
    leaf = data.draw(st.sampled_from(list(scene.values.columns)))
    before = recompute(scene.tree, scene.values)[scene.tree.root]
    after = recompute(scene.tree, scene.values.assign(**{leaf: scene.values[leaf] + 1}))[scene.tree.root]
    move = (after - before).dropna() * directions(scene.tree, leaf)
    assert (move >= -1e-9).all()


@given(scenes(holes=False))
def test_a_weighted_mean_lies_between_its_children(scene: Scene) -> None:
    found = recompute(scene.tree, scene.values)
    whole = scene.values.combine_first(found)
    for code in found.columns:
        node, children = scene.tree.nodes[code], scene.tree.children(code)
        used = [child.code for child in children if child.weight]
        if node.rule == "weighted_mean" and used:
            mean = (found[code] / (node.factor or 1)).dropna()
            parts = whole.loc[mean.index, used]
            assert (mean >= parts.min(axis=1) - 1e-9).all()
            assert (mean <= parts.max(axis=1) + 1e-9).all()


@given(scenes(holes=False))
def test_a_rescaled_sum_of_values_in_range_stays_on_its_scale(scene: Scene) -> None:
    found = recompute(scene.tree, scene.values)
    for code in found.columns:
        node, children = scene.tree.nodes[code], scene.tree.children(code)
        used = [child for child in children if child.weight]
        if node.rule == "rescaled_sum" and used and not any(child.children for child in used):
            weight = sum(child.weight or 0 for child in used)
            assert (found[code] >= (node.factor or 1) - 1e-9).all()
            assert (found[code] <= (node.factor or 1) * (1 + 9 * weight) + 1e-9).all()


@given(scenes(missing="renormalise"))
def test_counting_what_is_present_needs_one_child_and_nothing_more(scene: Scene) -> None:
    found = recompute(scene.tree, scene.values)
    whole = scene.values.combine_first(found)
    for code in found.columns:
        node, children = scene.tree.nodes[code], scene.tree.children(code)
        used = [child.code for child in children if child.weight]
        if node.rule != "sum_points" and used:
            assert (found[code].notna() == whole[used].notna().any(axis=1)).all()


@given(scenes(holes=False), st.data())
def test_rounded_inputs_stay_within_the_bound(scene: Scene, data: st.DataObject) -> None:
    """Figures rounded to one decimal: the total moves by no more than the bound carried through the tree."""
    rounded = scene.values.round(1)
    half = pd.DataFrame(0.05, index=rounded.index, columns=rounded.columns)
    found = score(scene.tree, rounded, half)
    exact = recompute(scene.tree, scene.values)
    assert ((exact - found.values).abs().fillna(0) <= found.bounds.fillna(0) + 1e-9).all(axis=None)


@settings(max_examples=50)
@given(scenes(holes=False), st.data())
def test_the_pull_is_what_a_small_step_does(scene: Scene, data: st.DataObject) -> None:
    leaf = data.draw(st.sampled_from(list(scene.values.columns)))
    pull = influence(scene.tree)[leaf]
    before = recompute(scene.tree, scene.values)[scene.tree.root]
    after = recompute(scene.tree, scene.values.assign(**{leaf: scene.values[leaf] + 1e-3}))[scene.tree.root]
    if before.notna().all():
        np.testing.assert_allclose((after - before).abs() / 1e-3, abs(pull), rtol=1e-6, atol=1e-6)
