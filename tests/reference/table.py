"""What is done to a table of figures before it is scored, and to its totals after: slow, in plain Python.

Missing policies, outliers (winsorise, then a logarithm) and group cuts, from their formulas. A table is
{unit: {code: number or None}}; nothing of the fast engine is used.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

Number = float | None
Figures = dict[str, dict[str, Number]]
Groups = Mapping[str, str | None]


def average(known: list[float]) -> float:
    return math.fsum(known) / len(known)


def middle(known: list[float]) -> float:
    order, half = sorted(known), len(known) // 2
    return order[half] if len(order) % 2 else (order[half - 1] + order[half]) / 2


def filled(figures: Figures, how: Callable[[list[float]], float], groups: Groups | None = None) -> Figures:
    """Gaps filled from the units (of the same group) that have the figure; left where none of them has."""
    out: Figures = {}
    for unit, row in figures.items():
        out[unit] = {}
        for code, value in row.items():
            alike = [
                other
                for other in figures
                if groups is None or (groups.get(unit) is not None and groups.get(other) == groups.get(unit))
            ]
            known = [v for v in (figures[other][code] for other in alike) if v is not None]
            out[unit][code] = how(known) if value is None and known else value
    return out


Policy = Callable[[Figures, Groups], Figures]
POLICIES: dict[str, Policy] = {
    "refuse": lambda figures, groups: figures,
    "renormalise": lambda figures, groups: figures,
    "mean": lambda figures, groups: filled(figures, average),
    "median": lambda figures, groups: filled(figures, middle),
    "group_mean": lambda figures, groups: filled(figures, average, groups),
    "group_median": lambda figures, groups: filled(figures, middle, groups),
}


def moment(known: list[float], power: int) -> Fraction:
    """Mean of the powers of the distances from the mean, exactly."""
    exact = [Fraction(str(v)) for v in known]
    centre = sum(exact, Fraction(0)) / len(exact)
    return sum(((v - centre) ** power for v in exact), Fraction(0)) / len(exact)


def is_lean(known: list[float], limit: float) -> bool:
    """Whether the skew of a sample, corrected for its size, is beyond the limit: compared by squares."""
    n = len(known)
    if n < 3 or max(known) == min(known):
        return False
    squared = moment(known, 3) ** 2 / moment(known, 2) ** 3 * Fraction(n * (n - 1), (n - 2) ** 2)
    return squared > Fraction(str(limit)) ** 2


def is_peaked(known: list[float], limit: float) -> bool:
    """Whether the excess kurtosis of a sample, corrected for its size, is beyond the limit."""
    n = len(known)
    if n < 4 or max(known) == min(known):
        return False
    plain = moment(known, 4) / moment(known, 2) ** 2 - 3
    return Fraction(n - 1, (n - 2) * (n - 3)) * ((n + 1) * plain + 6) > Fraction(str(limit))


def sound(known: list[float], limits: tuple[float, float]) -> bool:
    """Not both skew and kurtosis beyond their limits; what cannot be told is sound."""
    return not (is_lean(known, limits[0]) and is_peaked(known, limits[1]))


def treated(
    column: Sequence[Number], limits: tuple[float, float], most: int
) -> tuple[list[Number], str, int]:
    """One indicator treated, what was done to it, and how many figures were winsorised."""
    known = [v for v in column if v is not None]
    if sound(known, limits):
        return list(column), "none", 0
    high = moment(known, 3) > 0
    for count in range(1, min(most, len(known) - 1) + 1):
        found = winsorised(column, count, high)
        if sound([v for v in found if v is not None], limits):
            return found, "winsorised", count
    found = logged(column, high)
    good = sound([v for v in found if v is not None], limits)
    return found, "log" if good else "log_failed", 0


def winsorised(column: Sequence[Number], count: int, high: bool) -> list[Number]:
    """The `count` furthest figures moved to the next one, one after the other."""
    order = sorted((v for v in column if v is not None), reverse=high)
    limit = order[count]
    return [None if v is None else (min(v, limit) if high else max(v, limit)) for v in column]


def logged(column: Sequence[Number], high: bool) -> list[Number]:
    """Logarithm of the distance from the short end plus a hundredth of the range."""
    known = [v for v in column if v is not None]
    top, bottom = max(known), min(known)
    shift = (top - bottom) / 100
    if high:
        return [None if v is None else math.log(v - bottom + shift) for v in column]
    return [None if v is None else -math.log(top - v + shift) for v in column]


Cuts = Sequence[tuple[float, str]]


def placed(score: Number, cuts: Cuts) -> str | None:
    """The first group, best first, that the score reaches."""
    for start, code in cuts:
        if score is not None and score >= start:
            return code
    return None


def percentile(known: list[float], percent: float) -> float:
    """On the straight line between the two nearest figures."""
    order = sorted(known)
    place = percent / 100 * (len(order) - 1)
    below = math.floor(place)
    above = min(below + 1, len(order) - 1)
    return order[below] + (place - below) * (order[above] - order[below])


def by_percentiles(scores: Sequence[Number], ranks: Sequence[Number], cuts: Cuts) -> list[str | None]:
    known = [v for v in scores if v is not None]
    starts = [(percentile(known, percent), code) for percent, code in cuts] if known else []
    return [placed(score, starts) for score in scores]


def by_ranks(scores: Sequence[Number], ranks: Sequence[Number], cuts: Cuts) -> list[str | None]:
    last = [(-rank, code) for rank, code in cuts]
    return [placed(None if rank is None else -rank, last) for rank in ranks]


GROUP_RULES: dict[str, Callable[[Sequence[Number], Sequence[Number], Cuts], list[str | None]]] = {
    "fixed": lambda scores, ranks, cuts: [placed(score, cuts) for score in scores],
    "percentiles": by_percentiles,
    "ranks": by_ranks,
}
