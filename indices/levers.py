"""What a path can move: the inputs with room, how far, in which steps, at what cost; the exact re-score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from indices.ledger import Case, best_ends
from indices.plan import rescore
from indices.ranking import Integers
from indices.rules import Array, Mask

CLOSE: Final = 1e-9
EXACT: Final = 1e-12
LEVELS: Final = 8
PARTS: Final = 32
Totals = Callable[[Array], Array]


@dataclass(frozen=True)
class Effort:
    """What a rise costs and how far it can go, by component code.

    `cost`: effort of one unit of the component (default 1: the component's own points; 0 or less is
    refused). `caps`: the best value within reach (best ever, best of the region ...); default the maximum.
    `steps`: the least step of a component that moves in steps. `only`: the components that may move
    (default all inputs). `patience`: how much work may go into the proof that a path is the cheapest (1:
    well under a second for 150 inputs; counted, not timed).
    """

    cost: Mapping[str, float] = field(default_factory=dict)
    caps: Mapping[str, float] = field(default_factory=dict)
    steps: Mapping[str, float] = field(default_factory=dict)
    only: frozenset[str] | None = None
    patience: float = 1.0


USUAL: Final = Effort()


@dataclass(frozen=True)
class Levers:
    """Inputs that can move: columns, start, signed reach to the cap, cost and step (0: any amount).

    Moves are absolute, in the component's unit, one a lever.
    """

    case: Case
    columns: Integers
    start: Array
    reach: Array
    cost: Array
    step: Array

    @cached_property
    def grid(self) -> Array:
        """The furthest move on each lever's grid."""
        room = np.abs(self.reach)
        with np.errstate(divide="ignore", invalid="ignore"):
            stepped = np.floor(room / self.step + CLOSE) * self.step
        return np.where(self.step > 0, stepped, room)

    @cached_property
    def ends(self) -> Array:
        """The value at the furthest move."""
        return np.asarray(self.start + np.sign(self.reach) * self.grid)

    def effort(self, moves: Array) -> float:
        """What the moves cost."""
        return float(self.cost @ moves)

    def total(self, moves: Array) -> float:
        """Exact total after the moves."""
        return float(self.totals(moves[None, :])[0])

    def totals(self, moves: Array) -> Array:
        """Exact totals of many sets of moves (rows x levers)."""
        base = np.tile(self.case.row, (len(moves), 1))
        new = base.copy()
        new[:, self.columns] = self.start + np.sign(self.reach) * moves
        return rescore(self.case.plan, base, new)[:, self.case.plan.root]

    def only(self, kept: Mask) -> Levers:
        """Some of the levers."""
        picked = (self.columns[kept], self.start[kept], self.reach[kept], self.cost[kept], self.step[kept])
        return Levers(self.case, *picked)

    def settled(self, moves: Array, wanted: float, totals: Totals | None = None) -> Array:
        """Moves that reach the goal: drawn on towards the caps where they fall short, those in use first;
        drawn back where they overshoot. Levers with steps are drawn on whole, never back.

        `totals` gives the totals of rows of moves; the exact re-score unless said otherwise.
        """
        made = totals or self.totals
        short = not self._enough(made, moves[None, :], wanted)[0]
        loose, used = self.step == 0, moves > CLOSE
        ends = self.grid if short else np.where(loose, 0.0, moves)
        for some in (used & loose, loose) if short else ():
            drawn = np.where(some, self.grid, moves)
            if self._enough(made, drawn[None, :], wanted)[0]:
                ends = drawn
                break
        low, high = 0.0, 1.0
        for _ in range(LEVELS):
            shares = np.linspace(low, high, PARTS + 1)
            enough = self._enough(made, self.between(moves, ends, shares), wanted)
            if short:
                first = int(np.argmax(enough)) if enough.any() else PARTS
                low, high = float(shares[max(first - 1, 0)]), float(shares[first])
            else:
                last = PARTS - int(np.argmax(enough[::-1])) if enough.any() else 0
                low, high = float(shares[last]), float(shares[min(last + 1, PARTS)])
        return np.asarray(self.between(moves, ends, np.array([high if short else low]))[0])

    @staticmethod
    def _enough(totals: Totals, rows: Array, wanted: float) -> Mask:
        return np.asarray(totals(rows) >= wanted - EXACT)

    def between(self, start: Array, end: Array, shares: Array) -> Array:
        """Points on the way (shares x levers); levers with steps round up to their grid."""
        points = start + shares[:, None] * (end - start)
        with np.errstate(divide="ignore", invalid="ignore"):
            stepped = np.ceil(points / self.step - CLOSE) * self.step
        return np.where(self.step > 0, np.minimum(stepped, self.grid), points)


def make_levers(case: Case, effort: Effort) -> Levers:
    """The inputs with room to a better value. Raises ValueError for a cost or a step that is not above 0.

    Left out: what would lower the total (a rule may count a component against it).
    """
    codes = np.array(case.plan.inputs)
    best = best_ends(case.plan)[: len(codes)]
    caps = np.array([effort.caps.get(code, end) for code, end in zip(codes, best, strict=True)], dtype=float)
    sign = np.array([-1.0 if case.plan.tree.nodes[code].direction == "-" else 1.0 for code in codes])
    start = case.row[: len(codes)]
    allowed = np.array([effort.only is None or code in effort.only for code in codes])
    columns = np.flatnonzero(allowed & (sign * (caps - start) > CLOSE))
    cost = np.array([effort.cost.get(codes[c], 1.0) for c in columns], dtype=np.float64)
    step = np.array([effort.steps.get(codes[c], 0.0) for c in columns], dtype=np.float64)
    if (cost <= 0).any() or (step < 0).any() or any(value <= 0 for value in effort.steps.values()):
        raise ValueError("costs and steps are above 0")
    found = Levers(case, columns, start[columns], (caps - start)[columns], cost, step)
    found = found.only(found.grid > CLOSE)
    alone = found.totals(np.diag(found.grid)) if len(found.columns) else np.empty(0)
    return found.only(~(alone < case.total - CLOSE))
