"""One form for every kind of file: sheets of plain cells, with what the file says of them beside.

Rows and columns count from 1, as people see them. A sheet keeps its blank leading rows and columns, so that
places are those of the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

Value = str | float | int | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None
Place = tuple[int, int]
VISIBLE: Final = "visible"


@dataclass(frozen=True)
class Merge:
    """A merged area, inclusive; its value stands in the first cell."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass
class Sheet:
    """One sheet. `rows`: the values, row by row, ragged; read them with `at`.

    `state`: visible, hidden or very_hidden. `percent`: cells shown as percent (their value is the fraction).
    `errors`: cells that hold an error value, with its text (#REF!). `formulas`: cells that hold a formula;
    `uncached`: those of them without a stored result. `hidden_rows`, `hidden_columns`: not shown to people.
    """

    name: str
    rows: list[list[Value]] = field(default_factory=list)
    state: str = VISIBLE
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    percent: frozenset[Place] = frozenset()
    errors: dict[Place, str] = field(default_factory=dict)
    formulas: frozenset[Place] = frozenset()
    uncached: frozenset[Place] = frozenset()

    @property
    def height(self) -> int:
        """Number of rows up to the last one with a value."""
        return len(self.rows)

    @property
    def width(self) -> int:
        """Number of columns up to the last one with a value."""
        return max((len(row) for row in self.rows), default=0)

    def at(self, row: int, column: int) -> Value:
        """The value of a cell; None outside the used area."""
        if row < 1 or column < 1 or row > len(self.rows):
            return None
        cells = self.rows[row - 1]
        return cells[column - 1] if column <= len(cells) else None

    def text(self, row: int, column: int) -> str:
        """The cell as a person reads it: stripped, inner blanks collapsed, whole numbers without ".0"."""
        return as_text(self.at(row, column))

    def cells(self, row: int) -> Iterator[tuple[int, Value]]:
        """Columns and values of a row."""
        yield from enumerate(self.rows[row - 1] if 0 < row <= len(self.rows) else [], start=1)


@dataclass
class Workbook:
    """A file that was opened: its name as people call it, its sheets in order.

    `kind`: xlsx, xls, ods, csv or parquet. `encoding` and `separator` of text files. `notices` tell what was
    left out or ignored (macros, links to other files, hidden sheets), a sentence each.
    """

    name: str
    kind: str
    sheets: list[Sheet]
    encoding: str = ""
    separator: str = ""
    notices: list[str] = field(default_factory=list)

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name; None when there is none."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


def as_text(value: Value) -> str:
    """A value as a person reads it in a cell; blank for None."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return " ".join(str(value).split())


def column_letters(column: int) -> str:
    """A column as spreadsheets name it: 1 is A, 27 is AA. Own, because the reading process starts a library
    of workbooks only when it needs one."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """A cell as spreadsheets name it: row 7, column 3 is C7."""
    return f"{column_letters(column)}{row}"


def cell_place(sheet: str, row: int, column: int) -> str:
    """A cell with its sheet, "Summary!C7", as figures carry it in `place`."""
    return f"{sheet}!{cell_name(row, column)}"
