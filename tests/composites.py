"""Small and large trees for tests of the engine: built from tables, no definition folder needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from indices.model import Component
from indices.tree import Tree, build_tree

ROOT = "T"


def component(code: str, parent: str = "", **numbers: Any) -> Component:
    """A component row with the numbers given, trusted."""
    level = "index" if not parent else "indicator"
    return Component(
        code=code, parent=parent, level=level, name_vi=code, name_en=code, status="proven", **numbers
    )


def tree_of(components: Sequence[Component], missing: str = "refuse") -> Tree:
    """The main tree of the components; the root is called T."""
    return build_tree(("made", ROOT, missing), 1, components, [])


def points_tree(maxima: dict[str, float]) -> Tree:
    """Points that add up."""
    top = component(ROOT, rule="sum_points", min_score=0.0, max_score=sum(maxima.values()))
    return tree_of([top, *(component(c, ROOT, min_score=0.0, max_score=m) for c, m in maxima.items())])


def means_tree(weights: dict[str, float], factor: float = 1.0, missing: str = "refuse") -> Tree:
    """A weighted mean of children between 1 and 10."""
    top = component(ROOT, rule="weighted_mean", factor=factor, min_score=0.0, max_score=10.0 * factor)
    kids = [component(c, ROOT, min_score=1.0, max_score=10.0, weight=w) for c, w in weights.items()]
    return tree_of([top, *kids], missing)


def four_levels(
    n_inputs: int = 49, groups: int = 8, missing: str = "refuse", normalise: str = "min_max"
) -> Tree:
    """Total, two halves, `groups` pillars, `n_inputs` indicators (min-max onto 0-1, each fifth reversed)."""
    rows = [component(ROOT, rule="weighted_mean", factor=100.0)]
    rows += [component(f"H{half}", ROOT, rule="weighted_mean", weight=1.0 + half) for half in range(2)]
    per = np.array_split(np.arange(n_inputs), groups)
    for group, inputs in enumerate(per):
        rule = {"rule": "rescaled_sum", "factor": 1.0, "offset": 0.0, "span": 1.0}
        rows.append(component(f"P{group}", f"H{group * 2 // groups}", weight=1.0, **rule))
        for number in inputs:
            low, high, sign = 0.0, 10.0 + number % 7, "-" if number % 5 == 4 else "+"
            one = {"normalise": normalise, "ref_min": low, "ref_max": high, "direction": sign}
            one |= {"min_score": low, "max_score": high}
            rows.append(component(f"I{number:03d}", f"P{group}", weight=1.0 / len(inputs), **one))
    return tree_of(rows, missing)


BENT: dict[int, dict[str, Any]] = {
    0: {"normalise": "goalposts"},
    1: {"normalise": "goalposts", "ref_max": 8.0},
    2: {"normalise": "goalposts", "log": "1"},
    3: {"normalise": "bands", "bands": "0:0.1;4:0.3;6:0.7;9:1"},
    4: {"normalise": "goalposts", "direction": "-"},
}


def bent_levels(n_inputs: int = 49, groups: int = 8) -> Tree:
    """Geometric mean of two halves of pillars of indicators: goalposts, caps, logarithms, bands in turn."""
    rows = [component(ROOT, rule="geometric_mean", factor=100.0)]
    rows += [component(f"H{half}", ROOT, rule="arithmetic_mean", weight=1.0 + half) for half in range(2)]
    for group, inputs in enumerate(np.array_split(np.arange(n_inputs), groups)):
        rows.append(component(f"P{group}", f"H{group * 2 // groups}", weight=1.0, rule="arithmetic_mean"))
        for number in inputs:
            high = 10.0 + number % 7
            one = {"ref_min": 1.0, "ref_max": high, "min_score": 1.0, "max_score": high}
            rows.append(component(f"I{number:03d}", f"P{group}", weight=1.0, **(one | BENT[number % 5])))
    return tree_of(rows)


def generated(tree: Tree, n_units: int = 51, seed: int = 5) -> pd.DataFrame:
    """Values of all leaves inside their reference ranges, with a common part (so ranks mean something)."""
    random = np.random.default_rng(seed)
    good = random.normal(size=n_units)
    columns = {}
    for code in tree.leaves():
        node = tree.nodes[code]
        share = 1.0 / (1.0 + np.exp(-(good + random.normal(size=n_units))))
        share = 1.0 - share if node.direction == "-" else share
        low = node.ref_min if node.ref_min is not None else node.min_score or 0.0
        high = node.ref_max if node.ref_max is not None else node.max_score or 1.0
        columns[code] = low + share * (high - low)
    return pd.DataFrame(columns, index=[f"u{number:03d}" for number in range(n_units)])


def half_units(values: pd.DataFrame, decimals: int) -> pd.DataFrame:
    """Half of the last published decimal, the same for every cell."""
    return pd.DataFrame(0.5 * 10.0**-decimals, index=values.index, columns=values.columns)
