"""How much of a node's value each child brings in, for any rule, found by asking the rule itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from indices.arrays import Array
from indices.rollup import spread
from indices.rules import RULES
from indices.scoring import recompute
from indices.tree import Node, Tree

ADDITIVE, ALONG_PATH, NOT_SPLIT = "additive", "along_path", "not_split"
NOISE: Final = 1e-9
STEP: Final = 1e-5
# Gauss and Legendre's points on 0-1: exact here wherever the slopes are a polynomial of degree 15 or less.
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(8)


@dataclass(frozen=True)
class Contributions:
    """The parts of one node of one unit: base + Σ parts + remainder = value.

    `parts`: one number a child, in the parent's unit (0 for an unused child, NaN for one that is missing or
    where nothing can be split). `base`: the node's value with every child at zero. `manner`: additive (a
    straight line), along_path (slopes collected on the straight way from zero, the way of Aumann and
    Shapley: a weighted geometric mean gives each child its weight), not_split (the rule compares units, or
    has no value at zero: all is remainder).
    """

    parts: Array
    base: float
    remainder: float
    manner: str


def one_step(tree: Tree, code: str) -> Tree:
    """The node with its children as leaves that enter as they are: their values are on the scale already."""
    children = {child.code: replace(_plain(child), parent=code) for child in tree.children(code)}
    return replace(
        tree, root=code, roots=(code,), nodes={code: replace(tree.nodes[code], parent=""), **children}
    )


def _plain(node: Node) -> Node:
    """A leaf that enters as it is."""
    plain = replace(node, normalise="", direction="+", log="", cap="", denominator="")
    return replace(plain, children=(), child_weights=())


def contributions(tree: Tree, code: str, entering: Array, maxima: Array) -> Contributions:
    """Split the value of `code` for one unit. `entering`: one number a child, normalised where the rule
    normalises; `maxima`: the maximum that applied to each child.
    """
    asked = _Rule(tree, code, entering, maxima)
    known = ~np.isnan(entering)
    origin = np.where(known, 0.0, np.nan)
    without = np.where(np.eye(len(entering), dtype=bool) & known, 0.0, entering)
    value, base, *others = asked(np.vstack((entering, origin, without))).tolist()
    if np.isnan(value) or np.isnan(base) or RULES[tree.nodes[code].rule].relative:
        return Contributions(np.full(len(entering), np.nan), 0.0, value, NOT_SPLIT)
    parts = np.where(known, value - np.array(others), np.nan)
    remainder = value - base - float(np.nansum(parts))
    if abs(remainder) <= NOISE * max(1.0, abs(value)):
        return Contributions(parts, base, remainder, ADDITIVE)
    parts = _along_path(asked, entering)
    return Contributions(parts, base, value - base - float(np.nansum(parts)), ALONG_PATH)


def _along_path(asked: _Rule, entering: Array) -> Array:
    """Each child's value times its mean slope on the straight way from zero to where the unit stands."""
    children = np.flatnonzero(~np.isnan(entering) & (entering != 0))
    places = (_POINTS + 1.0) / 2.0
    way = np.repeat(places[:, None] * entering, len(children), axis=0)
    column = np.tile(children, len(places))
    step = STEP * np.abs(way[np.arange(len(way)), column])
    up, down = way.copy(), way.copy()
    up[np.arange(len(way)), column] += step
    down[np.arange(len(way)), column] -= step
    slopes = ((asked(up) - asked(down)) / (2.0 * step)).reshape(len(places), -1)
    parts = np.where(np.isnan(entering), np.nan, 0.0)
    parts[children] = entering[children] * (_WEIGHTS[:, None] / 2.0 * slopes).sum(axis=0)
    return parts


class _Rule:
    """One node's rule as a function of what its children bring, m imaginary units at a time."""

    def __init__(self, tree: Tree, code: str, entering: Array, maxima: Array) -> None:
        self.tree, self.code = one_step(tree, code), code
        self.codes, self.maxima = list(tree.nodes[code].children), maxima

    def __call__(self, rows: Array) -> Array:
        """Values of the node (m) for children's figures (m x k)."""
        frame = pd.DataFrame(rows, columns=self.codes)
        applied = pd.DataFrame(np.broadcast_to(self.maxima, rows.shape), columns=self.codes)
        return recompute(self.tree, frame, applied)[self.code].to_numpy(dtype=np.float64)


def weights_used(tree: Tree, code: str, entering: Array) -> Array:
    """Weights of the children as they counted for the unit: those of missing ones spread over the others;
    none where the present ones are too few.
    """
    weights = np.array([_number(child) for child in tree.children(code)])
    if tree.missing == "refuse" or np.isnan(weights).any():
        return weights
    return np.asarray(spread(weights, entering[None, :], tree.missing, tree.coverage)[0])


def _number(node: Node) -> float:
    return float("nan") if node.weight is None else float(node.weight)
