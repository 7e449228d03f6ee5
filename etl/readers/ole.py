"""The container of old Office files (OLE2), where a workbook with a password hides as well."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import olefile

from etl.readers.refusal import damaged, foreign, has_password

_OTHERS: Final = (("WordDocument", "a text document (Word)"), ("PowerPoint Document", "a presentation"))


@dataclass(frozen=True)
class OldBook:
    """The stream of an old workbook, and whether macros stand beside it."""

    stream: bytes
    macros: bool


def read_ole(path: Path) -> OldBook:
    """The workbook in the container. Raises RefusedError when it is locked, damaged or something else."""
    try:
        with olefile.OleFileIO(path) as ole:
            if ole.exists("EncryptedPackage"):
                raise has_password()
            name = next((name for name in ("Workbook", "Book") if ole.exists(name)), "")
            if name:
                return OldBook(ole.openstream(name).read(), ole.exists("_VBA_PROJECT_CUR"))
            found = next((what for stream, what in _OTHERS if ole.exists(stream)), "")
    except (OSError, ValueError, IndexError, TypeError, struct.error) as error:
        raise damaged("an old document that breaks off") from error
    raise foreign(found or "an old document that is no workbook")
