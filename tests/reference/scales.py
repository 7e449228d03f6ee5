"""One figure among those of the other units, brought to a scale: in exact fractions, from the formulas.

Nothing of the fast scorer is used. Logarithms and roots are the only inexact steps; what computing leaves
behind (figures of inner nodes) counts as equal up to a billionth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Number = float | None
Exact = Fraction
CLOSE = Fraction(1, 10**9)
NOISE = Fraction(1, 10**12)


@dataclass(frozen=True)
class Own:
    """The settings of one child, logged where it is. `sign` is -1 where less is better."""

    sign: int
    low: Exact | None
    high: Exact | None
    target: Exact | None
    threshold: Exact | None
    floor: Exact | None
    reference: Exact | str | None
    bands: list[tuple[Exact, Exact]]
    cap: str


Way = Callable[[Exact, list[Exact], Own], Exact | None]


def on_scale(node: Mapping[str, Any], column: Mapping[str, Number]) -> dict[str, Number]:
    """One component over all units on the scale its definition names."""
    if not node["normalise"]:
        return dict(column)
    logged = bool(node.get("log"))
    figures = {unit: exact(value, logged) for unit, value in column.items()}
    known = [value for value in figures.values() if value is not None]
    own = settings(node, logged)
    out: dict[str, Number] = {}
    for unit, value in figures.items():
        z = None if value is None else WAYS[node["normalise"]](value, known, own)
        out[unit] = None if z is None else float(to_range(z, node))
    return out


def exact(value: Any, logged: bool = False) -> Exact | None:
    """The decimal that a number is printed as, or the logarithm of it (missing for nothing or less)."""
    if value is None or value == "":
        return None
    number = Fraction(str(value))
    if not logged:
        return number
    return Fraction(math.log(number)) if number > 0 else None


def settings(node: Mapping[str, Any], logged: bool) -> Own:
    given = node.get("reference") or None
    bands = [part.split(":") for part in str(node.get("bands") or "").split(";") if part]
    return Own(
        sign=-1 if node["direction"] == "-" else 1,
        low=exact(node.get("ref_min"), logged),
        high=exact(node.get("ref_max"), logged),
        target=exact(node.get("target"), logged),
        threshold=exact(node.get("threshold")),
        floor=exact(node.get("floor")),
        reference=given if given in NAMED else exact(given, logged),
        bands=[(Fraction(start), Fraction(score)) for start, score in bands],
        cap=node.get("cap") or "",
    )


def to_range(z: Exact, node: Mapping[str, Any]) -> Exact:
    if node.get("range_min") in (None, ""):
        return z
    low, high = Fraction(str(node["range_min"])), Fraction(str(node["range_max"]))
    return low + (high - low) * z


def capped(z: Exact, cap: str) -> Exact:
    if cap in ("low", "both") and z < 0:
        return Fraction(0)
    return Fraction(1) if cap in ("high", "both") and z > 1 else z


def equal(a: Exact, b: Exact) -> bool:
    return abs(a - b) <= NOISE * max(abs(a), abs(b))


def mean(known: list[Exact]) -> Exact:
    return sum(known, Fraction(0)) / len(known)


def median(known: list[Exact]) -> Exact:
    order, half = sorted(known), len(known) // 2
    return order[half] if len(order) % 2 else (order[half - 1] + order[half]) / 2


NAMED: dict[str, Callable[[list[Exact], int], Exact]] = {
    "best": lambda known, sign: max(known) if sign > 0 else min(known),
    "worst": lambda known, sign: min(known) if sign > 0 else max(known),
    "mean": lambda known, sign: mean(known),
    "median": lambda known, sign: median(known),
}


def reference(known: list[Exact], own: Own) -> Exact:
    if isinstance(own.reference, str):
        return NAMED[own.reference](known, own.sign)
    assert own.reference is not None
    return own.reference


def _between(value: Exact, low: Exact | None, high: Exact | None, sign: int) -> Exact | None:
    if low is None or high is None or equal(low, high):
        return None
    z = (value - low) / (high - low)
    return 1 - z if sign < 0 else z


def _stored(value: Exact, known: list[Exact], own: Own) -> Exact | None:
    z = _between(value, own.low, own.high, own.sign)
    return None if z is None else capped(z, own.cap)


def _posts(value: Exact, known: list[Exact], own: Own) -> Exact | None:
    z = _between(value, own.low, own.high, own.sign)
    return None if z is None else capped(z, own.cap or "both")


def _year(value: Exact, known: list[Exact], own: Own) -> Exact | None:
    z = _between(value, min(known), max(known), own.sign)
    return None if z is None else capped(z, own.cap)


def _deviations(value: Exact, known: list[Exact], own: Own, divisor: int) -> Exact | None:
    if divisor < 1:
        return None
    middle = mean(known)
    deviation = math.sqrt(sum((v - middle) ** 2 for v in known) / divisor)
    if deviation <= NOISE * abs(middle):
        return None
    return own.sign * (value - middle) / Fraction(deviation)


def worse(value: Exact, known: list[Exact], own: Own) -> int:
    """How many units are worse, equal ones not counted."""
    gap = CLOSE * max(1, abs(value))
    return sum(own.sign * v < own.sign * value - gap for v in known)


def _way(value: Exact, start: Exact, goal: Exact, own: Own) -> Exact | None:
    """The part of the way from start to goal that is behind the unit. A way without length has an end only:
    who is there has 1, who is beyond or short has a figure only where it is cut there."""
    reach = own.sign * (goal - start)
    if reach > 0 and not equal(goal, start):
        return capped(1 - own.sign * (goal - value) / reach, own.cap)
    if value == goal:
        return Fraction(1)
    if own.sign * (value - goal) > 0:
        return Fraction(1) if own.cap in ("high", "both") else None
    return Fraction(0) if own.cap in ("low", "both") else None


def _to_target(value: Exact, known: list[Exact], own: Own) -> Exact | None:
    stored = own.high if own.sign < 0 else own.low
    start = NAMED["worst"](known, own.sign) if stored is None else stored
    return None if own.target is None else _way(value, start, own.target, own)


def _ratio(value: Exact, to: Exact) -> Exact | None:
    return value / to if to > 0 else None


def _difference(value: Exact, to: Exact, sign: int) -> Exact | None:
    return None if to == 0 else sign * (value - to) / abs(to)


def _around(value: Exact, known: list[Exact], own: Own) -> Exact | None:
    off = _difference(value, mean(known), own.sign)
    if off is None or own.threshold is None:
        return None
    clearly = abs(off) - own.threshold > CLOSE
    return Fraction(0) if not clearly else Fraction(1 if off > 0 else -1)


def _scaled(value: Exact, known: list[Exact], own: Own) -> Exact | None:
    if own.low is None or own.high is None:
        return None
    return (own.sign * value - own.low) / (own.high - own.low)


def _banded(value: Exact, own: Own) -> Exact | None:
    """The last band, going up, whose start is reached."""
    reached = None
    for start, score in own.bands:
        if value >= start - CLOSE * max(1, abs(start)):
            reached = score
    return reached


def _percentile_banded(value: Exact, known: list[Exact], own: Own) -> Exact | None:
    return _banded(Fraction(100 * (1 + worse(value, known, own)), len(known)), own)


def _threshold(value: Exact, known: list[Exact], own: Own) -> Exact | None:
    start = own.high if own.sign < 0 else (own.low or Fraction(0))
    assert start is not None
    assert own.threshold is not None
    if own.floor is not None and own.sign * (own.floor - value) > CLOSE * max(1, abs(own.floor)):
        return Fraction(0)
    return min(Fraction(1), max(Fraction(0), (value - start) / (own.threshold - start)))


WAYS: dict[str, Way] = {
    "min_max": _stored,
    "goalposts": _posts,
    "min_max_year": _year,
    "distance_to_best": _year,
    "z_score": lambda v, known, own: _deviations(v, known, own, len(known) - 1),
    "z_score_population": lambda v, known, own: _deviations(v, known, own, len(known)),
    "borda": lambda v, known, own: Fraction(worse(v, known, own)),
    "rank": lambda v, known, own: Fraction(worse(v, known, own) + 1),
    "rank_share": lambda v, known, own: Fraction(worse(v, known, own) + 1, len(known)),
    "percentile_rank": lambda v, known, own: (
        None if len(known) < 2 else Fraction(worse(v, known, own), len(known) - 1)
    ),
    "distance_to_reference": lambda v, known, own: _way(
        v, NAMED["worst"](known, own.sign), reference(known, own), own
    ),
    "distance_to_target": _to_target,
    "ratio_to_reference": lambda v, known, own: _ratio(v, reference(known, own)),
    "difference_to_reference": lambda v, known, own: _difference(v, reference(known, own), own.sign),
    "around_mean": _around,
    "scaled": _scaled,
    "fraction_of_max": lambda v, known, own: _ratio(v, NAMED["best"](known, own.sign)),
    "bands": lambda v, known, own: _banded(v, own),
    "percentile_bands": _percentile_banded,
    "threshold": _threshold,
}
