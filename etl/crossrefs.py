"""Do the other tables of the pack refer to things that exist? Every broken reference is a problem."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pandas as pd

from etl.crosschecks import Context, framework_of, nodes_of, unit_problem, unknown
from etl.filekinds import KINDS, SIMULATED
from etl.tables_backcast import backcast_problems
from etl.tables_reference import TARGET_SETS
from etl.tables_themes import read_themes
from etl.validate import grouped, rows_place
from indices.errors import Problem

_NATION = "VN"
_UNIT_REFERENCES = (
    ("aliases", "unit_id"), ("population", "unit_id"), ("tiles", "unit_id"), ("tiles", "belongs_to"),
    ("merger", "new_unit_id"), ("merger", "old_unit_id"), ("units", "province_unit_id"),
    ("known_differences", "unit_id"),
)  # fmt: skip
_IDENTITIES = (
    ("provinces", "unit_id"), ("units", "unit_id"), ("sources", "source_id"), ("targets", "target_id"),
    ("observations", "observation_id"),
)  # fmt: skip


def check_references(context: Context) -> list[Problem]:
    """Every broken reference between tables, and every identity that stands twice."""
    return [problem for check in _CHECKS for problem in check(context)]


def _sources(context: Context) -> Iterator[Problem]:
    known = set(context.pack["sources"]["source_id"])
    for kind in KINDS:
        if "source_id" in kind.header and kind.name != "sources":
            yield from _lost(context.pack[kind.name], "source_id", "source", known)


def _lost(frame: pd.DataFrame, column: str, what: str, known: set[str]) -> Iterator[Problem]:
    lost = frame[(frame[column] != "") & ~frame[column].isin(known)]
    yield from grouped(lost, column, partial(unknown, what, known=known))


def _unit_ids(context: Context) -> Iterator[Problem]:
    known = {*context.pack["provinces"]["unit_id"], *context.pack["units"]["unit_id"]}
    for kind, column in _UNIT_REFERENCES:
        yield from _lost(context.pack[kind], column, "unit id", known)


def _identities(context: Context) -> Iterator[Problem]:
    for kind, column in _IDENTITIES:
        frame = context.pack[kind]
        for row in frame[frame.duplicated(column)].itertuples():
            found = str(getattr(row, column))
            yield Problem(
                "An id stands twice", str(row.file), f"row {row.line}, column {column}", found, "once"
            )


def _regions(context: Context) -> Iterator[Problem]:
    regions, provinces = context.pack["regions"], context.pack["provinces"]
    for unit_set, group in provinces.groupby("unit_set", sort=False):
        known = set(regions.loc[regions["unit_set"] == unit_set, "region_code"])
        yield from _lost(group, "region_code", "region", known)
    aggregates = context.pack["aggregates"]
    for unit_set, group in aggregates.groupby("unit_set", sort=False):
        known = {*regions.loc[regions["unit_set"] == unit_set, "region_code"], _NATION}
        yield from _lost(group, "scope", "region", known)


def _aliases(context: Context) -> Iterator[Problem]:
    aliases, keys = context.pack["aliases"], ["unit_set", "alias"]
    clash = aliases[
        aliases.duplicated(keys, keep=False) & ~aliases.duplicated([*keys, "unit_id"], keep=False)
    ]
    for (_, alias), group in clash.groupby(keys, sort=False):
        found = f"{alias}: {', '.join(group['unit_id'])}"
        hint = "move it to the ambiguous aliases"
        file, place = str(group["file"].iloc[0]), rows_place(group, "alias")
        yield Problem("An alias means two units", file, place, found, "one unit", hint)


def _targets(context: Context) -> Iterator[Problem]:
    for kind in ("targets", "observations"):
        frame = context.pack[kind]
        named = frame[frame["unit"] != ""]
        for key, group in named.groupby(["file", "unit", "unit_set"], sort=False):
            file, name, unit_set = map(str, key)
            match = context.names.find_in(TARGET_SETS, name, unit_set)
            if match.unit_id is None:
                yield unit_problem(file, rows_place(group, "unit"), name, match)
    known = set(context.pack["targets"]["target_id"])
    yield from _lost(context.pack["observations"], "target_id", "target", known)


def _measures(context: Context) -> Iterator[Problem]:
    """A measure like "score:X;Y" must name known indices."""
    known = {info.index_code for info in context.registry.indices}
    for row in context.pack["targets"].itertuples():
        for code in str(row.measure).partition(":")[2].split(";"):
            if code and code not in known:
                yield unknown("index", str(row.file), f"row {row.line}, column measure", code, known)


def _known_differences(context: Context) -> Iterator[Problem]:
    for row in context.pack["known_differences"].itertuples():
        framework = framework_of(context.registry, str(row.index_code), str(row.year))
        place, found = f"row {row.line}", f"{row.index_code} {row.year} {row.component_code}"
        if framework is None:
            yield Problem("No framework covers the year", str(row.file), place, found)
        elif row.component_code not in nodes_of(framework, int(str(row.year))):
            known = set(nodes_of(framework, int(str(row.year))))
            yield unknown("component", str(row.file), place, str(row.component_code), known)


def _withheld(context: Context) -> Iterator[Problem]:
    """Names of units that the publisher withheld must be names we know."""
    for row in context.pack["publication"].itertuples():
        for name in filter(None, (part.strip() for part in str(row.withheld).split(";"))):
            match = context.names.find(str(row.unit_set), name.split(" (")[0])
            if match.unit_id is None:
                yield unit_problem(str(row.file), f"row {row.line}, column withheld", name, match)


def _simulated(context: Context) -> Iterator[Problem]:
    """Figures that are made up for practice never stand beside real ones."""
    sources = context.pack["sources"]
    made_up = sources.loc[sources["trust"] == SIMULATED, "source_id"]
    simulated = context.rows["source_id"].isin(made_up)
    if simulated.any() and not simulated.all():
        real = context.rows.loc[~simulated, "file"].iloc[0]
        for file, group in context.rows[simulated].groupby("file", sort=False):
            place, found = rows_place(group, "source_id"), str(group["source_id"].iloc[0])
            hint = f"keep them in a folder of data of their own; real figures stand in {real}"
            what, expected = "Simulated and real figures are mixed", "all simulated, or none"
            yield Problem(what, str(file), place, found, expected, hint)


def _themes(context: Context) -> Iterator[Problem]:
    yield from read_themes(context.pack, context.registry)[1]


def _backcasts(context: Context) -> Iterator[Problem]:
    yield from backcast_problems(context.pack)


_CHECKS = (
    _sources, _unit_ids, _identities, _regions, _aliases, _targets, _measures, _known_differences, _withheld,
    _simulated, _themes, _backcasts,
)  # fmt: skip
