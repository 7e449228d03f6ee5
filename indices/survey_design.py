"""The sampling design: strata, clusters, how many there are, and the variance they give.

Variance of the first stage by Taylor linearisation (Särndal, Swensson and Wretman 1992, 5.5; Wolter 2007, 6):
V = Σ_h (1 − f_h) n_h / (n_h − 1) Σ_c (z_hc − z̄_h)², z the linearised sums of a cluster, over all n_h clusters
of the stratum. Later stages need nothing of their own while f_h is small.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import sparse

from indices.arrays import NOISE, Array, Mask
from indices.errors import DataError, Problem
from indices.ranking import Integers
from indices.survey_sample import CLUSTER, STRATUM

Lone = Literal["centre", "certain", "average", "refuse"]
LONE_STRATUM, EMPTY_STRATUM = "lone_stratum", "empty_stratum"


@dataclass(frozen=True)
class Design:
    """Clusters in their strata.

    `clusters`: stratum and cluster, a row each. `strata`: names. `stratum_of`: place of the stratum of each
    cluster. `count`: clusters of each stratum in the sample; `rate`: sampled share of those there are (0: not
    said). `lone`: what a stratum with one cluster counts for: `centre` its squared distance from the whole
    sample, `certain` nothing, `average` as much as the mean of the other strata.
    """

    clusters: pd.DataFrame
    strata: tuple[str, ...]
    stratum_of: Integers
    count: Integers
    rate: Array
    lone: Lone = "centre"

    @property
    def alone(self) -> Mask:
        """Strata with one cluster that is a sample and not all there is."""
        return np.asarray((self.count == 1) & (self.rate < 1.0))

    def factors(self) -> Array:
        """(1 − f) n / (n − 1) of each stratum; of lone ones what the rule says."""
        single = {"centre": 1.0, "certain": 0.0, "average": 0.0, "refuse": 0.0}[self.lone]
        many = self.count / np.maximum(self.count - 1, 1)
        found: Array = (1.0 - self.rate) * np.where(self.count > 1, many, single)
        return found

    def variances(self, scores: Any) -> Array:
        """Variance of each column of `scores` (clusters x estimates, sparse)."""
        inside = self._membership()
        # Strata x estimates stays sparse: a group lies in few strata.
        squares, sums = (sparse.csr_matrix(inside @ part) for part in (scores.multiply(scores), scores))
        parts = np.where(self.count > 1, 1.0 / self.count, 0.0)
        apart = squares - sparse.diags_array(parts) @ sums.multiply(sums)
        within = apart.multiply(apart - NOISE * squares > 0.0)
        found: Array = np.asarray(within.T @ self.factors()).ravel()
        return self._spread(found)

    def covariance(self, scores: Array) -> Array:
        """Covariance matrix of the columns of `scores` (clusters x estimates, dense)."""
        sums = np.asarray(self._membership() @ scores, dtype=np.float64)
        means = np.where(self.count > 1, 1.0, 0.0)[:, None] * sums / self.count[:, None]
        centred = (scores - means[self.stratum_of]) * np.sqrt(self.factors()[self.stratum_of])[:, None]
        return self._spread(np.asarray(centred.T @ centred, dtype=np.float64))

    def _membership(self) -> Any:
        size = len(self.stratum_of)
        where = (self.stratum_of, np.arange(size))
        return sparse.csr_matrix((np.ones(size), where), shape=(len(self.strata), size))

    def _spread(self, found: Array) -> Array:
        """Lone strata that count as the others do on average."""
        alone = int(self.alone.sum())
        if self.lone != "average" or not alone:
            return found
        others = len(self.strata) - alone
        return found * (len(self.strata) / others) if others else np.full_like(found, np.nan)

    def freedom(self, reach: Any) -> Array:
        """Degrees of freedom of each column of `reach` (clusters x estimates, 1 where anyone answered).

        Clusters less strata, of those where anyone answered.
        """
        strata = self._membership() @ reach
        found: Array = np.asarray(reach.sum(axis=0)).ravel() - np.asarray((strata > 0).sum(axis=0)).ravel()
        return found


def make_design(
    clusters: pd.DataFrame, population: Mapping[str, float] | None = None, lone: Lone = "centre"
) -> Design:
    """The design of `clusters` (stratum, cluster). `population`: how many clusters there are in a stratum.

    Strata that `population` does not name count as drawn from very many. Raises DataError for fewer clusters
    than were drawn and, where `lone` is `refuse`, for strata with one cluster.
    """
    rows = clusters[[STRATUM, CLUSTER]].drop_duplicates().sort_values([STRATUM, CLUSTER], ignore_index=True)
    codes, names = pd.factorize(rows[STRATUM], sort=True)
    strata, count = tuple(map(str, names)), np.bincount(codes, minlength=len(names))
    there = np.array([(population or {}).get(name, np.inf) for name in strata], dtype=np.float64)
    design = Design(rows, strata, np.asarray(codes), count, np.asarray(count / there), lone)
    problems = [
        Problem(
            "More clusters in the sample than there are", place=name, found=str(n), expected=f"≤ {most:g}"
        )
        for name, n, most in zip(strata, count, there, strict=True)
        if not n <= most
    ]
    if lone == "refuse":
        names_alone = [name for name, one in zip(strata, design.alone, strict=True) if one]
        hint = "join strata that are alike, or choose a rule for lone clusters"
        problems += [Problem("A stratum has one cluster", place=name, hint=hint) for name in names_alone]
    if problems:
        raise DataError(problems)
    return design


def oddities(design: Design, answered: set[str], planned: Mapping[str, float] | None = None) -> pd.DataFrame:
    """What is odd about a design: kind, stratum, treatment. `answered`: strata with any answer that counts.

    `planned`: strata that should be there (the keys of the population will do).
    """
    alone = [name for name, one in zip(design.strata, design.alone, strict=True) if one]
    empty = sorted(({*design.strata} | {*(planned or {})}) - answered)
    rows = [(LONE_STRATUM, name, str(design.lone)) for name in alone]
    rows += [(EMPTY_STRATUM, name, "counts in no share") for name in empty]
    return pd.DataFrame(rows, columns=["kind", STRATUM, "treatment"])
