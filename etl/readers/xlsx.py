"""Read an .xlsx or .xlsm workbook: values through calamine, the rest in one pass over the XML."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final

from etl.readers.archive import open_archive, rewritten
from etl.readers.area import Area, Budget, check_sheets
from etl.readers.cells import open_book, sheet_names, values, with_ending
from etl.readers.limits import Limits
from etl.readers.marks import Marks, distrust_formulas
from etl.readers.refusal import damaged
from etl.readers.workbook import Sheet, Workbook
from etl.readers.xlsx_book import Frame, read_frame
from etl.readers.xlsx_sheet import SheetPass

# What calamine stumbles over: the used area, or a merge, told as whole rows ("1:69"), as LibreOffice does.
_ODD: Final = re.compile(
    rb"<(?:\w+:)?dimension\b[^>]*>(?:\s*</(?:\w+:)?dimension>)?"
    rb"|<(?:\w+:)?mergeCell\b[^>]*ref=\"\$?[0-9]+:\$?[0-9]+\"[^>]*/>"
)
# Formatted rows without a value that are worth a word.
_EMPTY_ROWS: Final = 1_000


def read_xlsx(path: Path, limits: Limits) -> Workbook:
    """The whole workbook, its `name` left blank. Raises RefusedError when it cannot be read."""
    with open_archive(path, limits) as archive:
        frame = read_frame(archive)
        check_sheets(len(frame.sheets), limits)
        passes = _passes(archive, frame, limits)
        odd = {part.part for part in frame.sheets if passes[part.name].odd}
        readable = cured(archive, odd) if odd else with_ending(path, ".xlsx")
    if frame.recalculates:
        distrust_formulas(passed.marks for passed in passes.values())
    book = open_book(readable)
    missing = {name for name, _ in sheet_names(book)} ^ passes.keys()
    if missing:
        raise damaged(f"a sheet that is told of in one place only: {', '.join(sorted(missing))}")
    sheets = [Sheet(part.name, values(book, part.name), part.state) for part in frame.sheets]
    for sheet in sheets:
        passes[sheet.name].marks.put_on(sheet)
    return Workbook("", "xlsx", sheets, notices=[*frame.notices, *_notices(passes)])


def _passes(archive: zipfile.ZipFile, frame: Frame, limits: Limits) -> dict[str, SheetPass]:
    """What each sheet says beside its values; refuses before anything large is built."""
    passes: dict[str, SheetPass] = {}
    budget = Budget(limits)
    for part in frame.sheets:
        if part.name in passes:
            raise damaged(f"two sheets called {part.name}")
        passed = SheetPass(Marks(Area(part.name, limits)), frame.percent_styles)
        with archive.open(part.part) as stream:
            passed.read(stream)
        budget.take(part.name, passed.marks.area.height, passed.marks.area.width)
        passes[part.name] = passed
    return passes


def _notices(passes: dict[str, SheetPass]) -> list[str]:
    told = []
    for name, passed in passes.items():
        surplus = passed.rows_told - passed.marks.area.height
        if surplus > _EMPTY_ROWS:
            told.append(f"Sheet {name}: {surplus:,} formatted rows without a value were left out.")
    return told


def cured(archive: zipfile.ZipFile, odd: set[str]) -> Path:
    """A copy of the workbook in the current folder, the parts `odd` without what calamine cannot read."""
    return rewritten(archive, odd, _ODD, "cured.xlsx")
