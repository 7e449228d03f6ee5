"""Weights from comparisons of indicators two by two (analytic hierarchy process).

Source: OECD and JRC, Handbook on Constructing Composite Indicators (2008), tables 20 and 21.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

# Mean consistency index of random comparisons of n things (Saaty 1980), n = 1, 2, 3, ...
RANDOM_INDEX: Final = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
RECIPROCAL: Final = 1e-6


@dataclass(frozen=True)
class Comparison:
    """Weights by code (sum 1), the principal eigenvalue, how inconsistent the answers were (0: not)."""

    weights: pd.Series
    eigenvalue: float
    consistency_ratio: float


def pairwise_weights(matrix: pd.DataFrame) -> Comparison:
    """Weights from a matrix of how much more the row's code matters than the column's (n x n).

    Raises ValueError unless every figure is positive and the reciprocal of the one across the diagonal, and
    for fewer than 2 or more than 10 codes.
    """
    table = matrix.to_numpy(dtype=np.float64)
    n = len(table)
    if not 2 <= n <= len(RANDOM_INDEX):
        raise ValueError(f"{n} codes, between 2 and {len(RANDOM_INDEX)} can be compared")
    if table.shape != (n, n) or not (table > 0).all() or np.abs(table * table.T - 1.0).max() > RECIPROCAL:
        raise ValueError("the matrix is not one of reciprocal comparisons")
    values, vectors = np.linalg.eig(table)
    place = int(np.argmax(values.real))
    weights = np.abs(vectors[:, place].real)
    largest, chance = float(values[place].real), RANDOM_INDEX[n - 1]
    ratio = (largest - n) / (n - 1) / chance if chance else 0.0
    return Comparison(pd.Series(weights / weights.sum(), index=matrix.index), largest, ratio)
