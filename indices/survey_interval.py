"""Confidence intervals of design-based estimates: t, and for shares near 0 or 1 logit or Wilson."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.special import expit, logit, stdtrit

from indices.arrays import Array, Mask
from indices.errors import DataError, Problem

Method = Literal["auto", "t", "logit", "wilson"]
METHODS: Final = ("auto", "t", "logit", "wilson")
NONE: Final = ""


@dataclass(frozen=True)
class Confidence:
    """`level`: of confidence. `method`: `auto` takes t for shares from `edge` to 1 − edge, else logit, and
    Wilson where a share is 0 or 1 or has no error of its own."""

    level: float = 0.95
    method: Method = "auto"
    edge: float = 0.1

    def __post_init__(self) -> None:
        """Raises DataError for a level or method that is none."""
        if not (0.0 < self.level < 1.0 and self.method in METHODS):
            found = f"{self.level:g}, {self.method}"
            raise DataError([Problem("No such confidence", found=found, expected="0 < level < 1")])


@dataclass(frozen=True)
class Measured:
    """Estimates with what an interval rests on: value, standard error, answers, degrees of freedom, effect
    of the design (NaN: not known)."""

    value: Array
    se: Array
    n: Array
    freedom: Array
    effect: Array


def quantile(level: float, freedom: Array) -> Array:
    """Two-sided t quantile; NaN without a degree of freedom."""
    known = np.where(freedom > 0, freedom, np.nan)
    return np.asarray(stdtrit(known, 0.5 + level / 2.0))


def t_interval(found: Measured, level: float) -> tuple[Array, Array]:
    """value ± t × se."""
    reach = quantile(level, found.freedom) * found.se
    return found.value - reach, found.value + reach


def logit_interval(found: Measured, level: float) -> tuple[Array, Array]:
    """The t interval of log(p / (1 − p)), turned back (Korn and Graubard 1998; `svyciprop` of R's survey)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = logit(found.value)
        reach = quantile(level, found.freedom) * found.se / (found.value * (1.0 - found.value))
        return np.asarray(expit(centre - reach)), np.asarray(expit(centre + reach))


def wilson_interval(found: Measured, level: float) -> tuple[Array, Array]:
    """Wilson's interval on the effective number of answers, n / design effect, with t in place of z.

    Where a share is 0 or 1, or the effect is not known, every answer counts whole: an effect of 1 is taken.
    """
    t = quantile(level, found.freedom)
    inside = (found.value > 0.0) & (found.value < 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        known = inside & np.isfinite(found.effect) & (found.effect > 0.0)
        n = found.n / np.where(known, found.effect, 1.0)
        middle = (found.value + t**2 / (2.0 * n)) / (1.0 + t**2 / n)
        spread = found.value * (1.0 - found.value) / n + t**2 / (4.0 * n**2)
        reach = t / (1.0 + t**2 / n) * np.sqrt(np.maximum(spread, 0.0))
    return np.clip(middle - reach, 0.0, 1.0), np.clip(middle + reach, 0.0, 1.0)


def interval(found: Measured, how: Confidence, is_share: bool) -> tuple[Array, Array, Array]:
    """Lower and upper ends and the method of each; NaN and "" without an error or a degree of freedom.

    `is_share`: values are shares from 0 to 1; others always take t.
    """
    methods = _methods(found, how, is_share)
    ends = {"t": t_interval, "logit": logit_interval, "wilson": wilson_interval}
    low, high = np.full(len(found.value), np.nan), np.full(len(found.value), np.nan)
    for name, make in ends.items():
        lower, upper = make(found, how.level)
        low, high = np.where(methods == name, lower, low), np.where(methods == name, upper, high)
    methods = np.where(np.isnan(low), NONE, methods)
    return low, high, methods


def _methods(found: Measured, how: Confidence, is_share: bool) -> Array:
    if not is_share:
        return np.full(len(found.value), "t", dtype=object)
    edges: Mask = (found.value <= 0.0) | (found.value >= 1.0) | ~(found.se > 0.0)
    if how.method != "auto":
        return np.where((how.method == "logit") & edges, "wilson", how.method).astype(object)
    low, high = t_interval(found, how.level)
    near = (found.value < how.edge) | (found.value > 1.0 - how.edge) | (low < 0.0) | (high > 1.0)
    return np.select([edges, near], ["wilson", "logit"], "t").astype(object)
