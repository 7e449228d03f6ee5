"""The heavy pass of a survey: sums by stratum, cluster, group and item. Everything else needs only these.

Sums can be added: parts of a file, or workers of a cluster, give parts that `merge` puts together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from indices.arrays import Array
from indices.ranking import Integers
from indices.survey_sample import CLUSTER, STRATUM, WEIGHT, ItemScale, Sample

CODE = "code"
SUMS: Final = ("n", "w", "satisfied", "unsatisfied", "score", "square")


@dataclass(frozen=True)
class Totals:
    """Sums over respondents with an answer and a weight.

    `table`: stratum, cluster, the columns `by` that make groups, code of the item, then `n` (answers), `w`
    (sum of weights), `satisfied` and `unsatisfied` (weights of those answers), `score` and `square` (weights
    times the code and its square). `clusters`: stratum and cluster of the whole design, also where nobody of
    a group answered: a group is not a design of its own.
    """

    table: pd.DataFrame
    clusters: pd.DataFrame
    by: tuple[str, ...] = ()

    @property
    def keys(self) -> list[str]:
        """Columns that name a sum."""
        return [STRATUM, CLUSTER, *self.by, CODE]


def totals(sample: Sample, by: Sequence[str] = ()) -> Totals:
    """Sums of every item in every cluster, for each combination of the columns `by`; blank ones are "".

    One pass: each item is read once.
    """
    frame = sample.frame
    groups = [frame[name].astype("str").where(frame[name].notna(), "") for name in by]
    keys = pd.concat([frame[STRATUM], frame[CLUSTER], *groups], axis=1)
    keys.columns = pd.Index([STRATUM, CLUSTER, *by])
    place: Integers = keys.groupby(list(keys.columns), sort=True).ngroup().to_numpy().astype(np.int64)
    cells = keys.assign(_place=place).drop_duplicates("_place").sort_values("_place").drop(columns="_place")
    weight = frame[WEIGHT].to_numpy(dtype=np.float64)
    parts = [
        _sums(frame[code].to_numpy(dtype=np.float64), weight, place, scale).assign(**{CODE: code})
        for code, scale in sample.items.items()
    ]
    both = [pd.concat([cells.reset_index(drop=True), part], axis=1) for part in parts]
    table = pd.concat(both, ignore_index=True) if both else pd.DataFrame(columns=[*keys, CODE, *SUMS])
    table = table[table["n"] > 0].reset_index(drop=True)
    return Totals(table[[*keys.columns, CODE, *SUMS]], _clusters(keys), tuple(by))


def _sums(codes: Array, weight: Array, place: Integers, scale: ItemScale) -> pd.DataFrame:
    """The sums of one item, a row a cell."""
    counts = np.isfinite(codes) & (weight > 0.0)
    at, w, x = place[counts], weight[counts], codes[counts]
    size = int(place.max()) + 1 if len(place) else 0
    what = (np.ones_like(w), w, w * np.isin(x, scale.satisfied), w * np.isin(x, scale.low), w * x, w * x * x)
    return pd.DataFrame({name: np.bincount(at, part, size) for name, part in zip(SUMS, what, strict=True)})


def _clusters(keys: pd.DataFrame) -> pd.DataFrame:
    return keys[[STRATUM, CLUSTER]].drop_duplicates().sort_values([STRATUM, CLUSTER], ignore_index=True)


def merge(parts: Iterable[Totals]) -> Totals:
    """The sums of several parts of one survey together. Raises ValueError for no part or other groups."""
    found = list(parts)
    if len({part.by for part in found}) != 1:
        raise ValueError("parts of one survey, by the same groups")
    whole = pd.concat([part.table for part in found], ignore_index=True)
    table = whole.groupby(found[0].keys, as_index=False, sort=True)[list(SUMS)].sum()
    return Totals(table, _clusters(pd.concat([part.clusters for part in found])), found[0].by)


def pooled(found: Totals, groups: Mapping[str, Sequence[str]]) -> Totals:
    """With sums for each of `groups` (code: items whose answers are thrown together) beside the items.

    Their `n` are answers, not respondents.
    """
    rows = [found.table]
    for code, items in groups.items():
        part = found.table[found.table[CODE].isin(list(items))].assign(**{CODE: code})
        rows.append(part.groupby(found.keys, as_index=False, sort=True)[list(SUMS)].sum())
    return Totals(pd.concat(rows, ignore_index=True), found.clusters, found.by)
