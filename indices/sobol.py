"""Which uncertain choice moves the result: Sobol first-order and total indices.

Design: Saltelli et al. (2010), two halves A and B of one scrambled Sobol sequence and A with one column taken
from B. Estimators: Jansen (1999). First order = share of the variance that would go if the factor were
known; total = share that would stay if only the factor were unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy.stats import qmc

from indices.draws import Design, Sampling, Uncertain, pick, point_design
from indices.plan import Plan
from indices.ranking import Integers
from indices.rules import Array
from indices.standing import place_of, ranks_of_draws
from indices.uncertainty import Observed, make_model

CHOICES: Final = ("normalise", "aggregate", "missing")
RESAMPLES: Final = 200
BASE: Final = Sampling(512)


@dataclass(frozen=True)
class Saltelli:
    """The base sample: `a` and `b` (n x factors), points of the unit cube."""

    a: Array
    b: Array

    def mixed(self, factor: int) -> Array:
        """`a` with one column from `b`."""
        found = self.a.copy()
        found[:, factor] = self.b[:, factor]
        return found


def saltelli(n: int, factors: int, seed: int) -> Saltelli:
    """A sample of `n` points (a power of two) for n x (factors + 2) runs. Raises ValueError for another n."""
    if n < 2 or n & (n - 1):
        raise ValueError("the number of base points is a power of two")
    points = qmc.Sobol(2 * factors, scramble=True, rng=np.random.default_rng(seed)).random(n)
    return Saltelli(points[:, :factors], points[:, factors:])


def sobol_indices(
    function: Callable[[Array], Array], factors: Sequence[str], n: int = 1024, seed: int = 1
) -> pd.DataFrame:
    """First-order and total index of every factor, with the 5-95% range of a bootstrap.

    `function` takes points of the unit cube (rows x factors) and gives one number a row. Columns: factor,
    first, first_low, first_high, total, total_low, total_high, interaction (total - first). All missing
    where the function does not vary.
    """
    sample = saltelli(n, len(factors), seed)
    runs = [sample.a, sample.b, *(sample.mixed(factor) for factor in range(len(factors)))]
    answers = np.asarray(function(np.concatenate(runs)), dtype=np.float64).reshape(len(runs), n)
    chosen = np.random.default_rng(seed).integers(0, n, (RESAMPLES, n))
    first, total = jansen(answers[:, None, :])
    again = [np.concatenate(part, axis=0) for part in zip(*_resampled(answers, chosen), strict=True)]
    ranges = [np.quantile(part, (0.05, 0.95), axis=0) for part in again]
    return pd.DataFrame(
        {
            "factor": list(factors),
            "first": first[0],
            "first_low": ranges[0][0],
            "first_high": ranges[0][1],
            "total": total[0],
            "total_low": ranges[1][0],
            "total_high": ranges[1][1],
            "interaction": total[0] - first[0],
        }
    )


def jansen(answers: Array) -> tuple[Array, Array]:
    """First-order and total indices (repeats x factors).

    `answers`: (2 + factors) x repeats x n, of A, B and the mixed samples.

    S_i = 1 - mean((f(B) - f(AB_i))^2) / 2V, T_i = mean((f(A) - f(AB_i))^2) / 2V, V the variance over A and B.
    """
    base, other, mixed = answers[0], answers[1], answers[2:]
    variance = np.concatenate((base, other), axis=-1).var(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = 1.0 - ((other - mixed) ** 2).mean(axis=-1) / (2.0 * variance)
        total = ((base - mixed) ** 2).mean(axis=-1) / (2.0 * variance)
    flat = ~(variance > 0)
    return np.where(flat, np.nan, first).T, np.where(flat, np.nan, total).T


def _resampled(answers: Array, chosen: Integers) -> list[tuple[Array, Array]]:
    """Indices of every bootstrap sample of the base points, a few at a time."""
    return [jansen(answers[:, rows]) for rows in np.array_split(chosen, 20)]


def sensitivity(
    plan: Plan,
    observed: Observed,
    what: Uncertain,
    unit: str | None = None,
    sampling: Sampling = BASE,
) -> pd.DataFrame:
    """Sobol indices of the uncertain choices; `sampling.draws` is the number of base points (a power of two).

    Factors are the choices with more than one option, the weights and the errors where they move; a weight or
    error factor picks one of as many seeded draws as there are base points. The result explained is the
    rank of `unit`, or without one the mean shift of all ranks from the point result. Raises ValueError where
    nothing is uncertain, KeyError for a unit that is not there.
    """
    model, pool = make_model(plan, observed, what), sampling.draws
    factors = [name for name in CHOICES if len(getattr(what, name)) > 1]
    factors += ["weights"] if what.weights != "fixed" else []
    factors += ["errors"] if bool((model.half > 0).any() or (model.errors > 0).any()) else []
    if not factors:
        raise ValueError("nothing is uncertain")
    point = ranks_of_draws(model.evaluate(point_design(), sampling.seed))
    column = None if unit is None else place_of(model.units, unit)

    def answer(points: Array) -> Array:
        design = _design(points, factors, what, pool)
        ranks = ranks_of_draws(model.evaluate(design, sampling.seed, sampling.block))
        return np.abs(ranks - point).mean(axis=1) if column is None else ranks[:, column].astype(np.float64)

    return sobol_indices(answer, factors, pool, sampling.seed)


def _design(points: Array, factors: Sequence[str], what: Uncertain, pool: int) -> Design:
    """Points of the unit cube as choices; what is no factor stays at the point result."""
    rows = len(points)
    fixed = {name: np.zeros(rows, dtype=np.int64) for name in CHOICES}
    made = fixed | {name: np.full(rows, -1, dtype=np.int64) for name in ("weights", "errors")}
    for column, name in enumerate(factors):
        made[name] = pick(points[:, column], len(getattr(what, name)) if name in CHOICES else pool)
    return Design(**made)
