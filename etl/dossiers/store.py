"""What a store of dossiers holds: the list of its files and loads, which is replaced last of all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from etl.dossiers.catalogue import PROCEDURES, UNITS
from indices.dossier_cube import months_of
from indices.errors import Problem, ReleaseError

MANIFEST: Final = "store.json"
# What a province lays over the rules that are shipped.
RULES, WORKING_DAYS, GIVEN = "rules.yaml", "working_days.csv", "given.csv"
# The files of one month of receipt: dossiers, their cube, the late ones among them.
KINDS: Final = ("rows", "cube", "late")


@dataclass(frozen=True)
class Manifest:
    """What a store holds. `parts`: month of receipt -> its files by kind, and `count`; `loads`: what came in,
    the oldest first; `unknown`: columns that some load did not have; `recounts`: how often everything was
    counted anew. Files are named from its folder."""

    store_id: str = ""
    simulated: bool = False
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    loads: tuple[Mapping[str, Any], ...] = ()
    unknown: tuple[str, ...] = ()
    recounts: int = 0

    def provinces(self) -> list[str]:
        """The provinces of which something was loaded."""
        return sorted({str(load["province"]) for load in self.loads})

    def months(self, province: str) -> list[str]:
        """Months that loads of a province cover, ascending."""
        return months_of([(one["first"], one["last"]) for one in self.loads if one["province"] == province])


def read_manifest(folder: Path) -> Manifest:
    """What the store of a folder holds; empty where nothing was loaded. Raises ReleaseError when damaged."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        # Stores of earlier versions kept sums over all months beside the parts.
        content.pop("rollups", None)
        return Manifest(**{**content, "loads": tuple(content["loads"]), "unknown": tuple(content["unknown"])})
    except FileNotFoundError:
        return Manifest()
    except (OSError, ValueError, TypeError, KeyError) as error:
        what = "The list of what dossiers are kept is damaged"
        hint = "load the files again into an empty folder"
        raise ReleaseError([Problem(what, MANIFEST, str(folder), str(error), hint=hint)]) from error


def named_files(manifest: Manifest) -> list[str]:
    """The files that a list names."""
    return [str(part[kind]) for part in manifest.parts.values() for kind in KINDS if kind in part]


def counted_files(folder: Path, held: Manifest, kind: str) -> list[Path]:
    """The files of one kind, month by month. Raises ReleaseError for a store that was counted before there
    was this kind."""
    if any(kind not in part for part in held.parts.values()):
        hint = "run python -m etl dossiers recount"
        problem = Problem("The dossiers were counted by an earlier version", MANIFEST, str(folder), hint=hint)
        raise ReleaseError([problem])
    return [folder / part[kind] for part in held.parts.values()]


def deciding_files(folder: Path) -> list[Path]:
    """Lists and settings beside the dossiers that decide what is made of them, those that are there."""
    return [path for name in (UNITS, PROCEDURES, RULES, GIVEN) if (path := folder / name).is_file()]
