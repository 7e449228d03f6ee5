"""How a node's value comes from its children: tiny pure functions chosen by name from a closed list.

Every function takes a `Children` (n units by k children) and returns one number a unit (n); its
`sensitivity` twin returns |d parent / d child| as n x k, or k where it is the same for all units.
The list goes on in aggregate.py with means of normalised children and what compares units.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from indices.aggregate import AGGREGATIONS
from indices.arrays import Array, Mask
from indices.rollup import (
    Children,
    Own,
    Rule,
    all_children,
    entry_slopes,
    normalised,
    row_sum,
    spread,
    total,
    weighted_children,
)

__all__ = [
    "RULES",
    "Array",
    "Children",
    "Mask",
    "Own",
    "Rule",
    "apply_rule",
    "normalised",
    "row_sum",
    "spread",
    "total",
]


def sum_points(c: Children) -> Array:
    """Points added up. Renormalised: the share reached of what is present, times the whole maximum.

    The maxima are those that applied to the unit; points where none apply make the sum missing.
    """
    if c.missing == "refuse":
        return row_sum(c.values)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = c.values / c.maxima
    found = total(parts, c.maxima, c.missing, c.coverage)
    return np.where(np.isinf(parts).any(axis=1), np.nan, found)


def weighted_mean(c: Children) -> Array:
    """Weighted arithmetic mean, times a factor that puts it on the parent's scale."""
    return np.asarray(c.own.factor * total(c.values, c.weights, c.missing, c.coverage) / c.weights.sum())


def weighted_sum(c: Children) -> Array:
    """Weights times values, added up; the weights need not sum to one."""
    return total(c.values, c.weights, c.missing, c.coverage)


def rescaled_sum(c: Children) -> Array:
    """Weighted sum of normalised children, put on the parent's scale by span, offset and factor."""
    z = normalised(c)
    return c.own.factor * (c.own.offset + c.own.span * total(z, c.weights, c.missing, c.coverage))


def linear(c: Children) -> Array:
    """Straight-line coefficients: intercept plus slopes times values. A missing child stays missing."""
    return c.own.intercept + row_sum(c.values * c.slopes)


def share_of_max(c: Children) -> Array:
    """A percentage turned into points of the parent's own maximum."""
    return c.values[:, 0] / 100.0 * c.own.maximum


def applicable_ratio(c: Children) -> Array:
    """Points obtained as a percentage of the points that applied to the unit."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 100.0 * c.values[:, 0] / c.maxima[:, 0]
    return np.where(np.isfinite(found), found, np.nan)


def _point_slopes(c: Children) -> Array:
    if c.missing == "refuse":
        return np.ones(c.values.shape[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(spread(c.maxima, c.values, c.missing, c.coverage) / c.maxima)


def _mean_slopes(c: Children) -> Array:
    return np.asarray(
        np.abs(c.own.factor * spread(c.weights, c.values, c.missing, c.coverage) / c.weights.sum())
    )


def _sum_slopes(c: Children) -> Array:
    return np.abs(spread(c.weights, c.values, c.missing, c.coverage))


def _rescaled_slopes(c: Children) -> Array:
    pull = np.abs(c.own.factor * c.own.span * spread(c.weights, c.values, c.missing, c.coverage))
    return np.asarray(pull * entry_slopes(c))


def _linear_slopes(c: Children) -> Array:
    return np.abs(c.slopes)


def _share_slopes(c: Children) -> Array:
    return np.array([abs(c.own.maximum) / 100.0])


def _ratio_slopes(c: Children) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.abs(100.0 / c.maxima)


def _sloped(c: Children) -> Mask:
    return np.asarray(c.slopes != 0)


_LIST: Final = (
    Rule(
        "sum_points",
        "Sum of points",
        "parent = Σ v_i",
        "parent and children in points of one scale; the children's maxima add up to the parent's",
        "the ministry's yearly administrative reform results, where points of the parts add up to the whole; "
        "dimensions and total of the governance survey; components of the green index",
        sum_points,
        _point_slopes,
        all_children,
    ),
    Rule(
        "weighted_mean",
        "Weighted mean",
        "parent = factor × Σ (w_i × v_i) / Σ w_i",
        "children in one unit, the parent in that unit times the factor; weights in any unit",
        "total of the competitiveness survey from its sub-indices (factor 10); digital index from its main "
        "indicators with their maxima as weights; satisfaction from its factors",
        weighted_mean,
        _mean_slopes,
        weighted_children,
        frozenset({"weight"}),
    ),
    Rule(
        "weighted_sum",
        "Weighted sum",
        "parent = Σ (w_i × v_i)",
        "weights in parent units for one unit of the child",
        "first edition of the digital index from its three pillars; weighted total of the governance survey",
        weighted_sum,
        _sum_slopes,
        weighted_children,
        frozenset({"weight"}),
    ),
    Rule(
        "rescaled_sum",
        "Rescaled sum",
        "parent = factor × (offset + span × Σ (w_i × z_i)), where z_i = (v_i − ref_min_i) / "
        "(ref_max_i − ref_min_i), or 1 − that where less is better, or v_i where not normalised",
        "children in any unit with their reference range in the same unit; parent in its own points",
        "sub-indices of the competitiveness survey (offset 1, span 9) and sub-dimensions of the governance "
        "survey (factor 1 over their number), recomputed from published indicators",
        rescaled_sum,
        _rescaled_slopes,
        weighted_children,
        frozenset({"weight", "offset", "span"}),
        normalises=True,
    ),
    Rule(
        "linear",
        "Linear coefficients",
        "parent = intercept + Σ (slope_i × v_i)",
        "slope in parent units for one unit of the child; one set of coefficients a year",
        "coefficients computed from the publisher's indicators and sub-indices, with the fit error",
        linear,
        _linear_slopes,
        _sloped,
        frozenset({"slope", "intercept"}),
    ),
    Rule(
        "share_of_max",
        "Percentage into points",
        "parent = v / 100 × maximum of the parent",
        "child in percent, parent in points of its own maximum",
        "the ministry's administrative reform results, where satisfaction in percent enters as points",
        share_of_max,
        _share_slopes,
        all_children,
        frozenset({"max"}),
        lone_child=True,
    ),
    Rule(
        "applicable_ratio",
        "Obtained over applicable",
        "parent = 100 × v / applicable maximum of the unit",
        "child in points with the maximum that applied to the unit beside it, parent in percent",
        "provinces' own sets for departments and districts, where criteria that do not apply "
        "lower the maximum",
        applicable_ratio,
        _ratio_slopes,
        all_children,
        lone_child=True,
    ),
)

RULES: Final[dict[str, Rule]] = {rule.name: rule for rule in (*_LIST, *AGGREGATIONS)}


def apply_rule(rule: Rule, children: Children) -> tuple[Array, Array, Mask]:
    """Score (n), sensitivity (n x k or k) and mask of used children (k) of one node.

    A node that uses no child (all weights zero) gets NaN.
    """
    used = rule.uses(children)
    seen = children.only(used)
    if 0 in seen.values.shape:
        return np.full(len(seen.values), np.nan), np.zeros(seen.values.shape[1]), used
    return np.asarray(rule.score(seen), dtype=np.float64), rule.sensitivity(seen), used
