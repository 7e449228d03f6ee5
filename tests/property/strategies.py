"""Generated trees and figures for the engine: up to three levels, the rules that take many children."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from indices.tree import Tree
from tests.spec.samples import INDEX, component, framework, raw

RULES = ("sum_points", "weighted_mean", "weighted_sum", "rescaled_sum")
LOW, HIGH = 0.0, 10.0


@dataclass(frozen=True)
class Scene:
    """A tree of one year and figures of its leaves, units x codes (NaN = not published)."""

    tree: Tree
    values: pd.DataFrame


def numbers(low: float = LOW, high: float = HIGH) -> st.SearchStrategy[float]:
    """Figures with two decimals."""
    return st.integers(round(low * 100), round(high * 100)).map(lambda n: n / 100)


@st.composite
def scenes(draw: st.DrawFn, missing: str = "refuse", holes: bool = True) -> Scene:
    """A random tree (root, up to four branches, up to four leaves each) with random figures."""
    rows: list[dict[str, str]] = []
    leaves: list[str] = []
    rows.append(_inner(draw, INDEX, "", "index"))
    for number in range(draw(st.integers(1, 4))):
        branch = f"B{number}"
        n_leaves = draw(st.integers(0, 4))
        rows.append(_inner(draw, branch, INDEX) if n_leaves else _leaf(draw, branch, INDEX))
        names = [f"{branch}.{leaf}" for leaf in range(n_leaves)]
        rows += [_leaf(draw, name, branch) for name in names]
        leaves += names or [branch]
    tree = framework(raw(rows, years=[1], missing=missing)).tree(1)
    cell = st.none() | numbers() if holes else numbers()
    n_units = draw(st.integers(1, 5))
    figures = {leaf: draw(st.lists(cell, min_size=n_units, max_size=n_units)) for leaf in leaves}
    index = [f"63:{number:02}" for number in range(1, n_units + 1)]
    return Scene(tree, pd.DataFrame(figures, index=index, dtype=np.float64))


def _child_cells(draw: st.DrawFn) -> dict[str, Any]:
    cells: dict[str, Any] = {"weight": draw(numbers(0, 3)), "direction": draw(st.sampled_from("+-"))}
    return cells | {"normalise": "min_max", "ref_min": LOW, "ref_max": draw(numbers(HIGH, 2 * HIGH))}


def _leaf(draw: st.DrawFn, code: str, parent: str) -> dict[str, str]:
    return component(code, parent, **_child_cells(draw))


def _inner(draw: st.DrawFn, code: str, parent: str, level: str = "field") -> dict[str, str]:
    own = {"rule": draw(st.sampled_from(RULES)), "factor": draw(numbers(0.5, 2)), "offset": 1, "span": 9}
    cells = _child_cells(draw) if parent else {}
    return component(code, parent, level, **(cells | own))
