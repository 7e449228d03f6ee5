"""Differences between groups, years or units, with errors and with control of how many are looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from indices.arrays import Array
from indices.survey import Estimates, contrast_matrix
from indices.survey_interval import quantile
from indices.survey_totals import CODE

Control = Literal["holm", "bh", "none"]
CONTROLS: Final = ("holm", "bh", "none")


def holm(p: ArrayLike) -> Array:
    """p adjusted so that the chance of any false difference stays below the limit (Holm 1979); NaN stays."""
    return _adjusted(np.asarray(p, dtype=np.float64), step_up=False)


def benjamini_hochberg(p: ArrayLike) -> Array:
    """p adjusted so that few of the differences are false ones (Benjamini and Hochberg 1995); NaN stays."""
    return _adjusted(np.asarray(p, dtype=np.float64), step_up=True)


def _adjusted(p: Array, step_up: bool) -> Array:
    found = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order, m = known[np.argsort(p[known], kind="stable")], len(known)
    place = np.arange(1, m + 1)
    if step_up:
        steps = np.minimum.accumulate((p[order] * m / place)[::-1])[::-1]
    else:
        steps = np.maximum.accumulate(p[order] * (m - place + 1))
    found[order] = np.minimum(steps, 1.0)
    return found


ADJUST: Final[dict[str, Callable[[Array], Array]]] = {"holm": holm, "bh": benjamini_hochberg}


@dataclass(frozen=True)
class Pairs:
    """What is compared: the column `along` (year, unit_id, a trait), and which of its values.

    `against`: every value with this one; "" means each with each. `level` of the intervals; `control`: how p
    is adjusted over all rows made; `limit` of an adjusted p that counts as a difference.
    """

    along: str
    against: str = ""
    level: float = 0.95
    control: Control = "holm"
    limit: float = 0.05


def differences(found: Estimates, pairs: Pairs) -> pd.DataFrame:
    """Differences of estimates that are alike in everything but `along`: a less b.

    The other keys, a, b, difference, se, low, high (of this difference alone), df, p, p_adjusted, differs.
    Covariances count: groups that share clusters are not independent. Years are, when the year is part of the
    stratum. Raises KeyError for a column that the estimates lack.
    """
    keys = found.keys.assign(**{pairs.along: found.keys[pairs.along].astype("str")})
    rest = [name for name in keys.columns if name != pairs.along]
    rows = [
        (a, b)
        for _, places in keys.groupby(rest, sort=False).indices.items()
        for a, b in _matched(keys[pairs.along], [int(place) for place in places], pairs.against)
    ]
    both = [(a, at, 1.0) for at, (a, _) in enumerate(rows)] + [
        (b, at, -1.0) for at, (_, b) in enumerate(rows)
    ]
    named = keys.iloc[[a for a, _ in rows]][rest].reset_index(drop=True)
    made = found.combined(named, contrast_matrix(len(keys), both, len(rows)))
    sides = {side: keys[pairs.along].iloc[[row[i] for row in rows]].to_numpy() for i, side in enumerate("ab")}
    return _judged(made, named.assign(**sides), pairs)


def _matched(values: pd.Series, places: Sequence[int], against: str) -> list[tuple[int, int]]:
    if not against:
        return list(combinations(places, 2))
    base = [place for place in places if values.iloc[place] == against]
    return [(place, base[0]) for place in places if base and place != base[0]]


def _judged(made: Estimates, named: pd.DataFrame, pairs: Pairs) -> pd.DataFrame:
    se, freedom = made.errors(), np.asarray(made.design.freedom(made.reach), dtype=np.float64)
    reach = quantile(pairs.level, freedom) * se
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2.0 * special.stdtr(np.where(freedom > 0, freedom, np.nan), -np.abs(made.value) / se)
    adjusted = p if pairs.control == "none" else ADJUST[pairs.control](p)
    return named.assign(
        difference=made.value,
        se=se,
        low=made.value - reach,
        high=made.value + reach,
        df=freedom.astype(np.int64),
        p=p,
        p_adjusted=adjusted,
        differs=adjusted < pairs.limit,
    )


def of_code(found: pd.DataFrame, code: str) -> pd.DataFrame:
    """The rows of one item, component or index."""
    return found[found[CODE] == code].reset_index(drop=True)
