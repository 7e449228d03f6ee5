"""What can go wrong with what people write, as problems a screen can tell in its own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from indices.errors import DataError, Problem


class WorkspaceError(DataError):
    """The workspace could not be opened, read or written."""

    exit_code = 8


@dataclass(frozen=True)
class Fault:
    """One field that cannot be kept as typed: its name and the kind of fault, for a screen to translate."""

    field: str
    code: str
    found: str = ""


class InvalidError(WorkspaceError):
    """Values that cannot be kept; `faults` name the fields."""

    def __init__(self, kind: str, faults: list[Fault]) -> None:
        """Tell every fault of a row of `kind`, not only the first."""
        self.kind, self.faults = kind, tuple(faults)
        super().__init__(
            Problem(f"This cannot be kept: {fault.code}", place=f"{kind}.{fault.field}", found=fault.found)
            for fault in faults
        )


class DeniedError(WorkspaceError):
    """A write by somebody whose role does not allow it."""

    def __init__(self, kind: str) -> None:
        """Name the kind of row."""
        what = "Your role does not allow writing this"
        super().__init__([Problem(what, place=kind, hint="Ask who manages the people of this server")])


class MissingError(WorkspaceError):
    """A row that is not there, or was deleted (`by` says by whom)."""

    def __init__(self, kind: str, row_id: str, by: str = "") -> None:
        """Name the row that was looked for."""
        self.kind, self.row_id, self.by = kind, row_id, by
        what = f"This row was deleted by {by}" if by else "There is no such row"
        super().__init__([Problem(what, place=f"{kind} {row_id}", hint="Restore it first" if by else "")])


class StaleError(WorkspaceError):
    """A write on a version that somebody else has changed meanwhile."""

    def __init__(self, place: str, by: tuple[str, ...], at: datetime, fields: tuple[str, ...]) -> None:
        """Say who changed which fields, and when (UTC) for the last time."""
        self.by, self.at, self.fields = by, at, fields
        super().__init__(
            [
                Problem(
                    f"{', '.join(by)} changed this since it was opened",
                    place=place,
                    found=f"{', '.join(fields)}, last at {at:%Y-%m-%d %H:%M} UTC",
                    hint="Nothing was saved; open the row again and make the change on what stands there now",
                )
            ]
        )
