"""Codes of components in cells: by the mapping's table, or the code itself as the annex numbers it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from etl.intake.layouts.table import Table
from etl.mapping import fold, nearest
from etl.readers.numbers import float_text
from etl.readers.workbook import Place, Value, as_text, cell_name

# "1.2.3", "PCI.1", "II.3.x", "SRC.survey", "NT".
_CODE: Final = re.compile(r"[A-Za-z0-9]+([._][A-Za-z0-9]+)*")
_SHOWN: Final = 80


def clean_code(value: Value) -> str:
    """A code as it is written: numbers in their shortest text, no blanks, no dot or bracket at its end."""
    text = float_text(value) if isinstance(value, float) else as_text(value)
    return re.sub(r"\s+", "", text).rstrip(".)").lstrip("(")


def code_order(code: str) -> tuple[int, ...]:
    """The numbers of a code, for comparing: 1.10 after 1.9."""
    return tuple(int(part) for part in re.findall(r"\d+", code))


def component_of(table: Table, cell: Place, numbered: bool = False) -> str:
    """The component that a cell names; blank after telling that it names none.

    Without a table of names in the mapping the cell holds the code itself; where criteria are `numbered`, a
    number is a code even if the mapping names some rows.
    """
    value = table.sheet.at(*table.anchor(*cell))
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        what, hint = "The code has become a date", "a code such as 1.2: write the codes as texts"
        table.error("date_in_codes", cell, what, found=str(value), hint=hint)
        return ""
    known = by_name(table, as_text(value)) or by_name(table, clean_code(value))
    if known:
        return known
    code = clean_code(value)
    if is_code(as_text(value)) if numbered else not table.plan.components and _CODE.fullmatch(code):
        return code
    near = "; ".join(nearest(as_text(value), table.plan.components)) if code else ""
    check = "unknown_component" if code else "figures_without_component"
    what = "The component is not known" if code else "The row holds figures but names no component"
    table.error(check, cell, what, found=as_text(value)[:_SHOWN], expected=near)
    return ""


def by_name(table: Table, text: str) -> str:
    """The code that the mapping gives a text; blank if it gives none."""
    return table.components.get(fold(text), "") if text else ""


def is_loose(value: Value) -> bool:
    """Whether a code stands as a real number, so that 1.10 and 1.1 cannot be told apart."""
    return isinstance(value, float) and not value.is_integer()


def is_code(text: str) -> bool:
    """Whether a text looks like a numbered code: a name never does."""
    code = clean_code(text)
    return bool(_CODE.fullmatch(code)) and any(c.isdigit() for c in code) and " " not in text.strip()


class CodeRows:
    """The components of one unit's rows, in a column of codes: none twice, and none misread."""

    def __init__(self, table: Table, column: int) -> None:
        self.table, self.column = table, column
        self._seen: dict[str, int] = {}
        self._last: tuple[int, ...] = ()

    def accepts(self, row: int, code: str) -> bool:
        """Whether the row's code is new and, if it stands as a real number, in order: 1.1 after 1.9 may be
        1.10. Told if not."""
        cell, order = (row, self.column), code_order(code)
        if is_loose(self.table.sheet.at(*cell)) and self._last and order <= self._last:
            what, hint = "The code is a number and out of order: 1.1 may be 1.10", "write the codes as texts"
            self.table.error("code_as_number", cell, what, found=code, hint=hint)
            return False
        self._last = order
        first = self._seen.setdefault(code, row)
        if first != row:
            expected = cell_name(first, self.column)
            self.table.error(
                "duplicate_unit", cell, "The component stands twice", found=code, expected=expected
            )
        return first == row
