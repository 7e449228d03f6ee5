"""The database of the workspace: opened, brought to the newest schema, read and written in transactions."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from indices.errors import Problem
from workspace.errors import WorkspaceError

MIGRATIONS = Path(__file__).with_name("migrations")
SQLITE, POSTGRES = "sqlite", "postgresql"
DRIVERS = {SQLITE: "sqlite+pysqlite", POSTGRES: "postgresql+psycopg"}
WAIT = 10  # seconds that a writer waits for another one
PAUSE = 0.02  # seconds between two attempts where SQLite itself does not wait
WRITING = "workspace_writing"
WATCH = "watch"  # under this name a session holds the watch of its workspace
MIGRATING = 6_220_006  # key of the lock under which one process at a time changes a PostgreSQL schema

# Called with the session, the action, the row as it will stand and its values before (None: a new row).
# Raises DeniedError for who may not; what it adds to the session is kept with the write, or not at all.
Watch = Callable[[Session, str, Any, dict[str, Any] | None], None]


def sqlite_url(path: Path) -> str:
    """The address of a database file."""
    return sa.URL.create(DRIVERS[SQLITE], database=str(path)).render_as_string()


class Workspace:
    """One database, safe to use from several threads and processes. `upgrade` before the first use."""

    def __init__(self, url: str) -> None:
        """Open the database at `url` (SQLite or PostgreSQL); raises WorkspaceError for any other.

        `watch`, where a server sets it, is asked about every write of a row (workspace.store).
        """
        self.watch: Watch | None = None
        self.url = _driven(url)
        self.engine = _engine(self.url)

    @property
    def place(self) -> str:
        """Where it is, without a password: for messages."""
        return self.url.render_as_string(hide_password=True)

    def upgrade(self, revision: str = "head") -> None:
        """Bring the schema up to a revision, all steps or none; several processes may do so at once."""
        self._migrate(command.upgrade, revision)

    def downgrade(self, revision: str) -> None:
        """Take the schema back to a revision ("base": nothing is left)."""
        self._migrate(command.downgrade, revision)

    def _migrate(self, step: Any, revision: str) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        with self._told(), self.engine.execution_options(**{WRITING: True}).begin() as connection:
            if self.url.get_backend_name() == POSTGRES:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATING)))
            config.attributes["connection"] = connection
            step(config, revision)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database and writes nothing."""
        with self._told(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose writes are kept all together when the block ends, or not at all."""
        engine = self.engine.execution_options(**{WRITING: True})
        info = {WATCH: self.watch}
        with self._told(), Session(engine, expire_on_commit=False, info=info) as session, session.begin():
            yield session

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the database as problems for people."""
        try:
            yield
        except StaleDataError as error:
            raise self._problem("Somebody else changed the same row at this moment", error) from error
        except IntegrityError as error:
            raise self._problem("Another row stands in the way of this one", error.orig) from error
        except DBAPIError as error:
            raise self._problem("The workspace could not be read or written", error.orig) from error
        except CommandError as error:
            raise self._problem("The workspace is of another version of this program", error) from error

    def _problem(self, what: str, error: object) -> WorkspaceError:
        found = str(error).partition("\n")[0]
        return WorkspaceError([Problem(what, self.place, found=found, hint="Nothing was saved; try again")])

    def backup(self, target: Path) -> None:
        """Copy the database, as one state, to a new file while others go on writing (SQLite only)."""
        if self.url.get_backend_name() != SQLITE:
            raise WorkspaceError([Problem("Only SQLite is copied here", self.place, hint="Use pg_dump")])
        if target.exists():
            raise WorkspaceError([Problem("The file is there already", str(target))])
        with self._told(), self.engine.connect() as connection:
            source = connection.connection.driver_connection
            copy = sqlite3.connect(target)
            try:
                if isinstance(source, sqlite3.Connection):
                    connection.rollback()
                    source.backup(copy)
            finally:
                copy.close()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _driven(url: str) -> sa.URL:
    """The address with the driver that is installed, whichever driver or old name it was written with."""
    hint = "sqlite:////path/to/file, or postgresql://user:password@host/database"
    try:
        found = sa.make_url(url)
    except (ArgumentError, ValueError):
        raise WorkspaceError([Problem("This is no address of a database", hint=hint)]) from None
    name = found.drivername.partition("+")[0]
    name = POSTGRES if name == "postgres" else name
    if name not in DRIVERS:
        place = found.render_as_string(hide_password=True)
        raise WorkspaceError([Problem("This kind of database is not supported", place, hint=hint)])
    return found.set(drivername=DRIVERS[name])


def _engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() == POSTGRES:
        return sa.create_engine(url, pool_pre_ping=True)
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"timeout": WAIT})
    sa.event.listen(engine, "connect", _on_connect)
    sa.event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _: object) -> None:
    """WAL lets people read while one writes; FULL keeps what was saved even when the power goes."""
    connection.isolation_level = None  # the driver begins no transactions of its own: _on_begin does
    _written_ahead(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _written_ahead(connection: sqlite3.Connection) -> None:
    """Turn WAL on. Where two do so in a new file at once SQLite refuses one at once: it never waits here."""
    until = time.monotonic() + WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(PAUSE)


def _on_begin(connection: sa.Connection) -> None:
    """A writer takes the lock at once: a reader that turns writer midway would be refused, not wait."""
    writing = connection.get_execution_options().get(WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
