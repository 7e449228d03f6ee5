"""Gaps of a value: to its own last measurement, the national mean and median, the region, the leader."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from indices.registry import COMPARABLE, NO_PREVIOUS, NOT_COMPARABLE, REWEIGHTED, Registry
from indices.rules import Array

# One line of figures of a unit: series_code is the component's name over all frameworks (see crosswalk.py).
SERIES: Final = ["index_code", "view", "series_code", "unit_id"]
COMPARED: Final = ["index_code", "view", "component_code", "year"]
PAIR: Final = ["index_code", "prev_year", "year", "component_code"]
NATIONAL: Final = "VN"
MEAN_STATISTICS: Final = ("mean", "published", "weighted_mean")
LINKED: Final = (COMPARABLE, REWEIGHTED)
PUBLISHED: Final = "published"
COMPUTED: Final = "computed"
PARTIAL: Final = "partial"
_NODE: Final = ["framework_id", "component_code"]
_EARLIER: Final = ["framework_id", "component_code", "year", "value", "share", "rank"]


def add_previous(rows: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """Rows, sorted by series and year, with the last earlier year that has a value and the change since.

    A component that a later framework renumbered is compared with its old code (`prev_code`), where a
    confirmed link of the crosswalk says that it means the same; `prev_link` is the kind of that link. One
    that was merged, split or not confirmed has the year before without a value, not comparable.
    `change` only between values on one scale, `change_share` between shares of the maximum; both are missing
    where the years are not comparable. `rank_change` is positive when the unit moved up.
    """
    rows = rows.assign(series_code=_series(rows, registry))
    rows = rows.sort_values([*SERIES, "year"], kind="stable", ignore_index=True)
    before = _last_valued(rows)
    earlier = rows[[*_EARLIER, "max_score"]].reindex(before).reset_index(drop=True)
    rows = rows.assign(
        prev_year=earlier["year"].astype("Int64"),
        prev_value=earlier["value"],
        prev_rank=earlier["rank"].astype("Int64"),
        prev_code=earlier["component_code"].fillna(""),
        prev_link=_links(rows, earlier["framework_id"], registry),
    )
    rows["comparability"] = _comparability(rows, registry)
    linked = rows["comparability"].isin(LINKED)
    one_scale = linked & _same(rows["max_score"], earlier["max_score"])
    rows = rows.assign(
        change=(rows["value"] - earlier["value"]).where(one_scale),
        change_share=(rows["share"] - earlier["share"]).where(linked),
        prev_share=earlier["share"],
        rank_change=(rows["prev_rank"] - rows["rank"]).astype("Int64"),
    )
    return _with_ended(rows, registry)


def _series(rows: pd.DataFrame, registry: Registry) -> pd.Series:
    """The series of each row's component; its own code where the crosswalk knows no framework of it."""
    known = registry.crosswalk.series
    pairs = rows[_NODE].drop_duplicates()
    names = {pair: known.get(pair, pair[1]) for pair in pairs.itertuples(index=False, name=None)}
    found = [names[pair] for pair in rows[_NODE].itertuples(index=False, name=None)]
    return pd.Series(found, index=rows.index, dtype="str")


def _links(rows: pd.DataFrame, before: pd.Series, registry: Registry) -> pd.Series:
    """The kind of the link by which a row's series came from the framework of the year before."""
    kinds = {link.new: link.told for link in registry.links if link.continues}
    pairs = rows[_NODE].itertuples(index=False, name=None)
    told = pd.Series([kinds.get(pair, "") for pair in pairs], index=rows.index, dtype="str")
    return told.where(before.notna() & (before != rows["framework_id"]), "")


def _with_ended(rows: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """Rows whose old codes were merged, split or not confirmed: the last year of those, their codes, why."""
    ended = [(*link.new, *link.old, link.told) for link in registry.links if not link.continues]
    if not ended:
        return rows
    names = [*_NODE, "old_framework", "old_code", "told"]
    first = rows.loc[rows["prev_year"].isna(), [*_NODE, "view", "unit_id"]].reset_index(names="row")
    olds = rows.loc[rows["value"].notna(), [*_NODE, "view", "unit_id", "year"]]
    olds = olds.rename(columns={"framework_id": "old_framework", "component_code": "old_code"})
    pairs = first.merge(pd.DataFrame(ended, columns=names), on=_NODE).merge(
        olds, on=["old_framework", "old_code", "view", "unit_id"]
    )
    pairs = pairs[pairs["year"] == pairs.groupby("row")["year"].transform("max")]
    told = pairs.groupby("row").agg(year=("year", "max"), codes=("old_code", _listed), told=("told", "min"))
    at = told.index
    rows.loc[at, "prev_year"] = told["year"].astype("Int64")
    rows.loc[at, "prev_code"], rows.loc[at, "prev_link"] = told["codes"], told["told"]
    rows.loc[at, "comparability"] = NOT_COMPARABLE
    return rows


def _listed(codes: pd.Series) -> str:
    return ";".join(dict.fromkeys(codes))


def _last_valued(rows: pd.DataFrame) -> Array:
    """Position of the last earlier row of the same series that has a value; NaN where there is none."""
    place = pd.Series(np.arange(len(rows), dtype=np.float64), index=rows.index).where(rows["value"].notna())
    series = rows.groupby(SERIES, sort=False).ngroup()
    known = place.groupby(series).ffill()
    return np.asarray(known.groupby(series).shift(1), dtype=np.float64)


def _same(left: pd.Series, right: pd.Series) -> pd.Series:
    """Equal, or both unknown."""
    return (left == right) | (left.isna() & right.isna())


def _comparability(rows: pd.DataFrame, registry: Registry) -> pd.Series:
    """Class of each row against its previous year; asked once for every pair of years and component."""
    pairs = rows[PAIR].dropna().drop_duplicates()
    pairs["comparability"] = [
        registry.comparability(index, int(before), int(year), code).kind
        for index, before, year, code in pairs.itertuples(index=False)
    ]
    found = rows[PAIR].merge(pairs, on=PAIR, how="left")["comparability"]
    return found.astype(object).fillna(NO_PREVIOUS).astype("str")


def add_references(rows: pd.DataFrame, aggregates: pd.DataFrame) -> pd.DataFrame:
    """Rows with national mean and median, region mean, and the value's gaps to them.

    Mean and median are computed where all ranked units have a value, else the publisher's figure counts; else
    the mean is partial (of the units held) and no gap is taken to it. A region's mean needs all its units.
    Needs `group`, `complete`, `region_code`, `region_units`.
    """
    groups = rows.groupby("group")["value"]
    complete = rows["complete"]
    nation = pd.Series(NATIONAL, index=rows.index, dtype="str")
    given = _published(rows, aggregates, MEAN_STATISTICS, nation)
    own = groups.transform("mean")
    mean = own.where(complete, given.fillna(own))
    kind = pd.Series(PARTIAL, index=rows.index, dtype="str")
    kind = kind.mask(given.notna(), PUBLISHED).mask(complete, COMPUTED).where(mean.notna())
    middle = _published(rows, aggregates, ("median",), nation)
    region = _region_mean(rows).fillna(_published(rows, aggregates, MEAN_STATISTICS, rows["region_code"]))
    return rows.assign(
        mean=mean,
        mean_kind=kind,
        median=groups.transform("median").where(complete, middle),
        gap_mean=(rows["value"] - mean).where(kind != PARTIAL),
        region_mean=region,
        gap_region=rows["value"] - region,
    )


def _region_mean(rows: pd.DataFrame) -> pd.Series:
    """Mean of the region's units where the index is complete, or every unit of the region has a value."""
    regions = rows.groupby(["group", "region_code"])["value"]
    whole = rows["complete"] | (regions.transform("count") >= rows["region_units"])
    return regions.transform("mean").where(whole)


def _published(
    rows: pd.DataFrame, aggregates: pd.DataFrame, statistics: tuple[str, ...], scopes: pd.Series
) -> pd.Series:
    """The publisher's figure for the row's component and scope, the first of `statistics` that is known."""
    on = ["index_code", "year", "unit_set", "component_code", "scope"]
    found = pd.Series(np.nan, index=rows.index)
    for statistic in statistics:
        figures = aggregates[aggregates["statistic"] == statistic].drop_duplicates(on)
        keyed = rows[on[:-1]].assign(scope=scopes).merge(figures[[*on, "value"]], on=on, how="left")
        found = found.fillna(pd.Series(keyed["value"].to_numpy(dtype=np.float64), index=rows.index))
    return found


def add_leader(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the leading unit of their group, its value and the gap to it (value minus leader).

    The best value where all are known, else the unit of published rank 1 whose value is known, else nobody.
    Equal leaders: the first by unit id.
    """
    better = np.where(rows["direction"] == "-", rows["value"], -rows["value"])
    keys = pd.DataFrame({"group": rows["group"], "best": better, "unit_id": rows["unit_id"]})
    first = rows["rank"].eq(1).fillna(False).astype(bool) & rows["rank_kind"].eq(PUBLISHED)
    can_lead = rows["value"].notna() & (rows["complete"] | first)
    leaders = keys[can_lead].sort_values(["group", "best", "unit_id"]).drop_duplicates("group")
    found = rows.loc[leaders.index, ["group", "unit_id", "value"]].set_index("group")
    value = rows["group"].map(found["value"])
    return rows.assign(
        leader_unit_id=rows["group"].map(found["unit_id"]),
        leader_value=value,
        gap_leader=rows["value"] - value,
    )


def peer_gaps(score: pd.DataFrame, unit_id: str, peer_id: str) -> pd.DataFrame:
    """A unit beside a chosen peer: one row per index, year, view and component where both have a value.

    `gap` is value minus the peer's value (component's own unit), `gap_share` the same in shares of the
    maximum, `rank_gap` positive when the unit stands better. Swapping the two units only changes signs.
    """
    keys = COMPARED
    columns = [*keys, "order_no", "value", "share", "rank"]
    own = score.loc[(score["unit_id"] == unit_id) & score["value"].notna(), columns]
    other = score.loc[(score["unit_id"] == peer_id) & score["value"].notna(), columns]
    pairs = own.merge(other.drop(columns="order_no"), on=keys, suffixes=("", "_peer"), validate="one_to_one")
    return pairs.assign(
        gap=pairs["value"] - pairs["value_peer"],
        gap_share=pairs["share"] - pairs["share_peer"],
        rank_gap=(pairs["rank_peer"] - pairs["rank"]).astype("Int64"),
    )
