"""A path by searching, where nothing is known of the shape of a tree: good, and not proven the cheapest.

Slopes are taken at an answer, the straight programme is solved again near it, and the circle shrinks until
nothing is gained; from several starts, the best of all. The straight programme itself is the exact answer
of a straight tree.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from indices.levers import CLOSE, Levers
from indices.rules import Array

ROUNDS: Final = 60
LEAST_STEP: Final = 1e-5
PROBE: Final = 1e-4
SEED: Final = 1
SHARES: Final = (0.0, 0.3, 1.0)
MIXED: Final = 3


def solve(
    levers: Levers, slopes: Array, gap: float, near: tuple[Array, float] | None = None
) -> tuple[Array, float]:
    """Least-cost moves whose slopes add up to `gap` (as far as they can), and what none can cost less than.

    `near`: moves that the answer stays close to, and how close (a share of every lever's reach).
    """
    unit = np.where(levers.step > 0, levers.step, 1.0)
    least, most = _bounds(levers, near)
    gap = min(gap, float(np.maximum(slopes, 0.0) @ most))
    least, most = np.round(least / unit, 9), np.round(most / unit, 9)
    answer = milp(
        levers.cost * unit,
        constraints=LinearConstraint((slopes * unit)[None, :], lb=gap),
        integrality=(levers.step > 0).astype(np.int64),
        bounds=Bounds(least, most),
        options={"mip_rel_gap": CLOSE, "time_limit": 10.0},
    )
    if answer.x is None:
        return most * unit, 0.0
    moves = np.where(levers.step > 0, np.round(answer.x), answer.x) * unit
    bound = float(answer.fun) if answer.status == 0 else 0.0
    return np.clip(moves, 0.0, np.abs(levers.reach)), bound


def _bounds(levers: Levers, near: tuple[Array, float] | None) -> tuple[Array, Array]:
    """Least and most move of every lever; those with steps may always take one step."""
    if near is None:
        return np.zeros(len(levers.grid)), levers.grid
    at, share = near
    wide = np.maximum(share * levers.grid, levers.step)
    return np.maximum(at - wide, 0.0), np.minimum(at + wide, levers.grid)


def search(levers: Levers, wanted: float) -> Array:
    """The cheapest moves found that reach the goal, which all moves together do."""
    random, n = np.random.default_rng(SEED), len(levers.grid)
    starts = [np.full(n, share) for share in SHARES] + [random.random(n) for _ in range(MIXED)]
    found = [_descend(levers, wanted, start * levers.grid) for start in starts]
    return min(found, key=levers.effort)


def _descend(levers: Levers, wanted: float, start: Array) -> Array:
    """Moves from slopes taken anew at every answer, each close to the last, the first ones at `start`."""
    slopes, share, found = slopes_at(levers, start), 1.0, levers.grid
    gap = wanted - levers.total(start) + float(slopes @ start)
    moves, _ = solve(levers, slopes, gap)
    for _ in range(ROUNDS):
        moves = levers.settled(moves, wanted)
        if levers.effort(moves) < levers.effort(found) - CLOSE:
            found = moves
        else:
            share /= 2
        if share < LEAST_STEP:
            break
        slopes = slopes_at(levers, found)
        gap = wanted - levers.total(found) + float(slopes @ found)
        moves, _ = solve(levers, slopes, gap, (found, share))
    return found


def slopes_at(levers: Levers, at: Array) -> Array:
    """Index points for one more unit of each lever; over its whole way from nothing, backwards at the end."""
    probe = PROBE * np.maximum(np.abs(levers.reach), CLOSE)
    probe = np.where(at + probe > np.abs(levers.reach), -probe, probe)
    rows = at + np.diag(probe)
    if not at.any():
        probe, rows = levers.grid, np.diag(levers.grid)
    return (levers.totals(rows) - levers.total(at)) / probe
