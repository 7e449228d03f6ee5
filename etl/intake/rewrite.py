"""Workbooks written again: the same file with its styles, or a new one with the same values where they stood.

Nothing that is written can run: texts stay texts, also those that begin like a formula; links to other files
and macros are left behind, and so is what the file says of its author.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any, Final, Literal

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.packaging.core import DocumentProperties
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook as Book
from openpyxl.worksheet.worksheet import Worksheet

from etl.readers.workbook import Sheet, Value, Workbook

LONGEST_NAME: Final = 31
LONGEST_TEXT: Final = 32_000
PERCENT: Final = "0.00%"
_FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_STATES: Final[dict[str, Literal["visible", "hidden", "veryHidden"]]] = {
    "visible": "visible", "hidden": "hidden", "very_hidden": "veryHidden",
}  # fmt: skip
# What openpyxl raises on workbooks that others read without trouble.
_ODD_BOOKS: Final = (
    ValueError, KeyError, TypeError, AttributeError, IndexError, zipfile.BadZipFile, InvalidFileException,
)  # fmt: skip


def same_book(path: Path) -> Book | None:
    """The workbook of an .xlsx file with its styles; None when it cannot be taken as it is.

    The file must have passed `etl.readers.files.open_workbook`, which bounds its size.
    """
    try:
        book = openpyxl.load_workbook(path, keep_links=False)
    except _ODD_BOOKS:
        return None
    book.properties = DocumentProperties(creator="")
    return book


def values_book(workbook: Workbook) -> Book:
    """A new workbook with the values of every sheet in the cells where they stood, and what is hidden, merged
    or shown as percent likewise. Formulas are left behind, their results stay."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.properties = DocumentProperties(creator="")
    for sheet in workbook.sheets:
        written = book.create_sheet(free_name(book, sheet.name))
        _write(written, sheet)
    return book


def _write(written: Worksheet, sheet: Sheet) -> None:
    for row, cells in enumerate(sheet.rows, start=1):
        for column, value in enumerate(cells, start=1):
            place = (row, column)
            if value is not None or place in sheet.errors:
                put(written.cell(row, column), sheet.errors.get(place, value))
                if place in sheet.percent:
                    written.cell(row, column).number_format = PERCENT
    for (row, column), error in sheet.errors.items():
        put(written.cell(row, column), error)
        written.cell(row, column).data_type = "e"
    written.sheet_state = _STATES[sheet.state]
    for row in sheet.hidden_rows:
        written.row_dimensions[row].hidden = True
    for column in sheet.hidden_columns:
        written.column_dimensions[get_column_letter(column)].hidden = True
    for area in sheet.merges:
        written.merge_cells(
            start_row=area.first_row,
            start_column=area.first_column,
            end_row=area.last_row,
            end_column=area.last_column,
        )


def put(cell: Cell | MergedCell, value: Value) -> None:
    """Write a value; a text never becomes a formula, and loses what a workbook cannot hold. Of a merged area
    only the first cell takes any."""
    if isinstance(cell, MergedCell):
        return
    if not isinstance(value, str):
        cell.value = value if isinstance(value, dt.timedelta | dt.time) else _plain(value)
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_TEXT]
    cell.data_type = "s"


def _plain(value: Value) -> Any:
    """Points in time without a zone, which workbooks do not know."""
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value


def free_name(book: Book, wanted: str) -> str:
    """A name for a sheet that no other sheet has and every program accepts."""
    base = wanted.translate(_FORBIDDEN).strip(" '")[:LONGEST_NAME] or "-"
    taken = {sheet.title.casefold() for sheet in book.worksheets}
    name, number = base, 2
    while name.casefold() in taken:
        ending = f" {number}"
        name, number = base[: LONGEST_NAME - len(ending)] + ending, number + 1
    return name


def to_bytes(book: Book) -> bytes:
    """The bytes of a workbook."""
    stream = io.BytesIO()
    if not book.worksheets:
        book.create_sheet("-")
    if all(sheet.sheet_state != "visible" for sheet in book.worksheets):
        book.worksheets[0].sheet_state = "visible"
    book.save(stream)
    return stream.getvalue()
