"""What-if on the real framework: other inputs or weights, and everybody's new total, rank and band."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from indices.ledger import whole
from indices.plan import Plan, rescore
from indices.rules import Array
from indices.simulated import Simulation
from indices.standing import place_of


@dataclass(frozen=True)
class Outcome:
    """What a scenario gives: `table` as of `Engine.run`, `figures` (units x codes of the plan) as they are
    then, `simulation` the draws of the new totals (None = no bands).
    """

    table: pd.DataFrame
    figures: Array = field(repr=False)
    simulation: Simulation | None = field(repr=False)


@dataclass(frozen=True)
class Engine:
    """Everything a scenario needs, made once: what stands (units x codes) and how it is ranked.

    `deviations` (draws x units): how far each draw of an uncertainty analysis lay from the point totals;
    None = no bands.
    """

    plan: Plan
    units: pd.Index
    base: Array
    precision: int | None = None
    tolerance: float = 1e-9
    deviations: Array | None = field(default=None, repr=False)

    def run(
        self,
        values: Mapping[tuple[str, str], float] | None = None,
        weights: Mapping[str, float] | None = None,
    ) -> pd.DataFrame:
        """One row a unit: before, after, change (index points), rank_before, rank_after, places (up is
        positive),
        rank_low, rank_high.

        `values`: (unit, code) to the new value, any code of the plan; `weights`: code to the new weight in
        its parent. Published totals keep their distance to the recomputed ones. The band takes the draws'
        distances from the point totals over to the new totals: the scenario does not change how uncertain a
        figure is. Raises KeyError for an unknown unit or code, ValueError for a weight where there is none.
        """
        return self.outcome(values, weights).table

    def outcome(
        self,
        values: Mapping[tuple[str, str], float] | None = None,
        weights: Mapping[str, float] | None = None,
    ) -> Outcome:
        """As `run`, with every figure of the tree and the draws beside the table."""
        new = self._changed(values or {})
        later = self.plan.with_weights(weights) if weights else None
        figures = rescore(self.plan, self.base, new, later)
        before, after = self.base[:, self.plan.root], figures[:, self.plan.root]
        old, fresh = self._simulation(before), self._simulation(after)
        found = pd.DataFrame(
            {
                "before": before,
                "after": after,
                "change": after - before,
                "rank_before": whole(old.point_ranks),
                "rank_after": whole(fresh.point_ranks),
            },
            index=self.units,
        )
        found["places"] = found["rank_before"] - found["rank_after"]
        drawn = fresh if self.deviations is not None else None
        return Outcome(found.assign(**self._bands(fresh)), figures, drawn)

    def totals(self, weights: Mapping[str, float]) -> Array:
        """Totals of all units under other weights (units)."""
        later = self.plan.with_weights(weights)
        return rescore(self.plan, self.base, self.base, later)[:, self.plan.root]

    def _changed(self, values: Mapping[tuple[str, str], float]) -> Array:
        new = self.base.copy()
        for (unit, code), value in values.items():
            if unit not in self.units or code not in self.plan.place:
                raise KeyError(f"no {code} of {unit}")
            new[place_of(self.units, unit), self.plan.place[code]] = value
        return new

    def _simulation(self, totals: Array) -> Simulation:
        draws = totals[None, :] if self.deviations is None else totals + self.deviations
        return Simulation(self.units, totals, draws, self.precision, self.tolerance)

    def _bands(self, fresh: Simulation) -> dict[str, pd.arrays.IntegerArray]:
        if self.deviations is None:
            none = np.zeros(len(self.units), dtype=np.int64)
            return {"rank_low": whole(none), "rank_high": whole(none)}
        low, high = np.quantile(fresh.ranks, (0.05, 0.95), axis=0, method="inverted_cdf")
        ranks = fresh.point_ranks
        return {"rank_low": whole(np.minimum(low, ranks)), "rank_high": whole(np.maximum(high, ranks))}


def make_engine(plan: Plan, values: pd.DataFrame, simulation: Simulation | None = None) -> Engine:
    """The engine of a plan and a frame of units x codes; bands where a simulation of the same units is given.

    Raises ValueError where the simulation has other units.
    """
    engine = Engine(plan, values.index, plan.standing(plan.array(values)))
    if simulation is None:
        return engine
    if not simulation.units.equals(values.index):
        raise ValueError("the simulation has other units")
    deviations = simulation.scores - simulation.point
    return replace(
        engine, deviations=deviations, precision=simulation.precision, tolerance=simulation.tolerance
    )
