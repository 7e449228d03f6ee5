"""Which sheets of a workbook a mapping reads; every other one is told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.utils.exceptions import CellCoordinatesException

from etl.intake.findings import At, Level
from etl.intake.layouts.table import Reading, Table
from etl.intake.layouts.units import banner_name
from etl.intake.mapping_file import SheetMap
from etl.mapping import fold, nearest
from etl.readers.workbook import VISIBLE, Sheet, Workbook

# Kinds of files that have one sheet, whose name says nothing.
_NAMELESS: Final = ("csv", "parquet")
_YEAR: Final = re.compile(r"\d{4}")


def tables_of(reading: Reading, workbook: Workbook) -> list[Table]:
    """The sheets that the mapping reads, in its order; missing, hidden and unread sheets are told."""
    tables: list[Table] = []
    wanted: set[str] = set()
    for plan in reading.mapping.sheets:
        chosen = _chosen(plan, workbook)
        wanted |= {sheet.name for sheet, _ in chosen}
        if not chosen and not plan.optional:
            _tell_missing(reading, workbook, plan)
        tables += [
            _table(reading, sheet, plan, named) for sheet, named in chosen if _may_read(reading, sheet, plan)
        ]
    _tell_unread(reading, workbook, wanted)
    return tables


def _chosen(plan: SheetMap, workbook: Workbook) -> list[tuple[Sheet, dict[str, str]]]:
    """Sheets of a plan, with what its pattern takes out of the sheet's name."""
    if plan.pattern:
        found = ((sheet, re.fullmatch(plan.pattern, sheet.name.strip())) for sheet in workbook.sheets)
        return [
            (sheet, {k: v or "" for k, v in match.groupdict().items()}) for sheet, match in found if match
        ]
    full = [sheet for sheet in workbook.sheets if sheet.height]
    if workbook.kind in _NAMELESS and len(full) == 1:
        return [(full[0], {})]
    if not plan.sheet:
        seen = [sheet for sheet in full if sheet.state == VISIBLE]
        return [(seen[0], {})] if len(seen) == 1 else []
    exact = workbook.sheet(plan.sheet)
    alike = [exact] if exact else _same_letters(plan.sheet, workbook.sheets)
    return [(alike[0], {})] if len(alike) == 1 else []


def _same_letters(name: str, sheets: Iterable[Sheet]) -> list[Sheet]:
    """Sheets whose name differs only by accents, case and blanks."""
    return [sheet for sheet in sheets if fold(sheet.name) == fold(name)]


def _tell_missing(reading: Reading, workbook: Workbook, plan: SheetMap) -> None:
    wanted = plan.sheet or plan.pattern
    near = nearest(wanted, [sheet.name for sheet in workbook.sheets]) if plan.sheet else []
    what = (
        "A sheet of the mapping is not in the file"
        if wanted
        else "The file has not exactly one sheet to read"
    )
    reading.tell(
        "sheet_missing",
        Level.ERROR,
        At(reading.file, wanted),
        what,
        found=", ".join(sheet.name for sheet in workbook.sheets)[:200],
        expected=wanted,
        hint=f"is it {near[0]}?" if near else "choose the sheet in the mapping",
    )


def _may_read(reading: Reading, sheet: Sheet, plan: SheetMap) -> bool:
    """Whether a sheet may be read although it may be hidden."""
    if sheet.state == VISIBLE:
        return True
    level = Level.ERROR if plan.hidden == "refuse" else Level.NOTE
    told = {
        "refuse": "The mapping reads a hidden sheet",
        "skip": "A hidden sheet is not read",
        "read": "A hidden sheet is read",
    }
    hint = "show the sheet, or let the mapping read or skip what is hidden" if level is Level.ERROR else ""
    at = At(reading.file, sheet.name, 1, 1) if level is Level.ERROR else At(reading.file, sheet.name)
    reading.tell("hidden_sheet", level, at, told[plan.hidden], hint=hint)
    return plan.hidden == "read"


def _tell_unread(reading: Reading, workbook: Workbook, wanted: set[str]) -> None:
    for sheet in workbook.sheets:
        if sheet.name in wanted or not sheet.height:
            continue
        hidden = sheet.state != VISIBLE
        what = "A hidden sheet is not read" if hidden else "A sheet is not read: the mapping does not name it"
        check = "hidden_sheet" if hidden else "unread_sheet"
        reading.tell(check, Level.NOTE, At(reading.file, sheet.name), what)


def _table(reading: Reading, sheet: Sheet, plan: SheetMap, named: dict[str, str]) -> Table:
    year = named.get("year") or str(plan.year or reading.mapping.year or "")
    table = Table(reading, sheet, plan, year, named.get("unit") or plan.unit_name)
    if plan.unit_cell:
        table.unit = _from_cell(table)
    return table


def _from_cell(table: Table) -> str:
    """The unit that a cell of the sheet names."""
    try:
        letters, row = coordinate_from_string(table.plan.unit_cell.strip().upper())
    except CellCoordinatesException:
        table.error("mapping", (0, 0), "Not the name of a cell", found=table.plan.unit_cell, expected="B3")
        return ""
    column = column_index_from_string(letters)
    text = table.text(row, column)
    if not text:
        table.error("unknown_unit", (row, column), "The cell that names the unit is blank")
    return banner_name(text)


def has_year(table: Table) -> bool:
    """Whether the year of the figures is known, by sheet or by row; told if not."""
    if table.plan.year_from or _YEAR.fullmatch(table.year):
        return True
    what = "The year of the figures is not known" if not table.year else "Not a year"
    table.error(
        "no_year", (0, 0), what, found=table.year, expected="yyyy", hint="say the year in the mapping"
    )
    return False
