"""The release in service, as a draft is compared with it: its figures, and what it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from etl.content import files_digest
from etl.definitions import Definitions, load_definitions
from etl.facts import unit_names
from etl.filekinds import FileKind
from etl.layers import Layers, layers_of
from etl.mapping import UnitNames
from etl.pack import Pack, read_pack
from etl.settings import Settings
from etl.warehouse.connect import POINTER_NAME
from etl.warehouse.queries import ReleaseInfo, ReleaseView, Warehouse
from indices.errors import DefinitionError
from indices.registry import Registry

REFERENCE = frozenset({"provinces", "regions", "aliases", "ambiguous_aliases", "units"})


@dataclass(frozen=True)
class Base:
    """The served release, pinned: it stays the same for one draft although the pointer may move meanwhile."""

    settings: Settings
    info: ReleaseInfo
    view: ReleaseView

    @cached_property
    def layers(self) -> Layers:
        """The folders the release was made of."""
        return layers_of(self.settings, self.info.imports)

    @cached_property
    def reference(self) -> Pack:
        """The tables of units of the pack and the imports, and no others."""
        return read_pack(self.layers.data, _is_reference)

    @cached_property
    def names(self) -> UnitNames:
        """Names by which the pack knows the units."""
        return unit_names(self.reference)

    @cached_property
    def units(self) -> pd.DataFrame:
        """Every known unit."""
        return self.view.units()

    def in_force(self, unit_set: str, year: str) -> int:
        """How many units of a set there were in a year; 0 for internal units, whose number nobody lists."""
        units = self.units[
            (self.units["unit_set"] == unit_set) & (self.units["province_unit_id"].fillna("") == "")
        ]
        begun = units["valid_from"].fillna("").str[:4] <= year
        ended = units["valid_to"].fillna("").str[:4]
        return int((begun & ((ended == "") | (ended >= year))).sum())

    def registry(self, overlay: Path | None = None) -> Registry:
        """The frameworks, with those that a draft's overlay brings on top. Raises DefinitionError."""
        folders = [*self.layers.definitions, *([overlay] if overlay is not None and overlay.is_dir() else [])]
        definitions = _definitions(files_digest(folders), tuple(folders))
        if definitions.registry is None:
            raise DefinitionError(definitions.problems)
        return definitions.registry

    def pack_with(self, overlay: Path) -> Pack:
        """The reference tables of the release and all of a draft's overlay, which is the last layer."""
        folders = [*self.layers.data, overlay]
        own, shared = len(folders) - 1, REFERENCE | {"publication", "sources"}
        return read_pack(folders, lambda layer, kind: layer == own or kind.name in shared)

    def facts_of(self, indices: Sequence[str]) -> pd.DataFrame:
        """Every value held of some indices, in the form of `etl.facts.typed_facts`."""
        return pd.concat([self.facts(index) for index in indices], ignore_index=True)

    def facts(self, index: str) -> pd.DataFrame:
        """Every value held of an index, in the form of `etl.facts.typed_facts`."""
        facts = self.view.facts(index)
        order = {import_id: place for place, import_id in enumerate(self.info.imports, start=1)}
        texts = ["note", "place", "import_id", "superseded_by", "rank_place", "self_place", "source_id"]
        facts[texts] = facts[texts].fillna("")
        return facts.assign(layer=facts["import_id"].map(order).fillna(0).astype("int64"))


def load_base(settings: Settings) -> Base:
    """The release in service. Raises ReleaseError when there is none."""
    view = Warehouse(settings.releases_dir / POINTER_NAME).pinned()
    return Base(settings, view.release(), view)


@lru_cache(maxsize=4)
def _definitions(digest: str, folders: Sequence[Path]) -> Definitions:
    """Definitions are read once for each state of their files: that takes longer than comparing a draft."""
    return load_definitions(folders)


def _is_reference(_: int, kind: FileKind) -> bool:
    return kind.name in REFERENCE
