"""A sheet under its map: where its cells lie, what is read of it, what is found on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

from etl.intake.findings import At, Finding, Level, finding
from etl.intake.mapping_file import ColumnMap, ImportMapping, Role, SheetMap
from etl.mapping import Match, UnitNames, fold
from etl.readers.workbook import Merge, Place, Sheet

# So many findings of one kind are told for one sheet; the rest is counted.
MOST_ALIKE: Final = 200


@dataclass(frozen=True)
class Column:
    """A column of figures found in the sheet: what the mapping says of it, and where it stands.

    `unit_at`: the column of the unit names that go with it.
    """

    plan: ColumnMap
    at: int
    unit_at: int = 0


class Keys(NamedTuple):
    """Whose and what the figures of a row are; `unit` as printed, its cell beside. `component` is blank where
    every column has its own."""

    unit: str
    unit_id: str
    unit_set: str
    year: str
    component: str
    unit_row: int
    unit_column: int


class Wanted(NamedTuple):
    """A cell in which a figure is expected."""

    keys: Keys
    column: Column
    row: int

    @property
    def component(self) -> str:
        """The component of the figure: that of the row, or else of the column."""
        return self.keys.component or self.column.plan.component


class Figure(NamedTuple):
    """A figure (or note) that was read: number text with a dot before the decimals, and its cell."""

    keys: Keys
    component: str
    role: Role
    text: str
    sheet: str
    row: int
    column: int


@dataclass
class Reading:
    """One file while it is read: the mapping, the names of units, and all that was found so far."""

    file: str
    mapping: ImportMapping
    names: UnitNames
    findings: list[Finding] = field(default_factory=list)
    # Which unit a code of the file goes with, by unit set and folded text.
    codes: dict[tuple[str, str], str] = field(default_factory=dict)
    _alike: Counter[tuple[str, str, Level]] = field(default_factory=Counter)
    _matches: dict[tuple[str, str], Match] = field(default_factory=dict)

    def tell(self, check: str, level: Level, at: At, what: str, **details: str) -> None:
        """Add a finding; only the first MOST_ALIKE of a kind are kept, the others counted."""
        kind = (check, at.sheet, level)
        self._alike[kind] += 1
        if self._alike[kind] <= MOST_ALIKE:
            self.findings.append(finding(f"reading.{check}", level, at, what, **details))

    def close(self) -> None:
        """Tell how many findings were not listed."""
        for (check, sheet, level), count in self._alike.items():
            if more := max(0, count - MOST_ALIKE):
                what = f"{more} more cells or rows of this sheet have the same finding"
                self.findings.append(finding(f"reading.{check}", level, At(self.file, sheet), what))

    def match(self, unit_set: str, name: str) -> Match:
        """The unit of a name, looked up once."""
        key = (unit_set, name)
        if key not in self._matches:
            self._matches[key] = self.names.find(unit_set, name)
        return self._matches[key]


@dataclass
class Table:
    """One sheet and the map it is read by. `year` and `unit`: those of the whole sheet, blank if by row."""

    reading: Reading
    sheet: Sheet
    plan: SheetMap
    year: str = ""
    unit: str = ""
    told_merges: set[Merge] = field(default_factory=set)
    told_codes: bool = False
    # Units that stand in the table without any figure.
    blank_units: set[str] = field(default_factory=set)
    # Whether a name merged over several rows counts for each of them.
    fill_down: bool = False

    @cached_property
    def components(self) -> dict[str, str]:
        """Codes by the folded text that stands for them, from the mapping."""
        return {fold(name): code for name, code in self.plan.components.items()}

    def _tell(self, level: Level, check: str, cell: Place, what: str, **details: str) -> None:
        at = At(self.reading.file, self.sheet.name, *cell)
        self.reading.tell(check, level, at, what, **details)

    def error(self, check: str, cell: Place, what: str, **details: str) -> None:
        """Something that stops the import, at a cell."""
        self._tell(Level.ERROR, check, cell, what, **details)

    def warn(self, check: str, cell: Place, what: str, **details: str) -> None:
        """Something that a person must look at, at a cell."""
        self._tell(Level.WARNING, check, cell, what, **details)

    def note(self, check: str, cell: Place, what: str, **details: str) -> None:
        """Something that was done or left out, at a cell."""
        self._tell(Level.NOTE, check, cell, what, **details)

    @property
    def first_row(self) -> int:
        """The first row of data."""
        return self.plan.first_row or max(self.plan.header_rows, default=0) + 1

    @property
    def last_row(self) -> int:
        """The last row of data, or of the sheet."""
        return min(self.plan.last_row or self.sheet.height, self.sheet.height)

    @cached_property
    def merges(self) -> dict[Place, Merge]:
        """The merged area of every cell that lies in one, within the used part of the sheet."""
        height, width = self.sheet.height, self.sheet.width
        return {
            (row, column): area
            for area in self.sheet.merges
            for row in range(area.first_row, min(area.last_row, height) + 1)
            for column in range(area.first_column, min(area.last_column, width) + 1)
        }

    def anchor(self, row: int, column: int) -> Place:
        """The cell that holds the value of this one: the first of its merged area, or itself."""
        area = self.merges.get((row, column))
        return (area.first_row, area.first_column) if area else (row, column)

    def text(self, row: int, column: int) -> str:
        """What a person reads in the cell; merged areas read the same everywhere."""
        return self.sheet.text(*self.anchor(row, column))

    def name(self, row: int, column: int) -> str:
        """The text of a cell that names a unit: merged over columns it reads the same, over rows only where
        the layout fills down."""
        place = self.anchor(row, column)
        return self.sheet.text(*place) if self.fill_down or place[0] == row else ""

    def filled(self, row: int) -> list[int]:
        """Columns of a row that hold something, from the left."""
        return [column for column, value in self.sheet.cells(row) if value not in (None, "")]
