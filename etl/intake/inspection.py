"""What is known of a file before it is imported: its sheets, a proposed mapping, how sure each part is."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from etl.intake.decisions import SURE, Decision
from etl.intake.mapping_file import ImportMapping, SheetMap


class Given(BaseModel):
    """What a person has said already; blank or None: not said. It is not guessed again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    index: str = ""
    year: int | None = None
    unit_set: str = ""
    kind: Literal["scores", "indicators"] = "scores"


@dataclass(frozen=True)
class SheetView:
    """A sheet as people see it. `state`: visible, hidden or very_hidden; `layout`: blank when none fits;
    `header`: texts of the first columns; `read`: whether the proposed mapping reads it; `plan`: how it could
    be read, also where it is not."""

    name: str
    state: str
    rows: int
    columns: int
    layout: str
    header_rows: tuple[int, ...]
    header: tuple[str, ...]
    read: bool
    plan: SheetMap | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        plan = self.plan.model_dump(mode="json") if self.plan else None
        return asdict(replace(self, plan=None)) | {"plan": plan}


@dataclass(frozen=True)
class Inspection:
    """Sheets, decisions and the mapping they make; `mapping` is None when too little could be told for one.

    `notices`: what reading the file left out or ignored.
    """

    file: str
    kind: str
    sheets: tuple[SheetView, ...]
    decisions: tuple[Decision, ...]
    mapping: ImportMapping | None
    notices: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[Decision, ...]:
        """Decisions that a person must confirm or give: blank ones, and those below SURE."""
        return tuple(decision for decision in self.decisions if not decision.sure)

    @property
    def ready(self) -> bool:
        """Whether there is a mapping and nothing of it waits for a person."""
        return self.mapping is not None and not self.missing

    def decision(self, what: str, sheet: str = "", column: str = "") -> Decision | None:
        """The decision about something; None when there was none to take."""
        asked = (what, sheet, column)
        return next((d for d in self.decisions if (d.what, d.sheet, d.column) == asked), None)

    def as_json(self) -> dict[str, Any]:
        """Plain values, for a program or a draft's record."""
        return {
            "file": self.file,
            "kind": self.kind,
            "sheets": [sheet.as_json() for sheet in self.sheets],
            "decisions": [decision.as_json() for decision in self.decisions],
            "missing": [decision.as_json() for decision in self.missing],
            "ready": self.ready,
            "sure_from": SURE,
            "mapping": self.mapping.model_dump(mode="json") if self.mapping else None,
            "notices": list(self.notices),
        }
