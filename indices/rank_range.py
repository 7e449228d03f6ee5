"""The best and the worst rank that weights within ranges can give a unit.

Method: the totals are straight in the weights of the total's own children once their sum is held, so "which
rivals are ahead" is a mixed-integer programme (one yes or no a rival whose order is open), solved by HiGHS.
The weights found are scored exactly, and the rank reported is that score's. A sample of weights would only
give a rank that is reached, never that no other weights reach a better one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from indices.rules import Array
from indices.scenario import Engine
from indices.standing import place_of, ranks_of_draws

AHEAD: Final = 1e-7
CLEAR: Final = 1e-4
CLOSE: Final = 1e-9


@dataclass(frozen=True)
class Extreme:
    """A rank that weights within the ranges give, the weights (by code), and whether none goes further.

    Orders that differ by less than 0.0001 of a point (the solver's own precision) are not decided: a rank
    reached only in a tie may be missed.
    """

    rank: int
    weights: dict[str, float]
    proven: bool


@dataclass(frozen=True)
class _Race:
    """Rivals' leads (rivals x children, all the weight on one child) and the bounds of weight shares."""

    leads: Array
    low: Array
    high: Array

    def furthest(self, worst: bool) -> Array:
        """The largest (or smallest) lead each rival can have within the ranges (rivals)."""
        sign = 1.0 if worst else -1.0
        order = np.argsort(-sign * self.leads, axis=1)
        room = (self.high - self.low)[order]
        before = np.cumsum(room, axis=1) - room
        extra = np.clip(1.0 - self.low.sum() - before, 0.0, room)
        gained = (np.take_along_axis(self.leads, order, axis=1) * extra).sum(axis=1)
        return np.asarray(self.leads @ self.low + gained)


def rank_range(
    engine: Engine, unit: str, ranges: Mapping[str, tuple[float, float]]
) -> tuple[Extreme, Extreme]:
    """Best and worst rank of a unit when the weights of the total's children move within `ranges`.

    `ranges`: code to (least, most) weight; a child not named keeps its weight. The sum of all weights stays
    as it is. Units without a total are not counted; ties share the better rank; ranked on full precision.
    Raises KeyError for an unknown unit or child, ValueError where no weights fit, the unit has no total or
    the rule of the total is not straight in its weights.
    """
    place, codes = place_of(engine.units, unit), _children(engine)
    unknown = sorted(set(ranges) - set(codes))
    if unknown:
        raise KeyError(f"not a child of the total: {', '.join(unknown)}")
    step = engine.plan.steps[-1]
    whole = float(step.template.weights.sum())
    own = dict(zip(codes, step.template.weights, strict=True))
    low, high = (np.array([ranges.get(c, (own[c], own[c]))[end] for c in codes]) / whole for end in (0, 1))
    if (low > high + CLOSE).any() or low.sum() > 1 + CLOSE or high.sum() < 1 - CLOSE or (low < 0).any():
        raise ValueError("no weights fit these ranges with the sum they have")
    corners = _corners(engine, whole)
    if np.isnan(corners[place]).any():
        raise ValueError(f"{unit} has no total")
    rivals = np.delete(corners, place, axis=0)
    race = _Race(rivals[~np.isnan(rivals).any(axis=1)] - corners[place], low, np.maximum(low, high))
    found = [_extreme(engine, race, place, worst) for worst in (False, True)]
    return found[0], found[1]


def _children(engine: Engine) -> list[str]:
    if not engine.plan.steps or "weight" not in engine.plan.steps[-1].rule.needs:
        raise ValueError("the total has no weights")
    return [engine.plan.codes[kid] for kid in engine.plan.steps[-1].kids]


def _corners(engine: Engine, whole: float) -> Array:
    """Totals with all the weight on one child (units x children); ValueError if the mix is not straight."""
    step = engine.plan.steps[-1]
    k, root = len(step.kids), engine.plan.root
    made = [
        replace(step, template=replace(step.template, weights=whole * weights)).score(engine.base)
        for weights in np.eye(k)
    ]
    corners = np.stack(made, axis=1)
    computed = step.score(engine.base)
    mixed = corners @ (step.template.weights / whole)
    known = ~np.isnan(computed)
    if not np.allclose(mixed[known], computed[known], rtol=1e-9, atol=1e-9):
        raise ValueError("the total is not straight in its weights")
    return corners + (engine.base[:, root] - computed)[:, None]


def _extreme(engine: Engine, race: _Race, place: int, worst: bool) -> Extreme:
    """Solve the programme and score the weights it finds."""
    shares, bound = _solve(race, worst)
    step = engine.plan.steps[-1]
    given = shares * float(step.template.weights.sum())
    weights = {engine.plan.codes[kid]: float(w) for kid, w in zip(step.kids, given, strict=True)}
    rank = int(ranks_of_draws(engine.totals(weights)[None, :], AHEAD)[0, place])
    return Extreme(rank, weights, bound <= rank if worst else rank <= bound)


def _solve(race: _Race, worst: bool) -> tuple[Array, int]:
    """Weight shares with the fewest (or most) rivals ahead, and the rank that no weights can pass.

    Only rivals whose order is open take part. Out of time the rank is one that no score has.
    """
    least, most = race.furthest(worst=False), race.furthest(worst=True)
    open_ = (least < CLEAR) & (most >= CLEAR) if worst else (least <= -CLEAR) & (most > AHEAD)
    leads, k, n = race.leads[open_], len(race.low), int(open_.sum())
    if worst:
        # lead - (CLEAR - least) * ahead >= least : a rival counted as ahead leads clearly
        rows = np.hstack([leads, -np.diag(CLEAR - least[open_])])
        races = LinearConstraint(rows, lb=least[open_])
    else:
        # lead - (most + CLEAR) * ahead <= -CLEAR : a rival not counted as ahead is clearly behind
        rows = np.hstack([leads, -np.diag(most[open_] + CLEAR)])
        races = LinearConstraint(rows, ub=np.full(n, -CLEAR))
    one = LinearConstraint(np.concatenate((np.ones(k), np.zeros(n)))[None, :], lb=1.0, ub=1.0)
    answer = milp(
        np.concatenate((np.zeros(k), np.full(n, -1.0 if worst else 1.0))),
        constraints=[races, one] if n else [one],
        integrality=np.concatenate((np.zeros(k), np.ones(n))),
        bounds=Bounds(np.append(race.low, np.zeros(n)), np.append(race.high, np.ones(n))),
        options={"time_limit": 20.0},
    )
    if answer.x is None:
        raise ValueError("no weights fit these ranges with the sum they have")
    sure = int((least >= CLEAR if worst else most > AHEAD)[~open_].sum())
    bound = 1 + sure + int(np.round(answer.x[k:]).sum())
    late = len(least) + 2 if worst else 0
    return np.clip(answer.x[:k], race.low, race.high), bound if answer.status == 0 else late
