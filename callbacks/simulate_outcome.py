"""A scenario run through the engine: everyone's place, who stands beside us, the inner nodes of our tree."""

import numpy as np
import pandas as pd

from callbacks.simulate_setup import Setup
from indices.scenario import Outcome
from indices.simulated import UNKNOWN
from layouts.pages.simulate_view import Beside, Place, Result, Scenario
from layouts.text import has


def run_scenario(setup: Setup, scenario: Scenario) -> Result:
    """The outcome of a scenario for everybody."""
    own = setup.case.unit
    values = {(own, code): value for code, value in scenario.values.items()}
    made = setup.engine.outcome(values, scenario.weights or None)
    table = made.table[made.table["before"].notna()]
    table = table.sort_values(["rank_after", "after"], ascending=[True, False], na_position="last")
    places = [_place(str(unit), row, setup) for unit, row in table.iterrows()]
    mine = next(place for place in places if place.own)
    return Result(scenario, tuple(places), mine, _beside(made, setup), _inner(made, setup))


def _place(unit: str, row: pd.Series, setup: Setup) -> Place:
    ranks = {name: row[field] for name, field in _RANKS.items()}
    return Place(
        unit_id=unit,
        name=setup.names.get(unit, unit),
        before=_plain(row["before"]),
        after=_plain(row["after"]),
        own=unit == setup.case.unit,
        **{name: int(value) if has(value) else None for name, value in ranks.items()},
    )


_RANKS = {
    "rank_before": "rank_before",
    "rank_after": "rank_after",
    "low": "rank_low",
    "high": "rank_high",
}


def _plain(value: float) -> float | None:
    return float(value) if has(value) else None


def _beside(made: Outcome, setup: Setup) -> tuple[Beside, ...]:
    """The nearest total above and the nearest below ours, with what the draws say of each pair."""
    after, own = made.table["after"].dropna(), setup.case.unit
    if own not in after.index:
        return ()
    rest, mine = after.drop(own), float(after[own])
    found = []
    for above, side in ((True, rest[rest >= mine]), (False, rest[rest < mine])):
        if len(side):
            unit = str(side.idxmin() if above else side.idxmax())
            verdict = made.simulation.differ(own, unit)[0] if made.simulation is not None else UNKNOWN
            found.append(Beside(setup.names.get(unit, unit), verdict, above))
    return tuple(found)


def _inner(made: Outcome, setup: Setup) -> dict[str, float]:
    """Our inner nodes as they are in the scenario."""
    plan = setup.engine.plan
    row = made.figures[setup.engine.units.get_loc(setup.case.unit)]
    codes = [code for code in plan.codes[plan.n_inputs :] if code in setup.levers]
    return {code: float(row[plan.place[code]]) for code in codes if not np.isnan(row[plan.place[code]])}
