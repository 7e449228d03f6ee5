"""A tree made ready for scoring many times: arrays instead of frames, the rules looked up once.

Two ways to use it. `Plan.run` scores everything from the inputs up. `rescore` scores what a change does to
figures that stand: the change of every ancestor is what the rules say, and what stands between the published
figure and the recomputed one (rounding, a residual) stays where it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indices.rules import RULES, Array, Children, Mask, Rule
from indices.scoring import _children, is_computable
from indices.tree import Tree

Integers = NDArray[np.int64]
TRIALS = 6


@dataclass(frozen=True)
class Step:
    """One inner node: its column, those of the children its rule uses, and the rule with its numbers.

    `relative`: a unit's score depends on the other units, so all units of a year are scored together.
    """

    own: int
    kids: Integers
    rule: Rule
    template: Children
    relative: bool = False

    def score(self, values: Array, maxima: Array | None = None) -> Array:
        """Value of the node (rows) from all columns (rows x codes); NaN where it uses no child."""
        if not len(self.kids):
            return np.full(len(values), np.nan)
        shape = (len(values), len(self.kids))
        own = np.broadcast_to(self.template.maxima, shape)
        given = own if maxima is None else np.where(np.isnan(maxima[:, self.kids]), own, maxima[:, self.kids])
        seen = replace(self.template, values=values[:, self.kids], maxima=given)
        return np.asarray(self.rule.score(seen), dtype=np.float64)


@dataclass(frozen=True)
class Plan:
    """A tree down to its inputs. `codes`: inputs first, in display order, then inner nodes upwards."""

    tree: Tree
    codes: tuple[str, ...]
    n_inputs: int
    steps: tuple[Step, ...]

    @property
    def inputs(self) -> tuple[str, ...]:
        """Codes that nothing is computed from below."""
        return self.codes[: self.n_inputs]

    @cached_property
    def place(self) -> dict[str, int]:
        """Column of every code."""
        return {code: column for column, code in enumerate(self.codes)}

    @property
    def root(self) -> int:
        """Column of the total."""
        return self.place[self.tree.root]

    @cached_property
    def above(self) -> dict[str, tuple[str, ...]]:
        """Every code's ancestors inside the plan, nearest first."""
        parents = {kid: step.own for step in self.steps for kid in step.kids}
        found: dict[str, tuple[str, ...]] = {}
        for code, column in reversed(self.place.items()):
            found[code] = _ancestors(parents, column, self.codes)
        return found

    def array(self, frame: pd.DataFrame) -> Array:
        """Columns of the plan (rows x codes) from a frame of values; NaN where the frame has no such code."""
        return frame.reindex(columns=list(self.codes)).to_numpy(dtype=np.float64, copy=True)

    def run(self, values: Array, maxima: Array | None = None) -> Array:
        """Every inner node from the inputs up (rows x codes), whatever stood in its column."""
        found = values.copy()
        for step in self.steps:
            found[:, step.own] = step.score(found, maxima)
        return found

    def standing(self, values: Array, maxima: Array | None = None) -> Array:
        """Published figures where there are any, recomputed ones elsewhere (rows x codes)."""
        found = values.copy()
        for step in self.steps:
            gaps = np.isnan(found[:, step.own])
            if gaps.any():
                found[gaps, step.own] = step.score(found, maxima)[gaps]
        return found

    def with_weights(self, weights: Mapping[str, float]) -> Plan:
        """The same plan with other weights of some codes in their parents.

        Raises KeyError for a code that stands under no node of the plan, ValueError where the parent's rule
        has no weights or a weight is negative.
        """
        unknown = [code for code in weights if not any(code in self._kids(step) for step in self.steps)]
        if unknown:
            raise KeyError(f"no weight to change: {', '.join(unknown)}")
        if any(weight < 0 for weight in weights.values()):
            raise ValueError("a weight is negative")
        return replace(self, steps=tuple(self._reweighted(step, weights) for step in self.steps))

    def _kids(self, step: Step) -> tuple[str, ...]:
        return tuple(self.codes[kid] for kid in step.kids)

    def _reweighted(self, step: Step, weights: Mapping[str, float]) -> Step:
        kids = self._kids(step)
        if not set(kids) & set(weights):
            return step
        if "weight" not in step.rule.needs:
            raise ValueError(f"the rule of {self.codes[step.own]} has no weights")
        pairs = zip(kids, step.template.weights, strict=True)
        given = np.array([weights.get(code, float(weight)) for code, weight in pairs])
        return replace(step, template=replace(step.template, weights=given))


def make_plan(tree: Tree, stop: Collection[str] = ()) -> Plan:
    """The plan of a tree down to the codes in `stop`, to the leaves, and to nodes whose rule is not known.

    So a sub-index whose indicators are not published is an input itself. Children that the rule gives no
    weight are left out.
    """
    inner = [c for c in tree.inner() if c not in stop and is_computable(tree, c)]
    inner = _reached(tree, inner)
    below = {kid for code in inner for kid in tree.nodes[code].children}
    inputs = [code for code in tree.post_order() if code in below and code not in inner]
    codes = (*inputs, *inner) if inner else (tree.root,)
    place = {code: column for column, code in enumerate(codes)}
    steps = tuple(_step(tree, code, place) for code in inner)
    return Plan(tree, codes, len(inputs) if inner else 1, steps)


def rescore(plan: Plan, base: Array, new: Array, after: Plan | None = None) -> Array:
    """`base` (rows x codes, as it stands) with the changed cells of `new` carried up to the total.

    A cell counts as changed where `new` differs from `base`; a changed inner node is taken as given. Where a
    rule compares units the rows are all units of the year, and all of them move. With
    `after`, the rules of another plan of the same codes (other weights) hold afterwards.
    """
    found, later = new.copy(), after or plan
    changed = ~((new == base) | (np.isnan(new) & np.isnan(base)))
    for before, step in zip(plan.steps, later.steps, strict=True):
        moved = changed[:, step.kids].any(axis=1) | (before is not step)
        moved = moved | (step.relative and moved.any())
        rows = np.flatnonzero(moved & ~changed[:, step.own])
        if len(rows):
            fresh, old = _scores(step, found, rows), _scores(before, base, rows)
            kept = base[rows, step.own] - old
            found[rows, step.own] = fresh + np.where(np.isnan(kept), 0.0, kept)
            changed[rows, step.own] = True
    return found


def _scores(step: Step, table: Array, rows: Integers) -> Array:
    """Scores of some rows; a rule that compares units sees all of them."""
    return step.score(table)[rows] if step.relative else step.score(table[rows])


def _reached(tree: Tree, inner: list[str]) -> list[str]:
    """The computable nodes that the root is computed from, children first."""
    kept, queue = set(), [tree.root]
    while queue:
        code = queue.pop()
        if code in inner and code not in kept:
            kept.add(code)
            queue += tree.nodes[code].children
    return [code for code in inner if code in kept]


def _step(tree: Tree, code: str, place: Mapping[str, int]) -> Step:
    nodes = tree.children(code)
    maxima = np.array([[np.nan if n.max_score is None else n.max_score for n in nodes]], dtype=np.float64)
    template = _children(tree, code, np.zeros_like(maxima), maxima)
    rule = RULES[tree.nodes[code].rule]
    used: Mask = rule.uses(template)
    kids = np.array([place[node.code] for node in nodes], dtype=np.int64)
    step = Step(place[code], kids[used], rule, template.only(used))
    return replace(step, relative=compares(step))


def compares(step: Step) -> bool:
    """Whether units scored together get other scores than each alone, tried on made-up values."""
    step = replace(step, kids=np.arange(len(step.kids)))
    rows = np.random.default_rng(len(step.kids)).random((TRIALS, len(step.kids)))
    alone = np.concatenate([step.score(row[None, :]) for row in rows])
    return not np.allclose(step.score(rows), alone, rtol=1e-9, atol=1e-12, equal_nan=True)


def _ancestors(parents: Mapping[int, int], column: int, codes: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    while column in parents:
        column = parents[column]
        found.append(codes[column])
    return tuple(found)
