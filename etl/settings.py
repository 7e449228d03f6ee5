"""Where the sources, the definitions and the releases lie, and how many releases are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from configuration.sources import Configured

ROOT = Path(__file__).resolve().parent.parent


def _releases_beside_data(values: dict[str, Any]) -> Path:
    return Path(values["data_dir"]) / "releases"


def _imports_beside_data(values: dict[str, Any]) -> Path:
    return Path(values["data_dir"]) / "imports"


def _dossiers_beside_data(values: dict[str, Any]) -> Path:
    return Path(values["data_dir"]) / "dossiers"


class Settings(Configured):
    """Settings of the ETL; each may be given with the prefix CCHC_ (configuration.sources).

    `data_dir`: the pack (reference/, sources/, targets/). `definitions_dir`: frameworks and index list.
    `releases_dir`: built files and the pointer; beside the pack unless said. `keep_releases`: how many of the
    newest releases stay for roll-back (at least two, so that there is always one to go back to).
    `imports_dir`: files that people brought, their drafts and saved mappings; beside the pack unless said.
    `dossiers_dir`: dossiers that were loaded, without persons, and their cubes; beside the pack unless said.
    """

    data_dir: Path = ROOT / "data"
    definitions_dir: Path = ROOT / "indices" / "definitions"
    releases_dir: Path = Field(default_factory=_releases_beside_data)
    imports_dir: Path = Field(default_factory=_imports_beside_data)
    dossiers_dir: Path = Field(default_factory=_dossiers_beside_data)
    keep_releases: int = Field(default=5, ge=2)
