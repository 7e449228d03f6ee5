"""Figures of merged units for years before the merger: estimates from the old units, never published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from indices.ranking import ranks_within

MEAN, POPULATION = "mean", "population"
RULES: Final = (MEAN, POPULATION)
ESTIMATE: Final = "estimate"
CELL: Final = ["index_code", "year", "component_code"]
COLUMNS: Final = (
    *CELL, "unit_set", "unit_id", "value", "kind", "rule", "constituents", "n_constituents", "n_present",
    "coverage", "reason",
)  # fmt: skip
WHOLE, PARTLY, MISSING, NO_WEIGHT = "", "partly_covered", "constituent_missing", "weight_missing"


@dataclass(frozen=True)
class BackcastRule:
    """How an index's figures of merged units are estimated.

    `rule`: mean (plain mean of the old units) or population (weighted by it). `min_coverage`: share of the
    old units, or of their population, that must have a value; 1 = all, else the figure stays missing.
    """

    rule: str = MEAN
    min_coverage: float = 1.0

    def __post_init__(self) -> None:
        """Raises ValueError for an unknown rule or a share outside 0-1."""
        if self.rule not in RULES or not 0.0 < self.min_coverage <= 1.0:
            raise ValueError(f"no such back-cast: {self.rule}, coverage {self.min_coverage}")


def population_weights(population: pd.DataFrame) -> pd.Series:
    """Weights by unit: the latest population of each unit that is marked for use as a weight.

    `population`: unit_id, year, population, use_for_weights (1 or 0), all as numbers or texts.
    """
    rows = population[population["use_for_weights"].astype(int) == 1]
    rows = rows.assign(year=rows["year"].astype(int)).sort_values("year")
    return rows.drop_duplicates("unit_id", keep="last").set_index("unit_id")["population"].astype("float64")


def backcast(
    values: pd.DataFrame,
    merger: pd.DataFrame,
    population: pd.Series,
    rules: Mapping[str, BackcastRule],
) -> pd.DataFrame:
    """Estimates for every new unit and every index, year and component that any of its old units has.

    `values`: index_code, year, component_code, unit_id (old), value. `merger`: new_unit_id, old_unit_id.
    `population`: by old unit. `rules`: by index; an index without one is left out. Columns: COLUMNS, values
    in the component's own unit; kind is always estimate, also for a unit that merged with no other. Raises
    ValueError for an old unit that goes to two new ones.
    """
    doubled = merger.loc[merger["old_unit_id"].duplicated(), "old_unit_id"]
    if len(doubled):
        raise ValueError(f"goes to two new units: {', '.join(doubled)}")
    mine = values[values["index_code"].isin(list(rules)) & values["unit_id"].isin(merger["old_unit_id"])]
    if mine["value"].notna().sum() == 0:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = _expected(mine[mine["value"].notna()], merger, population, rules)
    parts = merger.sort_values("old_unit_id").groupby("new_unit_id")["old_unit_id"].agg(";".join)
    found = _estimated(rows).assign(constituents=lambda made: made["unit_id"].map(parts))
    floor = found["index_code"].map({code: rule.min_coverage for code, rule in rules.items()})
    enough = found["coverage"] >= floor - 1e-12
    reasons = np.select(
        [found["weightless"], ~enough, found["coverage"] < 1], [NO_WEIGHT, MISSING, PARTLY], WHOLE
    )
    found = found.assign(
        value=found["value"].where(enough & ~found["weightless"]),
        kind=ESTIMATE,
        reason=pd.Series(reasons, index=found.index, dtype="str"),
        unit_set=found["unit_id"].str.partition(":")[0],
    )
    return found[list(COLUMNS)].sort_values([*CELL, "unit_id"], ignore_index=True)


def _expected(
    values: pd.DataFrame, merger: pd.DataFrame, population: pd.Series, rules: Mapping[str, BackcastRule]
) -> pd.DataFrame:
    """A row for every old unit that each estimate needs, with its value, if any, and its weight."""
    pairs = merger[["new_unit_id", "old_unit_id"]].rename(columns={"new_unit_id": "new"})
    placed = values.merge(pairs, left_on="unit_id", right_on="old_unit_id", validate="many_to_one")
    wanted = placed[[*CELL, "new"]].drop_duplicates().merge(pairs, on="new")
    rows = wanted.merge(
        values[[*CELL, "unit_id", "value"]].rename(columns={"unit_id": "old_unit_id"}),
        on=[*CELL, "old_unit_id"],
        how="left",
        validate="many_to_one",
    )
    rule = rows["index_code"].map({code: rule.rule for code, rule in rules.items()})
    weight = rows["old_unit_id"].map(population).where(rule == POPULATION, 1.0)
    return rows.assign(rule=rule, weight=weight.astype("float64"))


def _estimated(rows: pd.DataFrame) -> pd.DataFrame:
    """Weighted mean of what is there, and how much of the weight that is; one row an estimate."""
    present = rows["value"].notna()
    alone = rows.groupby([*CELL, "new"])["old_unit_id"].transform("size") == 1
    weight = rows["weight"].mask(alone, 1.0)
    parts = rows.assign(
        weight=weight, held=weight.where(present), product=weight * rows["value"], present=present
    )
    groups = parts.groupby([*CELL, "new", "rule"], as_index=False)
    found = groups.agg(
        n_constituents=("old_unit_id", "size"),
        n_present=("present", "sum"),
        whole=("weight", "sum"),
        held=("held", "sum"),
        product=("product", "sum"),
        weights=("weight", "count"),
    )
    return found.assign(
        unit_id=found["new"],
        value=found["product"] / found["held"],
        coverage=found["held"] / found["whole"],
        weightless=found["weights"] < found["n_constituents"],
    )


def backcast_ranks(estimates: pd.DataFrame, units: int, tolerance: float = 1e-9) -> pd.Series:
    """Rank of each estimate among the new units (best = largest), only where all `units` have one."""
    cells = estimates.groupby(CELL, sort=False)["value"]
    groups = np.asarray(cells.ngroup(), dtype=np.int64)
    values = estimates["value"].to_numpy(dtype=np.float64, na_value=np.nan)  # an empty frame has no type
    keys = np.where(cells.transform("count") >= units, -values, np.nan)
    ranks = ranks_within(groups, keys, tolerance)
    return pd.Series(pd.arrays.IntegerArray(ranks, ranks == 0), index=estimates.index)
