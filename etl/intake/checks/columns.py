"""Does each column hold the component that it is said to hold, and each of its figures the unit beside it?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd

from etl.intake.checks.register import Hit, table_check
from etl.intake.checks.stats import Floats, correlation, fisher, misfit, rings
from etl.intake.checks.table import Table, shown
from etl.intake.findings import Level

# Rows that a column may have slipped up or down to be looked at.
SLIPS = (-3, -2, -1, 1, 2, 3)
DISTINCT = 5
# Standard errors of a correlation (in Fisher's z) that it must differ by.
ERRORS = 4.5
# A column continues its past when its correlation with it is at least this.
ALIKE = 0.5
STRANGE = 0.35


@table_check("columns.exchanged", Level.WARNING)
def exchanged_columns(table: Table) -> Iterator[Hit]:
    """The figures of two or more components fit each other's earlier years much better than their own: the
    columns, or their headers, are probably exchanged."""
    pairs = table.pairs
    if len(pairs.codes) < 2:
        return
    codes = pairs.codes
    for ring in rings(misfit(pairs.now, pairs.before)):
        if ring.gain > table.limits.gain:
            for at, other in zip(ring.members, (*ring.members[1:], ring.members[0]), strict=True):
                yield Hit(table.at_column(codes[at]), f"[{codes[at]}]", f"[{codes[other]}]")


@table_check("columns.slipped", Level.WARNING)
def slipped_columns(table: Table) -> Iterator[Hit]:
    """The figures of a column agree with the units' earlier figures much better when they are moved up or
    down by some rows: the column was probably pasted beside the wrong rows."""
    pairs = table.pairs
    for place, code in enumerate(pairs.codes):
        step = _slip(pairs.now[:, place], pairs.before[:, place])
        if step:
            yield Hit(table.at_column(code), f"[{code}]", f"[{code}] {step:+d}")


def _slip(now: Floats, before: Floats) -> int:
    """By how many rows the figures have to be moved to fit; 0 when they fit best where they are."""
    tried = {step: _fit(now, before, step) for step in (0, *SLIPS)}
    best = max(tried, key=lambda step: tried[step])
    apart = float(fisher(tried[best])) - float(fisher(tried[0]))
    sure = apart > ERRORS * np.sqrt(2.0 / max(len(now) - 6, 1)) and tried[best] > ALIKE
    return -best if sure else 0


def _fit(now: Floats, before: Floats, step: int) -> float:
    """Correlation of the figures with those of the rows `step` above."""
    a, b = (now[step:], before[: len(before) - step]) if step >= 0 else (now[:step], before[-step:])
    return float(correlation(a[:, None], b[:, None])[0, 0])


@table_check("columns.estranged", Level.WARNING)
def estranged_columns(table: Table) -> Iterator[Hit]:
    """The order of the units in a column has nothing to do with its earlier years, although that of most
    other columns has, or although it used to. Columns that enter a sum that can be checked are left to it."""
    pairs = table.pairs
    own = np.diag(correlation(pairs.now, pairs.before)) if pairs.codes else np.array([])
    steady = _steadiness(table) if pairs.codes else {}
    for code, r in zip(pairs.codes, own.tolist(), strict=True):
        expected = steady.get(code, float(np.median(own)))
        apart = float(fisher(expected)) - float(fisher(r))
        sure = apart > ERRORS / np.sqrt(max(len(pairs.units) - 3, 1)) and r < STRANGE
        if sure and not _added_up(table, code):
            yield Hit(table.at_column(code), f"[{code}] r = {r:.2f}", f"r ≈ {expected:.2f}")


def _steadiness(table: Table) -> dict[str, float]:
    """Correlation of the last two comparable years of each component that has them."""
    if len(table.past.years) < 2:
        return {}
    older, newer = (table.past.frame(matrix) for matrix in table.past.cube[-2:])
    r = older.corrwith(newer)
    return {str(code): float(value) for code, value in r.items() if pd.notna(value)}


def _added_up(table: Table, code: str) -> bool:
    """Whether the column and its siblings stand beside their parent, so that a sum shows what slipped."""
    held = set(table.codes)
    families = [(c, set(tree.nodes[c].children)) for tree in table.trees for c in tree.inner()]
    return any(code in {c, *children} and {c, *children} <= held for c, children in families)


@table_check("columns.identical", Level.WARNING)
def identical_columns(table: Table) -> Iterator[Hit]:
    """Two components have the same figures for every unit: one column was probably copied over the other."""
    alike: defaultdict[bytes, list[str]] = defaultdict(list)
    for code, column in table.columns(table.limits.units):
        if column.nunique() >= DISTINCT:
            alike[np.nan_to_num(column.to_numpy(), nan=-1.0).tobytes()].append(code)
    for first, *others in alike.values():
        for second in others:
            if not _is_only_child(table, {first, second}):
                yield Hit(table.at_column(second), f"[{second}] = [{first}]", f"[{second}] ≠ [{first}]")


def _is_only_child(table: Table, pair: set[str]) -> bool:
    """Whether one is the only part of the other, so that they must be alike."""
    families = [(c, tree.nodes[c].children) for tree in table.trees for c in tree.inner()]
    return any(pair == {code, *children} for code, children in families if len(children) == 1)


@table_check("columns.constant", Level.WARNING)
def constant_columns(table: Table) -> Iterator[Hit]:
    """Every unit has the same figure, which is neither the maximum nor the minimum of the component."""
    for code, column in table.columns(table.limits.units):
        node, value = table.nodes[code], float(column.dropna().iloc[0])
        if column.nunique() == 1 and value not in (node.min_score, node.max_score):
            yield Hit(table.at_column(code), f"[{code}] = {shown(value)} × {column.count()}")
