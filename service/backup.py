"""Backup and restore of everything that cannot be made again: releases, imports, dossiers, the workspace.

A restore happens wholly or not at all: everything is unpacked and checked beside the folders first, and only
then put in place, into folders that are empty.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from etl import publish
from etl.lock import LOCK_NAME, only_builder
from etl.settings import Settings as DataSettings
from etl.warehouse.load import verify_release
from indices.errors import Problem
from service import archive, postgres
from service.archive import DUMP, SQLITE, BackupError, Manifest
from workspace.database import SQLITE as FILE
from workspace.database import Workspace
from workspace.settings import Settings as WorkspaceSettings

WAIT: Final = 60.0  # seconds for a build or a publishing to end
UNFINISHED: Final = (".building_", ".restoring_")
STAGED: Final = ".restoring_"


@dataclass(frozen=True)
class Places:
    """Where everything lies."""

    data: DataSettings
    workspace: WorkspaceSettings

    @classmethod
    def told(cls) -> Places:
        """As the settings of this computer say."""
        return cls(DataSettings(), WorkspaceSettings())

    @property
    def folders(self) -> dict[str, Path]:
        """Folders by their name in the archive."""
        return {name: Path(getattr(self.data, f"{name}_dir")) for name in archive.FOLDERS}

    @property
    def database(self) -> sa.URL | None:
        """The PostgreSQL database, where the workspace is one."""
        url = self.workspace.database_url.get_secret_value()
        return postgres.plain(url) if url else None


def back_up(target: Path, places: Places) -> Manifest:
    """Write the archive. Nothing is published meanwhile; people go on writing. Raises a DataError.

    The archive is read back whole before it gets its name.
    """
    if target.exists():
        raise BackupError([Problem("The file is there already", str(target))])
    draft = target.with_name(f".{target.name}.part")
    try:
        with only_builder(places.data.releases_dir, WAIT), tempfile.TemporaryDirectory() as folder:
            copies, revision = _workspace_copy(places, Path(folder))
            current = publish.served_or_none(places.data.releases_dir)
            about = Manifest(_now(), current.release_id if current else "", revision)
            archive.write(draft, [*_files(places), *copies], about)
        archive.verified(draft)
        os.replace(draft, target)
    except OSError as error:
        raise BackupError([Problem("The backup cannot be written", str(target), found=str(error))]) from error
    finally:
        draft.unlink(missing_ok=True)
    return about


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _files(places: Places) -> Iterator[tuple[str, Path]]:
    """Every finished file of the folders; of a folder in another one, once, under its own name."""
    folders = places.folders
    for name, folder in folders.items():
        inner = [other for other in folders.values() if other != folder and other.is_relative_to(folder)]
        for path in sorted(folder.rglob("*")):
            passing = path.name == LOCK_NAME or any(
                p.startswith(UNFINISHED) for p in path.relative_to(folder).parts
            )
            if path.is_file() and not passing and not any(path.is_relative_to(one) for one in inner):
                yield f"{name}/{path.relative_to(folder).as_posix()}", path


def _workspace_copy(places: Places, folder: Path) -> tuple[list[tuple[str, Path]], str]:
    """A copy of the workspace as one state, if there is one, and the revision of its schema."""
    if places.database is None and not places.workspace.workspace_path.is_file():
        return [], ""
    workspace = Workspace(places.workspace.url())
    try:
        copy = folder / "workspace"
        if workspace.url.get_backend_name() == FILE:
            workspace.backup(copy)
        else:
            postgres.dump(places.database, copy)
        return [(SQLITE if places.database is None else DUMP, copy)], _revision(workspace.engine)
    finally:
        workspace.close()


def _revision(engine: sa.Engine) -> str:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return ""
        return str(connection.scalar(sa.text("SELECT version_num FROM alembic_version")) or "")


def restore(source: Path, places: Places) -> Manifest:
    """Put an archive back into empty folders and an empty workspace, wholly or not at all.

    Raises BackupError for an archive that cannot be used and for places that hold something.
    """
    about = archive.verified(source)
    if found := [*_held(places), *_other_kind(about, places)]:
        raise BackupError(found)
    base = places.data.releases_dir.parent
    try:
        base.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=STAGED, dir=base) as folder:
            archive.verified(source, Path(folder))
            _check_release(Path(folder) / "releases", about, source)
            _put_in_place(Path(folder), places)
    except OSError as error:
        raise BackupError([Problem("The backup cannot be put back", str(base), found=str(error))]) from error
    return about


def _held(places: Places) -> list[Problem]:
    """What is not empty."""
    hint = "restore into empty folders: move away what is there"
    full = [path for path in places.folders.values() if path.is_dir() and _content(path, places)]
    full += [path for path in [places.workspace.workspace_path] if places.database is None and path.exists()]
    found = [Problem("There is something here already", str(path), hint=hint) for path in full]
    if places.database is not None and postgres.tables(places.database):
        what, where = (
            "The database holds tables already",
            places.database.render_as_string(hide_password=True),
        )
        found.append(Problem(what, where, hint="restore into an empty database"))
    return found


def _content(folder: Path, places: Places) -> list[Path]:
    """What lies in a folder, but locks and the other folders."""
    others = [path for path in places.folders.values() if path != folder]
    return [path for path in folder.iterdir() if path.name != LOCK_NAME and path not in others]


def _other_kind(about: Manifest, places: Places) -> list[Problem]:
    """A workspace of one kind does not go into a database of the other."""
    kept, here = DUMP in about.files, places.database is not None
    if kept == here or not {SQLITE, DUMP} & set(about.files):
        return []
    found, expected = ("PostgreSQL", "SQLite") if kept else ("SQLite", "PostgreSQL")
    hint = "set CCHC_DATABASE_URL to an empty database" if kept else "unset CCHC_DATABASE_URL"
    return [Problem("The workspace in the backup is of another kind", "", "", found, expected, hint)]


def _check_release(folder: Path, about: Manifest, source: Path) -> None:
    """The release that was served opens and is the one it says."""
    if not about.release:
        return
    current = publish.served_or_none(folder)
    if current is None or verify_release(folder / current.file, about.release):
        raise archive.damaged(source, f"release {about.release}")


def _put_in_place(staged: Path, places: Places) -> None:
    """Rename what was unpacked; what was renamed goes away again when a later step fails."""
    moves = [(staged / name, path) for name, path in _outer_first(places) if (staged / name).is_dir()]
    if (staged / SQLITE).is_file():
        moves.append((staged / SQLITE, places.workspace.workspace_path))
    with ExitStack() as undo:
        for source, target in moves:
            _cleared(target)
            undo.callback(_removed, target)
            shutil.move(source, target)
        if (staged / DUMP).is_file() and places.database is not None:
            postgres.load(places.database, staged / DUMP)
        undo.pop_all()


def _outer_first(places: Places) -> list[tuple[str, Path]]:
    return sorted(places.folders.items(), key=lambda item: len(item[1].parts))


def _cleared(target: Path) -> None:
    """Make room: an empty folder, or one with a lock only, goes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        (target / LOCK_NAME).unlink(missing_ok=True)
        target.rmdir()


def _removed(target: Path) -> None:
    with contextlib.suppress(OSError):
        shutil.rmtree(target) if target.is_dir() else target.unlink()
