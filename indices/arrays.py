"""Arrays of numbers: their types, and ranks that know ties and gaps."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
TIE: Final = 1e-9
NOISE: Final = 1e-12


def above_noise(reach: ArrayLike, size: ArrayLike) -> Mask:
    """Whether a reach is more than what computing leaves between equal figures of that size."""
    return np.asarray(np.asarray(reach) > NOISE * np.abs(np.asarray(size)), dtype=np.bool_)


def rising_ranks(values: Array, tolerance: float = TIE) -> Array:
    """1 for the least of `values` (n), up to the number of values; NaN stays NaN.

    Neighbours no further apart than `tolerance` times their size (at least 1) tie and share the lower rank.
    """
    found = np.full(len(values), np.nan)
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    if not len(order):
        return found
    steps = np.diff(values[order]) > tolerance * np.maximum(1.0, np.abs(values[order][1:]))
    begins = np.concatenate(([True], steps))
    found[order] = np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0)) + 1.0
    return found
