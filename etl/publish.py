"""Releases on disk: written beside, verified, renamed to a versioned name, then served by moving a pointer.

At every moment the pointer names a whole release: a crash before the last step leaves the old one served, and
what it left behind is removed by the next build.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from etl.warehouse.connect import POINTER_NAME, Pointer, ReleaseFile, read_pointer
from etl.warehouse.load import verify_release, write_release
from etl.warehouse.schema import listed_imports, release_info
from indices.errors import Problem, ReleaseError

_PREFIX, _SUFFIX, _UNFINISHED = "release_", ".duckdb", ".building_"


@dataclass(frozen=True)
class Release:
    """A release on disk; `served` tells whether the pointer names it."""

    release_id: str
    file: str
    built_at: str
    size: int
    served: bool


def release_path(releases_dir: Path, release_id: str) -> Path:
    """Where the file of a release lies."""
    return releases_dir / f"{_PREFIX}{release_id}{_SUFFIX}"


def store(releases_dir: Path, release_id: str, frames: Mapping[str, pd.DataFrame]) -> Path:
    """Write, verify and name the file of a release; nothing is served yet. Raises ReleaseError."""
    draft = releases_dir / f"{_UNFINISHED}{release_id}_{os.getpid()}{_SUFFIX}"
    try:
        _write_verified(draft, release_id, frames)
        target = release_path(releases_dir, release_id)
        _sync(draft)
        os.replace(draft, target)
        _sync(releases_dir)
    except OSError as error:
        problem = Problem("The release cannot be written", draft.name, str(releases_dir), str(error))
        raise ReleaseError([problem]) from error
    finally:
        remove_unfinished(releases_dir)
    return target


def _write_verified(draft: Path, release_id: str, frames: Mapping[str, pd.DataFrame]) -> None:
    try:
        write_release(draft, frames)
    except sa.exc.SQLAlchemyError as error:
        problem = Problem("The release cannot be written", draft.name, found=str(error))
        raise ReleaseError([problem]) from error
    if problems := verify_release(draft, release_id):
        raise ReleaseError(problems)


def serve(releases_dir: Path, pointer: Pointer) -> None:
    """Move the pointer, in one step that either happens or does not. Raises ReleaseError."""
    draft = releases_dir / f"{_UNFINISHED}{POINTER_NAME}"
    try:
        draft.write_text(pointer.to_json(), encoding="utf-8")
        _sync(draft)
        os.replace(draft, releases_dir / POINTER_NAME)
        _sync(releases_dir)
    except OSError as error:
        remove_unfinished(releases_dir)
        problem = Problem("The pointer cannot be moved", POINTER_NAME, str(releases_dir), str(error))
        raise ReleaseError([problem]) from error


def _sync(path: Path) -> None:
    """Ask the disk to keep what was written; on Windows folders cannot be synced and need not be."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_unfinished(releases_dir: Path) -> None:
    """Remove what an interrupted build left behind."""
    for path in releases_dir.glob(f"{_UNFINISHED}*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def served(releases_dir: Path) -> Pointer | None:
    """The pointer, or None when nothing is served yet. A damaged pointer raises ReleaseError."""
    path = releases_dir / POINTER_NAME
    return read_pointer(path) if path.exists() else None


def pointer_to(releases_dir: Path, release_id: str, rolled_back_from: str = "") -> Pointer:
    """A pointer to a release that is on disk, after checking it. Raises ReleaseError."""
    path = release_path(releases_dir, release_id)
    if not path.is_file():
        raise ReleaseError([_no_such(releases_dir, release_id)])
    if problems := verify_release(path, release_id):
        raise ReleaseError(problems)
    return pointer_to_stored(releases_dir, release_id, rolled_back_from)


def pointer_to_stored(releases_dir: Path, release_id: str, rolled_back_from: str = "") -> Pointer:
    """A pointer to a release that `store` has just verified and written."""
    path = release_path(releases_dir, release_id)
    told = _told(path)
    return Pointer(release_id, path.name, told.get("built_at", ""), rolled_back_from, listed_imports(told))


def _no_such(releases_dir: Path, release_id: str) -> Problem:
    known = ", ".join(r.release_id for r in releases(releases_dir))
    return Problem("There is no such release", release_id, str(releases_dir), "no file", known)


def _told(path: Path) -> dict[str, str]:
    """What a release file says of itself. A file that was read before and is the same is not opened again."""
    try:
        found = path.stat()
    except OSError:
        return _read(path)
    return _read_once(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=256)
def _read_once(path: Path, _changed: int, _size: int) -> dict[str, str]:
    return _read(path)


def _read(path: Path) -> dict[str, str]:
    release = ReleaseFile(path)
    frame = release.frame(sa.select(release_info))
    release.close()
    return {str(key): str(value) for key, value in zip(frame["key"], frame["value"], strict=True)}


def imports_of(releases_dir: Path, release_id: str) -> tuple[str, ...]:
    """Imports that a release on disk holds; none where it is gone or cannot be opened."""
    with contextlib.suppress(ReleaseError):
        return listed_imports(_told(release_path(releases_dir, release_id)))
    return ()


def releases(releases_dir: Path) -> list[Release]:
    """Every readable release on disk, newest first."""
    current = served_or_none(releases_dir)
    found = []
    for path in releases_dir.glob(f"{_PREFIX}*{_SUFFIX}"):
        release_id = path.name.removeprefix(_PREFIX).removesuffix(_SUFFIX)
        with contextlib.suppress(ReleaseError):
            built_at = _told(path).get("built_at", "")
            is_served = current is not None and current.release_id == release_id
            found.append(Release(release_id, path.name, built_at, path.stat().st_size, is_served))
    return sorted(found, key=lambda r: (r.built_at, r.release_id), reverse=True)


def served_or_none(releases_dir: Path) -> Pointer | None:
    """The pointer, or None when there is none or it is damaged: a build mends that."""
    with contextlib.suppress(ReleaseError):
        return served(releases_dir)
    return None


def prune(releases_dir: Path, keep: int) -> list[str]:
    """Delete all but the `keep` newest releases, never the served one; returns the ids deleted."""
    old = [r for r in releases(releases_dir)[keep:] if not r.served]
    for release in old:
        # A file that a reader holds open cannot be deleted on Windows: the next build tries again.
        with contextlib.suppress(PermissionError):
            release_path(releases_dir, release.release_id).unlink(missing_ok=True)
    return [r.release_id for r in old]


def roll_back(releases_dir: Path, release_id: str | None = None) -> Pointer:
    """Serve an earlier release: the given one, or the newest built before the served one.

    Its imports are in force again with it. The pointer remembers what was stepped back from, so that an
    unattended build does not undo it.
    """
    current = served(releases_dir)
    target = release_id or _before(releases_dir, current)
    left = current.release_id if current and current.release_id != target else ""
    pointer = pointer_to(releases_dir, target, left)
    serve(releases_dir, pointer)
    return pointer


def _before(releases_dir: Path, current: Pointer | None) -> str:
    listed = releases(releases_dir)
    place = next((i for i, r in enumerate(listed) if r.served), -1)
    if current is None or place + 1 >= len(listed):
        raise ReleaseError([Problem("There is no earlier release to go back to", str(releases_dir))])
    return listed[place + 1].release_id
