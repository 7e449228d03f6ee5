"""What many draws of an index say: rank bands, chances, and whether two units differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from indices.ranking import Integers
from indices.rules import Array
from indices.standing import place_of, ranks_of_draws

DIFFERS: Final = "differs"
NEGLIGIBLE: Final = "negligible"
UNKNOWN: Final = "unknown"
LEVEL: Final = 0.95
TAILS: Final = (0.05, 0.95)


@dataclass(frozen=True)
class Grouping:
    """How totals fall into groups, best first: by the score each begins at, or by how many units it holds.

    A unit below the last start is in no group; with sizes, ties share the better group.
    """

    codes: tuple[str, ...]
    starts: tuple[float, ...] = ()
    sizes: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """One of the two, one number a group."""
        if len(self.starts or self.sizes) != len(self.codes) or bool(self.starts) == bool(self.sizes):
            raise ValueError("give a start or a size to every group, not both")

    def of(self, scores: Array, ranks: Integers, tolerance: float = 1e-9) -> Integers:
        """Position of the group of every cell; len(codes) for none."""
        if self.starts:
            found = np.sum([scores < start - tolerance for start in self.starts], axis=0)
            return np.where(np.isnan(scores), len(self.codes), found)
        found = np.searchsorted(np.cumsum(self.sizes), ranks, side="left")
        return np.where(ranks == 0, len(self.codes), found)


@dataclass(frozen=True)
class Simulation:
    """Totals of a Monte Carlo run: `point` (units) without uncertainty and `scores` (draws x units).

    Units without a total have no rank and are not counted. `precision`: decimals the publisher ranks from.
    """

    units: pd.Index
    point: Array
    scores: Array = field(repr=False)
    precision: int | None = None
    tolerance: float = 1e-9

    @cached_property
    def ranks(self) -> Integers:
        """Rank of every unit in every draw (draws x units), 0 where it has no total."""
        return ranks_of_draws(self._rounded(self.scores), self.tolerance)

    @cached_property
    def point_ranks(self) -> Integers:
        """Rank of every unit without uncertainty (units), 0 where it has no total."""
        return ranks_of_draws(self._rounded(self.point), self.tolerance)

    def _rounded(self, scores: Array) -> Array:
        return scores if self.precision is None else np.round(scores, self.precision)

    def bands(self, groups: Grouping | None = None) -> pd.DataFrame:
        """Ranks and chances, one row a unit.

        score, rank, median_rank, rank_low, rank_high (5-95%), draw_low, draw_high, score_low, score_high,
        p_first, p_top_3, and p_group_<code> for every group.

        `rank_low` to `rank_high` is the band of the draws, drawn out to hold the rank itself: a unit at the
        top of near-equals falls behind in most draws, and a band beside a rank it does not hold misleads.
        `draw_low` and `draw_high` are the draws' own 5% and 95%. Missing where a unit has no total.
        """
        ranks, known = self.ranks, self.point_ranks > 0
        low, middle, high = np.quantile(ranks, (TAILS[0], 0.5, TAILS[1]), axis=0, method="inverted_cdf")
        found = pd.DataFrame(
            {
                "score": self.point,
                "rank": self.point_ranks,
                "median_rank": middle,
                "rank_low": np.minimum(low, self.point_ranks),
                "rank_high": np.maximum(high, self.point_ranks),
                "draw_low": low,
                "draw_high": high,
                "p_first": (ranks == 1).mean(axis=0),
                "p_top_3": ((ranks >= 1) & (ranks <= 3)).mean(axis=0),
            },
            index=self.units,
        )
        found["score_low"], found["score_high"] = np.quantile(self.scores, TAILS, axis=0)
        found = found.assign(**self._group_chances(groups))
        whole = ["rank", "median_rank", "rank_low", "rank_high", "draw_low", "draw_high"]
        found = found.astype(dict.fromkeys(whole, "Int64"))
        found.loc[~known] = pd.NA
        return found

    def _group_chances(self, groups: Grouping | None) -> dict[str, Array]:
        if groups is None:
            return {}
        rounded = self._rounded(self.scores)
        place = groups.of(rounded, self.ranks, self.tolerance)
        return {f"p_group_{c}": (place == number).mean(axis=0) for number, c in enumerate(groups.codes)}

    def beats(self) -> pd.DataFrame:
        """Chance that the row's unit has a larger total than the column's (units x units); a tie is no win.

        Missing where either has no total.
        """
        columns = np.ascontiguousarray(self._rounded(self.scores).T)
        table = np.empty((len(columns), len(columns)))
        for row, own in enumerate(columns):
            table[row] = (own > columns + self.tolerance).mean(axis=1)
        table[self.point_ranks == 0, :] = np.nan
        table[:, self.point_ranks == 0] = np.nan
        return pd.DataFrame(table, index=self.units, columns=self.units)

    def differ(self, unit: str, other: str) -> tuple[str, float]:
        """Whether two units differ, and the chance that the first is ahead.

        `differs` where either is ahead in at least 95% of the draws, else `negligible`; `unknown` without a
        total. Raises KeyError for a unit that is not there.
        """
        first, second = (place_of(self.units, name) for name in (unit, other))
        if not (self.point_ranks[first] and self.point_ranks[second]):
            return UNKNOWN, float("nan")
        pair = self._rounded(self.scores[:, [first, second]])
        gap = pair[:, 0] - pair[:, 1]
        ahead, behind = float((gap > self.tolerance).mean()), float((gap < -self.tolerance).mean())
        return (DIFFERS if max(ahead, behind) >= LEVEL else NEGLIGIBLE), ahead
