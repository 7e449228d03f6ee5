"""The figures that are already held of earlier years, as far as they may be compared with the new ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.crosschecks import nodes_of
from etl.intake.checks.scale import on_scale
from indices.framework import Framework
from indices.registry import COMPARABLE, NOT_COMPARABLE, Registry
from indices.tree import Node

# The latest comparable years whose mean is called usual.
USUAL_YEARS = 3
# From this many figures on a column has shown its longest decimals.
SHOWN = 5


@dataclass(frozen=True)
class Wanted:
    """Whose past is asked for: the framework of the new year, the year, units and components in order."""

    framework: Framework
    year: int
    units: Sequence[str]
    codes: Sequence[str]


@dataclass(frozen=True)
class Past:
    """`cube`: years x units x components of the new table, on its scale; NaN where nothing is held or nothing
    may be compared. `decimals`: the longest decimals of each component in the latest year that shows them."""

    years: tuple[int, ...]
    units: Sequence[str]
    codes: Sequence[str]
    cube: NDArray[np.float64]
    decimals: dict[str, int]

    def frame(self, matrix: NDArray[np.float64]) -> pd.DataFrame:
        """A matrix of units x components with their names."""
        return pd.DataFrame(matrix, index=list(self.units), columns=list(self.codes))

    @cached_property
    def last(self) -> pd.DataFrame:
        """Units x components: the latest figure of each."""
        return self.frame(self._latest[0]) if self.years else self._nothing

    @cached_property
    def usual(self) -> pd.DataFrame:
        """Units x components: the mean of the last few figures of each."""
        if not self.years:
            return self._nothing
        kept = self._latest[:USUAL_YEARS]
        count = (~np.isnan(kept)).sum(axis=0)
        total = np.nansum(kept, axis=0)
        return self.frame(np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0))

    @cached_property
    def _latest(self) -> NDArray[np.float64]:
        """The cube with the figures of each unit and component moved together, the latest first."""
        newest_first = self.cube[::-1]
        order = np.argsort(np.isnan(newest_first), axis=0, kind="stable")
        return np.asarray(np.take_along_axis(newest_first, order, axis=0))

    @property
    def _nothing(self) -> pd.DataFrame:
        return self.frame(np.full((len(self.units), len(self.codes)), np.nan))


def past_of(registry: Registry, facts: pd.DataFrame, wanted: Wanted, years_back: int) -> Past:
    """The comparable past of a table of an index; of `facts` only those of its unit set should be given.

    A reweighted component counts by its share of the maximum, put on the present maximum; what may not be
    compared is left out.
    """
    rows = _rows(registry, facts, wanted, years_back)
    years = tuple(sorted(int(year) for year in rows["year"].unique()))
    places = [{key: place for place, key in enumerate(keys)} for keys in (years, wanted.units, wanted.codes)]
    cube = np.full((len(years), len(wanted.units), len(wanted.codes)), np.nan)
    keys = [rows[name].map(place) for name, place in zip(_KEYS, places, strict=True)]
    cube[tuple(key.to_numpy(dtype="int64") for key in keys)] = rows["value"].to_numpy(dtype="float64")
    return Past(years, wanted.units, wanted.codes, cube, _longest(rows))


_KEYS = ("year", "unit_id", "component_code")


def _rows(registry: Registry, facts: pd.DataFrame, wanted: Wanted, years_back: int) -> pd.DataFrame:
    """Comparable figures on the present scale: _KEYS, value, decimals."""
    index = wanted.framework.index
    mine = facts[(facts["index_code"] == index) & facts["published"].notna()]
    mine = mine.assign(year=mine["year"].astype("int64"))
    mine = mine[
        (mine["year"] < wanted.year)
        & mine["component_code"].isin(set(wanted.codes))
        & mine["unit_id"].isin(set(wanted.units))
    ].drop_duplicates(list(_KEYS))
    nodes = _earlier_nodes(registry, index, sorted(mine["year"].unique())[-years_back:])
    factors = _factors(registry, wanted, nodes, mine)
    keys = list(zip(mine["year"], mine["component_code"], strict=True))
    factor = np.array([factors.get(key, np.nan) for key in keys], dtype="float64")
    kept = mine[~np.isnan(factor)]
    rows = on_scale(kept, nodes)
    rows = rows.assign(value=rows["value"].to_numpy() * factor[~np.isnan(factor)])
    return rows[rows["value"].notna()]


def _earlier_nodes(registry: Registry, index: str, years: Sequence[int]) -> dict[int, dict[str, Node]]:
    owners = {year: f for f in registry.frameworks if f.index == index for year in f.years}
    return {int(year): nodes_of(owners[year], int(year)) for year in years if year in owners}


def _factors(
    registry: Registry, wanted: Wanted, nodes: dict[int, dict[str, Node]], facts: pd.DataFrame
) -> dict[tuple[int, str], float]:
    """What the earlier figures of a year and component are multiplied by; none for those not comparable."""
    now = nodes_of(wanted.framework, wanted.year)
    found: dict[tuple[int, str], float] = {}
    for year, code in facts[["year", "component_code"]].drop_duplicates().itertuples(index=False, name=None):
        if code in nodes.get(year, {}):
            kind = registry.comparability(wanted.framework.index, year, wanted.year, code).kind
            factor = _factor(kind, nodes[year][code], now[code])
            if factor is not None:
                found[year, code] = factor
    return found


def _factor(kind: str, before: Node, now: Node) -> float | None:
    if kind == NOT_COMPARABLE:
        return None
    if kind == COMPARABLE or before.max_score == now.max_score:
        return 1.0
    if not before.max_score or now.max_score is None:
        return None
    return now.max_score / before.max_score


def _longest(rows: pd.DataFrame) -> dict[str, int]:
    groups = rows.groupby(["year", "component_code"])["decimals"]
    longest = groups.max()[groups.count() >= SHOWN].dropna()
    ordered = longest.sort_index().reset_index()
    return dict(zip(ordered["component_code"], ordered["decimals"].astype(int), strict=True))
