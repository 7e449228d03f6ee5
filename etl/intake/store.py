"""Files that people brought, kept as they came: by hash, read-only, under the name they had."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from etl.intake.atomic import not_written, sync_folder
from indices.errors import Problem, SourceError

FILES = "files"
READ_ONLY = 0o444
_HASH = re.compile(r"[0-9a-f]{64}")
_NOT_IN_NAMES = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)
_LONGEST = 150
_UNNAMED = "file"


@dataclass(frozen=True)
class Upload:
    """A file that is kept. `file_id`: its SHA-256; `name`: what people call it; `size` in bytes.

    `known`: the same bytes were there before.
    """

    file_id: str
    name: str
    size: int
    known: bool = False


class Store:
    """The kept files of an imports folder: files/<sha256>/<name>."""

    def __init__(self, imports_dir: Path) -> None:
        """Keep the place; folders are made by the first file."""
        self.folder = imports_dir / FILES

    def keep(self, name: str, data: bytes) -> Upload:
        """Keep a file. The same bytes are kept once, whatever they are called.

        Raises SourceError for an empty file, ReleaseError when the disk does not take it.
        """
        called = safe_name(name)
        if not data:
            raise SourceError([Problem("The file is empty", called, hint="send it again")])
        file_id = hashlib.sha256(data).hexdigest()
        known = (self.folder / file_id).is_dir()
        if not known:
            self._write(file_id, called, data)
        return Upload(file_id, called, len(data), known)

    def _write(self, file_id: str, name: str, data: bytes) -> None:
        draft = self.folder / f".{file_id}.{os.getpid()}.{secrets.token_hex(4)}"
        try:
            draft.mkdir(parents=True)
            with (draft / name).open("wb") as handle:
                handle.write(data)
                handle.flush()
                os.fsync(handle.fileno())
            (draft / name).chmod(READ_ONLY)
            sync_folder(draft)
            os.rename(draft, self.folder / file_id)
            sync_folder(self.folder)
        except OSError as error:
            # Another process may have kept the same file in the meantime: then all is well.
            if not (self.folder / file_id).is_dir():
                raise not_written(self.folder / name, error) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def find(self, file_id: str) -> Upload:
        """What is kept under an id. Raises SourceError when there is nothing."""
        path = self._path(file_id)
        return Upload(file_id, path.name, path.stat().st_size, known=True)

    def path(self, file_id: str) -> Path:
        """Where a kept file lies, after making sure that it is still what was sent. Raises SourceError."""
        path = self._path(file_id)
        with path.open("rb") as handle:
            found = hashlib.file_digest(handle, "sha256").hexdigest()
        if found != file_id:
            hint = "bring the file again; somebody changed the kept copy"
            raise SourceError(
                [Problem("A kept file is no longer what was sent", path.name, found=found, hint=hint)]
            )
        return path

    def _path(self, file_id: str) -> Path:
        folder = self.folder / file_id
        held = sorted(folder.iterdir()) if _HASH.fullmatch(file_id) and folder.is_dir() else []
        if not held:
            raise SourceError(
                [Problem("There is no such file", found=file_id, expected="the id of a kept file")]
            )
        return held[0]


def safe_name(name: str) -> str:
    """A file's name without anything that could lead elsewhere or that some system refuses."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    bare = _NOT_IN_NAMES.sub("", "".join(c for c in last if unicodedata.category(c) != "Cf"))
    bare = " ".join(bare.split()).strip(" .") or _UNNAMED
    bare = f"_{bare}" if _DEVICES.fullmatch(bare) else bare
    stem, dot, suffix = bare.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, dot, suffix = bare, "", ""
    room = _LONGEST - len((dot + suffix).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + dot + suffix
