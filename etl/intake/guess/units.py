"""Which columns of a sheet hold names of units, and whether they are lists of their own or name the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from etl.intake.context import Context
from etl.intake.guess.cells import figures
from etl.readers.workbook import Sheet, as_text

# So many rows are looked at to find the columns; the rows of data are then followed to their end.
SAMPLE_ROWS: Final = 400
SAMPLE_COLUMNS: Final = 200
_FEWEST: Final = 2
# Two columns name the same units row by row, or are lists of their own.
_SAME: Final = 0.95
_APART: Final = 0.5


@dataclass(frozen=True)
class UnitColumn:
    """A column that names units. `hits`: ids by row (several where a name means several); `texts`: number of
    cells with text between the first and the last of them."""

    column: int
    hits: dict[int, frozenset[str]]
    texts: int

    @property
    def share(self) -> float:
        """Share of the cells with text that are names."""
        return len(self.hits) / max(self.texts, 1)

    @property
    def distinct(self) -> int:
        """Number of different units."""
        return len(set(self.hits.values()))

    def agreement(self, other: UnitColumn) -> float:
        """Share of the rows named in both columns where both name the same unit; 0 with no such row."""
        both = self.hits.keys() & other.hits.keys()
        same = sum(bool(self.hits[row] & other.hits[row]) for row in both)
        return same / len(both) if both else 0.0


@dataclass
class UnitColumns:
    """The columns of units of a sheet. `main`: the one to read; `same`: others that name the same row by row;
    `lists`: in pairs all lists of their own from the left, with `main`; `rivals`: columns that name other
    units without being such a list; `sorted`: the figures beside every list fall or rise, or the
    lists share no unit, as in true pairs."""

    main: UnitColumn
    same: list[UnitColumn] = field(default_factory=list)
    lists: list[UnitColumn] = field(default_factory=list)
    rivals: list[UnitColumn] = field(default_factory=list)
    sorted: bool = True


def unit_columns(sheet: Sheet, context: Context) -> UnitColumns | None:
    """The columns of units of a sheet; None when none holds at least two different units."""
    found = list(_candidates(sheet, context))
    if not found:
        return None
    most = max(len(column.hits) for column in found)
    strong = [column for column in found if len(column.hits) >= 0.5 * most]
    main = max(strong, key=lambda c: (len(c.hits), _exact(sheet, c), -c.column))
    columns = UnitColumns(main)
    for column in strong:
        if column is main:
            continue
        agreement = main.agreement(column)
        apart = agreement <= _APART and _comparable(main, column)
        kin = columns.same if agreement >= _SAME else columns.lists if apart else columns.rivals
        kin.append(column)
    if columns.lists:
        columns.lists = sorted([main, *columns.lists], key=lambda c: c.column)
        columns.main = columns.lists[0]
    return columns


def _candidates(sheet: Sheet, context: Context) -> Iterator[UnitColumn]:
    hits: dict[int, dict[int, frozenset[str]]] = {}
    texts: dict[int, list[int]] = {}
    for row in range(1, min(sheet.height, SAMPLE_ROWS) + 1):
        for column, value in sheet.cells(row):
            if not isinstance(value, str) or not value.strip() or column > SAMPLE_COLUMNS:
                continue
            texts.setdefault(column, []).append(row)
            ids = context.units(as_text(value))
            if ids:
                hits.setdefault(column, {})[row] = ids
    for column, found in hits.items():
        between = sum(min(found) <= row <= max(found) for row in texts[column])
        candidate = UnitColumn(column, found, between)
        if candidate.distinct >= _FEWEST and candidate.share >= 0.5:
            yield candidate


def _exact(sheet: Sheet, column: UnitColumn) -> int:
    """Cells written with accents: the pack's own way."""
    return sum(not sheet.text(row, column.column).isascii() for row in column.hits)


def _comparable(one: UnitColumn, other: UnitColumn) -> bool:
    """Whether two columns list nearly the same units in another order, or units that the other has not."""
    mine, theirs = set(one.hits.values()), set(other.hits.values())
    shared = len(mine & theirs) / min(len(mine), len(theirs))
    return shared >= 0.8 or shared <= 0.05


def settled(sheet: Sheet, units: UnitColumns, used: range, rows: list[int]) -> UnitColumns:
    """Lists are pairs only if each has figures of its own to the right; else they are rivals of the first."""
    if not units.lists:
        return units
    starts = [one.column for one in units.lists]
    ends = [*starts[1:], used.stop]
    beside = [
        next((at for at in range(start + 1, end) if figures(sheet, rows, at).numeric), 0)
        for start, end in zip(starts, ends, strict=True)
    ]
    if not all(beside):
        return UnitColumns(units.main, units.same, [], [*units.lists[1:], *units.rivals])
    apart = len({ids for one in units.lists for ids in one.hits.values()}) >= 1.8 * units.main.distinct
    units.sorted = apart or all(_in_order(figures(sheet, rows, at).values) for at in beside)
    return units


def _in_order(values: tuple[float, ...]) -> bool:
    falls = sum(a >= b for a, b in pairwise(values))
    rises = sum(a <= b for a, b in pairwise(values))
    return max(falls, rises) >= 0.95 * (len(values) - 1)
