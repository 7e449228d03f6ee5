"""Outliers of an indicator: winsorised one figure at a time until its shape passes, else a logarithm.

Source: OECD and JRC, Handbook on Constructing Composite Indicators (2008), and the treatment of the R engine
COINr, whose limits are the defaults: skew beyond 2 together with kurtosis beyond 3.5, at most 5 figures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from indices.arrays import TIE, Array

SHIFT: Final = 0.01
NONE, WINSORISED, LOGGED, FAILED = "none", "winsorised", "log", "log_failed"


@dataclass(frozen=True)
class Shape:
    """When an indicator counts as having outliers, and how many figures may be winsorised."""

    skew: float = 2.0
    kurtosis: float = 3.5
    points: int = 5


@dataclass(frozen=True)
class Treated:
    """Treated figures (units x codes); `report` by code: treatment, n_winsorised, shape before and after."""

    values: pd.DataFrame
    report: pd.DataFrame


def skewness(x: Array) -> float:
    """Skew of a sample, G1 = g1 × √(n (n − 1)) / (n − 2); NaN where all are equal or below 3."""
    n = len(x)
    off = x - x.mean() if n else x
    spread = float((off**2).sum()) / n if n else 0.0
    if n < 3 or spread == 0:
        return float("nan")
    return float((off**3).mean() / spread**1.5 * math.sqrt(n * (n - 1)) / (n - 2))


def kurtosis(x: Array) -> float:
    """Excess kurtosis of a sample, G2 = (n − 1) / ((n − 2)(n − 3)) × ((n + 1) g2 + 6); NaN below 4."""
    n = len(x)
    off = x - x.mean() if n else x
    spread = float((off**2).sum()) / n if n else 0.0
    if n < 4 or spread == 0:
        return float("nan")
    plain = float((off**4).mean()) / spread**2 - 3.0
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * plain + 6.0)


def passes(x: Array, shape: Shape) -> bool:
    """Whether known figures have no outliers: not both skew and kurtosis beyond their limits.

    One figure apart from three equal ones has a skew of exactly 2: what computing leaves decides nothing.
    """
    return not (abs(skewness(x)) > shape.skew + TIE and kurtosis(x) > shape.kurtosis + TIE)


def winsorise(x: Array, points: int, high: bool) -> Array:
    """The `points` highest (or lowest) figures set to the next one; ties beyond that number move together."""
    known = np.sort(x[~np.isnan(x)])
    limit = known[-1 - points] if high else known[points]
    return np.asarray(np.minimum(x, limit) if high else np.maximum(x, limit))


def shifted_log(x: Array) -> Array:
    """Logarithm of the distance from the least figure plus a hundredth of the range.

    Turned round for a long low tail: minus the logarithm of the distance from the greatest.
    """
    known = x[~np.isnan(x)]
    reach = float(np.ptp(known))
    if skewness(known) < 0:
        return np.asarray(-np.log(known.max() - x + SHIFT * reach))
    return np.asarray(np.log(x - known.min() + SHIFT * reach))


def treat(values: pd.DataFrame, shape: Shape = Shape()) -> Treated:
    """Every indicator (units x codes) treated by itself where it needs it; missing figures stay missing."""
    columns, rows = {}, {}
    for code in values.columns:
        x = values[code].to_numpy(dtype=np.float64)
        columns[code], rows[code] = _treat_one(x, shape)
    frame = pd.DataFrame(columns, index=values.index)
    report = pd.DataFrame.from_dict(rows, orient="index", columns=_REPORT)
    return Treated(frame, report)


_REPORT: Final = ["treatment", "n_winsorised", "skew", "kurtosis", "skew_after", "kurtosis_after"]


def _treat_one(x: Array, shape: Shape) -> tuple[Array, list[object]]:
    known = x[~np.isnan(x)]
    before: list[object] = [skewness(known), kurtosis(known)]
    if passes(known, shape):
        return x, [NONE, 0, *before, *before]
    high = skewness(known) > 0
    for points in range(1, min(shape.points, len(known) - 1) + 1):
        found = winsorise(x, points, high)
        kept = found[~np.isnan(found)]
        if passes(kept, shape):
            return found, [WINSORISED, points, *before, skewness(kept), kurtosis(kept)]
    found = shifted_log(x)
    kept = found[~np.isnan(found)]
    name = LOGGED if passes(kept, shape) else FAILED
    return found, [name, 0, *before, skewness(kept), kurtosis(kept)]
