"""A table with units in its rows: its columns of units, its rows, its header, and what each column says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from etl.intake.context import Context
from etl.intake.guess.cells import figures
from etl.intake.guess.columns import Column, read_header
from etl.intake.guess.header import JOIN, group_over, header_parts, header_rows
from etl.intake.guess.rows import Rows, follow
from etl.intake.guess.units import SAMPLE_COLUMNS, SAMPLE_ROWS, UnitColumns, settled, unit_columns
from etl.readers.workbook import Sheet


@dataclass
class Table:
    """A table of a sheet. `columns`: all that have a header or a value, the columns of units left out.
    `apart`: columns whose texts part it into tables of their own (years, sets of units)."""

    sheet: Sheet
    units: UnitColumns
    rows: Rows
    header: tuple[int, ...]
    columns: list[Column]
    apart: tuple[int, ...] = ()

    @property
    def scores(self) -> list[Column]:
        """Columns that may hold scores."""
        return [column for column in self.columns if column.role == "score" and column.figures.numeric]

    def of_role(self, role: str) -> list[Column]:
        """Columns of figures with a role."""
        return [column for column in self.columns if column.role == role and column.figures.numeric]

    def list_of(self, column: Column) -> int:
        """The column of units that a column of figures goes with: in pairs the nearest to the left."""
        left = [one.column for one in self.units.lists if one.column < column.at]
        return max(left, default=self.units.main.column)

    @property
    def unheaded(self) -> list[Column]:
        """Columns of figures without a header, to the right of the units (numbers to the left only count)."""
        first = self.units.main.column
        return [c for c in self.columns if c.figures.numeric and not c.parts and c.at > first]

    @property
    def empty(self) -> list[Column]:
        """Columns with a header that could be one of figures, and nothing under it."""
        silent = ("", "score", "self_score", "rank")
        return [c for c in self.columns if c.parts and not c.figures.filled and c.said.role in silent]


def table_of(sheet: Sheet, context: Context) -> Table | None:
    """The table of a sheet; None when no column names units."""
    units = unit_columns(sheet, context)
    rows = follow(sheet, units.main.column, context) if units else None
    if units is None or rows is None:
        return None
    span = range(1, min(sheet.width, SAMPLE_COLUMNS) + 1)
    used = _used(sheet, rows, span)
    header = header_rows(sheet, rows.first, used, context.vocabulary)
    used = range(used.start, max([used.stop - 1, *_headed(sheet, header, span)]) + 1)
    units = settled(sheet, units, used, list(rows.units)[:SAMPLE_ROWS])
    taken = {one.column for one in (units.main, *units.same, *units.lists, *units.rivals)}
    sample = list(rows.units)[:SAMPLE_ROWS]
    columns = [
        column_of(sheet, header, at, sample, context) for at in used if at not in taken
    ]  # fmt: skip
    return Table(sheet, units, rows, header, [c for c in columns if c.parts or c.figures.filled])


def _used(sheet: Sheet, rows: Rows, span: range) -> range:
    """Columns from the first to the last with anything in the first rows of data."""
    some = list(rows.units)[:20]
    filled = [column for column in span if any(sheet.text(row, column) for row in some)]
    return range(min(filled), max(filled) + 1) if filled else span


def _headed(sheet: Sheet, header: tuple[int, ...], span: range) -> list[int]:
    """Columns with a text of their own in the header."""
    return [column for column in span if any(sheet.text(row, column) for row in header)]


def column_of(
    sheet: Sheet, header: tuple[int, ...], at: int, rows: Iterable[int], context: Context
) -> Column:
    """A column with what its header says and its cells hold, over some rows of data."""
    parts = header_parts(sheet, header, at)
    group = group_over(sheet, header, at)
    told = (group, *parts) if group else parts
    return Column(at, JOIN.join(parts), parts, read_header(told, context), figures(sheet, rows, at))
