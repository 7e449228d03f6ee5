"""Read an old .xls workbook: values through calamine, what stands beside them from its records."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook

from etl.readers.area import Budget, check_sheets
from etl.readers.cells import open_book, sheet_names, values, with_ending
from etl.readers.limits import Limits
from etl.readers.marks import LINKS, MACROS, Marks, distrust_formulas
from etl.readers.ole import read_ole
from etl.readers.refusal import damaged
from etl.readers.workbook import Merge, Sheet, Workbook
from etl.readers.xls_records import BookRecords, is_biff8

_OLD: Final = (
    "The file is of a form before 1997: hidden rows and columns, percents, errors and formulas cannot be "
    "seen in it; save it as .xlsx to have them checked."
)


def read_xls(path: Path, limits: Limits) -> Workbook:
    """The whole workbook, its `name` left blank. Raises RefusedError when it cannot be read."""
    old = read_ole(path)
    notices = [MACROS] if old.macros else []
    marks: dict[str, Marks] = {}
    if is_biff8(old.stream):
        found = BookRecords(old.stream, limits)
        marks = found.sheets
        distrust_formulas(marks.values())
        notices += [LINKS] if found.links else []
    else:
        notices.append(_OLD)
    book = open_book(with_ending(path, ".xls"))
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


def _values(book: CalamineWorkbook, name: str, state: str) -> Sheet:
    try:
        merged = book.get_sheet_by_name(name).merged_cell_ranges or []
    except (CalamineError, ValueError) as error:
        raise damaged(f"sheet {name}: {error}") from error
    merges = [Merge(r1 + 1, c1 + 1, r2 + 1, c2 + 1) for (r1, c1), (r2, c2) in merged]
    return Sheet(name, values(book, name), state, merges)
