"""The simulated framework: fields, criteria and sub-criteria whose maxima add up, and who gives points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from etl.demo.plan import FrameworkPlan
from etl.filekinds import SIMULATED
from indices.framework import Framework

SURVEY, APPRAISED, STATISTICS, SATISFACTION = "survey_leaders", "appraised", "socioeconomic", "sipas"


@dataclass(frozen=True)
class Leaf:
    """A component that is scored itself: its maximum, who gives the points, the source group it counts in."""

    code: str
    parent: str
    level: str
    maximum: float
    source: str


def shared_out(total: float, parts: int, step: float) -> list[float]:
    """`total` in `parts` multiples of `step`, as equal as can be, the larger first."""
    steps = round(total / step)
    return [step * (steps // parts + (place < steps % parts)) for place in range(parts)]


def leaves(plan: FrameworkPlan) -> list[Leaf]:
    """Every leaf in display order."""
    found = [leaf for code in plan.fields for leaf in _field(plan, code)]
    last = plan.last_field
    found.append(Leaf(f"{last.code}.1", last.code, "criterion", last.satisfaction, SATISFACTION))
    parts = shared_out(last.statistics, last.statistics_parts, plan.step)
    above = f"{last.code}.2"
    return [
        *found,
        *(Leaf(f"{above}.{n}", above, "sub_criterion", most, STATISTICS) for n, most in enumerate(parts, 1)),
    ]


def _field(plan: FrameworkPlan, code: str) -> Iterator[Leaf]:
    points, count = plan.fields[code], plan.appraised_criteria
    sizes = _sub_counts(plan)
    first = list(plan.fields).index(code) * count
    for place, most in enumerate(shared_out(points.appraised, count, plan.step)):
        above = f"{code}.{place + 1}"
        for n, part in enumerate(shared_out(most, sizes[first + place], plan.step), 1):
            yield Leaf(f"{above}.{n}", above, "sub_criterion", part, APPRAISED)
    yield Leaf(f"{code}.{count + 1}", code, "criterion", points.survey, SURVEY)


def _sub_counts(plan: FrameworkPlan) -> list[int]:
    """How many sub-criteria each appraised criterion has; the first ones one more where it must be."""
    criteria = len(plan.fields) * plan.appraised_criteria
    return [
        plan.sub_criteria // criteria + (place < plan.sub_criteria % criteria) for place in range(criteria)
    ]


def component_rows(plan: FrameworkPlan, like: Framework, satisfaction: str) -> list[dict[str, str]]:
    """Rows of components.csv: total, fields named as in `like`, criteria, leaves, and the sources of points.

    `satisfaction`: the index that feeds its leaf.
    """
    known = {component.code: component for component in like.components}
    tree = leaves(plan)
    top = known[like.index]
    rows = [_row((like.index, "", "index"), (top.name_vi, top.name_en), 100.0, "sum_points")]
    codes = [*plan.fields, plan.last_field.code]
    for code in codes:
        mine = [leaf for leaf in tree if leaf.code.split(".")[0] == code]
        names = (known[code].name_vi, known[code].name_en)
        rows.append(
            _row((code, like.index, "field"), names, sum(leaf.maximum for leaf in mine), "sum_points")
        )
        rows += _criteria(plan, code, mine)
    fed = f"{plan.last_field.code}.1"
    every = [*rows, *_sources(tree, like)]
    return [{**row, "feed": satisfaction if row["code"] == fed else ""} for row in every]


def _criteria(plan: FrameworkPlan, field: str, mine: list[Leaf]) -> Iterator[dict[str, str]]:
    done: set[str] = set()
    for leaf in mine:
        if leaf.parent != field and leaf.parent not in done:
            done.add(leaf.parent)
            most = sum(one.maximum for one in mine if one.parent == leaf.parent)
            yield _row(
                (leaf.parent, field, "criterion"), _named(plan, "criterion", leaf.parent), most, "sum_points"
            )
        yield _row(
            (leaf.code, leaf.parent, leaf.level),
            _named(plan, leaf.level, leaf.code),
            leaf.maximum,
            "",
            leaf.source,
        )


def _named(plan: FrameworkPlan, level: str, code: str) -> tuple[str, str]:
    words = plan.words[level]
    vi, en = (f"{words[lang]} {code} ({plan.mark[lang]})" for lang in ("vi", "en"))
    return vi, en


def _sources(tree: list[Leaf], like: Framework) -> Iterator[dict[str, str]]:
    """The components of the view by source, which take their maxima from the leaves."""
    for component in like.components:
        if component.level == "source_group":
            source = component.code.split(".")[-1]
            most = sum(leaf.maximum for leaf in tree if leaf.source == source)
            names = (component.name_vi, component.name_en)
            yield _row((component.code, "", "source_group"), names, most, "sum_points")


def _row(
    place: tuple[str, str, str], names: tuple[str, str], most: float, rule: str, source: str = "derived"
) -> dict[str, str]:
    """A row of components.csv; `place`: code, parent, level."""
    code, parent, level = place
    return {
        "code": code, "parent": parent, "level": level, "name_vi": names[0], "name_en": names[1],
        "min_score": "0", "max_score": f"{most:g}", "direction": "+", "rule": rule,
        "source_type": _TYPES.get(source, source), "status": "inferred",
    }  # fmt: skip


_TYPES = {SURVEY: "survey", STATISTICS: "statistics"}


def view_rows(plan: FrameworkPlan, like: Framework) -> list[dict[str, str]]:
    """Rows of views.csv: the total from the sources of points, each from its leaves."""
    groups = {c.code.split(".")[-1]: c.code for c in like.components if c.level == "source_group"}
    made = [{"view": "source", "parent": like.index, "code": code, "weight": ""} for code in groups.values()]
    return [
        *made,
        *({"view": "source", "parent": groups[x.source], "code": x.code, "weight": ""} for x in leaves(plan)),
    ]


def meta_yaml(plan: FrameworkPlan, meta: dict[str, Any]) -> str:
    """framework.yaml: that of `like`, under its own id, name, years and notes."""
    kept = {
        key: value for key, value in meta.items() if key not in {"decision", "id", "name", "years", "notes"}
    }
    own = {
        "id": plan.id,
        "name": plan.name,
        "decision": {"number": SIMULATED},
        "years": list(plan.years),
    }
    own["tolerance"] = {**meta["tolerance"], "sub_criterion": 0.05}
    return yaml.safe_dump(
        {**kept, **own, "notes": plan.notes}, allow_unicode=True, sort_keys=False, width=110
    )
