"""What the derivation of a cell is read from: its tree, the figures that count, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from indices.assemble import maxima_table, on_component_scale, trees_of
from indices.model import MAIN_VIEW
from indices.normalise import NORMALISATIONS
from indices.registry import Registry
from indices.rules import RULES
from indices.tree import Tree

PREPARED: Final = ("entered", "treatment", "imputed")


@dataclass(frozen=True)
class Cell:
    """Which cell is asked for: keys of the score table."""

    index_code: str
    year: int
    unit_id: str
    component_code: str
    view: str = MAIN_VIEW


@dataclass(frozen=True)
class TraceInputs:
    """What a derivation is read from.

    `values` and `maxima`: units x codes, published figures in component units and the maxima that applied to
    single units. `sources`: facts of one index and year, with the fields of Source by
    unit_id and component_code. `counted`: what is rolled up where that is not `values` (figures on a foreign
    scale left out, prepared leaves in). `prepared`: unit_id, component_code and PREPARED of the leaves.
    """

    tree: Tree
    values: pd.DataFrame
    maxima: pd.DataFrame
    sources: pd.DataFrame
    counted: pd.DataFrame | None = None
    prepared: pd.DataFrame | None = None


def trace_inputs(
    registry: Registry, facts: pd.DataFrame, cell: Cell, prepared: pd.DataFrame | None = None
) -> TraceInputs:
    """Inputs for the index, year and view of a cell from used facts (those of `analysis.AnalysisInputs`).

    Facts of another set of units than the cell's play no part. `prepared`: the prepared leaves (see
    TraceInputs) where the framework prepares them. Raises KeyError for a cell without facts and for a year
    or view without a definition, SourceError for facts no framework can take, ValueError where prepared
    leaves are wanting.
    """
    framework = registry.framework(cell.index_code, cell.year)
    tree = framework.tree(cell.year, cell.view)
    if framework.prepare.asked and prepared is None:
        raise ValueError(f"{framework.id} prepares its leaves: a trace needs them")
    mine = facts[(facts["index_code"] == cell.index_code) & (facts["year"] == cell.year)]
    of_set = mine["unit_set"].isin(mine.loc[mine["unit_id"] == cell.unit_id, "unit_set"])
    mine = mine[of_set]
    if mine.empty:
        raise KeyError(f"{cell.index_code} {cell.year} has nothing of {cell.unit_id}")
    trees = trees_of(registry, mine)[cell.index_code, cell.year]
    scaled = on_component_scale(mine, maxima_table(trees))
    usable = scaled.assign(usable=scaled["published"].mask(scaled["foreign"]))
    columns = ["published", "row_max", "usable"]
    wide = usable.pivot(index="unit_id", columns="component_code", values=columns)
    values, maxima, counted = (pd.DataFrame(wide[name]) for name in columns)
    found = TraceInputs(tree, values, maxima, mine, counted)
    return found if prepared is None else _with_prepared(found, counted, prepared)


def _with_prepared(inputs: TraceInputs, counted: pd.DataFrame, prepared: pd.DataFrame) -> TraceInputs:
    """The inputs with prepared leaves rolled up in place of the published ones; they are divided already."""
    leaves = prepared.pivot(index="unit_id", columns="component_code", values="entered")
    entered = {str(code): leaves[code].reindex(counted.index) for code in leaves.columns}
    nodes = {code: replace(node, denominator="") for code, node in inputs.tree.nodes.items()}
    tree = replace(inputs.tree, nodes=nodes)
    return replace(inputs, tree=tree, counted=counted.assign(**entered), prepared=prepared)


def needs_everyone(tree: Tree) -> bool:
    """Whether a value of one unit depends on the figures of the others, so that a trace must see them all."""
    ways = {node.normalise for node in tree.nodes.values() if node.normalise}
    rules = {node.rule for node in tree.nodes.values() if node.rule}
    return any(NORMALISATIONS[way].relative for way in ways) or any(RULES[rule].relative for rule in rules)
