"""A tree seen from one unit as quantities and how they hang together, ready to be bounded by planes.

Every quantity that a path can move lies between two values, and is written as a share of the way between
them. Three kinds of tie: straight (a plane), bent (a mean that lies below all its tangent planes), curved
(the scale of one child, see curve.py). Whatever is none of these is named; the tree then has no bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np

from indices.curve import Bank, Curve, bank_of, curve_of
from indices.levers import Levers
from indices.plan import Step
from indices.ranking import Integers
from indices.rules import Array

TRIALS: Final = 6
FIT: Final = 1e-9
NUDGE: Final = 1e-4


@dataclass(frozen=True)
class Straight:
    """own = level + Σ pull × share of each argument, in the unit of the own quantity."""

    own: int
    arguments: tuple[int, ...]
    level: float
    pulls: Array


@dataclass(frozen=True)
class Curved:
    """own = height of the curve at the share of its one argument."""

    own: int
    argument: int
    curve: Curve


@dataclass(frozen=True)
class Bent:
    """own = rule of its children + `kept`; `moving`: places of the arguments among the children (`row`)."""

    own: int
    arguments: tuple[int, ...]
    step: Step
    row: Array
    moving: Integers
    kept: float

    def at(self, values: Array) -> Array:
        """Values (rows) at arguments (rows x arguments), in their own units."""
        rows = np.tile(self.row, (len(values), 1))
        rows[:, self.moving] = values
        return self.step.score(rows) + self.kept

    def plane(self, values: Array) -> tuple[float, Array]:
        """The tangent plane at arguments inside the range: height there and slopes."""
        row = self.row.copy()
        row[self.moving] = values
        seen = replace(self.step.template, values=row[None, :])
        slopes = np.broadcast_to(self.step.rule.sensitivity(seen), (1, len(row)))[0]
        return float(self.at(values[None, :])[0]), np.asarray(slopes * _signs(self.step))[self.moving]


Tie = Straight | Curved | Bent


@dataclass
class Relaxation:
    """Quantities with their `low` (share 0) and `high` (share 1), and ties, arguments before what they make.

    The first `levers` quantities are the levers, which move in `steps` (shares; 0: any amount). `columns`:
    the quantity of a column of the plan. `unknown`: codes whose tie is of none of the kinds. Not to be
    added to once it is made.
    """

    levers: int
    steps: Array
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    columns: dict[int, int] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def add(self, low: float, high: float) -> int:
        """A new quantity."""
        self.low.append(low)
        self.high.append(high)
        return len(self.low) - 1

    def ranges(self, quantities: Sequence[int]) -> tuple[Array, Array]:
        """Lows and highs of some quantities."""
        return np.array([self.low[q] for q in quantities]), np.array([self.high[q] for q in quantities])

    @property
    def straight(self) -> bool:
        """Whether the total is one plane over all moves."""
        return not self.unknown and all(isinstance(tie, Straight) for tie in self.ties)

    @cached_property
    def curved(self) -> list[Curved]:
        """The curved ties."""
        return [tie for tie in self.ties if isinstance(tie, Curved)]

    @cached_property
    def _banks(self) -> list[tuple[list[Curved], Bank]]:
        """Curves of levers side by side, then every other curve by itself."""
        first = [tie for tie in self.curved if tie.argument < self.levers]
        groups = [first] if first else []
        groups += [[tie] for tie in self.curved if tie.argument >= self.levers]
        return [(group, bank_of([tie.curve for tie in group])) for group in groups]

    def shares(self, levers: Array) -> Array:
        """Shares of all quantities from those of the levers (rows x quantities), exactly."""
        found = np.zeros((len(levers), len(self.low)))
        found[:, : self.levers] = levers
        done = 0
        for number, (group, bank) in enumerate(self._banks):
            stop = 0 if group[0].argument < self.levers else self.ties.index(group[0])
            self._carry(found, self.ties[done:stop])
            done = max(done, stop)
            self._bend(found, found, number, bank)
        self._carry(found, self.ties[done:])
        return found

    def made(self, shares: Array) -> Array:
        """What every tie makes of its arguments as they are given (rows x quantities); levers as they are."""
        found = shares.copy()
        for number, (_, bank) in enumerate(self._banks):
            self._bend(found, shares, number, bank)
        for tie in self.ties:
            if not isinstance(tie, Curved):
                found[:, tie.own] = self._share(tie, shares)
        return found

    def _bend(self, found: Array, shares: Array, number: int, bank: Bank) -> None:
        group = self._banks[number][0]
        own, arguments = [tie.own for tie in group], [tie.argument for tie in group]
        low, high = self.ranges(own)
        found[:, own] = (bank.at(np.clip(shares[:, arguments], 0.0, 1.0)) - low) / (high - low)

    def _carry(self, found: Array, ties: Sequence[Tie]) -> None:
        for tie in ties:
            if not isinstance(tie, Curved):
                found[:, tie.own] = self._share(tie, found)

    def _share(self, tie: Straight | Bent, shares: Array) -> Array:
        if isinstance(tie, Straight):
            value = tie.level + shares[:, list(tie.arguments)] @ tie.pulls
        else:
            low, high = self.ranges(tie.arguments)
            value = tie.at(low + (high - low) * shares[:, list(tie.arguments)])
        return np.asarray((value - self.low[tie.own]) / (self.high[tie.own] - self.low[tie.own]))


def relax(levers: Levers) -> Relaxation:
    """The quantities and ties above the levers of a unit."""
    found = Relaxation(len(levers.columns), levers.step / levers.grid)
    for column, start, end in zip(levers.columns, levers.start, levers.ends, strict=True):
        found.columns[int(column)] = found.add(float(start), float(end))
    for step in levers.case.plan.steps:
        if any(int(kid) in found.columns for kid in step.kids):
            _tie(found, levers, step)
    return found


def _tie(found: Relaxation, levers: Levers, step: Step) -> None:
    """Add the scales of the moving children of a node, and the node."""
    plan, row = levers.case.plan, levers.case.row
    moving = np.array([k for k, kid in enumerate(step.kids) if int(kid) in found.columns], dtype=np.int64)
    arguments = [found.columns[int(step.kids[k])] for k in moving]
    bare, seen = replace(step, kids=np.arange(len(step.kids))), row[step.kids].copy()
    for place, k in enumerate(moving):
        scale = step.template.scales[k] if step.template.scales and step.rule.normalises else None
        if scale is not None:
            argument = arguments[place]
            step_share = found.steps[argument] if argument < found.levers else 0.0
            curve = curve_of(scale, found.low[argument], found.high[argument], step_share)
            if curve is None:
                found.unknown.append(plan.codes[step.kids[k]])
                continue
            arguments[place] = _curved(found, arguments[place], curve)
            bare, seen[k] = _without_scale(bare, int(k)), curve.at(0.0)
    old = float(bare.score(seen[None, :])[0])
    kept = float(row[step.own]) - old
    own = Bent(-1, tuple(arguments), bare, seen, moving, 0.0 if np.isnan(kept) else kept)
    if not _straight(found, own, step.own) and not _bent(found, own, step.own):
        found.unknown.append(plan.codes[step.own])
        ends = own.at(np.stack(found.ranges(arguments)))
        found.columns[step.own] = found.add(float(ends[0]), float(ends[1]))


def _curved(found: Relaxation, argument: int, curve: Curve) -> int:
    """The quantity of a child on its scale; a curve that is one straight piece is a straight tie."""
    low, high = curve.range
    own = found.add(low, high if high > low else low + 1.0)
    if len(curve.pieces) == 1 and curve.pieces[0].bend == 0:
        ends = curve.at(0.0), curve.at(1.0)
        found.ties.append(Straight(own, (argument,), ends[0], np.array([ends[1] - ends[0]])))
    else:
        found.ties.append(Curved(own, argument, curve))
    return own


def _without_scale(step: Step, place: int) -> Step:
    """The node with one child entering as it is, because its scale stands apart."""
    scales = tuple(None if k == place else scale for k, scale in enumerate(step.template.scales))
    turned = step.template.reversed.copy()
    turned[place] = False
    left = replace(step.template, scales=scales if any(scales) else (), reversed=turned)
    return replace(step, template=left)


def _straight(found: Relaxation, tie: Bent, column: int) -> bool:
    """Whether the node is a plane, found by trying it between the ends of its arguments."""
    low, high = found.ranges(tie.arguments)
    k = len(low)
    ends = tie.at(low + np.vstack([np.zeros(k), np.eye(k)]) * (high - low))
    level, pulls = float(ends[0]), ends[1:] - ends[0]
    at = np.random.default_rng(k).random((TRIALS, k))
    tried = tie.at(low + at * (high - low))
    size = 1.0 + abs(level) + float(np.abs(pulls).sum())
    if not np.allclose(tried, level + at @ pulls, rtol=0.0, atol=FIT * size):
        return False
    least, most = level + np.minimum(pulls, 0.0).sum(), level + np.maximum(pulls, 0.0).sum()
    _own(found, column, float(least), float(most))
    found.ties.append(Straight(found.columns[column], tie.arguments, level, pulls))
    return True


def _bent(found: Relaxation, tie: Bent, column: int) -> bool:
    """Whether the node is a mean that is known to lie below its tangent planes."""
    template = tie.step.template
    if not tie.step.rule.concave or (template.weights < 0).any() or template.own.factor <= 0:
        return False
    low, high = found.ranges(tie.arguments)
    rises = (high >= low) == (_signs(tie.step)[tie.moving] > 0)
    least, most = tie.at(np.stack([np.where(rises, low, high), np.where(rises, high, low)]))
    if np.isnan(least) or np.isnan(most):
        return False
    _own(found, column, float(least), float(most))
    found.ties.append(replace(tie, own=found.columns[column]))
    return True


def _own(found: Relaxation, column: int, low: float, high: float) -> None:
    found.columns[column] = found.add(low, high if high > low else low + 1.0)


def _signs(step: Step) -> Array:
    """1 where the rule rises with a child, -1 where a child enters turned round (children)."""
    return np.where(step.template.scaled & step.template.reversed, -1.0, 1.0)


def inside(found: Relaxation, tie: Bent, shares: Array) -> Array:
    """Arguments of a bent tie in their own units, a little away from zero, where a mean may be upright."""
    low, high = found.ranges(tie.arguments)
    near = np.clip(shares[list(tie.arguments)], NUDGE, 1.0)
    return np.asarray(low + (high - low) * near)
