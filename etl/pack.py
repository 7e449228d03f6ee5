"""The data pack on disk: which files are there, what they hold as text, and what could not be read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from etl.filekinds import KINDS, FileKind
from etl.readers.tidy import read_tidy
from indices.errors import Problem

REQUIRED = ("provinces", "regions", "aliases", "sources", "scores", "publication")
# Built files live beside the pack and are no part of it; notes for people may stand anywhere.
_NOT_PACK_FOLDERS = ("releases", "imports", "mappings", "vocabulary")
_FOR_PEOPLE = (".md", ".txt")


@dataclass
class Pack:
    """Every file of the pack by kind, as frames of texts.

    A frame has the columns of its kind, then `file` (path inside the pack), `line` (in the file),
    and where the path tells them `index_code` and `path_year`. `problems` holds what kept a
    file or row from being read.
    """

    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def __getitem__(self, kind: str) -> pd.DataFrame:
        return self.frames[kind]


def pack_files(data_dir: Path) -> list[str]:
    """Paths of the pack's files relative to `data_dir`, sorted.

    Hidden files, built releases, imports, mappings, the vocabulary and notes for people (.md, .txt) are no
    part of the pack.
    """
    found = []
    for path in sorted(data_dir.rglob("*")):
        relative = path.relative_to(data_dir)
        aside = relative.parts[0] in _NOT_PACK_FOLDERS or path.suffix.lower() in _FOR_PEOPLE
        hidden = any(part.startswith((".", "~")) for part in relative.parts)
        if path.is_file() and not hidden and not aside:
            found.append(relative.as_posix())
    return found


def read_pack(data_dir: Path) -> Pack:
    """Read the whole pack. Never raises on bad content: everything wrong is in `problems`."""
    pack = Pack(files=pack_files(data_dir))
    frames: dict[str, list[pd.DataFrame]] = defaultdict(list)
    for name in pack.files:
        kind, parts = _kind_of(name)
        if kind is None:
            pack.problems.append(_unknown_file(name))
            continue
        table = read_tidy(data_dir / name, name, kind.required, kind.optional)
        pack.problems += table.problems
        if table.frame is not None:
            frames[kind.name].append(table.frame.assign(**_from_path(parts)))
    pack.problems += [_missing(kind) for kind in KINDS if kind.name in REQUIRED and not _has(pack, kind)]
    pack.frames = {kind.name: _joined(kind, frames[kind.name]) for kind in KINDS}
    return pack


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
    if frames:
        return pd.concat(frames, ignore_index=True)
    names = dict.fromkeys([*kind.header, "file", *_from_path(dict.fromkeys(kind.pattern.groupindex, ""))])
    empty = pd.DataFrame({name: pd.Series([], dtype="str") for name in names})
    return empty.assign(line=pd.Series([], dtype="int64"))
