"""A unit among its neighbours: what rank a total has against the totals that are known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from indices.ranking import Integers
from indices.rules import Array

# How far a total stays above a half that may be rounded either way.
CLEAR: Final = 1e-8


@dataclass(frozen=True)
class Field:
    """The totals one ranks against (units, NaN where not published) and how the publisher ranks.

    `ranked` is how many units the publisher ranked; only units with a known total can be counted, so a rank
    here is exact only when `known` equals `ranked`. More is better.
    """

    totals: pd.Series
    precision: int | None = None
    tolerance: float = 1e-9
    ranked: int | None = None

    @property
    def known(self) -> int:
        """Units whose total is known."""
        return int(self.totals.notna().sum())

    @property
    def whole(self) -> int:
        """Units that were ranked; those known where nobody said how many."""
        return self.known if self.ranked is None else max(self.ranked, self.known)

    def rounded(self, totals: Array) -> Array:
        """Totals on the precision that ranks are made from."""
        return totals if self.precision is None else np.round(totals, self.precision)

    @cached_property
    def _known(self) -> Array:
        """Totals (units, NaN where not known), rounded as ranks are."""
        return self.rounded(self.totals.to_numpy(dtype=np.float64, na_value=np.nan))

    @cached_property
    def _rising(self) -> Array:
        """Known totals of everybody, the least first: sorted once, since a ledger asks hundreds of times."""
        return np.sort(self._known[~np.isnan(self._known)])

    @cached_property
    def _looked_up(self) -> dict[str, Integers]:
        """Positions of the units asked for so far: a ledger asks for the same one hundreds of times."""
        return {}

    def _places(self, unit: str) -> Integers:
        if unit not in self._looked_up:
            self._looked_up[unit] = np.flatnonzero(self.totals.index == unit)
        return self._looked_up[unit]

    def others(self, unit: str) -> pd.Series:
        """Known totals of everybody else, best first, rounded as ranks are."""
        rest = self.totals.drop(index=unit, errors="ignore").dropna().astype(np.float64)
        rounded = self.rounded(np.asarray(rest, dtype=np.float64))
        rest = pd.Series(rounded, index=rest.index)
        return rest.sort_values(ascending=False, kind="stable")

    def rank_of(self, unit: str, totals: Array) -> Integers:
        """Rank the unit would have with each of `totals`, the others standing still; ties share the better.

        0 where the total is missing.
        """
        mine = self.rounded(np.asarray(totals, dtype=np.float64))
        ahead = len(self._rising) - np.searchsorted(self._rising, mine + self.tolerance, side="right")
        for own in self._known[self._places(unit)]:
            ahead = ahead - (own > mine + self.tolerance)
        return np.where(np.isnan(mine), 0, ahead + 1).astype(np.int64)

    def total_for(self, unit: str, rank: int) -> float:
        """The least total that gives at least this rank: that of the neighbour who holds it, or just what
        rounds to it where ranks are made from rounded totals.

        Minus infinity where every total gives it. Raises ValueError for a rank below 1.
        """
        if rank < 1:
            raise ValueError("a rank is at least 1")
        rest = self.others(unit).to_numpy()
        if rank > len(rest):
            return float("-inf")
        off = 0.0 if self.precision is None else 0.5 * 10.0**-self.precision - CLEAR
        return float(rest[rank - 1]) - off


def ranks_of_draws(scores: Array, tolerance: float = 1e-9) -> Integers:
    """Rank in every row (draws x units), the largest first; ties share the better rank; 0 where missing."""
    order = np.argsort(-scores, axis=-1, kind="stable")
    ordered = np.take_along_axis(scores, order, axis=-1)
    apart = np.zeros(scores.shape, dtype=np.bool_)
    apart[..., 1:] = ordered[..., :-1] - ordered[..., 1:] > tolerance
    place = np.arange(scores.shape[-1], dtype=np.int64)
    starts = np.maximum.accumulate(np.where(apart, place, 0), axis=-1)
    ranks = np.empty(scores.shape, dtype=np.int64)
    np.put_along_axis(ranks, order, starts + 1, axis=-1)
    return np.where(np.isnan(scores), 0, ranks)


def place_of(units: pd.Index, unit: str) -> int:
    """Position of a unit. Raises KeyError for one that is not there, or is there twice."""
    found = np.flatnonzero(units == unit)
    if len(found) != 1:
        raise KeyError(unit)
    return int(found[0])
