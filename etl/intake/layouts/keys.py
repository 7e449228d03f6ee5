"""Key columns: unit, year, component and unit set of a row, and the filters that keep it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from etl.intake.layouts.codes import component_of, is_loose
from etl.intake.layouts.headers import Headers
from etl.intake.layouts.table import Table
from etl.intake.layouts.units import Named, look_up
from etl.intake.mapping_file import Filter, KeyColumn
from etl.mapping import fold
from etl.readers.workbook import as_text

_YEAR: Final = re.compile(r"\d{4}")
_SHOWN: Final = 60


@dataclass(frozen=True)
class KeyColumns:
    """Where the keys of a row stand; 0: the key is that of the whole sheet, or of the column."""

    unit: int
    year: int
    component: int
    unit_set: int
    codes: tuple[int, ...]
    filters: tuple[tuple[int, Filter], ...]

    @property
    def used(self) -> set[int]:
        """All key columns."""
        filters = (at for at, _ in self.filters)
        return {self.unit, self.year, self.component, self.unit_set, *self.codes, *filters} - {0}


def find_keys(headers: Headers) -> KeyColumns | None:
    """The key columns of a table; None after telling which are not where the mapping says."""
    plan = headers.table.plan
    wanted = (
        None if headers.table.unit else plan.unit,
        plan.year_from,
        plan.component_from,
        plan.unit_set_from,
        *plan.unit_codes,
        *(KeyColumn(column=keep.column, header=keep.header) for keep in plan.filters),
    )
    found = [headers.locate(key.column, key.header) if key else 0 for key in wanted]
    if any(key and not at for key, at in zip(wanted, found, strict=True)):
        return None
    unit, year, component, unit_set = found[:4]
    last = 4 + len(plan.unit_codes)
    filters = tuple(zip(found[last:], plan.filters, strict=True))
    return KeyColumns(unit, year, component, unit_set, tuple(found[4:last]), filters)


def kept(table: Table, keys: KeyColumns, row: int) -> bool:
    """Whether every filter keeps the row."""
    return all(
        fold(table.text(row, at)) in {fold(value) for value in keep.values} for at, keep in keys.filters
    )


def year_of(table: Table, keys: KeyColumns, row: int) -> str:
    """The year of a row; blank after telling that its cell holds none."""
    if not keys.year:
        return table.year
    text = table.text(row, keys.year)
    if _YEAR.fullmatch(text):
        return text
    table.error("no_year", (row, keys.year), "Not a year", found=text[:_SHOWN], expected="yyyy")
    return ""


def unit_set_of(table: Table, keys: KeyColumns, row: int) -> str:
    """The unit set of a row; blank after telling that the mapping does not know its text."""
    if not keys.unit_set:
        return table.reading.mapping.unit_set
    text = table.text(row, keys.unit_set)
    known = {fold(name): unit_set for name, unit_set in table.plan.unit_sets.items()}
    if found := known.get(fold(text), ""):
        return found
    what = "The mapping does not say which unit set this is"
    expected = ", ".join(table.plan.unit_sets)
    table.error("unknown_unit_set", (row, keys.unit_set), what, found=text[:_SHOWN], expected=expected)
    return ""


def row_component(table: Table, keys: KeyColumns, row: int) -> str | None:
    """The component of a row, blank where the columns say it; None after telling that it is not known."""
    if not keys.component:
        return ""
    if is_loose(table.sheet.at(row, keys.component)) and not table.told_codes:
        table.told_codes = True
        what = "Codes stand as numbers: 1.10 and 1.1 cannot be told apart"
        found = as_text(table.sheet.at(row, keys.component))
        table.warn(
            "code_as_number", (row, keys.component), what, found=found, hint="write the codes as texts"
        )
    return component_of(table, (row, keys.component)) or None


def codes_agree(table: Table, keys: KeyColumns, row: int, unit: Named, unit_set: str) -> bool:
    """Whether the further columns mean the row's unit too; told if not.

    A text there that is a known name must be the same unit; any other is a code, which goes with one unit in
    the whole file.
    """
    for at in keys.codes:
        text = table.text(row, at)
        meant = look_up(table, unit_set, text)[1].unit_id if text else unit.unit_id
        meant = meant or table.reading.codes.setdefault((unit_set, fold(text)), unit.unit_id)
        if meant != unit.unit_id:
            what = "Name and code are of two units: names may have been sorted apart from their figures"
            table.error("unit_code_differs", (row, at), what, found=f"{text[:_SHOWN]}: {unit.name}")
            return False
    return True
