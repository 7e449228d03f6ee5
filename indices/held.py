"""A unit of an index whose scales compare units, seen with the year's references held where they stand.

The year's range, mean, deviation or order of the units is taken from the figures as published and kept
while one unit moves. Its ledger and its path can then be worked out as for any other tree; what really
happens, with every reference and every neighbour moving, is scored on the whole table afterwards (`Crowd`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from indices.arrays import TIE, Array
from indices.ledger import Case
from indices.normalise import NORMALISATIONS
from indices.plan import Plan, Step, compares, rescore
from indices.scale import Bands, Scale
from indices.standing import Field, place_of

FAR: Final = 1e300
CAP_HIGH: Final = {"": "high", "none": "high", "high": "high", "low": "both", "both": "both"}


@dataclass(frozen=True)
class Crowd:
    """All units as they stand (`table`, units x codes) under the real rules, and which of them is meant."""

    plan: Plan
    table: Array
    place: int
    field: Field

    def outcome(self, ends: Mapping[str, float]) -> tuple[float, Field]:
        """The unit's total with some inputs at other values, and the field as all totals are then."""
        new = self.table.copy()
        for code, value in ends.items():
            new[self.place, self.plan.place[code]] = value
        totals = rescore(self.plan, self.table, new)[:, self.plan.root]
        moved = pd.Series(totals, index=self.field.totals.index)
        return float(totals[self.place]), replace(self.field, totals=moved)


@dataclass(frozen=True)
class HeldCase(Case):
    """A case whose plan holds the references, with the crowd that moves them."""

    crowd: Crowd


def held_case(plan: Plan, values: pd.DataFrame, unit: str, field: Field) -> HeldCase:
    """The case of a unit from a frame of all units x codes; the field's units are those of the frame.

    Raises KeyError for a unit that is not there, ValueError where a rule itself compares units (duels), or a
    scale has no reference to hold.
    """
    table, place = plan.standing(plan.array(values)), place_of(values.index, unit)
    crowd = Crowd(plan, table, place, replace(field, totals=field.totals.reindex(values.index)))
    steps = tuple(_held(step, table, place) for step in plan.steps)
    if any(step.relative for step in steps):
        raise ValueError("a rule compares units: no unit can be scored alone")
    return HeldCase(replace(plan, steps=steps), unit, table[place], field, crowd)


def _held(step: Step, table: Array, place: int) -> Step:
    if not step.relative or not step.template.scales:
        return step
    pairs = zip(step.kids, step.template.scales, strict=True)
    scales = tuple(
        hold(scale, table[:, kid], place) if scale and NORMALISATIONS[scale.name].relative else scale
        for kid, scale in pairs
    )
    fixed = replace(step, template=replace(step.template, scales=scales))
    return replace(fixed, relative=compares(fixed))


def hold(scale: Scale, figures: Array, place: int) -> Scale:
    """The scale of one unit with its reference taken from all figures (units) as they stand.

    Raises ValueError where there is nothing to measure by, or nobody has a figure.
    """
    x = figures[~np.isnan(figures)]
    if scale.logged:
        x = x[x > 0]
    if not len(x):
        raise ValueError("a scale that compares units has no figures")
    others = np.delete(figures, place)
    found = HOLDS[scale.name](scale, x, others[~np.isnan(others)])
    if found.name == "min_max" and not found.high > found.low:
        raise ValueError("a scale that compares units has no reach")
    return found


Hold = Callable[[Scale, Array, Array], Scale]


def _range(scale: Scale, x: Array, others: Array) -> Scale:
    """Nobody is better than the best: beyond it a unit sets the range itself."""
    cap = CAP_HIGH[scale.cap]
    return replace(scale, name="min_max", low=float(x.min()), high=float(x.max()), cap=cap)


def _deviations(ddof: int) -> Hold:
    def hold_it(scale: Scale, x: Array, others: Array) -> Scale:
        seen = np.log(x) if scale.logged else x
        sign = -1.0 if scale.reversed else 1.0
        low = sign * float(seen.mean())
        ends = np.array([low, low + float(np.std(seen, ddof=ddof))])
        ends = np.exp(ends) if scale.logged else ends
        return replace(scale, name="scaled", low=float(ends[0]), high=float(ends[1]))

    return hold_it


def _to(scale: Scale, x: Array, goal: float, start: float = np.nan) -> Scale:
    """From the worst unit, or a stored start, to a goal."""
    worst = float(x.max() if scale.reversed else x.min()) if np.isnan(start) else start
    ends = (goal, worst) if scale.reversed else (worst, goal)
    return replace(scale, name="min_max", low=ends[0], high=ends[1], cap=scale.cap or "none")


def _reference(scale: Scale, x: Array) -> float:
    """The reference in the figure's own unit."""
    best, worst = (x.min(), x.max()) if scale.reversed else (x.max(), x.min())
    mean = np.exp(np.log(x).mean()) if scale.logged else x.mean()
    middle = np.exp(np.median(np.log(x))) if scale.logged else np.median(x)
    named = {"best": best, "worst": worst, "mean": mean, "median": middle}
    return float(named[scale.reference] if isinstance(scale.reference, str) else scale.reference)


def _order(score: Callable[[Scale, int, int], float]) -> Hold:
    """Steps at the figures of the others: `score` says what so many worse units of so many are worth."""

    def hold_it(scale: Scale, x: Array, others: Array) -> Scale:
        starts, n = np.unique(others), len(others) + 1
        gap = 2.0 * TIE * np.maximum(1.0, np.abs(starts))
        worse = [int((others > at if scale.reversed else others <= at).sum()) for at in starts]
        first = score(scale, n - 1 if scale.reversed else 0, n)
        places = starts - gap if scale.reversed else starts + gap
        rest = [(float(at), score(scale, count, n)) for at, count in zip(places, worse, strict=True)]
        return replace(scale, name="bands", bands=((-FAR, first), *rest), logged=False)

    return hold_it


def _band(scale: Scale, worse: int, n: int) -> float:
    reached = [score for start, score in scale.bands if 100.0 * (1 + worse) / n >= start - TIE]
    return reached[-1] if reached else float("nan")


def _around(scale: Scale, x: Array, others: Array) -> Scale:
    seen = np.log(x) if scale.logged else x
    mean, sign = float(seen.mean()), -1.0 if scale.reversed else 1.0
    off = (scale.threshold + 3 * TIE) * abs(mean)
    ends = [np.exp(v) if scale.logged else v for v in (mean - off, mean + off)]
    bands: Bands = ((-FAR, -sign), (float(ends[0]), 0.0), (float(ends[1]), sign))
    return replace(scale, name="bands", bands=bands, logged=False)


HOLDS: Final[dict[str, Hold]] = {
    "min_max_year": _range,
    "distance_to_best": _range,
    "z_score": _deviations(1),
    "z_score_population": _deviations(0),
    "rank": _order(lambda scale, worse, n: 1.0 + worse),
    "borda": _order(lambda scale, worse, n: float(worse)),
    "percentile_rank": _order(lambda scale, worse, n: worse / (n - 1) if n > 1 else float("nan")),
    "rank_share": _order(lambda scale, worse, n: (1.0 + worse) / n),
    "percentile_bands": _order(_band),
    "distance_to_reference": lambda scale, x, others: _to(scale, x, _reference(scale, x)),
    "distance_to_target": lambda scale, x, others: _to(
        scale, x, scale.target, scale.high if scale.reversed else scale.low
    ),
    "ratio_to_reference": lambda scale, x, others: replace(scale, reference=_reference(scale, x)),
    "difference_to_reference": lambda scale, x, others: replace(scale, reference=_reference(scale, x)),
    "fraction_of_max": lambda scale, x, others: replace(
        scale, name="ratio_to_reference", reference=_reference(replace(scale, reference="best"), x)
    ),
    "around_mean": _around,
}
