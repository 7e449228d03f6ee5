"""What screens ask of the dossiers: counts of any months by any dimension, from cubes, never from rows."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd

from etl.warehouse import dossier_cube as cube
from etl.warehouse.dossier_merge import files
from indices.errors import Problem, ReleaseError

MANIFEST: Final = "store.json"


@dataclass(frozen=True)
class Manifest:
    """What a store holds. `parts`: month -> its files; `rollups`: name -> file; `loads`: what came in, the
    oldest first; `unknown`: columns that some load did not have. Files are named from the store's folder."""

    store_id: str = ""
    simulated: bool = False
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    rollups: Mapping[str, str] = field(default_factory=dict)
    loads: tuple[Mapping[str, Any], ...] = ()
    unknown: tuple[str, ...] = ()

    def months(self, province: str) -> list[str]:
        """Months that loads of a province cover, ascending."""
        found = {
            cube.month_name(number)
            for load in self.loads
            if load["province"] == province
            for number in range(cube.month_number(load["first"]), cube.month_number(load["last"]) + 1)
        }
        return sorted(found)


def read_manifest(folder: Path) -> Manifest:
    """What the store of a folder holds; empty where nothing was loaded. Raises ReleaseError when damaged."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return Manifest(**{**content, "loads": tuple(content["loads"]), "unknown": tuple(content["unknown"])})
    except FileNotFoundError:
        return Manifest()
    except (OSError, ValueError, TypeError, KeyError) as error:
        what = "The list of what dossiers are kept is damaged"
        hint = "load the files again into an empty folder"
        raise ReleaseError([Problem(what, MANIFEST, str(folder), str(error), hint=hint)]) from error


class DossierStore:
    """The dossiers of one folder. Safe to share between threads: every query has a cursor of its own."""

    def __init__(self, folder: Path) -> None:
        """Over a folder that need not be there yet."""
        self.folder = folder
        self._lock = threading.Lock()
        self._seen: tuple[int, Manifest] | None = None
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._tables: set[str] = set()

    def manifest(self) -> Manifest:
        """What is loaded now; read again when the file has changed."""
        try:
            stamp = (self.folder / MANIFEST).stat().st_mtime_ns
        except OSError:
            return Manifest()
        with self._lock:
            if self._seen is None or self._seen[0] != stamp:
                self._seen = (stamp, read_manifest(self.folder))
            return self._seen[1]

    def _ask(self, statement: str, values: Mapping[str, Any]) -> pd.DataFrame:
        with self._lock:
            cursor = self._open().cursor()
        try:
            return cursor.execute(statement, dict(values)).df()
        finally:
            cursor.close()

    def _source(self, dimensions: set[str]) -> str:
        """The smallest cube that tells these dimensions apart."""
        held = self.manifest()
        for name, known in cube.ROLLUPS.items():
            if dimensions <= {*known, "month"}:
                return self._table(held.rollups[name])
        return files([self.folder / part["cube"] for part in held.parts.values()])

    def _table(self, file: str) -> str:
        """A small cube in memory, under a name of its own: read once, its file never changes."""
        name = "t_" + "".join(sign if sign.isalnum() else "_" for sign in file)
        with self._lock:
            if file not in self._tables:
                source = files([self.folder / file])
                # Both names are made of letters and digits here, and the path is quoted.
                made = f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM {source}"
                self._open().execute(made)
                self._tables.add(file)
        return name

    def _open(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            self._connection = duckdb.connect()
            # Cubes are small and pages many: queries would only fight over threads.
            self._connection.execute("SET threads = 1")
        return self._connection

    def monthly(self, province: str, first: str, last: str) -> pd.DataFrame:
        """Counts of every month from `first` to `last` of a province (`month`: YYYY-MM), as `counts`."""
        ends = cube.month_number(first), cube.month_number(last)
        values = {"province": province, "first": ends[0], "last": ends[1]}
        statement = cube.period_counts(self._source({"month"}), ("month",), "province = $province")
        found = self._ask(statement, values).set_index("month").sort_index()
        start = min(ends[0], *found.index) if len(found) else ends[0]
        found = found.reindex(range(start, ends[1] + 1), fill_value=0)
        # By month the stocks of the statement are changes of the month: their sums are the stocks.
        found["open"], found["open_late"] = found["open"].cumsum(), found["open_late"].cumsum()
        found["carried"] = found["open"].shift(1, fill_value=0)
        found = found.loc[ends[0] :]
        return self._known(
            found.rename_axis("month").reset_index().assign(month=found.index.map(cube.month_name))
        )

    def counts(
        self,
        province: str,
        first: str,
        last: str,
        by: tuple[str, ...] = (),
        only: Mapping[str, str] | None = None,
    ) -> pd.DataFrame:
        """Counts of the months from `first` to `last` (YYYY-MM) of a province, a row by the dimensions `by`.

        `only`: dimension -> the value it must have. Counts that some load had no column for are left out.
        """
        limits = {"province": province, **(only or {})}
        where = " AND ".join(f"{name} = ${name}" for name in limits)
        source = self._source({*by, *limits})
        values = {**limits, "first": cube.month_number(first), "last": cube.month_number(last)}
        found = self._ask(cube.period_counts(source, by, where), values)
        return self._known(found)

    def _known(self, found: pd.DataFrame) -> pd.DataFrame:
        unknown = set(self.manifest().unknown)
        gone = [name for name, needs in cube.NEEDS.items() if unknown & set(needs)]
        return found.drop(columns=gone).assign(open_within=found["open"] - found["open_late"])

    def late(self, province: str, first: str, last: str, most: int) -> pd.DataFrame:
        """Dossiers settled late in the months or overdue at their end, the latest by far first, at most
        `most`; no person is known of any."""
        end = f"(make_date({_year('$last')}, {_month('$last')}, 1) + INTERVAL 1 MONTH - INTERVAL 1 DAY)"
        settled = f"outcome = 3 AND {cube.month_of('finished')} BETWEEN $first AND $last"
        statement = f"""
            SELECT id, unit, level, field, procedure, received, due,
                CASE WHEN finished <= {end} THEN finished END AS finished,
                CASE WHEN finished <= {end} THEN late_days END AS late_days,
                date_diff('day', overdue_from, least(coalesce(finished, {end}), {end})) + 1 AS days
            FROM {files([self.folder / self.manifest().rollups["late"]])}
            WHERE province = $province AND (({settled}) OR ({_overdue(end)}))
            ORDER BY days DESC, id LIMIT {int(most)}"""
        return self._ask(statement, _span(province, first, last))

    def late_days(self, province: str, first: str, last: str) -> pd.DataFrame:
        """How many dossiers of the months were settled how many working days late."""
        statement = f"""
            SELECT late_days, count(*) AS count FROM {files([self.folder / self.manifest().rollups["late"]])}
            WHERE province = $province AND outcome = 3
                AND {cube.month_of("finished")} BETWEEN $first AND $last GROUP BY late_days"""
        return self._ask(statement, _span(province, first, last))


def _span(province: str, first: str, last: str) -> dict[str, Any]:
    return {"province": province, "first": cube.month_number(first), "last": cube.month_number(last)}


def _year(number: str) -> str:
    return f"CAST(floor(CAST({number} AS INTEGER) / 12) AS INTEGER)"


def _month(number: str) -> str:
    return f"(CAST({number} AS INTEGER) % 12 + 1)"


def _overdue(end: str) -> str:
    """Whether a dossier is in process and overdue at the end of a period."""
    return f"overdue_from <= {end} AND received <= {end} AND (finished IS NULL OR finished > {end})"
