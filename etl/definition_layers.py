"""Definitions laid over others: a framework that an import brings, or a year that it adds to one.

A year has one framework. What is laid over takes its years from the other frameworks of the index; one that
is left without years is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from indices.errors import Problem
from indices.model import RawDefinition

Row = dict[str, str]


def laid_over(raws: Sequence[RawDefinition], over: Iterable[RawDefinition]) -> list[RawDefinition]:
    """The definitions with those of `over` on top, sorted by folder; nothing is checked here."""
    found = list(raws)
    for raw in over:
        others = [old for old in found if _id(old) != _id(raw)]
        same_index = {_id(old) for old in others if old.meta.get("index") == raw.meta.get("index")}
        taken = set(_years(raw))
        left = [_without(old, taken) if _id(old) in same_index else old for old in others]
        found = [*(old for old in left if _id(old) not in same_index or _years(old)), raw]
    return sorted(found, key=lambda raw: raw.folder)


def with_years(
    raws: Sequence[RawDefinition], rows: Iterable[Row], problems: list[Problem]
) -> list[RawDefinition]:
    """The definitions with every framework that `rows` (framework, year) name covering that year too."""
    found = list(raws)
    for row in rows:
        named = next((raw for raw in found if _id(raw) == row["framework"]), None)
        if named is None or not row["year"].isdecimal():
            known = ", ".join(_id(raw) for raw in found)
            place, told = f"row {row['line']}", f"{row['framework']} {row['year']}"
            what = "A year is added to no known framework"
            problems.append(Problem(what, row["file"], place, told, f"a year and one of {known}"))
        else:
            found = laid_over(found, [_lengthened(named, int(row["year"]))])
    return found


def _lengthened(raw: RawDefinition, year: int) -> RawDefinition:
    """The framework with one more year, made of what its last year is made of."""
    last = max(_years(raw), default=year)
    components = [_lengthened_row(row, str(last), str(year)) for row in raw.components]
    meta = {**raw.meta, "years": sorted({*_years(raw), year})}
    return replace(raw, meta=meta, components=components)


def _lengthened_row(row: Row, last: str, year: str) -> Row:
    years = _listed(row)
    return {**row, "years": ";".join([*years, year])} if last in years and year not in years else row


def _without(raw: RawDefinition, years: set[int]) -> RawDefinition:
    """The framework without these years, and without what existed in them only."""
    kept = [year for year in _years(raw) if year not in years]
    components = [
        row for row in raw.components if not _listed(row) or set(_listed(row)) - set(map(str, years))
    ]
    return replace(
        raw,
        meta={**raw.meta, "years": kept},
        components=[_shortened_row(row, set(map(str, years))) for row in components],
        parameters=[row for row in raw.parameters if row.get("year") not in set(map(str, years))],
    )


def _shortened_row(row: Row, years: set[str]) -> Row:
    return {**row, "years": ";".join(year for year in _listed(row) if year not in years)}


def _listed(row: Row) -> list[str]:
    return [year.strip() for year in row.get("years", "").split(";") if year.strip()]


def _years(raw: RawDefinition) -> list[int]:
    told = raw.meta.get("years")
    return [year for year in told if isinstance(year, int)] if isinstance(told, list) else []


def _id(raw: RawDefinition) -> str:
    return str(raw.meta.get("id") or raw.folder)
