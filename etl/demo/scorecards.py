"""Simulated scorecards: leaves that add up to given totals, and what provinces gave themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.demo.framework import APPRAISED, SATISFACTION, Leaf
from etl.demo.plan import ScorePlan

Key = tuple[str, int]  # unit, year
# A leaf is scored in hundredths of a point.
CENT = 0.01


@dataclass(frozen=True)
class Scorecard:
    """One unit and year: points of each leaf as appraised, and as the unit gave itself (appraised ones)."""

    leaves: dict[str, float]
    own: dict[str, float]


def totals(
    units: Sequence[str],
    years: Sequence[int],
    known: Mapping[Key, float],
    plan: ScorePlan,
    draw: np.random.Generator,
) -> dict[Key, float]:
    """A total for every unit and year: the published one where `known`, else drawn about the plan's mean."""
    level = dict(zip(units, draw.normal(plan.mean, plan.spread, len(units)), strict=True))
    made = {}
    for step, year in enumerate(years):
        for unit in units:
            drawn = (
                level[unit] + plan.yearly * (step - (len(years) - 1) / 2) + draw.normal(0, plan.spread / 4)
            )
            made[unit, year] = known.get((unit, year), round(float(np.clip(drawn, 60, 97)), 2))
    return made


def scorecard(
    leaves: Sequence[Leaf], total: float, satisfaction: float, plan: ScorePlan, draw: np.random.Generator
) -> Scorecard:
    """Leaves that add up to `total` to the hundredth; that of satisfaction is its percentage of the most."""
    most = np.array([leaf.maximum for leaf in leaves])
    fixed = np.array([leaf.source == SATISFACTION for leaf in leaves])
    points = np.where(fixed, np.round(most * satisfaction / 100, 2), 0.0)
    share = (total - points.sum()) / most[~fixed].sum()
    drawn = np.clip(draw.normal(share, plan.leaf_spread, (~fixed).sum()), 0.05, 1.0)
    points[~fixed] = _adjusted(drawn * most[~fixed], most[~fixed], total - points[fixed].sum())
    made = {leaf.code: round(float(value), 2) for leaf, value in zip(leaves, points, strict=True)}
    return Scorecard(made, _claimed(leaves, made, plan, draw))


def _adjusted(points: np.ndarray, most: np.ndarray, total: float) -> np.ndarray:
    """Points between 0 and their maxima moved until they add up to `total`, in hundredths."""
    for _ in range(50):
        off = total - points.sum()
        room = most - points if off > 0 else points
        if abs(off) < CENT / 10 or room.sum() == 0:
            break
        points = np.clip(points + off * room / room.sum(), 0, most)
    cents, limits = np.round(points / CENT).astype(int), np.floor(most / CENT + 1e-9).astype(int)
    off = round(total / CENT) - int(cents.sum())
    order = np.argsort(-(limits - cents) if off > 0 else -cents, kind="stable")
    for place in np.resize(order, abs(off)):
        cents[place] += 1 if off > 0 else -1
    return np.asarray(np.clip(cents, 0, limits) * CENT)


def _claimed(
    leaves: Sequence[Leaf], made: Mapping[str, float], plan: ScorePlan, draw: np.random.Generator
) -> dict[str, float]:
    """What a province gave itself: as appraised, or more where it lacked evidence."""
    claimed = {}
    for leaf in leaves:
        if leaf.source == APPRAISED:
            more = draw.random() < plan.overclaimed
            gap = draw.uniform(0.1, 1.0) * (leaf.maximum - made[leaf.code]) if more else 0.0
            claimed[leaf.code] = round(made[leaf.code] + float(gap), 2)
    return claimed


def with_sums(
    leaves: Sequence[Leaf], points: Mapping[str, float], parents: Mapping[str, str]
) -> dict[str, float]:
    """Points of every component: leaves, and sums up the tree (`parents`: code -> parent)."""
    summed: dict[str, float] = dict(points)
    for leaf in leaves:
        code = parents.get(leaf.code, "")
        while code:
            summed[code] = summed.get(code, 0.0) + points[leaf.code]
            code = parents.get(code, "")
    return {code: round(value, 2) for code, value in summed.items()}


def known_totals(facts: pd.DataFrame, index: str) -> dict[Key, float]:
    """Published totals in use of an index: (unit_id, year) -> value; none on a scale of its own."""
    rows = facts[
        (facts["index_code"] == index) & (facts["component_code"] == index) & facts["max_score"].isna()
    ]
    rows = rows[rows["published"].notna()]
    keys = zip(rows["unit_id"], rows["year"].astype(int), strict=True)
    return dict(zip(keys, rows["published"].astype(float), strict=True))
