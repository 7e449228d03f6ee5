"""One builder at a time: a lock the operating system drops by itself when its holder dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indices.errors import Problem, ReleaseError

LOCK_NAME = ".lock"

if sys.platform == "win32":
    import msvcrt

    def _seize(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _seize(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _lock_file(releases_dir: Path) -> int:
    try:
        releases_dir.mkdir(parents=True, exist_ok=True)
        return os.open(releases_dir / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        problem = Problem("The folder of releases cannot be written", str(releases_dir), found=str(error))
        raise ReleaseError([problem]) from error


@contextmanager
def only_builder(releases_dir: Path) -> Iterator[None]:
    """Hold the lock of a releases folder; raises ReleaseError at once when another process holds it."""
    handle = _lock_file(releases_dir)
    try:
        try:
            _seize(handle)
        except OSError as error:
            problem = Problem(
                "Another build or roll-back is at work on these releases",
                LOCK_NAME,
                str(releases_dir),
                hint="wait until it has ended, then try again",
            )
            raise ReleaseError([problem]) from error
        yield
    finally:
        os.close(handle)
