"""What kind of table a sheet holds: units in rows (once or often), criteria of one unit, blocks, or none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from etl.intake.context import Context
from etl.intake.guess.cells import about
from etl.intake.guess.columns import Column
from etl.intake.guess.listing import Listing, listing_of
from etl.intake.guess.longtable import LongKeys, long_keys
from etl.intake.guess.rows import follow
from etl.intake.guess.tables import Table, table_of
from etl.intake.guess.titles import titles
from etl.readers.workbook import Sheet

_ACROSS = 5


@dataclass
class Shape:
    """The table of a sheet. `layout`: wide, pairs, long, annex, blocks, or across (which no layout reads).

    `table` with units in rows, or `listing` with criteria in rows. `titles`: texts over the table.
    `components`: columns, or rows, whose names may be those of components.
    """

    sheet: Sheet
    layout: str
    table: Table | None = None
    keys: LongKeys | None = None
    listing: Listing | None = None
    titles: tuple[str, ...] = ()
    components: list[Column] = field(default_factory=list)
    unit_ids: list[frozenset[str]] = field(default_factory=list)

    @property
    def header(self) -> tuple[int, ...]:
        """Rows of the header."""
        return self.table.header if self.table else self.listing.header if self.listing else ()

    @property
    def totals(self) -> tuple[str, ...]:
        """Headers of columns that say the total: they often say its year too."""
        found = self.table.columns if self.table else self.listing.columns if self.listing else []
        return tuple(column.header for column in found if column.said.total_of)


def shape_of(sheet: Sheet, context: Context) -> Shape | None:
    """The kind of table a sheet holds; None when it holds none that could be read."""
    side_by_side = across(sheet, context)
    if side_by_side:
        return Shape(sheet, "across", unit_ids=side_by_side)
    table = table_of(sheet, context)
    if table is not None and table.scores + table.of_role("rank"):
        return _of_units(table, context)
    listing = listing_of(sheet, context)
    if listing is None:
        return None
    over = titles(sheet, listing.header, listing.first)
    layout = "blocks" if len(listing.headings) > 1 else "annex"
    ids = list(listing.headings.values()) or _named(over, context)
    return Shape(sheet, layout, listing=listing, titles=over, components=listing.criteria, unit_ids=ids)


def _named(texts: Iterable[str], context: Context) -> list[frozenset[str]]:
    """The unit that a title names, as the sheet of one unit does."""
    found = [context.heading_unit(text) or context.unit_inside(text) for text in texts]
    return [ids for ids in found if ids][:1]


def _of_units(table: Table, context: Context) -> Shape:
    sheet = table.sheet
    over = titles(sheet, table.header, table.rows.first)
    keys = long_keys(table, context)
    if keys is not None:
        components = table.columns if keys.component is None else keys.values
        return Shape(sheet, "long", table, keys, None, over, components, list(table.rows.units.values()))
    if table.rows.repeats:
        once = follow(sheet, table.units.main.column, context, once=True)
        table.rows = once or table.rows
    layout = "pairs" if table.units.lists else "wide"
    return Shape(sheet, layout, table, None, None, over, table.columns, list(table.rows.units.values()))


def across(sheet: Sheet, context: Context) -> list[frozenset[str]]:
    """Units that stand side by side over columns of numbers; empty where none do."""
    for row in range(1, min(sheet.height, 15) + 1):
        texts = {c: sheet.text(row, c) for c, value in sheet.cells(row) if isinstance(value, str)}
        named = {c: ids for c, text in texts.items() if (ids := context.units(text))}
        if len(named) >= _ACROSS:
            below = range(row + 1, min(row + 6, sheet.height) + 1)
            numbers = sum(about(sheet.at(r, c)) is not None for r in below for c in named)
            return list(named.values()) if numbers >= 0.5 * len(below) * len(named) > 0 else []
    return []
