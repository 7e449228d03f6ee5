"""Rules that go on from rules.py: means of normalised children, ratios, shares of answers, outranking."""

from __future__ import annotations

from typing import Final

import numpy as np

from indices.arrays import NOISE, Array, Mask
from indices.outrank import copeland_scores, outranking
from indices.rollup import (
    Children,
    Rule,
    all_children,
    entry_slopes,
    normalised,
    spread,
    total,
    weighted_children,
)


def arithmetic_mean(c: Children) -> Array:
    """Weighted arithmetic mean of the children on their scales, times a factor."""
    z = normalised(c)
    return np.asarray(c.own.factor * total(z, c.weights, c.missing, c.coverage) / c.weights.sum())


def geometric_mean(c: Children) -> Array:
    """Weighted geometric mean, times a factor; 0 where a child is 0, missing where one is negative."""
    z = _with_zeros(c)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(c.own.factor * np.exp(_mean(np.log(z), z, c)))


def harmonic_mean(c: Children) -> Array:
    """Weighted harmonic mean, times a factor; 0 where a child is 0, missing where one is negative."""
    z = _with_zeros(c)
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = np.where(z < 0, np.nan, 1.0 / np.abs(z))
        return np.asarray(c.own.factor / _mean(inverse, z, c))


def copeland(c: Children) -> Array:
    """Duels won less duels lost against all other units, each decided by the weight of the children."""
    z = np.where(c.reversed & ~_on_scale(c), -1.0, 1.0) * normalised(c)
    return c.own.factor * copeland_scores(outranking(z, c.weights, c.missing))


def ratio(c: Children) -> Array:
    """First child over second, times a factor; missing where the second is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = c.own.factor * c.values[:, 0] / c.values[:, 1]
    return np.where(np.isfinite(found), found, np.nan)


def share_satisfied(c: Children) -> Array:
    """Answers on the steps that count (weight 1) as a part of all answers, times a factor."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = c.own.factor * (c.values * c.weights).sum(axis=1) / c.values.sum(axis=1)
    return np.where(np.isfinite(found), found, np.nan)


def scaled_points(c: Children) -> Array:
    """The child on its scale (0-1) as points of the parent's own maximum."""
    return np.asarray(normalised(c)[:, 0] * c.own.maximum)


def _with_zeros(c: Children) -> Array:
    """Children on their scales, what computing leaves of a zero (up to 1e-12 either way) taken for one.

    A mean that is steep at zero, or has no value below it, would make a figure of that remainder.
    """
    z = normalised(c)
    return np.where(np.abs(z) <= NOISE, 0.0, z)


def _mean(parts: Array, z: Array, c: Children) -> Array:
    """Weighted mean of parts that may be infinite (n); missing is what has no `z`, not what has no part."""
    given = spread(c.weights, z, c.missing, c.coverage)
    kept = parts if c.missing == "refuse" else np.where(np.isnan(z), 0.0, parts)
    with np.errstate(invalid="ignore"):
        return np.asarray((given * kept).sum(axis=1) / c.weights.sum())


def _on_scale(c: Children) -> Mask:
    """Children whose scale has turned them round already (k)."""
    scales = c.scales or (None,) * len(c.weights)
    return np.asarray(c.scaled | np.array([scale is not None for scale in scales], dtype=np.bool_))


def _shares(c: Children) -> Array:
    return np.asarray(spread(c.weights, c.values, c.missing, c.coverage) / c.weights.sum())


def _arithmetic_slopes(c: Children) -> Array:
    return np.asarray(np.abs(c.own.factor) * _shares(c) * entry_slopes(c))


def _geometric_slopes(c: Children) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = geometric_mean(c)[:, None] / normalised(c)
    return np.asarray(np.abs(_shares(c) * inner * entry_slopes(c)))


def _harmonic_slopes(c: Children) -> Array:
    mean = harmonic_mean(c)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.abs(_shares(c) * (mean / normalised(c)) ** 2 / c.own.factor * entry_slopes(c)))


def _no_slopes(c: Children) -> Array:
    return np.zeros(c.values.shape[1])


def _ratio_slopes(c: Children) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        first = c.own.factor / c.values[:, 1]
        return np.abs(np.stack((first, first * c.values[:, 0] / c.values[:, 1]), axis=1))


def _satisfied_slopes(c: Children) -> Array:
    whole = c.values.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (c.values * c.weights).sum(axis=1, keepdims=True) / whole
        return np.asarray(np.abs(c.own.factor * (c.weights - share) / whole))


def _scaled_point_slopes(c: Children) -> Array:
    return np.asarray(np.abs(c.own.maximum) * entry_slopes(c))


_WEIGHT: Final = frozenset({"weight"})
_HANDBOOK: Final = "OECD and JRC, Handbook on Constructing Composite Indicators (2008)"

AGGREGATIONS: Final = (
    Rule(
        "arithmetic_mean",
        "Arithmetic mean of normalised children",
        "parent = factor × Σ (w_i × z_i) / Σ w_i",
        "children brought to one scale by their own normalisation; parent on that scale times the factor",
        f"{_HANDBOOK}, table 38 (linear); branches of human development indices",
        arithmetic_mean,
        _arithmetic_slopes,
        weighted_children,
        _WEIGHT,
        normalises=True,
    ),
    Rule(
        "geometric_mean",
        "Geometric mean of normalised children",
        "parent = factor × Π z_i^(w_i / Σ w)",
        "children on one scale, none negative; parent on that scale times the factor",
        f"{_HANDBOOK}, table 38 (geometric); totals of human development indices",
        geometric_mean,
        _geometric_slopes,
        weighted_children,
        _WEIGHT,
        straight=False,
        concave=True,
        normalises=True,
    ),
    Rule(
        "harmonic_mean",
        "Harmonic mean of normalised children",
        "parent = factor × Σ w_i / Σ (w_i / z_i)",
        "children on one scale, none negative; parent on that scale times the factor",
        "R engine COINr, ASEM example on 1-100",
        harmonic_mean,
        _harmonic_slopes,
        weighted_children,
        _WEIGHT,
        straight=False,
        concave=True,
        normalises=True,
    ),
    Rule(
        "copeland",
        "Copeland: duels won less duels lost",
        "parent = factor × Σ over other units of sign(weight of children where better − where worse)",
        "children in any unit; parent in duels, from −(n − 1) to n − 1; equal children count half for each",
        f"{_HANDBOOK}, chapter on non-compensatory aggregation, table 36",
        copeland,
        _no_slopes,
        weighted_children,
        _WEIGHT,
        straight=False,
        normalises=True,
        relative=True,
    ),
    Rule(
        "ratio",
        "Ratio",
        "parent = factor × v_1 / v_2",
        "two children in display order, numerator first; factor 100 gives percent",
        "rates published as counts: files handled on time over files received",
        ratio,
        _ratio_slopes,
        all_children,
        straight=False,
        takes=2,
    ),
    Rule(
        "share_satisfied",
        "Share of satisfied answers",
        "parent = factor × Σ (w_i × v_i) / Σ v_i",
        "children are numbers of answers, one a step of the answer scale; weight 1 on the steps that "
        "count as satisfied, else 0; factor 100 gives percent",
        "satisfaction surveys, where satisfied and very satisfied answers count on five steps",
        share_satisfied,
        _satisfied_slopes,
        all_children,
        _WEIGHT,
        straight=False,
    ),
    Rule(
        "scaled_points",
        "Normalised figure into points",
        "parent = z × maximum of the parent",
        "one child with a normalisation to 0-1, parent in points of its own maximum",
        "criteria with full points from a threshold and pro rata below, or points by bands",
        scaled_points,
        _scaled_point_slopes,
        all_children,
        frozenset({"max"}),
        lone_child=True,
        straight=False,
        normalises=True,
    ),
)
