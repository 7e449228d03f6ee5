"""How units fall into groups: a closed list of rules, each with its formula, units and source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

Cuts = Sequence[tuple[float, str]]


@dataclass(frozen=True)
class GroupRule:
    """A named rule and its manual entry. `place`: scores, ranks and cuts (best first) to groups."""

    name: str
    title: str
    formula: str
    units: str
    source: str
    place: Callable[[pd.Series, pd.Series, Cuts], pd.Series]


def by_score(scores: pd.Series, cuts: Cuts) -> pd.Series:
    """The first cut (best first) that the score reaches; none where it reaches no cut or is missing."""
    found = pd.Series(None, index=scores.index, dtype="str")
    for start, code in reversed(list(cuts)):
        found = found.mask(scores >= start, code)
    return found


def by_percentile(scores: pd.Series, cuts: Cuts) -> pd.Series:
    """Cuts in percent of the units, turned into scores at those percentiles (between two, on the line)."""
    known = scores.dropna().to_numpy(dtype=np.float64)
    if not len(known):
        return pd.Series(None, index=scores.index, dtype="str")
    return by_score(scores, [(float(np.percentile(known, start)), code) for start, code in cuts])


def by_rank(ranks: pd.Series, cuts: Cuts) -> pd.Series:
    """Cuts are the last rank of each group, best first."""
    places = -ranks.astype("Float64").astype("float64")
    return by_score(places, [(-last, code) for last, code in cuts])


_LIST: Final = (
    GroupRule(
        "fixed",
        "Fixed cuts",
        "the first group, best first, whose cut the score reaches",
        "cuts in the unit of the total",
        "classes of the ministry's administrative reform results",
        lambda scores, _, cuts: by_score(scores, cuts),
    ),
    GroupRule(
        "percentiles",
        "Percentiles",
        "the first group, best first, whose percentile of the year's scores the score reaches",
        "cuts in percent; percentiles lie on the line between the two nearest scores",
        "four groups of the governance survey at the percentiles 75, 50 and 25",
        lambda scores, _, cuts: by_percentile(scores, cuts),
    ),
    GroupRule(
        "ranks",
        "Ranks",
        "the first group, best first, whose last rank is not passed",
        "cuts are the last rank of each group",
        "publications that name the first ten or the last ten",
        lambda _, ranks, cuts: by_rank(ranks, cuts),
    ),
)

GROUP_RULES: Final[dict[str, GroupRule]] = {rule.name: rule for rule in _LIST}
