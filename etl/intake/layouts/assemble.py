"""Figures into rows of the pack's form: one row a unit, year and component, each figure with its cell."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from etl.intake.findings import At, Level
from etl.intake.layouts.table import Figure, Reading
from etl.readers.workbook import cell_place

Row = dict[str, Any]
# Where the cell of a figure goes, by its role.
_CELLS: Final = {"score": ("row", "column"), "rank": ("rank_row", "rank_column"),
                 "self_score": ("self_row", "self_column")}  # fmt: skip
_PUBLISHED: Final = tuple(_CELLS)


def rows_of(reading: Reading, figures: Iterable[Figure]) -> list[Row]:
    """Rows by unit, year and component, in the order in which they were met.

    The same figure in two places must be the same number, else both cells are told. Rows without score, rank
    and self-score are left out: a blank cell is not published, and must not replace what was.
    """
    rows: dict[tuple[str, ...], Row] = {}
    places: dict[tuple[str, ...], Figure] = {}
    for figure in figures:
        keys = figure.keys
        key = (keys.unit_set, keys.unit_id, keys.year, keys.component)
        row = rows.setdefault(key, _new_row(reading, figure))
        first = places.setdefault((*key, figure.role), figure)
        if first is figure:
            _set(row, figure)
        elif figure.role != "note" and not _agree(first.text, figure.text):
            _tell_two(reading, first, figure)
    return [row for row in rows.values() if any(row.get(role) for role in _PUBLISHED)]


def _new_row(reading: Reading, figure: Figure) -> Row:
    keys = figure.keys
    return {
        "index_code": reading.mapping.index,
        "year": keys.year,
        "unit_set": keys.unit_set,
        "unit": keys.unit,
        "component": keys.component,
        "sheet": figure.sheet,
        "unit_row": keys.unit_row if keys.unit_column else 0,
        "unit_column": keys.unit_column,
    }


def _set(row: Row, figure: Figure) -> None:
    """Put a figure into its row; cells are those of the sheet of the row's score."""
    row[figure.role] = figure.text
    if figure.role not in _CELLS:
        return
    if figure.sheet != row["sheet"]:
        if figure.role != "score":
            return
        for name in (cell for cells in _CELLS.values() for cell in cells):
            row.pop(name, None)
        row["sheet"] = figure.sheet
        row["unit_row"] = figure.keys.unit_row if figure.keys.unit_column else 0
        row["unit_column"] = figure.keys.unit_column
    row_name, column_name = _CELLS[figure.role]
    row[row_name], row[column_name] = figure.row, figure.column


def _agree(one: str, other: str) -> bool:
    """Whether two number texts are the same number to the decimals that both have."""
    a, b = Decimal(one), Decimal(other)
    exponents = [int(x.as_tuple().exponent) for x in (a, b)]
    return abs(a - b) <= Decimal(5).scaleb(max(exponents) - 1)


def _tell_two(reading: Reading, first: Figure, other: Figure) -> None:
    keys = other.keys
    reading.tell(
        "two_values",
        Level.ERROR,
        At(reading.file, other.sheet, other.row, other.column),
        f"The same figure has two values: {keys.unit}, {keys.component}, {keys.year}",
        found=other.text,
        expected=f"{first.text} as in {cell_place(first.sheet, first.row, first.column)}",
    )
