"""Satisfaction from survey answers: shares, means and net shares with errors that know the design.

Every estimate keeps its linearised sums by cluster, so that means of estimates, differences between groups
and whole roll-ups are columns of one small matrix, and get the right error without the answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from scipy import sparse

from indices.arrays import Array
from indices.survey_design import Design
from indices.survey_interval import Confidence, Measured, interval
from indices.survey_sample import CLUSTER, STRATUM
from indices.survey_totals import CODE, Totals

Measure = Literal["satisfied", "mean", "net"]
SATISFIED: Final = "satisfied"
MEAN: Final = "mean"
NET: Final = "net"
FIGURES: Final = ("value", "se", "low", "high", "n", "n_clusters", "df", "deff", "method")


@dataclass(frozen=True)
class Estimates:
    """Estimates with their linearised sums.

    `keys`: the groups and the code of each. `value`: shares 0-1 (net: −1 to 1), means in codes of the scale.
    `n`: answers. `plain`: variance among respondents (NaN: not known). `scores`: clusters x estimates,
    sparse; `reach`: 1 where anyone answered.
    """

    design: Design
    measure: Measure
    keys: pd.DataFrame
    value: Array
    n: Array
    plain: Array
    scores: Any
    reach: Any

    def combined(self, keys: pd.DataFrame, slopes: Any, value: Array | None = None) -> Estimates:
        """New estimates: `slopes` (estimates x new ones, sparse) times these, named by `keys`.

        `value` where they are no straight lines of these and `slopes` are the derivatives. `n` is that of the
        part with fewest answers.
        """
        parts = sparse.csc_matrix(slopes)
        taken = sparse.csc_matrix((np.ones_like(parts.data), parts.indices, parts.indptr), shape=parts.shape)
        made = np.asarray(parts.T @ self.value).ravel() if value is None else value
        ends = zip(parts.indptr[:-1], parts.indptr[1:], strict=True)
        fewest = [self.n[parts.indices[a:b]].min(initial=np.inf) for a, b in ends]
        n = np.where(np.isinf(fewest), 0.0, fewest)
        reach = ((self.reach @ taken) > 0).astype(np.float64)
        unknown = np.full(len(made), np.nan)
        return Estimates(self.design, self.measure, keys, made, n, unknown, self.scores @ parts, reach)

    def and_also(self, other: Estimates) -> Estimates:
        """These estimates followed by others of the same design and measure."""
        keys = pd.concat([self.keys, other.keys], ignore_index=True)
        value, n = np.concatenate([self.value, other.value]), np.concatenate([self.n, other.n])
        plain = np.concatenate([self.plain, other.plain])
        scores = sparse.hstack([self.scores, other.scores], format="csr")
        reach = sparse.hstack([self.reach, other.reach], format="csr")
        return Estimates(self.design, self.measure, keys, value, n, plain, scores, reach)

    def errors(self) -> Array:
        """Standard errors; NaN where nobody answered or the design tells none."""
        freedom = self.design.freedom(self.reach)
        known = np.isfinite(self.value) & ((freedom > 0) | self._all_taken())
        return np.where(known, np.sqrt(self.design.variances(self.scores)), np.nan)

    def _all_taken(self) -> Any:
        """Estimates all of whose strata were taken whole."""
        sampled = (self.design.rate[self.design.stratum_of] < 1.0).astype(np.float64)
        return np.asarray(self.reach.T @ sampled).ravel() == 0.0


def estimate(found: Totals, design: Design, measure: Measure = SATISFIED) -> Estimates:
    """Every item of every group: share satisfied, mean code, or net share (satisfied less unsatisfied).

    Groups are domains of the whole design: clusters without anyone of the group count as zeros, so that the
    size of a group is uncertain too (Lumley 2010, 2.2.1; West, Berglund and Heeringa 2008).
    """
    table = found.table
    groups = table.groupby([*found.by, CODE], sort=True)
    place, keys = groups.ngroup().to_numpy(), groups.size().index.to_frame(index=False)
    cluster = _places(table, design)
    y, w = _numerator(table, measure), table["w"].to_numpy(dtype=np.float64)
    size = len(keys)
    weight, n = np.bincount(place, w, size), np.bincount(place, table["n"], size).astype(np.float64)
    value = np.bincount(place, y, size) / weight
    z = (y - value[place] * w) / weight[place]
    where, shape = (cluster, place), (len(design.clusters), size)
    scores, reach = (sparse.csr_matrix((x, where), shape=shape) for x in (z, np.ones_like(z)))
    plain = np.bincount(place, _square(table, measure), size) / weight - value**2
    return Estimates(design, measure, keys, value, n, np.maximum(plain, 0.0), scores, reach)


def _places(table: pd.DataFrame, design: Design) -> Any:
    """Place of each row's cluster in the design. Raises ValueError for one that it does not have."""
    known = pd.MultiIndex.from_frame(design.clusters[[STRATUM, CLUSTER]])
    places = known.get_indexer(pd.MultiIndex.from_frame(table[[STRATUM, CLUSTER]]))
    if (places < 0).any():
        raise ValueError("sums of a cluster that the design does not have")
    return places


def _numerator(table: pd.DataFrame, measure: Measure) -> Array:
    if measure == NET:
        return (table["satisfied"] - table["unsatisfied"]).to_numpy(dtype=np.float64)
    return table["satisfied" if measure == SATISFIED else "score"].to_numpy(dtype=np.float64)


def _square(table: pd.DataFrame, measure: Measure) -> Array:
    if measure == NET:
        return (table["satisfied"] + table["unsatisfied"]).to_numpy(dtype=np.float64)
    return table["satisfied" if measure == SATISFIED else "square"].to_numpy(dtype=np.float64)


def table(found: Estimates, how: Confidence | None = None) -> pd.DataFrame:
    """The keys and value, se, low, high, n (answers), n_clusters, df, deff, method (of the interval).

    deff: variance over that of a simple random sample with replacement of as many answers (Kish); missing for
    means of several items, whose spread among respondents the sums do not tell.
    """
    se, freedom = found.errors(), found.design.freedom(found.reach)
    with np.errstate(divide="ignore", invalid="ignore"):
        simple = np.where(found.n > 1, found.plain / (found.n - 1.0), np.nan)
        effect = np.where(simple > 0.0, se**2 / simple, np.nan)
    measured = Measured(found.value, se, found.n, np.asarray(freedom, dtype=np.float64), effect)
    low, high, method = interval(measured, how or Confidence(), found.measure == SATISFIED)
    clusters = np.asarray(found.reach.sum(axis=0)).ravel()
    counts = (found.n.astype(np.int64), clusters.astype(np.int64), np.asarray(freedom, dtype=np.int64))
    columns = (found.value, se, low, high, *counts, effect, method)
    return found.keys.assign(**dict(zip(FIGURES, columns, strict=True))).reset_index(drop=True)


def contrast_matrix(size: int, rows: Sequence[tuple[int, int, float]], columns: int) -> Any:
    """A sparse matrix (size x columns) from (row, column, factor)."""
    if not rows:
        return sparse.csc_matrix((size, columns))
    row, column, factor = zip(*rows, strict=True)
    return sparse.csc_matrix((factor, (row, column)), shape=(size, columns))
