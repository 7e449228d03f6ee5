"""How many respondents of a cell gave each code to each item: every engine counts, DuckDB counts packed.

A count a code is what an engine is asked for, on Spark as on DuckDB. DuckDB spends most of that time on
adding ones to forty times five counters, so there the counters of one item lie side by side in one whole
number: code x is the power of two 2^(width * (highest - x)), and the sum of a cell holds all its counts, as
long as none of them passes 2^width. What comes back is the same (tests/integration/test_microdata.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import ibis
import pandas as pd

from indices.survey_cells import COUNT, column
from indices.survey_sample import ItemScale

Items = Mapping[str, tuple[str, ItemScale]]
EMBEDDED: Final = "duckdb"
ROWS: Final = "_rows"
# Bits of a whole number of DuckDB that stay clear of its sign.
BITS: Final = 62
# Fewer bits than this to a counter would hold too few respondents to be worth trying.
LEAST_BITS: Final = 8


@ibis.udf.agg.builtin  # type: ignore[untyped-decorator]
def count_if(condition: bool) -> int:  # type: ignore[empty-body]
    """How many rows satisfy a condition: a function of DuckDB and of Spark, several times as fast as a
    filtered count."""


def fetched(table: ibis.Table) -> pd.DataFrame:
    """The rows of an expression as a frame."""
    frame: pd.DataFrame = table.to_pyarrow().to_pandas()
    return frame


def code_counts(
    table: ibis.Table, keys: Sequence[str], looks: Mapping[str, ibis.Value], items: Items
) -> pd.DataFrame:
    """A row a combination of `keys`: `looks`, ROWS, and a count of each code of each item.

    One pass; a second one where a cell has more respondents than packed counters hold.
    """
    looks = {**looks, ROWS: table.count()}
    width = packed_width(items) if table.get_backend().name == EMBEDDED else 0
    if width:
        found = fetched(table.group_by(keys).aggregate(**looks, **_packed(table, items, width)))
        if not len(found) or found[ROWS].max() < 1 << width:
            return _unpacked(found, items, width)
    return fetched(table.group_by(keys).aggregate(**looks, **_one_by_one(table, items)))


def packed_width(items: Items) -> int:
    """Bits of a counter, wide enough for all scales at once; 0 where codes are not whole and few enough."""
    codes = [code for _, scale in items.values() for code in scale.codes]
    if not codes or any(code < 0 or code != int(code) for code in codes):
        return 0
    width = BITS // max(int(max(codes)), *(_counters(scale) for _, scale in items.values()))
    return width if width >= LEAST_BITS else 0


def _counters(scale: ItemScale) -> int:
    return int(max(scale.codes) - min(scale.codes)) + 1


def _packed(table: ibis.Table, items: Items, width: int) -> dict[str, ibis.Value]:
    """The counters of each item in one sum. DuckDB gives 0 for a shift below nought or beyond the number, so
    codes that are no answers or not on the scale add nothing, or add to bits above, which are cut off (its
    sums have 128)."""
    told = {}
    for place, (name, scale) in enumerate(items.values()):
        first = ibis.literal(1 << width * int(max(scale.codes)), "int64")
        read = ibis.literal((1 << width * _counters(scale)) - 1, "int64")
        summed = (first >> table[name].cast("int32") * width).sum()
        told[_name(place)] = (summed & read).cast("int64").fill_null(0)
    return told


def _name(place: int) -> str:
    return f"_packed_{place}"


def _unpacked(found: pd.DataFrame, items: Items, width: int) -> pd.DataFrame:
    """The counters told apart again."""
    told = {}
    for place, (_, scale) in enumerate(items.values()):
        packed = found.pop(_name(place)).to_numpy()
        for at, code in enumerate(scale.codes):
            shift = width * int(max(scale.codes) - code)
            told[column(COUNT, place, at)] = packed >> shift & (1 << width) - 1
    return pd.concat([found, pd.DataFrame(told, index=found.index)], axis=1)


def _one_by_one(table: ibis.Table, items: Items) -> dict[str, ibis.Value]:
    return {
        column(COUNT, place, at): count_if(table[name] == int(code)).fill_null(0)
        for place, (name, scale) in enumerate(items.values())
        for at, code in enumerate(scale.codes)
    }
