"""From a workbook that nobody has described to a proposed mapping: each part with how sure it is, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from etl.intake.context import INTERNAL, Context
from etl.intake.decisions import Decision, decide
from etl.intake.guess.choose import choose_sheets
from etl.intake.guess.columns import Column
from etl.intake.guess.dates import Years, decide_years
from etl.intake.guess.header import spanned
from etl.intake.guess.listed import guess_listing
from etl.intake.guess.long import guess_long
from etl.intake.guess.shapes import Shape, shape_of
from etl.intake.guess.sheet import About, SheetGuess
from etl.intake.guess.subject import (
    Evidence,
    decide_framework,
    decide_index,
    decide_unit_set,
    gather,
    name_places,
)
from etl.intake.guess.whole import decide_owner, decide_source, put_together
from etl.intake.guess.wide import guess_wide
from etl.intake.inspection import Given, Inspection, SheetView
from etl.readers.workbook import VISIBLE, Sheet, Workbook

_COLUMNS_SHOWN = 12


def propose(workbook: Workbook, context: Context, given: Given | None = None) -> Inspection:
    """Guess how a workbook is read. `given`: what a person has said; the rest is guessed around it.

    Never fails on odd content: what cannot be told is a decision without a value, listed in `missing`.
    """
    return _Proposal(workbook, context, given or Given()).inspection()


@dataclass
class _Proposal:
    """The steps of one proposal: shapes of the sheets, index and years, columns, the mapping."""

    workbook: Workbook
    context: Context
    given: Given
    decisions: list[Decision] = field(default_factory=list)

    @cached_property
    def shapes(self) -> list[Shape]:
        """Sheets that hold a table of some kind; hidden ones are not read."""
        visible = [sheet for sheet in self.workbook.sheets if sheet.state == VISIBLE and sheet.height]
        return [shape for sheet in visible if (shape := shape_of(sheet, self.context))]

    @cached_property
    def titles(self) -> list[str]:
        """Texts over the tables."""
        return [text for shape in self.shapes for text in shape.titles]

    @cached_property
    def unit_ids(self) -> list[frozenset[str]]:
        """Every unit that the tables name."""
        found = [ids for shape in self.shapes for ids in shape.unit_ids]
        elsewhere = [self.context.unit_inside(text) for text in (*self._sheet_names, self._stem)]
        return found or [ids for ids in elsewhere if ids]

    @property
    def _stem(self) -> str:
        return self.workbook.name.rsplit(".", 1)[0]

    @property
    def _sheet_names(self) -> list[str]:
        return [shape.sheet.name for shape in self.shapes]

    @cached_property
    def evidence(self) -> list[Evidence]:
        """What speaks for each index, strongest first; one that a person named stands first."""
        places = name_places(self.workbook.name, [s.name for s in self.workbook.sheets], self.titles)
        found = gather(places, self.components, self.context, self._internal)
        return sorted(found, key=lambda e: e.index != self.given.index)

    @cached_property
    def components(self) -> list[Sequence[Column]]:
        """Columns, or rows, that may be components, by table."""
        return [shape.components for shape in self.shapes]

    @property
    def _internal(self) -> bool:
        """Whether the units are those of one province."""
        if self.given.unit_set or not self.unit_ids:
            return self.given.unit_set == INTERNAL
        return all(not one[:1].isdigit() for ids in self.unit_ids for one in ids)

    def inspection(self) -> Inspection:
        """Everything about the file."""
        index = self._index()
        years, told = decide_years(self.workbook.name, self.shapes, self.context, self.given.year)
        unit_set = self._unit_set(years)
        self.decisions += [index, *told, unit_set]
        if unit_set.value == INTERNAL:
            self.decisions.append(decide_owner(self.unit_ids, [*self.titles, self._stem], self.context))
        guesses = self._guesses(years) if index.value else []
        self._tell_unread(guesses)
        choose_sheets(guesses, self.decisions)
        read = [guess for guess in guesses if guess.read]
        mapping = put_together(self.workbook, read, self.decisions, self.context) if read else None
        if mapping is not None and self.given.kind != mapping.kind:
            mapping = mapping.model_copy(update={"kind": self.given.kind})
        book = self.workbook
        views = tuple(self._view(sheet, guesses) for sheet in book.sheets)
        return Inspection(book.name, book.kind, views, tuple(self.decisions), mapping, tuple(book.notices))

    def _index(self) -> Decision:
        if self.given.index:
            return decide("index", self.given.index, 1, "said")
        return decide_index(self.evidence)

    def _unit_set(self, years: Years) -> Decision:
        if self.given.unit_set:
            return decide("unit_set", self.given.unit_set, 1, "said")
        known = [year for year in years.values() if year]
        return decide_unit_set(self.unit_ids, min(known, default=None), self.context)

    def _guesses(self, years: Years) -> list[SheetGuess]:
        """What each table is read as; frameworks are decided once a year."""
        index = self.evidence[0].index
        frameworks = {f.id: f for f in self.context.registry.frameworks}
        decided = {year: self._framework(index, year, years) for year in years.values()}
        self.decisions += _one_each(list(decided.values()))
        self.decisions.append(decide_source(index, self.titles, self.context))
        guesses = []
        for shape in self.shapes:
            year = years.get(shape.sheet.name)
            if decided[year].value:
                about = About(frameworks[decided[year].value], year, self.given.kind)
                guesses.append(self._guess(shape, about))
        return guesses

    def _framework(self, index: str, year: int | None, years: Years) -> Decision:
        tables = [shape.components for shape in self.shapes if years.get(shape.sheet.name) == year]
        return decide_framework(index, year or self._last_year, tables, self.context)

    @cached_property
    def _last_year(self) -> int | None:
        """The last year of tables that say it in a column."""
        years = [year for shape in self.shapes if shape.keys for year in shape.keys.years]
        return max(years, default=None)

    def _guess(self, shape: Shape, about: About) -> SheetGuess:
        if shape.listing is not None:
            places = {"sheet": shape.sheet.name, "file": self._stem}
            titles = {f"title {i}": text for i, text in enumerate(shape.titles, start=1)}
            guess = guess_listing(shape.listing, about, self.context, titles | places)
        elif shape.table is not None and shape.keys is not None:
            guess = guess_long(shape.table, shape.keys, about, self.context)
        elif shape.table is not None:
            guess = guess_wide(shape.table, about, self.context)
        else:
            told = decide("layout", "", 0, "layout.across", sheet=shape.sheet.name)
            guess = SheetGuess(shape.sheet, decisions=[told], year=about.year)
        guess.unit_ids = frozenset(shape.unit_ids)
        return guess

    def _tell_unread(self, guesses: list[SheetGuess]) -> None:
        """Sheets that are hidden, or hold no table at all."""
        tried = {guess.sheet.name for guess in guesses}
        for sheet in self.workbook.sheets:
            if sheet.state != VISIBLE:
                self.decisions.append(decide("sheet", "not read", 0.8, "sheet.hidden", sheet=sheet.name))
            elif sheet.name not in tried and sheet.height:
                alone = len(self.workbook.sheets) == 1 or not self.shapes
                value, confidence = ("", 0.0) if alone else ("not read", 0.7)
                self.decisions.append(decide("sheet", value, confidence, "layout.none", sheet=sheet.name))

    def _view(self, sheet: Sheet, guesses: list[SheetGuess]) -> SheetView:
        guess = next((one for one in guesses if one.sheet is sheet), None)
        shape = next((one for one in self.shapes if one.sheet is sheet), None)
        rows = shape.header if shape and shape.header else _first_rows(sheet)
        columns = range(1, min(sheet.width, _COLUMNS_SHOWN) + 1)
        header = tuple(spanned(sheet, rows[-1], column) for column in columns) if rows else ()
        return SheetView(
            sheet.name,
            sheet.state,
            sheet.height,
            sheet.width,
            guess.layout if guess else "",
            shape.header if shape else (),
            header,
            guess.read if guess else False,
            guess.plan if guess else None,
        )


def _first_rows(sheet: Sheet) -> tuple[int, ...]:
    """The first row with anything in it."""
    filled = (r for r in range(1, sheet.height + 1) if any(v not in (None, "") for _, v in sheet.cells(r)))
    first = next(filled, 0)
    return (first,) if first else ()


def _one_each(decisions: list[Decision]) -> list[Decision]:
    """Decisions about the framework, each framework once."""
    return list({decision.value: decision for decision in decisions}.values())
