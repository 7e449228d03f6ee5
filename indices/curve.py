"""A scale as a curve over the part of a figure's range that a path can use: straight, bent, or in steps.

Shares of the way: 0 where the figure stands, 1 as far as it can go. Between the numbers a scale is made of
(ends, posts, threshold, floor, band starts) it is a straight line in the figure or in its logarithm. That is
checked by trying every part at three places, so a way that is neither is found out and not guessed at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from typing import Final

import numpy as np

from indices.arrays import TIE, Array, Mask
from indices.normalise import NORMALISATIONS, normalise
from indices.scale import Scale

Line = tuple[float, float]
PLACES: Final = np.array([0.25, 0.5, 0.75])
FIT: Final = 1e-8
STEEP: Final = 1e-12
BEYOND: Final = 1e-5
NEAR: Final = 1e-6


@dataclass(frozen=True)
class Piece:
    """z = level + pull × x between two shares of the way; x is the figure, or its logarithm where `logged`.

    `ends`: the figure at shares 0 and 1.
    """

    low: float
    high: float
    ends: tuple[float, float]
    level: float
    pull: float
    logged: bool

    def at(self, share: float) -> float:
        """Height of the curve, drawn on beyond the piece."""
        figure = self.ends[0] + (self.ends[1] - self.ends[0]) * share
        return self.level + self.pull * (float(np.log(figure)) if self.logged else figure)

    def slope(self, share: float) -> float:
        """Rise a share of the way."""
        way = self.ends[1] - self.ends[0]
        return self.pull * way / (self.ends[0] + way * share if self.logged else 1.0)

    @property
    def bend(self) -> int:
        """1: lies below its tangents, 0: straight, -1: lies above them."""
        if not self.logged or abs(self.at(self.high) - self.at(self.low)) < STEEP:
            return 0
        return 1 if self.pull > 0 else -1

    def tangent(self, share: float) -> Line:
        """The line that touches the piece there: (height at 0, slope)."""
        slope = self.slope(share)
        return self.at(share) - slope * share, slope

    def chord(self) -> Line:
        """The line through both ends of the piece."""
        slope = (self.at(self.high) - self.at(self.low)) / (self.high - self.low)
        return self.at(self.low) - slope * self.low, slope


@dataclass(frozen=True)
class Curve:
    """The pieces of a scale, from where the figure stands to where it can go."""

    pieces: tuple[Piece, ...]

    def at(self, share: float) -> float:
        """Height of the curve; where it jumps, the better of both sides."""
        return max(piece.at(share) for piece in self.pieces if piece.low <= share <= piece.high)

    @property
    def range(self) -> tuple[float, float]:
        """The least and the greatest height."""
        heights = [piece.at(share) for piece in self.pieces for share in (piece.low, piece.high)]
        return min(heights), max(heights)

    @property
    def concave(self) -> bool:
        """Whether no chord lies above the curve: no jump, never steeper than before, bent downwards only."""
        joints = list(pairwise(self.pieces))
        smooth = all(abs(a.at(a.high) - b.at(b.low)) <= FIT * max(1.0, abs(b.at(b.low))) for a, b in joints)
        falling = all(a.slope(a.high) >= b.slope(b.low) - FIT for a, b in joints)
        return smooth and falling and all(piece.bend >= 0 for piece in self.pieces)


def curve_of(scale: Scale, start: float, end: float, step: float = 0.0) -> Curve | None:
    """The curve of a scale from `start` to `end` (the figure's unit); None where it is of no such shape.

    `step`: the part of the way (0-1) of one step of a figure that moves in steps, 0 for any amount. Jumps
    then lie half a step before the first step that is past them, so that no step is near one. Where a
    figure has to fall below the start of a band, and not just to it, it falls by a hundred thousandth of
    the way.
    """
    shares = sorted({0.0, 1.0, *_breaks(scale, start, end)})
    found = [_piece(scale, (start, end), part) for part in pairwise(shares)]
    pieces = _joined([piece for piece in found if piece is not None])
    if None in found:
        return None
    first = float(normalise(np.array([start]), scale)[0])
    if abs(pieces[0].at(0.0) - first) > FIT:
        pieces = [Piece(0.0, 0.0, (start, end), first, 0.0, False), *pieces]
    return Curve(tuple(_apart(pieces, bool(scale.bands) and end < start, step)))


def _breaks(scale: Scale, start: float, end: float) -> list[float]:
    """Shares of the way at which the scale may turn or jump."""
    numbers = [0.0, scale.low, scale.high, scale.target, scale.threshold, scale.floor]
    numbers += [] if isinstance(scale.reference, str) else [scale.reference]
    # A falling figure leaves a band only when it is below its start by more than what counts as reaching it.
    off = -1.001 * TIE if end < start else 0.0
    numbers += [begin + off * max(1.0, abs(begin)) for begin, _ in scale.bands]
    shares = [(number - start) / (end - start) for number in numbers]
    return [share for share in shares if TIE < share < 1.0 - TIE]


def _apart(pieces: Sequence[Piece], beyond: bool, step: float) -> list[Piece]:
    """Jumps moved clear of where a figure can stand; pieces that nothing is left of are dropped."""
    found, low = [], 0.0
    for piece, after in zip_longest(pieces, pieces[1:]):
        high = piece.high
        if after is not None and abs(piece.at(high) - after.at(high)) > FIT:
            high = _clear(high, beyond, step)
        if high > low:
            found.append(replace(piece, low=low, high=min(high, 1.0)))
            low = high
    return found


def _clear(share: float, beyond: bool, step: float) -> float:
    """Where a jump is put: half a step before the first step past it, else just beyond it if need be."""
    if step == 0.0:
        return share + BEYOND if beyond or share == 0.0 else share
    first = np.floor(share / step + NEAR) + 1.0 if beyond else np.ceil(share / step - NEAR)
    return float((first - 0.5) * step)


def _piece(scale: Scale, ends: tuple[float, float], part: tuple[float, float]) -> Piece | None:
    places = part[0] + (part[1] - part[0]) * PLACES
    figures = ends[0] + (ends[1] - ends[0]) * places
    z = _alone(figures, scale)
    if np.isnan(z).any():
        return None
    x = np.log(figures) if scale.logged else figures
    flat = abs(z[2] - z[0]) <= STEEP * max(1.0, abs(z[0]))
    pull = 0.0 if flat else float((z[2] - z[0]) / (x[2] - x[0]))
    level = float(z[0] - pull * x[0])
    fits = abs(level + pull * x[1] - z[1]) <= FIT * max(1.0, float(np.abs(z).max()))
    return Piece(*part, ends, level, pull, scale.logged and pull != 0.0) if fits else None


def _alone(figures: Array, scale: Scale) -> Array:
    """Figures of one unit on the scale; nothing where a way needs the others."""
    way = NORMALISATIONS[scale.name]
    if not way.relative:
        return normalise(figures, scale)
    if not way.line:
        return np.full(len(figures), np.nan)
    return np.concatenate([normalise(figure[None], scale) for figure in figures])


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours on one line made one piece."""
    found = list(pieces[:1])
    for piece in pieces[1:]:
        last = found[-1]
        near = np.isclose([last.level, last.pull], [piece.level, piece.pull], rtol=1e-9, atol=1e-12)
        if last.logged == piece.logged and near.all():
            last = Piece(last.low, piece.high, last.ends, last.level, last.pull, last.logged)
            found[-1] = last
        else:
            found.append(piece)
    return found


def split(curve: Curve, share: float) -> Curve:
    """The curve with a piece cut in two there, where it is not at an end of one already."""
    pieces: list[Piece] = []
    for piece in curve.pieces:
        if piece.low + TIE < share < piece.high - TIE:
            left = Piece(piece.low, share, piece.ends, piece.level, piece.pull, piece.logged)
            right = Piece(share, piece.high, piece.ends, piece.level, piece.pull, piece.logged)
            pieces += [left, right]
        else:
            pieces.append(piece)
    return Curve(tuple(pieces))


@dataclass(frozen=True)
class Bank:
    """Many curves side by side (curves x pieces, short ones filled with pieces of no length)."""

    low: Array
    high: Array
    level: Array
    pull: Array
    logged: Mask
    ends: Array

    def at(self, shares: Array) -> Array:
        """Heights at shares (rows x curves); where a curve jumps, the better of both sides."""
        figures = self.ends[:, 0] + (self.ends[:, 1] - self.ends[:, 0]) * shares
        with np.errstate(divide="ignore", invalid="ignore"):
            x = np.where(self.logged, np.log(figures)[:, :, None], figures[:, :, None])
        here = (shares[:, :, None] >= self.low) & (shares[:, :, None] <= self.high)
        return np.asarray(np.where(here, self.level + self.pull * x, -np.inf).max(axis=2))


def bank_of(curves: Sequence[Curve]) -> Bank:
    """Curves side by side."""
    shape = (len(curves), max((len(curve.pieces) for curve in curves), default=1))
    table = {name: np.full(shape, np.nan) for name in ("low", "high", "level", "pull")}
    logged, ends = np.zeros(shape, dtype=np.bool_), np.zeros((len(curves), 2))
    for row, curve in enumerate(curves):
        ends[row] = curve.pieces[0].ends
        for place, piece in enumerate(curve.pieces):
            logged[row, place] = piece.logged
            for name, column in table.items():
                column[row, place] = getattr(piece, name)
    return Bank(**table, logged=logged, ends=ends)
