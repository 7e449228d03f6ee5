"""Raking: weights made to agree with known margins, one trait after the other (Deming and Stephan 1940)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from indices.arrays import Array
from indices.errors import DataError, Problem
from indices.ranking import Integers

TOTALS_AGREE: Final = 1e-6


@dataclass(frozen=True)
class Raked:
    """`weights`; `rounds` it took; `worst`: largest relative distance from a margin; `ratio`: least and most
    that a weight was multiplied by, to be looked at before use."""

    weights: pd.Series
    rounds: int
    worst: float
    ratio: tuple[float, float]


def rake(
    weights: pd.Series,
    traits: pd.DataFrame,
    margins: Mapping[str, Mapping[str, float]],
    closeness: float = 1e-10,
    most: int = 1000,
) -> Raked:
    """Weights whose sums by each trait are its margin (trait: class -> people there are).

    Weights of zero stay zero. Raises DataError, all at once, for classes without respondents, respondents of
    no class, margins that do not add up to the same, and margins that cannot be met together.
    """
    start = weights.to_numpy(dtype=np.float64)
    problems = list(_problems(start, traits, margins))
    if problems:
        raise DataError(problems)
    places = {name: _places(traits[name], wanted) for name, wanted in margins.items()}
    targets = {name: np.array(list(wanted.values()), dtype=np.float64) for name, wanted in margins.items()}
    found, worst, rounds = start.copy(), np.inf, 0
    while worst > closeness and rounds < most:
        for name, place in places.items():
            found = found * (targets[name] / np.bincount(place, found, len(targets[name])))[place]
        off = [
            np.abs(np.bincount(p, found, len(targets[name])) / targets[name] - 1.0)
            for name, p in places.items()
        ]
        worst, rounds = float(np.concatenate(off).max()) if off else 0.0, rounds + 1
    if worst > closeness:
        told = f"{worst:.2g} away after {rounds} rounds"
        raise DataError([Problem("The margins cannot be met together", found=told, hint="join rare classes")])
    grown = found[start > 0.0] / start[start > 0.0]
    return Raked(pd.Series(found, index=weights.index), rounds, worst, (grown.min(), grown.max()))


def _places(values: pd.Series, wanted: Mapping[str, float]) -> Integers:
    known = {name: at for at, name in enumerate(wanted)}
    places: Integers = values.astype("str").map(known).fillna(0).to_numpy().astype(np.int64)
    return places


def _problems(
    weights: Array, traits: pd.DataFrame, margins: Mapping[str, Mapping[str, float]]
) -> Iterator[Problem]:
    if not (np.isfinite(weights) & (weights >= 0.0)).all() or not weights.any():
        yield Problem("Weights that cannot be raked", expected="zero or more, some above zero")
    sums = {name: sum(wanted.values()) for name, wanted in margins.items()}
    if sums and max(sums.values()) - min(sums.values()) > TOTALS_AGREE * max(sums.values()):
        told = ", ".join(f"{name} {total:g}" for name, total in sums.items())
        yield Problem("Margins do not add up to the same", found=told)
    for name, wanted in margins.items():
        counts = weights > 0.0
        here = traits.loc[counts, name].astype("str").where(traits.loc[counts, name].notna(), "")
        missing = sorted(wanted.keys() - set(here))
        unknown = here[~here.isin(list(wanted))]
        bad = [label for label, total in wanted.items() if not (np.isfinite(total) and total > 0.0)]
        if missing:
            yield Problem("Nobody answered in a class of the margin", place=name, found=", ".join(missing))
        if len(unknown):
            told = f"{len(unknown)}: {', '.join(sorted(set(unknown))[:5])}"
            yield Problem("Respondents are in no class of the margin", place=name, found=told)
        if bad:
            yield Problem("A margin is not above zero", place=name, found=", ".join(bad))
