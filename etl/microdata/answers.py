"""Counting the answers of a survey in one pass, cell by cell, on whatever engine holds them.

The rules for what is odd are those of `indices.survey_sample`: a weight that is none counts as zero, a blank
stratum is a stratum of the blank ones, a blank cluster is a cluster of its own. A stratum belongs to its
unit: two provinces may each have a "Huyện 1".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import ibis
import numpy as np
import pandas as pd

from etl.microdata.codes import ROWS, Items, code_counts, count_if, fetched
from etl.survey.answers import CLUSTER, ROW, STRATUM, UNIT, WEIGHT
from indices.survey_cells import COUNT, WEIGHED, column, totals_of
from indices.survey_sample import BLANK, ItemScale
from indices.survey_totals import Totals

Weighing = Literal["cell", "apart", "sums"]
# Counting rows apart by weight pays while there are so many times fewer kinds than respondents.
PAYS: Final = 8
SEPARATOR: Final = "/"
FEW: Final = 100_000
_GIVEN, _LOW = "_given", "_low"


@dataclass(frozen=True)
class Answered:
    """Answers as a table of an engine: row, unit_id, stratum, cluster, weight, traits, items; blank is null.

    `items`: column of each item and its scale, by code of the item. `within`: what a stratum belongs to.
    """

    table: ibis.Table
    items: Items
    within: tuple[str, ...] = (UNIT,)

    @property
    def scales(self) -> dict[str, ItemScale]:
        """The scale of each item."""
        return {code: scale for code, (_, scale) in self.items.items()}

    def keys(self, by: Sequence[str]) -> list[str]:
        """Columns that tell cells apart."""
        return list(dict.fromkeys((*self.within, STRATUM, CLUSTER, *by)))


def count_answers(answered: Answered, by: Sequence[str] = ()) -> Totals:
    """The sums of every item in every cluster, for each combination of the columns `by`.

    One pass where all of a cell weigh the same and nothing is odd, else one more after a look at the design
    that says how to count. Names are made of the counts and not of the respondents: joining texts takes
    longer than counting.
    """
    keys = answered.keys(by)
    counted = counted_at_once(answered, keys) if seems_even(answered, keys) else None
    if counted is None:
        table = _whole(answered.table)
        counted = _counted(table, answered.items, keys, how_weighed(table, keys))
    return totals_of(named(counted, answered.within), answered.scales, tuple(by))


def seems_even(answered: Answered, keys: Sequence[str]) -> bool:
    """Whether the first rows give hope that all of a cell weigh the same."""
    first = answered.table.select([*keys, WEIGHT]).limit(FEW)
    cells = first.group_by(keys).aggregate(low=first[WEIGHT].min(), high=first[WEIGHT].max())
    return (
        not cells.aggregate(mixed=count_if(cells["low"] != cells["high"]))
        .to_pyarrow()
        .to_pylist()[0]["mixed"]
    )


def counted_at_once(answered: Answered, keys: Sequence[str]) -> pd.DataFrame | None:
    """The counts of each cell and its weight, from a single pass; None where weights of a cell differ or are
    none, or a cluster is blank: then counts say too little."""
    weight = answered.table[WEIGHT].cast("float64")
    looks = {_GIVEN: weight.count(), _LOW: weight.min(), WEIGHT: weight.max()}
    found = code_counts(answered.table, keys, looks, answered.items)
    even = (found[ROWS] == found[_GIVEN]) & (found[_LOW] == found[WEIGHT]) & (found[_LOW] > 0.0)
    if not (even & np.isfinite(found[WEIGHT])).all() or found[CLUSTER].isna().any():
        return None
    return found.drop(columns=[_GIVEN, _LOW])


def _whole(table: ibis.Table) -> ibis.Table:
    """The table with weights that count, and blank clusters told apart; as it is where nothing is odd."""
    weight = table[WEIGHT].cast("float64")
    counts = weight.notnull() & ~weight.isnan() & ~weight.isinf() & (weight > 0.0)
    odd = table.aggregate(weights=count_if(~counts), clusters=count_if(table[CLUSTER].isnull()))
    found = odd.to_pyarrow().to_pylist()[0]
    mended = {WEIGHT: ibis.ifelse(counts, weight, 0.0) if found["weights"] else weight}
    if found["clusters"]:
        cluster = table[CLUSTER].cast("string")
        mended[CLUSTER] = cluster.fill_null("#" + table[ROW].cast("string"))
    return table.mutate(**mended)


def named(counted: pd.DataFrame, within: Sequence[str] = (UNIT,)) -> pd.DataFrame:
    """Counts with the name of their stratum in what it belongs to."""
    whole = [_text(counted[name]) + SEPARATOR for name in within]
    stratum = _text(counted[STRATUM])
    return counted.assign(**{STRATUM: sum(whole[1:], whole[0]) + stratum.mask(stratum == "", BLANK)})


def _text(values: pd.Series) -> pd.Series:
    return values.astype("str").where(values.notna(), "").str.strip()


def how_weighed(table: ibis.Table, keys: Sequence[str]) -> Weighing:
    """How weights differ: not within a cell, in so few kinds that rows are counted apart, or freely."""
    cells = table.group_by(keys).aggregate(low=table[WEIGHT].min(), high=table[WEIGHT].max(), n=table.count())
    told = cells.aggregate(mixed=count_if(cells["low"] != cells["high"]), rows=cells["n"].sum())
    found = told.to_pyarrow().to_pylist()[0]
    if not found["mixed"]:
        return "cell"
    kinds = table.select([*keys, WEIGHT]).distinct().count().to_pyarrow().as_py()
    return "apart" if kinds * PAYS <= found["rows"] else "sums"


def _counted(table: ibis.Table, items: Items, keys: Sequence[str], how: Weighing) -> pd.DataFrame:
    """Counts of each cell, with its weight, or apart by weight, or with sums of weights beside them."""
    if how == "cell":
        return code_counts(table, keys, {WEIGHT: table[WEIGHT].max()}, items)
    if how == "apart":
        return code_counts(table, [*keys, WEIGHT], {}, items)
    told = {}
    for place, (name, scale) in enumerate(items.values()):
        for at, code in enumerate(scale.codes):
            given = table[name] == int(code)
            told[column(COUNT, place, at)] = count_if(given & (table[WEIGHT] > 0.0))
            told[column(WEIGHED, place, at)] = ibis.ifelse(given, table[WEIGHT], 0.0).sum()
    return fetched(table.group_by(keys).aggregate(**told))
