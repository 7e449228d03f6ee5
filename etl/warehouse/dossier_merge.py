"""A load of dossiers joined with those that are kept: by code, the later change wins; only months it touches.

Works on Parquet files, one or more a month of receipt, in a DuckDB that may spill to the disk beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import duckdb

# Columns of the rows that are kept, in their order: no person, no free text.
COLUMNS: Final = (
    "id", "province", "unit", "level", "field", "procedure", "service", "channel",
    "received", "due", "finished", "asked", "answered", "requests",
    "outcome", "overdue_from", "late_days", "taken_days", "fee", "needs_result",
    "synced", "digitised", "e_result", "identified", "paid", "reused", "shared", "complaint", "online_ok",
    "updated", "row", "load",
)  # fmt: skip
_CONTENT: Final = f"hash({', '.join(name for name in COLUMNS if name not in ('row', 'load'))})"


@dataclass
class Merged:
    """What a load did, in dossiers. `months`: the months to be written anew. `twice`: rows repeated word for
    word; `differing`: rows of codes that stand more than once with different contents."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    older: int = 0
    months: list[int] = field(default_factory=list)
    twice: list[int] = field(default_factory=list)
    differing: list[int] = field(default_factory=list)


class Merge:
    """One load on its way: staged rows, the rows kept so far, the months to be written anew.

    Rows stay in their files. What is held of them all is small (which rows go, which codes are kept already),
    so that memory hardly grows with the load.
    """

    def __init__(self, work: Path, staged: Mapping[int, Path], kept: Mapping[int, Path], memory: str) -> None:
        """Open a database over staged and kept files by month; what is too much for `memory` ("1GiB") goes
        into the folder `work`."""
        self._kept, self._staged = dict(kept), dict(staged)
        self._connection = duckdb.connect()
        self._run = self._connection.execute
        # In memory while there is room, else beside the store: a file of its own would be written twice.
        folder = str(work).replace("'", "''")
        self._run(f"SET temp_directory = '{folder}'")
        self._run(f"SET memory_limit = '{memory}'")
        self._run("SET preserve_insertion_order = false")
        self._run(f"CREATE VIEW staged AS SELECT * FROM {files(list(self._staged.values()))}")

    def close(self) -> None:
        """Close the database; its file may then be deleted."""
        self._connection.close()

    def settle(self) -> Merged:
        """Find for every code the row that counts, and the months whose files change."""
        done = Merged()
        self._within(done)
        self._against_kept(done)
        return done

    def _within(self, done: Merged) -> None:
        """Codes that stand more than once in the file: the later change stays, then the later row."""
        # Numbers made of codes are counted first, they are shorter; what shares one is then compared itself.
        self._run(
            "CREATE TABLE doubles AS WITH alike AS"
            " (SELECT hash(id) AS mark FROM staged GROUP BY mark HAVING count(*) > 1)"
            " SELECT id FROM staged WHERE hash(id) IN (FROM alike) GROUP BY id HAVING count(*) > 1"
        )
        self._run(
            "CREATE TABLE told AS SELECT row, row_number() OVER (PARTITION BY id"
            " ORDER BY updated DESC NULLS LAST, row DESC) AS place,"
            " min(content) OVER w <> max(content) OVER w AS differs"
            f" FROM (SELECT id, row, updated, {_CONTENT} AS content FROM staged SEMI JOIN doubles USING (id))"
            " WINDOW w AS (PARTITION BY id)"
        )
        self._run("CREATE TABLE gone AS SELECT row FROM told WHERE place > 1")
        done.differing = self._numbers("SELECT row FROM told WHERE differs ORDER BY row")
        done.twice = self._numbers("SELECT row FROM told WHERE NOT differs AND place > 1 ORDER BY row")

    def _against_kept(self, done: Merged) -> None:
        """Codes that are kept already: the later change wins; without times of change, this load."""
        read = f"SELECT id, row, received, updated, {_CONTENT} AS content"
        kept = files(list(self._kept.values())) if self._kept else "(FROM staged LIMIT 0)"
        self._run(
            f"CREATE TABLE met AS SELECT s.row, s.id, {_month_of('k.received')} AS month,"
            " s.content = k.content AS same, coalesce(s.updated < k.updated, false) AS older"
            f" FROM ({read} FROM staged ANTI JOIN gone USING (row)) AS s"
            f" JOIN ({read} FROM {kept}) AS k USING (id)"
        )
        done.unchanged = self._number("SELECT count(*) FROM met WHERE same")
        done.older = self._number("SELECT count(*) FROM met WHERE older AND NOT same")
        self._run("INSERT INTO gone SELECT row FROM met WHERE same OR older")
        self._run("DELETE FROM met WHERE same OR older")
        done.replaced = self._number("SELECT count(*) FROM met")
        self._run(
            f"CREATE TABLE fresh AS SELECT {_month_of('received')} AS month, count(*) AS n"
            " FROM staged ANTI JOIN gone USING (row) GROUP BY month"
        )
        done.added = self._number("SELECT coalesce(sum(n), 0) FROM fresh") - done.replaced
        done.months = sorted(self._numbers("SELECT month FROM met UNION SELECT month FROM fresh"))

    def write(self, month: int, rows: Path) -> int:
        """Write the rows of a month; how many dossiers it holds then."""
        chosen = ", ".join(COLUMNS)
        parts = []
        if month in self._kept:
            kept, replaced = files([self._kept[month]]), f"(SELECT id FROM met WHERE month = {month})"
            parts.append(f"SELECT {chosen} FROM {kept} AS k ANTI JOIN {replaced} AS m USING (id)")
        if month in self._staged:
            staged = files([self._staged[month]])
            parts.append(f"SELECT {chosen} FROM {staged} AS s ANTI JOIN gone USING (row)")
        _copy(self._connection, f"{' UNION ALL '.join(parts)} ORDER BY province, unit, received, id", rows)
        return self._number(f"SELECT count(*) FROM {files([rows])}")

    def _number(self, statement: str) -> int:
        found = self._run(statement).fetchone()
        return int(found[0]) if found else 0

    def _numbers(self, statement: str) -> list[int]:
        return [int(row[0]) for row in self._run(statement).fetchall()]


def files(paths: Sequence[Path]) -> str:
    """Parquet files as a table of a statement."""
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{names}], hive_partitioning = false)"


def _month_of(day: str) -> str:
    """The number of a day's month, as `etl.microdata.dossiers` counts months."""
    return f"(year({day}) * 12 + month({day}) - 1)"


def _copy(connection: duckdb.DuckDBPyConnection, statement: str, target: Path) -> None:
    """Write the rows of a statement as Parquet."""
    target.parent.mkdir(parents=True, exist_ok=True)
    name = str(target).replace("'", "''")
    connection.execute(f"COPY ({statement}) TO '{name}' (FORMAT parquet, COMPRESSION zstd)")
