"""The rows of data of a table with units in its rows: from where to where, and which of them are no data."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from etl.intake.context import Context
from etl.intake.guess.cells import about
from etl.intake.vocabulary import words
from etl.readers.workbook import Sheet

_SHOWN = 5


@dataclass
class Rows:
    """Rows of data. `units`: ids by row; `skips`: texts that mark rows between which are no data; `unknown`:
    texts there that name no unit and are no known word; `repeated`: units that stand more than once;
    `second`: whether another table begins below; `tail`: whether anything stands below the last row."""

    first: int
    last: int
    units: dict[int, frozenset[str]]
    skips: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    second: bool = False
    tail: bool = False

    @property
    def distinct(self) -> int:
        """Number of different units."""
        return len(set(self.units.values()))

    @property
    def repeats(self) -> bool:
        """Whether units generally stand in several rows, as in a long table."""
        return len(self.units) >= 1.8 * self.distinct


def follow(sheet: Sheet, column: int, context: Context, once: bool = False) -> Rows | None:
    """The rows of data below the first unit of a column; None when the column names no unit.

    `once`: every unit is expected in one row, however many repeat.

    In a table with one row a unit the data end with the last unit that is new: what is repeated after it (a
    look-up for one province, a second table) is not part of it, unless it follows without a gap.
    """
    named = {
        row: ids for row in range(1, sheet.height + 1) if (ids := context.units(sheet.text(row, column)))
    }
    if not named:
        return None
    rows = Rows(min(named), max(named), named)
    if once or not rows.repeats:
        rows = _cut(rows)
    _take_in_misspelt(sheet, column, rows, context)
    _look_between(sheet, column, rows, context)
    rows.tail = any(_filled(sheet, row) for row in range(rows.last + 1, sheet.height + 1))
    rows.repeated = _repeated(sheet, column, rows) if once or not rows.repeats else []
    return rows


def _cut(rows: Rows) -> Rows:
    seen: set[frozenset[str]] = set()
    last = rows.first
    for row, ids in rows.units.items():
        if ids not in seen:
            last = row
        seen.add(ids)
    while last + 1 in rows.units:
        last += 1
    kept = {row: ids for row, ids in rows.units.items() if row <= last}
    return Rows(rows.first, last, kept, second=len(rows.units) - len(kept) >= 3)


def _take_in_misspelt(sheet: Sheet, column: int, rows: Rows, context: Context) -> None:
    """A first or last unit whose name is not known is a row of data all the same, not a footer."""
    while _is_data(sheet, rows.first - 1, column, context):
        rows.first -= 1
    while _is_data(sheet, rows.last + 1, column, context) and (rows.last + 1) not in rows.units:
        rows.last += 1


def _is_data(sheet: Sheet, row: int, column: int, context: Context) -> bool:
    """A name that is no word for a statistic, with mostly numbers beside it."""
    text = sheet.text(row, column)
    named = any(letter.isalpha() for letter in text)
    if not named or context.is_skip(text) or words(text) in context.vocabulary.roles["unit"]:
        return False
    others = [value for at, value in sheet.cells(row) if at != column and value not in (None, "")]
    numbers = sum(about(value) is not None for value in others)
    return numbers >= 1 and numbers >= 0.7 * len(others)


def _repeated(sheet: Sheet, column: int, rows: Rows) -> list[str]:
    seen: set[frozenset[str]] = set()
    twice: list[str] = []
    for row, ids in rows.units.items():
        if ids in seen:
            twice.append(sheet.text(row, column))
        seen.add(ids)
    return list(dict.fromkeys(twice))[:_SHOWN]


def _look_between(sheet: Sheet, column: int, rows: Rows, context: Context) -> None:
    """Sort the rows between that name no unit: known words and regions are skipped, others are unknown."""
    for before, after in pairwise([rows.first - 1, *rows.units, rows.last + 1]):
        for row in range(before + 1, after):
            text = _first_text(sheet, row, column)
            if not text:
                continue
            known = context.is_skip(text) or words(text) in context.regions
            group = rows.skips if known or _alone(sheet, row) else rows.unknown
            if text not in group:
                group.append(text)


def _first_text(sheet: Sheet, row: int, column: int) -> str:
    """The cell of the unit, or the first text of the row where it is blank."""
    own = sheet.text(row, column)
    return own or next((sheet.text(row, at) for at, _ in sheet.cells(row) if sheet.text(row, at)), "")


def _alone(sheet: Sheet, row: int) -> bool:
    """A heading: nothing else stands in the row."""
    return sum(bool(sheet.text(row, at)) for at, _ in sheet.cells(row)) == 1


def _filled(sheet: Sheet, row: int) -> bool:
    return any(value not in (None, "") for _, value in sheet.cells(row))
