"""From used facts to the wide `score` table: residuals, ranks, gaps, lost points, flags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from indices.assemble import long_rows
from indices.gaps import NATIONAL, add_leader, add_previous, add_references
from indices.ranking import add_ranks, assign_groups
from indices.reconcile import residual_classes
from indices.registry import Registry
from indices.weak import add_flags, add_four_way, add_lost_share, add_share

SCORE_COLUMNS: Final = (
    "index_code", "framework_id", "year", "unit_set", "unit_id", "view", "component_code", "parent_code",
    "level", "depth", "order_no", "published", "decimals", "recomputed", "residual", "residual_class",
    "value", "value_kind", "min_score", "max_score", "share", "lost", "lost_share", "rank", "rank_kind",
    "n_ranked", "group_code", "n_values", "prev_year", "prev_value", "change", "change_share", "prev_rank",
    "rank_change", "series_code", "prev_code", "prev_link",
    "comparability", "mean", "mean_kind", "median", "gap_mean", "region_mean", "gap_region", "leader_unit_id",
    "leader_value", "gap_leader", "four_way", "flag_lost", "flag_rank", "flag_falling", "flag_low",
    "low_years", "weak_count", "self_score", "entered", "treatment", "n_imputed", "source_id", "place",
    "note",
)  # fmt: skip
PUBLICATION_KEYS: Final = ["index_code", "year", "unit_set"]
GROUP: Final = [*PUBLICATION_KEYS, "view", "component_code"]
VALUE_KINDS: Final = ("published", "recomputed", "rank_only", "imputed")


@dataclass(frozen=True)
class AnalysisInputs:
    """The frames an analysis needs; keys are already codes and unit ids, blanks may be "" or missing.

    facts: used rows only: index_code, year, unit_set, unit_id, component_code, published, decimals,
    max_score, published_rank, source_id, place, note and, if known, summed (added up for the pack from
    published parts), self_score and self_max (what the unit gave itself, on which maximum). publication:
    index_code, year, unit_set, n_units, complete. aggregates: index_code, year, unit_set, scope ("VN" or a
    region code), component_code, statistic, value, use. groups: index_code, year, order, group_code,
    n_units, score_from. units: unit_id, unit_set, region_code, bloc (internal units; may be left out).
    """

    facts: pd.DataFrame
    publication: pd.DataFrame
    aggregates: pd.DataFrame
    groups: pd.DataFrame
    units: pd.DataFrame


def analyse(registry: Registry, inputs: AnalysisInputs) -> pd.DataFrame:
    """The score table: one row per index, year, unit, view and component with a value or a rank.

    Columns: SCORE_COLUMNS, sorted by index, view, component, unit, year; values in the component's own unit.
    An imputed figure is told as the value of its cell, but is in no rank, mean, gap or change of it.
    Raises SourceError for facts that no framework can take (unknown index, year or component, doubled cells).
    """
    if inputs.facts.empty:
        return pd.DataFrame(columns=list(SCORE_COLUMNS))
    frameworks = {framework.id: framework for framework in registry.frameworks}
    rows = _valued(long_rows(registry, inputs.facts, inputs.units))
    rows = _counted(rows, inputs)
    rows = add_ranks(rows, frameworks)
    rows = rows.assign(group_code=assign_groups(rows, frameworks, inputs.groups))
    rows = add_share(rows)
    rows = add_previous(rows, registry)
    rows = add_references(rows, _aggregates(inputs.aggregates))
    rows = add_leader(rows)
    rows = add_lost_share(rows)
    rows = _with_imputed(add_flags(add_four_way(rows)))
    return rows[list(SCORE_COLUMNS)]


def _valued(rows: pd.DataFrame) -> pd.DataFrame:
    """The value that counts (published, else recomputed), its kind, and the residual with its class."""
    kinds = pd.Series(VALUE_KINDS[2], index=rows.index, dtype="str")
    kinds = kinds.mask(rows["recomputed"].notna(), VALUE_KINDS[1]).mask(
        rows["published"].notna(), VALUE_KINDS[0]
    )
    rows = rows.assign(value=rows["published"].fillna(rows["recomputed"]), value_kind=kinds)
    known = rows[["value", "published_rank", "imputed", "entered"]].notna().any(axis=1)
    rows = rows[known]
    residual = rows["published"] - rows["recomputed"]
    return rows.assign(residual=residual, residual_class=residual_classes(rows))


def _with_imputed(rows: pd.DataFrame) -> pd.DataFrame:
    """Imputed figures in the cells without another value, told as such."""
    filled = rows["value"].isna() & (rows["n_imputed"] > 0) & rows["entered"].notna()
    return rows.assign(
        value=rows["value"].mask(filled, rows["imputed"]),
        value_kind=rows["value_kind"].mask(filled, VALUE_KINDS[3]),
    )


def _counted(rows: pd.DataFrame, inputs: AnalysisInputs) -> pd.DataFrame:
    """Who is ranked with whom (`group`), how many have a value, and whether those are all (`complete`).

    Only values on one scale stand in one group.
    """
    publication = inputs.publication[[*PUBLICATION_KEYS, "n_units", "complete"]]
    rows = rows.merge(
        publication.rename(columns={"complete": "declared"}),
        on=PUBLICATION_KEYS,
        how="left",
        validate="many_to_one",
    )
    rows = _with_region(rows, inputs.units)
    everyone = rows.groupby([*GROUP, "scale"], sort=False)["value"].transform("count")
    declared = rows["declared"].fillna(0).astype(int).astype(bool)
    enough = (everyone >= rows["n_units"].astype("Float64")).fillna(False).astype(bool)
    group = rows.groupby([*GROUP, "scale", "bloc"], sort=False, dropna=False).ngroup()
    bloc = rows.groupby([*GROUP, "bloc"], sort=False, dropna=False)["value"]
    return rows.assign(
        complete=enough & (declared | ~rows["is_total"]),
        group=group,
        n_values=bloc.transform("count").astype("int64"),
    )


def _with_region(rows: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Region and bloc of each row's unit, and how many units its region has.

    Blocs of one name in two provinces are two blocs: the province stands in the id of an internal unit.
    """
    units = units.drop_duplicates("unit_id").set_index("unit_id")
    region = _known(units["region_code"]) if "region_code" in units else pd.Series(dtype="str")
    bloc = _known(units["bloc"]) if "bloc" in units else pd.Series(dtype="str")
    owner = bloc.index.to_series().str.rpartition(":")[0]
    sizes = region.groupby([units["unit_set"], region]).transform("size")
    return rows.assign(
        region_code=rows["unit_id"].map(region),
        region_units=rows["unit_id"].map(sizes),
        bloc=rows["unit_id"].map(owner + ":" + bloc),
    )


def _known(texts: pd.Series) -> pd.Series:
    """Texts with blanks as missing."""
    return texts.where(texts.notna() & (texts.astype("str") != "")).astype("str")


def _aggregates(aggregates: pd.DataFrame) -> pd.DataFrame:
    """The publisher's figures in use, keyed by `component_code`."""
    if "component_code" not in aggregates:
        aggregates = aggregates.rename(columns={"component": "component_code"})
    if "use" in aggregates:
        aggregates = aggregates[_known(aggregates["use"]).isna()]
    return aggregates.assign(scope=_known(aggregates["scope"]).fillna(NATIONAL))
