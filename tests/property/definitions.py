"""Generated definitions for the two scorers: every rule, every normalisation, with all their settings."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from indices.framework import RawDefinition, parse_framework
from indices.normalise import NORMALISATIONS
from indices.rules import RULES
from indices.scale import REFERENCES
from indices.tree import Tree

INDEX = "IDX"
WAYS = tuple(NORMALISATIONS)
SIZES = {name: rule.takes or int(rule.lone_child) for name, rule in RULES.items()}
OF_MANY = tuple(name for name, size in SIZES.items() if not size)
CAPPED = tuple(name for name, way in NORMALISATIONS.items() if "cap" in way.takes)
NO_LOG = ("bands", "percentile_bands", "threshold")
BAND_STARTS = ("0", "0.8", "10", "20", "50", "58")
Cells = dict[str, str]


def scale(draw: st.DrawFn, way: str = "") -> Cells:
    """The columns of one child that say how it is brought to a scale: a way, with settings it can have."""
    way = way or draw(st.sampled_from(WAYS))
    signs = "+-" if NORMALISATIONS[way].turns else "+"
    cells = {"normalise": way, "direction": draw(st.sampled_from(signs))}
    if way not in NO_LOG and not (way == "scaled" and cells["direction"] == "-"):
        cells["log"] = draw(st.sampled_from(["", "1"]))
    if way in CAPPED:
        cells["cap"] = draw(st.sampled_from(["", "none", "low", "high", "both"]))
    if draw(st.booleans()):
        cells |= {"range_min": "1", "range_max": "10"}
    return cells | SETTINGS.get(way, _nothing)(draw, cells)


def _nothing(draw: st.DrawFn, cells: Cells) -> Cells:
    return {}


def _ends(draw: st.DrawFn, cells: Cells) -> Cells:
    low = draw(st.integers(1, 2000))
    return {"ref_min": str(low / 100), "ref_max": str((low + draw(st.integers(1, 3000))) / 100)}


def _target(draw: st.DrawFn, cells: Cells) -> Cells:
    """A target better than the stored end, or than nothing where the worst unit is the end."""
    ends = _ends(draw, cells)
    beyond = str(float(ends["ref_min"]) / 2) if cells["direction"] == "-" else "60"
    inside = str((float(ends["ref_min"]) + float(ends["ref_max"])) / 2)
    return draw(st.sampled_from([ends, {}])) | {"target": draw(st.sampled_from([inside, beyond]))}


def _threshold(draw: st.DrawFn, cells: Cells) -> Cells:
    ends = _ends(draw, cells)
    stored = ends if cells["direction"] == "-" else draw(st.sampled_from([ends, {}]))
    full = str((float(ends["ref_min"]) + float(ends["ref_max"])) / 2)
    return stored | {"threshold": full, "floor": draw(st.sampled_from(["", *ends.values()]))}


def _reference(draw: st.DrawFn, cells: Cells) -> Cells:
    names = sorted(set(REFERENCES) - ({"worst"} if cells["normalise"] == "distance_to_reference" else set()))
    numbers = ["0.1", "12.5", "55"] + (["-3"] if cells["normalise"] == "distance_to_reference" else [])
    plain = numbers if not cells.get("log") else [n for n in numbers if float(n) > 0]
    return {"reference": draw(st.sampled_from([*names, *plain]))}


def _around(draw: st.DrawFn, cells: Cells) -> Cells:
    return {"threshold": draw(st.sampled_from(["0", "0.1", "0.2", "0.5"]))}


def _bands(draw: st.DrawFn, cells: Cells) -> Cells:
    starts = sorted(draw(st.sets(st.sampled_from(BAND_STARTS), min_size=1)), key=float)
    scores = [draw(st.sampled_from(["0", "0.5", "1", "-1"])) for _ in starts]
    return {"bands": ";".join(f"{start}:{score}" for start, score in zip(starts, scores, strict=True))}


SETTINGS = {
    "min_max": _ends,
    "goalposts": _ends,
    "scaled": _ends,
    "distance_to_target": _target,
    "threshold": _threshold,
    "distance_to_reference": _reference,
    "ratio_to_reference": _reference,
    "difference_to_reference": _reference,
    "around_mean": _around,
    "bands": _bands,
    "percentile_bands": _bands,
}


@st.composite
def lone_child(draw: st.DrawFn, way: str) -> list[Cells]:
    """A mean of one leaf, brought to a scale in the named way."""
    root = _inner(draw, INDEX, "", "arithmetic_mean") | {"factor": "1"}
    return [root, _leaf(draw, "A", INDEX) | {"weight": "1"} | scale(draw, way)]


@st.composite
def rows(draw: st.DrawFn) -> list[Cells]:
    """A root, two or three branches with up to four leaves; a rule at every inner node."""
    found = [_inner(draw, INDEX, "", draw(st.sampled_from(OF_MANY)))]
    for number in range(draw(st.integers(2, 3))):
        branch = f"B{number}"
        rule = draw(st.sampled_from(list(RULES)))
        found.append(_inner(draw, branch, INDEX, rule))
        leaves = SIZES[rule] or draw(st.integers(1, 4))
        found += [_leaf(draw, f"{branch}.{k}", branch) for k in range(leaves)]
    rules = {row["code"]: row["rule"] for row in found}
    sizes = {code: sum(row["parent"] == code for row in found) for code in rules}
    whole = [_with_scale(draw, row, rules.get(row["parent"], ""), sizes[row["code"]]) for row in found]
    return _with_denominator(draw, whole)


def _inner(draw: st.DrawFn, code: str, parent: str, rule: str) -> Cells:
    own = {"rule": rule, "factor": str(draw(st.sampled_from([1, 10]))), "offset": "1", "span": "9"}
    own |= {"level": "field" if parent else "index", "intercept": "-2.5"}
    return _leaf(draw, code, parent) | own


def _leaf(draw: st.DrawFn, code: str, parent: str) -> Cells:
    named = {"code": code, "parent": parent, "level": "criterion", "name_vi": code, "name_en": code}
    weight = str(draw(st.sampled_from([0.0, 0.25, 0.5, 1.0, 2.0, 3.0]))) if parent else ""
    own = {"status": "proven", "rule": "", "direction": "+", "weight": weight}
    return named | own | {"slope": str(draw(st.sampled_from([0.0, 0.3, 1.0, -2.0])))}


def _with_scale(draw: st.DrawFn, row: Cells, rule: str, size: int) -> Cells:
    """A maximum where one is needed, a scale where the parent brings its children to one."""
    if rule in ("sum_points", "applicable_ratio") or row["rule"] in ("scaled_points", "share_of_max"):
        row = row | {"max_score": str(50 * size if row["rule"] == "sum_points" else 50)}
    must = rule in ("scaled_points", "rescaled_sum")
    normalises = bool(rule) and RULES[rule].normalises
    return row | scale(draw) if must or (normalises and draw(st.booleans())) else row


def _with_denominator(draw: st.DrawFn, found: list[Cells]) -> list[Cells]:
    """Sometimes a leaf is divided by the last one first."""
    leaves = [row for row in found if not row["rule"]]
    if len(leaves) > 1 and draw(st.booleans()):
        leaves[0]["denominator"] = leaves[-1]["code"]
    return found


def tree_of(components: list[Cells], missing: str, coverage: float) -> Tree:
    """The tree of a generated definition, which must be sound; slopes and intercepts are those of year 1."""
    meta: dict[str, Any] = {"id": "idx", "index": INDEX, "name": {"vi": "a", "en": "a"}, "years": [1]}
    meta |= {"unit_set": "any", "scale": {"min": 0, "max": 1, "unit": "ratio", "decimals": 2}}
    rules = {row["code"]: row["rule"] for row in components}
    yearly = ("slope", "intercept")
    plain = [{name: text for name, text in row.items() if name not in yearly} for row in components]
    parameters = [
        {"year": "1", "code": row["code"]} | {name: row[name] for name in yearly if name in row}
        for row in components
        if "linear" in (row["rule"], rules.get(row["parent"]))
    ]
    settings = meta | {"missing": missing, "coverage": coverage}
    found, problems = parse_framework(RawDefinition("idx", settings, plain, [], parameters))
    assert found is not None, [problem.text() for problem in problems]
    return found.tree(1)
