"""Tables as people take them away: pure functions from what is on the screen to file bytes.

Nothing here queries, reads a clock or knows a language: the caller hands over the table, the words and the
time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# A spreadsheet program takes a cell that begins with one of these for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """One column as shown: where its value is, its header, the decimals (None: text), whether signs are
    shown.
    """

    field: str
    label: str
    decimals: int | None = None
    signed: bool = False
    unit: str = ""
    percent: bool = False

    @property
    def header(self) -> str:
        """The header with the unit once, as on the screen."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True)
class Labels:
    """The words of a file in one language: all text a file holds beside the table itself."""

    table_sheet: str
    source_sheet: str
    source: str
    release: str
    filters: str
    no_filters: str
    time: str
    notes: str
    unit: str
    blank: str


@dataclass(frozen=True)
class Table:
    """A table to write: title, unit, columns and rows exactly as shown, and where they come from.

    `rows` are mappings from `Column.field` to a number, text or None (not published).
    `sources` are names of documents; `filters` say in words what was chosen; `time` is text.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]
    release_id: str = ""
    sources: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unit: str = ""
    time: str = ""
    decimal_comma: bool = True
    extra: Mapping[str, str] = field(default_factory=dict)


def lines_of(value: object) -> tuple[str, ...]:
    """`value` (text, list of texts, mapping or nothing) as lines of text."""
    if value is None or value == "":
        return ()
    if isinstance(value, Mapping):
        return tuple(f"{key}: {item}" for key, item in value.items() if item not in (None, ""))
    if isinstance(value, str):
        return (value,)
    return tuple(str(item) for item in value) if isinstance(value, Sequence) else (str(value),)


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet program would run `text` instead of showing it."""
    return text.startswith(FORMULA_STARTS)


def as_text(value: object) -> str:
    """A value as one text: a list of words with semicolons, nothing for a missing value."""
    if isinstance(value, list | tuple):
        return "; ".join(str(item) for item in value)
    return "" if value is None or value != value else str(value)


def is_number(value: object) -> bool:
    """Whether `value` is a finite number (a bool is not a number here, nor is NaN)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value == value and value not in (float("inf"), float("-inf"))


def visible_columns(columns: Sequence[Mapping[str, Any]], state: Sequence[Mapping[str, Any]] | None) -> list:
    """`columns` in the order the reader gave them, without those hidden; `state` is the grid's
    columnState. What is left out for want of room alone (`for_room`) stays: a file has room.
    """
    if not state:
        return list(columns)
    place = {str(item.get("colId")): n for n, item in enumerate(state)}
    hidden = {str(item.get("colId")) for item in state if item.get("hide")}
    kept = [column for column in columns if column.get("for_room") or column["field"] not in hidden]
    return sorted(kept, key=lambda column: place.get(column["field"], len(place)))


def table_from_payload(
    payload: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]] | None = None,
    state: Sequence[Mapping[str, Any]] | None = None,
    time: str = "",
    decimal_comma: bool = True,
) -> Table:
    """The table of a page store `{title, columns, rows, meta}`; `rows` and `state` are what the grid now
    shows.
    """
    meta = payload.get("meta") or {}
    columns = visible_columns(payload.get("columns") or [], state)
    known = Column.__dataclass_fields__
    return Table(
        title=str(payload.get("title") or ""),
        columns=tuple(Column(**{key: item[key] for key in known if key in item}) for item in columns),
        rows=tuple(payload.get("rows") or [] if rows is None else rows),
        release_id=str(meta.get("release_id") or ""),
        sources=lines_of(meta.get("source")),
        filters=lines_of(meta.get("filters")),
        notes=(*lines_of(meta.get("notes")), *lines_of(meta.get("note"))),
        unit=str(meta.get("unit") or ""),
        time=time,
        decimal_comma=decimal_comma,
    )
