"""From items to factors and to the index, by the rules of the definition, with errors.

A component with a rule that is known comes from its children by that rule. Where the definition says none,
the caller says how: `mean` (of its items and of those children that were asked about, all alike) or `pooled`
(all answers below it as one); "" leaves it unknown. Errors go up by the derivatives of the rule (delta
method), with the covariances of the items.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import pandas as pd

from indices.arrays import Array
from indices.errors import DataError, Problem
from indices.scoring import is_computable, recompute
from indices.survey import SATISFIED, Estimates, Measure, contrast_matrix, estimate
from indices.survey_design import Design
from indices.survey_totals import CODE, Totals, pooled
from indices.trace_inputs import needs_everyone
from indices.tree import Tree

How = Literal["", "mean", "pooled"]
POOLED: Final = "pooled"
# Shares go up as percent, the unit of the definitions; the step of a derivative is in that unit.
PERCENT: Final = 100.0
STEP: Final = 1e-3


@dataclass(frozen=True)
class RollUp:
    """`belongs`: item -> component of `tree`. `how`: what a component without a known rule is made by."""

    tree: Tree
    belongs: Mapping[str, str]
    how: How = ""

    def below(self, code: str) -> list[str]:
        """The items of a component and of everything under it."""
        codes, queue = set(), [code]
        while queue:
            at = queue.pop()
            if at not in codes:
                codes.add(at)
                queue.extend(self.tree.nodes[at].children)
        return [item for item, component in self.belongs.items() if component in codes]

    def pools(self) -> dict[str, list[str]]:
        """Components whose answers are thrown together, and their items."""
        if self.how != POOLED:
            return {}
        found = {code: self.below(code) for code in self.tree.post_order()}
        return {code: items for code, items in found.items() if items and not is_computable(self.tree, code)}


def check(roll: RollUp) -> None:
    """Raises DataError for items of no component, codes that mean both, and rules that compare units."""
    nodes = roll.tree.nodes
    problems = [
        Problem("An item belongs to no component of the definition", place=item, found=component)
        for item, component in roll.belongs.items()
        if component not in nodes
    ]
    both = sorted(roll.belongs.keys() & nodes.keys())
    problems += [Problem("An item has the code of a component", place=code) for code in both]
    if needs_everyone(roll.tree):
        problems.append(
            Problem("The definition compares units with each other", place=roll.tree.framework_id)
        )
    if problems:
        raise DataError(problems)


def estimate_tree(found: Totals, design: Design, roll: RollUp, measure: Measure = SATISFIED) -> Estimates:
    """Estimates of every item, component and the index, for each group. Raises DataError.

    A component that lacks a part is unknown unless the definition renormalises; then the others stand for it.
    """
    check(roll)
    items = estimate(pooled(found, roll.pools()), design, measure)
    walk = _Walk(roll, items, PERCENT if measure == SATISFIED else 1.0)
    walk.run()
    return items.and_also(walk.estimates()) if walk.made else items


@dataclass
class _Walk:
    """Values and derivatives of the components, bottom up: groups, and groups x codes that were estimated."""

    roll: RollUp
    items: Estimates
    unit: float
    made: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        keys = self.items.keys
        by = [name for name in keys.columns if name != CODE]
        groups = keys.groupby(by, sort=True).ngroup() if by else pd.Series(0, index=keys.index)
        self.groups = keys.assign(_group=groups).drop_duplicates("_group").sort_values("_group")[by]
        self.codes = list(dict.fromkeys(keys[CODE]))
        column = keys[CODE].map({code: at for at, code in enumerate(self.codes)}).to_numpy()
        self.place = np.full((max(len(self.groups), 1), len(self.codes)), -1)
        self.place[groups.to_numpy(), column] = np.arange(len(keys))
        value = np.append(self.items.value, np.nan)[self.place]
        eye = np.eye(len(self.codes))
        self.value = {code: value[:, at] for at, code in enumerate(self.codes)}
        self.slopes = {code: np.tile(eye[at], (len(value), 1)) for at, code in enumerate(self.codes)}

    def run(self) -> None:
        """Make every component that can be made."""
        for code in self.roll.tree.post_order():
            if code in self.value:
                continue
            if is_computable(self.roll.tree, code):
                self._by_rule(code)
            elif self.roll.how == "mean":
                self._by_mean(code)

    def _keep(self, code: str, value: Array, slopes: Array) -> None:
        self.value[code], self.slopes[code] = value, slopes
        self.made.append(code)

    def _by_mean(self, code: str) -> None:
        own = [item for item, component in self.roll.belongs.items() if component == code]
        # What no question of the form speaks of takes no part: it is not missing, it was not asked.
        asked = [child for child in self.roll.tree.nodes[code].children if self.roll.below(child)]
        parts = [*own, *asked]
        if not parts:
            return
        unknown = np.full(len(self.place), np.nan)
        values = np.stack([self.value.get(part, unknown) for part in parts], axis=1)
        known = ~np.isnan(values)
        if self.roll.tree.missing == "refuse":
            known &= known.all(axis=1, keepdims=True)
        share = known / np.maximum(known.sum(axis=1, keepdims=True), 1)
        slopes = sum(
            share[:, [at]] * self.slopes[part] for at, part in enumerate(parts) if part in self.slopes
        )
        value = np.where(known.any(axis=1), (np.where(known, values, 0.0) * share).sum(axis=1), np.nan)
        self._keep(code, value, np.asarray(slopes, dtype=np.float64) + np.zeros((1, len(self.codes))))

    def _by_rule(self, code: str) -> None:
        """By the rule of the definition; derivatives by central differences, exact for straight lines."""
        children = [child for child in self.roll.tree.nodes[code].children if child in self.value]
        frame = pd.DataFrame({child: self.value[child] * self.unit for child in children})
        if frame.empty:
            return
        value = self._ruled(code, frame)
        slopes = np.zeros((len(frame), len(self.codes)))
        for child in children:
            up, down = (self._ruled(code, frame.assign(**{child: frame[child] + h})) for h in (STEP, -STEP))
            pull = np.nan_to_num((up - down) / (2.0 * STEP))
            slopes += pull[:, None] * self.slopes[child]
        self._keep(code, value / self.unit, slopes)

    def _ruled(self, code: str, values: pd.DataFrame) -> Array:
        return recompute(self.roll.tree, values)[code].to_numpy(dtype=np.float64)

    def estimates(self) -> Estimates:
        """The components as estimates; those unknown in a group are left out of it."""
        rows: list[tuple[int, int, float]] = []
        names: list[pd.DataFrame] = []
        values: list[float] = []
        for code in self.made:
            for group in map(int, np.flatnonzero(~np.isnan(self.value[code]))):
                pulls = self.slopes[code][group]
                used = np.flatnonzero((pulls != 0.0) & (self.place[group] >= 0))
                rows += [(int(self.place[group, at]), len(values), float(pulls[at])) for at in used]
                names.append(self.groups.iloc[[group]].assign(**{CODE: code}))
                values.append(float(self.value[code][group]))
        keys = pd.concat(names, ignore_index=True) if names else self.items.keys.iloc[:0]
        slopes = contrast_matrix(len(self.items.keys), rows, len(values))
        return self.items.combined(keys[list(self.items.keys.columns)], slopes, np.array(values))
