"""Random numbers of an uncertainty analysis: the same for the same seed, however they are cut up.

Numbers are made in fixed pieces of `PIECE` draws, each piece from a stream of its own, so draw 7,000 does not
depend on how many draws are asked for or how they are cut into blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from indices.ranking import Integers
from indices.rules import Array

PIECE: Final = 50
WEIGHTS, CHOICES, LEAVES, TOTALS = range(4)
DEFINED: Final = "defined"

Normalisation = Literal["defined", "min_max", "z_score", "rank"]
Aggregation = Literal["defined", "arithmetic", "geometric", "harmonic"]
Missing = Literal["defined", "refuse", "renormalise", "mean", "median", "group_mean", "group_median"]


@dataclass(frozen=True)
class Uncertain:
    """What is not certain. A tuple lists choices that are equally likely; the first is the point result.

    `weights`: fixed; uniform (each weight times 1 ± `spread`, then renormalised in its node); dirichlet
    (drawn round the weights with total mass `concentration`, larger = closer). `normalise`: the framework's
    own ranges, or the year's min-max, z-scores (0.5 + 0.1 z), ranks. `aggregate`: the framework's own
    rules, or one mean at every node. `missing`: the framework's own policy or another of missing.py.
    `floor` is the least share that a geometric or harmonic mean sees (0.01: min-max onto 1-100).
    """

    weights: Literal["fixed", "uniform", "dirichlet"] = "fixed"
    spread: float = 0.25
    concentration: float = 100.0
    normalise: tuple[Normalisation, ...] = ("defined",)
    aggregate: tuple[Aggregation, ...] = ("defined",)
    missing: tuple[Missing, ...] = ("defined",)
    floor: float = 0.01

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        if not 0 <= self.spread <= 1:
            raise ValueError("spread is a share of the weight, 0 to 1")
        if self.concentration <= 0 or not 0 < self.floor < 1:
            raise ValueError("concentration is above 0, floor between 0 and 1")
        if not (self.normalise and self.aggregate and self.missing):
            raise ValueError("at least one choice of everything")


@dataclass(frozen=True)
class Sampling:
    """How many draws, from which seed, and how many are held in memory at a time (changes no result)."""

    draws: int = 10_000
    seed: int = 1
    block: int = 200


@dataclass(frozen=True)
class Design:
    """One row a draw: which choice of each list, and which of the seeded weights and errors (-1: none)."""

    normalise: Integers
    aggregate: Integers
    missing: Integers
    weights: Integers
    errors: Integers

    def __len__(self) -> int:
        """Number of draws."""
        return len(self.weights)

    def part(self, rows: Integers | slice) -> Design:
        """The same for some of the draws."""
        names = ("normalise", "aggregate", "missing", "weights", "errors")
        return Design(*(getattr(self, name)[rows] for name in names))


def stream(seed: int, kind: int, piece: int) -> np.random.Generator:
    """The generator of one piece of one kind of number."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(kind, piece))))


def pieces(draws: int) -> range:
    """Numbers of the pieces that hold `draws` draws."""
    return range(-(-draws // PIECE))


def random_design(what: Uncertain, sampling: Sampling) -> Design:
    """Every draw its own choices, weights and errors, all independent."""
    lists = (what.normalise, what.aggregate, what.missing)
    made = [stream(sampling.seed, CHOICES, p).random((PIECE, 3)) for p in pieces(sampling.draws)]
    shares = np.concatenate(made)[: sampling.draws] if made else np.empty((0, 3))
    chosen = [pick(shares[:, column], len(choices)) for column, choices in enumerate(lists)]
    own = np.arange(sampling.draws)
    return Design(chosen[0], chosen[1], chosen[2], own, own)


def point_design() -> Design:
    """The one draw without uncertainty: first choices, weights and values as they are."""
    zero, none = np.zeros(1, dtype=np.int64), np.full(1, -1, dtype=np.int64)
    return Design(zero, zero, zero, weights=none, errors=none)


def pick(shares: Array, n: int) -> Integers:
    """Numbers in [0, 1) turned into equally likely choices 0 ... n-1."""
    return np.minimum((shares * n).astype(np.int64), n - 1)


def weight_draws(base: Array, what: Uncertain, draws: int, seed: int) -> Array:
    """Weights (draws x edges) round `base` (edges; shares inside their node); not renormalised."""
    if what.weights == "fixed" or not draws:
        return np.broadcast_to(base, (draws, len(base)))
    made = []
    for piece in pieces(draws):
        random = stream(seed, WEIGHTS, piece)
        if what.weights == "uniform":
            made.append(base * (1.0 + what.spread * random.uniform(-1.0, 1.0, (PIECE, len(base)))))
        else:
            made.append(random.standard_gamma(what.concentration * base, (PIECE, len(base))))
    return np.concatenate(made)[:draws]


def error_draws(half: Array, deviation: Array, ids: Integers, key: tuple[int, int]) -> Array | None:
    """Errors (draws x shape of `half`) of the draws `ids`; None where there is none to draw.

    `half`: half of the last published unit (uniform); `deviation`: standard error (normal). `key`: seed,
    kind. Draw -1 has no error.
    """
    has_half, has_deviation = bool((half > 0).any()), bool((deviation > 0).any())
    if not (has_half or has_deviation):
        return None
    found = np.zeros((len(ids), *half.shape))
    numbers = np.where(ids < 0, -1, ids // PIECE)
    for piece in np.unique(numbers[numbers >= 0]):
        random, shape, rows = stream(*key, int(piece)), (PIECE, *half.shape), np.flatnonzero(numbers == piece)
        made = half * random.uniform(-1.0, 1.0, shape) if has_half else np.zeros(shape)
        if has_deviation:
            made = made + deviation * random.standard_normal(shape)
        found[rows] = made[ids[rows] - piece * PIECE]
    return found
