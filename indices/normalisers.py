"""The ways an indicator is brought to a scale: one figure a unit in (n), one out, more is better.

NaN stays NaN. The list with formulas, units and sources is in normalise.py. `x` is logged already where the
scale says so. What has no finite result may come out as infinite: `normalise` makes it missing.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from indices.arrays import TIE, Array, above_noise, rising_ranks
from indices.scale import REFERENCES, Scale


def _turn(x: Array, s: Scale) -> tuple[Array, Scale]:
    """Both turned round where less is better, so that more always is."""
    if not s.reversed:
        return x, s
    reference = s.reference if isinstance(s.reference, str) else -s.reference
    goals: dict[str, Any] = {"target": -s.target, "threshold": -s.threshold, "floor": -s.floor}
    turned: dict[str, Any] = {"low": -s.high, "high": -s.low, "reference": reference, "reversed": False}
    return -x, replace(s, **goals, **turned)


def _known(x: Array) -> Array:
    found = x[~np.isnan(x)]
    return found if len(found) else np.array([np.nan])


def _reference(x: Array, s: Scale) -> float:
    return REFERENCES[s.reference](_known(x)) if isinstance(s.reference, str) else s.reference


def _cut(z: Array, cap: str) -> Array:
    low = 0.0 if cap in ("low", "both") else -np.inf
    return np.clip(z, low, 1.0 if cap in ("high", "both") else np.inf)


def min_max(x: Array, s: Scale) -> Array:
    """Position inside the stored range: 0 at its bad end, 1 at its good end."""
    x, s = _turn(x, s)
    return _cut((x - s.low) / (s.high - s.low), s.cap)


def min_max_year(x: Array, s: Scale) -> Array:
    """Position between the worst and the best of the units; missing where all are equal."""
    x, s = _turn(x, s)
    low, high = _known(x).min(), _known(x).max()
    reach = high - low if above_noise(high - low, max(abs(low), abs(high))) else np.nan
    return _cut((x - low) / reach, s.cap)


def goalposts(x: Array, s: Scale) -> Array:
    """Position between two posts, cut at both unless the definition says otherwise."""
    return min_max(x, replace(s, cap=s.cap or "both"))


def _z(x: Array, s: Scale, ddof: int) -> Array:
    x, _ = _turn(x, s)
    known = _known(x)
    deviation = np.std(known, ddof=ddof) if len(known) > ddof else np.nan
    apart = above_noise(deviation, known.mean())
    return np.asarray((x - known.mean()) / (deviation if apart else np.nan))


def z_score(x: Array, s: Scale) -> Array:
    """Deviations of the sample (n - 1) from the mean."""
    return _z(x, s, 1)


def z_score_population(x: Array, s: Scale) -> Array:
    """Deviations of the population (n) from the mean."""
    return _z(x, s, 0)


def rank(x: Array, s: Scale) -> Array:
    """1 for the worst, n for the best; ties share the lower."""
    return rising_ranks(_turn(x, s)[0])


def borda(x: Array, s: Scale) -> Array:
    """How many units are worse."""
    return np.asarray(rank(x, s) - 1.0)


def percentile_rank(x: Array, s: Scale) -> Array:
    """Share of the other units that are worse."""
    return np.asarray(borda(x, s) / (len(_known(x)) - 1.0))


def rank_share(x: Array, s: Scale) -> Array:
    """Rank from the worst as a share of the number of units."""
    return np.asarray(rank(x, s) / len(_known(x)))


def _distance(x: Array, worst: float, goal: float, cap: str) -> Array:
    """1 at the goal, 0 at the worst; where the goal is no better than the worst there is no way to measure:
    1 at the goal, and without end on either side of it, so that only a cap gives a figure."""
    if above_noise(goal - worst, max(abs(goal), abs(worst))):
        return _cut(np.asarray(1.0 - (goal - x) / (goal - worst)), cap)
    endless = np.where(x == goal, 1.0, np.where(x > goal, np.inf, -np.inf))
    return np.where(np.isnan(x), np.nan, _cut(endless, cap))


def distance_to_best(x: Array, s: Scale) -> Array:
    """One less the part of the way from worst to best that is still to go."""
    return min_max_year(x, s)


def distance_to_reference(x: Array, s: Scale) -> Array:
    """One less the part of the way from the worst unit to the reference that is still to go."""
    x, s = _turn(x, s)
    return _distance(x, _known(x).min(), _reference(x, s), s.cap)


def distance_to_target(x: Array, s: Scale) -> Array:
    """The same to a target, from the stored low end, else from the worst unit."""
    x, s = _turn(x, s)
    worst = _known(x).min() if math.isnan(s.low) else s.low
    return _distance(x, worst, s.target, s.cap)


def ratio_to_reference(x: Array, s: Scale) -> Array:
    """Figure over reference; missing where the reference is not above 0, which would turn the order round."""
    turned, own = _turn(x, s)
    reference = _reference(turned, own) * (-1.0 if s.reversed else 1.0)
    return np.asarray(x / (reference if reference > 0 else np.nan))


def difference_to_reference(x: Array, s: Scale) -> Array:
    """Figure less reference, as a part of the reference."""
    x, s = _turn(x, s)
    reference = _reference(x, s)
    return np.asarray((x - reference) / abs(reference))


def around_mean(x: Array, s: Scale) -> Array:
    """1 for those above the mean by more than the threshold (a part of the mean), -1 below it, else 0."""
    off = difference_to_reference(x, replace(s, reference="mean"))
    return np.where(np.isnan(off), np.nan, np.sign(off) * (np.abs(off) > s.threshold + TIE))


def scaled(x: Array, s: Scale) -> Array:
    """Position in the stored range of the figure with its sign; the range itself is not turned round."""
    return np.asarray(((-x if s.reversed else x) - s.low) / (s.high - s.low))


def fraction_of_max(x: Array, s: Scale) -> Array:
    """Figure over the best figure; missing where that is not above 0."""
    return ratio_to_reference(x, replace(s, reference="best"))


def bands(x: Array, s: Scale) -> Array:
    """The score of the highest band the figure reaches; missing below the lowest.

    A figure short of a start by no more than computing leaves (0.7 + 0.1 against 0.8) reaches it.
    """
    starts, scores = np.array(s.bands, dtype=np.float64).T
    place = np.searchsorted(starts - TIE * np.maximum(1.0, np.abs(starts)), x, side="right") - 1
    return np.where(np.isnan(x) | (place < 0), np.nan, scores[np.maximum(place, 0)])


def percentile_bands(x: Array, s: Scale) -> Array:
    """The score of the band that the unit's rank, in percent of the units, reaches."""
    return bands(100.0 * rank_share(x, s), s)


def threshold(x: Array, s: Scale) -> Array:
    """1 from the threshold on, pro rata below it, 0 short of the floor.

    Pro rata counts from the low end (0 where none is given); where less is better from the high end, which
    must then be given.
    """
    start = s.high if s.reversed else (0.0 if math.isnan(s.low) else s.low)
    z = np.clip((x - start) / (s.threshold - start), 0.0, 1.0)
    missing_the_floor = (x - s.floor if s.reversed else s.floor - x) > TIE * max(1.0, abs(s.floor))
    return np.where(missing_the_floor, 0.0, z)
