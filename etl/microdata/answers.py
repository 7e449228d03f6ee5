"""Counting the answers of a survey in one pass, cell by cell, on whatever engine holds them.

The rules for what is odd are those of `indices.survey_sample`: a weight that is none counts as zero, a blank
stratum is a stratum of the blank ones, a blank cluster is a cluster of its own. A stratum belongs to its
unit: two provinces may each have a "Huyện 1".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import ibis
import pandas as pd

from etl.survey.answers import CLUSTER, ROW, STRATUM, UNIT, WEIGHT
from indices.survey_cells import COUNT, WEIGHED, column, totals_of
from indices.survey_sample import BLANK, ItemScale
from indices.survey_totals import Totals

Weighing = Literal["cell", "apart", "sums"]
# Counting rows apart by weight pays while there are so many times fewer kinds than respondents.
PAYS: Final = 8
SEPARATOR: Final = "/"


@ibis.udf.agg.builtin  # type: ignore[untyped-decorator]
def count_if(condition: bool) -> int:  # type: ignore[empty-body]
    """How many rows satisfy a condition: a function of DuckDB and of Spark, several times as fast as a
    filtered count."""


@dataclass(frozen=True)
class Answered:
    """Answers as a table of an engine: row, unit_id, stratum, cluster, weight, traits, items; blank is null.

    `items`: column of each item and its scale, by code of the item.
    """

    table: ibis.Table
    items: Mapping[str, tuple[str, ItemScale]]

    @property
    def scales(self) -> dict[str, ItemScale]:
        """The scale of each item."""
        return {code: scale for code, (_, scale) in self.items.items()}


def count_answers(answered: Answered, by: Sequence[str] = ()) -> Totals:
    """The sums of every item in every cluster, for each combination of the columns `by`.

    One pass over the items, after a look at the design that says how to count. Names are made of the counts
    and not of the respondents: joining texts takes longer than counting.
    """
    table = _whole(answered.table)
    keys = list(dict.fromkeys((UNIT, STRATUM, CLUSTER, *by)))
    counted = _counted(table, answered, keys, how_weighed(table, keys)).to_pyarrow().to_pandas()
    return totals_of(_named(counted), answered.scales, tuple(by))


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


def _named(counted: pd.DataFrame) -> pd.DataFrame:
    """Counts with the name of their stratum in its unit."""
    unit, stratum = (_text(counted[name]) for name in (UNIT, STRATUM))
    return counted.assign(**{STRATUM: unit + SEPARATOR + stratum.mask(stratum == "", BLANK)})


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


def _counted(table: ibis.Table, answered: Answered, keys: Sequence[str], how: Weighing) -> ibis.Table:
    told = {}
    for place, (name, scale) in enumerate(answered.items.values()):
        for at, code in enumerate(scale.codes):
            given = table[name] == int(code)
            if how == "sums":
                told[column(COUNT, place, at)] = count_if(given & (table[WEIGHT] > 0.0))
                told[column(WEIGHED, place, at)] = ibis.ifelse(given, table[WEIGHT], 0.0).sum()
            else:
                told[column(COUNT, place, at)] = count_if(given)
    if how == "sums":
        return table.group_by(keys).aggregate(**told)
    if how == "cell":
        return table.group_by(keys).aggregate(**{WEIGHT: table[WEIGHT].max()}, **told)
    return table.group_by([*keys, WEIGHT]).aggregate(**told)
