"""Figures on the scale of their components: a percentage of a field beside points of that field."""

from __future__ import annotations

import pandas as pd

from indices.assemble import PER_UNIT_MAXIMUM, on_component_scale
from indices.model import MAIN_VIEW
from indices.tree import Node


def on_scale(rows: pd.DataFrame, nodes: dict[int, dict[str, Node]]) -> pd.DataFrame:
    """Rows of one index with `value` on the scale of their component, `half_unit` of its rounding, `row_max`
    and `foreign` (see `indices.assemble.on_component_scale`); a figure left on a foreign scale has no value.

    `nodes`: the components of each year.
    """
    index = str(rows["index_code"].iloc[0]) if len(rows) else ""
    table = pd.DataFrame(
        [
            (index, year, code, MAIN_VIEW, node.max_score, has_own_maximum(node, known))
            for year, known in nodes.items()
            for code, node in known.items()
        ],
        columns=["index_code", "year", "component_code", "view", "max_score", "own_maximum"],
    )
    table = table.astype({"max_score": "float64", "year": "int64", "own_maximum": "bool"})
    scaled = on_component_scale(rows, table)
    return scaled.assign(value=scaled["published"].mask(scaled["foreign"]))


def has_own_maximum(node: Node, nodes: dict[str, Node]) -> bool:
    """Whether the maximum of the component differs from unit to unit."""
    return node.parent in nodes and nodes[node.parent].rule == PER_UNIT_MAXIMUM
