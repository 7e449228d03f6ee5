"""Leaves of one tree, filled and treated as the framework asks, and what was done to each cell.

What was published stays as it is: a filled or treated figure only enters the roll-up, under its own name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from indices.arrays import Array
from indices.model import Preparation
from indices.outliers import NONE, WINSORISED, Shape
from indices.pipeline import Processing, Ready, make_ready
from indices.tree import Tree

IMPUTED: Final = "imputed"
CELL_COLUMNS: Final = ("unit_id", "component_code", "entered", "treatment", "imputed", "n_imputed")


@dataclass(frozen=True)
class Prepared:
    """A tree and the values (units x codes) to roll up in place of the published ones.

    `tree` has no denominators left, since the leaves are divided already. `cells`: a row a leaf and unit
    (CELL_COLUMNS): `entered`, the figure as it enters the scale; `treatment`, what was done to it (";"
    between several, blank: nothing); `imputed`, the filled figure in the component's own unit (NaN where it
    was not filled, or the unit's denominator is not known).
    """

    tree: Tree
    values: pd.DataFrame
    cells: pd.DataFrame


def prepare(tree: Tree, values: pd.DataFrame, asked: Preparation, groups: pd.Series | None) -> Prepared:
    """Fill and treat the leaves among `values` (units x codes of one unit set).

    `groups`: each unit's group, for the policies that need one. Units without any leaf are not filled.
    """
    leaves = [code for code in tree.leaves() if code in values]
    if not (asked.asked and leaves):
        return Prepared(tree, values, pd.DataFrame(columns=list(CELL_COLUMNS)))
    some = values[values[leaves].notna().any(axis=1)]
    ready = make_ready(tree, some, _processing(asked), groups)
    entered = ready.treated.reindex(values.index)
    plain = {code: replace(node, denominator="") for code, node in tree.nodes.items()}
    return Prepared(
        replace(tree, nodes=plain),
        values.assign(**{str(code): entered[code] for code in entered.columns}),
        _cells(tree, some, ready),
    )


def _processing(asked: Preparation) -> Processing:
    limits = asked.outliers
    shape = Shape(limits.skew, limits.kurtosis, limits.points) if limits else None
    return Processing(asked.impute or "refuse", shape, asked.coverage)


def _cells(tree: Tree, values: pd.DataFrame, ready: Ready) -> pd.DataFrame:
    entered = ready.treated.to_numpy(dtype=np.float64)
    units, codes = np.nonzero(~np.isnan(entered))
    filled = (ready.denominated.reindex(ready.imputed.index).isna() & ready.imputed.notna()).to_numpy()
    told = np.where(filled, IMPUTED, "").astype(object)
    for column, code in enumerate(ready.treated.columns):
        done = str(ready.report.loc[code, "treatment"]) if len(ready.report) else NONE
        moved = ready.treated[code].to_numpy() != ready.imputed[code].to_numpy()
        touched = moved if done == WINSORISED else np.full(len(entered), done != NONE)
        told[touched, column] = [f"{text};{done}".lstrip(";") for text in told[touched, column]]
    own = ready.imputed.to_numpy(dtype=np.float64) * _denominators(tree, values, ready)
    return pd.DataFrame(
        {
            "unit_id": pd.array(ready.treated.index.to_numpy(dtype=object)[units], dtype="str"),
            "component_code": pd.array(ready.treated.columns.to_numpy(dtype=object)[codes], dtype="str"),
            "entered": entered[units, codes],
            "treatment": pd.array(told[units, codes], dtype="str"),
            "imputed": np.where(filled, own, np.nan)[units, codes],
            "n_imputed": filled[units, codes].astype("int64"),
        }
    )


def _denominators(tree: Tree, values: pd.DataFrame, ready: Ready) -> Array:
    """What each leaf was divided by (units x leaves); 1 where by nothing."""
    names = [tree.nodes[str(code)].denominator for code in ready.treated.columns]
    known = values.reindex(index=ready.treated.index)
    nothing = np.ones(len(known))
    columns = [known.get(name, pd.Series(np.nan, known.index)) if name else nothing for name in names]
    return np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])


def count_imputed(tree: Tree, values: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """How many filled leaves the recomputed value of each inner node rests on (units x inner codes).

    `values`: published (units x codes): a child that was published hides what lies below it, and one of
    weight zero does not count.
    """
    wide = cells.pivot(index="unit_id", columns="component_code", values="n_imputed")
    counts = wide.reindex(index=values.index, columns=list(tree.nodes)).fillna(0.0)
    for code in tree.inner():
        parts = [child.code for child in tree.children(code) if child.weight != 0]
        hidden = values.reindex(columns=parts).notna()
        counts[code] = counts[parts].where(~hidden, 0.0).sum(axis=1)
    return counts[tree.inner()].astype("int64")
