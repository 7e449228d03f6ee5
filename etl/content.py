"""The release id: a hash of everything that decides what a release holds, and of nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from etl.dossiers.store import deciding_files, named_files, read_manifest
from etl.layers import DEFINITIONS, layers_of
from etl.pack import pack_files
from etl.settings import ROOT, Settings
from etl.warehouse.schema import SCHEMA_VERSION
from indices.errors import Problem, SourceError

ID_LENGTH = 12
_SHIPPED = Path(__file__).with_name("dossiers") / "rules.yaml"
_CODE = ("indices", "etl")
# Code that only carries, asks or prints: changing it changes no figure, so it is left out of the hash.
_NO_FIGURES = (
    "etl/cli", "etl/__main__.py", "etl/framework_diff.py", "etl/framework_pairs.py", "etl/fresh.py",
    "etl/intake", "etl/layers.py", "etl/lock.py", "etl/publish.py", "etl/settings.py", "etl/survey",
    "etl/demo", "etl/dossiers", "etl/warehouse/dossier", "indices/dossier",
    "etl/warehouse/answers.py", "etl/warehouse/connect.py", "etl/warehouse/deriving.py",
    "etl/warehouse/dictionary.py", "etl/warehouse/kept.py", "etl/warehouse/queries.py",
    "etl/warehouse/selects.py", "etl/yielding.py",
)  # fmt: skip


def content_id(settings: Settings, imports: Sequence[str] | None = None) -> str:
    """Twelve hex digits that name a release: same pack, definitions, imports, dossiers and code: the same id.

    `imports`: ids of the imports laid over the pack, in order; None: those of the release in service. Line
    ends are unified first, so that a checkout on Windows gives the id of one on Linux. The time of the build
    is left out. Raises SourceError for a file that cannot be read.
    """
    layers = layers_of(settings, imports)
    pack, *overlays = [[(name, folder / name) for name in pack_files(folder)] for folder in layers.data]
    files = [(f"data/{name}", path) for name, path in pack] + _definition_files(settings.definitions_dir)
    for import_id, names, folder in zip(layers.imports, overlays, layers.data[1:], strict=True):
        defined = _definition_files(folder / DEFINITIONS)
        files += [(f"imports/{import_id}/{name}", path) for name, path in [*names, *defined]]
    whole = f"schema {SCHEMA_VERSION}\ncode {code_digest()}\ninputs {digest(files)}"
    whole += _dossiers(settings.dossiers_dir)
    return hashlib.sha256(whole.encode()).hexdigest()[:ID_LENGTH]


def _dossiers(folder: Path) -> str:
    """Which loads, lists and rules the dossiers are told by; nothing where none were loaded."""
    held = read_manifest(folder)
    if not held.loads:
        return ""
    files = [("own", path) for path in deciding_files(folder)] + [("shipped", _SHIPPED)]
    told = digest((f"{whose} {path.name}", path) for whose, path in files)
    return f"\ndossiers {held.store_id} {told} {' '.join(named_files(held))}"


@cache
def code_digest() -> str:
    """Hash of the code that computes what is stored: a release of another engine is another release.

    Taken once, when the program starts: that is the code that runs, whatever is edited meanwhile.
    """
    found = [path for part in _CODE for path in sorted((ROOT / part).rglob("*.py"))]
    named = [(path.relative_to(ROOT).as_posix(), path) for path in found]
    return digest((name, path) for name, path in named if not name.startswith(_NO_FIGURES))


def files_digest(folders: Iterable[Path]) -> str:
    """Hash of the definitions in several folders, in their order."""
    return digest(file for folder in folders for file in _definition_files(folder))


def _definition_files(folder: Path) -> list[tuple[str, Path]]:
    found = [p for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix in {".csv", ".yaml"}]
    return [(f"definitions/{p.relative_to(folder).as_posix()}", p) for p in found]


def digest(files: Iterable[tuple[str, Path]]) -> str:
    """Hash of names and contents of files, in their order, without differences of line ends."""
    found = hashlib.sha256()
    for label, path in files:
        body = _bytes(label, path).replace(b"\r\n", b"\n")
        found.update(f"{label}\0{len(body)}\0".encode())
        found.update(body)
    return found.hexdigest()


def _bytes(label: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError([Problem("A file cannot be read", label, found=str(error))]) from error
