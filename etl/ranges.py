"""Reference ranges pooled over the years: what the pack's own figures say, against what a framework stores.

A framework that asks for it keeps the range of each indicator and year as data in its parameters; the range
of a year is that of all figures since the indicator began, and only widens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from etl.crosschecks import Context, nodes_of
from etl.facts import typed_facts
from etl.filekinds import IN_USE
from indices.errors import DefinitionError, Problem
from indices.framework import Framework
from indices.model import RAW_LEVELS
from indices.references import pooled_over
from indices.registry import Registry
from indices.scoring import denominate
from indices.tree import Node, Tree

PARAMETERS = "parameters.csv"
COLUMNS = ("code", "name_vi", "ref_min", "ref_max", "new_min", "new_max", "kept")
_SLACK = 1e-12
_STORED_WAY = "min_max"


@dataclass(frozen=True)
class _Indicators:
    """Every year over which ranges are pooled, with the nodes of all views, and who (year, code) is."""

    trees: dict[int, Tree]
    keys: dict[tuple[int, str], str]

    def node(self, year: int, code: str) -> Node:
        """The leaf of a year."""
        return self.trees[year].nodes[code]


def widened(context: Context, framework: Framework, year: int) -> pd.DataFrame:
    """Ranges of a year that the figures of all years up to it, or a stored range of an earlier one, widen.

    A row an indicator (COLUMNS): the stored range (NaN: none), the new one, and `kept`, whether the narrower
    range is a known one and stays. Indicators without any figure in the pack are left alone. Raises
    DefinitionError for a framework that pools nothing, or does not have the year.
    """
    if not framework.pooled:
        what, expected = "The framework pools no ranges", "pooled: framework or index, in framework.yaml"
        raise DefinitionError([Problem(what, framework.id, "pooled", "", expected)])
    if year not in framework.years:
        expected = ", ".join(map(str, framework.years))
        raise DefinitionError([Problem("Not a year of the framework", framework.id, "", str(year), expected)])
    found = _indicators(context.registry, framework)
    stored, pack = _stored(found), _of_pack(context, framework, found)
    kept = _known(context, framework.id, year)
    rows = []
    for code in _leaves(found.trees[year]):
        key = found.keys[year, code]
        own, now = pack.get((year, key)), stored.get((year, code), (np.nan, np.nan))
        past = [ends for cell, ends in stored.items() if cell[0] < year and found.keys[cell] == key]
        if own is None:
            continue
        low, high = _around([own, now, *past])
        if _narrower(now, (low, high)):
            name = found.node(year, code).name_vi
            rows.append((code, name, *now, low, high, code in kept))
    return pd.DataFrame.from_records(rows, columns=list(COLUMNS))


def last_measured(context: Context, framework: Framework) -> int:
    """The last year of the framework of which the pack holds raw figures, else its last year."""
    found = _indicators(context.registry, framework)
    years = [year for year, _ in _of_pack(context, framework, found)]
    return max((year for year in years if year in framework.years), default=max(framework.years))


def range_problems(context: Context) -> Iterator[Problem]:
    """Stored ranges that the pack's figures up to the year pass, unless known; and known ones that fit."""
    for framework in context.registry.frameworks:
        if framework.pooled:
            yield from _problems(context, framework)


def _problems(context: Context, framework: Framework) -> Iterator[Problem]:
    found = _indicators(context.registry, framework)
    stored, pack = _stored(found), _of_pack(context, framework, found)
    file = f"{framework.id}/{PARAMETERS}"
    for year in framework.years:
        known = _known(context, framework.id, year)
        narrow = set()
        for code in _leaves(found.trees[year]):
            own = pack.get((year, found.keys[year, code]))
            now = stored.get((year, code))
            needed = now is not None or found.node(year, code).normalise == _STORED_WAY
            if own is None or not needed or not _narrower(now or (np.nan, np.nan), own):
                continue
            narrow.add(code)
            if code not in known:
                yield _narrow(file, (framework.id, year, code), now, own)
        for code in sorted(set(known) - narrow):
            place, told = known[code]
            what = "A known narrower range is not narrower"
            yield Problem(what, told, place, f"{framework.id} {year} {code}", "", "take the code out")


def _narrow(
    file: str, cell: tuple[str, int, str], now: tuple[float, float] | None, own: tuple[float, float]
) -> Problem:
    what = "A pooled range is narrower than the figures" if now else "A pooled range is missing"
    told = f"{now[0]:g} to {now[1]:g}" if now else ""
    hint = f"python -m etl parameters {cell[0]} --year {cell[1]} --write, or list it in known_ranges.csv"
    return Problem(what, file, f"{cell[1]} {cell[2]}", told, f"{own[0]:g} to {own[1]:g}", hint)


def _known(context: Context, framework_id: str, year: int) -> dict[str, tuple[str, str]]:
    """Codes whose narrower range is known, with the place and file that say so."""
    rows = context.pack["known_ranges"]
    mine = rows[(rows["framework_id"] == framework_id) & (rows["year"] == str(year))]
    return {
        code.strip(): (f"row {row.line}, column codes", str(row.file))
        for row in mine.itertuples()
        for code in str(row.codes).split(";")
        if code.strip()
    }


def _indicators(registry: Registry, framework: Framework) -> _Indicators:
    """Years and indicators over which a framework pools: those of its own, or of its whole index."""
    whole = [f for f in registry.frameworks if f.index == framework.index]
    chosen = whole if framework.pooled == "index" else [framework]
    trees = {year: replace(f.tree(year), nodes=nodes_of(f, year)) for f in chosen for year in f.years}
    listed = [(year, c) for f in chosen for c in f.components for year in c.years or f.years]
    named = {(year, c.code): c.pooled_as or _folded(c.name_vi) for year, c in listed}
    times = Counter((year, name) for (year, _), name in named.items())
    alone = {cell: name if times[cell[0], name] == 1 else f"{name} {cell[1]}" for cell, name in named.items()}
    return _Indicators(dict(sorted(trees.items())), alone)


def _folded(name: str) -> str:
    """A name without differences of spacing and case."""
    return " ".join(name.casefold().split())


def _leaves(tree: Tree) -> list[str]:
    """Raw leaves, and those that a stored range brings to a scale."""
    leaves = [node for node in tree.nodes.values() if not node.children]
    return [n.code for n in leaves if n.level in RAW_LEVELS or n.normalise == _STORED_WAY]


def _stored(found: _Indicators) -> dict[tuple[int, str], tuple[float, float]]:
    """The range of every year and code that the definitions hold."""
    pairs = [(year, found.node(year, code)) for year, tree in found.trees.items() for code in _leaves(tree)]
    return {
        (year, node.code): (float(node.ref_min), float(node.ref_max))
        for year, node in pairs
        if node.ref_min is not None and node.ref_max is not None
    }


def _of_pack(
    context: Context, framework: Framework, found: _Indicators
) -> dict[tuple[int, str], tuple[float, float]]:
    """The range of every year and indicator that the figures in use up to then give.

    Figures printed on a scale of their own are left out.
    """
    rows = context.rows
    mine = rows[
        (rows["index_code"] == framework.index) & rows["use"].isin(IN_USE) & (rows["max_score"] == "")
    ]
    facts = typed_facts(mine[mine["unit_id"].notna()])
    years = {}
    for year, group in facts[facts["published"].notna()].groupby("year"):
        tree = found.trees.get(int(str(year)))
        if tree is not None:
            years[tree.year] = _by_indicator(tree, group, found)
    pooled = pooled_over({year: frame for year, frame in years.items() if len(frame.columns)})
    ends = zip(pooled["ref_min"], pooled["ref_max"], strict=True)
    return dict(zip(zip(pooled["year"], pooled["code"], strict=True), ends, strict=True))


def _by_indicator(tree: Tree, facts: pd.DataFrame, found: _Indicators) -> pd.DataFrame:
    """Figures of one year as they enter their range, units x indicators."""
    unique = facts.drop_duplicates(["unit_id", "component_code"])
    table = denominate(tree, unique.pivot(index="unit_id", columns="component_code", values="published"))
    held = [code for code in _leaves(tree) if code in table]
    return table[held].rename(columns={code: found.keys[tree.year, code] for code in held})


def _around(ranges: list[tuple[float, float]]) -> tuple[float, float]:
    """The range around several of which one is known; those not known are left out."""
    known = [ends for ends in ranges if not np.isnan(ends[0])]
    return min(low for low, _ in known), max(high for _, high in known)


def _narrower(now: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether a range does not hold all of another one."""
    slack = _SLACK * max(1.0, abs(other[0]), abs(other[1]))
    return not (now[0] <= other[0] + slack and now[1] >= other[1] - slack)
