"""Which folders a release is made of: the pack and the definitions, and the imports laid over them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from etl.publish import served_or_none
from etl.settings import Settings
from indices.errors import Problem, SourceError

DRAFTS, OVERLAY, RECORD = "drafts", "overlay", "draft.json"
DEFINITIONS = "definitions"
PUBLISHED = "published"


@dataclass(frozen=True)
class Layers:
    """The folders a build reads, the pack and the shipped definitions first; later ones win.

    `imports`: ids of the imports laid over them, in the order in which they were published.
    """

    data: tuple[Path, ...]
    definitions: tuple[Path, ...]
    imports: tuple[str, ...] = ()


def layers_of(settings: Settings, imports: Sequence[str] | None = None) -> Layers:
    """The layers of a release with these imports; None: those of the release in service.

    Raises SourceError for an import that is not on this disk.
    """
    wanted = imports_in_force(settings) if imports is None else tuple(imports)
    overlays = [overlay_of(settings.imports_dir, import_id) for import_id in wanted]
    lost = [name for name, folder in zip(wanted, overlays, strict=True) if not folder.is_dir()]
    if lost:
        hint = "bring the folder back from a copy, or undo the import"
        what, place = "An import of the release is not on this disk", str(settings.imports_dir)
        raise SourceError([Problem(what, name, place, "no such folder", hint=hint) for name in lost])
    defined = [folder / DEFINITIONS for folder in overlays if (folder / DEFINITIONS).is_dir()]
    return Layers((settings.data_dir, *overlays), (settings.definitions_dir, *defined), tuple(wanted))


def overlay_of(imports_dir: Path, import_id: str) -> Path:
    """Where the overlay of an import lies."""
    return imports_dir / DRAFTS / import_id / OVERLAY


def imports_in_force(settings: Settings) -> tuple[str, ...]:
    """Imports that the served release holds; where nothing is served, those that were last published.

    So releases may be deleted and built again without losing what people brought.
    """
    pointer = served_or_none(settings.releases_dir)
    return pointer.imports if pointer is not None else _last_published(settings.imports_dir)


def _last_published(imports_dir: Path) -> tuple[str, ...]:
    found = []
    for path in imports_dir.glob(f"{DRAFTS}/*/{RECORD}"):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if told.get("state") == PUBLISHED:
            found.append((str(told.get("published_at", "")), path.parent.name))
    return tuple(name for _, name in sorted(found))
