"""Values of the cells of a workbook through calamine, in the neutral form."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from etl.readers.refusal import damaged, has_password
from etl.readers.workbook import VISIBLE, Value

_STATES: Final = ((SheetVisibleEnum.Hidden, "hidden"), (SheetVisibleEnum.VeryHidden, "very_hidden"))


def open_book(path: Path) -> CalamineWorkbook:
    """The workbook behind a path. Raises RefusedError when it is locked or damaged."""
    try:
        return CalamineWorkbook.from_path(path)
    except PasswordError as error:
        raise has_password() from error
    except (CalamineError, OSError, ValueError) as error:
        raise damaged(str(error)) from error


def with_ending(path: Path, ending: str) -> Path:
    """The file under a name with the ending of its kind, which calamine goes by: itself or a link to it in
    the current folder."""
    if path.suffix.lower() == ending:
        return path
    link = Path(f"book{ending}")
    try:
        link.symlink_to(path.resolve())
    except OSError:
        shutil.copyfile(path, link)
    return link


def sheet_names(book: CalamineWorkbook) -> list[tuple[str, str]]:
    """Names and states of the sheets that hold cells, in order."""
    return [
        (about.name, next((word for state, word in _STATES if state == about.visible), VISIBLE))
        for about in book.sheets_metadata
        if about.typ == SheetTypeEnum.WorkSheet
    ]


def values(book: CalamineWorkbook, name: str) -> list[list[Value]]:
    """Values of one sheet from its cell A1 on. Raises RefusedError when the sheet cannot be read."""
    try:
        found = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, ValueError) as error:
        raise damaged(f"sheet {name}: {error}") from error
    return trimmed([plain(cell) for cell in row] for row in found)


def plain(cell: Value) -> Value:
    """A value in the neutral form: no blank texts, composed letters."""
    if type(cell) is str:
        if not cell or cell.isspace():
            return None
        return cell if cell.isascii() else unicodedata.normalize("NFC", cell)
    return cell


def trimmed(rows: Iterable[list[Value]]) -> list[list[Value]]:
    """Rows without the blank cells at their ends and the blank rows at the bottom."""
    kept = []
    for row in rows:
        while row and row[-1] is None:
            row.pop()
        kept.append(row)
    while kept and not kept[-1]:
        kept.pop()
    return kept
