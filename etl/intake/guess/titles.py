"""Texts of a sheet that are no header and no data: titles over the table and notes beside it."""

from __future__ import annotations

from etl.readers.workbook import Sheet

_HIGHEST = 12


def titles(sheet: Sheet, header: tuple[int, ...], first_row: int) -> tuple[str, ...]:
    """Texts above the table that are not part of its header, from the top."""
    found: list[str] = []
    for row in range(1, min(first_row, _HIGHEST)):
        if row in header:
            continue
        texts = [sheet.text(row, column) for column, value in sheet.cells(row) if isinstance(value, str)]
        found += [text for text in texts if any(letter.isalpha() for letter in text)]
    return tuple(dict.fromkeys(found))
