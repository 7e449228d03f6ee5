"""How a check is written down: a small function with an id and a level; what it finds are hits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from etl.intake.checks.incoming import Incoming
from etl.intake.checks.table import Table
from etl.intake.findings import At, Level

TABLE: Final = "table"
FILE: Final = "file"
Seen = TypeVar("Seen", Table, Incoming)


@dataclass(frozen=True)
class Hit:
    """One thing found: the cell, what stands there and what was expected.

    The texts are names of units, codes in square brackets and figures, so that they need no translation.
    """

    at: At
    found: str = ""
    expected: str = ""


@dataclass(frozen=True)
class Check(Generic[Seen]):
    """A check of the registry. `id`: family.name, the key of its texts. `scope`: what it looks at, one table
    of figures (one index, year and unit set) or the whole file. `find`: yields hits, never raises."""

    id: str
    level: Level
    scope: str
    find: Callable[[Seen], Iterator[Hit]]

    @property
    def meaning(self) -> str:
        """What the code says of itself: the docstring of the function."""
        return " ".join((self.find.__doc__ or "").split())


def table_check(name: str, level: Level) -> Callable[[Callable[[Table], Iterator[Hit]]], Check[Table]]:
    """Make a function over one table of figures a check."""
    return lambda find: Check(name, level, TABLE, find)


def file_check(name: str, level: Level) -> Callable[[Callable[[Incoming], Iterator[Hit]]], Check[Incoming]]:
    """Make a function over everything that came in a check."""
    return lambda find: Check(name, level, FILE, find)
