"""Whether two sheets that hold the same figures agree: a sheet is only left unread if they do."""

from __future__ import annotations

from openpyxl.utils import column_index_from_string

from etl.intake.guess.cells import about
from etl.intake.guess.sheet import SheetGuess
from etl.intake.guess.tables import Table
from etl.intake.mapping_file import ColumnMap
from etl.readers.workbook import cell_name

Values = dict[frozenset[str], tuple[float, str]]


def first_difference(one: SheetGuess, other: SheetGuess) -> str:
    """The first cell of one sheet whose figure the other sheet has otherwise; blank when all agree.

    A figure that is the other one rounded agrees. Sheets of other layouts than a row a unit are not compared.
    """
    theirs = {(c.component, c.role): c for c in (other.plan.columns if other.plan else ())}
    for mine in one.plan.columns if one.plan else ():
        column = theirs.get((mine.component, mine.role))
        if column is None or one.table is None or other.table is None:
            continue
        known = _values(other.table, column)
        for ids, (value, cell) in _values(one.table, mine).items():
            if ids in known and not _agree(value, known[ids][0]):
                return cell
    return ""


def _values(table: Table, column: ColumnMap) -> Values:
    """Figures of a column by unit, with their cells."""
    at = column_index_from_string(column.column)
    unit_at = column_index_from_string(column.unit_column) if column.unit_column else table.units.main.column
    hits = {one.column: one.hits for one in (table.units.main, *table.units.lists)}[unit_at]
    rows = [(row, ids) for row, ids in hits.items() if table.rows.first <= row <= table.rows.last]
    found = [(ids, about(table.sheet.at(row, at)), cell_name(row, at)) for row, ids in rows]
    return {ids: (value, cell) for ids, value, cell in found if value is not None}


def _agree(one: float, other: float) -> bool:
    """Equal, or the one with fewer decimals is the other rounded."""
    decimals = min(_decimals(one), _decimals(other))
    return abs(round(one, decimals) - round(other, decimals)) < 10.0 ** -(decimals + 3)


def _decimals(value: float) -> int:
    text = f"{value:.9f}".rstrip("0")
    return len(text.split(".")[1])
