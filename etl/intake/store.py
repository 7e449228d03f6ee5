"""Files that people brought, kept as they came: by hash, read-only, under the name they had."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from etl.intake.atomic import not_written, sync_folder
from etl.intake.findings import Finding
from etl.leftovers import sweep
from indices.errors import Problem, SourceError

FILES, ABOUT = "files", ".received.json"
READ_ONLY = 0o444
_HASH = re.compile(r"[0-9a-f]{64}")
_NOT_IN_NAMES = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)
_LONGEST = 150
_UNNAMED = "file"


@dataclass(frozen=True)
class Upload:
    """A file that is kept. `file_id`: its SHA-256; `name`: what people call it; `size` in bytes.

    `known`: it was kept before. `cleaned`: it is a copy without what concerned persons, so that its hash is
    not that of the file that was sent.
    """

    file_id: str
    name: str
    size: int
    known: bool = False
    cleaned: bool = False


class Store:
    """The kept files of an imports folder: files/<sha256>/<name>, and beside each how it was received."""

    def __init__(self, imports_dir: Path) -> None:
        """Keep the place; folders are made by the first file."""
        self.folder = imports_dir / FILES

    def keep(self, name: str, data: bytes, sent: str = "", left_out: Sequence[Finding] = ()) -> Upload:
        """Keep a file. The same bytes are kept once, whatever they are called.

        `sent`: hash of what was sent, where `data` is a copy that had something `left_out`. Raises
        ReleaseError when the disk does not take it.
        """
        file_id = hashlib.sha256(data).hexdigest()
        known = (self.folder / file_id).is_dir()
        if not known:
            told = {"sent": sent or file_id, "left_out": [found.as_json() for found in left_out]}
            self._write(
                file_id, {safe_name(name): data, ABOUT: json.dumps(told, ensure_ascii=False).encode()}
            )
        return replace(self.find(file_id), known=known)

    def tidy(self) -> None:
        """Remove what killed processes began to keep an hour ago or more."""
        sweep(self.folder.glob(".*"))

    def _write(self, file_id: str, files: Mapping[str, bytes]) -> None:
        draft = self.folder / f".{file_id}.{os.getpid()}.{secrets.token_hex(4)}"
        try:
            draft.mkdir(parents=True)
            for name, data in files.items():
                _write_read_only(draft / name, data)
            sync_folder(draft)
            os.rename(draft, self.folder / file_id)
            sync_folder(self.folder)
        except OSError as error:
            # Another process may have kept the same file in the meantime: then all is well.
            if not (self.folder / file_id).is_dir():
                raise not_written(self.folder / next(iter(files)), error) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def sent_before(self, sent: str) -> Upload | None:
        """The kept file that was made of what was sent with this hash; None when nothing was."""
        for path in self.folder.glob(f"*/{ABOUT}"):
            if not path.parent.name.startswith(".") and _about(path).get("sent") == sent:
                return replace(self.find(path.parent.name), known=True)
        return None

    def left_out(self, file_id: str) -> list[Finding]:
        """What a kept copy does not hold any more, as counts."""
        path = self._path(file_id).with_name(ABOUT)
        return [Finding.from_json(told) for told in _about(path).get("left_out", [])]

    def find(self, file_id: str) -> Upload:
        """What is kept under an id. Raises SourceError when there is nothing."""
        path = self._path(file_id)
        sent = _about(path.with_name(ABOUT)).get("sent", file_id)
        return Upload(file_id, path.name, path.stat().st_size, known=True, cleaned=sent != file_id)

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
        there = folder.iterdir() if _HASH.fullmatch(file_id) and folder.is_dir() else ()
        held = [path for path in there if path.name != ABOUT]
        if not held:
            raise SourceError(
                [Problem("There is no such file", found=file_id, expected="the id of a kept file")]
            )
        return held[0]


def _write_read_only(path: Path, data: bytes) -> None:
    with path.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    path.chmod(READ_ONLY)


def _about(path: Path) -> dict[str, Any]:
    """How a file was received; nothing where that is not known."""
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


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
