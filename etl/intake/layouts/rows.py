"""Rows of a table: data, or numbering, totals, footnotes, hidden ones. What is left out is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from etl.intake.layouts.cells import any_filled
from etl.intake.layouts.table import Table
from etl.intake.layouts.units import Named, look_up, named_unit
from etl.intake.layouts.words import is_no_unit, like
from etl.readers.workbook import Place, as_text

_NUMBERED: Final = re.compile(r"\(\s*[\dA-Za-z]{1,2}\s*\)(\s*=.*)?|\[\s*\d{1,2}\s*\]|\d{1,2}(\s*=.*)?|[A-Z]")
_SHOWN: Final = 60


def data_rows(table: Table) -> Iterator[int]:
    """Rows of the table that hold something, without hidden ones (as the mapping says) and numbering."""
    hidden = _hidden(table)
    for row in range(table.first_row, table.last_row + 1):
        filled = table.filled(row)
        if not filled or row in hidden:
            continue
        if is_numbering([table.sheet.text(row, column) for column in filled]):
            table.note("numbering_row", (row, filled[0]), "A row that numbers the columns is not read")
            continue
        yield row


def _hidden(table: Table) -> frozenset[int]:
    """Hidden rows that are left out; told, as an error unless the mapping says what to do about them."""
    rows = range(table.first_row, table.last_row + 1)
    hidden = sorted(row for row in table.sheet.hidden_rows if row in rows and table.filled(row))
    if not hidden:
        return frozenset()
    cell = (hidden[0], table.filled(hidden[0])[0])
    found = spans(hidden)
    if table.plan.hidden == "read":
        table.note("hidden_rows", cell, "Hidden rows are read", found=found)
        return frozenset()
    if table.plan.hidden == "skip":
        table.note("hidden_rows", cell, "Hidden rows are not read", found=found)
    else:
        hint = "show the rows, or let the mapping read or skip what is hidden"
        table.error("hidden_rows", cell, "Rows of the table are hidden", found=found, hint=hint)
    return frozenset(hidden)


def spans(rows: list[int]) -> str:
    """Numbers of rows as ranges: 3-5, 9."""
    parts: list[list[int]] = []
    for row in rows:
        if parts and row == parts[-1][1] + 1:
            parts[-1][1] = row
        else:
            parts.append([row, row])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def is_numbering(texts: list[str]) -> bool:
    """Whether a row only numbers the columns: (1) (2) (3), or A B 1 2 3."""
    if len(texts) < 2 or not all(_NUMBERED.fullmatch(text) for text in texts):
        return False
    if all(text[0] in "([" for text in texts):
        return True
    plain = [int(text.split("=")[0]) for text in texts if text[0].isdigit()]
    return len(plain) > 1 and plain == list(range(plain[0], plain[0] + len(plain))) and plain[0] <= len(texts)


def is_skipped(table: Table, row: int, label: str) -> bool:
    """Whether the label of a row (the unit's cell, or else its first filled one) marks a row without data."""
    if not label or not (like(label, table.plan.skip) or is_no_unit(label)):
        return False
    what = "A row of totals or the like is not read"
    table.note("skipped_row", (row, table.filled(row)[0]), what, found=label[:_SHOWN])
    return True


def row_unit(table: Table, row: int, unit_at: int, figures: list[int], unit_set: str) -> Named | None:
    """The unit of a row of figures; None where the row is no data, told as what it is.

    A row with figures must name a known unit.
    """
    text, cell = table.name(row, unit_at), (row, unit_at)
    filled = table.filled(row)
    if is_skipped(table, row, text or as_text(table.sheet.at(row, filled[0]))):
        return None
    if any_filled(table, row, figures):
        if text:
            return named_unit(table, unit_set, text, cell)
        table.error("figures_without_unit", cell, "The row holds figures but names no unit")
        return None
    known = text and look_up(table, unit_set, text)[1].unit_id
    if known:
        table.blank_units.add(known)
        table.note("blank_unit_row", cell, "The unit has no figure: nothing published", found=text)
    elif any(isinstance(table.sheet.at(row, column), str) for column in filled):
        tell_text(table, (row, filled[0]))
    return None


def tell_text(table: Table, cell: Place) -> None:
    """Note a row of text without figures, whose text is not repeated, as it may be anything."""
    table.note("footnote", cell, "A row of text without figures is not read: a heading or a footnote")
