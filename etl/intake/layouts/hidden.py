"""Hidden columns that a mapping reads: refused, read or left out as the mapping says, and always told."""

from __future__ import annotations

from etl.intake.layouts.table import Column, Table
from etl.readers.workbook import cell_name


def shown_columns(table: Table, columns: list[Column], keys: set[int]) -> list[Column] | None:
    """The columns of figures to read; None after telling that one of them, or a key column, is hidden."""
    hidden = table.sheet.hidden_columns
    met = sorted(({column.at for column in columns} | {c.unit_at for c in columns} | keys) & hidden)
    if not met:
        return columns
    cell = (table.first_row, met[0])
    found = ", ".join(cell_name(1, column).rstrip("1") for column in met)
    if table.plan.hidden == "refuse":
        hint = "show the columns, or let the mapping read or skip what is hidden"
        table.error(
            "hidden_columns", cell, "Columns that the mapping reads are hidden", found=found, hint=hint
        )
        return None
    left_out = table.plan.hidden == "skip"
    what = "Hidden columns of figures are not read" if left_out else "Hidden columns are read"
    table.note("hidden_columns", cell, what, found=found)
    return [column for column in columns if not left_out or column.at not in hidden]
