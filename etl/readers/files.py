"""Open a file that somebody brought: sheets of plain cells, or one clear sentence."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow.parquet
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from etl.readers.workbook import VISIBLE, Merge, Sheet, Value, Workbook
from indices.errors import Problem, SourceError

_STATES = ((SheetVisibleEnum.Hidden, "hidden"), (SheetVisibleEnum.VeryHidden, "very_hidden"))
_OLE = b"\xd0\xcf\x11\xe0"


def open_workbook(path: Path, name: str = "") -> Workbook:
    """The sheets of an .xlsx, .xls, .ods, .csv or .parquet file; `name` is how people call the file.

    Raises SourceError with one problem when it cannot be read.
    """
    called = name or path.name
    head = path.read_bytes()[:8]
    if head[:4] == b"PAR1":
        return Workbook(called, "parquet", [_parquet(path)])
    if head[:2] == b"PK" or head[:4] == _OLE:
        return _spreadsheet(path, called, "xls" if head[:4] == _OLE else "xlsx")
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    separator = max(",;\t|", key=text.split("\n", 1)[0].count)
    rows: list[list[Value]] = [list(row) for row in csv.reader(io.StringIO(text), delimiter=separator)]
    return Workbook(called, "csv", [Sheet(path.stem, rows)], "utf-8", separator)


def _parquet(path: Path) -> Sheet:
    table = pyarrow.parquet.read_table(path)
    return Sheet(path.stem, [list(table.column_names), *([*row.values()] for row in table.to_pylist())])


def _spreadsheet(path: Path, name: str, kind: str) -> Workbook:
    try:
        book = CalamineWorkbook.from_path(path)
        kinds = {about.name: _state(about.visible) for about in book.sheets_metadata}
        return Workbook(name, kind, [_sheet(book, title, state) for title, state in kinds.items()])
    except CalamineError as error:
        raise SourceError([Problem("The workbook cannot be read", name, found=str(error))]) from error


def _state(visible: SheetVisibleEnum) -> str:
    return next((word for state, word in _STATES if state == visible), VISIBLE)


def _sheet(book: CalamineWorkbook, title: str, state: str) -> Sheet:
    sheet = book.get_sheet_by_name(title)
    rows = [[None if cell == "" else cell for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    merges = [Merge(r1 + 1, c1 + 1, r2 + 1, c2 + 1) for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or []]
    return Sheet(title, rows, state, merges)
