"""Definition folders from disk into the registry of frameworks, every problem of every file collected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from etl.definition_layers import laid_over, with_years
from etl.plain_yaml import loaded
from etl.readers.tidy import read_tidy
from indices.crosswalk import CROSSWALK_HEADER
from indices.errors import DefinitionError, Problem
from indices.model import RawDefinition
from indices.registry import Registry, build_registry

META_FILE = "framework.yaml"
INDEX_HEADER = (
    "index_code", "order", "short_name_vi", "short_name_en", "name_vi", "name_en", "publisher_vi",
    "publisher_en", "leader_card", "scope", "first_year", "about_vi", "about_en",
)  # fmt: skip
COMPARABILITY_HEADER = (
    "index_code", "from_year", "to_year", "component_code", "class", "reason_vi", "reason_en",
)  # fmt: skip
YEARS_HEADER = ("framework", "year")
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
        "denominator", "feed", "pooled_as",
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
    crosswalk: pd.DataFrame = field(default_factory=pd.DataFrame)
    folders: dict[str, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def load_definitions(folders: Path | Sequence[Path]) -> Definitions:
    """Read and check every definition of a folder, or of the shipped folder and those of imports over it.

    In a later folder a framework replaces the one of the same id and takes its years from the others of its
    index, a row of the indices or of the comparability replaces the one of the same key, the crosswalk
    between two frameworks replaces the whole earlier one, and `years*.csv` adds years to frameworks. Never
    raises on bad content: see `problems`.
    """
    layers = [folders] if isinstance(folders, Path) else list(folders)
    found = Definitions()
    found.problems += [
        Problem("There is no folder of definitions", str(folder), found="no such folder")
        for folder in layers
        if not folder.is_dir()
    ]
    if found.problems:
        return found
    found.indices = _read_all(layers, "indices", INDEX_HEADER, INDEX_HEADER[:1], found.problems)
    found.comparability = _read_all(
        layers, "comparability", COMPARABILITY_HEADER, COMPARABILITY_HEADER[:4], found.problems
    )
    raws = _layered_raws(layers, found.problems)
    pair = (CROSSWALK_HEADER[0], CROSSWALK_HEADER[2])
    found.crosswalk = _read_all(layers, "crosswalk", CROSSWALK_HEADER, pair, found.problems)
    tables = (_rows(table) for table in (found.indices, found.comparability, found.crosswalk))
    found.folders = {str(raw.meta.get("id")): _folder_of(raw.folder, layers) for raw in raws}
    try:
        registry = build_registry(raws, *tables)
    except DefinitionError as error:
        found.problems += error.problems
        return found
    found.registry = None if found.problems else registry
    return found


def _layered_raws(layers: Sequence[Path], problems: list[Problem]) -> list[RawDefinition]:
    raws = read_raws(layers[0], problems)
    for folder in layers[1:]:
        added = _read_all([folder], "years", YEARS_HEADER, YEARS_HEADER, problems)
        raws = laid_over(raws, read_raws(folder, problems))
        raws = with_years(raws, _rows(added), problems)
    return raws


def _folder_of(name: str, layers: Sequence[Path]) -> Path:
    """Where a framework is defined: in the last layer that has its folder."""
    return next(layer / name for layer in reversed(layers) if (layer / name).is_dir())


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
        meta = loaded((folder / META_FILE).read_text(encoding="utf-8"))
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


def _read_all(
    folders: Sequence[Path],
    stem: str,
    header: Sequence[str],
    keys: Sequence[str],
    problems: list[Problem],
) -> pd.DataFrame:
    """Files `stem*.csv` of one header in all folders; of rows with the same keys those of the last folder."""
    frames = []
    for layer, folder in enumerate(folders):
        for path in sorted(folder.glob(f"{stem}*.csv")):
            table = read_tidy(path, path.name, header)
            problems += table.problems
            frames += [] if table.frame is None else [table.frame.assign(layer=layer)]
    if stem == "indices" and not any(folders[0].glob(f"{stem}*.csv")):
        problems.append(Problem("The list of indices is missing", f"{stem}.csv", found="no such file"))
    if not frames:
        return pd.DataFrame({name: pd.Series([], dtype="str") for name in (*header, "file", "line")})
    rows = pd.concat(frames, ignore_index=True)
    last = rows["layer"] == rows.groupby(list(keys))["layer"].transform("max")
    return rows[last].drop(columns="layer").reset_index(drop=True)


def _rows(frame: pd.DataFrame) -> list[dict[str, str]]:
    return [{str(k): str(v) for k, v in record.items()} for record in frame.to_dict("records")]
