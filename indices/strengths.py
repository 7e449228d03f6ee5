"""Strengths and weaknesses of a unit: the indicators it ranks best and worst on, as COINr lists them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from indices.arrays import rising_ranks


def rank_table(values: pd.DataFrame, reversed_codes: frozenset[str] = frozenset()) -> pd.DataFrame:
    """Rank of every unit on every code (units x codes), 1 for the best, ties share the better rank.

    `reversed_codes`: codes where less is better.
    """
    signs = {code: 1.0 if code in reversed_codes else -1.0 for code in values.columns}
    ranks = {code: rising_ranks(sign * values[code].to_numpy(np.float64)) for code, sign in signs.items()}
    return pd.DataFrame(ranks, index=values.index)


def group_ranks(values: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """`rank_table` inside each group of units; units without a group are left out."""
    parts = [rank_table(part) for _, part in values.groupby(groups.reindex(values.index))]
    return pd.concat(parts) if parts else values.iloc[:0]


def strengths(ranks: pd.DataFrame, unit: str, n: int = 5) -> pd.Series:
    """The unit's n best ranks by code, best first; equal ones in display order.

    A rank that is also the worst any unit has on the code is no strength (all tie).
    """
    return _but_last(ranks, unit).sort_values(kind="stable").head(n)


def _of(ranks: pd.DataFrame, unit: str) -> pd.Series:
    return pd.Series(ranks.to_numpy()[ranks.index.get_loc(unit)], index=ranks.columns, dtype="float64")


def _but_last(ranks: pd.DataFrame, unit: str) -> pd.Series:
    own = _of(ranks, unit)
    return own[own < ranks.max()]


def weaknesses(ranks: pd.DataFrame, unit: str, n: int = 5, but_last: bool = False) -> pd.Series:
    """The unit's n worst ranks by code, best of them first; equal ones in display order.

    `but_last` leaves out codes where the unit is last, alone or with others, as COINr does.
    """
    own = _but_last(ranks, unit) if but_last else _of(ranks, unit).dropna()
    return own.sort_values(kind="stable").tail(n)
