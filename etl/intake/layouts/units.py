"""Names of units in cells: found among the pack's names, or refused with the nearest ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from etl.intake.layouts.table import Table
from etl.intake.layouts.words import unit_titles
from etl.mapping import UNIT_SEPARATOR, Match, fold
from etl.readers.workbook import Place

# Numbering before a name ("12. ", "IV) ") and marks of footnotes after it ("*", "(1)", superscripts).
_NUMBERING: Final = re.compile(r"^\s*(\d{1,3}|[IVXLC]{1,6})\s*[.)/]\s*(?=\D)")
_MARKS: Final = re.compile(r"\s*(\(\d{1,2}\)|\[\d{1,2}\]|[*†‡¹²³⁴⁵⁶⁷⁸⁹]+)\s*$")
_SHOWN: Final = 80


@dataclass(frozen=True)
class Named:
    """A unit that a cell names: the name by which the pack knows it, and its id."""

    name: str
    unit_id: str


def banner_name(text: str) -> str:
    """The name in a heading or banner, without numbering, words for "unit" and what precedes a colon."""
    bare = _NUMBERING.sub("", text.split(":", 1)[1] if ":" in text else text).strip()
    for title in unit_titles():
        words = len(title.split())
        if fold(bare).startswith(title + " "):
            return " ".join(bare.split()[words:])
    return bare


def bare_name(text: str) -> str:
    """A name without numbering before it and footnote marks after it."""
    return _MARKS.sub("", _NUMBERING.sub("", text)).strip()


def look_up(table: Table, unit_set: str, text: str) -> tuple[str, Match]:
    """The match of a name as printed, or else of its bare form; before it the name that the pack knows."""
    first = _prefixed(table, text)
    match = table.reading.match(unit_set, first)
    bare = bare_name(text)
    if match.unit_id or match.candidates or bare == text:
        return first, match
    again = _prefixed(table, bare)
    second = table.reading.match(unit_set, again)
    return (again, second) if second.unit_id or second.candidates else (first, match)


def _prefixed(table: Table, text: str) -> str:
    """A name of an internal unit with its province before it, as the pack knows it."""
    owner = table.reading.mapping.unit_of
    return f"{owner}{UNIT_SEPARATOR}{text}" if owner and UNIT_SEPARATOR not in text else text


def named_unit(table: Table, unit_set: str, text: str, cell: Place) -> Named | None:
    """The unit of a cell; None after telling that it is unknown or may be several."""
    name, match = look_up(table, unit_set, text)
    if match.unit_id:
        return Named(name, match.unit_id)
    several = "; ".join(match.candidates)
    near = "; ".join(match.near)
    table.error(
        "unknown_unit",
        cell,
        "The name may mean several units" if several else "The unit is not known",
        found=text[:_SHOWN],
        expected=several or near,
        hint="write the full name" if several else "write one of the known names, or add an alias",
    )
    return None
