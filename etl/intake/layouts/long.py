"""Long tables: a row a figure (or a few figures of one component), with columns that say whose and what."""

from __future__ import annotations

from etl.intake.layouts.keyed import read_keyed
from etl.intake.layouts.table import Table, Wanted


def read(table: Table) -> list[Wanted]:
    """The cells of figures; the component stands in a column of its own, or every column says it."""
    nameless = [column for column in table.plan.columns if not column.component]
    if table.plan.component_from is None and nameless:
        found = nameless[0].column or nameless[0].header
        table.error("mapping", (0, 0), "The mapping does not say where the component stands", found=found)
        return []
    table.fill_down = True
    return read_keyed(table)
