"""Puts used facts on the scale of their component, rolls every tree up, and lays both side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import pandas as pd

from indices.errors import Problem, SourceError
from indices.framework import Framework
from indices.model import MAIN_VIEW, Preparation
from indices.prepare import count_imputed, prepare
from indices.reconcile import half_units
from indices.registry import Registry
from indices.scoring import Scored, influence, score
from indices.tree import Node, Tree

CELL: Final = ["index_code", "year", "component_code"]
UNIT_CELL: Final = [*CELL, "unit_id"]
ROW: Final = ["index_code", "year", "view", "component_code"]
LEVEL: Final = ["index_code", "year", "view", "level", "depth"]
PER_UNIT_MAXIMUM: Final = "applicable_ratio"
FACT_COLUMNS: Final = (
    "published", "decimals", "half_unit", "row_max", "foreign", "summed", "published_rank", "self_score",
    "source_id", "place", "note",
)  # fmt: skip
SCORED_COLUMNS: Final = (
    "unit_id", "component_code", "recomputed", "bound", "entered", "treatment", "imputed", "n_imputed",
)  # fmt: skip
NODE_FIELDS: Final = (
    "parent", "level", "depth", "order", "min_score", "max_score", "direction", "status",
)  # fmt: skip


def long_rows(registry: Registry, facts: pd.DataFrame, units: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row per index, year, view, component and unit that has a fact or a recomputed value.

    Holds the node's own columns, `published` in the component's unit, `recomputed`, `bound` (rounding) and
    `max_score` (the row's own where it differs; `foreign` where that is not even of the component). Where the
    framework prepares its leaves also `entered`, `treatment`, `imputed` (see prepare.py) and `n_imputed`;
    `units` (unit_id and the columns that frameworks group by) is needed for grouped imputation. Raises
    SourceError for facts that no framework can take.
    """
    trees = trees_of(registry, facts)
    nodes = node_table(registry, trees)
    scaled = on_component_scale(facts, nodes)
    asked = {f.id: f.prepare for f in registry.frameworks}
    scored = [
        _scored_long(tree, table, asked[tree.framework_id], _groups(asked[tree.framework_id], units))
        for tree, table in _tables(trees, scaled)
    ]
    columns = [*UNIT_CELL, "unit_set", *FACT_COLUMNS]
    placed = scaled[columns].merge(nodes[[*ROW, "is_total"]], on=CELL, how="inner").drop(columns="is_total")
    unit_sets = dict(zip(facts["unit_id"], facts["unit_set"], strict=True))
    rows = placed.merge(pd.concat(scored, ignore_index=True), on=[*ROW, "unit_id"], how="outer")
    rows = rows.assign(unit_set=rows["unit_set"].fillna(rows["unit_id"].map(unit_sets)))
    rows = rows.merge(nodes, on=ROW, how="left", validate="many_to_one")
    foreign, summed = (
        rows[name].astype("boolean").fillna(False).astype(bool) for name in ("foreign", "summed")
    )
    return rows.assign(
        foreign=foreign,
        summed=summed,
        recomputed=rows["recomputed"].mask(foreign),
        scale=rows["row_max"].fillna(0.0),
        max_score=rows["row_max"].fillna(rows["max_score"]),
        bound=rows["bound"] + rows["half_unit"].fillna(0.0),
    )


def trees_of(registry: Registry, facts: pd.DataFrame) -> dict[tuple[str, int], list[Tree]]:
    """The trees (main and views) of every index and year among the facts. Raises SourceError."""
    problems: list[Problem] = []
    trees: dict[tuple[str, int], list[Tree]] = {}
    for index, year in facts[["index_code", "year"]].drop_duplicates().itertuples(index=False):
        try:
            trees[index, int(year)] = registry.framework(index, int(year)).trees(int(year))
        except KeyError as error:
            problems.append(Problem(str(error.args[0]), expected="a definition that covers the year"))
    known = {(*key, code) for key, found in trees.items() for tree in found for code in tree.nodes}
    cells = set(facts[CELL].drop_duplicates().itertuples(index=False, name=None))
    for index, year, code in sorted(cells - known):
        if (index, year) in trees:
            problems.append(Problem("unknown component", f"{index} {year}", found=str(code)))
    twice = facts[facts.duplicated(UNIT_CELL)]
    for row in twice[UNIT_CELL].drop_duplicates().itertuples(index=False, name=None):
        problems.append(Problem("two used values for one cell", found=" ".join(map(str, row))))
    if problems:
        raise SourceError(problems)
    return trees


def node_table(registry: Registry, trees: dict[tuple[str, int], list[Tree]]) -> pd.DataFrame:
    """Every node of the trees as a row, with its level's `tolerance` and its `influence` on the index."""
    records = [
        record
        for (index, year), found in trees.items()
        for tree in found
        for record in _node_records(registry.framework(index, year), tree)
    ]
    table = pd.DataFrame.from_records(records)
    numbers = ["min_score", "max_score", "influence", "tolerance"]
    table[numbers] = table[numbers].astype("float64")
    table = table.rename(columns={"parent": "parent_code", "order": "order_no"})
    level = table.groupby(LEVEL, sort=False)["influence"]
    return table.assign(
        level_nodes=(table["influence"] != 0).groupby([table[name] for name in LEVEL]).transform("sum"),
        level_pull=level.transform("count") == level.transform("size"),
    )


def _node_records(framework: Framework, tree: Tree) -> list[dict[str, object]]:
    pull = influence(tree)
    return [
        {
            "index_code": tree.index,
            "framework_id": tree.framework_id,
            "year": tree.year,
            "view": tree.view,
            "component_code": code,
            **{name: getattr(node, name) for name in NODE_FIELDS},
            "tolerance": framework.tolerated(node.level),
            "is_total": code == tree.index,
            "influence": pull[code],
            "own_maximum": _own_maximum(tree, node),
        }
        for code, node in tree.nodes.items()
    ]


def _own_maximum(tree: Tree, node: Node) -> bool:
    """Whether each unit has a maximum of its own for the node."""
    return bool(node.parent) and tree.nodes[node.parent].rule == PER_UNIT_MAXIMUM


def maxima_table(trees: Iterable[Tree]) -> pd.DataFrame:
    """The part of `node_table` that `on_component_scale` needs."""
    names = [*ROW, "max_score", "own_maximum"]
    records = [
        (tree.index, tree.year, tree.view, code, node.max_score, _own_maximum(tree, node))
        for tree in trees
        for code, node in tree.nodes.items()
    ]
    return pd.DataFrame.from_records(records, columns=names).astype({"max_score": "float64"})


def on_component_scale(facts: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Facts with `published` in the component's own unit, `half_unit` of rounding and `row_max`.

    A value printed on another maximum (percent of a field) is turned into points where the component's
    maximum is known; else, and where the maximum is the unit's own, it keeps the printed maximum
    (`row_max`). `foreign` marks values so left on another scale than their component: no rule can use them.
    """
    of_cell = nodes.sort_values("view", key=lambda view: view != MAIN_VIEW).drop_duplicates(CELL)
    own = of_cell[[*CELL, "max_score", "own_maximum"]].rename(columns={"max_score": "component_max"})
    rows = facts.merge(own, on=CELL, how="left")
    other = rows["max_score"].notna() & (rows["max_score"] != rows["component_max"])
    turned = other & rows["component_max"].notna() & ~rows["own_maximum"].astype(bool)
    up, down = rows["component_max"].where(turned, 1.0), rows["max_score"].where(turned, 1.0)
    half = half_units(_column_decimals(rows)) * up / down
    decimals = rows["decimals"].astype("Int64")
    return rows.assign(
        published=rows["published"].astype("float64") * up / down,
        half_unit=half,
        decimals=decimals.mask(turned, _decimals_of(half)),
        row_max=rows["max_score"].where(other & ~turned),
        foreign=other & ~turned & ~rows["own_maximum"].astype(bool),
        summed=rows.get("summed", False),
        self_score=_self_scores(rows, other & ~turned),
    )


def _self_scores(rows: pd.DataFrame, kept: pd.Series) -> pd.Series:
    """What units gave themselves, on the scale of the row's value; missing where it stands on another one.

    `self_max` is the maximum the score was given on, missing for the component's own. `kept`: rows whose
    value keeps the maximum it was printed on.
    """
    if "self_score" not in rows:
        return pd.Series(np.nan, index=rows.index)
    own, wanted = rows["component_max"], rows["max_score"].where(kept, rows["component_max"])
    given = rows["self_max"].fillna(own)
    alike = (given == wanted) | (given.isna() & wanted.isna())
    turned = (rows["self_score"] * wanted / given).where(~rows["own_maximum"].astype(bool))
    return rows["self_score"].where(alike, turned)


def _column_decimals(rows: pd.DataFrame) -> pd.Series:
    """Decimals that a source prints a component with: its longest cell, since 0.50 is often written 0.5."""
    column = rows.groupby([*CELL, "source_id"], sort=False, dropna=False)["decimals"]
    return column.transform("max")


def _decimals_of(half: pd.Series) -> pd.Series:
    """Decimals worth showing of a value known to half a unit: 0.005 gives 2."""
    steps = half.where(half > 0).mul(2.0)
    places: pd.Series = -np.log10(steps)
    return places.round().clip(lower=0).astype("Int64")


def _tables(
    trees: dict[tuple[str, int], list[Tree]], scaled: pd.DataFrame
) -> Iterator[tuple[Tree, pd.DataFrame]]:
    """Each tree with the pivots of its index and year: units x (published | half_unit | row_max, code).

    One pivot a set of units: what compares units must never see two sets at once.
    """
    wide = ["published", "half_unit", "row_max"]
    usable = scaled.assign(published=scaled["published"].mask(scaled["foreign"]))
    parts = dict(iter(usable.groupby(["index_code", "year"], sort=False)))
    for key, found in trees.items():
        for _, rows in parts[key].groupby("unit_set", sort=False):
            table = rows.pivot(index="unit_id", columns="component_code", values=wide)
            for tree in found:
                yield tree, table


def _groups(asked: Preparation, units: pd.DataFrame | None) -> pd.Series | None:
    """The group of every unit that a framework imputes by; a blank one is no group.

    The owner of a unit (what stands before its own code) belongs to its group: one name in two provinces is
    two groups, as in `analysis`.
    """
    if not asked.groups or units is None:
        return None
    found = units.drop_duplicates("unit_id").set_index("unit_id")[asked.groups].astype("str")
    owner = found.index.to_series().str.rpartition(":")[0]
    return (owner + ":" + found).where(found.notna() & (found != ""))


def _scored_long(
    tree: Tree, table: pd.DataFrame, asked: Preparation, groups: pd.Series | None
) -> pd.DataFrame:
    """What was computed of one tree, one row a unit and code: recomputed values with their bounds, and
    prepared leaves.
    """
    published, half_unit, row_max = (
        pd.DataFrame(table[name]) for name in ("published", "half_unit", "row_max")
    )
    ready = prepare(tree, published, asked, groups)
    found: Scored = score(ready.tree, ready.values, half_unit, row_max)
    values = found.values.to_numpy()
    units, codes = np.nonzero(~np.isnan(values))
    rows = pd.DataFrame(
        {
            "component_code": pd.array(found.values.columns.to_numpy(dtype=object)[codes], dtype="str"),
            "unit_id": pd.array(table.index.to_numpy(dtype=object)[units], dtype="str"),
            "recomputed": values[units, codes],
            "bound": found.bounds.to_numpy()[units, codes],
        }
    )
    cells = ready.cells
    if len(cells):
        counts = count_imputed(tree, published, cells)[list(found.values.columns)].to_numpy()
        rows = pd.concat([rows.assign(n_imputed=counts[units, codes]), cells], ignore_index=True)
    return rows.reindex(columns=list(SCORED_COLUMNS)).assign(
        index_code=tree.index, year=tree.year, view=tree.view
    )
