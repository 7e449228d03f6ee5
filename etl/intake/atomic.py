"""Files that are there whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from indices.errors import Problem, ReleaseError


def write_whole(path: Path, text: str) -> None:
    """Write a small file beside and rename it into place. Raises ReleaseError; the old file then stays."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", newline="") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(draft, path)
        sync_folder(path.parent)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise not_written(path, error) from error


def sync_folder(folder: Path) -> None:
    """Ask the disk to keep the names in a folder; on Windows folders cannot be synced and need not be."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def not_written(path: Path, error: OSError) -> ReleaseError:
    """The error of a file that the disk would not take."""
    hint = "make room on the disk or see who may write there, then try again"
    what, place = "A file cannot be written", str(path.parent)
    return ReleaseError([Problem(what, path.name, place, str(error), hint=hint)])


def now() -> str:
    """The time, ISO, UTC, to the millisecond: journals sort by it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
