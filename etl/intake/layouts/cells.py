"""One cell of a figure: blank, a number, a text that may be a number, or nothing that may be read."""

from __future__ import annotations

import datetime as dt
import math
import re
from enum import Enum
from typing import Final, NamedTuple

from etl.intake.layouts.table import Table
from etl.intake.layouts.words import is_not_published
from etl.readers.numbers import float_text
from etl.readers.workbook import Merge, Place, Value, as_text, cell_name

_ERROR_TEXT: Final = re.compile(
    r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)", re.I
)
# A number of fewer characters has no binary noise to take off.
_SURELY_SHORT: Final = 15
_DATE_HINT: Final = "a figure such as 5.12 may have been turned into a date: write it as a number again"
_FORMULA_HINT: Final = "open the file in a spreadsheet program, let it compute, and save it"


class Kind(Enum):
    """What a cell holds."""

    BLANK = "blank"
    PLACEHOLDER = "placeholder"
    NUMBER = "number"
    TEXT = "text"
    BAD = "bad"


class Raw(NamedTuple):
    """A cell before its column is decided. `text`: shortest text of a real number, or the cell's own text.
    `percent`: the cell is shown as percent."""

    kind: Kind
    text: str = ""
    percent: bool = False


BLANK: Final = Raw(Kind.BLANK)
BAD: Final = Raw(Kind.BAD)


def read_cell(table: Table, row: int, column: int) -> Raw:
    """The cell of a figure; BAD after telling why it must not be read."""
    area = table.merges.get((row, column))
    if area and table.plan.merged == "refuse":
        _tell_merged(table, area)
        return BAD
    place = table.anchor(row, column)
    if is_left_out(table, place):
        return BLANK
    if place in table.sheet.errors:
        table.error("error_cell", place, "The cell holds an error", found=table.sheet.errors[place])
        return BAD
    if place in table.sheet.uncached:
        what = "The cell holds a formula without a stored result"
        table.error("formula_without_value", place, what, hint=_FORMULA_HINT)
        return BAD
    return _of_value(table, place, table.sheet.at(*place))


def _of_value(table: Table, place: Place, value: Value) -> Raw:
    if value is None:
        return BLANK
    if isinstance(value, str):
        return _of_text(table, place, as_text(value))
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return Raw(Kind.NUMBER, _number_text(value), place in table.sheet.percent)
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        what = "The cell holds a date, no number"
        table.error("date_in_figures", place, what, found=str(value), hint=_DATE_HINT)
    else:
        table.error("not_a_number", place, "The cell holds no number", found=str(value))
    return BAD


def _number_text(value: float) -> str:
    """The text of a real number; short decimals, which nearly all are, need no exact arithmetic."""
    text = repr(value)
    return (
        text.removesuffix(".0")
        if value and len(text) < _SURELY_SHORT and "e" not in text
        else float_text(value)
    )


def _of_text(table: Table, place: Place, text: str) -> Raw:
    if not text:
        return BLANK
    if _ERROR_TEXT.fullmatch(text):
        table.error("error_cell", place, "The cell holds an error", found=text)
        return BAD
    return Raw(Kind.PLACEHOLDER if is_not_published(text) else Kind.TEXT, text)


def _tell_merged(table: Table, area: Merge) -> None:
    """Figures in a merged area: told once, at its first cell."""
    if area not in table.told_merges:
        table.told_merges.add(area)
        first = (area.first_row, area.first_column)
        span = f"{cell_name(*first)}:{cell_name(area.last_row, area.last_column)}"
        hint = "unmerge the cells and write each figure in its own"
        table.error("merged_cells", first, "Figures stand in merged cells", found=span, hint=hint)


def is_filled(table: Table, row: int, column: int) -> bool:
    """Whether a cell holds something that could be a figure; a word for "not published" could not.

    A cell merged with others counts as filled in the first column of its area only: a footnote or a heading
    across the table is no figure.
    """
    place = table.anchor(row, column)
    if place[1] != column or is_left_out(table, place):
        return False
    if place in table.sheet.uncached or place in table.sheet.errors:
        return True
    value = table.sheet.at(*place)
    if isinstance(value, str):
        return bool(value.strip()) and not is_not_published(as_text(value))
    return value is not None


def is_left_out(table: Table, place: Place) -> bool:
    """Whether a cell holds a formula that the mapping does not want read."""
    return table.plan.formulas == "skip" and place in table.sheet.formulas


def any_filled(table: Table, row: int, columns: list[int]) -> bool:
    """Whether a row holds a figure in one of the columns."""
    return any(is_filled(table, row, column) for column in columns)
