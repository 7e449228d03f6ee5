"""Figures outside the columns of a table: a row that was pushed aside, or scratch beside the table."""

from __future__ import annotations

from collections import Counter
from typing import Final

from etl.intake.layouts.cells import is_filled
from etl.intake.layouts.headers import Headers
from etl.intake.layouts.table import Table, Wanted
from etl.readers.workbook import cell_name

# A column without header that is filled in more rows than this is scratch, not a row pushed aside.
_FEW: Final = 0.1
_LISTED: Final = 6


def without_shifted(headers: Headers, used: set[int], wanted: list[Wanted]) -> list[Wanted]:
    """The wanted cells without those of rows that hold a figure under no header and lack one under a header:
    their figures stand one column aside. Told as an error; other figures under no header are a warning."""
    table = headers.table
    rows = {cell.row for cell in wanted}
    bare = {c for c in range(1, table.sheet.width + 1) if not headers.texts.get(c)} - used
    strays = {row: found for row in rows if (found := _numbers(table, row, bare))} if bare else {}
    often = Counter(column for found in strays.values() for column in found)
    rare = {column for column, count in often.items() if count <= max(1, _FEW * len(rows))}
    lacking = {cell.row: cell.column.at for cell in wanted if not is_filled(table, cell.row, cell.column.at)}
    shifted = {row for row, found in strays.items() if row in lacking and rare & set(found)}
    for row in sorted(shifted):
        what, found = (
            "The row is pushed aside: a figure is missing, another stands under no header",
            strays[row],
        )
        table.error("row_shifted", (row, lacking[row]), what, found=cell_name(row, found[0]))
    _tell_scratch(table, {row: found for row, found in strays.items() if row not in shifted})
    return [cell for cell in wanted if cell.row not in shifted] if shifted else wanted


def _numbers(table: Table, row: int, columns: set[int]) -> list[int]:
    """Columns of a row, among these, that hold a number."""
    return [
        column
        for column, value in table.sheet.cells(row)
        if column in columns and isinstance(value, int | float) and not isinstance(value, bool)
    ]


def _tell_scratch(table: Table, strays: dict[int, list[int]]) -> None:
    if not strays:
        return
    places = [cell_name(row, found[0]) for row, found in sorted(strays.items())]
    more = f" and {len(places) - _LISTED} more" if len(places) > _LISTED else ""
    row = min(strays)
    what = "Figures under no header are not read"
    table.warn("stray_figure", (row, strays[row][0]), what, found=", ".join(places[:_LISTED]) + more)
