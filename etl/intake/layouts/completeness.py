"""Units across the tables of a file: one that lacks in a table but stands in the others, or lacks in all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from etl.intake.findings import At, Level
from etl.intake.layouts.table import Reading, Table, Wanted

_SHOWN: Final = 200
# Year and unit set.
Whole = tuple[str, str]


@dataclass
class _Part:
    """Tables with the same components of a year: together they hold its units (a sheet a region, say)."""

    table: Table
    units: dict[str, str] = field(default_factory=dict)


def tell_missing_units(reading: Reading, tables: Iterable[tuple[Table, list[Wanted]]]) -> None:
    """Warn of units without figures of some components that have figures of others of the same year, and of
    years with more or fewer units than the mapping expects."""
    parts: dict[Whole, dict[frozenset[str], _Part]] = {}
    met: dict[Whole, set[str]] = {}
    for table, wanted in tables:
        for whole, cells in _by_whole(wanted).items():
            units = {cell.keys.unit_id: cell.keys.unit for cell in cells}
            met.setdefault(whole, set()).update(units, table.blank_units)
            if not table.unit:
                components = frozenset(cell.component for cell in cells)
                part = parts.setdefault(whole, {}).setdefault(components, _Part(table))
                part.units.update(units)
    for (year, _), mine in parts.items():
        _compare(year, list(mine.values()))
    _count(reading, met)


def _by_whole(wanted: list[Wanted]) -> dict[Whole, list[Wanted]]:
    found: dict[Whole, list[Wanted]] = {}
    for cell in wanted:
        found.setdefault((cell.keys.year, cell.keys.unit_set), []).append(cell)
    return found


def _compare(year: str, parts: list[_Part]) -> None:
    everyone = {unit_id: name for part in parts for unit_id, name in part.units.items()}
    for part in parts:
        if missing := sorted(name for unit_id, name in everyone.items() if unit_id not in part.units):
            what = f"The table has no figure of units that have others in {year}"
            part.table.warn(
                "units_differ", (part.table.first_row, 1), what, found=", ".join(missing)[:_SHOWN]
            )


def _count(reading: Reading, met: dict[Whole, set[str]]) -> None:
    expected = reading.mapping.publication.n_units
    for (year, _), found in met.items():
        if expected and len(found) != expected:
            what = f"The mapping expects {expected} units in {year}, the file has {len(found)}"
            count, total = f"{len(found)} ({year})", str(expected)
            reading.tell("units_count", Level.WARNING, At(reading.file), what, found=count, expected=total)
