"""Shares alone, the quick way: two counts an item in a single pass, where a count of every code takes five.

What only shares need is how many answered and how many of them are satisfied. On the usual scale both are
codes from some code upwards, which the engine counts as fast as it can read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from etl.microdata.answers import (
    Answered,
    count_answers,
    count_if,
    counted_at_once,
    fetched,
    named,
    seems_even,
)
from indices.survey_cells import COUNT, column, totals_of
from indices.survey_sample import ItemScale
from indices.survey_totals import Totals

# What two counts do not tell: net shares and means of these sums are unknown.
UNTOLD = ("unsatisfied", "score", "square")


def count_shares(answered: Answered, by: Sequence[str] = ()) -> Totals:
    """The sums that satisfied shares need, in every cluster and combination of the columns `by`.

    The sums in UNTOLD are missing. Where a scale is not of the usual kind, codes lie above it, weights of a
    cell differ or anything is odd, all sums are made by `count_answers`.
    """
    keys = answered.keys(by)
    found = None
    if _usual(answered) and seems_even(answered, keys):
        found = counted_at_once(answered, keys, _upwards(answered))
    if found is None:
        return count_answers(answered, by)
    counts: dict[str, pd.Series] = {}
    for place in range(len(answered.items)):
        good = found[column(COUNT, place, 1)]
        counts[column(COUNT, place, 0)] = found[column(COUNT, place, 0)] - good
    told = totals_of(named(found.assign(**counts), answered.within), _halves(answered.scales), tuple(by))
    return Totals(told.table.assign(**dict.fromkeys(UNTOLD, np.nan)), told.clusters, told.by)


def _usual(answered: Answered) -> bool:
    """Whether every scale is of whole steps, satisfied from some code upwards, and nobody is above it."""
    for scale in answered.scales.values():
        codes, good = sorted(scale.codes), sorted(scale.satisfied)
        whole = all(code == codes[0] + place for place, code in enumerate(codes))
        if not whole or not 0 < len(good) < len(codes) or good != codes[-len(good) :]:
            return False
    most = {code: answered.table[name].max() for code, (name, _) in answered.items.items()}
    found = fetched(answered.table.aggregate(**most)).iloc[0]
    return all(not found[code] > max(scale.codes) for code, scale in answered.scales.items())


def _upwards(answered: Answered) -> dict[str, object]:
    """Two counts of each item: from its lowest code upwards, from its lowest satisfied one."""
    told = {}
    for place, (name, scale) in enumerate(answered.items.values()):
        for at, code in enumerate((min(scale.codes), min(scale.satisfied))):
            told[column(COUNT, place, at)] = count_if(answered.table[name] >= int(code))
    return told


def _halves(scales: Mapping[str, ItemScale]) -> dict[str, ItemScale]:
    """Scales of two codes: not satisfied, satisfied."""
    ends = {code: (min(scale.codes), max(scale.codes)) for code, scale in scales.items()}
    return {code: ItemScale((low, high), (high,)) for code, (low, high) in ends.items()}
