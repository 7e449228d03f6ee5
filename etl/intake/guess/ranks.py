"""Which scores a column of ranks belongs to: by its header, or by whether the ranks follow the scores."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from etl.intake.guess.cells import about
from etl.intake.guess.columns import Column
from etl.intake.guess.match import Fit
from etl.intake.guess.tables import Table

_FOLLOWS = 0.9
Placed = tuple[str, float, str, dict[str, object]]


def place_ranks(table: Table, scores: Mapping[int, Fit], named: Mapping[int, Fit]) -> dict[int, Placed]:
    """Component, confidence, reason and facts of each column of ranks. `scores`: components of the columns of
    scores; `named`: components that the headers of the ranks say themselves. Both by column number."""
    return {
        column.at: placed
        for column in table.of_role("rank")
        if (placed := _place(table, column, scores, named.get(column.at)))
    }


def _place(table: Table, column: Column, scores: Mapping[int, Fit], said: Fit | None) -> Placed | None:
    near = [c for c in table.scores if c.at in scores and table.list_of(c) == table.list_of(column)]
    agreeing = {c.at: _agreement(table, column, c) for c in near}
    if said is not None:
        mine = next((c for c in near if scores[c.at].known.code == said.known.code), None)
        if mine is None:
            return said.known.code, said.confidence * 0.9, "column.role", {"role": "rank"}
        return _verdict(said.known.code, mine, agreeing[mine.at], 0.95)
    if not near:
        return None
    totals = [c for c in near if scores[c.at].known.is_total]
    if len(table.of_role("rank")) == 1 and totals and agreeing[totals[0].at] < _FOLLOWS:
        return _verdict(scores[totals[0].at].known.code, totals[0], agreeing[totals[0].at], 0.9)
    best = max(
        near, key=lambda c: (round(agreeing[c.at], 2), scores[c.at].known.is_total, -abs(c.at - column.at))
    )
    if agreeing[best.at] >= _FOLLOWS:
        return _verdict(scores[best.at].known.code, best, agreeing[best.at], 0.9)
    beside = totals[0] if totals else near[-1]
    return scores[beside.at].known.code, 0.4, "column.rank_differs", {"column": beside.header}


def _verdict(code: str, scores: Column, agreement: float, sure: float) -> Placed:
    if agreement >= _FOLLOWS:
        return code, sure, "column.rank_agrees", {"column": scores.header}
    return code, 0.45, "column.rank_differs", {"column": scores.header}


def _agreement(table: Table, ranks: Column, scores: Column) -> float:
    """How closely ranks follow scores, best first: 1 for the same order, 0 for none or too few rows.

    A long table ranks every year and set of units by itself.
    """
    rows = list(table.rows.units)
    frame = pd.DataFrame({
        "group": [" ".join(table.sheet.text(row, at) for at in table.apart) for row in rows],
        "rank": [about(table.sheet.at(row, ranks.at)) for row in rows],
        "score": [about(table.sheet.at(row, scores.at)) for row in rows],
    }).dropna()  # fmt: skip
    found = [_following(group) for _, group in frame.groupby("group", sort=False)]
    return min((one for one in found if one is not None), default=0.0)


def _following(frame: pd.DataFrame) -> float | None:
    if len(frame) < 3 or frame["rank"].nunique() < 2 or frame["score"].nunique() < 2:
        return None
    order = frame["score"].rank(ascending=False)
    return max(0.0, float(frame["rank"].rank().corr(order)))
