"""What the import page shows: plain values only, whatever made them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]
STEPS = ("choose", "map", "check", "publish")


@dataclass(frozen=True)
class MapView:
    """A file that waits for its mapping.

    `inspection`: what was guessed, as etl.intake.inspection tells it; `mapping`: the mapping shown, as plain
    values; `preview`: first rows as they would be stored; `fits`: saved mappings that fit, (name, title,
    share, address); `indices`, `components`: (code, name); `chosen`: mapping taken, "" = the guess;
    `template`: the file is a form of ours, filled in; `annex`: address that makes a framework of it, if it
    can be one.
    """

    file_id: str
    inspection: Row
    mapping: Row
    preview: Sequence[Row]
    fits: Sequence[tuple[str, str, float, str]]
    indices: Sequence[tuple[str, str]]
    components: Sequence[tuple[str, str]]
    chosen: str = ""
    template: bool = False
    problems: Sequence[str] = ()
    annex: str = ""


@dataclass(frozen=True)
class AnnexView:
    """A criteria annex that waits to become a framework.

    `wish`: what is said or suggested (fields of etl.intake.annex.wish.Wish); `indices`, `frameworks`: (code,
    name) to choose from; `sheets`: those that hold a table of criteria; `figures`: address of the page that
    reads the file as figures; `problems`: what kept the definition from being made; `tree`: (code, name, max,
    source, depth); `changes`: the difference from the framework before; `links`: the proposed crosswalk, with
    `old_name`, `new_name`; `total`: what the criteria add up to.
    """

    file_id: str
    file: str
    wish: Row
    indices: Sequence[tuple[str, str]]
    frameworks: Sequence[tuple[str, str]]
    sheets: Sequence[str]
    figures: str
    problems: Sequence[Row] = ()
    tree: Sequence[Row] = ()
    findings: Sequence[Row] = ()
    changes: Sequence[Row] = ()
    links: Sequence[Row] = ()
    total: float | None = None
    usable: bool = False


@dataclass(frozen=True)
class DraftView:
    """An import that was checked: its record, what the checks found, what it would change."""

    draft: Row
    findings: Sequence[Row]
    diff: Row
    names: Mapping[str, str] = field(default_factory=dict)
    moved: bool = False


@dataclass(frozen=True)
class IntakeView:
    """The page: at which step, and the imports so far, newest first."""

    step: str
    imports: Sequence[Row]
    links: Mapping[str, str]
    most_mb: int
    mapping: MapView | None = None
    annex: AnnexView | None = None
    draft: DraftView | None = None
    templates: Sequence[tuple[str, str]] = ()
    failures: Sequence[Row] = ()
