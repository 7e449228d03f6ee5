"""Are all units there, each once, of the right set and bloc?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from etl.intake.checks.incoming import Incoming
from etl.intake.checks.register import Hit, file_check, table_check
from etl.intake.checks.table import Table, marked, shown
from etl.intake.findings import Level
from etl.numbers import to_integer

FEWEST = 3
MAJORITY = 0.8
# So many missing units are named.
NAMED = 40
SHEET_UNITS = 5


@file_check("units.unknown", Level.ERROR)
def unknown_unit(seen: Incoming) -> Iterator[Hit]:
    """A name that no unit of the set has, or that more than one may have. It is never guessed."""
    lost = seen.rows[seen.rows["unit_id"].isna()].drop_duplicates(["unit_set", "unit"])
    for row in lost.itertuples():
        match = seen.context.names.find(str(row.unit_set), str(row.unit))
        yield Hit(seen.at(row, "unit"), str(row.unit), ", ".join(match.candidates or match.near))


@file_check("duplicates.rows", Level.ERROR)
def doubled_rows(seen: Incoming) -> Iterator[Hit]:
    """A unit has two figures for one component and year in the file, alike or not."""
    keys = ["index_code", "year", "unit_id", "component_code"]
    known = seen.rows[seen.rows["unit_id"].notna()]
    twice = known[known.duplicated(keys, keep=False)]
    for _, group in twice.groupby(keys, sort=False):
        first, *others = group.itertuples()
        for row in others:
            found = f"{row.unit} [{row.component_code}]: {row.score}"
            yield Hit(seen.at(row), found, f"× 1 ({seen.at(first).place}: {first.score})")


def expected_units(table: Table) -> dict[str, str]:
    """Ids and names of the units that the year should have.

    For provinces all that existed, or where the index covered fewer, those of the latest year held; for
    internal units those of the latest year held, of the provinces that the file speaks of.
    """
    known = table.context.units[table.context.units["unit_set"] == table.unit_set]
    last = to_integer(known["valid_to"].fillna("").str[:4])
    alive = known[(last.isna() | (last >= table.year)).fillna(True).to_numpy(dtype=bool)]
    names = dict(zip(alive["unit_id"], alive["name_vi"], strict=True))
    latest = _latest_units(table)
    if (known["bloc"].fillna("") != "").any():
        owners = {unit.rpartition(":")[0] for unit in table.units}
        return {u: name for u, name in names.items() if u in latest and u.rpartition(":")[0] in owners}
    if len(latest) > table.limits.known_units * len(names):
        return {unit: name for unit, name in names.items() if unit in latest}
    return names


def _latest_units(table: Table) -> set[str]:
    """Units of the latest earlier year that is held of the index."""
    facts = table.context.facts
    mine = facts[(facts["index_code"] == table.index) & (facts["unit_set"] == table.unit_set)]
    years = mine["year"].astype("int64")
    return set(mine.loc[years == years[years < table.year].max(), "unit_id"])


@table_check("units.missing", Level.WARNING)
def missing_units(table: Table) -> Iterator[Hit]:
    """The file claims to be complete, but some units of the year are not in it."""
    yield from _missing(table, promised=True)


@table_check("units.partial", Level.NOTE)
def partial_units(table: Table) -> Iterator[Hit]:
    """The mapping says that the publisher gave fewer units; those that are not in the file are named."""
    yield from _missing(table, promised=False)


def _missing(table: Table, promised: bool) -> Iterator[Hit]:
    if table.context.promises_all is not promised or len(table.units) < FEWEST:
        return
    names = expected_units(table)
    gone = [name for unit, name in names.items() if unit not in set(table.units)]
    if gone:
        named = ", ".join(gone[:NAMED])
        yield Hit(table.at_sheet(), f"n = {len(table.units)}", f"n = {len(names)}; + {named}")


@table_check("units.blank", Level.WARNING)
def blank_units(table: Table) -> Iterator[Hit]:
    """A unit stands in the file without any figure: withheld by the publisher, or lost on the way?"""
    held = table.rows["published"].notna() | table.rows["given_rank"].notna() | table.rows["own"].notna()
    for unit in sorted(set(table.units) - set(table.rows.loc[held, "unit_id"])):
        yield Hit(table.at_unit(unit), f"{table.label(unit)}: ∅")


@table_check("units.other_set", Level.WARNING)
def other_set(table: Table) -> Iterator[Hit]:
    """The units of the file are exactly those whose names the other set of provinces has too: old figures
    may be read for new provinces, or new ones for old."""
    known = table.context.units
    provinces = known[known["bloc"].fillna("") == ""]
    own = int((provinces["unit_set"] == table.unit_set).sum())
    mine = set(table.names.values())
    for unit_set, group in provinces.groupby("unit_set", sort=False):
        if str(unit_set) == table.unit_set or len(group) >= own or len(mine) < FEWEST:
            continue
        ids = {table.context.names.find(str(unit_set), name).unit_id for name in mine}
        if None not in ids and len(ids) >= MAJORITY * len(group):
            told = f"{len(group)}: «{unit_set}» ≠ «{table.unit_set}»"
            yield Hit(table.at_sheet(), f"n = {len(mine)}", told)


@table_check("units.abolished", Level.ERROR)
def abolished_units(table: Table) -> Iterator[Hit]:
    """The unit no longer existed in the year of the file."""
    known = table.context.units
    ends = to_integer(known["valid_to"].fillna("").str[:4])
    last = {u: int(year) for u, year in zip(known["unit_id"], ends, strict=True) if pd.notna(year)}
    for unit in table.units:
        if table.year > last.get(unit, table.year):
            yield Hit(table.at_unit(unit), f"{table.label(unit)}: {table.year}", f"≤ {last[unit]}")


@table_check("units.bloc", Level.WARNING)
def wrong_bloc(table: Table) -> Iterator[Hit]:
    """A unit stands on a sheet nearly all of whose units are of another bloc."""
    rows = table.rows.drop_duplicates("unit_id")
    for _, mine in rows.groupby("sheet"):
        blocs = pd.Series([table.blocs.get(u, "") for u in mine["unit_id"]], index=mine["unit_id"])
        counts = blocs.value_counts()
        if len(counts) < 2 or counts.iloc[0] < MAJORITY * len(mine) or len(mine) < SHEET_UNITS:
            continue
        for unit, bloc in blocs[blocs != counts.index[0]].items():
            yield Hit(table.at_unit(str(unit)), f"{table.label(str(unit))}: {bloc}", str(counts.index[0]))


@table_check("blanks.hole", Level.WARNING)
def holes(table: Table) -> Iterator[Hit]:
    """A blank in a column that is filled for nearly all units that have figures: not published, or lost on
    the way? A blank is never a zero. Many blanks of one unit are told together."""
    given = table.wide("published")
    some = given[given.notna().any(axis=1)]
    if len(some) < table.limits.units:
        return
    full = some.notna().mean() >= table.limits.full
    blank = some.loc[:, full].isna()
    for unit in marked(blank.any(axis=1)):
        codes = [code for code in map(str, blank.columns) if bool(blank[code][unit])]
        if len(codes) > FEWEST:
            yield Hit(table.at_unit(unit), f"{table.label(unit, *codes)}: ∅")
        else:
            yield from (Hit(table.at(unit, code), f"{table.label(unit, code)}: ∅") for code in codes)


@table_check("blanks.zero", Level.WARNING)
def zeros(table: Table) -> Iterator[Hit]:
    """A zero where the unit had figures and nearly all others have: probably a blank (not published)."""
    for code, column in table.columns(table.limits.units):
        zero, others = column == 0, column[column > 0]
        if not zero.any() or zero.sum() > (1.0 - table.limits.full) * column.count():
            continue
        usual, low = table.past.last[code].fillna(float(others.median())), float(others.quantile(0.05))
        for unit in marked(zero):
            if usual[unit] > 0 and low > 0.2 * float(others.median()):
                found = f"{table.label(unit, code)}: 0"
                yield Hit(table.at(unit, code), found, f"~ {shown(float(usual[unit]))}")
