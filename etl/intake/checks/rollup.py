"""Do the parts make the whole, level by level, in the main tree and in every view?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import isnan

import pandas as pd

from etl.intake.checks.register import Hit, table_check
from etl.intake.checks.table import Table, shown
from etl.intake.findings import Level
from etl.numbers import decimals
from indices.reconcile import FLOAT_NOISE, LOOSE_STATUSES, half_units
from indices.scoring import influence, score
from indices.tree import Tree

# A rule that is not proven counts as in force when it fits at least this share of the units.
IN_FORCE = 0.8
FEW = 5
# What one wrong cell would have to be multiplied by, when only its decimals went wrong.
SLIPS = (10.0, 0.1, 100.0, 0.01)


@dataclass(frozen=True)
class Gap:
    """A published value that its children do not give. `slack`: how far rounding and tolerance reach."""

    unit: str
    code: str
    published: float
    recomputed: float
    slack: float


@dataclass(frozen=True)
class Family:
    """One node of a tree in all units: what was compared, and what of it does not fit."""

    code: str
    compared: int
    gaps: list[Gap]


@dataclass(frozen=True)
class Figures:
    """Figures to add up: values and half of their last printed decimals, units x components."""

    values: pd.DataFrame
    half_units: pd.DataFrame


def _self_scores(table: Table) -> Figures:
    rows = table.rows.assign(half=half_units(decimals(table.rows["self_score"])))
    own = replace(table, rows=rows)
    return Figures(own.wide("own").dropna(axis=1, how="all"), own.wide("half"))


@lru_cache(maxsize=4)
def _score_families(table: Table, place: int) -> tuple[Family, ...]:
    """What the scores of a table say of one of its trees: both levels of the check look at it."""
    return tuple(_families(table, table.trees[place], Figures(table.values, table.half_units)))


def _families(table: Table, tree: Tree, figures: Figures) -> Iterator[Family]:
    """Every node that stands in the file and can be recomputed from its children there."""
    scored = score(tree, figures.values, figures.half_units, table.wide("row_max"))
    for code in map(str, scored.values.columns):
        if code not in figures.values.columns:
            continue
        half = float(figures.half_units[code].max())
        tolerance = table.framework.tolerated(tree.nodes[code].level)
        known = _written_down(table, code)
        columns = (figures.values[code], scored.values[code], scored.bounds[code])
        compared, gaps = 0, []
        for unit, published, made, bound in zip(figures.values.index, *columns, strict=True):
            if isnan(published) or isnan(made):
                continue
            rounding = bound + (0.0 if isnan(half) else half)
            slack = max(rounding, tolerance, known.get(unit, 0.0), known.get("", 0.0)) + FLOAT_NOISE
            compared += 1
            if abs(published - made) > slack:
                gaps.append(Gap(unit, code, published, made, slack))
        yield Family(code, compared, gaps)


def _written_down(table: Table, code: str) -> dict[str, float]:
    """The largest difference that somebody wrote down and explained, by unit; "" for all units."""
    known = table.context.differences
    same = (known["index_code"] == table.index) & (known["component_code"] == code)
    mine = known[same & (known["year"].astype("str") == str(table.year))]
    return dict(zip(mine["unit_id"].fillna(""), mine["max_abs"].astype(float), strict=True))


def _told(table: Table, place: int, loose: bool) -> Iterator[Hit]:
    """Hits of the nodes whose rule is proven, or of those whose rule is only believed (`loose`)."""
    if table.context.summed:
        return
    tree = table.trees[place]
    families = [family for family in _score_families(table, place) if family.gaps]
    pull = influence(tree) if families else {}
    for family in families:
        believed = tree.nodes[family.code].status in LOOSE_STATUSES
        if believed == loose and (not loose or _in_force(family)):
            yield from (_hit(table, tree, gap, pull) for gap in family.gaps)


def _in_force(family: Family) -> bool:
    return family.compared >= FEW and len(family.gaps) <= (1.0 - IN_FORCE) * family.compared


def _hit(table: Table, tree: Tree, gap: Gap, pull: dict[str, float]) -> Hit:
    """At the one cell whose repair would mend everything, when there is exactly one; else at the parent."""
    culprits = list(_culprits(table, tree, gap, pull))
    sums = f"{table.label(gap.unit, gap.code)}: {shown(gap.published)}"
    if len(culprits) == 1:
        code, held, meant = culprits[0]
        found = f"{table.label(gap.unit, code)}: {shown(held)} ({sums})"
        return Hit(table.at(gap.unit, code), found, shown(meant))
    parts = " ".join(f"[{child}]" for child in tree.nodes[gap.code].children[:12])
    return Hit(table.at(gap.unit, gap.code), sums, f"{shown(gap.recomputed)} = {parts}")


def _culprits(
    table: Table, tree: Tree, gap: Gap, pull: dict[str, float]
) -> Iterator[tuple[str, float, float]]:
    """Children that would make the parent right if their decimals or the order of their digits were mended:
    code, what stands there, what would be right."""
    for child in tree.nodes[gap.code].children:
        held = float(table.values[child][gap.unit]) if child in table.values else float("nan")
        slope = pull[child] / pull[gap.code] if pull[gap.code] else float("nan")
        if isnan(held) or isnan(slope) or slope == 0.0:
            continue
        meant = held + (gap.published - gap.recomputed) / slope
        if _slip(held, meant, gap.slack / abs(slope)):
            yield child, held, meant


def _slip(held: float, meant: float, near: float) -> bool:
    """Whether `held` is `meant` with its decimals moved or two digits exchanged."""
    if meant <= 0 or held <= 0:
        return False
    if any(abs(held * factor - meant) <= near for factor in SLIPS):
        return True
    return sorted(f"{held:.2f}") == sorted(f"{meant:.2f}") and abs(held - meant) > near


@table_check("rollup.parts", Level.ERROR)
def parts_make_the_whole(table: Table) -> Iterator[Hit]:
    """A published value is not what its parts give by the proven rule of the definition, beyond rounding, the
    tolerance of the framework and the differences that are written down."""
    yield from _told(table, 0, loose=False)


@table_check("rollup.parts_believed", Level.WARNING)
def parts_make_the_whole_by_a_believed_rule(table: Table) -> Iterator[Hit]:
    """The same where the rule is only inferred or approximate, but fits nearly all other units."""
    yield from _told(table, 0, loose=True)


@table_check("rollup.views", Level.ERROR)
def views_make_the_whole(table: Table) -> Iterator[Hit]:
    """Another roll-up of the definition (by source of the score, by pillar) does not give the published
    value either way."""
    for place in range(1, len(table.trees)):
        yield from _told(table, place, loose=False)


@table_check("rollup.self", Level.ERROR)
def self_scores_make_the_whole(table: Table) -> Iterator[Hit]:
    """The self-scored points of the parts do not add up to those of the whole."""
    if table.rows["own"].notna().sum() == 0:
        return
    tree = table.trees[0]
    for family in _families(table, tree, _self_scores(table)):
        if tree.nodes[family.code].status in LOOSE_STATUSES:
            continue
        for gap in family.gaps:
            found = f"{table.label(gap.unit, gap.code)}: {shown(gap.published)}"
            yield Hit(table.at(gap.unit, gap.code, "self"), found, shown(gap.recomputed))
