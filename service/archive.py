"""The archive of a backup: a zip file of what cannot be made again, with the SHA-256 of every file."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from indices.errors import DataError, Problem
from service.version import VERSION

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
FOLDERS: Final = ("releases", "imports", "dossiers")
SQLITE, DUMP = "workspace/workspace.sqlite", "workspace/workspace.pgdump"
PIECE: Final = 1024 * 1024  # bytes read at once


class BackupError(DataError):
    """A backup could not be made, is damaged, or cannot be put back here."""

    exit_code = 10


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself. `files`: SHA-256 by name; `revision`: of the workspace's schema, ""
    for none; `made_at`: ISO, UTC."""

    made_at: str
    release: str = ""
    revision: str = ""
    program: str = VERSION
    format: int = FORMAT
    files: dict[str, str] = field(default_factory=dict)


def write(target: Path, named: Iterable[tuple[str, Path]], about: Manifest) -> Manifest:
    """Write files under their names, and the list of them at the end, for the owner's eyes only."""
    target.touch(mode=0o600, exist_ok=False)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as packed:
        for name, path in named:
            with path.open("rb") as source, packed.open(name, "w", force_zip64=True) as into:
                about.files[name] = _copied(source, into)
        packed.writestr(MANIFEST, json.dumps(asdict(about), indent=1))
    return about


def _copied(source: IO[bytes], into: IO[bytes] | None) -> str:
    """Copy, and tell the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
        if into is not None:
            into.write(piece)
    return digest.hexdigest()


def verified(archive: Path, into: Path | None = None) -> Manifest:
    """Read every file of an archive against its list; with `into`, unpack them below that folder as well.

    Raises BackupError for one that is damaged, holds what it does not list, or is of a newer program.
    """
    try:
        with zipfile.ZipFile(archive) as packed:
            about = _manifest(packed, archive)
            for name, digest in about.files.items():
                if _unpacked(packed, name, into) != digest:
                    raise damaged(archive, name)
            return about
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        KeyError,
        NotImplementedError,
        OSError,
        zlib.error,
    ) as error:
        raise damaged(archive, str(error)) from error


def _manifest(packed: zipfile.ZipFile, archive: Path) -> Manifest:
    try:
        told: dict[str, Any] = json.loads(packed.read(MANIFEST))
        newer = _newer(told)
        about = Manifest(**told) if not newer else Manifest("")
    except (ValueError, TypeError, AttributeError) as error:
        raise damaged(archive, MANIFEST) from error
    if newer:
        hint = "install that version first, then restore"
        what = "This backup was made by a newer version of the program"
        raise BackupError([Problem(what, str(archive), found=newer, expected=VERSION, hint=hint)])
    listed = {*about.files, MANIFEST}
    astray = listed.symmetric_difference(packed.namelist()) | {n for n in about.files if not _safe(n)}
    if astray or len(packed.namelist()) != len(listed):
        raise damaged(archive, ", ".join(sorted(astray)))
    return about


def _newer(told: dict[str, Any]) -> str:
    """The version that made an archive, where it is beyond this one; "" otherwise."""
    program = str(told.get("program", ""))
    beyond = numbers(program) > numbers(VERSION) or int(told.get("format", 0)) > FORMAT
    return program if beyond else ""


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers, to be compared. Raises ValueError for what is none."""
    return tuple(int(part) for part in version.split("."))


def _safe(name: str) -> bool:
    """Whether a name stays in the folders that archives have."""
    parts = PurePosixPath(name).parts
    inside = len(parts) > 1 and not {"..", "."} & set(parts) and "\\" not in name and ":" not in name
    return inside and (name in (SQLITE, DUMP) or parts[0] in FOLDERS)


def _unpacked(packed: zipfile.ZipFile, name: str, into: Path | None) -> str:
    with packed.open(name) as source:
        if into is None:
            return _copied(source, None)
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            return _copied(source, file)


def damaged(archive: Path, found: str) -> BackupError:
    """The error of an archive that is not what it was."""
    hint = "take an older copy; nothing was changed here"
    return BackupError(
        [Problem("This backup cannot be used: it is damaged", str(archive), found=found, hint=hint)]
    )
