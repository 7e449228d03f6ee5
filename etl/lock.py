"""One at a time: a lock on a file that the operating system drops by itself when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indices.errors import Problem, ReleaseError

LOCK_NAME = ".lock"
_PAUSE = 0.05

if sys.platform == "win32":
    import msvcrt

    def _seize(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _seize(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def alone(folder: Path, busy: Problem, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock of a folder, which is made if need be.

    Raises ReleaseError with `busy` when another still holds it after `wait` seconds, or when the folder
    cannot be written.
    """
    handle = _lock_file(folder)
    try:
        if not _seized(handle, wait):
            raise ReleaseError([busy])
        yield
    finally:
        os.close(handle)


def is_held(folder: Path) -> bool:
    """Does a living process hold the lock of the folder?"""
    try:
        handle = os.open(folder / LOCK_NAME, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _seized(handle, 0.0)
    finally:
        os.close(handle)


@contextmanager
def only_builder(releases_dir: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock of a releases folder; raises ReleaseError when another still holds it after `wait` s."""
    what, hint = (
        "Another build or roll-back is at work on these releases",
        "wait until it has ended, then try again",
    )
    with alone(releases_dir, Problem(what, LOCK_NAME, str(releases_dir), hint=hint), wait):
        yield


def _lock_file(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ReleaseError(
            [Problem("The folder cannot be written", str(folder), found=str(error))]
        ) from error


def _seized(handle: int, wait: float) -> bool:
    end = time.monotonic() + wait
    while True:
        try:
            _seize(handle)
        except OSError:
            if time.monotonic() >= end:
                return False
            time.sleep(_PAUSE)
        else:
            return True
