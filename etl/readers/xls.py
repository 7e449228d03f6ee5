"""Read an old .xls workbook: values through calamine, what stands beside them from its records."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

import olefile
from python_calamine import CalamineError, CalamineWorkbook

from etl.readers.area import Budget, check_sheets
from etl.readers.cells import open_book, sheet_names, values
from etl.readers.limits import Limits
from etl.readers.marks import LINKS, MACROS, Marks, distrust_formulas
from etl.readers.refusal import damaged
from etl.readers.workbook import Merge, Sheet, Workbook
from etl.readers.xls_records import BookRecords, is_biff8

_OLD: Final = (
    "The file is of a form before 1997: hidden rows and columns, percents, errors and formulas cannot be "
    "seen in it; save it as .xlsx to have them checked."
)


def read_xls(path: Path, limits: Limits) -> Workbook:
    """The whole workbook, its `name` left blank. Raises RefusedError when it cannot be read."""
    stream, macros = _stream(path)
    notices = [MACROS] if macros else []
    marks: dict[str, Marks] = {}
    if is_biff8(stream):
        found = BookRecords(stream, limits)
        marks = found.sheets
        distrust_formulas(marks.values())
        notices += [LINKS] if found.links else []
    else:
        notices.append(_OLD)
    book = open_book(path)
    names = sheet_names(book)
    check_sheets(len(names), limits)
    budget = Budget(limits)
    sheets = []
    for name, state in names:
        sheet = _values(book, name, state)
        budget.take(name, sheet.height, sheet.width)
        if name in marks:
            marks[name].put_on(sheet)
        sheets.append(sheet)
    return Workbook("", "xls", sheets, notices=notices)


def _stream(path: Path) -> tuple[bytes, bool]:
    """The stream of the workbook and whether macros stand beside it."""
    try:
        with olefile.OleFileIO(path) as ole:
            name = "Workbook" if ole.exists("Workbook") else "Book"
            return ole.openstream(name).read(), ole.exists("_VBA_PROJECT_CUR")
    except (OSError, ValueError, IndexError, TypeError, struct.error) as error:
        raise damaged("an old document that breaks off") from error


def _values(book: CalamineWorkbook, name: str, state: str) -> Sheet:
    try:
        merged = book.get_sheet_by_name(name).merged_cell_ranges or []
    except (CalamineError, ValueError) as error:
        raise damaged(f"sheet {name}: {error}") from error
    merges = [Merge(r1 + 1, c1 + 1, r2 + 1, c2 + 1) for (r1, c1), (r2, c2) in merged]
    return Sheet(name, values(book, name), state, merges)
