"""The cheapest path to a target: which components to raise, by how much, to reach a total or a rank.

A linear programme (mixed integer where a component moves in steps), solved by HiGHS through scipy. Where
the tree is a straight line the answer is the optimum; else the slopes are taken anew at every answer until
it settles, the result is checked by an exact re-score, and `Route.method` says "iterated": reached, not
proven cheapest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from indices.ledger import Case, best_ends
from indices.plan import rescore
from indices.ranking import Integers
from indices.rules import Array

STRAIGHT, ITERATED, NOTHING = "straight", "iterated", "nothing_to_do"
CLOSE: Final = 1e-9
EXACT: Final = 1e-12
MARGIN: Final = 1e-6
ROUNDS: Final = 60
LEAST_STEP: Final = 1e-5
HALVINGS: Final = 50
PROBE: Final = 1e-4


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
class Effort:
    """What a rise costs and how far it can go, by component code.

    `cost`: effort of one unit of the component (default 1: the component's own points; 0 or less is refused).
    `caps`: the best value within reach (best ever, best of the region ...); default the maximum. `steps`: the
    least step of a component that moves in steps. `only`: the components that may move (default all inputs).
    """

    cost: Mapping[str, float] = field(default_factory=dict)
    caps: Mapping[str, float] = field(default_factory=dict)
    steps: Mapping[str, float] = field(default_factory=dict)
    only: frozenset[str] | None = None


@dataclass(frozen=True)
class Route:
    """A path. `feasible` False: `total` and `rank` are as far as the caps allow, `steps` shows that.

    `goal`: the total aimed at; `shortfall`: index points missing. `effort`: sum of cost times rise. `method`:
    straight | iterated | nothing_to_do; `proven`: no cheaper path exists. `known` of `ranked` neighbours'
    totals count. `steps`: code, start, end, rise, effort, gain (index points alone), per_effort, total and
    rank after this and all steps before, most efficient first.
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
    known: int
    ranked: int
    steps: pd.DataFrame


@dataclass(frozen=True)
class _Levers:
    """Inputs that can move: columns, start, signed reach to the cap, cost and step (0: any amount)."""

    columns: Integers
    start: Array
    reach: Array
    cost: Array
    step: Array

    def grid(self) -> Array:
        """The furthest move on each lever's grid (absolute, component's unit)."""
        room = np.abs(self.reach)
        with np.errstate(divide="ignore", invalid="ignore"):
            stepped = np.floor(room / self.step + CLOSE) * self.step
        return np.where(self.step > 0, stepped, room)


def least_effort(case: Case, goal: Goal, effort: Effort = Effort()) -> Route:
    """The least total effort that reaches the goal from where the unit stands; see `Route`.

    Components move from the plan's inputs; those without a value, or without a maximum and a cap, stay.
    Raises ValueError where the unit has no total, or a cost or a step is not above 0.
    """
    if np.isnan(case.total):
        raise ValueError(f"{case.unit} has no total")
    wanted = goal.total if goal.total is not None else case.field.total_for(case.unit, goal.rank or 0)
    levers = _levers(case, effort)
    full = levers.grid()
    if case.total >= wanted - CLOSE:
        return _route(case, levers, np.zeros(len(full)), wanted, (NOTHING, True))
    reach = _total(case, levers, full)
    if reach < wanted - CLOSE:
        return _route(case, levers, full, wanted, (STRAIGHT, True))
    slopes = _slopes(case, levers, np.zeros(len(full)), full)
    if abs(case.total + slopes @ full - reach) <= CLOSE * max(1.0, abs(reach)):
        margin = 0.0 if levers.step.any() else MARGIN
        moves, proven = _solve(levers, slopes, min(wanted + margin, reach) - case.total)
        return _route(case, levers, _settled(case, levers, moves, wanted), wanted, (STRAIGHT, proven))
    return _route(case, levers, _iterate(case, levers, wanted), wanted, (ITERATED, False))


def _levers(case: Case, effort: Effort) -> _Levers:
    codes = np.array(case.plan.inputs)
    best = best_ends(case.plan)[: len(codes)]
    caps = np.array(
        [effort.caps.get(code, end) for code, end in zip(codes, best, strict=True)], dtype=np.float64
    )
    sign = np.array([-1.0 if case.plan.tree.nodes[code].direction == "-" else 1.0 for code in codes])
    start = case.row[: len(codes)]
    allowed = np.array([effort.only is None or code in effort.only for code in codes])
    columns = np.flatnonzero(allowed & (sign * (caps - start) > CLOSE))
    cost = np.array([effort.cost.get(codes[c], 1.0) for c in columns], dtype=np.float64)
    step = np.array([effort.steps.get(codes[c], 0.0) for c in columns], dtype=np.float64)
    if (cost <= 0).any() or (step < 0).any() or any(value <= 0 for value in effort.steps.values()):
        raise ValueError("costs and steps are above 0")
    return _Levers(columns, start[columns], (caps - start)[columns], cost, step)


def _total(case: Case, levers: _Levers, moves: Array) -> float:
    """Exact total after the moves (absolute, a number a lever)."""
    return float(_totals(case, levers, moves[None, :])[0])


def _totals(case: Case, levers: _Levers, moves: Array) -> Array:
    """Exact totals of many sets of moves (rows x levers)."""
    base = np.tile(case.row, (len(moves), 1))
    new = base.copy()
    new[:, levers.columns] = levers.start + np.sign(levers.reach) * moves
    return rescore(case.plan, base, new)[:, case.plan.root]


def _slopes(case: Case, levers: _Levers, at: Array, full: Array) -> Array:
    """Index points for one more unit of each lever, at the moves `at`; backwards where no room is left."""
    probe = PROBE * np.maximum(np.abs(levers.reach), CLOSE)
    probe = np.where(at + probe > np.abs(levers.reach), -probe, probe)
    rows = at + np.diag(probe)
    if not at.any():
        probe = np.maximum(full, probe)
        rows = np.diag(probe)
    return (_totals(case, levers, rows) - _total(case, levers, at)) / probe


def _solve(
    levers: _Levers, slopes: Array, gap: float, near: tuple[Array, float] | None = None
) -> tuple[Array, bool]:
    """Least-cost moves whose slopes add up to `gap` (as far as they can), and whether that is proven.

    `near`: moves that the answer stays close to, and how close (a share of every lever's reach).
    """
    unit = np.where(levers.step > 0, levers.step, 1.0)
    least, most = _bounds(levers, near)
    gap = min(gap, float(np.maximum(slopes, 0.0) @ most))
    least, most = np.round(least / unit, 9), np.round(most / unit, 9)
    answer = milp(
        levers.cost * unit,
        constraints=LinearConstraint((slopes * unit)[None, :], lb=gap),
        integrality=(levers.step > 0).astype(np.int64),
        bounds=Bounds(least, most),
        options={"mip_rel_gap": CLOSE, "time_limit": 10.0},
    )
    if answer.x is None:
        return most * unit, False
    moves = np.where(levers.step > 0, np.round(answer.x), answer.x) * unit
    return np.clip(moves, 0.0, np.abs(levers.reach)), bool(answer.status == 0)


def _bounds(levers: _Levers, near: tuple[Array, float] | None) -> tuple[Array, Array]:
    """Least and most move of every lever; those with steps may always take one step."""
    full = levers.grid()
    if near is None:
        return np.zeros(len(full)), full
    at, share = near
    wide = np.maximum(share * full, levers.step)
    return np.maximum(at - wide, 0.0), np.minimum(at + wide, full)


def _iterate(case: Case, levers: _Levers, wanted: float) -> Array:
    """Moves from slopes taken anew at every answer, each close to the last; the circle shrinks where nothing
    is gained. Every answer is confirmed by an exact re-score."""
    full = levers.grid()
    slopes = _slopes(case, levers, np.zeros(len(full)), full)
    found, share = full, 1.0
    moves, _ = _solve(levers, slopes, wanted - case.total)
    for _ in range(ROUNDS):
        moves = _settled(case, levers, moves, wanted)
        if levers.cost @ moves < levers.cost @ found - CLOSE:
            found = moves
        else:
            share /= 2
        if share < LEAST_STEP:
            break
        slopes = _slopes(case, levers, found, full)
        gap = wanted - _total(case, levers, found) + float(slopes @ found)
        moves, _ = _solve(levers, slopes, gap, (found, share))
    return found


def _settled(case: Case, levers: _Levers, moves: Array, wanted: float) -> Array:
    """Moves that reach the goal by an exact re-score: drawn on towards the caps where they fall short, drawn
    back where they overshoot. Levers with steps are drawn on whole, never drawn back."""
    short = _total(case, levers, moves) < wanted - EXACT
    loose = levers.step == 0
    ends = levers.grid() if short else np.where(loose, 0.0, moves)
    if short and _total(case, levers, np.where(loose, ends, moves)) >= wanted - EXACT:
        ends = np.where(loose, ends, moves)
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        enough = _total(case, levers, _between(levers, moves, ends, middle)) >= wanted - EXACT
        if enough == short:
            high = middle
        else:
            low = middle
    return _between(levers, moves, ends, high if short else low)


def _between(levers: _Levers, start: Array, end: Array, share: float) -> Array:
    """A point on the way; levers with steps round up to their grid."""
    point = start + share * (end - start)
    with np.errstate(divide="ignore", invalid="ignore"):
        stepped = np.ceil(point / levers.step - CLOSE) * levers.step
    return np.where(levers.step > 0, np.minimum(stepped, levers.grid()), point)


def _route(case: Case, levers: _Levers, moves: Array, wanted: float, how: tuple[str, bool]) -> Route:
    """The answer with every step explained, most efficient first."""
    used = np.flatnonzero(moves > CLOSE)
    alone = _totals(case, levers, np.diag(moves)[used]) - case.total
    spent = levers.cost[used] * moves[used]
    order = np.argsort(-alone / spent, kind="stable")
    used, alone, spent = used[order], alone[order], spent[order]
    taken = np.zeros((len(used), len(moves)))
    for row in range(len(used)):
        taken[row:, used[row]] = moves[used[row]]
    totals = _totals(case, levers, taken)
    steps = pd.DataFrame(
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
    total = float(totals[-1]) if len(used) else case.total
    short = max(wanted - total, 0.0) if wanted - total > CLOSE else 0.0
    return Route(
        feasible=short == 0.0,
        start=case.total,
        goal=wanted,
        total=total,
        rank=int(case.ranks(np.array([total]))[0]),
        effort=float(spent.sum()),
        shortfall=short,
        method=how[0],
        proven=how[1],
        known=case.field.known,
        ranked=case.field.whole,
        steps=steps,
    )
