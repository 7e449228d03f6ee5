"""Audit of an index: do its parts measure one thing, and how much does each part really weigh.

Methods follow the OECD and JRC handbook on composite indicators (2008), steps 4, 6 and 8.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from scipy import special

from indices.model import MAIN_VIEW
from indices.ranking import Integers
from indices.rules import Array
from indices.tree import Tree

Method = Literal["pearson", "spearman", "kendall"]
SIBLING, PARENT = "sibling", "parent"
COLLINEAR, WEAK, NEGATIVE, NO_FLAG = "collinear", "weak", "negative", ""
PAIR_COLUMNS: Final = ("a", "b", "r", "n", "p")
FEWEST_PAIRS: Final = 3


@dataclass(frozen=True)
class Limits:
    """Where a correlation is flagged: above `collinear`, below `weak`, below `negative` (said first)."""

    collinear: float = 0.9
    weak: float = 0.3
    negative: float = -0.4


def correlations(
    left: pd.DataFrame, right: pd.DataFrame | None = None, method: Method = "pearson"
) -> pd.DataFrame:
    """Correlations of every column of `left` with every column of `right`, else of each pair of `left`.

    Frames are units x codes. Long: a, b, r (-1 to 1), n (units with both values), p (two-sided, by the t
    distribution; approximate for ranks). Missing where fewer than three units have both, or one is constant.
    """
    one = left.astype("float64")
    two = one if right is None else right.astype("float64").reindex(one.index)
    both = pd.concat([one, two], axis=1, keys=["a", "b"])
    matrix = both.corr(method=method, min_periods=FEWEST_PAIRS).to_numpy(dtype=np.float64)
    r = matrix[: one.shape[1], one.shape[1] :]
    n = one.notna().to_numpy().astype(np.int64).T @ two.notna().to_numpy().astype(np.int64)
    rows, columns = np.triu_indices(len(r), 1) if right is None else _all_pairs(r.shape)
    return pd.DataFrame(
        {
            "a": one.columns.to_numpy()[rows],
            "b": two.columns.to_numpy()[columns],
            "r": r[rows, columns],
            "n": n[rows, columns],
            "p": p_values(r[rows, columns], n[rows, columns]),
        },
        columns=list(PAIR_COLUMNS),
    )


def _all_pairs(shape: tuple[int, ...]) -> tuple[Integers, Integers]:
    rows, columns = np.indices(shape)
    return rows.ravel(), columns.ravel()


def p_values(r: Array, n: Integers) -> Array:
    """Two-sided p of a correlation `r` of `n` pairs: t = r √((n − 2) / (1 − r²)) with n − 2 degrees."""
    freedom = np.maximum(n - 2, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(r) * np.sqrt(freedom / np.maximum(1.0 - r**2, 0.0))
    return np.asarray(np.where(n > 2, 2.0 * special.stdtr(freedom, -t), np.nan))


def correlation_flags(
    tree: Tree, values: pd.DataFrame, limits: Limits | None = None, method: Method = "pearson"
) -> pd.DataFrame:
    """Correlations inside each branch, flagged: siblings with each other, children with their parent.

    `values`: units x codes of the tree, in their own units; where less is better columns are turned
    round. Long: kind (sibling | parent), parent, a, b, r, n, p, flag (collinear | weak | negative | "").
    A weak or negative correlation means that the average hides the part; a collinear pair counts twice.
    """
    found = oriented(tree, values)
    parts = [part for code in tree.inner() for part in _branch(tree, code, found, method)]
    columns = ["kind", "parent", *PAIR_COLUMNS]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return rows[columns].assign(flag=flags(rows["r"], limits or Limits()))


def _branch(tree: Tree, code: str, values: pd.DataFrame, method: Method) -> Iterator[pd.DataFrame]:
    children = [child for child in tree.nodes[code].children if child in values]
    if len(children) > 1:
        yield correlations(values[children], method=method).assign(kind=SIBLING, parent=code)
    if children and code in values:
        yield correlations(values[children], values[[code]], method).assign(kind=PARENT, parent=code)


def oriented(tree: Tree, values: pd.DataFrame) -> pd.DataFrame:
    """The columns of `values` that are nodes of the tree, with the sign turned where less is better."""
    known = [code for code in tree.nodes if code in values]
    signs = pd.Series({code: -1.0 if tree.nodes[code].direction == "-" else 1.0 for code in known})
    return values[known].astype("float64").mul(signs, axis="columns")


def flags(r: pd.Series, limits: Limits) -> pd.Series:
    """Flag of each correlation; none where it is missing."""
    tests = [r < limits.negative, r < limits.weak, r > limits.collinear]
    names = np.select([test.to_numpy() for test in tests], [NEGATIVE, WEAK, COLLINEAR], NO_FLAG)
    return pd.Series(names, index=r.index, dtype="str")


def cronbach_alpha(values: pd.DataFrame) -> float:
    """Cronbach's alpha of the columns of `values` (units x items): k / (k − 1) × (1 − Σ var_i / Σ cov_ij).

    Covariances of the units that have both values. No unit; NaN for fewer than two items or no variance.
    """
    covariance = values.astype("float64").cov().to_numpy()
    items, whole = len(covariance), float(covariance.sum())
    if items < 2 or not whole or np.isnan(whole):
        return float("nan")
    return items / (items - 1) * (1.0 - float(np.trace(covariance)) / whole)


def alphas(tree: Tree, values: pd.DataFrame) -> pd.DataFrame:
    """Cronbach's alpha of every branch with two children or more: code, items, units, alpha.

    Columns of `values` where less is better are turned round first.
    """
    found = oriented(tree, values)
    rows = []
    for code in tree.inner():
        children = [child for child in tree.nodes[code].children if child in found]
        if len(children) > 1:
            units = int(found[children].notna().any(axis=1).sum())
            rows.append((code, len(children), units, cronbach_alpha(found[children])))
    return pd.DataFrame(rows, columns=["code", "items", "units", "alpha"])


def index_correlations(
    score: pd.DataFrame, year: int, method: Method = "spearman", fewest: int = 10
) -> pd.DataFrame:
    """Correlations between the totals of the indices over the units of one year, pairs as in `correlations`.

    `score` is the table of `analysis.analyse`. Units are matched by id, so old and new provinces never meet.
    r and p are missing where fewer than `fewest` units have both totals.
    """
    totals = score[
        (score["year"] == year)
        & (score["view"] == MAIN_VIEW)
        & (score["component_code"] == score["index_code"])
        & score["value"].notna()
    ]
    wide = totals.pivot(index="unit_id", columns="index_code", values="value")
    pairs = correlations(wide, method=method)
    enough = pairs["n"] >= fewest
    return pairs.assign(r=pairs["r"].where(enough), p=pairs["p"].where(enough))
