"""Definition folders from disk into the registry of frameworks, every problem of every file collected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from etl.readers.tidy import read_tidy
from indices.errors import DefinitionError, Problem
from indices.model import RawDefinition
from indices.registry import Registry, build_registry

META_FILE = "framework.yaml"
INDEX_HEADER = (
    "index_code", "order", "short_name", "name_vi", "name_en", "publisher_vi", "publisher_en", "leader_card",
    "scope", "first_year", "about_vi", "about_en",
)  # fmt: skip
COMPARABILITY_HEADER = (
    "index_code", "from_year", "to_year", "component_code", "class", "reason_vi", "reason_en",
)  # fmt: skip
TABLES: dict[str, tuple[str, ...]] = {
    "components": (
        "code", "parent", "level", "name_vi", "name_en", "min_score", "max_score", "weight", "direction",
        "normalise", "ref_min", "ref_max", "rule", "factor", "offset", "span", "source_type", "status",
        "years", "note",
    ),
    "views": ("view", "parent", "code", "weight"),
    "parameters": (
        "year", "code", "weight", "ref_min", "ref_max", "slope", "intercept", "proof", "max_error",
    ),
}  # fmt: skip


OPTIONAL: dict[str, tuple[str, ...]] = {
    "components": (
        "log", "cap", "target", "threshold", "floor", "reference", "bands", "range_min", "range_max",
        "denominator", "pooled_as",
    ),
    "parameters": ("target", "threshold"),
}  # fmt: skip


@dataclass
class Definitions:
    """What was read of a definitions folder. `registry` is None when anything was wrong.

    `folders`: where the definition of each framework lies.
    """

    registry: Registry | None = None
    indices: pd.DataFrame = field(default_factory=pd.DataFrame)
    comparability: pd.DataFrame = field(default_factory=pd.DataFrame)
    folders: dict[str, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def load_definitions(folder: Path) -> Definitions:
    """Read and check every definition under `folder`. Never raises on bad content: see `problems`."""
    found = Definitions()
    if not folder.is_dir():
        found.problems.append(
            Problem("There is no folder of definitions", str(folder), found="no such folder")
        )
        return found
    found.indices = _read_all(folder, "indices", INDEX_HEADER, found.problems)
    found.comparability = _read_all(folder, "comparability", COMPARABILITY_HEADER, found.problems)
    raws = read_raws(folder, found.problems)
    found.folders = {str(raw.meta.get("id")): folder / raw.folder for raw in raws}
    try:
        registry = build_registry(raws, _rows(found.indices), _rows(found.comparability))
    except DefinitionError as error:
        found.problems += error.problems
        return found
    found.registry = None if found.problems else registry
    return found


def read_raws(folder: Path, problems: list[Problem]) -> list[RawDefinition]:
    """The raw definition of every framework folder, unchecked; unreadable files are added to `problems`."""
    folders = sorted(path.parent for path in folder.glob(f"*/{META_FILE}"))
    problems += [
        _no_meta(p) for p in sorted(folder.iterdir()) if p.is_dir() and p not in folders and any(p.iterdir())
    ]
    return [_read_raw(path, problems) for path in folders]


def _no_meta(folder: Path) -> Problem:
    return Problem("A definition folder has no framework", folder.name, META_FILE, "no such file", META_FILE)


def _read_raw(folder: Path, problems: list[Problem]) -> RawDefinition:
    tables = {name: _read_table(folder, name, problems) for name in TABLES}
    return RawDefinition(folder.name, _read_meta(folder, problems), **tables)


def _read_meta(folder: Path, problems: list[Problem]) -> dict[str, Any]:
    name = f"{folder.name}/{META_FILE}"
    try:
        meta = yaml.safe_load((folder / META_FILE).read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problems.append(Problem("The framework file is not readable as YAML", name, found=str(error)))
        return {}
    if isinstance(meta, dict):
        return meta
    problems.append(Problem("The framework file is not a mapping", name, found=type(meta).__name__))
    return {}


def _read_table(folder: Path, name: str, problems: list[Problem]) -> list[dict[str, str]]:
    path = folder / f"{name}.csv"
    if not path.exists():
        return []
    optional = OPTIONAL.get(name, ())
    table = read_tidy(path, f"{folder.name}/{path.name}", TABLES[name], optional)
    problems += table.problems
    # The engine counts rows itself and knows no other column than those of the record.
    return [] if table.frame is None else _rows(table.frame[[*TABLES[name], *optional]])


def _read_all(folder: Path, stem: str, header: Sequence[str], problems: list[Problem]) -> pd.DataFrame:
    """Files `stem*.csv` of one header, read together."""
    tables = [read_tidy(path, path.name, header) for path in sorted(folder.glob(f"{stem}*.csv"))]
    problems += [problem for table in tables for problem in table.problems]
    frames = [table.frame for table in tables if table.frame is not None]
    if not tables and stem == "indices":
        problems.append(Problem("The list of indices is missing", f"{stem}.csv", found="no such file"))
    columns = [*header, "file", "line"]
    empty = pd.DataFrame({name: pd.Series([], dtype="str") for name in columns})
    return pd.concat(frames, ignore_index=True) if frames else empty


def _rows(frame: pd.DataFrame) -> list[dict[str, str]]:
    return [{str(k): str(v) for k, v in record.items()} for record in frame.to_dict("records")]
