"""From an estimate to a target: the gap, whether it is met for sure, and how many answers would tell."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, isfinite

import numpy as np
import pandas as pd
from scipy import special

MET, MISSED, CANNOT_SAY = "met", "missed", "cannot_say"


@dataclass(frozen=True)
class Precision:
    """What a next survey should reach: `margin`, half the width of its interval (a share); `level`; `power`,
    the chance of seeing a difference as large as the gap; `population`: people there are (inf: very many)."""

    margin: float = 0.01
    level: float = 0.95
    power: float = 0.8
    population: float = inf


def respondents(share: float, distance: float, effect: float, how: Precision) -> float:
    """Answers for an interval of ± `distance` around `share`: n0 = deff z² p (1 − p) / d²; corrected to
    n0 / (1 + (n0 − 1) / N) for a population of N (Cochran 1977, 4.4). NaN where something is not known."""
    z = float(special.ndtri(0.5 + how.level / 2.0))
    return _size(z, share, distance, effect, how.population)


def to_tell(share: float, target: float, effect: float, how: Precision) -> float:
    """Answers to tell a share from a target with the wished power, both errors at the larger of the two
    variances: deff (z_level + z_power)² p (1 − p) / gap²; infinite for no gap."""
    z = float(special.ndtri(0.5 + how.level / 2.0) + special.ndtri(how.power))
    worst = share if share * (1 - share) >= target * (1 - target) else target
    return _size(z, worst, abs(share - target), effect, how.population)


def _size(z: float, share: float, distance: float, effect: float, population: float) -> float:
    if not (isfinite(share) and isfinite(distance) and isfinite(effect)):
        return float("nan")
    if distance == 0.0:
        return inf
    first = effect * z**2 * share * (1.0 - share) / distance**2
    corrected = first / (1.0 + max(first - 1.0, 0.0) / population)
    return float(ceil(corrected - 1e-9))


def with_implied_effect(estimates: pd.DataFrame) -> pd.DataFrame:
    """The rows of `survey.table` with a design effect where it is missing (means of several items): what the
    error says beside a simple sample of as many answers to one question, se² (n − 1) / p (1 − p). With it as
    many answers of the same design are asked for as the error itself calls for."""
    p, n = estimates["value"], estimates["n"].astype("float64")
    simple = (p * (1.0 - p) / (n - 1.0)).where((n > 1.0) & (p > 0.0) & (p < 1.0))
    return estimates.assign(deff=estimates["deff"].fillna(estimates["se"] ** 2 / simple))


def gap_to_target(estimates: pd.DataFrame, target: float, how: Precision | None = None) -> pd.DataFrame:
    """The rows of `survey.table` with target, gap (value − target) and its interval, verdict, and answers
    needed: for the wished margin (n_margin) and to tell value from target (n_tell).

    `met` or `missed` where the whole interval lies on one side, else `cannot_say`. An unknown design effect
    makes both numbers missing: nothing is assumed.
    """
    wanted, rows = how or Precision(), estimates.reset_index(drop=True)
    low, high = rows["low"] - target, rows["high"] - target
    known = [low >= 0.0, high < 0.0]
    shares, effects = (rows[name].to_numpy(dtype=np.float64) for name in ("value", "deff"))
    pairs = list(zip(shares, effects, strict=True))
    return rows.assign(
        target=target,
        gap=shares - target,
        gap_low=low,
        gap_high=high,
        verdict=np.select(known, [MET, MISSED], CANNOT_SAY),
        n_margin=[respondents(p, wanted.margin, effect, wanted) for p, effect in pairs],
        n_tell=[to_tell(p, target, effect, wanted) for p, effect in pairs],
    )
