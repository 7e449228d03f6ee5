"""Who did what and when: one line of JSON a deed, only ever added to."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from etl.intake.atomic import not_written, now
from etl.lock import alone
from indices.errors import Problem

JOURNAL = "journal.jsonl"
_WAIT = 10.0
_BINARY = getattr(os, "O_BINARY", 0)


class Journal:
    """The journal of an imports folder; safe under several processes."""

    def __init__(self, imports_dir: Path) -> None:
        """Keep the place; the file is made by the first entry."""
        self.path = imports_dir / JOURNAL

    def note(self, did: str, who: str, **what: object) -> None:
        """Add one entry: `did` (received, staged, published ...), who, and the ids it is about.

        Raises ReleaseError when it cannot be written; nothing half-written stays.
        """
        entry = {"did": did, "who": who, **{k: v for k, v in what.items() if v}}
        busy = Problem("The journal is being written by another", JOURNAL, hint="try again")
        with alone(self.path.parent, busy, _WAIT):
            line = json.dumps({"at": now(), **entry}, ensure_ascii=False) + "\n"
            try:
                _append(self.path, line.encode())
            except OSError as error:
                raise not_written(self.path, error) from error

    def entries(self) -> list[dict[str, Any]]:
        """Every entry, oldest first; a line that a crash cut short is left out."""
        if not self.path.exists():
            return []
        return [told for line in self.path.read_bytes().split(b"\n") if (told := _entry(line))]

    def tells(self, did: str, import_id: str, since: str) -> bool:
        """Is a deed to an import in the journal, done at that time or later?"""
        return any(
            entry.get("did") == did and entry.get("import_id") == import_id and entry.get("at", "") >= since
            for entry in self.entries()
        )


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _append(path: Path, line: bytes) -> None:
    """Add a line at the end, on a line of its own even where a crash cut the last one short."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | _BINARY, 0o644)
    try:
        size = os.fstat(handle).st_size
        torn = size > 0 and _last_byte(handle) != b"\n"
        _write_all(handle, b"\n" + line if torn else line, size)
        os.fsync(handle)
    finally:
        os.close(handle)


def _last_byte(handle: int) -> bytes:
    os.lseek(handle, -1, os.SEEK_END)
    return os.read(handle, 1)


def _write_all(handle: int, data: bytes, size: int) -> None:
    """Write it all, or leave the file at its old size."""
    try:
        while data:
            data = data[os.write(handle, data) :]
    except OSError:
        os.ftruncate(handle, size)
        raise
