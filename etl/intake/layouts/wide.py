"""Wide tables: a row a unit, a column a component."""

from __future__ import annotations

from etl.intake.layouts.keyed import read_keyed
from etl.intake.layouts.table import Table, Wanted


def read(table: Table) -> list[Wanted]:
    """The cells of figures; every column must say its component."""
    nameless = [column for column in table.plan.columns if not column.component]
    if nameless:
        found = nameless[0].column or nameless[0].header
        table.error("mapping", (0, 0), "A column of figures has no component", found=found)
        return []
    return read_keyed(table)
