"""Tables with criteria in their rows: the annex of one unit, or blocks of criteria each headed by a unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from etl.intake.context import Context
from etl.intake.guess.cells import Figures, about
from etl.intake.guess.columns import Column, Said, read_header
from etl.intake.guess.header import spanned
from etl.intake.guess.tables import column_of
from etl.intake.vocabulary import words
from etl.readers.workbook import Sheet, as_text

_LOOK_DOWN: Final = 25
_FEWEST: Final = 3
_CODE: Final = re.compile(r"([A-Za-z]{0,6}\.?\d+([._][A-Za-z0-9]+)*|[IVX]+([._][A-Za-z0-9]+)*)[.)]?")
_KEYS: Final = ("component", "component_code", "ordinal")
_FIGURES: Final = ("score", "self_score", "max_score")
_A_FIGURE: Final = Figures((1.0,))


@dataclass
class Listing:
    """Criteria in rows. `code`, `name`: columns of their numbers and texts (0: none); `columns`: all columns
    with what they say and hold; `rows`: the criteria as columns are compared (`at` is the row); `headings`:
    units by row, where a unit heads a block; `heading`: their column; `skips`: texts of rows that are no
    criteria; `tail`: whether anything stands below the last criterion."""

    sheet: Sheet
    header: tuple[int, ...]
    first: int
    last: int
    code: int
    name: int
    columns: list[Column] = field(default_factory=list)
    rows: list[Column] = field(default_factory=list)
    headings: dict[int, frozenset[str]] = field(default_factory=dict)
    heading: int = 0
    skips: list[str] = field(default_factory=list)
    tail: bool = False

    @property
    def criteria(self) -> list[Column]:
        """The rows of one unit: of the annex, or of the first block; blocks repeat the same criteria."""
        seen: dict[str, Column] = {}
        for row in self.rows:
            seen.setdefault(row.header, row)
        return list(seen.values())


def listing_of(sheet: Sheet, context: Context) -> Listing | None:
    """The criteria of a sheet; None when no header names criteria and figures, or too few rows follow."""
    header = _header(sheet, context)
    if not header:
        return None
    texts = {column: _said(sheet, header, column, context) for column in range(1, sheet.width + 1)}
    code = _first(texts, "component_code") or _first(texts, "ordinal")
    name = _first(texts, "component")
    listing = Listing(sheet, header, header[-1] + 1, header[-1], code, name)
    listing.headings, listing.heading = _headings(sheet, header[-1] + 1, context)
    _take_rows(listing, context)
    if len(listing.rows) < _FEWEST:
        return None
    rows = [row.at for row in listing.rows]
    listing.columns = [column_of(sheet, header, at, rows, context) for at in texts if at not in (code, name)]
    return listing


def _header(sheet: Sheet, context: Context) -> tuple[int, ...]:
    """The row that names criteria and figures, and those above it that belong to it by merged cells."""
    for row in range(1, min(sheet.height, _LOOK_DOWN) + 1):
        roles = {read_header((text,), context).role for _, text in _texts(sheet, row)}
        if roles & set(_KEYS) and (roles & set(_FIGURES) or _second(sheet, row, context)):
            return (row, row + 1) if _second(sheet, row, context) else (row,)
    return ()


def _second(sheet: Sheet, row: int, context: Context) -> bool:
    """Whether the next row goes on with the header: roles of figures and no number."""
    below = list(_texts(sheet, row + 1))
    numbers = sum(about(value) is not None for _, value in sheet.cells(row + 1))
    merged = any(area.first_row <= row < area.last_row for area in sheet.merges)
    roles = {read_header((text,), context).role for _, text in below}
    return bool(roles & set(_FIGURES)) and not numbers and (merged or len(below) >= 2)


def _texts(sheet: Sheet, row: int) -> Iterator[tuple[int, str]]:
    for column, value in sheet.cells(row):
        if isinstance(value, str) and value.strip():
            yield column, as_text(value)


def _said(sheet: Sheet, header: tuple[int, ...], column: int, context: Context) -> Said:
    parts = tuple(text for row in header if (text := spanned(sheet, row, column)))
    return read_header(tuple(dict.fromkeys(parts)), context)


def _first(texts: dict[int, Said], role: str) -> int:
    return next((column for column, said in texts.items() if said.role == role), 0)


def _headings(sheet: Sheet, first: int, context: Context) -> tuple[dict[int, frozenset[str]], int]:
    """Rows in which a unit is named, and the column where most of them are."""
    found: dict[int, dict[int, frozenset[str]]] = {}
    for row in range(first, sheet.height + 1):
        for column, text in _texts(sheet, row):
            ids = context.units(text) or context.heading_unit(text)
            if ids:
                found.setdefault(column, {})[row] = ids
    if not found:
        return {}, 0
    column = max(found, key=lambda c: (len(found[c]), -c))
    return found[column], column


def _take_rows(listing: Listing, context: Context) -> None:
    """The rows of criteria: a code or a known text, and a number beside it."""
    sheet = listing.sheet
    for row in range(listing.first, sheet.height + 1):
        if row in listing.headings:
            continue
        code = sheet.text(row, listing.code) if listing.code else ""
        name = sheet.text(row, listing.name) if listing.name else ""
        numbers = any(
            about(v) is not None for c, v in sheet.cells(row) if c not in (listing.code, listing.name)
        )
        label = code or name
        if not label:
            continue
        if context.is_skip(code) or context.is_skip(name):
            listing.skips.append(label)
        elif numbers and (_CODE.fullmatch(code) or words(name) in context.component_texts):
            parts = (f"{code.rstrip('.)')}. {name}" if code and name else label,)
            listing.rows.append(Column(row, label, parts, read_header(parts, context), _A_FIGURE))
    if listing.rows:
        listing.first = min([listing.rows[0].at, *listing.headings])
        listing.last = listing.rows[-1].at
    listing.skips = list(dict.fromkeys(listing.skips))
    below = range(listing.last + 1, sheet.height + 1)
    listing.tail = any(value not in (None, "") for row in below for _, value in sheet.cells(row))
