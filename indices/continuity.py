"""An old unit that merged with no other goes on as the new one; one that merged with others ends.

The merger table says which: the key of a unit is (set, code), never its code or its name alone.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from indices.gaps import LINKED, add_previous
from indices.registry import Registry
from indices.weak import KEPT_FULL, NOISE

MEASURED_AS: Final = "measured_unit_id"
_RANKS: Final = ["prev_rank", "rank_change"]


def continuations(merger: pd.DataFrame) -> dict[str, str]:
    """Old unit id -> new unit id, for every new unit that is made of one old unit alone.

    `merger`: new_unit_id, old_unit_id, one row a part.
    """
    alone = merger[~merger["new_unit_id"].duplicated(keep=False)]
    return dict(zip(alone["old_unit_id"], alone["new_unit_id"], strict=True))


def carried_on(score: pd.DataFrame, merger: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """The score table with the series of every continuing old unit carried on by its new unit.

    Rows of the new unit stand under the old unit's id for the indices and years in which the old one has
    none; `measured_unit_id` says whose they are. A carried row is compared with the old unit's last year as
    the registry allows, but its rank is not: ranks of two sets of units are of different fields.
    """
    rows = score.assign(**{MEASURED_AS: score["unit_id"]})
    before = {new: old for old, new in continuations(merger).items()}
    carried = rows[rows["unit_id"].isin(list(before))]
    carried = carried.assign(unit_id=carried["unit_id"].map(before))
    keys = ["index_code", "year", "unit_id"]
    held = pd.MultiIndex.from_frame(rows[keys])
    carried = carried[~pd.MultiIndex.from_frame(carried[keys]).isin(held)]
    if carried.empty:
        return rows
    own = rows["unit_id"].isin(set(carried["unit_id"]))
    series = _compared(pd.concat([rows[own], carried], ignore_index=True), registry)
    return pd.concat([rows[~own], series[rows.columns]], ignore_index=True)


def _compared(series: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """The series with changes taken over the merger, and without ranks compared across it."""
    found = add_previous(series, registry)
    sets = found[["index_code", "unit_id", "year", "unit_set"]].drop_duplicates()
    earlier = sets.rename(columns={"year": "prev_year", "unit_set": "prev_set"})
    found = found.merge(earlier, on=["index_code", "unit_id", "prev_year"], how="left")
    crossed = found["prev_set"].notna() & (found["prev_set"] != found["unit_set"])
    full = found["share"].ge(1 - NOISE) & found["prev_share"].ge(1 - NOISE)
    kept = crossed & full & found["comparability"].isin(LINKED)
    return found.assign(
        four_way=found["four_way"].mask(kept, KEPT_FULL),
        **{name: found[name].mask(crossed) for name in _RANKS},
    )
