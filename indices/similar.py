"""Which units are like one: near in profile, in size and in region. What a fair comparison starts from."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

PARTS: Final = ("profile", "size", "region")
LEAST_SHARED: Final = 0.5


def similar(profile: pd.DataFrame, sizes: pd.Series, regions: pd.Series, own: str) -> pd.DataFrame:
    """The other units, nearest first: `distance` and its three parts, each about 1 for two units at random.

    `profile`: units x components in any units (NaN where not published); `sizes`: population or the like,
    positive; `regions`: a code a unit. Profile is half the mean squared difference of standardised
    components over those that both units have (at least half of them, else the unit is left out); size half
    the squared difference of standardised logarithms; region 0 in the same one, else 1. The distance is the
    root of the mean of the parts that are known. Empty when `own` has no profile.
    """
    if own not in profile.index or not profile.loc[own].notna().any():
        return pd.DataFrame(columns=["distance", *PARTS])
    units = profile.index
    made = pd.DataFrame(
        {
            "profile": _profile(profile, own),
            "size": _size(sizes.reindex(units).astype("float64"), own),
            "region": _region(regions.reindex(units), own),
        },
        index=units,
    )
    made = made.drop(index=own)
    made = made[made["profile"].notna()]
    made.insert(0, "distance", np.sqrt(made[list(PARTS)].mean(axis=1)))
    return made.sort_values("distance", kind="stable")


def _profile(profile: pd.DataFrame, own: str) -> pd.Series:
    spread = profile.std(ddof=0)
    standard = (profile - profile.mean()) / spread.where(spread > 0)
    off = (standard - standard.loc[own]) ** 2
    shared = off.notna().mean(axis=1) / off.loc[own].notna().mean()
    return (off.mean(axis=1) / 2.0).where(shared >= LEAST_SHARED)


def _size(sizes: pd.Series, own: str) -> pd.Series:
    logs = np.log(sizes.where(sizes > 0))
    spread = logs.std(ddof=0)
    off: pd.Series = ((logs - logs[own]) / (spread if spread > 0 else np.nan)) ** 2 / 2.0
    return off


def _region(regions: pd.Series, own: str) -> pd.Series:
    known = regions.notna() & pd.notna(regions[own])
    off: pd.Series = (regions != regions[own]).astype("float64").where(known)
    return off
