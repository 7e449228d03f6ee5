"""Benefit of the doubt: every unit is scored with the weights that suit it best.

Source: OECD and JRC, Handbook on Constructing Composite Indicators (2008), chapter on weighting, table 19.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from indices.arrays import Array


@dataclass(frozen=True)
class Bounds:
    """Least and greatest weight of every indicator, as parts of all weights (0-1)."""

    least: float = 0.0
    greatest: float = 1.0


def benefit_of_the_doubt(values: pd.DataFrame, bounds: Bounds = Bounds()) -> pd.DataFrame:
    """Score and weights of every unit: columns `score` (at most 1) and one weight a code.

    `values` (units x codes) are not negative, more is better. Each unit's weights make its sum the greatest
    with no unit above 1 under them. Raises ValueError for missing or negative figures, and for bounds that
    leave no weights.
    """
    table = values.to_numpy(dtype=np.float64)
    k = table.shape[1]
    if np.isnan(table).any() or (table < 0).any():
        raise ValueError("benefit of the doubt needs figures that are not missing and not negative")
    if bounds.least * k > 1 or bounds.greatest * k < 1:
        raise ValueError("the bounds leave no weights")
    limits = np.vstack((table, bounds.least - np.eye(k), np.eye(k) - bounds.greatest))
    ends = np.concatenate((np.ones(len(table)), np.zeros(2 * k)))
    weights = np.array([_weights(row, limits, ends) for row in table])
    scores = (weights * table).sum(axis=1)
    found = np.column_stack((scores, weights))
    return pd.DataFrame(found, index=values.index, columns=["score", *values.columns])


def _weights(row: Array, limits: Array, ends: Array) -> Array:
    solved = linprog(-row, A_ub=limits, b_ub=ends, bounds=(0, None), method="highs")
    return np.asarray(solved.x, dtype=np.float64)
