"""Points-to-rank ledger: what every component still holds for a unit, and what each point is worth in places.

Against the year's real neighbours, who are taken to stand still. Every figure is a re-score of the tree, so
it holds for rules that are no straight line too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from indices.plan import Plan, rescore
from indices.ranking import Integers
from indices.rules import Array, Mask
from indices.standing import Field

NOISE: Final = 1e-9
# The rise that a better rank needs is searched by cutting what is left into this many parts, so often: to
# 2 ** -51 of the room. Many parts in few rounds cost less than two parts in fifty: a round is the dear thing.
PARTS, ROUNDS = 8, 17


@dataclass(frozen=True)
class Falls:
    """Values a unit might fall back to (codes): its own last comparable ones, and its region's medians."""

    last: pd.Series | None = None
    region: pd.Series | None = None


@dataclass(frozen=True)
class Case:
    """A unit as it stands: `row` (codes of the plan; published, else recomputed) among its neighbours."""

    plan: Plan
    unit: str
    row: Array
    field: Field

    @property
    def total(self) -> float:
        """The unit's total as it stands."""
        return float(self.row[self.plan.root])

    @property
    def rank(self) -> int:
        """The unit's rank among the known totals; 0 without a total."""
        return int(self.field.rank_of(self.unit, np.array([self.total]))[0])

    def totals(self, columns: Integers, values: Array) -> Array:
        """Total after setting one component alone, one case a row: `columns` and `values` (rows)."""
        base = np.tile(self.row, (len(columns), 1))
        new = base.copy()
        new[np.arange(len(columns)), columns] = values
        return rescore(self.plan, base, new)[:, self.plan.root]

    def together(self, values: Array) -> float:
        """Total after setting all inputs at once (inputs of the plan; NaN leaves one as it is)."""
        new = self.row[None, :].copy()
        given = np.flatnonzero(~np.isnan(values))
        new[0, given] = values[given]
        return float(rescore(self.plan, self.row[None, :], new)[0, self.plan.root])

    def ranks(self, totals: Array) -> Integers:
        """Ranks the unit would have with each of `totals`."""
        return self.field.rank_of(self.unit, totals)


def make_case(plan: Plan, values: pd.DataFrame, unit: str, field: Field) -> Case:
    """The case of a unit from a frame of units x codes.

    Raises KeyError for a unit that is not there, and ValueError where a rule of the tree compares units: one
    unit's points then move everybody's, which `scenario.Engine` scores.
    """
    if any(step.relative for step in plan.steps):
        raise ValueError("a rule compares units: no unit can be scored alone")
    return Case(plan, unit, plan.standing(plan.array(values.loc[[unit]]))[0], field)


def best_ends(plan: Plan) -> Array:
    """The best value every component can have (codes): its maximum, or its minimum where less is better."""
    nodes = [plan.tree.nodes[code] for code in plan.codes]
    ends = [node.min_score if node.direction == "-" else node.max_score for node in nodes]
    return np.array([np.nan if end is None else end for end in ends], dtype=np.float64)


def ledger(case: Case, falls: Falls = Falls()) -> pd.DataFrame:
    """One row a component with points still to be had, most index points first.

    code, parent, level, value, best (component's unit), room (to the best), gain (index points if recovered
    alone), per_point (gain / room), rank, rank_after, places_gained, need (rise in the component's unit for
    the next better rank; missing where the component alone cannot reach it), need_share (of its room); for
    `last` and `region`: fall_<name> (index points lost if it fell there; 0 where it would not fall),
    places_<name>; known and ranked: how many neighbours' totals are known (own included) of how many
    ranked. Components whose value or maximum is not known are left out, and so is the total; gain and ranks
    are missing where a rule above has a missing part, so that nobody can say what a rise does.
    """
    best = best_ends(case.plan)
    open_ = np.flatnonzero(np.abs(best - case.row) > NOISE)
    open_ = open_[_improves(case, open_, best) & (open_ != case.plan.root)]
    totals = case.totals(open_, best[open_])
    room, gain = np.abs(best - case.row)[open_], totals - case.total
    after, need = case.ranks(totals), _needed(case, open_, best[open_])
    nodes = [case.plan.tree.nodes[case.plan.codes[column]] for column in open_]
    found = pd.DataFrame(
        {
            "code": [node.code for node in nodes],
            "parent": [node.parent for node in nodes],
            "level": [node.level for node in nodes],
            "value": case.row[open_],
            "best": best[open_],
            "room": room,
            "gain": gain,
            "per_point": gain / room,
            "rank": case.rank,
            "rank_after": whole(after),
            "places_gained": whole(case.rank - after, after == 0),
            "need": need * room,
            "need_share": need,
        }
    )
    for name in ("last", "region"):
        found = found.assign(**_fall(case, open_, getattr(falls, name), name))
    found = found.assign(known=case.field.known, ranked=case.field.whole)
    return found.sort_values(["gain", "code"], ascending=[False, True], kind="stable", ignore_index=True)


def _improves(case: Case, columns: Integers, best: Array) -> Array:
    """Whether the best end lies on the better side of the value (a value beyond its maximum has no room)."""
    less = np.array([case.plan.tree.nodes[case.plan.codes[c]].direction == "-" for c in columns], dtype=bool)
    return np.where(less, best[columns] < case.row[columns], best[columns] > case.row[columns])


def _needed(case: Case, columns: Integers, best: Array) -> Array:
    """Share of each component's room that gives a better rank; NaN where all of it does not."""
    low, width = np.zeros(len(columns)), 1.0
    start = case.row[columns]
    found = _better(case, case.totals(columns, best))
    within = np.arange(1, PARTS) / PARTS
    every = np.repeat(columns, len(within))
    for _ in range(ROUNDS if found.any() else 0):
        shares = low[:, None] + width * within
        values = start[:, None] + shares * (best - start)[:, None]
        better = _better(case, case.totals(every, values.ravel())).reshape(shares.shape)
        first = np.where(better.any(axis=1), better.argmax(axis=1), PARTS - 1)
        width /= PARTS
        low = low + width * first
    return np.where(found, low + width, np.nan)


def _better(case: Case, totals: Array) -> Mask:
    """Whether each total gives a better rank; a total that cannot be computed gives none."""
    ranks = case.ranks(totals)
    return np.asarray((ranks > 0) & (ranks < case.rank))


def whole(numbers: Integers, missing: Mask | None = None) -> pd.arrays.IntegerArray:
    """Whole numbers with gaps: where `missing`, by default where 0."""
    gaps = np.asarray(numbers == 0) if missing is None else missing
    return pd.arrays.IntegerArray(np.asarray(numbers, dtype=np.int64), gaps)


def _fall(case: Case, columns: Integers, reference: pd.Series | None, name: str) -> dict[str, Array]:
    """Index points and places lost if each component fell to its reference value."""
    if reference is None:
        return {
            f"fall_{name}": np.full(len(columns), np.nan),
            f"places_{name}": np.full(len(columns), np.nan),
        }
    given = reference.reindex(list(case.plan.codes)).to_numpy(dtype=np.float64)[columns]
    # A reference that is not known is no fall: a rule that goes on without a part would make one of it.
    totals = np.where(np.isnan(given), np.nan, case.totals(columns, given))
    loss = case.total - totals
    places = np.where(np.isnan(loss), np.nan, case.ranks(totals) - case.rank)
    worse = loss > NOISE
    return {
        f"fall_{name}": np.where(np.isnan(loss), np.nan, np.where(worse, loss, 0.0)),
        f"places_{name}": np.where(np.isnan(loss), np.nan, np.where(worse, places, 0.0)),
    }


def risks(case: Case, falls: Falls) -> pd.DataFrame:
    """What a unit could lose, every component (one at its maximum too): code, level, value, fall_*, places_*.

    Columns as in `ledger`; sorted by the larger of the two losses.
    """
    columns = np.flatnonzero(~np.isnan(case.row) & (np.arange(len(case.row)) != case.plan.root))
    nodes = [case.plan.tree.nodes[case.plan.codes[column]] for column in columns]
    found = pd.DataFrame({"code": [n.code for n in nodes], "level": [n.level for n in nodes]})
    found["value"] = case.row[columns]
    for name in ("last", "region"):
        found = found.assign(**_fall(case, columns, getattr(falls, name), name))
    worst = found[["fall_last", "fall_region"]].max(axis=1)
    return (
        found.assign(worst=worst).sort_values("worst", ascending=False, kind="stable").drop(columns="worst")
    )


def recovered_together(case: Case, codes: Sequence[str] | None = None) -> pd.DataFrame:
    """The greedy order: at every step the component whose recovery adds most index points to those before.

    `codes`: which components (default: the plan's inputs). A component inside, or around, one already
    chosen is passed over. Columns: step, code, gain (added by this step), total, rank, places_gained (since
    the start). Stops when nothing adds.
    """
    best = best_ends(case.plan)
    wanted = case.plan.inputs if codes is None else codes
    open_ = [case.plan.place[code] for code in wanted]
    open_ = [column for column in open_ if not np.isnan(best[column] - case.row[column])]
    rows: list[tuple[int, str, float, float]] = []
    chosen = case.row.copy()
    total, left = case.total, [c for c in open_ if _improves(case, np.array([c]), best)[0]]
    while left:
        totals = _with_each(case, chosen, left, best)
        pick = int(np.argmax(np.nan_to_num(totals, nan=-np.inf)))
        if not totals[pick] > total + NOISE:
            break
        column, gain, total = left[pick], float(totals[pick]) - total, float(totals[pick])
        chosen[column] = best[column]
        rows.append((len(rows) + 1, case.plan.codes[column], gain, total))
        left = [other for other in left if other != column and not _overlap(case.plan, column, other)]
    found = pd.DataFrame.from_records(rows, columns=["step", "code", "gain", "total"])
    ranks = case.ranks(found["total"].to_numpy(dtype=np.float64))
    return found.assign(rank=ranks, places_gained=case.rank - ranks)


def _with_each(case: Case, chosen: Array, left: Sequence[int], best: Array) -> Array:
    """Total with what is chosen and each of the components left (rows)."""
    base, new = np.tile(case.row, (len(left), 1)), np.tile(chosen, (len(left), 1))
    new[np.arange(len(left)), left] = best[list(left)]
    return rescore(case.plan, base, new)[:, case.plan.root]


def _overlap(plan: Plan, one: int, other: int) -> bool:
    first, second = plan.codes[one], plan.codes[other]
    return first in plan.above[second] or second in plan.above[first]
