"""Tables in which a row names its unit: what the wide and the long layout share."""

from __future__ import annotations

from etl.intake.layouts.cells import any_filled
from etl.intake.layouts.headers import Headers, find_columns, tell_unread
from etl.intake.layouts.hidden import shown_columns
from etl.intake.layouts.keys import (
    KeyColumns,
    codes_agree,
    find_keys,
    kept,
    row_component,
    unit_set_of,
    year_of,
)
from etl.intake.layouts.outside import tell_outside
from etl.intake.layouts.rows import data_rows, row_unit
from etl.intake.layouts.stray import without_shifted
from etl.intake.layouts.table import Column, Keys, Table, Wanted
from etl.intake.layouts.units import Named, named_unit
from etl.readers.workbook import cell_name


class KeyedRows:
    """Reads one table row by row; `wanted` are the cells of figures that it found."""

    def __init__(self, table: Table, columns: list[Column], keys: KeyColumns) -> None:
        self.table, self.columns, self.keys = table, columns, keys
        self.figures = [column.at for column in columns]
        self.wanted: list[Wanted] = []
        self.seen: dict[tuple[str, ...], int] = {}
        self.dropped = 0

    def read(self) -> list[Wanted]:
        """The cells of figures of every row of data."""
        for row in data_rows(self.table):
            if self.keys.filters and not kept(self.table, self.keys, row):
                self.dropped += 1
            elif found := self.row_keys(row):
                self.add(row, found)
        self.tell_dropped()
        return self.wanted

    def row_keys(self, row: int) -> Keys | None:
        """Whose figures a row holds; None where it holds none that can be read."""
        table, keys = self.table, self.keys
        if not any_filled(table, row, self.figures):
            if keys.unit and not table.unit:
                row_unit(table, row, keys.unit, self.figures, table.reading.mapping.unit_set)
            return None
        unit_set = unit_set_of(table, keys, row)
        unit = self.unit(row, unit_set) if unit_set else None
        if unit and not codes_agree(table, keys, row, unit, unit_set):
            return None
        year = year_of(table, keys, row) if unit else ""
        component = row_component(table, keys, row) if year else None
        if not unit or component is None:
            return None
        found = Keys(unit.name, unit.unit_id, unit_set, year, component, row, keys.unit)
        return found if self.is_new(row, found) else None

    def unit(self, row: int, unit_set: str) -> Named | None:
        """The unit of a row, or of the whole sheet."""
        if self.keys.unit:
            return row_unit(self.table, row, self.keys.unit, self.figures, unit_set)
        return named_unit(self.table, unit_set, self.table.unit, (row, 1))

    def is_new(self, row: int, found: Keys) -> bool:
        """Whether no earlier row has the same keys; told if one has."""
        key = (found.unit_id, found.year, found.component)
        first = self.seen.setdefault(key, row)
        if first == row:
            return True
        at = self.keys.unit or self.figures[0]
        what = "The unit stands twice" if not found.component else "Unit and component stand twice"
        self.table.error(
            "duplicate_unit",
            (row, at),
            what,
            found=f"{found.unit} {found.component}".strip(),
            expected=cell_name(first, at),
        )
        return False

    def add(self, row: int, found: Keys) -> None:
        """Note down the cells of a row."""
        self.wanted += [Wanted(found, column, row) for column in self.columns]

    def tell_dropped(self) -> None:
        """Note how many rows the filters left out; an error when they left none."""
        table, place = self.table, self.keys.filters[0][0] if self.keys.filters else 0
        if self.dropped and self.wanted:
            what = f"{self.dropped} rows are left out by the filters of the mapping"
            table.note("filtered", (table.first_row, place), what)
        elif self.dropped and table.plan.optional:
            table.note("filtered", (table.first_row, place), "The filters of the mapping leave no row")
        elif self.dropped:
            found = sorted({table.text(row, place) for row in range(table.first_row, table.last_row + 1)})
            what = "The filters of the mapping leave no row"
            expected = ", ".join(self.keys.filters[0][1].values)
            table.error(
                "filtered",
                (table.first_row, place),
                what,
                found=", ".join(found[:8])[:200],
                expected=expected,
            )


def read_keyed(table: Table) -> list[Wanted]:
    """The cells of figures of a table whose rows name their unit; none if a column is not where it should."""
    headers = Headers(table)
    columns, keys = find_columns(headers), find_keys(headers)
    if columns is None or keys is None:
        return []
    columns = shown_columns(table, columns, keys.used)
    if columns is None:
        return []
    used = keys.used | {column.at for column in columns}
    tell_unread(headers, used)
    found = KeyedRows(table, columns, keys)
    wanted = found.read()
    if table.plan.header_rows:
        wanted = without_shifted(headers, used, wanted)
    if keys.unit:
        tell_outside(table, {keys.unit: {keys_.unit_id for keys_, _, _ in wanted}})
    return wanted
