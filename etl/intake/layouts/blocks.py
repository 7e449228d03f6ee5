"""Blocks: the name of a unit in a row of its own, the rows of its components below it."""

from __future__ import annotations

from collections import Counter

from etl.intake.layouts.cells import any_filled
from etl.intake.layouts.codes import CodeRows, by_name, component_of, is_code
from etl.intake.layouts.headers import Headers, find_columns, tell_unread
from etl.intake.layouts.hidden import shown_columns
from etl.intake.layouts.keys import KeyColumns, find_keys, year_of
from etl.intake.layouts.outside import tell_outside
from etl.intake.layouts.rows import data_rows, is_skipped, tell_text
from etl.intake.layouts.table import Column, Keys, Table, Wanted
from etl.intake.layouts.units import Named, banner_name, look_up, named_unit
from etl.readers.workbook import cell_name


def read(table: Table) -> list[Wanted]:
    """The cells of figures of every block."""
    if table.plan.component_from is None:
        table.error("mapping", (0, 0), "The mapping does not say where the components stand")
        return []
    headers = Headers(table)
    columns, keys = find_columns(headers), find_keys(headers)
    columns = shown_columns(table, columns, keys.used) if columns and keys else None
    if not columns or not keys:
        return []
    tell_unread(headers, keys.used | {column.at for column in columns})
    found = _Blocks(table, columns, keys)
    for row in data_rows(table):
        found.read(row)
    found.close()
    tell_outside(table, {keys.unit: set(found.headings)})
    return found.wanted


class _Blocks:
    """The table row by row. `unit`: whose block this is; None before the first and after an unknown name."""

    def __init__(self, table: Table, columns: list[Column], keys: KeyColumns) -> None:
        self.table, self.columns, self.keys = table, columns, keys
        self.unit_set = table.reading.mapping.unit_set
        self.unit: Named | None = None
        # A text that may be a heading with an unknown name: told once figures follow it.
        self.unknown: tuple[int, str] | None = None
        self.headings: dict[str, int] = {}
        self.codes = CodeRows(table, keys.component)
        self.wanted: list[Wanted] = []

    def read(self, row: int) -> None:
        """One row: a heading, a component, or nothing."""
        text = self.table.name(row, self.keys.unit)
        heading = text and not self.is_component(row, text)
        label = text if heading else self.table.text(row, self.keys.component)
        if not by_name(self.table, label) and is_skipped(self.table, row, label):
            return
        if heading:
            self.heading(row, text)
        elif self.has_figures(row):
            self.component(row)

    def is_component(self, row: int, text: str) -> bool:
        """Whether the text in the column of names is a component: only where both stand in one column."""
        if self.keys.unit != self.keys.component:
            return False
        if by_name(self.table, text):
            return True
        unit = look_up(self.table, self.unit_set, banner_name(text))[1]
        return not unit.unit_id and not unit.candidates and (is_code(text) or self.has_figures(row))

    def has_figures(self, row: int) -> bool:
        """Whether the row holds figures, apart from a name merged across the table."""
        return any_filled(self.table, row, [column.at for column in self.columns])

    def heading(self, row: int, text: str) -> None:
        """A new block: the rows below belong to this unit, or to none if it is not known."""
        self.close_unknown()
        name, match = look_up(self.table, self.unit_set, banner_name(text))
        self.codes = CodeRows(self.table, self.keys.component)
        self.unit = Named(name, match.unit_id) if match.unit_id else None
        self.unknown = None if self.unit else (row, text)
        if self.unit and self.is_first(row, self.unit):
            self.figures_beside(row)
        elif self.unknown and self.has_figures(row):
            self.tell_unknown()

    def is_first(self, row: int, unit: Named) -> bool:
        """Whether the unit has no earlier block; told if it has."""
        first = self.headings.setdefault(unit.unit_id, row)
        if first != row:
            expected = cell_name(first, self.keys.unit)
            cell, what = (row, self.keys.unit), "The unit has two blocks"
            self.table.error("duplicate_unit", cell, what, found=unit.name, expected=expected)
        return first == row

    def figures_beside(self, row: int) -> None:
        """Figures in the row of the name are of the component that their column says."""
        for column in self.columns:
            if any_filled(self.table, row, [column.at]):
                if column.plan.component:
                    self.add(row, column.plan.component, [column])
                else:
                    what = "A figure stands beside the unit's name; the mapping does not say which it is"
                    self.table.error("figures_without_component", (row, column.at), what)

    def component(self, row: int) -> None:
        """A row of the block with figures."""
        cell = (row, self.keys.component)
        if self.unknown:
            self.tell_unknown()
        elif self.unit is None:
            self.table.error("figures_without_unit", cell, "Figures stand before the first name of a unit")
        elif (code := component_of(self.table, cell)) and self.codes.accepts(row, code):
            self.add(row, code, self.columns)

    def tell_unknown(self) -> None:
        """A heading with figures under it names no unit: told once, its block is left out."""
        if self.unknown and self.unknown[1]:
            row, text = self.unknown
            named_unit(self.table, self.unit_set, banner_name(text), (row, self.keys.unit))
            self.unknown = (row, "")

    def close_unknown(self) -> None:
        """A text without figures under it was a section heading or a footnote."""
        if self.unknown and self.unknown[1]:
            tell_text(self.table, (self.unknown[0], self.keys.unit))
        self.unknown = None

    def add(self, row: int, code: str, columns: list[Column]) -> None:
        """Note down the cells of a row."""
        year = year_of(self.table, self.keys, row)
        if self.unit and year:
            at = (self.headings[self.unit.unit_id], self.keys.unit)
            keys = Keys(self.unit.name, self.unit.unit_id, self.unit_set, year, code, *at)
            self.wanted += [Wanted(keys, column, row) for column in columns]

    def close(self) -> None:
        """At the end: warn of blocks that lack a component which nearly all others have."""
        self.close_unknown()
        have: dict[str, set[str]] = {unit_id: set() for unit_id in self.headings}
        for cell in self.wanted:
            have[cell.keys.unit_id].add(cell.component)
        common = Counter(code for codes in have.values() for code in codes)
        usual = {code for code, count in common.items() if count >= 0.9 * len(have) and count > 1}
        for unit_id, codes in have.items():
            if missing := sorted(usual - codes):
                at, found = (self.headings[unit_id], self.keys.unit), ", ".join(missing)[:200]
                self.table.warn("block_differs", at, "The block lacks components of the others", found=found)
