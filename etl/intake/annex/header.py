"""Where the table of an annex begins, and what its columns hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from etl.intake.annex.words import role_of, words
from etl.intake.findings import At, Finding, Level, finding
from etl.mapping import fold
from etl.readers.workbook import Merge, Place, Sheet

NUMBER, NAME, MAXIMUM, SOURCE = "number", "name", "maximum", "source"
SEARCHED: Final = 60
DEPTH: Final = 3
LEAST: Final = 2
_INDEX_CELL: Final = re.compile(r"\(?\s*(\d{1,2})\s*\)?(\s*=.*)?")


Spread = dict[Place, Place]


@dataclass
class Columns:
    """Columns by role (several of a role in their order), and the rows of the header (from, to)."""

    roles: dict[str, list[int]] = field(default_factory=dict)
    first_row: int = 0
    last_row: int = 0
    texts: dict[int, str] = field(default_factory=dict)

    def of(self, role: str) -> int:
        """The column of a role; 0 when there is none."""
        return self.roles.get(role, [0])[0]

    def all(self, role: str) -> list[int]:
        """Every column of a role."""
        return self.roles.get(role, [])


def find_columns(sheet: Sheet) -> Columns | None:
    """The header of the annex on a sheet; None where no rows name both criteria and their maxima.

    Headers of up to three rows are joined top down, merged ones spread over the cells they cover. Hidden
    columns are not read.
    """
    banners = {(m.first_row, m.first_column) for m in sheet.merges if _is_banner(sheet, m)}
    spread = {cell: origin for cell, origin in spread_merges(sheet).items() if origin not in banners}
    for first in range(1, min(sheet.height, SEARCHED) + 1):
        named = [text for text in _texts(sheet, spread, first, first).values() if role_of(text)]
        # A title names the criteria too, but stands alone in its row.
        if len(named) < LEAST:
            continue
        found = [_columns(sheet, spread, first, last) for last in range(first, first + DEPTH)]
        whole = [columns for columns in found if columns.of(NAME) and columns.of(MAXIMUM)]
        if whole:
            return whole[0] if len(whole) == 1 else _longest(sheet, whole)
    return None


def spread_merges(sheet: Sheet) -> Spread:
    """For every cell inside a merged area, the cell that holds its value."""
    return {
        (row, column): (merge.first_row, merge.first_column)
        for merge in sheet.merges
        for row in range(merge.first_row, merge.last_row + 1)
        for column in range(merge.first_column, merge.last_column + 1)
    }


def _is_banner(sheet: Sheet, merge: Merge) -> bool:
    """A title over more than half of the columns is no header of any of them."""
    return (merge.last_column - merge.first_column + 1) * 2 > max(sheet.width, DEPTH)


def _longest(sheet: Sheet, found: list[Columns]) -> Columns:
    """The header with as many rows as still hold header words and no data."""
    best = found[0]
    for columns in found[1:]:
        row = columns.last_row
        texts = [fold(sheet.text(row, column)) for column in range(1, sheet.width + 1)]
        words_there = [text for text in texts if role_of(text) or text in words().maximum_alone]
        numbers = [text for text in texts if text and text[0].isdigit()]
        if words_there and not numbers and len(columns.roles) >= len(best.roles):
            best = columns
        else:
            break
    return best


def _texts(sheet: Sheet, spread: Spread, first: int, last: int) -> dict[int, str]:
    """Folded header text of every visible column, the rows joined."""
    found = {}
    for column in range(1, sheet.width + 1):
        if column in sheet.hidden_columns:
            continue
        cells = dict.fromkeys(spread.get((row, column), (row, column)) for row in range(first, last + 1))
        parts = dict.fromkeys(fold(sheet.text(*cell)) for cell in cells)
        found[column] = re.sub(r"\s*/\s*", "/", " / ".join(part for part in parts if part))
    return found


def _columns(sheet: Sheet, spread: Spread, first: int, last: int) -> Columns:
    texts = _texts(sheet, spread, first, last)
    roles: dict[str, list[int]] = {}
    for column, text in texts.items():
        if role := role_of(text):
            roles.setdefault(role, []).append(column)
    alone = [column for column, text in texts.items() if text in words().maximum_alone]
    if MAXIMUM not in roles and len(alone) == 1:
        roles[MAXIMUM] = alone
    return Columns(roles, first, last, texts)


def header_findings(columns: Columns, at: At) -> Iterator[Finding]:
    """Columns that could be read two ways."""
    for role, what in ((NUMBER, "numbers"), (MAXIMUM, "maxima"), (SOURCE, "sources")):
        held = columns.all(role)
        if len(held) > 1:
            place = At(at.file, at.sheet, columns.last_row, held[1])
            told = "; ".join(columns.texts[column] for column in held)
            what = f"Two columns could be the {what}"
            yield finding("annex.columns", Level.ERROR, place, what, found=told, expected="one such column")


def is_index_row(texts: list[str]) -> bool:
    """A row like (1) (2) (3) under a header: every filled cell the next number."""
    filled = [text for text in texts if text]
    found = [_INDEX_CELL.fullmatch(text) for text in filled]
    numbers = [int(match[1]) for match in found if match]
    rising = numbers == sorted(set(numbers)) and len(numbers) == len(filled)
    return rising and len(numbers) > 2 and numbers[0] <= 2
