"""Pairs: each component has its own column of unit names beside its figures, as tables ordered by rank do."""

from __future__ import annotations

from itertools import groupby, pairwise

from etl.intake.layouts.cells import is_filled
from etl.intake.layouts.headers import Headers, find_columns, tell_unread
from etl.intake.layouts.hidden import shown_columns
from etl.intake.layouts.outside import tell_outside
from etl.intake.layouts.rows import data_rows, is_skipped
from etl.intake.layouts.table import Column, Keys, Table, Wanted
from etl.intake.layouts.units import Named, look_up, named_unit
from etl.readers.workbook import cell_name


def read(table: Table) -> list[Wanted]:
    """The cells of figures of every pair."""
    if loose := [c for c in table.plan.columns if not c.unit_column or not c.component]:
        what = "A pair needs the column of its unit names, and its component"
        table.error("mapping", (0, 0), what, found=loose[0].column or loose[0].header)
        return []
    headers = Headers(table)
    columns = find_columns(headers)
    columns = shown_columns(table, columns, set()) if columns else None
    if not columns:
        return []
    tell_unread(headers, {c.at for c in columns} | {c.unit_at for c in columns})
    rows = list(data_rows(table))
    rows = [row for row in rows if not is_skipped(table, row, _label(table, row))]
    columns = sorted(columns, key=lambda column: column.unit_at)
    wanted: list[Wanted] = []
    for unit_at, group in groupby(columns, key=lambda column: column.unit_at):
        wanted += _pair(table, rows, unit_at, list(group))
    _tell_unequal(table, wanted)
    tell_outside(table, _read_ids(wanted))
    return wanted


def _label(table: Table, row: int) -> str:
    """The first text of a row that is not its number in the order."""
    texts = [table.sheet.text(row, column) for column in table.filled(row)]
    return next((text for text in texts if not text.isdigit()), "")


def _pair(table: Table, rows: list[int], unit_at: int, columns: list[Column]) -> list[Wanted]:
    """The cells of the figures that stand beside one column of names."""
    wanted: list[Wanted] = []
    seen: dict[str, int] = {}
    for row in rows:
        unit = _unit(table, row, unit_at, columns)
        if unit and _is_new(table, seen, unit, (row, unit_at)):
            unit_set = table.reading.mapping.unit_set
            keys = Keys(unit.name, unit.unit_id, unit_set, table.year, "", row, unit_at)
            wanted += [Wanted(keys, column, row) for column in columns]
    for column in columns:
        _tell_order(table, column, [cell.row for cell in wanted if cell.column is column])
    return wanted


def _unit(table: Table, row: int, unit_at: int, columns: list[Column]) -> Named | None:
    text, cell = table.name(row, unit_at), (row, unit_at)
    figures = [column for column in columns if is_filled(table, row, column.at)]
    if figures and not text:
        table.error("figures_without_unit", cell, "A figure stands beside a blank name")
        return None
    if not text:
        return None
    unit_set = table.reading.mapping.unit_set
    if figures:
        return named_unit(table, unit_set, text, cell)
    known = look_up(table, unit_set, text)[1].unit_id
    table.blank_units |= {known} if known else set()
    what = "The unit has no figure: nothing published" if known else "A text without figures is not read"
    table.note("blank_unit_row" if known else "footnote", cell, what)
    return None


def _is_new(table: Table, seen: dict[str, int], unit: Named, cell: tuple[int, int]) -> bool:
    first = seen.setdefault(unit.unit_id, cell[0])
    if first != cell[0]:
        expected = cell_name(first, cell[1])
        table.error("duplicate_unit", cell, "The unit stands twice", found=unit.name, expected=expected)
    return first == cell[0]


def _tell_order(table: Table, column: Column, rows: list[int]) -> None:
    """Warn where scores leave the order that nearly all keep: part of the table may have been moved."""
    if column.plan.role != "score":
        return
    values = [(row, table.sheet.at(row, column.at)) for row in rows]
    scores = [(row, value) for row, value in values if isinstance(value, int | float)]
    falls = [later for (_, a), (later, b) in pairwise(scores) if b > a]
    rises = [later for (_, a), (later, b) in pairwise(scores) if b < a]
    odd = min(falls, rises, key=len)
    if odd and len(odd) <= len(scores) // 10:
        what = "The scores are in order, but not here: figures or names may have been moved"
        table.warn("order_broken", (odd[0], column.at), what, found=table.sheet.text(odd[0], column.at))


def _tell_unequal(table: Table, wanted: list[Wanted]) -> None:
    """Warn when a pair lacks a unit that the others have: a name may stand for another."""
    ids = _read_ids(wanted)
    everyone = set().union(*ids.values()) if ids else set()
    names = {cell.keys.unit_id: cell.keys.unit for cell in wanted}
    for unit_at, mine in ids.items():
        if missing := sorted(names[unit_id] for unit_id in everyone - mine):
            what = "The column of names lacks units that stand in other columns"
            table.warn("units_differ", (table.first_row, unit_at), what, found=", ".join(missing)[:200])


def _read_ids(wanted: list[Wanted]) -> dict[int, set[str]]:
    """Ids of the units read, by the column of their names."""
    found: dict[int, set[str]] = {}
    for cell in wanted:
        found.setdefault(cell.column.unit_at, set()).add(cell.keys.unit_id)
    return found
