"""The best and the worst rank that weights within ranges can give a unit.

Method: the totals (of geometric and harmonic means their logarithms and reciprocals) are straight in the
weights of the total's own children once their sum is held, so "which rivals are ahead" is a mixed-integer
programme (one yes or no a rival whose order is open), solved by HiGHS. The weights found are scored
exactly, and the rank reported is that score's. A sample of weights would only give a rank that is reached,
never that no other weights reach a better one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    the rule of the total is not straight in its weights, however written.
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


# Ways to write a total so that it is straight in its weights, each with the size of a point on it at a total.
WRITTEN: Final[tuple[tuple[Callable[[Array], Array], Callable[[float], float]], ...]] = (
    (lambda x: x, lambda middle: 1.0),
    (np.log, lambda middle: middle),
    (lambda x: -1.0 / x, lambda middle: middle**2),
)


def _corners(engine: Engine, whole: float) -> Array:
    """Totals with all the weight on one child (units x children), written so that the mix is straight.

    As they are, or as logarithms (a geometric mean), or as reciprocals (a harmonic one): no rank changes.
    Raises ValueError where the mix is straight in none of these, or is straight only after a change that
    published totals, which keep their distance to the recomputed ones, do not go along with.
    """
    step, base = engine.plan.steps[-1], engine.base[:, engine.plan.root]
    made = [
        replace(step, template=replace(step.template, weights=whole * weights)).score(engine.base)
        for weights in np.eye(len(step.kids))
    ]
    computed, shares = step.score(engine.base), step.template.weights / whole
    known = ~np.isnan(computed)
    for number, (turn, size) in enumerate(WRITTEN):
        with np.errstate(divide="ignore", invalid="ignore"):
            corners, mixed = turn(np.stack(made, axis=1)), turn(computed)
        if np.allclose((corners @ shares)[known], mixed[known], rtol=1e-9, atol=1e-9):
            if number and not np.allclose(base[known], computed[known], rtol=0.0, atol=CLOSE):
                raise ValueError(
                    "published totals are apart from a total that is not straight in its weights"
                )
            return (corners + (base - computed)[:, None]) * size(float(np.median(computed[known])))
    raise ValueError("the total is not straight in its weights")


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
