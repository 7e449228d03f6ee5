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
    """One load on its way: staged rows, the rows kept so far, the months to be written anew."""

    def __init__(self, work: Path, staged: Path, kept: Mapping[int, Path]) -> None:
        """Open a database over the staged file and the kept files by month; what is too much for the memory
        goes into the folder `work`."""
        self._kept = dict(kept)
        self._connection = duckdb.connect()
        self._run = self._connection.execute
        # In memory while there is room, else beside the store: a file of its own would be written twice.
        folder = str(work).replace("'", "''")
        self._run(f"SET temp_directory = '{folder}'")
        self._run("SET preserve_insertion_order = false")
        self._run(f"CREATE TABLE staged AS SELECT *, {_CONTENT} AS content FROM {files([staged])}")

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
        self._run("CREATE TABLE doubles AS SELECT id FROM staged GROUP BY id HAVING count(*) > 1")
        self._run(
            "CREATE TABLE told AS SELECT row, row_number() OVER (PARTITION BY id"
            " ORDER BY updated DESC NULLS LAST, row DESC) AS place,"
            " min(content) OVER w <> max(content) OVER w AS differs"
            " FROM staged SEMI JOIN doubles USING (id) WINDOW w AS (PARTITION BY id)"
        )
        self._run("DELETE FROM staged WHERE row IN (SELECT row FROM told WHERE place > 1)")
        done.differing = self._numbers("SELECT row FROM told WHERE differs ORDER BY row")
        done.twice = self._numbers("SELECT row FROM told WHERE NOT differs AND place > 1 ORDER BY row")

    def _against_kept(self, done: Merged) -> None:
        """Codes that are kept already: the later change wins; without times of change, this load."""
        kept = files(list(self._kept.values())) if self._kept else "(SELECT * FROM staged LIMIT 0)"
        self._run(
            f"CREATE TABLE old AS SELECT id, {_month_of('k.received')} AS month, k.updated,"
            f" {_CONTENT} AS content FROM {kept} AS k SEMI JOIN staged USING (id)"
        )
        same = "SELECT id FROM staged JOIN old USING (id) WHERE staged.content = old.content"
        older = "SELECT id FROM staged JOIN old USING (id) WHERE staged.updated < old.updated"
        done.unchanged = self._dropped(same)
        done.older = self._dropped(older)
        self._run("DELETE FROM old WHERE id NOT IN (SELECT id FROM staged)")
        done.replaced = self._number("SELECT count(*) FROM old")
        done.added = self._number("SELECT count(*) FROM staged") - done.replaced
        new = f"SELECT DISTINCT {_month_of('received')} FROM staged"
        done.months = sorted(self._numbers(f"SELECT month FROM old UNION {new}"))

    def _dropped(self, ids: str) -> int:
        """How many staged rows a statement names; they go."""
        count = self._number(f"SELECT count(*) FROM ({ids})")
        if count:
            self._run(f"DELETE FROM staged WHERE id IN ({ids})")
        return count

    def write(self, month: int, rows: Path) -> int:
        """Write the rows of a month; how many dossiers it holds then."""
        chosen = ", ".join(COLUMNS)
        own = f"SELECT {chosen} FROM staged WHERE {_month_of('received')} = {month}"
        old = ""
        if month in self._kept:
            kept = files([self._kept[month]])
            old = f"SELECT {chosen} FROM {kept} AS k ANTI JOIN staged USING (id) UNION ALL "
        _copy(self._connection, f"{old}{own} ORDER BY province, unit, received, id", rows)
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
