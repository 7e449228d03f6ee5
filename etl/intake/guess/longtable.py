"""Long tables: a unit stands in many rows, and columns say of which year, component and set of units."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from etl.intake.context import Context
from etl.intake.guess.cells import Figures
from etl.intake.guess.columns import Column, read_header
from etl.intake.guess.tables import Table
from etl.intake.vocabulary import words
from etl.readers.workbook import Sheet

_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_MOST_VALUES: Final = 2000


@dataclass
class LongKeys:
    """Columns with keys. `years`: those of the year column; `values`: the texts of the component column as
    columns are compared; `sets`: what the column of unit sets holds, text -> share of its names that each set
    knows (none for ministries and the like)."""

    year: Column | None = None
    component: Column | None = None
    unit_set: Column | None = None
    years: tuple[int, ...] = ()
    values: list[Column] = field(default_factory=list)
    sets: dict[str, dict[str, float]] = field(default_factory=dict)

    @property
    def used(self) -> set[int]:
        """Numbers of the key columns."""
        return {c.at for c in (self.year, self.component, self.unit_set) if c is not None}


def long_keys(table: Table, context: Context) -> LongKeys | None:
    """The key columns of a long table; None when nothing tells the rows of a unit apart."""
    keys = LongKeys(_year(table), _component(table, context), _unit_set(table))
    several = keys.year is not None or (keys.component is not None and table.rows.repeats)
    if not several:
        return None
    sheet, rows = table.sheet, range(table.rows.first, table.rows.last + 1)
    if keys.year is not None:
        at = keys.year.at
        keys.years = tuple(sorted({int(y) for r in rows if _YEAR.fullmatch(y := sheet.text(r, at))}))
    if keys.component is not None:
        keys.values = _values(sheet, rows, keys.component.at, context)
    if keys.unit_set is not None:
        keys.sets = _sets(table, keys.unit_set.at, context)
    return keys


def _year(table: Table) -> Column | None:
    years = [c for c in table.columns if c.figures.like_years]
    said = [c for c in years if c.said.role == "year"]
    silent = [c for c in years if not c.said.names and not c.said.total_of and not c.said.role]
    return next(iter(said or silent), None)


def _component(table: Table, context: Context) -> Column | None:
    """The column whose different texts are mostly codes or names of components."""
    best: tuple[float, Column] | None = None
    for column in table.columns:
        if column.figures.like_years or column.said.role in (
            "rank",
            "year",
            "unit_set",
            "ordinal",
            "unit_code",
        ):
            continue
        texts = {table.sheet.text(row, column.at) for row in list(table.rows.units)[:_MOST_VALUES]} - {""}
        known = sum(words(text) in context.component_texts for text in texts)
        named = column.said.role in ("component", "component_code")
        if (
            len(texts) < 2
            or known < (0.5 if named else 0.8) * len(texts)
            or (column.figures.numeric and not named)
        ):
            continue
        weight = known / len(texts) + named
        best = max(best or (0.0, column), (weight, column), key=lambda pair: pair[0])
    return best[1] if best else None


def _unit_set(table: Table) -> Column | None:
    return next((c for c in table.columns if c.said.role == "unit_set" and c.figures.filled), None)


def _values(sheet: Sheet, rows: range, at: int, context: Context) -> list[Column]:
    texts = list(dict.fromkeys(sheet.text(row, at) for row in rows))
    some_figures = Figures((1.0,))
    kept = [text for text in texts if text][:_MOST_VALUES]
    return [
        Column(i, text, (text,), read_header((text,), context), some_figures) for i, text in enumerate(kept)
    ]


def _sets(table: Table, at: int, context: Context) -> dict[str, dict[str, float]]:
    """For each text of a column of unit sets, the share of its rows whose name each set knows."""
    sheet, unit_at = table.sheet, table.units.main.column
    rows: dict[str, list[frozenset[str]]] = {}
    for row in range(table.rows.first, table.rows.last + 1):
        text = sheet.text(row, at)
        if text:
            rows.setdefault(text, []).append(context.units(sheet.text(row, unit_at)))
    return {
        text: {name: _share(ids, name) for name in context.unit_sets} for text, ids in rows.items()
    }  # fmt: skip


def _share(ids: list[frozenset[str]], unit_set: str) -> float:
    known = sum(any(one.startswith(f"{unit_set}:") for one in some) for some in ids)
    return known / len(ids)
