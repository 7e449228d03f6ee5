"""Do all figures of a unit belong to it? Rows that slipped or were exchanged as a whole contradict nothing in
the file itself: sums and ranks still agree. Only the past of the units tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from etl.intake.checks.register import Hit, table_check
from etl.intake.checks.stats import Floats, best_run, profile_cost
from etl.intake.checks.table import Table
from etl.intake.findings import Level

# So many components at least make a profile.
PROFILE = 3
# So much a single row can say for a slip, in log likelihood.
MOST_A_ROW = 10.0
SLIPS = (-3, -2, -1, 1, 2, 3)


@dataclass(frozen=True)
class Profiles:
    """`cost`: how badly each unit's figures continue each unit's earlier ones, units x units."""

    units: list[str]
    cost: Floats


@lru_cache(maxsize=4)
def _profiles(table: Table) -> Profiles:
    pairs, leaves = table.pairs, set(table.leaves)
    kept = [place for place, code in enumerate(pairs.codes) if code in leaves]
    if len(kept) < PROFILE:
        return Profiles([], np.zeros((0, 0)))
    return Profiles(pairs.units, profile_cost(pairs.now[:, kept], pairs.before[:, kept]))


@dataclass(frozen=True)
class Slip:
    """Rows that hold the figures of the rows `step` further down. `gain`: in log likelihood."""

    step: int
    first: int
    last: int
    gain: float


def _slip(table: Table, profiles: Profiles) -> Slip | None:
    """The stretch of rows that fits best when moved, if it fits much better than where it is."""
    found: list[Slip] = []
    for step in SLIPS:
        places = np.arange(len(profiles.units))
        inside = (places + step >= 0) & (places + step < len(places))
        there = profiles.cost[places[inside], places[inside] + step]
        # One unit that fits nowhere must not make a stretch of its own.
        gains = np.minimum(profiles.cost[places[inside], places[inside]] - there, MOST_A_ROW)
        gain, first, last = best_run(gains)
        start = int(places[inside][0]) if inside.any() else 0
        found.append(Slip(step, start + first, start + last, gain))
    best = max(found, key=lambda slip: slip.gain)
    return best if best.gain > table.limits.slip_gain else None


@table_check("units.slipped", Level.WARNING)
def slipped_units(table: Table) -> Iterator[Hit]:
    """The figures of a stretch of rows continue the earlier figures of the rows above or below much better
    than those of the units they stand beside: the names have slipped against the figures."""
    profiles = _profiles(table)
    slip = _slip(table, profiles) if profiles.units else None
    if slip is not None:
        units = profiles.units
        for place in range(slip.first, slip.last + 1):
            found, other = table.label(units[place]), table.label(units[place + slip.step])
            yield Hit(table.at_unit(units[place]), found, other)


@table_check("units.exchanged", Level.WARNING)
def exchanged_units(table: Table) -> Iterator[Hit]:
    """The figures of two units continue each other's earlier figures much better than their own: the names,
    or the rows, are probably exchanged."""
    profiles = _profiles(table)
    if not profiles.units or _slip(table, profiles) is not None:
        return
    own = np.diag(profiles.cost)
    gain = own[:, None] + own[None, :] - profiles.cost - profiles.cost.T
    while gain.size and gain.max() > table.limits.pair_gain:
        pair = tuple(int(place) for place in np.unravel_index(gain.argmax(), gain.shape))
        for at, other in pairwise((*pair, pair[0])):
            unit = profiles.units[at]
            yield Hit(table.at_unit(unit), table.label(unit), table.label(profiles.units[other]))
        gain[list(pair), :] = gain[:, list(pair)] = 0.0
