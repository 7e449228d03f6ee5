"""Ranks and groups. Ties share a rank, after the publisher's rounding and within a tolerance."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indices.framework import Framework
from indices.groups import GROUP_RULES, by_score
from indices.model import MAIN_VIEW

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

PUBLISHED: Final = "published"
COMPUTED: Final = "computed"


def rank_values(
    values: pd.Series,
    precision: int | None = None,
    tolerance: float = 1e-9,
    ascending: bool = False,
    ties: str = "min",
) -> pd.Series:
    """Rank 1 for the best of `values` (the largest, or the smallest when `ascending`); none for missing.

    Ranked on values rounded to `precision` decimals (None: full precision); neighbours no further apart than
    `tolerance` tie. `ties`: min (1, 1, 3), dense (1, 1, 2) or max (2, 2, 3).
    """
    rounded = values if precision is None else values.round(precision)
    keys = rounded.to_numpy(dtype=np.float64, na_value=np.nan)
    ranks = ranks_within(np.zeros(len(keys), dtype=np.int64), keys if ascending else -keys, tolerance, ties)
    return pd.Series(_nullable(ranks), index=values.index)


def ranks_within(groups: Integers, keys: Floats, tolerance: Floats | float, ties: str = "min") -> Integers:
    """Rank of every row inside its group, smallest key first; 0 where the key is missing."""
    found = np.zeros(len(keys), dtype=np.int64)
    rows = np.flatnonzero(~np.isnan(keys))
    if not len(rows):
        return found
    order = rows[np.lexsort((keys[rows], groups[rows]))]
    gap = np.broadcast_to(np.asarray(tolerance, dtype=np.float64), keys.shape)[order[1:]]
    new_group = np.concatenate(([True], groups[order][1:] != groups[order][:-1]))
    apart = np.concatenate(([True], np.diff(keys[order]) > gap))
    found[order] = _positions(new_group, new_group | apart, ties)
    return found


def _positions(new_group: NDArray[np.bool_], new_run: NDArray[np.bool_], ties: str) -> Integers:
    """Ranks of rows in sorted order, from where groups and runs of ties begin."""
    place = np.arange(len(new_run))
    first_of_group = np.maximum.accumulate(np.where(new_group, place, 0))
    run = np.cumsum(new_run) - 1
    starts = np.flatnonzero(new_run)
    if ties == "dense":
        return np.asarray(run - run[first_of_group] + 1)
    if ties == "max":
        ends = np.append(starts[1:], len(new_run)) - 1
        return np.asarray(ends[run] - first_of_group + 1)
    return np.asarray(starts[run] - first_of_group + 1)


def _nullable(ranks: Integers) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(ranks, ranks == 0)


def add_ranks(rows: pd.DataFrame, frameworks: dict[str, Framework]) -> pd.DataFrame:
    """Rows with rank, rank_kind and n_ranked.

    The publisher's rank counts; a rank is computed only where every ranked unit has a value (`complete`).
    Needs `group` (who is ranked together), `value`, `direction`, `is_total`, `published_rank`, `complete`,
    `n_values`, `n_units`, `bloc`.
    """
    computed = _computed_ranks(rows, frameworks)
    given = rows["published_rank"].astype("Int64")
    rank = given.fillna(computed)
    kind = pd.Series(None, index=rows.index, dtype="str")
    kind = kind.mask(computed.notna(), COMPUTED).mask(given.notna(), PUBLISHED)
    return rows.assign(rank=rank, rank_kind=kind, n_ranked=_ranked_among(rows).where(rank.notna()))


def _computed_ranks(rows: pd.DataFrame, frameworks: dict[str, Framework]) -> pd.Series:
    """Totals are ranked on the precision their publisher ranks from, components on full precision."""
    ties = rows["framework_id"].map({name: f.ranking.ties for name, f in frameworks.items()}).to_numpy()
    tolerance = rows["framework_id"].map({name: f.ranking.tolerance for name, f in frameworks.items()})
    keys = rounded_totals(rows, frameworks)
    keys = np.where(rows["direction"] == "-", keys, -keys)
    keys[~rows["complete"].to_numpy(dtype=bool)] = np.nan
    groups = rows["group"].to_numpy(dtype=np.int64)
    found = np.zeros(len(rows), dtype=np.int64)
    for kind in set(ties):
        mine = ties == kind
        found[mine] = ranks_within(groups[mine], keys[mine], tolerance.to_numpy(np.float64)[mine], kind)
    return pd.Series(_nullable(found), index=rows.index)


def rounded_totals(rows: pd.DataFrame, frameworks: dict[str, Framework]) -> Floats:
    """Values with totals rounded to the decimals that their framework ranks from; components as they are."""
    values: Floats = rows["value"].to_numpy(dtype=np.float64, copy=True)
    precisions = {
        name: f.ranking.precision for name, f in frameworks.items() if f.ranking.precision is not None
    }
    decimals = rows["framework_id"].map(precisions).where(rows["is_total"])
    for precision in decimals.dropna().unique():
        mine = (decimals == precision).to_numpy()
        values[mine] = np.round(values[mine], int(precision))
    return values


def _ranked_among(rows: pd.DataFrame) -> pd.Series:
    """The n of "rank x of n": units with a value where all are known, else how many the publisher ranked.

    Inside a bloc of internal units the number is known only where all values are.
    """
    published = rows["n_units"].where(rows["bloc"].isna())
    return published.where(~rows["complete"], rows["n_values"]).astype("Int64")


def assign_groups(rows: pd.DataFrame, frameworks: dict[str, Framework], groups: pd.DataFrame) -> pd.Series:
    """Group code of every total of the main tree, by the framework's cuts or by the year's group sizes.

    `groups`: index_code, year, order (best first), group_code, n_units, score_from; sizes count by rank.
    """
    found = pd.Series(None, index=rows.index, dtype="str")
    totals = rows[rows["is_total"] & (rows["view"] == MAIN_VIEW)]
    scores = pd.Series(rounded_totals(totals, frameworks), index=totals.index)
    for (framework_id, index, year), mine in totals.groupby(["framework_id", "index_code", "year"]):
        rule = frameworks[str(framework_id)].groups
        if rule.rule in GROUP_RULES:
            cuts = [(cut.start, cut.code) for cut in rule.cuts]
            found[mine.index] = GROUP_RULES[rule.rule].place(scores[mine.index], mine["rank"], cuts)
        elif rule.rule == "sizes":
            table = groups[(groups["index_code"] == index) & (groups["year"] == year)].sort_values("order")
            found[mine.index] = _by_table(scores[mine.index], mine["rank"], table)
    return found


def _by_table(scores: pd.Series, ranks: pd.Series, table: pd.DataFrame) -> pd.Series:
    """By the score each group begins at where the year gives them (the last may lack it), else by size."""
    if len(table) and table["score_from"].iloc[:-1].notna().all() and len(table) > 1:
        starts = table["score_from"].astype(float).fillna(-np.inf)
        return by_score(scores, list(zip(starts, table["group_code"], strict=True)))
    if len(table) and table["n_units"].notna().all():
        ends = table["n_units"].astype(float).cumsum()
        return by_score(
            -ranks.astype("Float64").astype(float), list(zip(-ends, table["group_code"], strict=True))
        )
    return pd.Series(None, index=scores.index, dtype="str")
