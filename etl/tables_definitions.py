"""Tables of a release that tell what an index is made of: indices, frameworks, components, comparability."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd

from etl.definitions import Definitions
from etl.formulas import formula
from etl.numbers import to_integer
from indices.framework import Framework
from indices.registry import IndexInfo, Registry
from indices.tree import Node, Tree


def definition_tables(definitions: Definitions, registry: Registry) -> dict[str, pd.DataFrame]:
    """Frames of the tables index_info, framework, component and comparability."""
    return {
        "index_info": pd.DataFrame([_index_row(info) for info in registry.indices]),
        "framework": pd.DataFrame([_framework_row(framework) for framework in registry.frameworks]),
        "component": component_table(registry),
        "comparability": _comparability(definitions.comparability),
    }


def _index_row(info: IndexInfo) -> dict[str, Any]:
    names = ("index_code", "short_name_vi", "short_name_en", "name_vi", "name_en")
    more = ("publisher_vi", "publisher_en", "leader_card", "scope", "first_year", "about_vi", "about_en")
    return {"order_no": info.order, **{name: getattr(info, name) for name in (*names, *more)}}


def _framework_row(framework: Framework) -> dict[str, Any]:
    scale, ranking = framework.scale, framework.ranking
    return {
        "framework_id": framework.id,
        "index_code": framework.index,
        "name_vi": framework.name.vi,
        "name_en": framework.name.en,
        "decision_number": framework.decision.number,
        "decision_date": framework.decision.date,
        "years": ";".join(map(str, framework.years)),
        "first_year": min(framework.years),
        "last_year": max(framework.years),
        "unit_set": framework.unit_set,
        "scale_min": scale.min,
        "scale_max": scale.max,
        "scale_unit": scale.unit,
        "decimals": scale.decimals,
        "rank_precision": ranking.precision,
        "rank_ties": ranking.ties,
        "rank_tolerance": ranking.tolerance,
        "headline": ranking.headline,
        "missing": framework.missing,
        "tolerance": json.dumps(framework.tolerance, sort_keys=True),
        "groups_rule": framework.groups.rule,
        "notes_vi": framework.notes.vi,
        "notes_en": framework.notes.en,
        "definition": framework.model_dump_json(exclude_defaults=True, by_alias=True),
    }


def component_table(registry: Registry) -> pd.DataFrame:
    """One row a framework, year, view and component, in display order, with the formula of the year and the
    series that its figures are in over the frameworks."""
    rows = [row for framework in registry.frameworks for row in _component_rows(framework)]
    series = registry.crosswalk.series
    named = [series[row["framework_id"], row["component_code"]] for row in rows]
    return pd.DataFrame(rows).assign(series_code=named)


def _component_rows(framework: Framework) -> Iterator[dict[str, Any]]:
    for year in framework.years:
        for tree in framework.trees(year):
            for node in sorted(tree.nodes.values(), key=lambda n: n.order):
                yield _component_row(tree, node)


def _component_row(tree: Tree, node: Node) -> dict[str, Any]:
    same = (
        "level", "depth", "name_vi", "name_en", "min_score", "max_score", "weight", "direction", "normalise",
        "ref_min", "ref_max", "rule", "source_type", "status",
    )  # fmt: skip
    return {
        "framework_id": tree.framework_id,
        "index_code": tree.index,
        "year": tree.year,
        "view": tree.view,
        "component_code": node.code,
        "parent_code": node.parent,
        "order_no": node.order,
        "is_leaf": not node.children,
        "formula": formula(tree, node.code),
        **{name: getattr(node, name) for name in same},
    }


def with_defined_groups(published: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """The publisher's groups of every year, and those a definition cuts for the years without any."""
    held = set(zip(published["index_code"], published["year"], strict=True))
    rows = [
        {
            "index_code": framework.index,
            "year": year,
            "order_no": place,
            "group_code": cut.code,
            "name_vi": cut.name.vi,
            "name_en": cut.name.en,
            "score_from": cut.start if framework.groups.rule == "fixed" else None,
        }
        for framework in registry.frameworks
        for year in framework.years
        if (framework.index, year) not in held
        for place, cut in enumerate(framework.groups.cuts, start=1)
    ]
    return pd.concat([published, pd.DataFrame(rows)], ignore_index=True)


def _comparability(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(from_year=to_integer(rows["from_year"]), to_year=to_integer(rows["to_year"]))
