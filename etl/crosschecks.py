"""Do the fact rows agree with the names, the definitions and each other? Every disagreement is a problem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pandas as pd

from etl.facts import fact_rows, looked_up, unit_names
from etl.filekinds import IN_USE, PUBLISHED_BY
from etl.mapping import Match, UnitNames, nearest
from etl.numbers import to_double, to_integer
from etl.pack import Pack
from etl.validate import grouped, rows_place
from indices.errors import Problem
from indices.framework import Framework
from indices.registry import Registry
from indices.tree import Node

SLACK = 1e-9
UNSURE = "doubtful"


@dataclass(frozen=True)
class Context:
    """What the checks look at: the pack, its fact rows with unit ids, the names, the frameworks."""

    pack: Pack
    registry: Registry
    names: UnitNames
    rows: pd.DataFrame


def make_context(pack: Pack, registry: Registry) -> Context:
    """Look every name up once, for all checks."""
    names = unit_names(pack)
    return Context(pack, registry, names, fact_rows(pack, names))


def check_facts(context: Context) -> list[Problem]:
    """Every disagreement of the score and indicator rows."""
    return [problem for check in _CHECKS for problem in check(context)]


def unknown(what: str, file: str, place: str, found: str, known: set[str]) -> Problem:
    """The problem of a code or name that is nowhere defined, with the nearest that are."""
    near = nearest(found, sorted(known))
    hint = f"nearest known: {', '.join(near)}" if near else ""
    return Problem(f"The {what} is not known", file, place, found, f"a known {what}", hint)


def unit_problem(file: str, place: str, unit: str, match: Match) -> Problem:
    """The problem of a name without a match: ambiguous, with its meanings, or unknown, with the nearest."""
    if match.candidates:
        hint = f"may mean {', '.join(match.candidates)}"
        return Problem("The name of a unit is ambiguous", file, place, unit, "a full name", hint)
    hint = f"nearest known: {', '.join(match.near)}" if match.near else "add it to the aliases if it is right"
    return Problem("The unit is not known", file, place, unit, "a known name or alias", hint)


def framework_of(registry: Registry, index: str, year: str) -> Framework | None:
    """The framework of an index in a year given as text; None when none covers it."""
    try:
        return registry.framework(index, int(year))
    except (KeyError, ValueError):
        return None


def nodes_of(framework: Framework, year: int) -> dict[str, Node]:
    """Every node of a framework in a year, those of the main tree before those of views."""
    nodes: dict[str, Node] = {}
    for tree in framework.trees(year):
        nodes = {**tree.nodes, **nodes}
    return nodes


def _units(context: Context) -> Iterator[Problem]:
    sets = {*context.pack["provinces"]["unit_set"], "units"}
    for frame in (context.rows, context.pack["standard_errors"]):
        named = frame[(frame["unit"] != "") & frame["unit_set"].isin(sets)]
        for key, group in named.groupby(["file", "unit_set", "unit"], sort=False):
            file, unit_set, unit = map(str, key)
            match = context.names.find(unit_set, unit)
            if match.unit_id is None:
                yield unit_problem(file, rows_place(group, "unit"), unit, match)


def _years_of_files(context: Context) -> Iterator[Problem]:
    rows = context.rows
    wrong = rows[(rows["year"] != rows["path_year"]) & (rows["path_year"] != "")]
    for (file, expected, found), group in wrong.groupby(["file", "path_year", "year"], sort=False):
        hint = "move the rows to the file of their year"
        place = rows_place(group, "year")
        yield Problem("The year is not that of the file", str(file), place, str(found), str(expected), hint)


def _components(context: Context) -> Iterator[Problem]:
    frames = [context.rows, context.pack["aggregates"], context.pack["standard_errors"]]
    columns = ["file", "index_code", "year"]
    for key, group in (item for frame in frames for item in frame.groupby(columns, sort=False)):
        file, index, year = map(str, key)
        framework = framework_of(context.registry, index, year)
        if framework is None:
            yield _not_covered(context.registry, file, rows_place(group, "year"), index, year)
            continue
        known = set(nodes_of(framework, int(year)))
        lost = group[~group["component"].isin(known) & (group["component"] != "")]
        yield from grouped(lost, "component", partial(unknown, "component", known=known))


def _not_covered(registry: Registry, file: str, place: str, index: str, year: str) -> Problem:
    covered = sorted(
        y for framework in registry.frameworks if framework.index == index for y in framework.years
    )
    if covered:
        expected = f"a year of a framework: {', '.join(map(str, covered))}"
        return Problem("No framework covers the year", file, place, f"{index} {year}", expected)
    known = {info.index_code for info in registry.indices}
    return unknown("index", file, "the folder's name", index, known)


def _ranges(context: Context) -> Iterator[Problem]:
    # A doubtful value is kept because it is wrong; being out of range may be the very reason.
    rows = context.rows[(context.rows["use"] != UNSURE)]
    for key, group in rows.groupby(["index_code", "year"], sort=False):
        index, year = map(str, key)
        framework = framework_of(context.registry, index, year)
        if framework is not None:
            yield from _range_problems(group, nodes_of(framework, int(year)))


def _range_problems(rows: pd.DataFrame, nodes: dict[str, Node]) -> Iterator[Problem]:
    low = rows["component"].map(_bounds(nodes, "min_score")).astype("float64")
    high = to_double(rows["max_score"]).fillna(
        rows["component"].map(_bounds(nodes, "max_score")).astype("float64")
    )
    for column, what in (("score", "The score"), ("self_score", "The unit's own score")):
        score = to_double(rows[column])
        yield from _beyond(rows, column, f"{what} is over the maximum", high[score > high + SLACK])
        yield from _beyond(rows, column, f"{what} is under the minimum", low[score < low - SLACK])


def _beyond(rows: pd.DataFrame, column: str, what: str, limits: pd.Series[float]) -> Iterator[Problem]:
    for row, limit in zip(rows.loc[limits.index].itertuples(), limits, strict=True):
        hint = f"{row.unit}, {row.component}: points or percent? A percent needs max_score 100"
        place, found = f"row {row.line}, column {column}", str(getattr(row, column))
        yield Problem(what, str(row.file), place, found, f"{limit:g}", hint)


def _bounds(nodes: dict[str, Node], name: str) -> dict[str, float]:
    given = {code: getattr(node, name) for code, node in nodes.items()}
    return {code: bound for code, bound in given.items() if bound is not None}


def _publication(context: Context) -> Iterator[Problem]:
    published = context.pack["publication"]
    for row in published[published.duplicated(PUBLISHED_BY)].itertuples():
        found, expected = f"{row.year} {row.unit_set}", "one row a year and unit set"
        yield Problem("A publication row stands twice", str(row.file), f"row {row.line}", found, expected)
    known = set(zip(*(published[k] for k in PUBLISHED_BY), strict=True))
    for key, group in context.rows.groupby(PUBLISHED_BY, sort=False):
        if key not in known:
            index, year, unit_set = map(str, key)
            file, expected = f"sources/{index}/publication.csv", f"a row of year {year}, unit set {unit_set}"
            hint = f"{group['file'].iloc[0]} holds figures of it"
            yield Problem("The publication row of a year is missing", file, "", "", expected, hint)


def _ranks(context: Context) -> Iterator[Problem]:
    limits = context.pack["publication"][[*PUBLISHED_BY, "n_units"]].drop_duplicates(PUBLISHED_BY)
    rows = context.rows.merge(limits, on=PUBLISHED_BY, how="left")
    rank, most = to_integer(rows["rank"]), to_integer(rows["n_units"].fillna("").astype("str"))
    for row in rows[((rank < 1) | (rank > most)).fillna(False)].itertuples():
        place, expected = f"row {row.line}, column rank", f"1 to {row.n_units}"
        yield Problem("The rank is beyond the units ranked", str(row.file), place, str(row.rank), expected)


def _duplicates(context: Context) -> Iterator[Problem]:
    keys = ["index_code", "year", "unit_id", "component"]
    used = context.rows[context.rows["use"].isin(IN_USE) & context.rows["unit_id"].notna()]
    twice = used[used.duplicated(keys, keep=False)]
    for _, group in twice.groupby(keys, sort=False):
        first = group.iloc[0]
        for row in group.iloc[1:].itertuples():
            found = f"{row.unit}, {row.component}, {row.year}: {row.score}"
            expected = f"once (also in {first['file']} row {first['line']}: {first['score']})"
            hint = "keep one in use and mark the other alternative or doubtful, with a note"
            yield Problem(
                "Two values in use for one key", str(row.file), f"row {row.line}", found, expected, hint
            )


def _abolished(context: Context) -> Iterator[Problem]:
    """Rows of a unit after the year it ceased to exist."""
    provinces = context.pack["provinces"]
    ends = dict(zip(provinces["unit_id"], provinces["valid_to"].str[:4], strict=True))
    last = to_integer(looked_up(context.rows["unit_id"], ends))
    late = context.rows[(to_integer(context.rows["year"]) > last).fillna(False)]
    for row in late.itertuples():
        place, found = f"row {row.line}, column unit", f"{row.unit} in {row.year}"
        expected = f"a year up to {ends[str(row.unit_id)]}"
        yield Problem("The unit no longer existed", str(row.file), place, found, expected)


_CHECKS = (_units, _years_of_files, _components, _ranges, _publication, _ranks, _duplicates, _abolished)
