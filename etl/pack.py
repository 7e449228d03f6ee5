"""The data pack on disk: which files are there, what they hold as text, and what could not be read.

Imports lie over the pack as layers: small packs of their own, later ones winning (see `etl.facts.fact_rows`).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pandas as pd

from etl.filekinds import KINDS, PUBLISHED_BY, FileKind
from etl.readers.tidy import read_tidy
from indices.errors import Problem

REQUIRED = ("provinces", "regions", "aliases", "sources", "scores", "publication")
# Built files and definitions live beside the pack and are no part of it; notes may stand anywhere.
_NOT_PACK_FOLDERS = (
    "releases", "dossiers", "imports", "mappings", "codebooks", "definitions", "vocabulary",
    "workspace",
)  # fmt: skip
IMPORT_FILE = "import.csv"
# Which kinds of file are read of which layer (0: the pack).
Wanted = Callable[[int, FileKind], bool]
_FOR_PEOPLE = (".md", ".txt")


@dataclass
class Pack:
    """Every file of the pack by kind, as frames of texts.

    A frame has the columns of its kind, then `file` (path inside the pack), `line` (in the file), `layer` (0:
    the pack, 1 and up: imports in their order), `import_id` (blank: the pack), and where the path tells them
    `index_code` and `path_year`. `problems` holds what kept a file or row from being read.
    """

    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def __getitem__(self, kind: str) -> pd.DataFrame:
        return self.frames[kind]


def pack_files(data_dir: Path) -> list[str]:
    """Paths of the pack's files relative to `data_dir`, sorted.

    Hidden files, built releases, imports, mappings, codebooks and the like, and notes for people (.md, .txt)
    are no part of the pack.
    """
    found = []
    for path in sorted(data_dir.rglob("*")):
        relative = path.relative_to(data_dir)
        aside = relative.parts[0] in _NOT_PACK_FOLDERS or path.suffix.lower() in _FOR_PEOPLE
        hidden = any(part.startswith((".", "~")) for part in relative.parts)
        if path.is_file() and not hidden and not aside:
            found.append(relative.as_posix())
    return found


def everything(layer: int, kind: FileKind) -> bool:
    """Read every file."""
    return True


def read_pack(folders: Path | Sequence[Path], wanted: Wanted = everything) -> Pack:
    """Read the pack, or the pack and the imports over it; `wanted` may leave kinds of a layer unread.

    Never raises on bad content: everything wrong is in `problems`. A publication row of a later layer
    replaces that of the same index, year and unit set.
    """
    layers = [folders] if isinstance(folders, Path) else list(folders)
    pack = stacked([read_layer(folder, number, wanted) for number, folder in enumerate(layers)])
    needed = [kind for kind in KINDS if kind.name in REQUIRED and wanted(0, kind)]
    pack.problems += [_missing(kind) for kind in needed if not _has(pack, kind)]
    return pack


def read_layer(folder: Path, number: int, wanted: Wanted = everything) -> Pack:
    """Read one layer: the pack itself (number 0) or the overlay of an import."""
    label = import_of(folder) if number else ""
    kinds = {kind.name for kind in KINDS if wanted(number, kind)}
    pack, frames = Pack(), defaultdict(list)
    for kind, frame in _read_files(folder, label, kinds, pack):
        frames[kind].append(frame.assign(layer=number, import_id=label))
    pack.frames = {kind.name: _joined(kind, frames[kind.name]) for kind in KINDS}
    return pack


def stacked(layers: Sequence[Pack]) -> Pack:
    """Several layers as one pack, the last on top."""
    pack = Pack(
        problems=[problem for layer in layers for problem in layer.problems],
        files=[name for layer in layers for name in layer.files],
    )
    for kind in KINDS:
        held = [layer[kind.name] for layer in layers if len(layer[kind.name])]
        pack.frames[kind.name] = _joined(kind, held)
    pack.frames["publication"] = _latest(pack["publication"])
    return pack


def import_of(folder: Path) -> str:
    """The id of the import whose overlay lies in `folder`; the folder's name where no record says it."""
    record = folder / IMPORT_FILE
    if not record.is_file():
        return folder.name
    with record.open(encoding="utf-8", errors="replace", newline="") as handle:
        told = next(csv.DictReader(handle), {})
    return told.get("import_id") or folder.name


def _read_files(folder: Path, label: str, kinds: set[str], pack: Pack) -> Iterator[tuple[str, pd.DataFrame]]:
    """Kind and rows of every file of one layer; files and problems are added to `pack`."""
    for name in pack_files(folder):
        kind, parts = _kind_of(name)
        told = f"imports/{label}/{name}" if label else name
        if kind is None:
            pack.problems.append(_unknown_file(told))
        elif kind.name in kinds:
            pack.files += [name]
            table = read_tidy(folder / name, told, kind.required, kind.optional)
            pack.problems += table.problems
            if table.frame is not None:
                yield kind.name, table.frame.assign(**_from_path(parts))


def _latest(publication: pd.DataFrame) -> pd.DataFrame:
    """Publication rows without those that a later layer replaces."""
    last = publication.groupby(PUBLISHED_BY, sort=False)["layer"].transform("max")
    return publication[publication["layer"] == last].reset_index(drop=True)


def _kind_of(name: str) -> tuple[FileKind | None, dict[str, str]]:
    for kind in KINDS:
        if match := kind.pattern.fullmatch(name):
            return kind, match.groupdict(default="")
    return None, {}


def _from_path(parts: dict[str, str]) -> dict[str, str]:
    """What the path says of every row: the index of its folder, the year in its name."""
    names = {"index": "index_code", "year": "path_year"}
    return {names[group]: value for group, value in parts.items() if group in names}


def _has(pack: Pack, kind: FileKind) -> bool:
    return any(kind.pattern.fullmatch(name) for name in pack.files)


def _missing(kind: FileKind) -> Problem:
    path = kind.pattern.pattern.replace("\\", "")
    return Problem("A file that every release needs is missing", found="no such file", expected=path)


def _unknown_file(name: str) -> Problem:
    known = "; ".join(sorted({k.name for k in KINDS}))
    hint = f"name it after one of the known kinds ({known}) or move it out of the pack"
    return Problem("A file of the pack is of no known kind", name, "the file's name", name, "", hint)


def _joined(kind: FileKind, frames: list[pd.DataFrame]) -> pd.DataFrame:
    if len(frames) == 1:
        return frames[0].reset_index(drop=True)
    return pd.concat(frames, ignore_index=True) if frames else _empty(kind).copy(deep=False)


@cache
def _empty(kind: FileKind) -> pd.DataFrame:
    """No rows of a kind: most kinds have none in most layers."""
    names = dict.fromkeys([*kind.header, "file", *_from_path(dict.fromkeys(kind.pattern.groupindex, ""))])
    empty = pd.DataFrame({name: pd.Series([], dtype="str") for name in names})
    number = pd.Series([], dtype="int64")
    return empty.assign(line=number, layer=number, import_id=pd.Series([], dtype="str"))
