"""Where a series is heading: its comparable part, the pace it needs, and the trend within the trend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from indices.registry import COMPARABLE, Registry

RISING_FASTER, RISING, RISING_SLOWER = "rising_faster", "rising", "rising_slower"
FALLING_FASTER, FALLING, FALLING_SLOWER = "falling_faster", "falling", "falling_slower"
TURNED_UP, TURNED_DOWN, LEVELLED_OFF, BOTTOMED_OUT = (
    "turned_up",
    "turned_down",
    "levelled_off",
    "bottomed_out",
)
PICKING_UP, SLIPPING, FLAT, TOO_SHORT = "picking_up", "slipping", "flat", "too_short"
# (sign of the long slope, sign of the recent one) where they differ in sign.
_TURNS: Final = {
    (1, -1): TURNED_DOWN, (1, 0): LEVELLED_OFF, (-1, 1): TURNED_UP, (-1, 0): BOTTOMED_OUT,
    (0, 1): PICKING_UP, (0, -1): SLIPPING, (0, 0): FLAT,
}  # fmt: skip


@dataclass(frozen=True)
class TrendSettings:
    """`flat`: slopes up to this (own units a year) count as none. `steady`: how far, as share of the long
    slope, the recent one may differ and still count as the same. `recent`: how many last points make the
    recent slope. `least`: fewer points make no class.
    """

    flat: float = 0.0
    steady: float = 0.25
    recent: int = 3
    least: int = 4


@dataclass(frozen=True)
class Trend:
    """Class of a series, its two slopes (own units a year, above 0 = better) and how many points it has."""

    kind: str
    long: float | None
    recent: float | None
    points: int


@dataclass(frozen=True)
class Pace:
    """What a goal asks for and what the series does, in own units a year towards the goal.

    `needed`: distance left (0: reached). `required`: needed a year to the due year (None: no years left).
    `recent`: since the point before (None: one point). `years_at_recent`: years to the goal at that pace
    (None: never).
    """

    needed: float
    years_left: int
    required: float | None
    recent: float | None
    years_at_recent: float | None


def comparable_run(
    registry: Registry,
    series: tuple[str, str],
    years: Sequence[int],
    classes: Sequence[str] = (COMPARABLE,),
) -> list[int]:
    """The last years of `years` that may all be compared with each other, in rising order.

    `series`: index and the component's code in the last year; where a later framework renumbered it, the
    crosswalk finds its older codes. `classes`: verdicts that let the series go on.
    """
    index, component = series
    ordered = sorted(set(years))
    run = ordered[-1:]
    for year in reversed(ordered[:-1]):
        codes = {later: registry.code_in(index, run[-1], component, later) or component for later in run}
        verdicts = {registry.comparability(index, year, later, codes[later]).kind for later in run}
        if not verdicts <= set(classes):
            break
        run.insert(0, year)
    return run


def slope(years: Sequence[float], values: Sequence[float]) -> float:
    """Theil and Sen's slope: the median of the slopes of all pairs, own units a year; NaN for one point."""
    pairs = combinations(zip(years, values, strict=True), 2)
    slopes = [(after - before) / (later - year) for (year, before), (later, after) in pairs]
    return float(np.median(slopes)) if slopes else float("nan")


def classify(
    years: Sequence[int],
    values: Sequence[float],
    settings: TrendSettings | None = None,
    less_is_better: bool = False,
) -> Trend:
    """Trend within the trend: the slope of the last points against that of the whole series.

    `years` rising and comparable with each other, `values` without gaps. Both slopes point to better where
    above 0, also when `less_is_better`.
    """
    chosen = settings or TrendSettings()
    if len(values) < max(chosen.least, chosen.recent):
        return Trend(TOO_SHORT, None, None, len(values))
    sign = -1.0 if less_is_better else 1.0
    whole = sign * slope(years, values)
    recent = sign * slope(years[-chosen.recent :], values[-chosen.recent :])
    signs = _sign(whole, chosen.flat), _sign(recent, chosen.flat)
    kind = _TURNS.get(signs) or _speed(whole, recent, chosen.steady)
    return Trend(kind, whole, recent, len(values))


def _sign(value: float, flat: float) -> int:
    return 0 if abs(value) <= flat else int(np.sign(value))


def _speed(whole: float, recent: float, steady: float) -> str:
    """Both slopes have one sign: faster, as before, or slower."""
    names = (RISING_FASTER, RISING, RISING_SLOWER) if whole > 0 else (FALLING_FASTER, FALLING, FALLING_SLOWER)
    ratio = recent / whole
    return names[0] if ratio > 1 + steady else names[2] if ratio < 1 - steady else names[1]


def pace(
    years: Sequence[int], values: Sequence[float], goal: tuple[float, int], less_is_better: bool = False
) -> Pace:
    """The pace to a goal (value, due year) from a comparable series in rising years, not empty."""
    target, due = goal
    sign = -1.0 if less_is_better else 1.0
    needed = max(sign * (target - values[-1]), 0.0)
    left = max(due - years[-1], 0)
    known = len(values) > 1
    recent = sign * (values[-1] - values[-2]) / (years[-1] - years[-2]) if known else None
    at_recent = 0.0 if not needed else needed / recent if recent and recent > 0 else None
    required = 0.0 if not needed else needed / left if left else None
    return Pace(needed, left, required, recent, at_recent)
