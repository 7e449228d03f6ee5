"""The data dictionary: what every table and column of a release means, in which unit, of which type.

Meanings stand in dictionary.csv, a row a table (no column) or a column; a row without a table is the meaning
of that column wherever no own row says otherwise. Types come from the schema itself.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from etl.warehouse.schema import metadata

FILE: Final = Path(__file__).with_name("dictionary.csv")
TEXT, WHOLE, NUMBER, FLAG = "text", "whole", "number", "flag"
_KINDS: Final[tuple[tuple[type[Any], str], ...]] = (
    (sa.Boolean, FLAG),
    (sa.Integer, WHOLE),
    (sa.Numeric, NUMBER),
    (sa.Double, NUMBER),
)


@dataclass(frozen=True)
class Meaning:
    """What a table or column means in both languages; `unit` is one of the words the screens know, or ""."""

    vi: str
    en: str
    unit: str = ""


@dataclass(frozen=True)
class Field:
    """A column: `kind` text | whole | number | flag, whether it may be missing, and its meaning."""

    table: str
    name: str
    kind: str
    nullable: bool
    meaning: Meaning


@cache
def meanings() -> dict[tuple[str, str], Meaning]:
    """Meaning by (table, column); ("", column) holds everywhere, (table, "") is that of the table."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {(row["table"], row["column"]): Meaning(row["vi"], row["en"], row["unit"]) for row in rows}


def meaning(table: str, column: str = "") -> Meaning:
    """Meaning of a table or of one of its columns. Raises KeyError where nobody wrote it down."""
    found = meanings()
    return found.get((table, column)) or found["", column]


def table_names() -> tuple[str, ...]:
    """The tables of a release, in the order of the schema."""
    return tuple(metadata.tables)


def fields(table: str) -> tuple[Field, ...]:
    """The columns of a table, in its order. Raises KeyError for a table that releases do not have."""
    return fields_of(table, metadata.tables[table].columns)


def fields_of(table: str, columns: Iterable[Any]) -> tuple[Field, ...]:
    """Columns of a statement as fields; a column of a table means what it means there, others as `table`."""
    return tuple(_field(table, column) for column in columns)


def _field(table: str, column: Any) -> Field:
    home = column.table.name if isinstance(column, sa.Column) else table
    known = (table, column.name) in meanings()
    kind = next((kind for sort, kind in _KINDS if isinstance(column.type, sort)), TEXT)
    nullable = bool(getattr(column, "nullable", True))
    return Field(table, column.name, kind, nullable, meaning(table if known else home, column.name))
