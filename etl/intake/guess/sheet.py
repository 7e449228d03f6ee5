"""What was guessed of one sheet: how it is read, and each decision on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from etl.intake.decisions import Decision
from etl.intake.guess.tables import Table
from etl.intake.mapping_file import ColumnMap, SheetMap
from etl.readers.workbook import Sheet
from indices.framework import Framework


@dataclass
class SheetGuess:
    """A sheet with its proposed map; None when nothing of it can be read. `year`: that it is about;
    `unit_ids`: units that stand in it; `table`: with units in rows; `read`: whether the proposal reads it."""

    sheet: Sheet
    layout: str = ""
    plan: SheetMap | None = None
    decisions: list[Decision] = field(default_factory=list)
    year: int | None = None
    unit_ids: frozenset[frozenset[str]] = frozenset()
    table: Table | None = None
    read: bool = False

    @property
    def covers(self) -> frozenset[tuple[str, str]]:
        """Components and roles that the map reads; ("", role) where the rows tell the component."""
        return frozenset((c.component, c.role) for c in (self.plan.columns if self.plan else ()))


@dataclass(frozen=True)
class About:
    """What a table is read as: the framework and the year (None: not known, or told by a column)."""

    framework: Framework
    year: int | None = None
    kind: str = "scores"


def letter(column: int) -> str:
    """A column as spreadsheets name it."""
    return str(get_column_letter(column))


def names(texts: Sequence[str], most: int = 4) -> str:
    """Some texts for a sentence, the rest as dots."""
    shown = [text if len(text) <= 40 else f"{text[:39]}…" for text in texts[:most]]
    return ", ".join(f'"{text}"' for text in shown) + (" …" if len(texts) > most else "")


@dataclass(frozen=True)
class Mapped:
    """A column of figures with its map and the decision about it; `order` of its component."""

    plan: ColumnMap
    decision: Decision
    order: int
