"""How certain a rank is: the whole index scored many times over what is not certain (Monte Carlo).

Sources: OECD/JRC Handbook on Constructing Composite Indicators (2008), step 7; Saisana, Saltelli and
Tarantola (2005). docs/uncertainty.md says what each choice means and what is assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np
import pandas as pd

from indices.draws import (
    DEFINED,
    LEAVES,
    TOTALS,
    Design,
    Sampling,
    Uncertain,
    error_draws,
    point_design,
    random_design,
    weight_draws,
)
from indices.entries import enter
from indices.missing import POLICIES
from indices.plan import Plan, Step
from indices.ranking import Integers
from indices.rules import Array
from indices.shares import NORMALISATIONS, impute, mean_share
from indices.sharetree import ShareNode, ShareTree, share_tree
from indices.simulated import Simulation

IMPUTED: Final = {name: policy.statistic for name, policy in POLICIES.items() if policy.statistic}
USUAL: Final = Sampling()


@dataclass(frozen=True)
class Observed:
    """What was published: frames of units x codes, in the components' own units.

    `half_units`: half of the last published decimal (0 or missing: not rounded). `errors`: standard errors
    of survey figures. Both count for the plan's inputs and for the total; errors of different cells are
    taken as independent. `groups`: each unit's group, for the policies that fill gaps from it; a unit without
    one is filled from nobody.
    """

    values: pd.DataFrame
    half_units: pd.DataFrame | None = None
    errors: pd.DataFrame | None = None
    groups: pd.Series | None = None


@dataclass(frozen=True)
class Model:
    """An index ready to be drawn: arrays of codes x units, made once by `make_model`."""

    plan: Plan
    units: pd.Index
    shares: ShareTree
    what: Uncertain
    values: Array
    half: Array
    errors: Array
    groups: Integers

    def evaluate(self, design: Design, seed: int, block: int = 200) -> Array:
        """Totals (draws x units) of a design, in the total's own unit; NaN where a total cannot be made."""
        found = np.empty((len(design), len(self.units)))
        pool = int(design.weights.max(initial=-1)) + 1
        weights = np.vstack(
            [weight_draws(self.shares.edges(), self.what, pool, seed), self.shares.edges()[None, :]]
        )
        for start in range(0, len(design), block):
            part = design.part(slice(start, start + block))
            found[start : start + block] = self._block(part, weights[part.weights], seed)
        return found

    def _block(self, design: Design, weights: Array, seed: int) -> Array:
        """Draws of one block, those of one combination of choices together."""
        inputs, root = slice(0, self.plan.n_inputs), self.plan.root
        errors = error_draws(self.half[inputs], self.errors[inputs], design.errors, (seed, LEAVES))
        found = np.empty((len(design), len(self.units)))
        lists = (self.what.normalise, self.what.aggregate, self.what.missing)
        for picked in product(*(range(len(choices)) for choices in lists)):
            chosen = zip((design.normalise, design.aggregate, design.missing), picked, strict=True)
            rows = np.flatnonzero(np.logical_and.reduce([column == number for column, number in chosen]))
            if len(rows):
                names = [choices[number] for choices, number in zip(lists, picked, strict=True)]
                off = None if errors is None else errors if len(rows) == len(design) else errors[rows]
                found[rows] = self._draw(names, off, weights[rows])
        own = error_draws(self.half[root], self.errors[root], design.errors, (seed, TOTALS))
        return found if own is None or not self.plan.steps else found + own

    def _draw(self, names: Sequence[str], errors: Array | None, weights: Array) -> Array:
        """Totals of draws that share their choices (normalise, aggregate, missing)."""
        normalise, aggregate, missing = names
        policy = self.plan.tree.missing if missing == DEFINED else missing
        values = self.values[None, : self.plan.n_inputs]
        if errors is not None:
            values = np.add(values, errors, out=errors)
        if policy in IMPUTED:
            values = impute(values, IMPUTED[policy], self.groups if POLICIES[policy].grouped else None)
            policy = self.plan.tree.missing
        shares = self._normalised(values, normalise)
        total = self._roll_up(shares, weights, aggregate, policy)
        return np.asarray(self.shares.to_value(total[:, None, :], np.array([self.plan.root]))[:, 0, :])

    def _normalised(self, values: Array, name: str) -> Array:
        inputs = slice(0, self.plan.n_inputs)
        if name == DEFINED:
            return self.shares.to_share(enter(values, self.shares.scales), inputs)
        found = NORMALISATIONS[name](values * np.where(self.shares.falls[inputs, None], -1.0, 1.0))
        return np.broadcast_to(found, values.shape)

    def _roll_up(self, inputs: Array, weights: Array, aggregate: str, policy: str) -> Array:
        """Shares of the total (draws x units) from shares of the inputs (draws or 1 x inputs x units)."""
        draws = len(weights)
        if not self.plan.steps:
            return np.broadcast_to(inputs[:, 0], (draws, inputs.shape[2]))
        rest = np.empty((draws, len(self.plan.codes) - self.plan.n_inputs, inputs.shape[2]))
        start = 0
        for node in self.shares.nodes:
            own = weights[:, start : start + len(node.kids)]
            start += len(node.kids)
            share = self._node(node, self._kids(node, inputs, rest), own, aggregate)
            if policy == "refuse":
                share = np.where(np.isnan(self._kids(node, inputs, rest)[0]).any(axis=0), np.nan, share)
            rest[:, node.own - self.plan.n_inputs] = 1.0 - share if self.shares.reversed[node.own] else share
        return np.asarray(rest[:, self.plan.root - self.plan.n_inputs])

    def _kids(self, node: ShareNode, inputs: Array, rest: Array) -> Array:
        """Shares of a node's children; a view where they are inputs that stand side by side."""
        first, last, m = int(node.kids.min()), int(node.kids.max()), self.plan.n_inputs
        if last < m and bool((np.diff(node.kids) == 1).all()):
            return inputs[:, first : last + 1]
        if first >= m:
            return rest[:, node.kids - m]
        columns = [inputs[:, k] if k < m else rest[:, k - m] for k in node.kids]
        return np.stack(np.broadcast_arrays(*columns), axis=1)

    def _node(self, node: ShareNode, kids: Array, weights: Array, aggregate: str) -> Array:
        if aggregate == DEFINED and not node.straight:
            return self._by_rule(node, kids, weights)
        kind = "arithmetic" if aggregate == DEFINED else aggregate
        return mean_share(kids, weights, kind, self.what.floor, self.plan.tree.coverage)

    def _by_rule(self, node: ShareNode, kids: Array, weights: Array) -> Array:
        """A rule that is no straight line, applied as it is: once, or draw by draw where weights move."""
        values = self.shares.to_value(kids, node.kids)
        draws, k, n = len(weights), len(node.kids), kids.shape[2]
        local = replace(node.step, kids=np.arange(k))
        if self.what.weights == "fixed" and not local.relative:
            rows = np.broadcast_to(values, (draws, k, n)).transpose(0, 2, 1).reshape(-1, k)
            scores = local.score(rows).reshape(draws, n)
        else:
            values = np.broadcast_to(values, (draws, k, n))
            pairs = zip(weights, values, strict=True)
            scores = np.stack([_reweighted(local, weight).score(value.T) for weight, value in pairs])
        low, high = self.shares.low[node.own], self.shares.high[node.own]
        return np.asarray((scores - low) / (high - low))


def make_model(plan: Plan, observed: Observed, what: Uncertain) -> Model:
    """Arrays of everything a draw needs. Units are the rows of `observed.values`.

    Raises ValueError where a half unit or a standard error is negative, or a policy needs groups that are not
    given.
    """
    if observed.groups is None and any(name in POLICIES and POLICIES[name].grouped for name in what.missing):
        raise ValueError("a policy for missing figures needs groups")
    index = observed.values.index
    own = plan.array(observed.values)
    half, errors = (_deviations(plan, frame, index) for frame in (observed.half_units, observed.errors))
    inputs = own.copy()
    inputs[:, plan.n_inputs :] = np.nan
    groups = pd.Series(index=index, dtype="object") if observed.groups is None else observed.groups
    numbers = pd.factorize(groups.reindex(index))[0].astype(np.int64)
    return Model(plan, index, share_tree(plan, inputs), what, own.T, half, errors, numbers)


def simulate(plan: Plan, observed: Observed, what: Uncertain, sampling: Sampling = USUAL) -> Simulation:
    """Totals of every unit in every draw, beside the point result.

    Everything is scored from the plan's inputs up. Where the total itself was published, the difference
    between it and the point result is kept in every draw. More is better.
    """
    model = make_model(plan, observed, what)
    scores = model.evaluate(random_design(what, sampling), sampling.seed, sampling.block)
    point = model.evaluate(point_design(), sampling.seed)[0]
    residual = np.nan_to_num(model.values[plan.root] - point) if plan.steps else np.zeros(len(point))
    return Simulation(model.units, point + residual, scores + residual)


def _deviations(plan: Plan, frame: pd.DataFrame | None, index: pd.Index) -> Array:
    """Half units or standard errors (codes x units), 0 where none is known."""
    if frame is None:
        return np.zeros((len(plan.codes), len(index)))
    found = np.nan_to_num(plan.array(frame.reindex(index=index))).T
    if (found < 0).any():
        raise ValueError("a half unit or a standard error is negative")
    return np.ascontiguousarray(found)


def _reweighted(step: Step, weights: Array) -> Step:
    """The step with weights in the given proportions and its own sum."""
    whole = step.template.weights.sum()
    return replace(step, template=replace(step.template, weights=weights / weights.sum() * whole))
