"""How inputs enter a roll-up, apart from the roll-up: their scales applied to many draws at once.

A definition that brings its inputs to a scale of the year (its own min-max, z-scores ...) compares units only
at that point; behind it stand plain means. Taking the two apart keeps them fast, and exact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from indices.arrays import above_noise
from indices.normalise import NORMALISATIONS, normalise
from indices.plan import Plan, Step, compares
from indices.rules import Array
from indices.scale import Scale


def _range_of_year(x: Array) -> Array:
    low, high = (pick.reduce(x, axis=-1, keepdims=True) for pick in (np.fmin, np.fmax))
    apart = above_noise(high - low, np.maximum(np.abs(low), np.abs(high)))
    return np.asarray((x - low) / np.where(apart, high - low, np.nan))


def _sample_score(x: Array) -> Array:
    known = ~np.isnan(x)
    n = known.sum(axis=-1, keepdims=True)
    mean = np.where(known, x, 0.0).sum(axis=-1, keepdims=True) / n
    off = x - mean
    deviation = np.sqrt(np.where(known, off * off, 0.0).sum(axis=-1, keepdims=True) / (n - 1))
    return np.asarray(off / np.where(above_noise(deviation, mean), deviation, np.nan))


AT_ONCE: Final[dict[str, Callable[[Array], Array]]] = {
    "min_max_year": _range_of_year,
    "distance_to_best": _range_of_year,
    "z_score": _sample_score,
}


def take_apart(plan: Plan) -> tuple[tuple[Step, ...], dict[int, Scale]]:
    """The steps without the scales of their inputs, and those scales by column.

    A scale of an inner node stays in its parent's rule.
    """
    found = [_stripped(step, plan.n_inputs) for step in plan.steps]
    return tuple(step for step, _ in found), {column: s for _, own in found for column, s in own.items()}


def _stripped(step: Step, n_inputs: int) -> tuple[Step, dict[int, Scale]]:
    own = {
        int(kid): scale
        for kid, scale in zip(step.kids, step.template.scales, strict=False)
        if scale is not None and kid < n_inputs
    }
    if not (own and step.rule.normalises):
        return step, {}
    pairs = zip(step.kids, step.template.scales, strict=True)
    left = tuple(None if int(kid) in own else scale for kid, scale in pairs)
    turned = step.template.reversed & np.array([int(kid) not in own for kid in step.kids])
    template = replace(step.template, scales=left if any(left) else (), reversed=turned)
    plain = replace(step, template=template)
    return replace(plain, relative=compares(plain)), own


def enter(values: Array, scales: Mapping[int, Scale]) -> Array:
    """Inputs (draws x inputs x units) on their scales; those without one as they are."""
    if not scales:
        return values
    found = values.copy()
    for column, scale in scales.items():
        found[:, column] = _scaled(values[:, column], scale)
    return found


def _scaled(values: Array, scale: Scale) -> Array:
    """One input in many draws (draws x units)."""
    if not NORMALISATIONS[scale.name].relative:
        return normalise(values.reshape(-1), scale).reshape(values.shape)
    if len(values) == 1 or scale.name not in AT_ONCE or scale.cap not in ("", "none"):
        return np.stack([normalise(row, scale) for row in values])
    with np.errstate(divide="ignore", invalid="ignore"):
        x = np.log(np.where(values > 0, values, np.nan)) if scale.logged else values
        z = AT_ONCE[scale.name](-x if scale.reversed else x)
        return np.asarray(scale.to_low + (scale.to_high - scale.to_low) * z)
