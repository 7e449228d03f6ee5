"""Lost points, the four-way class of a two-year comparison, and the flags of weak components."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from indices.gaps import LINKED, SERIES
from indices.model import MAIN_VIEW, RAW_LEVELS
from indices.registry import COMPARABLE

UNIT: Final = ["index_code", "year", "unit_id"]
SIBLINGS: Final = [*UNIT, "view", "level", "depth"]
NOISE: Final = 1e-9
HALF: Final = 0.5
RANK_SLACK: Final = 5
RANK_SLACK_SHARE: Final = 0.1
BOTTOM: Final = 2 / 3
LOW_YEARS: Final = 3
UP_UP, UP_DOWN, DOWN_UP, DOWN_DOWN = "up_up", "up_down", "down_up", "down_down"
KEPT_FULL: Final = "kept_full"
FLAGS: Final = ["flag_lost", "flag_rank", "flag_falling", "flag_low"]


def add_share(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with `scored` (has a maximum, is no raw indicator), `share` of the maximum and `lost` points."""
    scored = rows["max_score"].gt(0) & ~rows["level"].isin(RAW_LEVELS)
    maximum = rows["max_score"].where(scored)
    return rows.assign(scored=scored, share=rows["value"] / maximum, lost=maximum - rows["value"])


def add_lost_share(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with `lost_share`, the part of all points the unit lost at the level, and `level_complete`.

    Lost points count as index points (times the node's pull on the index) where the rules give it for the
    whole level, else as they stand. Where not every component of the level is known, the points lost by the
    total stand for the sum. A value on a scale of its own has no such share. Needs `influence`,
    `level_nodes` (components of the level that count) and `level_pull` (whether all their pulls are known).
    """
    group = rows.groupby(SIBLINGS, sort=False).ngroup()
    lost = (
        (rows["lost"] * rows["influence"]).where(rows["level_pull"], rows["lost"]).where(rows["scale"] == 0)
    )
    counted = (lost.notna() & (rows["influence"] != 0)).groupby(group).transform("sum")
    complete = counted >= rows["level_nodes"]
    by_total = _of_total(rows, "lost").where(rows["level_pull"])
    whole = lost.groupby(group).transform("sum").where(complete, by_total)
    share = (lost / whole.where(whole > NOISE)).where(~rows["is_total"])
    return rows.assign(lost_share=share, level_complete=complete)


def _of_total(rows: pd.DataFrame, column: str) -> pd.Series:
    """The unit's own figure of the total in the main tree, beside each of its rows of that index and year."""
    totals = rows[rows["is_total"] & (rows["view"] == MAIN_VIEW)]
    found = rows[UNIT].merge(totals[[*UNIT, column]], on=UNIT, how="left", validate="many_to_one")
    return pd.Series(found[column].array, index=rows.index)


def add_four_way(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with `four_way`: score then rank, up or down against the last comparable year.

    A tie counts as not down. The change of the share stands in where the maximum changed. `kept_full`: the
    maximum in both years. Missing where the years are not comparable or a rank is not known.
    """
    better = np.where(rows["direction"] == "-", -1.0, 1.0)
    move = rows["change"].fillna(rows["change_share"]) * better
    climb = rows["rank_change"].astype("Float64").astype(float)
    known = rows["comparability"].isin(LINKED) & move.notna() & climb.notna()
    up, higher = move >= -NOISE, climb >= 0
    names = np.select([up & higher, up, higher], [UP_UP, UP_DOWN, DOWN_UP], DOWN_DOWN)
    kept = rows["share"].ge(1 - NOISE) & rows["prev_share"].ge(1 - NOISE) & rows["comparability"].isin(LINKED)
    found = pd.Series(names, index=rows.index, dtype="str").where(known).mask(kept, KEPT_FULL)
    return rows.assign(four_way=found)


def add_flags(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows, sorted by series and year, with the four flags of a weak component and how many of them are set.

    Flags are for components with a known maximum above raw indicators; False also where it cannot be said.
    """
    flagged = rows["scored"] & ~rows["is_total"] & rows["value"].notna()
    rows = rows.assign(low_years=low_years(rows).where(flagged, 0))
    slack = (rows["n_ranked"].astype("Float64") * RANK_SLACK_SHARE).clip(lower=RANK_SLACK)
    behind = rows["rank"] > _of_total(rows, "rank") + slack
    better = np.where(rows["direction"] == "-", -1.0, 1.0)
    rows = rows.assign(
        flag_lost=flagged & in_larger_half(rows),
        flag_rank=flagged & behind.fillna(False).astype(bool),
        flag_falling=flagged & rows["comparability"].eq(COMPARABLE) & (rows["change"] * better).lt(-NOISE),
        flag_low=flagged & rows["low_years"].ge(LOW_YEARS),
    )
    return rows.assign(weak_count=rows[FLAGS].sum(axis=1).astype("int64"))


def in_larger_half(rows: pd.DataFrame) -> pd.Series:
    """Whether the components with larger lost shares make less than half of all lost points of the level.

    That is the fewest components that together make half; equal ones stand or fall together. Only where every
    component of the level is known.
    """
    known = rows[rows["level_complete"] & rows["lost_share"].gt(NOISE)]
    group = known.groupby(SIBLINGS, sort=False).ngroup()
    order = pd.DataFrame({"group": group, "size": -known["lost_share"]}).sort_values(["group", "size"])
    sizes = -order["size"]
    before = sizes.groupby(order["group"]).cumsum() - sizes
    tied = order["group"].eq(order["group"].shift()) & sizes.sub(sizes.shift()).abs().le(NOISE)
    larger = before.mask(tied).ffill()
    return (larger < HALF - NOISE).reindex(rows.index, fill_value=False)


def low_years(rows: pd.DataFrame) -> pd.Series:
    """How many years in a row, this one included, the unit was low in the component (0: not low now).

    Low: in the bottom third by rank where all units are known, else below the published national median. A
    year without a figure, or not comparable with the one before, begins a new count. Rows sorted by series
    and year.
    """
    bottom = rows["rank"].astype("Float64") > rows["n_ranked"].astype("Float64") * BOTTOM
    below = rows["value"] < rows["median"]
    ranked = rows["complete"] & rows["rank"].notna()
    low = below.mask(ranked, bottom.fillna(False).astype(bool)).astype(bool)
    series = rows.groupby(SERIES, sort=False).ngroup()
    follows = series.eq(series.shift()) & rows["year"].eq(rows["year"].shift() + 1)
    goes_on = low & low.shift(fill_value=False) & follows & rows["comparability"].isin(LINKED)
    run = (~goes_on).cumsum()
    return (run.groupby(run).cumcount() + 1).where(low, 0)
