"""An index of one year as the engine takes it: from the rows of the release to plans, cases and draws.

The release holds figures and definitions; ledgers, paths, what-ifs and rank bands are worked out from them
when a page asks, once for each release (`Services.kept`), and never change what is published.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from callbacks.services import Services
from indices.benchmarks import History, caps
from indices.decompose import year_values
from indices.draws import Sampling, Uncertain
from indices.framework import MAIN_VIEW, Framework
from indices.held import held_case
from indices.ledger import Case, make_case
from indices.plan import Plan, make_plan
from indices.reconcile import half_units
from indices.registry import COMPARABLE, Registry
from indices.scenario import Engine, make_engine
from indices.simulated import Simulation
from indices.standing import Field
from indices.tree import Tree
from indices.uncertainty import Observed, simulate

# A branch is worked on below its own figure when at least this share of the units has all its parts.
HELD: Final = 0.8
DRAWS: Final = Sampling(draws=1_000, seed=1)
# What a band beside a rank allows for beside rounding and published survey errors: weights a tenth off.
ALLOWED: Final = Uncertain(weights="uniform", spread=0.1)


@dataclass(frozen=True)
class IndexYear:
    """An index in one year: its definition, its tree, and the figures of the units that were ranked.

    values: units x codes, published or else recomputed. series: code to the code that it has in every year.
    """

    registry: Registry
    framework: Framework
    year: int
    tree: Tree
    values: pd.DataFrame

    @property
    def totals(self) -> pd.Series:
        """Totals of all units (units); NaN where none is known."""
        return self.values.get(self.tree.root, pd.Series(np.nan, index=self.values.index))

    @cached_property
    def best(self) -> Mapping[str, float]:
        """The best figure of the year by code, over all units."""
        return caps(History(self.tree, [self.values], pd.Series(dtype=str)), "", "national_best")

    @property
    def field(self) -> Field:
        """The totals to rank against, ranked as the publisher ranks."""
        ranking = self.framework.ranking
        return Field(self.totals, ranking.precision, ranking.tolerance)

    def plan(self, unit: str | None = None) -> Plan:
        """The tree down to the deepest figures held: of one unit, or of nearly all units."""
        rows = self.values if unit is None else self.values.loc[[unit]]
        return make_plan(self.tree, without_parts(self.tree, rows))


def without_parts(tree: Tree, rows: pd.DataFrame, share: float = HELD) -> tuple[str, ...]:
    """Inner codes that must be taken as they are: too few of the units that have one have all its parts."""
    given = dict(zip(rows.columns, rows.notna().to_numpy().T, strict=True))
    nothing = np.zeros(len(rows), dtype=bool)
    found = []
    for code in tree.inner():
        parts = np.all([given.get(kid, nothing) for kid in tree.nodes[code].children], axis=0)
        whole = given.get(code, parts)
        if not parts.any() or (whole.any() and parts[whole].mean() < share):
            found.append(code)
    return tuple(found)


def read_registry(services: Services, index: str) -> Registry:
    """All frameworks of an index, as objects."""
    return services.kept(("registry", index), lambda: services.warehouse.registry(index))


def read_year(services: Services, index: str, year: int) -> IndexYear | None:
    """The index in that year; None where it has no framework or no figure."""
    return services.kept(("index_year", index, year), lambda: _read_year(services, index, year))


def _read_year(services: Services, index: str, year: int) -> IndexYear | None:
    registry = read_registry(services, index)
    try:
        framework = registry.framework(index, year)
    except KeyError:
        return None
    rows = _rows(services, index, year)
    values = year_values(rows[rows["unit_set"] == framework.unit_set], index, year)
    if values.empty:
        return None
    return IndexYear(registry, framework, year, framework.tree(year), values)


def _rows(services: Services, index: str, year: int) -> pd.DataFrame:
    return services.warehouse.scores(index, year, view=MAIN_VIEW)


def read_history(services: Services, index: str, year: int) -> History | None:
    """Figures of the years that may be compared with this one, this one last, and every unit's region."""
    return services.kept(("history", index, year), lambda: _read_history(services, index, year))


def _read_history(services: Services, index: str, year: int) -> History | None:
    now = read_year(services, index, year)
    if now is None:
        return None
    earlier = [
        found for at in _years_before(services, index, year) if (found := read_year(services, index, at))
    ]
    frames = [found.values[_comparable(now, found)] for found in earlier]
    units = services.warehouse.units(now.framework.unit_set).set_index("unit_id")
    return History(
        now.tree, [*(frame for frame in frames if not frame.columns.empty), now.values], units["region_code"]
    )


def read_recent(services: Services, index: str, year: int) -> History | None:
    """The history of this year and the one measured before it only: enough for what a unit could fall to."""
    return services.kept(("recent", index, year), lambda: _read_recent(services, index, year))


def _read_recent(services: Services, index: str, year: int) -> History | None:
    now, years = read_year(services, index, year), _years_before(services, index, year)
    if now is None:
        return None
    before = read_year(services, index, max(years)) if years else None
    frames = [before.values[_comparable(now, before)]] if before else []
    units = services.warehouse.units(now.framework.unit_set).set_index("unit_id")
    return History(
        now.tree, [*(frame for frame in frames if not frame.columns.empty), now.values], units["region_code"]
    )


def _years_before(services: Services, index: str, year: int) -> list[int]:
    return [int(at) for at in services.warehouse.years(index)["year"] if at < year]


def _comparable(now: IndexYear, earlier: IndexYear) -> list[str]:
    """Codes whose figures of an earlier year are of the same thing on the same scale; none of other units."""
    if earlier.framework.unit_set != now.framework.unit_set:
        return []
    index = now.framework.index
    pairs = (
        (code, now.registry.comparability(index, earlier.year, now.year, code)) for code in now.tree.nodes
    )
    return [code for code, verdict in pairs if verdict.kind == COMPARABLE and code in earlier.values]


def read_case(services: Services, index: str, year: int, unit: str) -> Case | None:
    """The unit among its neighbours, for ledgers and paths; None where it has no total that year.

    Where scales compare units, the year's references are held where they stand (`indices.held`).
    """
    return services.kept(("case", index, year, unit), lambda: _read_case(services, index, year, unit))


def _read_case(services: Services, index: str, year: int, unit: str) -> Case | None:
    found = read_year(services, index, year)
    if found is None or unit not in found.values.index or np.isnan(found.totals[unit]):
        return None
    plan = found.plan(unit)
    if not any(step.relative for step in plan.steps):
        return make_case(plan, found.values, unit, found.field)
    try:
        return held_case(plan, found.values, unit, found.field)
    except ValueError:
        return None


def read_simulation(services: Services, index: str, year: int) -> Simulation | None:
    """Draws of all totals of the year under `ALLOWED`; None where nothing can be drawn.

    Inputs vary within half of their last published decimal, and by their standard errors where published.
    """
    return services.kept(("simulation", index, year), lambda: _simulate(services, index, year))


def _simulate(services: Services, index: str, year: int) -> Simulation | None:
    found = read_year(services, index, year)
    if found is None or found.totals.isna().all():
        return None
    errors = services.warehouse.standard_errors(index, year)
    observed = Observed(
        found.values, _half_units(_rows(services, index, year)), _cells(errors, "standard_error")
    )
    try:
        made = simulate(found.plan(), observed, ALLOWED, DRAWS)
    except ValueError:
        return None
    ranking = found.framework.ranking
    return Simulation(made.units, made.point, made.scores, ranking.precision, ranking.tolerance)


def _half_units(rows: pd.DataFrame) -> pd.DataFrame:
    """Half of the last published decimal (units x codes); missing where nothing was published."""
    published = rows[rows["published"].notna()]
    return _cells(published.assign(half_unit=half_units(published["decimals"])), "half_unit")


def _cells(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    return rows.pivot_table(index="unit_id", columns="component_code", values=name, aggfunc="first")


def read_engine(services: Services, index: str, year: int) -> Engine | None:
    """What-if over all units of the year, with rank bands where they can be drawn; None without figures."""
    return services.kept(("engine", index, year), lambda: _read_engine(services, index, year))


def _read_engine(services: Services, index: str, year: int) -> Engine | None:
    found = read_year(services, index, year)
    if found is None:
        return None
    ranking = found.framework.ranking
    made = make_engine(found.plan(), found.values, read_simulation(services, index, year))
    return replace(made, precision=ranking.precision, tolerance=ranking.tolerance)
