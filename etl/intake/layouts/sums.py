"""Zeros that are no figures: a formula that adds up blank cells gives 0, though nothing was published."""

from __future__ import annotations

from collections.abc import Iterable

from etl.intake.layouts.cells import is_filled
from etl.intake.layouts.table import Table, Wanted
from etl.readers.workbook import Place

Group = tuple[str, str, str, str]


def without_empty_sums(table: Table, wanted: list[Wanted]) -> list[Wanted]:
    """The wanted cells without zeros that formulas made of blank cells, and without units that then have
    nothing. A zero that was typed and stands alone among blanks is kept, with a warning."""
    groups: dict[Group, list[Wanted]] = {}
    for cell in wanted:
        keys = cell.keys
        groups.setdefault((keys.unit_set, keys.unit_id, keys.year, cell.column.plan.role), []).append(cell)
    dropped: set[Place] = set()
    for cells in groups.values():
        zeros = [cell for cell in cells if _is_zero(table, cell)] if len(cells) > 1 else []
        dropped |= {_place(cell) for cell in _empty(table, cells, zeros)} if zeros else set()
    return [cell for cell in wanted if _place(cell) not in dropped] if dropped else wanted


def _place(cell: Wanted) -> Place:
    return cell.row, cell.column.at


def _is_zero(table: Table, cell: Wanted) -> bool:
    value = table.sheet.at(*_place(cell))
    return isinstance(value, int | float) and not isinstance(value, bool) and value == 0


def _empty(table: Table, cells: list[Wanted], zeros: list[Wanted]) -> Iterable[Wanted]:
    """The cells to leave out of those of one unit and role, which hold the zeros; told."""
    filled = {cell.component for cell in cells if is_filled(table, cell.row, cell.column.at)}
    codes = {cell.component for cell in cells}
    alone = filled <= {cell.component for cell in zeros} and filled < codes
    made = [cell for cell in zeros if _place(cell) in table.sheet.formulas]
    empty = [cell for cell in made if alone or _has_blank_parts(cell.component, codes, filled)]
    if empty:
        what = f"{len(empty)} zeros are sums of blank cells: not published"
        table.note("sum_of_blanks", _place(empty[0]), what, found=empty[0].keys.unit)
    elif alone:
        what = "A zero stands among blank cells: is it a figure, or was nothing published?"
        table.warn("lone_zero", _place(zeros[0]), what, found=zeros[0].keys.unit)
    if alone and len(empty) == len(zeros):
        table.blank_units.add(cells[0].keys.unit_id)
        return cells
    return empty


def _has_blank_parts(code: str, codes: set[str], filled: set[str]) -> bool:
    """Whether a code has parts by its numbering (1.2 of 1), all of them blank."""
    parts = {other for other in codes if other.startswith(f"{code}.")}
    return bool(parts) and not parts & filled
