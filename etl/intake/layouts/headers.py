"""The header of a table: the text over each column, and the column that the mapping means, or a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from openpyxl.utils import column_index_from_string

from etl.intake.layouts.table import Column, Table
from etl.intake.layouts.words import like, pattern_of
from etl.intake.mapping_file import ColumnMap
from etl.mapping import fold
from etl.readers.workbook import cell_name

JOIN: Final = " / "
# A header that moved is looked for so far down, to say where it is.
_LOOK_DOWN: Final = 60
_SHOWN: Final = 80


@dataclass
class Headers:
    """The header of one table."""

    table: Table

    @cached_property
    def texts(self) -> dict[int, str]:
        """Header text by column: its header rows joined top down, merged cells read in all they span."""
        return {column: self._text(column) for column in range(1, self.table.sheet.width + 1)}

    def _text(self, column: int) -> str:
        parts: list[str] = []
        for row in self.table.plan.header_rows:
            text = self.table.text(row, column)
            if text and (not parts or fold(text) != fold(parts[-1])):
                parts.append(text)
        return JOIN.join(parts)

    @property
    def row(self) -> int:
        """The lowest header row, where findings point."""
        return max(self.table.plan.header_rows, default=1)

    @cached_property
    def _folded(self) -> dict[int, str]:
        return {column: fold(text) for column, text in self.texts.items() if text}

    def is_at(self, column: int, header: str) -> bool:
        """Whether the column has that header."""
        text = self._folded.get(column, "")
        return bool(text) and pattern_of(header).fullmatch(text) is not None

    def columns_of(self, header: str) -> list[int]:
        """Columns with that header."""
        return [column for column in self.texts if self.is_at(column, header)]

    def locate(self, letter: str, header: str) -> int:
        """The column that a letter, a header or both mean; 0 after telling why there is none."""
        at = _index(letter)
        if (letter and not at) or not (letter or header) or (header and not self.table.plan.header_rows):
            what = "The mapping names a column by a letter, or by a header with its header rows"
            self.table.error("mapping", (0, 0), what, found=f"{letter} {header}".strip())
            return 0
        if not header or self.is_at(at, header):
            return at
        found = self.columns_of(header)
        if letter:
            return self._moved(at, header, found)
        return found[0] if len(found) == 1 else self._not_one(header, found)

    def _moved(self, at: int, header: str, found: list[int]) -> int:
        what = "The header is not the one of the mapping, so the column may be another"
        self.table.error(
            "header_moved",
            (self.row, at),
            what,
            found=self.texts.get(at, "")[:_SHOWN],
            expected=f"{header} ({self._where(header, found)})",
        )
        return 0

    def _not_one(self, header: str, found: list[int]) -> int:
        cell = (self.row, found[1] if found else 1)
        what = "Two columns have the header" if found else "No column has the header"
        places = ", ".join(cell_name(self.row, column) for column in found)
        hint = "name the column by its letter too" if found else ""
        expected = header if found else f"{header} ({self._where(header, found)})"
        self.table.error("header_moved", cell, what, found=places, expected=expected, hint=hint)
        return 0

    def _where(self, header: str, found: list[int]) -> str:
        """Cells in which the header now stands; a question mark where it is nowhere."""
        places = [cell_name(self.row, column) for column in found] or list(self._elsewhere(header))
        return ", ".join(places[:3]) or "?"

    def _elsewhere(self, header: str) -> Iterator[str]:
        last = header.rsplit(JOIN, 1)[-1]
        for row in range(1, min(self.table.sheet.height, _LOOK_DOWN) + 1):
            for column, value in self.table.sheet.cells(row):
                if isinstance(value, str) and like(value, (header, last)):
                    yield cell_name(row, column)


def _index(letter: str) -> int:
    try:
        return column_index_from_string(letter.strip()) if letter.strip() else 0
    except ValueError:
        return 0


def find_columns(headers: Headers) -> list[Column] | None:
    """The columns of figures of a table; None after telling which are not where the mapping says."""
    found = [_find(headers, plan) for plan in headers.table.plan.columns]
    columns = [column for column in found if column]
    if len(columns) < len(found) or _twice(headers.table, columns):
        return None
    for column in columns:
        if not column.plan.header:
            what = "The column is read by its letter alone: a table that shifted would not be noticed"
            headers.table.warn(
                "column_not_anchored", (headers.table.first_row, column.at), what, hint="name its header too"
            )
    return columns


def _find(headers: Headers, plan: ColumnMap) -> Column | None:
    at = headers.locate(plan.column, plan.header)
    unit_at = headers.locate(plan.unit_column, "") if plan.unit_column else 0
    return Column(plan, at, unit_at) if at and (unit_at or not plan.unit_column) else None


def _twice(table: Table, columns: list[Column]) -> bool:
    """Whether two columns are meant for the same figure, or one for two."""
    seen: dict[object, Column] = {}
    wrong = False
    for column in columns:
        for key in (column.at, (column.plan.component, column.plan.role)):
            if key in seen:
                place = cell_name(1, column.at).rstrip("1")
                table.error("mapping", (0, 0), "The mapping uses a column or a figure twice", found=place)
                wrong = True
            seen[key] = column
    return wrong


def tell_unread(headers: Headers, used: set[int]) -> None:
    """Note the columns with a header that the mapping does not read."""
    unread = [c for c, text in headers.texts.items() if text and c not in used]
    if unread and headers.table.plan.header_rows:
        names = ", ".join(cell_name(headers.row, column) for column in unread[:20])
        more = f" and {len(unread) - 20} more" if len(unread) > 20 else ""
        what = f"{len(unread)} columns with a header are not read"
        headers.table.note("unread_columns", (headers.row, unread[0]), what, found=names + more)
