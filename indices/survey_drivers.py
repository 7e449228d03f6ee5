"""What drives overall satisfaction: importance of each item beside how well it does (Martilla, James 1977).

Overall satisfaction is regressed on the items. All that is needed are sums of products by cluster, one pass
over the answers; errors are design-based (Binder 1983; Lumley 2010, 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from indices.arrays import Array, Mask
from indices.ranking import Integers
from indices.survey_design import Design
from indices.survey_interval import quantile
from indices.survey_sample import CLUSTER, STRATUM, WEIGHT, Sample

# An item of which so little is left when those before it are known tells nothing of its own.
TELLS_NOTHING: Final = 1e-8
FIRST, KEEP, LATER, ENOUGH = "first", "keep", "later", "enough"
DRIVER_COLUMNS: Final = ("slope", "se", "low", "high", "importance", "importance_low", "importance_high")


@dataclass(frozen=True)
class Moments:
    """Sums of weight × a × b by cluster of the design, a, b of constant, items, overall: clusters x k x k.

    `answered`: respondents of each cluster who answered all; `silent`: who did not, and are left out.
    """

    items: tuple[str, ...]
    products: Array
    answered: Integers
    silent: Integers

    @property
    def n(self) -> int:
        """Respondents who answered all."""
        return int(self.answered.sum())

    @property
    def left_out(self) -> int:
        """Respondents who did not."""
        return int(self.silent.sum())

    def of(self, clusters: Mask) -> Moments:
        """Those of some clusters, which are whole strata."""
        return Moments(self.items, self.products[clusters], self.answered[clusters], self.silent[clusters])

    def __add__(self, other: Moments) -> Moments:
        """Two parts of one sample together."""
        sums = (self.products + other.products, self.answered + other.answered, self.silent + other.silent)
        return Moments(self.items, *sums)


def moments(sample: Sample, overall: str, items: Sequence[str], design: Design) -> Moments:
    """The sums of products of one sample. Respondents who left any of the items or `overall` blank are left
    out and counted. Raises ValueError for a cluster that the design does not have."""
    frame = sample.frame
    columns = [frame[code].to_numpy(dtype=np.float64) for code in [*items, overall]]
    weight = frame[WEIGHT].to_numpy(dtype=np.float64)
    counts = np.isfinite(columns).all(axis=0) & (weight > 0.0)
    known = pd.MultiIndex.from_frame(design.clusters[[STRATUM, CLUSTER]])
    everywhere = known.get_indexer(pd.MultiIndex.from_frame(frame[[STRATUM, CLUSTER]]))
    if (everywhere < 0).any():
        raise ValueError("answers of a cluster that the design does not have")
    place, without = everywhere[counts], everywhere[~counts & (weight > 0.0)]
    parts = [np.ones(int(counts.sum())), *(column[counts] for column in columns)]
    size, k = len(design.clusters), len(parts)
    products = np.zeros((size, k, k))
    for a in range(k):
        weighted = weight[counts] * parts[a]
        for b in range(a, k):
            products[:, a, b] = products[:, b, a] = np.bincount(place, weighted * parts[b], size)
    people, silent = (np.bincount(at, minlength=size).astype(np.int64) for at in (place, without))
    return Moments(tuple(items), products, people, silent)


@dataclass(frozen=True)
class Drivers:
    """`table`: code, slope (points of overall for one of the item), its se and interval, importance (slope ×
    spread of the item / spread of overall) and its interval, performance (mean code), what (first | keep |
    later | enough). `dropped`: items that tell nothing of their own. `explained`: R². `n`, `left_out`:
    people.
    """

    table: pd.DataFrame
    dropped: tuple[str, ...]
    explained: float
    n: int
    left_out: int


def drivers(found: Moments, design: Design, level: float = 0.95) -> Drivers:
    """Importance and performance of the items. Raises ValueError where overall does not vary.

    Spreads count as known in the interval of the importance. What to do: `first` what matters more than the
    median item and does worse, `keep` what matters and does well, `later`, `enough` the others.
    """
    whole = found.products.sum(axis=0)
    last = len(whole) - 1
    if last < 2 or not _spread(whole, last) * whole[0, 0] > TELLS_NOTHING * whole[last, last]:
        raise ValueError("nothing to explain: no item, or overall does not vary")
    used = _telling(whole)
    x = [0, *used]
    bread = np.linalg.inv(whole[np.ix_(x, x)])
    slopes = bread @ whole[x, last]
    scores = found.products[:, x, last] - found.products[:, x][:, :, x] @ slopes
    covariance = bread @ design.covariance(scores) @ bread
    errors = np.sqrt(np.diag(covariance))[1:]
    freedom = _freedom(found, design, len(used))
    table = _driver_rows(found, used, slopes[1:], errors, quantile(level, np.array([freedom]))[0])
    residual = whole[last, last] - slopes @ whole[x, last]
    explained = 1.0 - float(residual / (_spread(whole, last) * whole[0, 0]))
    dropped = tuple(code for at, code in enumerate(found.items, 1) if at not in used)
    return Drivers(table, dropped, explained, found.n, found.left_out)


def _freedom(found: Moments, design: Design, items: int) -> float:
    """Clusters less strata less items, as R's survey counts for a regression."""
    reach = (found.products[:, 0, 0] > 0.0).astype(np.float64)[:, None]
    return float(design.freedom(reach)[0]) - items


def _spread(whole: Array, at: int) -> float:
    """Weighted variance of a column."""
    mean = whole[0, at] / whole[0, 0]
    return float(whole[at, at] / whole[0, 0] - mean**2)


def _telling(whole: Array) -> list[int]:
    """Places of the items that are no straight line of the constant and of the items before them."""
    used: list[int] = []
    for at in range(1, len(whole) - 1):
        before = [0, *used]
        known = np.linalg.solve(whole[np.ix_(before, before)], whole[before, at])
        left = whole[at, at] - whole[at, before] @ known
        if left > TELLS_NOTHING * whole[at, at]:
            used.append(at)
    return used


def _driver_rows(
    found: Moments, used: Sequence[int], slopes: Array, errors: Array, reach: float
) -> pd.DataFrame:
    whole = found.products.sum(axis=0)
    scale = np.sqrt([_spread(whole, at) / _spread(whole, len(whole) - 1) for at in used])
    ends = (slopes, errors, slopes - reach * errors, slopes + reach * errors)
    figures = (*ends, slopes * scale, ends[2] * scale, ends[3] * scale)
    table = pd.DataFrame({"code": [found.items[at - 1] for at in used]})
    table = table.assign(**dict(zip(DRIVER_COLUMNS, figures, strict=True)))
    table["performance"] = [whole[0, at] / whole[0, 0] for at in used]
    matters = table["importance"] >= table["importance"].median()
    well = table["performance"] >= table["performance"].median()
    tests = [matters & ~well, matters & well, ~matters & ~well]
    return table.assign(what=np.select([test.to_numpy() for test in tests], [FIRST, KEEP, LATER], ENOUGH))
