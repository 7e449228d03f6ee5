"""A whole index from raw indicators: denominate, impute, treat, normalise, aggregate by level, on one tree.

Each stage is kept, so that any of them can be shown or checked. Rules, weights, scales and denominators are
those of the framework; what is done to the table before it is rolled up stands in `Processing`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from indices.missing import covered, impute
from indices.normalise import normalise
from indices.outliers import Shape, treat
from indices.scoring import denominate, recompute, scale_of
from indices.tree import Node, Tree


@dataclass(frozen=True)
class Processing:
    """What is done to raw figures. `impute`: a policy of missing.py. `treat`: limits of outliers, None: none.

    `coverage`: units with a smaller part of the indicators are left out (0: none is).
    """

    impute: str = "refuse"
    treat: Shape | None = None
    coverage: float = 0.0


@dataclass(frozen=True)
class Ready:
    """Leaves (units x codes) ready to be brought to scales, after each step; `report`: see `outliers`."""

    denominated: pd.DataFrame
    imputed: pd.DataFrame
    treated: pd.DataFrame
    report: pd.DataFrame


@dataclass(frozen=True)
class Stages:
    """Units x codes after each stage. `aggregated`: the inner nodes; `report`: what was done to outliers."""

    denominated: pd.DataFrame
    imputed: pd.DataFrame
    treated: pd.DataFrame
    normalised: pd.DataFrame
    aggregated: pd.DataFrame
    report: pd.DataFrame


def run(
    tree: Tree, raw: pd.DataFrame, processing: Processing = Processing(), groups: pd.Series | None = None
) -> Stages:
    """Every stage of an index from raw figures (units x codes, denominators among the codes).

    `groups`: each unit's group, for policies that fill from it. Raises KeyError for an unknown policy,
    ValueError where groups are needed and not given.
    """
    found = make_ready(tree, raw, processing, groups)
    normalised = normalise_leaves(tree, found.treated)
    aggregated = recompute(ready_tree(tree), normalised)
    return Stages(
        found.denominated, found.imputed, found.treated, normalised, aggregated, report=found.report
    )


def make_ready(
    tree: Tree, raw: pd.DataFrame, processing: Processing, groups: pd.Series | None = None
) -> Ready:
    """The first stages of `run`: the leaves divided, filled and treated; units with too few are left out."""
    leaves = [code for code in indicators(tree) if code in raw]
    denominated = denominate(tree, raw)[leaves]
    known = covered(denominated, processing.coverage)
    imputed = impute(known, processing.impute, groups)
    if processing.treat is None:
        return Ready(denominated, imputed, imputed, pd.DataFrame())
    treated = treat(imputed, processing.treat)
    return Ready(denominated, imputed, treated.values, treated.report)


def indicators(tree: Tree) -> list[str]:
    """Leaves that count: all but denominators of weight zero."""
    below = {node.denominator for node in tree.nodes.values()}
    return [code for code in tree.leaves() if code not in below or tree.nodes[code].weight]


def normalise_leaves(tree: Tree, values: pd.DataFrame) -> pd.DataFrame:
    """Leaves (units x codes) on the scales that the definition names; those without one as they are."""
    return pd.DataFrame(
        {code: _on_scale(tree.nodes[str(code)], values[code]) for code in values.columns}, index=values.index
    )


def _on_scale(node: Node, figures: pd.Series) -> pd.Series:
    if not node.normalise:
        return figures
    found = normalise(figures.to_numpy(dtype="float64"), scale_of(node))
    return pd.Series(found, index=figures.index)


def ready_tree(tree: Tree) -> Tree:
    """The tree over leaves that are on their scales already: rules and weights only."""
    blank: dict[str, Any] = {"normalise": "", "direction": "+", "denominator": "", "log": "", "cap": ""}
    nodes = {
        code: node if node.children else replace(node, **blank, range_min=None, range_max=None)
        for code, node in tree.nodes.items()
    }
    return replace(tree, nodes=nodes)


def with_scale(tree: Tree, **settings: Any) -> Tree:
    """The tree with other scale settings on every leaf (`normalise`, `range_min`, `target` ...)."""
    nodes = {code: node if node.children else replace(node, **settings) for code, node in tree.nodes.items()}
    return replace(tree, nodes=nodes)


def with_rule(tree: Tree, rule: str) -> Tree:
    """The tree with another rule at every inner node."""
    nodes = {code: replace(node, rule=rule) if node.children else node for code, node in tree.nodes.items()}
    return replace(tree, nodes=nodes)
