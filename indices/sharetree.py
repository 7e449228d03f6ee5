"""A framework seen as means of shares: what every node can reach, and how much each child makes of it.

A node whose rule is a straight line equals low + (high - low) x weighted mean of its children's shares, with
weights that are the parts of its range they make up. That is exact, and lets weights, normalisation and kind
of mean be exchanged. Whether a rule is straight is found by trying it, so a new rule needs nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from indices.entries import enter, take_apart
from indices.plan import Plan, Step
from indices.ranking import Integers
from indices.rules import Array, Mask
from indices.scale import Scale
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
    """Every node's `low` and `high` (codes, in its own unit); `reversed`: less of it is better.

    `scales`: inputs that enter on a scale, by column; their range and direction are those on the scale, and
    `falls` says of every input whether less of the figure itself is better.
    """

    nodes: tuple[ShareNode, ...]
    low: Array
    high: Array
    reversed: Mask
    falls: Mask
    scales: Mapping[int, Scale]

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
    standing, (steps, scales) = plan.run(values), take_apart(plan)
    entered = enter(values[:, : plan.n_inputs].T[None], scales)[0]
    for step in steps:
        _common_range(step, scales, entered, (low, high))
    nodes, reversed_ = [], np.array([plan.tree.nodes[c].direction == "-" for c in plan.codes])
    falls = reversed_.copy()
    reversed_[list(scales)] = False
    for step in steps:
        if step.relative:
            low[step.own], high[step.own] = _observed(standing[:, step.own])
            nodes.append(ShareNode(step, _weights(step, np.ones(len(step.kids)), straight=False), False))
        else:
            nodes.append(_share_node(step, low, high, reversed_))
    falls = np.where(np.isin(np.arange(len(falls)), list(scales)), falls, reversed_)
    return ShareTree(tuple(nodes), low, high, reversed_, falls, scales)


def _common_range(step: Step, scales: Mapping[int, Scale], entered: Array, ends: tuple[Array, Array]) -> None:
    """One range for all scaled inputs of a node: 0 to 1 as asked for, and whatever is observed beyond.

    The same for all, so that the weights of shares are the weights of the definition.
    """
    own = [int(kid) for kid in step.kids if int(kid) in scales]
    if own:
        asked = [end for kid in own for end in (scales[kid].to_low, scales[kid].to_high)]
        ends[0][own] = min(*asked, np.nanmin(entered[own], initial=np.inf))
        ends[1][own] = max(*asked, np.nanmax(entered[own], initial=-np.inf))


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
