"""How an indicator is brought to a scale: the settings a definition gives, and how they are written."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from indices.arrays import Array

NAN: Final = float("nan")
CAPS: Final = ("", "none", "low", "high", "both")
REFERENCES: Final[dict[str, Callable[[Array], float]]] = {
    "best": lambda x: float(np.max(x)),
    "worst": lambda x: float(np.min(x)),
    "mean": lambda x: float(np.mean(x)),
    "median": lambda x: float(np.median(x)),
}
Bands = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Scale:
    """How one indicator is brought to a scale. Numbers in its own unit, before logarithms; NaN: not set.

    `low`, `high`: stored range or goalposts. `reversed`: less is better. `cap`: where results beyond
    the range are cut (blank: as the normalisation does). `reference`: a number, or the best, worst, mean or
    median of the units. `bands`: (from, score) in rising order. `to_low`, `to_high`: what 0 and 1 become.
    """

    name: str = ""
    low: float = NAN
    high: float = NAN
    reversed: bool = False
    logged: bool = False
    cap: str = ""
    target: float = NAN
    threshold: float = NAN
    floor: float = NAN
    reference: float | str = NAN
    bands: Bands = ()
    to_low: float = 0.0
    to_high: float = 1.0


@dataclass(frozen=True)
class Normalisation:
    """A named normalisation and its manual entry. `needs` names the columns of components.csv it must have.

    `takes`: the columns it reads beside those, where they are given. `turns`: less is better is turned round,
    so that more always is. `relative`: a unit's result depends on the other units. `line`: a straight line in
    the (logged) figure.
    """

    name: str
    title: str
    formula: str
    units: str
    source: str
    score: Callable[[Array, Scale], Array]
    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    turns: bool = True
    relative: bool = False
    line: bool = True


def parse_bands(text: str) -> Bands:
    """Bands written "0:0;50:0.5;80:1", from the lowest up. Raises ValueError for anything else."""
    pairs = [part.split(":") for part in text.split(";") if part.strip()]
    found = tuple((float(start), float(score)) for start, score in pairs)
    starts = [start for start, _ in found]
    if not found or starts != sorted(set(starts)) or not all(map(math.isfinite, sum(found, ()))):
        raise ValueError(text)
    return found


def parse_reference(text: str) -> float | str:
    """A reference: a number, or a name of REFERENCES; NaN for blank. Raises ValueError for anything else."""
    return text if text in REFERENCES else float(text) if text else NAN
