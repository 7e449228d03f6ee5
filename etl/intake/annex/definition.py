"""From criteria to the files of a definition: framework.yaml, complete in itself, and components.csv."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from etl.definitions import META_FILE, TABLES
from etl.framework_pairs import propose_pairs
from etl.intake.annex.criteria import Criterion
from etl.intake.annex.sources import DERIVED, source_types
from etl.mapping import fold
from indices.framework import Framework, parse_framework
from indices.model import RawDefinition
from indices.registry import IndexInfo

SUM: Final = "sum_points"
COMPONENTS_FILE: Final = "components.csv"
_COLUMNS: Final = (*TABLES["components"], "feed")
# Levels by depth where the framework before has none so deep.
LEVELS: Final = ("index", "field", "criterion", "sub_criterion", "part", "factor", "main_indicator", "policy")


@dataclass(frozen=True)
class Wanted:
    """What the annex itself does not say. `years`: those the decision scores. `date`: ISO, blank: not known.

    `name`: of the framework in both languages (blank: the index, its years and the decision). `sources`:
    source types that a person gives, by code, for the code and all below it. `unit_set`: blank, as before.
    """

    framework_id: str
    years: tuple[int, ...]
    decision: str = ""
    date: str = ""
    name: tuple[str, str] = ("", "")
    sources: Mapping[str, str] = field(default_factory=dict)
    unit_set: str = ""


def make_definition(
    criteria: Sequence[Criterion], wanted: Wanted, like: Framework, info: IndexInfo
) -> RawDefinition:
    """The definition of the criteria, with the settings of the framework before written out.

    Names in English are those of the framework before where the Vietnamese name is the same; else the
    Vietnamese name stands in.
    """
    meta = _meta(wanted, like, info)
    rows = _rows(criteria, wanted, like)
    raw = RawDefinition(wanted.framework_id, meta, rows)
    framework, _ = parse_framework(raw)
    if framework is not None:
        english = _english(framework, like)
        rows = [row | {"name_en": english.get(row["code"], row["name_en"])} for row in rows]
    return RawDefinition(wanted.framework_id, meta, rows)


def definition_files(raw: RawDefinition) -> dict[str, str]:
    """The texts of the definition's files by name."""
    meta = yaml.safe_dump(raw.meta, allow_unicode=True, sort_keys=False, width=110, default_flow_style=None)
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(raw.components)
    return {META_FILE: meta, COMPONENTS_FILE: table.getvalue()}


def _meta(wanted: Wanted, like: Framework, info: IndexInfo) -> dict[str, Any]:
    span = "-".join(dict.fromkeys(str(year) for year in (min(wanted.years), max(wanted.years))))
    usual = f"{info.short_name_vi} {span}" + (f" ({wanted.decision})" if wanted.decision else "")
    settings = like.model_dump(mode="json", by_alias=True)
    kept = ("scale", "ranking", "missing", "coverage", "tolerance", "groups")
    return {
        "id": wanted.framework_id,
        "index": like.index,
        "name": {"vi": wanted.name[0] or usual, "en": wanted.name[1] or usual},
        "decision": {"number": wanted.decision, "date": wanted.date or None},
        "years": list(wanted.years),
        "unit_set": wanted.unit_set or like.unit_set,
        **{name: _plain(settings[name]) for name in kept},
        "notes": {"vi": "", "en": ""},
    }


def _plain(value: Any) -> Any:
    """Settings as people write them: whole numbers without decimals."""
    if isinstance(value, dict):
        return {name: _plain(held) for name, held in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(held) for held in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _rows(criteria: Sequence[Criterion], wanted: Wanted, like: Framework) -> list[dict[str, str]]:
    root = like.tree(max(like.years)).nodes[like.index]
    sources = source_types(criteria, wanted.sources)
    feeds = _feeds(like)
    parents = {criterion.parent for criterion in criteria}
    top = _row(root.code, "", "index", root.name_vi)
    top |= {
        "name_en": root.name_en,
        "min_score": _number(like.scale.min),
        "max_score": _number(like.scale.max),
    }
    top |= {"rule": SUM, "source_type": DERIVED, "status": "inferred"}
    rows = [top]
    levels = levels_by_depth(like)
    for criterion in criteria:
        level = levels[min(criterion.depth, len(levels) - 1)]
        row = _row(criterion.code, criterion.parent or root.code, level, criterion.name)
        inner = criterion.code in parents
        row |= {"source_type": sources[criterion.code], "rule": SUM if inner else "", **_points(criterion)}
        row["status"] = "inferred" if inner else "proven" if criterion.maximum is not None else "unknown"
        row["feed"] = "" if inner else feeds.get(sources[criterion.code], "")
        rows.append(row)
    return rows


def _feeds(like: Framework) -> dict[str, str]:
    """The index that makes the scores of a source type, where all those before that had one agree."""
    found: dict[str, set[str]] = {}
    for component in like.components:
        if component.feed:
            found.setdefault(component.source_type, set()).add(component.feed)
    return {kind: feeds.pop() for kind, feeds in found.items() if len(feeds) == 1}


def _points(criterion: Criterion) -> dict[str, str]:
    """Its range. Bonus points have no maximum within the total: what they can reach stands in the note."""
    held = {"min_score": _number(criterion.minimum), "max_score": _number(criterion.maximum)}
    if criterion.extra and criterion.minimum == 0:
        held |= {"max_score": "", "note": f"{criterion.extra}: {_number(criterion.maximum) or '?'}"}
    return held


def _row(code: str, parent: str, level: str, name: str) -> dict[str, str]:
    blank = dict.fromkeys(_COLUMNS, "")
    return blank | {
        "code": code, "parent": parent, "level": level, "name_vi": name, "name_en": name, "direction": "+",
    }  # fmt: skip


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"


def levels_by_depth(like: Framework) -> list[str]:
    """The level of each depth: as in the framework before, the usual ones below."""
    nodes = like.tree(max(like.years)).nodes.values()
    found: list[str] = []
    for depth, usual in enumerate(LEVELS):
        held = Counter(node.level for node in nodes if node.depth == depth)
        level = held.most_common(1)[0][0] if held else usual
        found.append(level if level not in found else usual)
    return found


def _english(framework: Framework, like: Framework) -> dict[str, str]:
    """English names of the framework before, for components that are called the same in Vietnamese."""
    before, after = like.tree(max(like.years)), framework.tree(min(framework.years))
    pairs = [(before.nodes[pair.old], after.nodes[pair.new]) for pair in propose_pairs(before, after)]
    return {new.code: old.name_en for old, new in pairs if fold(old.name_vi) == fold(new.name_vi)}
