"""Rolls a tree up one step at every inner node, and carries the rounding of what was published along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from indices.rules import RULES, Array, Children, Own, apply_rule
from indices.scale import Scale, parse_bands, parse_reference
from indices.tree import Node, Tree

PLAIN: Final = "min_max"


@dataclass(frozen=True)
class Scored:
    """Recomputed values and their rounding bounds, units x inner codes, in the components' own units.

    `bounds` is how far the recomputed value may be off because its inputs were published rounded.
    """

    values: pd.DataFrame
    bounds: pd.DataFrame


def recompute(tree: Tree, values: pd.DataFrame, maxima: pd.DataFrame | None = None) -> pd.DataFrame:
    """Recomputed value of every inner node, units x codes; NaN where it cannot be computed.

    One step at a time: a child counts as published (`values`, units x codes), else as recomputed.
    `maxima` (units x codes) gives the maximum that applied to a unit where it differs from the component's.
    """
    return score(tree, values, maxima=maxima).values


def score(
    tree: Tree,
    values: pd.DataFrame,
    half_units: pd.DataFrame | None = None,
    maxima: pd.DataFrame | None = None,
) -> Scored:
    """`recompute` with rounding bounds. `half_units` (units x codes): half of the last published decimal."""
    table = _Table(tree, denominate(tree, values), half_units, maxima)
    codes = [code for code in tree.inner() if is_computable(tree, code)]
    scores = np.full((len(values), len(codes)), np.nan)
    bounds = np.full((len(values), len(codes)), np.nan)
    for position, code in enumerate(codes):
        scores[:, position], bounds[:, position] = table.step(code)
    return Scored(
        pd.DataFrame(scores, index=values.index, columns=codes),
        pd.DataFrame(bounds, index=values.index, columns=codes),
    )


def denominate(tree: Tree, values: pd.DataFrame) -> pd.DataFrame:
    """Figures (units x codes) divided by those of the leaf their definition names; the rest as they are.

    Missing where the denominator is missing or 0, or is not among the columns.
    """
    pairs = {code: node.denominator for code, node in tree.nodes.items() if node.denominator}
    given = {code: other for code, other in pairs.items() if code in values}
    if not given:
        return values
    nothing = pd.Series(np.nan, index=values.index)
    below = {code: values.get(other, nothing).where(lambda x: x != 0) for code, other in given.items()}
    return values.assign(**{code: values[code] / below[code] for code in given})


def is_computable(tree: Tree, code: str) -> bool:
    """Whether the node has a rule we trust at all, and the year has the numbers the rule needs."""
    node = tree.nodes[code]
    if not node.rule or not node.children or node.status == "unknown":
        return False
    needs, children = RULES[node.rule].needs, tree.children(code)
    own = all(_given(node, name) for name in needs - {"weight", "slope"})
    return own and all(_given(child, name) for name in needs & {"weight", "slope"} for child in children)


def influence(tree: Tree) -> dict[str, float]:
    """d index / d node of the main tree: index points for one unit of the node; NaN where not known.

    Only where the rule is a straight line that is the same for all units; reference ranges count.
    """
    found = dict.fromkeys(tree.nodes, float("nan"))
    found[tree.root] = 1.0
    for code in reversed(tree.inner()):
        if is_computable(tree, code) and len(tree.roots) == 1:
            children = _children(tree, code, *_known_point(tree, code))
            if not RULES[tree.nodes[code].rule].straight or children.scales:
                continue
            _, slopes, used = apply_rule(RULES[tree.nodes[code].rule], children)
            row = np.zeros(len(used))
            row[used] = np.broadcast_to(slopes, (1, int(used.sum())))[0]
            found |= dict(zip(tree.nodes[code].children, row * found[code], strict=True))
    return found


def _given(node: Node, name: str) -> bool:
    return getattr(node, {"max": "max_score"}.get(name, name)) is not None


def _known_point(tree: Tree, code: str) -> tuple[Array, Array]:
    """One imaginary unit with every child at zero: slopes of straight lines do not depend on it."""
    maxima = np.array([[_number(child.max_score) for child in tree.children(code)]])
    return np.zeros_like(maxima), maxima


class _Table:
    """The working table of one roll-up: a column a code, filled from the leaves upwards."""

    def __init__(
        self,
        tree: Tree,
        values: pd.DataFrame,
        half_units: pd.DataFrame | None,
        maxima: pd.DataFrame | None,
    ) -> None:
        self.tree = tree
        self.codes = {code: position for position, code in enumerate(tree.nodes)}
        self.values = self._array(values, values.index)
        self.errors = np.nan_to_num(self._array(half_units, values.index))
        own = np.array([_number(node.max_score) for node in tree.nodes.values()])
        applied = self._array(maxima, values.index)
        self.maxima = np.where(np.isnan(applied), own, applied)

    def _array(self, frame: pd.DataFrame | None, index: pd.Index) -> Array:
        if frame is None:
            return np.full((len(index), len(self.codes)), np.nan)
        return frame.reindex(index=index, columns=list(self.codes)).to_numpy(dtype=np.float64, copy=True)

    def step(self, code: str) -> tuple[Array, Array]:
        """Score and bound of one node (n each); they stand in for the node where it was not published."""
        columns = [self.codes[child] for child in self.tree.nodes[code].children]
        children = _children(self.tree, code, self.values[:, columns], self.maxima[:, columns])
        scores, slopes, used = apply_rule(RULES[self.tree.nodes[code].rule], children)
        bounds = np.asarray((np.nan_to_num(slopes) * self.errors[:, columns][:, used]).sum(axis=1))
        own = self.codes[code]
        unpublished = np.isnan(self.values[:, own])
        self.values[unpublished, own] = scores[unpublished]
        self.errors[unpublished, own] = bounds[unpublished]
        return scores, bounds


def _children(tree: Tree, code: str, values: Array, maxima: Array) -> Children:
    nodes, node = tree.children(code), tree.nodes[code]
    numbers = {name: _column(nodes, name) for name in ("slope", "ref_min", "ref_max")}
    return Children(
        values=values,
        weights=_column(nodes, "weight"),
        slopes=numbers["slope"],
        ref_min=numbers["ref_min"],
        ref_max=numbers["ref_max"],
        scaled=np.array([is_plain(child) for child in nodes]),
        reversed=np.array([child.direction == "-" for child in nodes]),
        maxima=maxima,
        own=_own(node),
        missing=tree.missing,
        scales=_scales(nodes),
        coverage=tree.coverage,
    )


def is_plain(node: Node) -> bool:
    """Whether the node enters by stored min-max and nothing else: worked out for all children at once."""
    return node.normalise == PLAIN and not (node.log or node.cap or node.range_min is not None)


def scale_of(node: Node) -> Scale:
    """How the node is brought to a scale; its `name` is blank where the definition names no way."""
    return Scale(
        name=node.normalise,
        reversed=node.direction == "-",
        logged=bool(node.log),
        cap=node.cap,
        reference=parse_reference(node.reference),
        bands=parse_bands(node.bands) if node.bands else (),
        low=_number(node.ref_min),
        high=_number(node.ref_max),
        to_low=0.0 if node.range_min is None else node.range_min,
        to_high=1.0 if node.range_max is None else node.range_max,
        **{name: _number(getattr(node, name)) for name in ("target", "threshold", "floor")},
    )


def _scales(nodes: Sequence[Node]) -> tuple[Scale | None, ...]:
    found = tuple(scale_of(node) if node.normalise and not is_plain(node) else None for node in nodes)
    return found if any(found) else ()


def _own(node: Node) -> Own:
    default = Own()
    return Own(
        factor=default.factor if node.factor is None else node.factor,
        offset=default.offset if node.offset is None else node.offset,
        span=default.span if node.span is None else node.span,
        intercept=default.intercept if node.intercept is None else node.intercept,
        maximum=_number(node.max_score),
    )


def _column(nodes: Sequence[Node], name: str) -> Array:
    return np.array([_number(getattr(node, name)) for node in nodes], dtype=np.float64)


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
