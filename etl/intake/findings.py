"""What a check found: an error, a warning or a note, with the cell it stands in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from etl.readers.workbook import cell_place
from indices.errors import Problem


class Level(StrEnum):
    """How much a finding weighs: an error stops the import, a warning asks a person, a note only tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing found in a file. `check`: its name in docs/checks.md. `row`, `column`: from 1; 0: no cell."""

    check: str
    level: Level
    problem: Problem
    sheet: str = ""
    row: int = 0
    column: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain values, for a draft's record."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Finding:
        """The finding that `as_json` wrote."""
        return cls(**{**told, "level": Level(told["level"]), "problem": Problem(**told["problem"])})


@dataclass(frozen=True)
class At:
    """A place in a file: the file's name, the sheet and the cell (0: no cell)."""

    file: str
    sheet: str = ""
    row: int = 0
    column: int = 0

    @property
    def place(self) -> str:
        """The cell with its sheet; the sheet alone where no cell is meant."""
        return cell_place(self.sheet, self.row, self.column) if self.row and self.column else self.sheet


def finding(check: str, level: Level, at: At, what: str, **details: str) -> Finding:
    """A finding at a place; `details` are found, expected and hint of its problem."""
    return Finding(check, level, Problem(what, at.file, at.place, **details), at.sheet, at.row, at.column)


def errors_of(findings: Iterable[Finding]) -> list[Finding]:
    """Those that stop an import."""
    return [found for found in findings if found.level is Level.ERROR]
