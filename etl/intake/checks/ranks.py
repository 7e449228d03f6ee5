"""Do the ranks of the file agree with its scores?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.intake.checks.register import Hit, table_check
from etl.intake.checks.scale import has_own_maximum
from etl.intake.checks.stats import Floats
from etl.intake.checks.table import Figure, Table, shown
from etl.intake.findings import Level
from indices.ranking import rank_values

FULL_MARKS = 100.0
NOISE = 1e-12
# So many missing ranks are named.
NAMED = 10


@dataclass(frozen=True)
class Ranking:
    """Units that are ranked together by one component, best rank first. `keys`: the larger the better.
    `slack`: how far two scores may be apart and yet be equal to the publisher (rounding, his tolerance)."""

    code: str
    figures: list[Figure]
    keys: Floats
    ranks: Floats
    slack: float


def _rankings(table: Table) -> Iterator[Ranking]:
    """One for each component with ranks, and for internal units one for each bloc."""
    together: defaultdict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in table.figures(table.rows["given_rank"].notna() & table.rows["published"].notna()):
        together[figure.code, table.blocs.get(figure.unit, "")].append(figure)
    for (code, _), figures in together.items():
        ordered = sorted(figures, key=lambda figure: figure.rank)
        keys = np.array([_key(table, figure) for figure in ordered])
        half = float(table.half_units[code].max())
        slack = max(2.0 * half, table.framework.ranking.tolerance) + NOISE
        yield Ranking(code, ordered, keys, np.array([figure.rank for figure in ordered]), slack)


def _key(table: Table, figure: Figure) -> float:
    node = table.nodes[figure.code]
    score = figure.published
    if figure.own_max > 0 and has_own_maximum(node, table.nodes):
        score = FULL_MARKS * score / figure.own_max
    return -score if node.direction == "-" else score


def _hit(table: Table, figure: Figure, expected: str) -> Hit:
    found = f"{table.label(figure.unit, figure.code)}: #{figure.rank:g}, {shown(figure.published)}"
    return Hit(table.at(figure.unit, figure.code, "rank"), found, expected)


@table_check("rank.order", Level.ERROR)
def rank_against_score(table: Table) -> Iterator[Hit]:
    """A unit stands above another although its score is lower by more than rounding explains (or lower down
    although it is higher): the fewest units whose rank or score must be wrong are named."""
    ties = table.framework.ranking.ties
    for ranking in _rankings(table):
        right = rank_values(pd.Series(ranking.keys), tolerance=ranking.slack, ties=ties).to_numpy()
        for place in _contradicted(ranking):
            yield _hit(table, ranking.figures[place], f"#{right[place]}")


def _contradicted(ranking: Ranking) -> list[int]:
    """Places to take away, the most contradicted first, until no two units contradict each other."""
    above = ranking.ranks[:, None] < ranking.ranks[None, :]
    clash = above & (ranking.keys[:, None] < ranking.keys[None, :] - ranking.slack)
    clash |= clash.T
    found: list[int] = []
    while clash.any():
        worst = int(clash.sum(axis=1).argmax())
        clash[worst, :] = clash[:, worst] = False
        found.append(worst)
    return found


@table_check("rank.tie", Level.ERROR)
def rank_shared(table: Table) -> Iterator[Hit]:
    """Two units share a rank although their scores differ by more than rounding explains."""
    for ranking in _rankings(table):
        for rank in np.unique(ranking.ranks):
            same = np.flatnonzero(ranking.ranks == rank)
            keys = ranking.keys[same]
            if keys.max() - keys.min() > ranking.slack:
                figure = ranking.figures[int(same[keys.argmin()])]
                yield _hit(table, figure, shown(ranking.figures[int(same[keys.argmax()])].published))


@table_check("rank.range", Level.ERROR)
def rank_in_range(table: Table) -> Iterator[Hit]:
    """A rank is below 1, or beyond the number of units that can have been ranked."""
    most = int((table.context.units["unit_set"] == table.unit_set).sum()) or len(table.units)
    rank = table.rows["given_rank"]
    for figure in table.figures(((rank < 1) | (rank > most)).fillna(False)):
        yield _hit(table, figure, f"1 … {most}")


@table_check("rank.gaps", Level.WARNING)
def rank_sequence(table: Table) -> Iterator[Hit]:
    """In a column that ranks nearly everyone, ranks are left out in a way that no tie explains."""
    for ranking in _rankings(table):
        count = len(ranking.figures)
        if count < table.limits.units or ranking.ranks.max() > 1.5 * count:
            continue
        missing = _left_out(ranking.ranks, table.framework.ranking.ties)
        if missing:
            named = ", ".join(f"#{rank}" for rank in missing[:NAMED])
            at = table.at(ranking.figures[0].unit, ranking.code, "rank")
            yield Hit(at, f"[{ranking.code}] ∌ {named}", f"1 … {count}")


def _left_out(ranks: Floats, ties: str) -> list[int]:
    """Ranks that nobody has and that no tie explains."""
    held, counts = np.unique(ranks.astype(int), return_counts=True)
    taken: set[int] = set()
    for rank, count in zip(held.tolist(), counts.tolist(), strict=True):
        spread = range(rank - count + 1, rank + 1) if ties == "max" else range(rank, rank + count)
        taken |= {rank} if ties == "dense" else set(spread)
    return sorted(set(range(1, int(held[-1]))) - taken)
