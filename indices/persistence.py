"""For how many years running a unit has stayed under the maximum of a component."""

from __future__ import annotations

import pandas as pd

from indices.gaps import LINKED
from indices.weak import NOISE


def years_under(rows: pd.DataFrame) -> pd.Series:
    """Years in a row, this one included, in which the value was under the maximum (0: full, or not known).

    `rows`: score rows of one unit (series_code, year, value, max_score, comparability) in any order; the
    result has their index. A year without a figure or maximum, or not comparable with the one before, begins
    a new count.
    """
    ordered = rows.sort_values(["series_code", "year"])
    under = ordered["value"].lt(ordered["max_score"] - NOISE).fillna(False).astype(bool)
    same = ordered["series_code"].eq(ordered["series_code"].shift())
    follows = same & ordered["year"].eq(ordered["year"].shift() + 1)
    goes_on = under & under.shift(fill_value=False) & follows & ordered["comparability"].isin(LINKED)
    run = (~goes_on).cumsum()
    return (run.groupby(run).cumcount() + 1).where(under, 0).reindex(rows.index)
