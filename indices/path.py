"""The cheapest path to a target: which components to raise, by how much, to reach a total or a rank.

A linear programme (mixed integer where a component moves in steps), solved by HiGHS through scipy. Where
the tree is a straight line one programme is the answer. Where it is bent (geometric and harmonic means,
caps, logarithms, thresholds, bands) planes above it are added until the bound meets the path (cuts.py).
Where a rule has no such bound the best of several searches is given, and said not to be proven
(path_search.py). Every answer is confirmed by an exact re-score.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from indices.cuts import GAP, cheapest
from indices.held import HeldCase
from indices.ledger import Case
from indices.levers import CLOSE, USUAL, Effort, Levers, make_levers
from indices.path_search import search, solve
from indices.relaxed import Relaxation, relax
from indices.rules import Array
from indices.standing import Field

__all__ = ["Effort", "Goal", "Route", "least_effort"]

STRAIGHT, CUTS, SEARCHED = "straight", "cuts", "searched"
NOTHING, EVERYTHING = "nothing_to_do", "everything"
NO_BOUND, GAP_LEFT, HELD = "no_bound", "gap_left", "held"
TRIES: Final = 4
HALVINGS: Final = 30


@dataclass(frozen=True)
class Goal:
    """What to reach: a total (index points) or a rank against the known neighbours, who stand still."""

    total: float | None = None
    rank: int | None = None

    def __post_init__(self) -> None:
        """One of the two."""
        if (self.total is None) == (self.rank is None):
            raise ValueError("a goal is a total or a rank")


@dataclass(frozen=True)
class Route:
    """A path. `feasible` False: `total` and `rank` are as far as the caps allow, `steps` shows that.

    `goal`: the total aimed at; `shortfall`: index points missing. `effort`: sum of cost times rise.
    `method`: straight | cuts | searched | everything (all caps together) | nothing_to_do. `bound`: no path
    costs less; `proven`: the effort is within a millionth of it (of an infeasible goal: nothing reaches
    it). `reason`, where not proven: no_bound (`unknown` names the codes of whose rules nothing is known) |
    gap_left (the allowed work came first) | held (the bound holds while the year's references stand still,
    see held.py). `known` of `ranked` neighbours' totals count. `steps`: code, start, end, rise, effort,
    gain (index points alone), per_effort, total and rank after this and all steps before, most efficient
    first.
    """

    feasible: bool
    start: float
    goal: float
    total: float
    rank: int
    effort: float
    shortfall: float
    method: str
    proven: bool
    bound: float
    reason: str
    unknown: tuple[str, ...]
    known: int
    ranked: int
    steps: pd.DataFrame

    @property
    def gap(self) -> float:
        """How much dearer than the bound the path may be, as a part of its effort (0-1)."""
        return (self.effort - self.bound) / self.effort if self.effort > 0 else 0.0


@dataclass(frozen=True)
class _Answer:
    """Moves, how they were found, and what is proven of them."""

    moves: Array
    method: str
    bound: float
    unknown: tuple[str, ...] = ()


def least_effort(case: Case, goal: Goal, effort: Effort = USUAL) -> Route:
    """The least total effort that reaches the goal from where the unit stands; see `Route`.

    Components move from the plan's inputs; those without a value, or without a maximum and a cap, stay, and
    so do those that would lower the total. A rank is reached at the total, as ranked, of the neighbour who
    holds it. Where the case holds references (held.py) the path is the cheapest while they stand still, drawn
    on until the goal is reached with everybody moving; `total` and `rank` are then those. Raises ValueError
    where the unit has no total, or a cost or a step is not above 0.
    """
    if np.isnan(case.total):
        raise ValueError(f"{case.unit} has no total")
    wanted = goal.total if goal.total is not None else case.field.total_for(case.unit, goal.rank or 0)
    levers = make_levers(case, effort)
    answer = _once(levers, wanted, effort.patience)
    if isinstance(case, HeldCase):
        return _together(levers, case, goal, answer, effort.patience)
    return _route(levers, wanted, answer)


def _once(levers: Levers, wanted: float, patience: float) -> _Answer:
    """The path to a total, neighbours and references standing still."""
    if levers.case.total >= wanted - CLOSE:
        return _Answer(np.zeros(len(levers.grid)), NOTHING, 0.0)
    tree = relax(levers)
    if not len(levers.grid) or levers.total(levers.grid) < wanted - CLOSE:
        unknown = tuple(dict.fromkeys(tree.unknown))
        return _Answer(levers.grid, EVERYTHING, levers.effort(levers.grid), unknown)
    return _answer(levers, tree, wanted, patience)


def _together(levers: Levers, case: HeldCase, goal: Goal, answer: _Answer, patience: float) -> Route:
    """The path with every reference and neighbour moving: drawn on where it falls short, back to where it
    just does not."""

    def short(moves: Array) -> tuple[float, float, Field]:
        codes = [case.plan.codes[column] for column in levers.columns]
        ends = levers.start + np.sign(levers.reach) * moves
        total, field = case.crowd.outcome(dict(zip(codes, ends, strict=True)))
        aim = goal.total if goal.total is not None else field.total_for(case.unit, goal.rank or 0)
        return aim - total, total, field

    moves = last = answer.moves
    for _ in range(TRIES):
        left = short(moves)[0]
        if left <= CLOSE:
            break
        last, moves = moves, _once(levers, levers.total(moves) + left, patience).moves
    moves = levers.grid if short(moves)[0] > CLOSE else _back(levers, last, moves, lambda m: short(m)[0])
    left, total, field = short(moves)
    route = _route(levers, total + left, replace(answer, moves=moves))
    return replace(
        route,
        feasible=left <= CLOSE,
        total=total,
        rank=int(field.rank_of(case.unit, np.array([total]))[0]),
        shortfall=left if left > CLOSE else 0.0,
        proven=answer.method == NOTHING and left <= CLOSE,
        reason="" if answer.method == NOTHING else HELD,
    )


def _back(levers: Levers, start: Array, end: Array, short: Callable[[Array], float]) -> Array:
    """The first point on the way from moves that fall short to moves that do not that does not either."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS if short(start) > CLOSE else 0):
        middle = (low + high) / 2
        reached = short(levers.between(start, end, np.array([middle]))[0]) <= CLOSE
        low, high = (low, middle) if reached else (middle, high)
    return np.asarray(levers.between(start, end, np.array([high]))[0])


def _answer(levers: Levers, tree: Relaxation, wanted: float, patience: float) -> _Answer:
    if tree.unknown:
        return _Answer(search(levers, wanted), SEARCHED, 0.0, tuple(dict.fromkeys(tree.unknown)))
    if not tree.straight:
        found = cheapest(levers, tree, wanted, patience)
        return _Answer(found.moves, CUTS, found.bound)
    alone = levers.totals(np.diag(levers.grid)) - levers.case.total
    moves, bound = solve(levers, alone / levers.grid, wanted - levers.case.total)
    moves = levers.settled(moves, wanted)
    return _Answer(moves, STRAIGHT, min(bound, levers.effort(moves)))


def _route(levers: Levers, wanted: float, answer: _Answer) -> Route:
    """The answer with every step explained, most efficient first."""
    case, moves = levers.case, answer.moves
    steps = _steps(levers, moves)
    total = float(steps["total"].iloc[-1]) if len(steps) else case.total
    effort = float(steps["effort"].sum())
    near = effort - answer.bound <= GAP * max(effort, CLOSE)
    proven = near and not answer.unknown
    return Route(
        feasible=wanted - total <= CLOSE,
        start=case.total,
        goal=wanted,
        total=total,
        rank=int(case.ranks(np.array([total]))[0]),
        effort=effort,
        shortfall=max(wanted - total, 0.0) if wanted - total > CLOSE else 0.0,
        method=answer.method,
        proven=proven,
        bound=answer.bound,
        reason="" if proven else NO_BOUND if answer.unknown else GAP_LEFT,
        unknown=answer.unknown,
        known=case.field.known,
        ranked=case.field.whole,
        steps=steps,
    )


def _steps(levers: Levers, moves: Array) -> pd.DataFrame:
    """One row a component that moves, with what it brings alone and what all so far bring together."""
    case, used = levers.case, np.flatnonzero(moves > CLOSE)
    alone = levers.totals(np.diag(moves)[used]) - case.total
    spent = levers.cost[used] * moves[used]
    order = np.argsort(-alone / spent, kind="stable")
    used, alone, spent = used[order], alone[order], spent[order]
    taken = np.zeros((len(used), len(moves)))
    for row in range(len(used)):
        taken[row:, used[row]] = moves[used[row]]
    totals = levers.totals(taken)
    return pd.DataFrame(
        {
            "code": [case.plan.codes[column] for column in levers.columns[used]],
            "start": levers.start[used],
            "end": levers.start[used] + np.sign(levers.reach[used]) * moves[used],
            "rise": moves[used],
            "effort": spent,
            "gain": alone,
            "per_effort": alone / spent,
            "total": totals,
            "rank": case.ranks(totals),
        }
    )
