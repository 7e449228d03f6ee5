"""The release id: a hash of everything that decides what a release holds, and of nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path

from etl.pack import pack_files
from etl.settings import ROOT, Settings
from etl.warehouse.schema import SCHEMA_VERSION
from indices.errors import Problem, SourceError

ID_LENGTH = 12
_CODE = ("indices", "etl")


def content_id(settings: Settings) -> str:
    """Twelve hex digits that name a release: same pack, definitions and code give the same id.

    Line ends are unified first, so that a checkout on Windows gives the id of one on Linux. The time of the
    build is left out. Raises SourceError for a file that cannot be read.
    """
    digest = hashlib.sha256(f"schema {SCHEMA_VERSION}\n".encode())
    for label, path in _inputs(settings):
        body = _bytes(label, path).replace(b"\r\n", b"\n")
        digest.update(f"{label}\0{len(body)}\0".encode())
        digest.update(body)
    return digest.hexdigest()[:ID_LENGTH]


def _bytes(label: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError([Problem("A file cannot be read", label, found=str(error))]) from error


def _inputs(settings: Settings) -> list[tuple[str, Path]]:
    data = [(f"data/{name}", settings.data_dir / name) for name in pack_files(settings.data_dir)]
    return data + _definition_files(settings.definitions_dir) + _code_files()


def _definition_files(folder: Path) -> list[tuple[str, Path]]:
    found = [p for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix in {".csv", ".yaml"}]
    return [(f"definitions/{p.relative_to(folder).as_posix()}", p) for p in found]


def _code_files() -> list[tuple[str, Path]]:
    """Code that computes what is stored: a release of another engine is another release."""
    found = [p for part in _CODE for p in sorted((ROOT / part).rglob("*.py"))]
    return [(p.relative_to(ROOT).as_posix(), p) for p in found]
