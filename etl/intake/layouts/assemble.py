"""Figures into rows of the pack's form: one row a unit, year and component, each figure with its cell."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

import pandas as pd

from etl.intake.extract import ROW_COLUMNS, TEXT_COLUMNS, records_frame
from etl.intake.findings import At, Level
from etl.intake.layouts.table import Figure, Reading
from etl.readers.workbook import cell_place

# A row in the order of ROW_COLUMNS.
Row = list[Any]
Key = tuple[str, str, str, str]
_AT: Final = {name: place for place, name in enumerate(ROW_COLUMNS)}
# Where the cell of a figure goes, by its role: row, then column.
_CELLS: Final = {"score": _AT["row"], "rank": _AT["rank_row"], "self_score": _AT["self_row"]}
_SHEET: Final = _AT["sheet"]
_PLACES: Final = range(len(TEXT_COLUMNS), len(ROW_COLUMNS))


def rows_of(reading: Reading, figures: Iterable[Figure]) -> pd.DataFrame:
    """Rows by unit, year and component, in the order in which they were met.

    The same figure in two places must be the same number, else both cells are told. Rows without score, rank
    and self-score are left out: a blank cell is not published, and must not replace what was.
    """
    rows: dict[Key, Row] = {}
    met: dict[tuple[Key, str], Figure] = {}
    for figure in figures:
        keys = figure.keys
        key = (keys.unit_set, keys.unit_id, keys.year, figure.component)
        first = met.setdefault((key, figure.role), figure)
        if first is not figure:
            _compare(reading, first, figure)
        else:
            if key not in rows:
                rows[key] = _new_row(reading.mapping.index, figure)
            _set(rows[key], figure)
    published = [_AT[role] for role in _CELLS]
    return records_frame(row for row in rows.values() if any(row[at] for at in published))


def _new_row(index: str, figure: Figure) -> Row:
    keys = figure.keys
    row: Row = [
        index,
        keys.year,
        keys.unit_set,
        keys.unit,
        figure.component,
        "",
        "",
        "",
        "",
        "",
        figure.sheet,
    ]
    row += [0] * len(_PLACES)
    _set_unit(row, figure)
    return row


def _set_unit(row: Row, figure: Figure) -> None:
    keys = figure.keys
    row[_AT["unit_row"]] = keys.unit_row if keys.unit_column else 0
    row[_AT["unit_column"]] = keys.unit_column


def _set(row: Row, figure: Figure) -> None:
    """Put a figure into its row; cells are those of the sheet of the row's score."""
    row[_AT[figure.role]] = figure.text
    if figure.role not in _CELLS:
        return
    if figure.sheet != row[_SHEET]:
        if figure.role != "score":
            return
        for place in _PLACES:
            row[place] = 0
        row[_SHEET] = figure.sheet
        _set_unit(row, figure)
    at = _CELLS[figure.role]
    row[at], row[at + 1] = figure.row, figure.column


def _agree(one: str, other: str) -> bool:
    """Whether two number texts are the same number to the decimals that both have, at least one: a whole
    number may be a rounded one, but it may as well be another."""
    a, b = Decimal(one), Decimal(other)
    last = max(int(number.as_tuple().exponent) for number in (a, b))
    return abs(a - b) <= Decimal(5).scaleb(min(last, -1) - 1)


def _compare(reading: Reading, first: Figure, other: Figure) -> None:
    """Tell a figure that has two values; notes may differ."""
    if other.role == "note" or _agree(first.text, other.text):
        return
    keys = other.keys
    reading.tell(
        "two_values",
        Level.ERROR,
        At(reading.file, other.sheet, other.row, other.column),
        "The same figure has two values",
        found=f"{other.text} ({keys.unit}, {other.component}, {keys.year})",
        expected=f"{first.text} ({cell_place(first.sheet, first.row, first.column)})",
    )
