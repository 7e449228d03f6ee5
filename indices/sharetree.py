"""A framework seen as means of shares: what every node can reach, and how much each child makes of it.

A node whose rule is a straight line equals low + (high - low) x weighted mean of its children's shares, with
weights that are the parts of its range they make up. That is exact, and lets weights, normalisation and kind
of mean be exchanged. Whether a rule is straight is found by trying it, so a new rule needs nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from indices.plan import Plan, Step
from indices.ranking import Integers
from indices.rules import Array, Mask
from indices.tree import Node

TRIALS = 8
CLOSE = 1e-9


@dataclass(frozen=True)
class ShareNode:
    """One inner node: its step, its children's weights (sum 1), and whether its rule is straight."""

    step: Step
    weights: Array
    straight: bool

    @property
    def own(self) -> int:
        """Column of the node."""
        return self.step.own

    @property
    def kids(self) -> Integers:
        """Columns of the children."""
        return self.step.kids


@dataclass(frozen=True)
class ShareTree:
    """Every node's `low` and `high` (codes, in its own unit); `reversed`: less of it is better."""

    nodes: tuple[ShareNode, ...]
    low: Array
    high: Array
    reversed: Mask

    def to_share(self, values: Array, codes: Integers | slice) -> Array:
        """Values (draws x codes x units) as shares of the range, 1 = best."""
        worst, best = self.ends(codes)
        found = values - worst
        found *= 1.0 / (best - worst)
        return np.asarray(found)

    def to_value(self, shares: Array, codes: Integers | slice) -> Array:
        """Shares turned back into the nodes' own units."""
        worst, best = self.ends(codes)
        return np.asarray(worst + (best - worst) * shares)

    def ends(self, codes: Integers | slice) -> tuple[Array, Array]:
        """The worst and the best value of some nodes (codes x 1)."""
        low, high, less = self.low[codes, None], self.high[codes, None], self.reversed[codes, None]
        return np.where(less, high, low), np.where(less, low, high)

    def edges(self) -> Array:
        """The weights of all nodes, one after the other."""
        return np.concatenate([node.weights for node in self.nodes]) if self.nodes else np.empty(0)


def share_tree(plan: Plan, values: Array) -> ShareTree:
    """The share tree of a plan. `values` (units x codes) give the range of an input that has no other.

    The range of an input is its reference range, else its minimum to maximum score, else what is observed;
    so is that of a node whose rule compares units.
    """
    low, high = np.zeros(len(plan.codes)), np.ones(len(plan.codes))
    for column, code in enumerate(plan.inputs):
        low[column], high[column] = _reach(plan.tree.nodes[code], values[:, column])
    standing = plan.run(values)
    nodes, reversed_ = [], np.array([plan.tree.nodes[c].direction == "-" for c in plan.codes])
    for step in plan.steps:
        if step.relative:
            low[step.own], high[step.own] = _observed(standing[:, step.own])
            nodes.append(ShareNode(step, _weights(step, np.ones(len(step.kids)), straight=False), False))
        else:
            nodes.append(_share_node(step, low, high, reversed_))
    return ShareTree(tuple(nodes), low, high, reversed_)


def _reach(node: Node, values: Array) -> tuple[float, float]:
    choices = ((node.ref_min, node.ref_max), (node.min_score, node.max_score))
    for low, high in choices:
        if low is not None and high is not None and high > low:
            return float(low), float(high)
    return _observed(values)


def _observed(values: Array) -> tuple[float, float]:
    known = values[~np.isnan(values)]
    if len(known) and known.max() > known.min():
        return float(known.min()), float(known.max())
    return (float(known[0]), float(known[0]) + 1.0) if len(known) else (0.0, 1.0)


def _share_node(step: Step, low: Array, high: Array, reversed_: Mask) -> ShareNode:
    """Try the rule with each child alone at its other end, and with children anywhere between.

    Writes the node's own range and its children's directions into `low`, `high` and `reversed_`.
    """
    bottom, top, k = low[step.kids], high[step.kids], len(step.kids)
    firm = replace(step, template=replace(step.template, missing="refuse"), kids=np.arange(k))
    best = np.tile(top, (k + 1, 1))
    best[np.arange(1, k + 1), np.arange(k)] = bottom
    tried = firm.score(best)
    pull = tried[0] - tried[1:]
    at = np.random.default_rng(k).random((TRIALS, k))
    real = firm.score(bottom + at * (top - bottom))
    straight = bool(
        np.allclose(real, tried[0] - (1.0 - at) @ pull, rtol=CLOSE, atol=CLOSE * np.abs(pull).sum())
    )
    reversed_[step.kids] = np.where(pull == 0, reversed_[step.kids], pull < 0)
    low[step.own] = tried[0] - np.maximum(pull, 0.0).sum()
    high[step.own] = tried[0] - np.minimum(pull, 0.0).sum()
    if not straight:
        ends = firm.score(np.where(reversed_[step.kids], np.stack((top, bottom)), np.stack((bottom, top))))
        low[step.own], high[step.own] = ends
    if not high[step.own] > low[step.own]:
        high[step.own] = low[step.own] + 1.0
    return ShareNode(step, _weights(step, np.abs(pull), straight), straight)


def _weights(step: Step, pull: Array, straight: bool) -> Array:
    """Parts of the node's range that each child makes up; of a rule that is not straight, its weights."""
    given = pull if straight or np.isnan(step.template.weights).any() else step.template.weights
    whole = given.sum()
    return np.asarray(given / whole if whole > 0 else np.full(len(given), 1.0 / len(given)))
