"""A file that is not read: one sentence with what was found, what was expected and what to do."""

from __future__ import annotations

from typing import Any, Final

from etl.readers.limits import MIB
from indices.errors import Problem

READABLE: Final = ".xlsx, .xlsm, .xls, .ods, .csv, .tsv or .parquet"
_SAVE: Final = "open it in the program that made it and save the table as .xlsx or .csv"


class RefusedError(Exception):
    """Raised by whatever reads a file, which does not know how people call it; `problem` adds the name."""

    def __init__(self, what: str, **details: str) -> None:
        """`details`: place, found, expected, hint of the problem."""
        super().__init__(what)
        self.what = what
        self.details = details

    def problem(self, name: str) -> Problem:
        """The problem as people read it."""
        return Problem(self.what, name, **self.details)

    def as_json(self) -> dict[str, Any]:
        """Plain values, from the reading process to the one that asked."""
        return {"what": self.what, "details": self.details}


def size(count: float) -> str:
    """A number of bytes as people read it."""
    if count < MIB:
        return f"{count / 1024:,.1f} KiB"
    return f"{count / MIB:,.1f} MiB" if count < 10 * MIB else f"{count / MIB:,.0f} MiB"


def damaged(found: str = "") -> RefusedError:
    """The file is of a known kind but its inside does not hold together."""
    return RefusedError(
        "The file is damaged or was cut short",
        found=found,
        expected="a whole file",
        hint="copy or download it again, or open it in a spreadsheet program and save it anew",
    )


def empty() -> RefusedError:
    """There is nothing in the file."""
    return RefusedError(
        "The file holds no values",
        found="no cell with a value",
        expected="a table",
        hint="open it and look whether it is the right file",
    )


def has_password() -> RefusedError:
    """The file is locked."""
    return RefusedError(
        "The file is protected with a password",
        found="an encrypted file",
        expected="a file that opens without a password",
        hint="open it, remove the password (File > Info > Protect) and save it again",
    )


def too_much(what: str, found: str, most: str, hint: str, place: str = "") -> RefusedError:
    """A limit of `etl.readers.limits` is passed."""
    return RefusedError(what, place=place, found=found, expected=f"at most {most}", hint=hint)


def foreign(found: str) -> RefusedError:
    """The file is something else than a table, whatever its name says."""
    return RefusedError(
        "This kind of file is not read, whatever its name ends in", found=found, expected=READABLE, hint=_SAVE
    )
