"""What every rule of a roll-up sees and how it is told: the children, the parent's numbers, the manual entry.

NaN means missing and stays NaN unless the missing policy renormalises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from indices.arrays import Array, Mask
from indices.normalise import normalise, slope_of
from indices.scale import Scale

ROUNDING: Final = 1e-12


@dataclass(frozen=True)
class Own:
    """The parent's own numbers. `maximum` is the component's, in the parent's unit; NaN = not known."""

    factor: float = 1.0
    offset: float = 0.0
    span: float = 1.0
    intercept: float = 0.0
    maximum: float = float("nan")


@dataclass(frozen=True)
class Children:
    """What a roll-up sees: `values` and `maxima` are n units x k children, the rest is one number a child.

    `scaled`: the child enters as (v - ref_min) / (ref_max - ref_min), and as one minus that where `reversed`.
    `scales`: how children enter that are brought to a scale in another way (None: they are not); () for none.
    `missing`: refuse (a missing child makes the parent missing) or renormalise (over what is present, if that
    carries at least `coverage` of the weight).
    """

    values: Array
    weights: Array
    slopes: Array
    ref_min: Array
    ref_max: Array
    scaled: Mask
    reversed: Mask
    maxima: Array
    own: Own = Own()
    missing: str = "refuse"
    scales: tuple[Scale | None, ...] = ()
    coverage: float = 0.0

    def only(self, used: Mask) -> Children:
        """The same without the children outside `used` (k)."""
        columns = {name: getattr(self, name)[:, used] for name in ("values", "maxima")}
        rows = ("weights", "slopes", "ref_min", "ref_max", "scaled", "reversed")
        scales = (
            tuple(scale for scale, kept in zip(self.scales, used, strict=True) if kept) if self.scales else ()
        )
        return replace(self, **columns, **{name: getattr(self, name)[used] for name in rows}, scales=scales)


@dataclass(frozen=True)
class Rule:
    """A named rule and its manual entry. `needs` names the numbers that must be given (see checks.py).

    `straight`: a straight line in its children. `concave`: below its tangents in its children on their
    scales, and never falling in them, for weights and a factor above 0. `normalises`: children enter on the
    scale their definition names. `relative`: a unit's score depends on the other units. `takes`: how many
    children (0: any number).
    """

    name: str
    title: str
    formula: str
    units: str
    source: str
    score: Callable[[Children], Array]
    sensitivity: Callable[[Children], Array]
    uses: Callable[[Children], Mask]
    needs: frozenset[str] = frozenset()
    lone_child: bool = False
    straight: bool = True
    concave: bool = False
    normalises: bool = False
    relative: bool = False
    takes: int = 0


def normalised(c: Children) -> Array:
    """Children on their scale (n x k): stored min-max (0-1) where asked for, else as `scales` say."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (c.values - c.ref_min) / (c.ref_max - c.ref_min)
    z = np.where(c.reversed, 1.0 - z, z)
    z = np.where(c.scaled, z, c.values)
    for column, scale in enumerate(c.scales):
        if scale is not None:
            z[:, column] = normalise(c.values[:, column], scale)
    return z


def entry_slopes(c: Children) -> Array:
    """|d normalised / d child| (n x k); 0 for scales that are no curve of the value (ranks, bands)."""
    reach = np.where(c.scaled, c.ref_max - c.ref_min, 1.0)
    slopes = np.abs(np.broadcast_to(1.0 / reach, c.values.shape)).copy()
    for column, scale in enumerate(c.scales):
        if scale is not None:
            slopes[:, column] = slope_of(c.values[:, column], scale)
    return slopes


def spread(weights: Array, values: Array, missing: str, coverage: float = 0.0) -> Array:
    """Weights a unit (n x k); renormalised, those of missing children are spread over the present ones.

    `weights`: one a child (k), or of every unit its own (n x k). NaN where the present ones carry less than
    `coverage` (0-1) of the weight.
    """
    full = np.broadcast_to(weights, values.shape)
    if missing == "refuse":
        return full
    present = np.where(np.isnan(values), 0.0, full)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = weights.sum(axis=-1, keepdims=True) / present.sum(axis=1, keepdims=True)
        enough = np.isfinite(scale) & (coverage * scale <= 1.0 + ROUNDING)
    return present * np.where(enough, scale, np.nan)


def row_sum(matrix: Array) -> Array:
    """Sum over the children (n); a missing one makes the sum missing."""
    return np.asarray(matrix.sum(axis=1), dtype=np.float64)


def total(parts: Array, weights: Array, missing: str, coverage: float = 0.0) -> Array:
    """Sum of weight times part over the children (n). A missing part counts as the policy says."""
    given = spread(weights, parts, missing, coverage)
    return row_sum(given * (parts if missing == "refuse" else np.nan_to_num(parts)))


def all_children(c: Children) -> Mask:
    """Every child is used (k)."""
    return np.ones(c.values.shape[1], dtype=np.bool_)


def weighted_children(c: Children) -> Mask:
    """Children of weight zero are not used (k)."""
    return np.asarray(c.weights != 0)
