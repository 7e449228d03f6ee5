"""Small statistics of the checks: robust spreads, and which columns or units were exchanged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Floats = NDArray[np.float64]
# Turns the median absolute deviation of normal figures into their standard deviation.
MAD_TO_SD = 1.4826
# Least noise of a column that may repeat itself, as a share of its variance.
NOISE_FLOOR = 1e-3
MEAN_TO_SD = 1.2533
# Changes beyond so many spreads count as so many when correlations are taken; how far these are shrunk.
CLIP = 4.0
SHRINK = 0.3


def robust_sd(values: Floats) -> float:
    """Standard deviation that a few wrong figures cannot move: from the median absolute deviation, and where
    more than half are equal, from the mean absolute deviation."""
    away = np.abs(values - np.median(values))
    spread = MAD_TO_SD * float(np.median(away))
    return spread if spread > 0 else MEAN_TO_SD * float(away.mean())


@dataclass(frozen=True)
class Ring:
    """Things that took each other's places, each holding what belongs to the next. `gain`: log likelihood."""

    members: tuple[int, ...]
    gain: float


def rings(cost: Floats) -> list[Ring]:
    """Rings of the cheapest assignment of rows to columns of a square cost matrix, fixed points left out."""
    chosen = linear_sum_assignment(cost)[1]
    found, seen = [], set()
    for start in range(len(chosen)):
        path, at = [], start
        while at not in seen:
            seen.add(at)
            path.append(at)
            at = int(chosen[at])
        if len(path) > 1:
            gain = sum(cost[i, i] - cost[i, chosen[i]] for i in path)
            found.append(Ring(tuple(path), float(gain)))
    return found


def misfit(now: Floats, before: Floats) -> Floats:
    """How badly each column of `now` (units x k) continues each column of `before` (units x k), k x k.

    Minus the log likelihood, up to a constant, of: earlier figure + a shift common to all units + noise.
    The noise is as large as it turns out; the shift is normal with the spread of the earlier column, so that
    a column on another level fits badly, but counts once and not once a unit.
    """
    n = now.shape[0]
    square = (now**2).sum(axis=0)[:, None] + (before**2).sum(axis=0)[None, :] - 2.0 * now.T @ before
    shift = now.mean(axis=0)[:, None] - before.mean(axis=0)[None, :]
    noise = np.maximum(square / n - shift**2, NOISE_FLOOR * before.var(axis=0)[None, :] + 1e-12)
    level = shift**2 / np.maximum(before.var(axis=0)[None, :], 1e-12)
    return np.asarray(0.5 * (n - 1) * np.log(noise) + 0.5 * level)


def correlation(now: Floats, before: Floats) -> Floats:
    """Correlations of the columns of two tables of the same units, k x k; 0 where a column is constant."""

    def standard(table: Floats) -> Floats:
        centred = table - table.mean(axis=0)
        spread = np.sqrt((centred**2).sum(axis=0))
        return np.asarray(np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-12))

    return np.asarray(standard(now).T @ standard(before))


def profile_cost(now: Floats, before: Floats) -> Floats:
    """How badly each unit's figures (units x k) continue each unit's earlier ones, units x units.

    Half the squared distance of Mahalanobis: differences less the middle one of their component, in units of
    its robust spread, and with the correlations between components taken out (a unit that rose everywhere
    rose once). Correlations are shrunk towards none, since there are few units for many components.
    """
    change = now - before
    middle = np.median(change, axis=0)
    spread = np.array([robust_sd(column) for column in (change - middle).T])
    kept = spread > 1e-9
    apart = np.clip((change - middle)[:, kept] / spread[kept], -CLIP, CLIP)
    shared = np.atleast_2d(np.cov(apart.T))
    shrunk = (1.0 - SHRINK) * shared + SHRINK * np.diag(np.diag(shared))
    turn = np.linalg.cholesky(np.linalg.inv(shrunk))
    a = ((now - middle)[:, kept] / spread[kept]) @ turn
    b = (before[:, kept] / spread[kept]) @ turn
    square = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None, :] - 2.0 * a @ b.T
    return np.asarray(0.5 * np.maximum(square, 0.0))


def best_run(gains: Floats) -> tuple[float, int, int]:
    """The stretch of consecutive gains with the largest sum: the sum, its first and its last place."""
    best, first, last = 0.0, 0, -1
    total, start = 0.0, 0
    for place, gain in enumerate(gains.tolist()):
        if total <= 0.0:
            total, start = 0.0, place
        total += gain
        if total > best:
            best, first, last = total, start, place
    return best, first, last


def fisher(r: Floats | float) -> Floats:
    """Fisher's z of correlations, bounded where they are nearly 1."""
    return np.asarray(np.arctanh(np.clip(r, -0.999, 0.999)))
