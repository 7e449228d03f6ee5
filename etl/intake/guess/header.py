"""The rows of a header and the text over each column, told as the layouts tell it."""

from __future__ import annotations

import re
from typing import Final

from etl.intake.guess.cells import about
from etl.intake.vocabulary import Vocabulary, words
from etl.mapping import fold
from etl.readers.workbook import Sheet

JOIN: Final = " / "
_DEEPEST: Final = 8
# "(1)", "(3) = (1) + (2)", "A", "1": rows that number the columns.
_NUMBERING: Final = re.compile(r"\(?(\d{1,3}|[A-Za-zĐđ])\)?(\s*[=+x×*/-]\s*\(?\w{1,3}\)?)*")


def header_rows(sheet: Sheet, first_row: int, columns: range, vocabulary: Vocabulary) -> tuple[int, ...]:
    """Rows of the header above the first row of data, from the top; empty when there is none.

    Rows that number the columns, maxima and means are left out; a title over the table is not taken in, and
    one row that is blank or holds a single text may stand between.
    """
    rows: list[int] = []
    blanks = 0
    for row in range(first_row - 1, max(0, first_row - 1 - _DEEPEST), -1):
        texts = _texts(sheet, row, columns)
        if len(texts) < 2:
            blanks += 1
            if blanks > 1:
                break
        elif _is_header(sheet, row, texts, rows, columns) or _names_units(texts, vocabulary):
            rows.insert(0, row)
        elif not (_numbers_columns(list(texts.values())) or _is_statistics(sheet, row, columns, vocabulary)):
            break
    return tuple(rows)


def _texts(sheet: Sheet, row: int, columns: range) -> dict[int, str]:
    found = {column: spanned(sheet, row, column) for column in columns}
    return {column: text for column, text in found.items() if text}


def _is_header(sheet: Sheet, row: int, texts: dict[int, str], below: list[int], columns: range) -> bool:
    """Several different texts, mostly no numbers; above another header row fewer will do."""
    different = {fold(text) for text in texts.values()}
    if _numbers_columns(list(texts.values())) or len(different) < 2:
        return False
    numbers = sum(about(sheet.at(row, column)) is not None for column in texts)
    if numbers > 0.5 * len(texts):
        return False
    enough = 2 if below else max(2, 0.3 * len(columns))
    spread = len(texts) / len(columns)
    return len(texts) >= enough and (spread >= 0.2 or len(different) >= 3)


def _names_units(texts: dict[int, str], vocabulary: Vocabulary) -> bool:
    """A row that says where the units stand is a header, whatever else stands in it (codes, years)."""
    return len(texts) >= 2 and any(words(text) in vocabulary.roles["unit"] for text in texts.values())


def _numbers_columns(texts: list[str]) -> bool:
    return len(texts) >= 2 and all(_NUMBERING.fullmatch(text) for text in texts)


def _is_statistics(sheet: Sheet, row: int, columns: range, vocabulary: Vocabulary) -> bool:
    """A row of maxima, means or totals between the header and the first unit."""
    texts = [sheet.text(row, column) for column in columns]
    known = {*vocabulary.roles["max_score"], *vocabulary.skips}
    named = any(words(text) in known for text in texts if text)
    return named and sum(about(sheet.at(row, column)) is not None for column in columns) >= 1


def spanned(sheet: Sheet, row: int, column: int) -> str:
    """What a person reads in a cell: a merged area reads the same in all it spans."""
    for area in sheet.merges:
        inside = area.first_row <= row <= area.last_row and area.first_column <= column <= area.last_column
        if inside:
            return sheet.text(area.first_row, area.first_column)
    return sheet.text(row, column)


def header_parts(sheet: Sheet, rows: tuple[int, ...], column: int) -> tuple[str, ...]:
    """The texts over a column from the top, one that repeats the one above it left out."""
    parts: list[str] = []
    for row in rows:
        text = spanned(sheet, row, column)
        if text and (not parts or fold(text) != fold(parts[-1])):
            parts.append(text)
    return tuple(parts)


def group_over(sheet: Sheet, rows: tuple[int, ...], column: int) -> str:
    """The text of a group that stands over the column without being merged over it: the nearest one to the
    left in the first header row that is blank here; empty when there is none."""
    if len(rows) < 2 or not spanned(sheet, rows[-1], column) or spanned(sheet, rows[0], column):
        return ""
    for left in range(column - 1, 0, -1):
        text = spanned(sheet, rows[0], left)
        if text:
            return text if spanned(sheet, rows[-1], left) else ""
    return ""
