"""Figures on the scale of their components: a percentage of a field beside points of that field.

The same rules as `indices.assemble.on_component_scale`, for the columns that the checks need; a test compares
the two.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from indices.assemble import PER_UNIT_MAXIMUM
from indices.reconcile import half_units
from indices.tree import Node


def on_scale(rows: pd.DataFrame, nodes: dict[int, dict[str, Node]]) -> pd.DataFrame:
    """Rows of one index with `value` on the scale of their component, `half_unit` of its rounding and
    `row_max`, the maximum of the row where it is not that of the component.

    A figure that stays on another scale than its component has no value. `nodes`: components of each year.
    """
    keys = list(zip(rows["year"].to_numpy().tolist(), rows["component_code"], strict=True))
    maxima = {(year, code): node.max_score for year, known in nodes.items() for code, node in known.items()}
    own = {
        (year, code): has_own_maximum(node, known)
        for year, known in nodes.items()
        for code, node in known.items()
    }
    component = np.array([maxima[key] for key in keys], dtype="float64")
    free = np.array([own[key] for key in keys], dtype=bool)
    printed = rows["max_score"].to_numpy(dtype="float64", na_value=np.nan)
    other = ~np.isnan(printed) & (printed != component)
    turned = other & ~np.isnan(component) & ~free
    factor = np.divide(component, printed, out=np.ones_like(printed), where=turned)
    published = rows["published"].to_numpy(dtype="float64", na_value=np.nan)
    return rows.assign(
        value=np.where(other & ~turned & ~free, np.nan, published * factor),
        half_unit=half_units(_longest_decimals(rows)).to_numpy() * factor,
        row_max=np.where(other & ~turned, printed, np.nan),
    )


def _longest_decimals(rows: pd.DataFrame) -> pd.Series[float]:
    """The decimals of the longest figure of each component and year: 0.50 is often written 0.5."""
    return rows.groupby(["year", "component_code"], sort=False)["decimals"].transform("max")


def has_own_maximum(node: Node, nodes: dict[str, Node]) -> bool:
    """Whether the maximum of the component differs from unit to unit."""
    return node.parent in nodes and nodes[node.parent].rule == PER_UNIT_MAXIMUM
