"""From counted answers to the sums that estimates need: what a database or a cluster of machines hands back.

A count says how many respondents of a cell (stratum, cluster, groups) gave one answer to one item. Where
weights differ inside a cell, either the rows are counted apart by weight, or sums of weights come beside the
counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indices.arrays import Array
from indices.ranking import Integers
from indices.survey_sample import CLUSTER, STRATUM, WEIGHT, ItemScale
from indices.survey_totals import CODE, SUMS, Totals

COUNT, WEIGHED = "n", "w"


def column(kind: str, item: int, code: int) -> str:
    """Name of the column of counts (`n`) or of weights (`w`): places of the item and of its code from 0."""
    return f"{kind}_{item}_{code}"


def totals_of(counted: pd.DataFrame, items: Mapping[str, ItemScale], by: Sequence[str] = ()) -> Totals:
    """The sums of every item in every cell.

    `counted`: stratum, cluster, the columns `by`, then for each item and code of its scale a count, named by
    `column`; with the weight of the row in `weight`, or a sum of weights beside each count. Rows of one cell
    are added.
    """
    keys = [STRATUM, CLUSTER, *by]
    places, cells = _cells(counted, keys)
    parts = [
        _item(_Counts(counted, at, scale), places, len(cells)) for at, scale in enumerate(items.values())
    ]
    table = _long(cells, dict(zip(items, parts, strict=True)))
    clusters = cells[[STRATUM, CLUSTER]].drop_duplicates()
    return Totals(table, clusters.sort_values([STRATUM, CLUSTER], ignore_index=True), tuple(by))


def _cells(counted: pd.DataFrame, keys: list[str]) -> tuple[Integers, pd.DataFrame]:
    """The place of each row's cell, and the cells in order; blank groups are ""."""
    told = pd.DataFrame({key: counted[key].astype("str").where(counted[key].notna(), "") for key in keys})
    places: Integers = told.groupby(keys, sort=True).ngroup().to_numpy().astype(np.int64)
    order = np.unique(places, return_index=True)[1]
    return places, told.iloc[order].reset_index(drop=True)


@dataclass(frozen=True)
class _Counts:
    counted: pd.DataFrame
    at: int
    scale: ItemScale

    def of(self, kind: str) -> Array:
        """Rows x codes of the scale."""
        names = [column(kind, self.at, place) for place in range(len(self.scale.codes))]
        found: Array = self.counted[names].to_numpy(dtype=np.float64, na_value=0.0)
        # A weight of zero counts nowhere, not even as an answer.
        return found * (self.counted[WEIGHT].to_numpy() > 0)[:, None] if WEIGHT in self.counted else found

    def weights(self, n: Array) -> Array:
        """Sums of weights beside the counts `n`."""
        if WEIGHT in self.counted:
            found: Array = n * self.counted[WEIGHT].to_numpy(dtype=np.float64)[:, None]
            return found
        return self.of(WEIGHED)


def _item(counts: _Counts, places: Integers, size: int) -> Array:
    """The sums of one item: cells x SUMS."""
    n = counts.of(COUNT)
    w = counts.weights(n)
    codes = np.array(counts.scale.codes, dtype=np.float64)
    good, bad = np.isin(codes, counts.scale.satisfied), np.isin(codes, counts.scale.low)
    sums = (n.sum(axis=1), w.sum(axis=1), w @ good, w @ bad, w @ codes, w @ codes**2)
    return np.stack([np.bincount(places, one, size) for one in sums], axis=1)


def _long(cells: pd.DataFrame, parts: Mapping[str, Array]) -> pd.DataFrame:
    """A row a cell and item where anybody answered, cells first."""
    if not parts:
        return pd.DataFrame(columns=[*cells.columns, CODE, *SUMS])
    sums = np.stack(list(parts.values()), axis=1)
    cell, item = np.nonzero(sums[:, :, 0] > 0)
    table = cells.iloc[cell].reset_index(drop=True)
    table[CODE] = pd.Series(list(parts), dtype="str").take(item).array
    return table.assign(**{name: sums[cell, item, place] for place, name in enumerate(SUMS)})
