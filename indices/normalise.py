"""How a figure is brought to a scale: a closed list of named ways, each with its formula, units and source.

`normalise` takes one indicator over n units and its `Scale`: logarithms first, then the named way, then the
range asked for. More is better afterwards; NaN stays NaN.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from indices import normalisers as ways
from indices.arrays import Array
from indices.scale import Normalisation, Scale

STEP: Final = 1e-6
_CAP: Final = frozenset({"cap"})

_LIST: Final = (
    Normalisation(
        "min_max",
        "Min-max in a stored range",
        "z = (v − ref_min) / (ref_max − ref_min), or 1 − that where less is better",
        "range in the figure's unit, z on 0-1 inside it",
        "survey indices whose range is pooled over the years and only widens: the range is data of each year",
        ways.min_max,
        frozenset({"ref_min", "ref_max"}),
        takes=_CAP,
    ),
    Normalisation(
        "min_max_year",
        "Min-max over the units of the year",
        "z = (v − worst) / (best − worst) of the year's units",
        "z on 0-1; missing where all units are equal",
        "departments and localities scored by firms; OECD and JRC, Handbook on Constructing Composite "
        "Indicators (2008), table 15; default of the R engine COINr",
        ways.min_max_year,
        takes=_CAP,
        relative=True,
    ),
    Normalisation(
        "goalposts",
        "Goalposts",
        "z = (v − ref_min) / (ref_max − ref_min), at least 0 and at most 1 unless cap says otherwise; on "
        "logarithms where asked for",
        "posts in the figure's unit (never logged by hand), z on 0-1",
        "human development and technology achievement indices; Handbook (2008), table 23",
        ways.goalposts,
        frozenset({"ref_min", "ref_max"}),
        takes=_CAP,
    ),
    Normalisation(
        "z_score",
        "Z-score of the sample",
        "z = (v − mean) / s, with s² = Σ (v − mean)² / (n − 1)",
        "standard deviations",
        "Handbook (2008), table 15",
        ways.z_score,
        relative=True,
    ),
    Normalisation(
        "z_score_population",
        "Z-score of the population",
        "z = (v − mean) / σ, with σ² = Σ (v − mean)² / n",
        "standard deviations",
        "Handbook (2008), chapter on normalisation; where the units are all there are",
        ways.z_score_population,
        relative=True,
    ),
    Normalisation(
        "rank",
        "Rank from the worst",
        "z = 1 + number of worse units",
        "places; the best has n, ties share the lower",
        "Handbook (2008), table 15",
        ways.rank,
        relative=True,
        line=False,
    ),
    Normalisation(
        "borda",
        "Borda points",
        "z = number of worse units",
        "places, 0 for the worst",
        "Handbook (2008), tables 25 to 33",
        ways.borda,
        relative=True,
        line=False,
    ),
    Normalisation(
        "percentile_rank",
        "Percentile rank",
        "z = number of worse units / (n − 1)",
        "0-1",
        "R engine COINr, ASEM example",
        ways.percentile_rank,
        relative=True,
        line=False,
    ),
    Normalisation(
        "rank_share",
        "Rank as a share of the units",
        "z = (1 + number of worse units) / n",
        "0-1",
        "percentile column of the Handbook (2008), table 15",
        ways.rank_share,
        relative=True,
        line=False,
    ),
    Normalisation(
        "distance_to_best",
        "Distance to the best",
        "z = 1 − (best − v) / (best − worst)",
        "0-1; equal to min-max over the units of the year",
        "Handbook (2008), chapter on normalisation",
        ways.distance_to_best,
        takes=_CAP,
        relative=True,
    ),
    Normalisation(
        "distance_to_reference",
        "Distance to a reference",
        "z = 1 − (reference − v) / (reference − worst)",
        "reference in the figure's unit, or the best, mean or median of the units; 1 at the reference; where "
        "no unit is worse than it, figures beyond it have a score only where cap cuts there",
        "Handbook (2008), chapter on normalisation",
        ways.distance_to_reference,
        frozenset({"reference"}),
        takes=_CAP,
        relative=True,
    ),
    Normalisation(
        "distance_to_target",
        "Distance to a target",
        "z = 1 − (target − v) / (target − low), low = stored low end, else the worst unit",
        "target in the figure's unit; 1 at the target and above 1 beyond it unless capped; where every unit "
        "is beyond it, a score only where cap cuts there",
        "resolutions that set a value to reach; Handbook (2008), chapter on normalisation",
        ways.distance_to_target,
        frozenset({"target"}),
        takes=_CAP,
        relative=True,
    ),
    Normalisation(
        "ratio_to_reference",
        "Ratio to a reference",
        "z = v / reference",
        "reference above 0 in the figure's unit, or the best, worst, mean or median of the units; only where "
        "more is better",
        "Handbook (2008), table 15",
        ways.ratio_to_reference,
        frozenset({"reference"}),
        turns=False,
        relative=True,
    ),
    Normalisation(
        "difference_to_reference",
        "Difference to a reference",
        "z = (v − reference) / |reference|",
        "part of the reference",
        "Handbook (2008), table 15",
        ways.difference_to_reference,
        frozenset({"reference"}),
        relative=True,
    ),
    Normalisation(
        "around_mean",
        "Above, around or below the mean",
        "z = 1 where (v − mean) / |mean| > threshold, −1 where it is < −threshold, else 0",
        "threshold as a part of the mean (of the mean logarithm where logged)",
        "Handbook (2008), table 15, with threshold 0.2",
        ways.around_mean,
        frozenset({"threshold"}),
        relative=True,
        line=False,
    ),
    Normalisation(
        "scaled",
        "Scaled by a fixed range",
        "z = (v − ref_min) / (ref_max − ref_min), with −v for v where less is better",
        "range in the unit of the signed figure",
        "R engine COINr, ASEM example",
        ways.scaled,
        frozenset({"ref_min", "ref_max"}),
    ),
    Normalisation(
        "fraction_of_max",
        "Fraction of the best",
        "z = v / best",
        "0-1, best above 0; where less is better worse units are beyond 1, so definitions may not ask for it",
        "R engine COINr, ASEM example",
        ways.fraction_of_max,
        turns=False,
        relative=True,
    ),
    Normalisation(
        "bands",
        "Bands",
        "z = score of the highest band whose start the figure reaches",
        'bands written "start:score;start:score" from the lowest up, starts in the figure\'s unit',
        "criteria with points by steps in the ministry's yearly administrative reform sheets",
        ways.bands,
        frozenset({"bands"}),
        line=False,
    ),
    Normalisation(
        "percentile_bands",
        "Bands of percentiles",
        "z = score of the highest band that 100 × (1 + number of worse units) / n reaches",
        "bands in percent of the units",
        "categorical scale of the Handbook (2008), table 15",
        ways.percentile_bands,
        frozenset({"bands"}),
        relative=True,
        line=False,
    ),
    Normalisation(
        "threshold",
        "Full from a threshold, pro rata below",
        "z = 1 from the threshold on, (v − start) / (threshold − start) below it, 0 short of the floor",
        "threshold, floor and start in the figure's unit; start: ref_min, else 0; less is better: ref_max",
        "service quality of public offices in near real time (full points from 80, 50 or 90 percent, pro "
        "rata below); criteria of the ministry's administrative reform sheets",
        ways.threshold,
        frozenset({"threshold"}),
        takes=frozenset({"floor"}),
    ),
)

NORMALISATIONS: Final[dict[str, Normalisation]] = {way.name: way for way in _LIST}


def normalise(values: Array, scale: Scale) -> Array:
    """One indicator (n) on its scale (n): logarithm, direction, the named normalisation, the range asked for.

    A logarithm of nothing or less is missing, and so is what has no finite result (a distance without
    length). Raises KeyError for a name outside the closed list.
    """
    x, logged = (_log(values), _logged(scale)) if scale.logged else (values, scale)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = NORMALISATIONS[scale.name].score(x, logged)
        z = np.where(np.isfinite(z), z, np.nan)
        return np.asarray(scale.to_low + (scale.to_high - scale.to_low) * z, dtype=np.float64)


def slope_of(values: Array, scale: Scale) -> Array:
    """|d normalised / d figure| (n); 0 for ranks and bands, which are no curve of the figure.

    Where the year's own range or mean is the reference, that is held fast.
    """
    way = NORMALISATIONS[scale.name]
    if not way.line:
        return np.zeros(len(values))
    if not way.relative:
        step = STEP * np.maximum(1.0, np.abs(values))
        ends = [normalise(values + way * step, scale) for way in (1.0, -1.0)]
        return np.asarray(np.abs(ends[0] - ends[1]) / (2 * step))
    x, z = _log(values) if scale.logged else values, normalise(values, replace(scale, cap="none"))
    known = ~np.isnan(z)
    if not known.any() or np.ptp(x[known]) == 0:
        return np.zeros(len(values))
    steepness = np.ptp(z[known]) / np.ptp(x[known])
    with np.errstate(divide="ignore"):
        return np.where(known, steepness / (np.abs(values) if scale.logged else 1.0), 0.0)


def _log(values: Array) -> Array:
    positive = np.where(values > 0, values, np.nan)
    return np.asarray(np.log(positive), dtype=np.float64)


def _logged(scale: Scale) -> Scale:
    names = ("low", "high", "target")
    numbers: dict[str, Any] = {name: float(_log(np.array([getattr(scale, name)]))[0]) for name in names}
    given = scale.reference
    reference = given if isinstance(given, str) else float(_log(np.array([given]))[0])
    return replace(scale, **numbers, reference=reference)
