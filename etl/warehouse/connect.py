"""Reaching a release: the pointer that names the served one, and read-only connections to its file."""

from __future__ import annotations

import json
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from etl.warehouse import selects
from etl.warehouse.schema import SCHEMA_VERSION, release_info
from etl.warehouse.scored import TEXT, ScoreTable
from etl.warehouse.selects import Value
from indices.errors import Problem, ReleaseError

POINTER_NAME = "current.json"
# Frames of the served release that are kept in memory, in bytes.
ROOM = 64 * 1024 * 1024
# Columns of the score table that are read at a time: all at once would need the room of two tables.
AT_A_TIME = 12
# The schema stores whole numbers in 32 bits; those never missing are widened before this map is used.
_KINDS: Mapping[pa.DataType, Any] = {pa.int32(): pd.Int64Dtype(), pa.string(): TEXT}


@dataclass(frozen=True)
class Pointer:
    """Which release is served: its id, its file beside the pointer, when it was built (ISO, UTC).

    `rolled_back_from` is the id of the release that a person stepped back from; blank after a normal build.
    `imports`: ids of the imports that the release holds, in the order in which they were published.
    """

    release_id: str
    file: str
    built_at: str
    rolled_back_from: str = ""
    imports: tuple[str, ...] = ()

    def to_json(self) -> str:
        """The pointer as it is stored."""
        return json.dumps({k: v for k, v in asdict(self).items() if v}, indent=1) + "\n"


def read_pointer(path: Path) -> Pointer:
    """The pointer at `path`. Raises ReleaseError, in one clear sentence, when it is missing or damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        pointer = Pointer(**{**content, "imports": tuple(content.get("imports", ()))})
    except FileNotFoundError as error:
        raise _pointer_error("No release has been published yet", path, "no such file") from error
    except OSError as error:
        raise _pointer_error("The pointer to the release cannot be read", path, str(error)) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise _pointer_error("The pointer to the release is damaged", path, str(error)) from error
    texts = [v for name, v in vars(pointer).items() if name != "imports"]
    if not all(isinstance(v, str) for v in (*texts, *pointer.imports)) or not _plain_name(pointer.file):
        raise _pointer_error("The pointer to the release is damaged", path, pointer.file)
    return pointer


def _plain_name(file: object) -> bool:
    return isinstance(file, str) and bool(file) and Path(file).name == file


def _pointer_error(what: str, path: Path, found: str) -> ReleaseError:
    expected = "a JSON object with release_id, file and built_at"
    hint = "run python -m etl build"
    return ReleaseError([Problem(what, path.name, str(path.parent), found, expected, hint)])


def open_engine(path: Path, read_only: bool = True) -> sa.Engine:
    """An engine over one release file.

    Read-only engines pool a few connections to one shared DuckDB instance; a writing engine keeps one.
    """
    url = sa.URL.create("duckdb", database=str(path))
    if not read_only:
        return sa.create_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=0)
    arguments = {"read_only": True}
    engine = sa.create_engine(url, connect_args=arguments, poolclass=QueuePool, pool_size=4, max_overflow=-1)
    sa.event.listen(engine, "connect", _one_thread)
    return engine


def _one_thread(connection: Any, _: object) -> None:
    """One thread a query: tables are small, and many small queries at once would only fight over threads.

    Set on the open database, not in its configuration: DuckDB refuses to open a file twice in a process with
    different configurations.
    """
    connection.execute("SET threads = 1")


def without_threads() -> None:
    """Close the connection that DuckDB makes for itself when it is imported; another comes when needed.

    Its threads do not come along into the processes of a server, which would wait for them when they end
    until somebody kills them.
    """
    duckdb.default_connection().close()


def arrow(connection: sa.Connection, statement: sa.Select[Any]) -> pa.Table:
    """Result of a statement as DuckDB gives it."""
    result: Any = connection.execute(statement, execution_options={"duckdb_arrow": True})
    table: pa.Table = result.all()
    return table


def fetch(connection: sa.Connection, statement: sa.Select[Any]) -> pd.DataFrame:
    """Result of a statement as a fresh frame.

    Whole numbers and flags that may be missing are nullable (`Int64`, `boolean`), the others plain `int64`
    and `bool`; texts are `str` with NaN where missing; scores are `float64`.
    """
    table = _compact(arrow(connection, statement))
    never_null = {c.name for c in statement.selected_columns if not getattr(c, "nullable", True)}
    kinds = {}
    for place, field in enumerate(table.schema):
        whole = field.name in never_null and table.column(place).null_count == 0
        if whole and field.type == pa.int32():
            table = table.set_column(place, field.name, table.column(place).cast(pa.int64()))
        elif field.type == pa.bool_() and not whole:
            kinds[field.name] = "boolean"
    frame: pd.DataFrame = table.to_pandas(types_mapper=_KINDS.get)
    return frame.astype(kinds) if kinds else frame


def _compact(table: pa.Table) -> pa.Table:
    """The table in memory of its own size: DuckDB makes room for two thousand rows, however few come."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return pa.ipc.open_stream(sink.getvalue()).read_all()


class Frames:
    """Frames already asked for, the least recently used given up first when `room` (bytes) is full."""

    def __init__(self, room: int = ROOM) -> None:
        self._room, self._size = room, 0
        self._kept: OrderedDict[Any, tuple[int, pd.DataFrame]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, statement: sa.Select[Any], make: Callable[[sa.Select[Any]], pd.DataFrame]) -> pd.DataFrame:
        """The frame of a statement, made where it is not kept.

        What comes back shares its columns with the kept one until it is written to (pandas copies on write).
        """
        key = _key(statement)
        if key is None:
            return make(statement)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][1].copy(deep=False)
        made = make(statement)
        self._put(key, made)
        return made.copy(deep=False)

    def _put(self, key: Any, made: pd.DataFrame) -> None:
        size = int(made.memory_usage().sum())
        with self._lock:
            if key in self._kept or size > self._room:
                return
            self._kept[key] = (size, made)
            self._size += size
            while self._size > self._room:
                self._size -= self._kept.popitem(last=False)[1][0]


def _key(statement: sa.Select[Any]) -> Any:
    """What tells a statement with its values from every other; None for one that SQLAlchemy cannot tell."""
    found = statement._generate_cache_key()
    return None if found is None else (found.key, tuple(_hashable(p.value) for p in found.bindparams))


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | set) else value


class ReleaseFile:
    """One open release file. Safe to share between threads; every call uses a connection of its own."""

    def __init__(self, path: Path, hold: bool = False) -> None:
        """Open `path` read-only; raises ReleaseError when it is missing or not a release.

        hold: keep the score table in memory, for a server that is asked for rows of it all day.
        """
        self.path = path
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._engine = self._open()
        self._frames = Frames()
        self._scores = self._read_scores() if hold else None

    def _open(self) -> sa.Engine:
        if not self.path.is_file():
            raise self._unusable("The release file is missing", "no such file")
        engine = open_engine(self.path)
        try:
            with engine.connect() as connection:
                held = connection.execute(sa.select(release_info.c.key, release_info.c.value))
                told = {row.key: row.value for row in held}
        except sa.exc.DBAPIError as error:
            engine.dispose()
            raise self._unusable("The release file cannot be opened", str(error.orig)) from error
        if (schema := told.get("schema_version", "")) != SCHEMA_VERSION:
            engine.dispose()
            raise self._of_another_schema(schema)
        return engine

    def _of_another_schema(self, schema: str) -> ReleaseError:
        """A release is made anew from its sources, never changed: there is nothing to migrate."""
        what, hint = "The release was made by another version of the program", "make data builds it anew"
        found, expected = f"schema {schema}", f"schema {SCHEMA_VERSION}"
        return ReleaseError([Problem(what, self.path.name, str(self.path.parent), found, expected, hint)])

    def _unusable(self, what: str, found: str) -> ReleaseError:
        hint = "run python -m etl rollback, or python -m etl build --force"
        place = str(self.path.parent)
        return ReleaseError([Problem(what, self.path.name, place, found, "a release file", hint)])

    def _read_scores(self) -> ScoreTable:
        columns = list(selects.scores({}).selected_columns)
        parts = [columns[at : at + AT_A_TIME] for at in range(0, len(columns), AT_A_TIME)]
        try:
            with self._engine.connect() as connection:
                tables = (arrow(connection, selects.scores({}).with_only_columns(*part)) for part in parts)
                return ScoreTable(zip(tables, parts, strict=True))
        except sa.exc.DBAPIError as error:
            self._engine.dispose()
            raise self._unusable("The scores of the release cannot be read", str(error.orig)) from error

    def scores(self, limits: Mapping[str, Value], columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Score rows within limits (see `selects.scores`), from memory where the table is held."""
        if self._scores is not None:
            return self._scores.rows(limits, columns)
        frame = self.frame(selects.scores(limits))
        return frame if columns is None else frame[list(columns)]

    def frame(self, statement: sa.Select[Any]) -> pd.DataFrame:
        """The rows of a statement, asked once: the file never changes. The frame is the caller's own."""
        return self._frames.get(statement, self._fetched)

    def columns(self, statement: sa.Select[Any]) -> pa.Table:
        """The rows of a statement as DuckDB gives them, asked anew each time."""
        with self._current_engine().connect() as connection:
            return arrow(connection, statement)

    def _fetched(self, statement: sa.Select[Any]) -> pd.DataFrame:
        with self._current_engine().connect() as connection:
            return fetch(connection, statement)

    def _current_engine(self) -> sa.Engine:
        """The engine of this process: a DuckDB instance does not survive a fork of the web server."""
        if self._pid != os.getpid():
            with self._lock:
                if self._pid != os.getpid():
                    self._engine.dispose(close=False)
                    self._engine, self._pid = self._open(), os.getpid()
        return self._engine

    def close(self) -> None:
        """Close idle connections; those in use close when their query ends."""
        self._engine.dispose()
