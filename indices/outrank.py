"""Comparing units pair by pair: outranking, Copeland, Condorcet, the ranking most pairs support, Borda.

Source: OECD and JRC, Handbook on Constructing Composite Indicators (2008), chapter on non-compensatory rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Final

import numpy as np
import pandas as pd

from indices.arrays import TIE, Array

MOST_UNITS: Final = 8


def outranking(values: Array, weights: Array, missing: str = "refuse") -> Array:
    """Share of the weight on which the row's unit is better than the column's (n x n), 0 on the diagonal.

    `values` (n x k), more is better; equal ones give half to each. A unit with a missing value compares with
    nobody (NaN), or on the rest where `missing` is renormalise.
    """
    n = len(values)
    won, held = np.zeros((n, n)), np.zeros((n, n))
    for column, weight in zip(values.T, weights, strict=True):
        off = column[:, None] - column[None, :]
        won += weight * np.where(np.isnan(off), 0.0, (off > TIE) + 0.5 * (np.abs(off) <= TIE))
        held += weight * ~np.isnan(off)
    whole = held if missing == "renormalise" else np.where(held < weights.sum() * (1 - TIE), np.nan, held)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = won / whole
    np.fill_diagonal(found, 0.0)
    return np.asarray(found)


def copeland_scores(matrix: Array) -> Array:
    """Duels won less duels lost by each unit (n); NaN for a unit that compares with nobody."""
    duels = np.sign(np.where(np.abs(matrix - 0.5) <= TIE, 0.0, matrix - 0.5))
    np.fill_diagonal(duels, 0.0)
    alone = np.isnan(duels).sum(axis=1) >= max(len(duels) - 1, 1)
    return np.where(alone, np.nan, np.nansum(duels, axis=1))


def ranking_support(matrix: pd.DataFrame, ranking: Sequence[str]) -> float:
    """Weight of all pairs that a ranking (best first) puts in the order the matrix does."""
    table = matrix.loc[list(ranking), list(ranking)].to_numpy(dtype=np.float64)
    return float(np.triu(table, 1).sum())


def supported_rankings(matrix: pd.DataFrame) -> pd.Series:
    """Support of every ranking of the units, best first, ties side by side; keyed "A>B>C".

    Condorcet's rule as Kemeny, Young and Levenglick complete it. Raises ValueError for more than eight units:
    the number of rankings is their factorial.
    """
    units = [str(unit) for unit in matrix.index]
    if len(units) > MOST_UNITS:
        raise ValueError(f"{len(units)} units have too many rankings, at most {MOST_UNITS}")
    table = matrix.to_numpy(dtype=np.float64)
    orders = np.array(list(permutations(range(len(units)))), dtype=np.int64)
    first, second = np.triu_indices(len(units), 1)
    support = table[orders[:, first], orders[:, second]].sum(axis=1)
    names = [">".join(units[place] for place in order) for order in orders]
    return pd.Series(support, index=names).round(12).sort_values(ascending=False, kind="stable")


def profile_duels(profiles: Mapping[str, float]) -> pd.DataFrame:
    """Votes for the row over the column, from numbers of voters by ranking ("a>b>c", every unit once)."""
    units = sorted(next(iter(profiles)).split(">"))
    found = pd.DataFrame(0.0, index=units, columns=units)
    for ranking, voters in profiles.items():
        order = ranking.split(">")
        for place, unit in enumerate(order):
            found.loc[unit, order[place + 1 :]] += voters
    return found


def borda_points(profiles: Mapping[str, float]) -> pd.Series:
    """Borda count of every unit: the units each voter puts below it, over all voters."""
    return profile_duels(profiles).sum(axis=1)


def condorcet_winner(duels: pd.DataFrame) -> str | None:
    """The unit that wins its duel against every other, or None where there is none."""
    table = duels.to_numpy(dtype=np.float64)
    won = (table > table.T).sum(axis=1)
    winner = np.flatnonzero(won == len(table) - 1)
    return str(duels.index[winner[0]]) if len(winner) else None
