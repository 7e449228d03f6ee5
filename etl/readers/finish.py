"""What is looked at in every workbook, whatever its kind: error values, old fonts, hidden sheets."""

from __future__ import annotations

from collections.abc import Iterator

from etl.readers.legacy import legacy_font
from etl.readers.marks import blank_unusable
from etl.readers.workbook import VISIBLE, Workbook, cell_place


def finish(workbook: Workbook) -> None:
    """Blank what cannot be used and tell of hidden sheets. Raises RefusedError for texts of an old font."""
    for sheet in workbook.sheets:
        blank_unusable(sheet)
        if sheet.state != VISIBLE:
            workbook.notices.append(f"Sheet {sheet.name} is hidden.")
    legacy = legacy_font(text for text, _ in _texts(workbook))
    if legacy is not None:
        raise legacy.refusal(next(place for text, place in _texts(workbook) if legacy.found in text))


def _texts(workbook: Workbook) -> Iterator[tuple[str, str]]:
    """Every text that is not plain ASCII, with its place."""
    for sheet in workbook.sheets:
        for number, row in enumerate(sheet.rows, start=1):
            for column, value in enumerate(row, start=1):
                if type(value) is str and not value.isascii():
                    yield value, cell_place(sheet.name, number, column)
