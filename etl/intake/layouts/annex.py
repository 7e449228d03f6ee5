"""Annex: the score sheet of one unit, a row a criterion: its number, text, maximum and points."""

from __future__ import annotations

from etl.intake.layouts.cells import any_filled
from etl.intake.layouts.codes import CodeRows, by_name, component_of
from etl.intake.layouts.headers import Headers, find_columns, tell_unread
from etl.intake.layouts.hidden import shown_columns
from etl.intake.layouts.keys import KeyColumns, find_keys, year_of
from etl.intake.layouts.outside import tell_other_unit
from etl.intake.layouts.rows import data_rows, is_skipped
from etl.intake.layouts.table import Column, Keys, Table, Wanted
from etl.intake.layouts.units import named_unit
from etl.readers.workbook import as_text


def read(table: Table) -> list[Wanted]:
    """The cells of figures of every criterion of the unit."""
    if not table.unit or table.plan.component_from is None:
        what = "The mapping does not say whose sheet this is, or where the numbers of the criteria stand"
        table.error("mapping", (0, 0), what, hint="name the unit or its cell, and the column of the numbers")
        return []
    headers = Headers(table)
    columns, keys = find_columns(headers), find_keys(headers)
    columns = shown_columns(table, columns, keys.used) if columns and keys else None
    unit = named_unit(table, table.reading.mapping.unit_set, table.unit, (1, 1))
    if not columns or not keys or not unit:
        return []
    tell_unread(headers, keys.used | {column.at for column in columns})
    tell_other_unit(table, unit.unit_id)
    codes = CodeRows(table, keys.component)
    wanted: list[Wanted] = []
    for row in data_rows(table):
        code = _criterion(table, row, columns, keys, codes)
        if code and (year := year_of(table, keys, row)):
            unit_set = table.reading.mapping.unit_set
            whose = Keys(unit.name, unit.unit_id, unit_set, year, code, row, 0)
            wanted += [Wanted(whose, column, row) for column in columns]
    return wanted


def _criterion(table: Table, row: int, columns: list[Column], keys: KeyColumns, codes: CodeRows) -> str:
    """The code of a row with figures; blank for text, and for totals that the mapping does not name."""
    label = table.text(row, keys.component) or as_text(table.sheet.at(row, table.filled(row)[0]))
    named = by_name(table, label)
    if not named and is_skipped(table, row, label):
        return ""
    if not any_filled(table, row, [column.at for column in columns if column.plan.role != "note"]):
        return ""
    code = named or component_of(table, (row, keys.component), numbered=True)
    return code if code and codes.accepts(row, code) else ""
