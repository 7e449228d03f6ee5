"""Layouts: the shapes that tables of figures have. What differs between years is a mapping, not code.

sheets (which are read) -> a layout (which cells hold whose figures) -> figures (cells to numbers) -> rows
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from etl.intake.extract import Extract
from etl.intake.findings import At, Level
from etl.intake.layouts import annex, blocks, long, pairs, wide
from etl.intake.layouts.assemble import rows_of
from etl.intake.layouts.completeness import tell_missing_units
from etl.intake.layouts.figures import figures_of
from etl.intake.layouts.sheets import has_year, tables_of
from etl.intake.layouts.sums import without_empty_sums
from etl.intake.layouts.table import Reading, Table, Wanted
from etl.intake.mapping_file import ImportMapping, Layout
from etl.mapping import UnitNames
from etl.readers.workbook import Workbook

LAYOUTS: Final[dict[Layout, Callable[[Table], list[Wanted]]]] = {
    "wide": wide.read,
    "long": long.read,
    "pairs": pairs.read,
    "blocks": blocks.read,
    "annex": annex.read,
}


def extract(workbook: Workbook, mapping: ImportMapping, names: UnitNames) -> Extract:
    """The figures that a mapping reads out of a workbook, and everything that was found on the way.

    Nothing wrong raises: it is a finding at its cell, and an error among them means that the rows are not to
    be imported (they are there for a preview). `names`: by which the pack knows the units. The checks of the
    findings are listed in docs/importing.md.
    """
    reading = Reading(workbook.name, mapping, names)
    for notice in workbook.notices:
        reading.tell("notice", Level.NOTE, At(workbook.name), notice, found=notice)
    found: list[tuple[Table, list[Wanted]]] = []
    for table in tables_of(reading, workbook):
        if has_year(table):
            found.append((table, without_empty_sums(table, LAYOUTS[table.plan.layout](table))))
    figures = (figure for table, wanted in found for figure in figures_of(table, wanted))
    rows = rows_of(reading, figures)
    tell_missing_units(reading, found)
    if rows.empty:
        what = "No figure could be read"
        reading.tell("nothing_read", Level.ERROR, At(workbook.name), what, hint="look at the mapping")
    reading.close()
    return Extract(rows, reading.findings)
