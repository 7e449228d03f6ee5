"""Reference ranges pooled over the years: kept as data of each indicator and year, and only widened."""

from __future__ import annotations

import pandas as pd

_TYPES = {"year": "int64", "code": "str", "ref_min": "float64", "ref_max": "float64"}
COLUMNS = list(_TYPES)


def pooled_reference(stored: pd.DataFrame, year: int, values: pd.DataFrame) -> pd.DataFrame:
    """`stored` (year, code, ref_min, ref_max) with the rows of `year`: the last range widened by its figures.

    `values` is units x codes of the year; a code without an earlier range begins with its own. The range that
    counts is that of the latest stored year before `year`. Codes without any figure keep their range, a code
    never seen gets no row. Rows of `year` itself are replaced, so that a second run changes nothing;
    later years are left alone. Source: the competitiveness survey, whose ranges are pooled since an
    indicator began.
    """
    kept = stored.loc[stored["year"] != year, COLUMNS]
    before = kept[kept["year"] < year].sort_values("year", kind="stable")
    last = before.drop_duplicates("code", keep="last").set_index("code")
    own = pd.DataFrame({"ref_min": values.min(), "ref_max": values.max()}).rename_axis("code")
    codes = [*last.index, *(code for code in own.index if code not in last.index)]
    both = pd.concat([last[["ref_min", "ref_max"]].reindex(codes), own.reindex(codes)])
    ends = both.groupby(level=0, sort=False).agg({"ref_min": "min", "ref_max": "max"})
    wide = ends.rename_axis("code").reset_index().assign(year=year)[COLUMNS]
    found = pd.concat([kept, wide[wide["ref_min"].notna()]], ignore_index=True)
    return found.sort_values(["year", "code"], kind="stable", ignore_index=True)


def pooled_over(years: dict[int, pd.DataFrame]) -> pd.DataFrame:
    """The ranges of every year from the figures (units x codes) of all years, the earliest first."""
    found = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _TYPES.items()})
    for year in sorted(years):
        found = pooled_reference(found, year, years[year])
    return found
