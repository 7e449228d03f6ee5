"""What came in, typed: rows with unit ids and numbers, and the tables of figures they make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from etl.crosschecks import framework_of, nodes_of
from etl.intake.checks.context import CheckContext
from etl.intake.checks.scale import on_scale
from etl.intake.checks.table import Table
from etl.intake.extract import Extract
from etl.intake.findings import At
from etl.numbers import decimals, to_double, to_integer

CELL = ["unit_id", "component_code"]
TABLE_KEYS = ["index_code", "year", "unit_set"]


@dataclass(frozen=True)
class Incoming:
    """Everything that was read of a file. `rows`: those of the extract with `unit_id`, `component_code`,
    `published`, `decimals`, `own_max`, `given_rank` and `own` (self-scored) as numbers. `tables`: one an
    index, year and unit set, of the rows whose unit, component and year are known."""

    rows: pd.DataFrame
    context: CheckContext
    tables: tuple[Table, ...]

    def nowhere(self) -> At:
        """The file as a whole."""
        return At(self.context.file)

    def at(self, row: Any, figure: str = "") -> At:
        """The cell of a row's score, or of its `rank`, `self` or `unit`. `row`: a row of `rows`, as a series
        or a named tuple."""
        prefix = f"{figure}_" if figure else ""
        place = (int(getattr(row, f"{prefix}row")), int(getattr(row, f"{prefix}column")))
        return At(self.context.file, str(row.sheet), *place)


def typed(extract: Extract, context: CheckContext) -> pd.DataFrame:
    """Rows of an extract with unit ids and numbers beside the texts."""
    rows = extract.rows
    matches = context.names.match_frame(rows)
    pairs = zip(rows["unit_set"], rows["unit"], strict=True)
    return rows.assign(
        unit_id=pd.Series([matches[pair].unit_id for pair in pairs], index=rows.index, dtype="str"),
        component_code=rows["component"],
        published=to_double(rows["score"]),
        decimals=decimals(rows["score"]),
        own_max=to_double(rows["max_score"]),
        given_rank=to_integer(rows["rank"]),
        own=to_double(rows["self_score"]),
    )


def incoming(extract: Extract, context: CheckContext) -> Incoming:
    """What a file holds, ready for the checks. Rows of unknown units, components or years are in no table."""
    rows = typed(extract, context)
    return Incoming(rows, context, tuple(_tables(rows, context)))


def _tables(rows: pd.DataFrame, context: CheckContext) -> Iterator[Table]:
    for key, group in rows.groupby(TABLE_KEYS, sort=False):
        index, year, unit_set = map(str, key)
        framework = framework_of(context.registry, index, year)
        if framework is None:
            continue
        nodes = nodes_of(framework, int(year))
        mine = group[group["unit_id"].notna() & group["component_code"].isin(set(nodes))]
        if len(mine):
            first = mine.drop_duplicates(CELL).assign(year=int(year))
            scaled = on_scale(first.assign(max_score=first["own_max"]), {int(year): nodes})
            yield Table(index, unit_set, framework, int(year), nodes, scaled, context)
