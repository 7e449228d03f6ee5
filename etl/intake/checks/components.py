"""Are the components, the year and the numbers such as the definitions know them?"""

from __future__ import annotations

from collections.abc import Iterator

from etl.crosschecks import framework_of, nodes_of
from etl.intake.checks.incoming import Incoming
from etl.intake.checks.register import Hit, file_check, table_check
from etl.intake.checks.table import Table
from etl.intake.findings import Level
from etl.mapping import nearest

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
    """The file has the whole and most of its parts, but not all of them: nothing can be added up."""
    held = set(table.codes)
    for tree in table.trees:
        for code in tree.inner():
            parts = set(tree.nodes[code].children)
            gone = [part for part in tree.nodes[code].children if part not in held]
            if gone and code in held and len(parts & held) >= 2 and len(gone) < len(parts & held):
                named = " ".join(f"[{part}]" for part in gone)
                yield Hit(
                    table.at_column(code),
                    f"[{code}]: n = {len(parts & held)}",
                    f"n = {len(parts)}; + {named}",
                )
