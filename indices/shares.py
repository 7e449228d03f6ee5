"""Inputs on one footing: shares between 0 (worst) and 1 (best) under several normalisations, and their means.

Arrays are draws x codes x units: units last, so that what looks over the units runs along memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from indices.arrays import Array, Mask, above_noise
from indices.standing import ranks_of_draws

TransForm = tuple[Callable[[Array], Array], Callable[[Array], Array]]
MEANS: Final[dict[str, TransForm]] = {
    "arithmetic": (lambda share: share, lambda mean: mean),
    "geometric": (np.log, np.exp),
    "harmonic": (np.reciprocal, np.reciprocal),
}


def min_max(values: Array) -> Array:
    """Position between the least and the greatest of the units; 0.5 where all are equal."""
    if np.isnan(values).any():
        low, high = np.fmin.reduce(values, axis=-1), np.fmax.reduce(values, axis=-1)
    else:
        low, high = values.min(axis=-1), values.max(axis=-1)
    reach = high - low
    with np.errstate(divide="ignore", invalid="ignore"):
        found = values - low[..., None]
        found *= (1.0 / reach)[..., None]
    flat = ~above_noise(reach, np.maximum(np.abs(low), np.abs(high)))
    return np.where(flat[..., None] & ~np.isnan(values), 0.5, found) if flat.any() else found


def z_score(values: Array) -> Array:
    """0.5 + 0.1 standard deviations (of the sample) from the mean; 0.5 where all units are equal."""
    known = ~np.isnan(values)
    n = known.sum(axis=-1, keepdims=True)
    filled = values if known.all() else np.where(known, values, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = filled.sum(axis=-1, keepdims=True) / n
        off = values - mean
        squares = off * off if known.all() else np.where(known, off * off, 0.0)
        deviation = np.sqrt(squares.sum(axis=-1, keepdims=True) / (n - 1))
        found = 0.5 + 0.1 * off / deviation
    flat = ~above_noise(deviation, mean)
    return np.where(flat & known, 0.5, found) if flat.any() else found


def rank_share(values: Array) -> Array:
    """1 for the greatest, 0 for the last place: (n - rank) / (n - 1); ties share the better rank."""
    n = np.maximum((~np.isnan(values)).sum(axis=-1, keepdims=True), 2)
    found = (n - ranks_of_draws(values)) / (n - 1.0)
    return np.where(np.isnan(values), np.nan, found)


NORMALISATIONS: Final[dict[str, Callable[[Array], Array]]] = {
    "min_max": min_max,
    "z_score": z_score,
    "rank": rank_share,
}


def impute(values: Array, how: str) -> Array:
    """Missing inputs filled with the mean or median of the units that have the input, draw by draw."""
    found = values.copy()
    gaps: Mask = np.isnan(values)
    for column in np.flatnonzero(gaps.any(axis=(0, 2))):
        missing = gaps[0, column]
        known = values[:, column, :][:, ~missing]
        if known.shape[1]:
            middle = known.mean(axis=1) if how == "mean" else np.median(known, axis=1)
            found[:, column, missing] = middle[:, None]
    return found


def mean_share(shares: Array, weights: Array, kind: str, floor: float, coverage: float = 0.0) -> Array:
    """Weighted mean over the children, renormalised over those present: draws x units.

    `shares`: draws (or 1) x children x units, NaN missing; `weights`: draws x children. The geometric and
    the harmonic mean see shares lifted onto `floor` ... 1 and are taken back afterwards. Missing where the
    present children carry less than `coverage` of the weight.
    """
    forth, back = MEANS[kind]
    seen = shares if kind == "arithmetic" else np.maximum(floor + (1.0 - floor) * shares, floor)
    seen = forth(seen)
    gaps = np.isnan(shares[0])
    if gaps.any():
        seen = np.where(np.isnan(seen), 0.0, seen)
        whole = weights @ np.where(gaps, 0.0, 1.0)
        whole = np.where(whole < (coverage - 1e-12) * weights.sum(axis=1, keepdims=True), np.nan, whole)
    else:
        whole = weights.sum(axis=1, keepdims=True)
    same = seen.shape[0] == 1
    summed = weights @ seen[0] if same else np.matmul(weights[:, None, :], seen)[:, 0, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = back(summed / whole)
    return found if kind == "arithmetic" else (found - floor) / (1.0 - floor)
