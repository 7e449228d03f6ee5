"""The cheapest moves on a tree that is bent, with a bound that no path can be cheaper than.

Outer approximation: every bent tie of the tree (relaxed.py) is replaced by planes that lie above it, the
programme is solved by HiGHS, planes are added where its answer lies above the tree, and so on. What the
programme costs is a bound, since every path of the tree is an answer of the programme; what an exact re-score
confirms is a path. The two meet where the tree is a mean of concave scales. Steps of components and jumps of
scales are whole numbers in it; a scale that bends upwards lies below the chords of ever smaller pieces.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from indices.curve import Curve, Line, Piece, split
from indices.levers import CLOSE, Levers
from indices.relaxed import Bent, Curved, Relaxation, Straight, inside
from indices.rules import Array

GAP: Final = 1e-6
GAPS: Final = (None, GAP / 10)
SETTLED: Final = 1e-5
ROUNDS: Final = 60
OVER: Final = 1e-8
# The solver lets a row be short by a fixed amount (1e-7): shares are counted in hundredths to make that
# little.
SCALE: Final = 100.0
SNAP: Final = 1e-6
STARTS: Final = (0.0, 0.25, 0.5, 1.0)
# Rows solved, each counted once more for every node of a search, and a search for at least so many nodes.
WORK: Final = 60_000.0
ROOT: Final = 50


@dataclass(frozen=True)
class Bounded:
    """Moves that reach the goal, and what no moves can cost less than."""

    moves: Array
    bound: float


@dataclass
class _Programme:
    """Rows and columns of a mixed-integer programme, in the order they are added."""

    cost: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    rows: list[tuple[list[int], list[float], float, float]] = field(default_factory=list)

    def column(self, most: float = SCALE, whole: bool = False, cost: float = 0.0) -> int:
        """A new column from 0 to `most`; shares are counted in hundredths."""
        self.cost.append(cost)
        self.whole.append(int(whole))
        self.most.append(most)
        return len(self.cost) - 1

    def row(self, columns: list[int], weights: list[float], low: float, high: float) -> None:
        """low <= Σ weight × column <= high."""
        self.rows.append((columns, weights, low, high))

    def solve(self, gap: float | None, nodes: int) -> Any:
        """The answer of HiGHS, to a gap and within some nodes; without a gap whole numbers may be broken."""
        places = np.repeat(np.arange(len(self.rows)), [len(row[0]) for row in self.rows])
        columns = np.concatenate([row[0] for row in self.rows])
        weights = np.concatenate([row[1] for row in self.rows])
        matrix = csr_array((weights, (places, columns)), shape=(len(self.rows), len(self.cost)))
        low, high = (np.array([row[end] for row in self.rows]) for end in (2, 3))
        return milp(
            np.array(self.cost),
            constraints=LinearConstraint(matrix, low, high),
            integrality=np.zeros(len(self.cost)) if gap is None else np.array(self.whole),
            bounds=Bounds(np.zeros(len(self.cost)), np.array(self.most)),
            options={} if gap is None else {"mip_rel_gap": gap, "node_limit": nodes},
        )


@dataclass
class _State:
    """What has been learnt so far: planes of bent ties, lines and pieces of curved ones."""

    tree: Relaxation
    planes: list[tuple[Bent, float, Array, Array]]
    curves: dict[int, Curve]
    lines: dict[tuple[int, Piece], list[Line]]


@dataclass
class _Hunt:
    """What is known so far. `phase`: 0 while whole numbers may be broken, 1 when they are kept."""

    best: Array
    left: float
    bound: float = 0.0
    phase: int = 0


def cheapest(levers: Levers, tree: Relaxation, wanted: float, patience: float = 1.0) -> Bounded:
    """Moves that reach `wanted` (which all moves together do), as cheap as can be found, and the bound.

    `patience`: how much work may go into it, counted and not timed, so that the answer is the same on every
    computer.
    """
    root = tree.columns[levers.case.plan.root]
    low, high = tree.low[root], tree.high[root]

    def totals(moves: Array) -> Array:
        return np.asarray(low + (high - low) * tree.shares(moves / levers.grid)[:, root])

    state, hunt = _begin(tree), _Hunt(levers.settled(levers.grid, wanted, totals), WORK * patience)
    for _ in range(ROUNDS):
        programme, before = _programme(state, levers, wanted), hunt.bound
        answer = _solved(programme, hunt)
        if answer is None:
            break
        shares = _snapped(state, np.clip(answer[: len(tree.low)] / SCALE, 0.0, 1.0))
        moves = _moves(levers, shares)
        exact = tree.shares((moves / levers.grid)[None, :])[0]
        moves = levers.settled(moves, wanted, totals)
        hunt.best = min(hunt.best, moves, key=levers.effort)
        if levers.effort(hunt.best) - hunt.bound <= GAP * levers.effort(hunt.best) or hunt.left <= 0:
            break
        learnt = _learn(state, (shares, exact), hunt.phase > 0)
        if not learnt or (hunt.phase == 0 and hunt.bound - before <= SETTLED * hunt.bound):
            hunt.phase += 1 if any(programme.whole) or learnt else len(GAPS)
        if hunt.phase >= len(GAPS):
            break
    best = levers.settled(hunt.best, wanted) if levers.total(hunt.best) < wanted - CLOSE else hunt.best
    return Bounded(best, min(hunt.bound, levers.effort(best)))


def _solved(programme: _Programme, hunt: _Hunt) -> Array | None:
    """The columns of the answer; its bound and the work it took are entered. None where there is none."""
    rows, gap = len(programme.rows), GAPS[hunt.phase] if any(programme.whole) else None
    answer = programme.solve(gap, max(int(hunt.left / rows) - ROOT, 1))
    if answer.x is None:
        return None
    hunt.bound = max(hunt.bound, float(answer.fun if gap is None else answer.mip_dual_bound))
    hunt.left -= rows * (1 if gap is None else ROOT + int(answer.mip_node_count))
    return np.asarray(answer.x)


def _snapped(state: _State, shares: Array) -> Array:
    """Arguments that stop short of the end of a piece by what the solver leaves, moved onto it."""
    found = shares.copy()
    for tie in state.tree.ties:
        if isinstance(tie, Curved):
            for piece in state.curves[tie.own].pieces:
                if 0.0 < piece.high - found[tie.argument] < SNAP:
                    found[tie.argument] = piece.high
    return found


def _moves(levers: Levers, shares: Array) -> Array:
    """Moves of shares of the levers' ways; levers in steps on their grid."""
    moves = shares[: len(levers.grid)] * levers.grid
    with np.errstate(divide="ignore", invalid="ignore"):
        stepped = np.round(moves / levers.step) * levers.step
    return np.where(levers.step > 0, np.minimum(stepped, levers.grid), moves)


def _begin(tree: Relaxation) -> _State:
    state = _State(tree, [], {tie.own: tie.curve for tie in tree.curved}, {})
    for shares in tree.shares(np.repeat(np.array(STARTS)[:, None], tree.levers, axis=1)):
        for tie in tree.ties:
            if isinstance(tie, Bent):
                _plane(state, tie, shares)
    return state


def _plane(state: _State, tie: Bent, shares: Array) -> None:
    at = inside(state.tree, tie, shares)
    height, slopes = tie.plane(at)
    if np.isfinite(slopes).all() and np.isfinite(height):
        state.planes.append((tie, height, slopes, at))


def _learn(state: _State, points: tuple[Array, Array], whole: bool) -> bool:
    """Planes, lines and pieces where the answer (the first point) lies above the tree; whether there are any.

    The second point is what the tree makes of the answer's moves.
    """
    tree, learnt = state.tree, False
    over = points[0] - tree.made(points[0][None, :])[0]
    for tie in tree.ties:
        if isinstance(tie, Straight) or over[tie.own] <= OVER:
            continue
        if isinstance(tie, Bent):
            for shares in points:
                _plane(state, tie, shares)
            learnt = True
        else:
            learnt |= _bend(state, tie, float(points[0][tie.argument]), whole)
    return learnt


def _bend(state: _State, tie: Curved, share: float, whole: bool) -> bool:
    """A tangent of the piece at a share, or the piece cut in two where it bends upwards; whether it helps."""
    curve = state.curves[tie.own]
    piece = next(p for p in curve.pieces if p.low <= share <= p.high)
    if piece.bend > 0:
        key = (tie.own, piece)
        state.lines[key] = [*state.lines.get(key, _first_lines(piece)), piece.tangent(share)]
    elif piece.bend < 0 and whole:
        state.curves[tie.own] = split(curve, share)
        return len(state.curves[tie.own].pieces) > len(curve.pieces)
    return piece.bend > 0


def _first_lines(piece: Piece) -> list[Line]:
    """Lines that a piece lies below before anything is learnt."""
    if piece.bend > 0:
        return [piece.tangent(piece.low + part * (piece.high - piece.low)) for part in STARTS]
    return [piece.chord()]


def _programme(state: _State, levers: Levers, wanted: float) -> _Programme:
    """The programme of what is known so far: a column a quantity, then what steps and pieces need."""
    tree, found = state.tree, _Programme()
    price = np.zeros(len(tree.low))
    price[: len(levers.grid)] = levers.cost * levers.grid
    for cost in price:
        found.column(cost=float(cost) / SCALE)
    for lever in np.flatnonzero(levers.step > 0):
        count = float(np.round(levers.grid[lever] / levers.step[lever]))
        found.row([int(lever), found.column(count, whole=True)], [count, -SCALE], 0.0, 0.0)
    for tie in tree.ties:
        if isinstance(tie, Straight):
            _straight_row(found, tree, tie)
        elif isinstance(tie, Curved):
            _curve_rows(found, state, tie)
    for plane in state.planes:
        _plane_row(found, tree, plane)
    root = tree.columns[levers.case.plan.root]
    share = (wanted - tree.low[root]) / (tree.high[root] - tree.low[root])
    found.row([root], [1.0], min(share, 1.0) * SCALE, np.inf)
    return found


def _straight_row(found: _Programme, tree: Relaxation, tie: Straight) -> None:
    reach = tree.high[tie.own] - tree.low[tie.own]
    level = (tie.level - tree.low[tie.own]) / reach
    found.row([tie.own, *tie.arguments], [1.0, *(-tie.pulls / reach)], level * SCALE, level * SCALE)


def _plane_row(found: _Programme, tree: Relaxation, plane: tuple[Bent, float, Array, Array]) -> None:
    tie, height, slopes, at = plane
    low, high = tree.ranges(tie.arguments)
    reach = tree.high[tie.own] - tree.low[tie.own]
    most = (height + float(slopes @ (low - at)) - tree.low[tie.own]) / reach
    found.row([tie.own, *tie.arguments], [1.0, *(-slopes * (high - low) / reach)], -np.inf, most * SCALE)


def _curve_rows(found: _Programme, state: _State, tie: Curved) -> None:
    """Lines above a concave curve; else one piece is chosen, and its lines hold."""
    curve, tree = state.curves[tie.own], state.tree
    low, reach = tree.low[tie.own], tree.high[tie.own] - tree.low[tie.own]
    lines = [state.lines.get((tie.own, piece)) or _first_lines(piece) for piece in curve.pieces]
    scaled = [[((level - low) / reach, slope / reach) for level, slope in own] for own in lines]
    if curve.concave:
        for level, slope in chain.from_iterable(scaled):
            found.row([tie.own, tie.argument], [1.0, -slope], -np.inf, level * SCALE)
        return
    chosen: list[int] = []
    parts: list[int] = []
    heights: list[int] = []
    for piece, own in zip(curve.pieces, scaled, strict=True):
        pick, part, height = found.column(1.0, whole=True), found.column(), found.column()
        found.row([part, pick], [1.0, -piece.low * SCALE], 0.0, np.inf)
        found.row([part, pick], [1.0, -piece.high * SCALE], -np.inf, 0.0)
        for level, slope in own:
            found.row([height, pick, part], [1.0, -level * SCALE, -slope], -np.inf, 0.0)
        chosen, parts, heights = [*chosen, pick], [*parts, part], [*heights, height]
    n = len(chosen)
    found.row(chosen, [1.0] * n, 1.0, 1.0)
    found.row([tie.argument, *parts], [1.0, *[-1.0] * n], 0.0, 0.0)
    found.row([tie.own, *heights], [1.0, *[-1.0] * n], -np.inf, 0.0)
