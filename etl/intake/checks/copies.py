"""Was the same thing handed in before, or figures of another year by mistake?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.intake.checks.incoming import Incoming
from etl.intake.checks.register import Hit, file_check, table_check
from etl.intake.checks.stats import Floats
from etl.intake.checks.table import Table, marked
from etl.intake.findings import Level

EXACT = 1e-9
# So many figures, none of them at a limit or whole, are no accident.
ENOUGH = 20
ROW_ENOUGH = 3
DISTINCT = 5
HALF = 0.5


@file_check("duplicates.file", Level.WARNING)
def same_file(seen: Incoming) -> Iterator[Hit]:
    """The very same file (by its SHA-256) was imported before."""
    told = seen.context.held_files.get(seen.context.sha256, "")
    if told:
        yield Hit(seen.nowhere(), seen.context.sha256[:12], told)


@table_check("duplicates.same_year", Level.WARNING)
def nothing_new(table: Table) -> Iterator[Hit]:
    """Every figure of the file is held already for the same year: the import would change nothing."""
    facts = table.context.facts
    mine = facts[(facts["index_code"] == table.index) & (facts["unit_set"] == table.unit_set)]
    keys = ["unit_id", "component_code"]
    held = mine[mine["year"].astype("int64") == table.year].drop_duplicates(keys).set_index(keys)
    rows = table.rows[table.rows["published"].notna()]
    before = held["published"].reindex(pd.MultiIndex.from_frame(rows[keys])).to_numpy(dtype="float64")
    same = np.abs(before - rows["published"].to_numpy(dtype="float64")) <= EXACT
    if len(rows) > 1 and same.all():
        yield Hit(table.at_sheet(), f"n = {len(rows)}", f"{table.year}: n = {len(rows)}")


def _telling(table: Table) -> Floats:
    """Units x components: figures that would hardly be the same twice, no limits and no whole numbers."""
    ends = [
        [float("nan") if end is None else end for end in (table.nodes[c].min_score, table.nodes[c].max_score)]
        for c in table.codes
    ]
    now = table.values.to_numpy()
    low, high = np.array(ends, dtype="float64").T
    return np.where((now == low) | (now == high) | (now % 1 == 0), np.nan, now)


@table_check("duplicates.units_alike", Level.WARNING)
def units_alike(table: Table) -> Iterator[Hit]:
    """Two units have the same figures throughout: one row was probably copied over the other."""
    told, values = ~np.isnan(_telling(table)), np.nan_to_num(table.values.to_numpy(), nan=-1.0)
    first: dict[bytes, str] = {}
    for unit, row, mine in zip(table.units, values, told, strict=True):
        before = first.setdefault(row.tobytes(), unit)
        if before != unit and mine.sum() >= ROW_ENOUGH:
            found = f"{table.label(unit)} = {table.label(before)}"
            yield Hit(table.at_unit(unit), found, f"{table.label(unit)} ≠ {table.label(before)}")


@dataclass(frozen=True)
class Repeats:
    """`same`: units x components, 1 where a telling figure equals that of an earlier year, 0 where not, NaN
    where it cannot be told. `whole`: whether nearly all are the same."""

    year: int
    same: pd.DataFrame
    whole: bool


def _repeats(table: Table) -> Iterator[Repeats]:
    now = _telling(table)
    for year, before in zip(table.past.years, table.past.cube, strict=True):
        apart = np.abs(now - before)
        same = np.where(np.isnan(apart), np.nan, apart <= EXACT)
        count = int((~np.isnan(same)).sum())
        whole = count > 0 and float(np.nansum(same)) >= table.limits.same * count
        if count:
            yield Repeats(year, table.past.frame(same), whole)


@table_check("duplicates.other_year", Level.ERROR)
def another_year(table: Table) -> Iterator[Hit]:
    """Nearly all figures of the file are those of another year."""
    for found in _repeats(table):
        count, alike = int(found.same.count().sum()), int(found.same.sum().sum())
        if found.whole and count >= ENOUGH:
            yield Hit(table.at_sheet(), f"{alike} / {count} = {found.year}", f"≠ {found.year}")


@table_check("duplicates.units", Level.WARNING)
def units_of_another_year(table: Table) -> Iterator[Hit]:
    """All figures of some units are those of another year: two years were mixed."""
    for found in _repeats(table):
        alike = found.same.mean(axis=1) >= table.limits.same
        enough = found.same.count(axis=1) >= ROW_ENOUGH
        for unit in () if found.whole else marked(alike & enough):
            yield Hit(table.at_unit(unit), f"{table.label(unit)} = {found.year}", f"≠ {found.year}")


@table_check("duplicates.column", Level.WARNING)
def column_of_another_year(table: Table) -> Iterator[Hit]:
    """Most figures of one column are those of another year."""
    for found in _repeats(table):
        for code, column in table.columns(table.limits.units):
            same = found.same[code]
            if found.whole or same.count() < table.limits.units or column.nunique() < DISTINCT:
                continue
            if same.mean() > HALF:
                told = f"[{code}]: {int(same.sum())} / {same.count()} = {found.year}"
                yield Hit(table.at_column(code), told, f"≠ {found.year}")
