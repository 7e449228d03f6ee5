"""Are the components, the year and the numbers such as the definitions know them?"""

from __future__ import annotations

from collections.abc import Iterator

from etl.crosschecks import framework_of, nodes_of
from etl.intake.checks.incoming import Incoming
from etl.intake.checks.register import Hit, file_check, table_check
from etl.intake.checks.table import Table
from etl.intake.findings import Level
from etl.mapping import nearest
from indices.tree import Tree

FIGURES = (("score", "published", ""), ("rank", "given_rank", "rank"), ("self_score", "own", "self"))


@file_check("components.no_figures", Level.ERROR)
def no_figures(seen: Incoming) -> Iterator[Hit]:
    """Nothing was read of the file: no figure and no rank."""
    texts = seen.rows[["score", "rank", "self_score"]]
    if not (texts != "").to_numpy().any():
        yield Hit(seen.nowhere(), "n = 0", "n ≥ 1")


@file_check("components.not_a_number", Level.ERROR)
def not_a_number(seen: Incoming) -> Iterator[Hit]:
    """A figure, a rank or a maximum could not be read as a number."""
    for text, number, place in (*FIGURES, ("max_score", "own_max", "")):
        for row in seen.rows[(seen.rows[text] != "") & seen.rows[number].isna()].itertuples():
            yield Hit(seen.at(row, place), f"{row.unit} [{row.component}]: {getattr(row, text)}", "0-9 .")


@file_check("components.no_framework", Level.ERROR)
def no_framework(seen: Incoming) -> Iterator[Hit]:
    """No definition says what the index was made of in the year of the file."""
    for (index, year), group in seen.rows.groupby(["index_code", "year"], sort=False):
        if framework_of(seen.context.registry, str(index), str(year)) is None:
            covered = sorted(y for f in seen.context.registry.frameworks if f.index == index for y in f.years)
            yield Hit(seen.at(group.iloc[0]), f"{index} {year}", ", ".join(map(str, covered)))


@file_check("components.unknown", Level.ERROR)
def unknown_component(seen: Incoming) -> Iterator[Hit]:
    """The framework of the year has no component of that code."""
    for (index, year), group in seen.rows.groupby(["index_code", "year"], sort=False):
        framework = framework_of(seen.context.registry, str(index), str(year))
        if framework is None:
            continue
        known = set(nodes_of(framework, int(str(year))))
        for code, rows in group[~group["component"].isin(known)].groupby("component", sort=False):
            near = ", ".join(f"[{c}]" for c in nearest(str(code), sorted(known)))
            yield Hit(seen.at(rows.iloc[0]), f"[{code}]", near)


@table_check("components.missing", Level.WARNING)
def missing_components(table: Table) -> Iterator[Hit]:
    """The file has most parts of a whole but not all of them, or all parts of one component and none of its
    sibling's: something was lost, and nothing can be added up."""
    held = set(table.codes)
    for tree in table.trees:
        for code in tree.inner():
            parts = tree.nodes[code].children
            gone = [part for part in parts if part not in held]
            found = len(parts) - len(gone)
            if gone and ((found >= 2 and len(gone) < found) or (not found and _only_one(tree, code, held))):
                named = " ".join(f"[{part}]" for part in gone)
                at = table.at_column(code if code in held else next(part for part in parts if part in held))
                yield Hit(at, f"[{code}]: n = {found}", f"n = {len(parts)}; + {named}")


def _only_one(tree: Tree, code: str, held: set[str]) -> bool:
    """Whether a component stands in the file without its parts while a sibling stands there with its own."""
    parent = tree.nodes[code].parent
    siblings = [c for c in tree.nodes[parent].children if c != code] if parent in tree.nodes else []
    return code in held and any(held & set(tree.nodes[sibling].children) for sibling in siblings)


@table_check("components.fewer", Level.WARNING)
def fewer_components(table: Table) -> Iterator[Hit]:
    """Components that the same units had in the latest year held are not in the file, although most others
    are: rows or columns were lost."""
    facts = table.context.facts
    same = (facts["index_code"] == table.index) & facts["unit_id"].isin(table.units)
    mine = facts[same & (facts["year"].astype("int64") < table.year)]
    latest = mine[mine["year"] == mine["year"].max()]
    share = latest["component_code"].value_counts() / max(len(table.units), 1)
    main = table.trees[0].nodes
    usual = {str(code) for code in share.index[share >= table.limits.full]} & set(main)
    gone = [code for code in main if code in usual and code not in set(table.codes)]
    if gone and len(gone) < len(usual) / 2:
        named = " ".join(f"[{code}]" for code in gone)
        yield Hit(table.at_sheet(), f"n = {len(usual) - len(gone)}", f"n = {len(usual)}; + {named}")
