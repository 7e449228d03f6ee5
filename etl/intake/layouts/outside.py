"""What stands outside the rows that a mapping reads: a unit left there is an error, the rest a note."""

from __future__ import annotations

from etl.intake.layouts.rows import spans
from etl.intake.layouts.table import Table
from etl.intake.layouts.units import banner_name, look_up


def tell_outside(table: Table, read: dict[int, set[str]]) -> None:
    """Tell the rows between header and data, and after the data. `read`: ids of the units that were read, by
    the column of their names; a unit that stands only outside would be lost without a word."""
    before = range(max(table.plan.header_rows, default=table.first_row) + 1, table.first_row)
    after = range(table.last_row + 1, table.sheet.height + 1)
    filled = [row for rows in (before, after) for row in rows if table.filled(row)]
    lost = {row for row in filled if _lost(table, row, read)}
    if rest := [row for row in filled if row not in lost]:
        what = "Rows outside the table are not read"
        table.note("rows_outside", (rest[0], table.filled(rest[0])[0]), what, found=spans(rest))


def _lost(table: Table, row: int, read: dict[int, set[str]]) -> bool:
    """Whether the row names a unit that was not read; told as an error at its cell."""
    for column, ids in read.items():
        text = table.name(row, column)
        unit_id = look_up(table, table.reading.mapping.unit_set, text)[1].unit_id if text else None
        if unit_id and unit_id not in ids:
            what = "A unit stands outside the rows that the mapping reads"
            hint = "set the first and last row of the data in the mapping"
            table.error("row_outside", (row, column), what, found=text, hint=hint)
            return True
    return False


def tell_other_unit(table: Table, unit_id: str) -> None:
    """Warn when the rows above the table name another unit than the one the sheet is read for."""
    top = min(table.plan.header_rows, default=table.first_row)
    for row in range(1, top):
        for column, value in table.sheet.cells(row):
            if isinstance(value, str) and value.strip():
                match = look_up(table, table.reading.mapping.unit_set, banner_name(value))[1]
                if match.unit_id and match.unit_id != unit_id:
                    what = "The sheet names another unit than the mapping"
                    table.warn("other_unit", (row, column), what, found=value[:80], expected=table.unit)
