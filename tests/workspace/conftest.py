"""Real databases: a SQLite file, and a PostgreSQL server of the distribution, started and stopped here."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from workspace.database import Workspace, sqlite_url

ROOT = Path(__file__).resolve().parents[2]
UNPRIVILEGED = ("postgres", "nobody")  # the server refuses to run as root


def programs() -> Path | None:
    """Folder of PostgreSQL's own programs, the newest where there are several."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


def somebody() -> dict[str, int]:
    """Arguments of subprocess that leave root's rights off; none where there are none to leave."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in UNPRIVILEGED if name in known)
    return {"user": entry.pw_uid, "group": entry.pw_gid}


@pytest.fixture(scope="session")
def postgres() -> Iterator[sa.URL]:
    """The address of a PostgreSQL server that lives as long as the tests: on a socket, no port."""
    binaries = programs()
    if binaries is None:
        pytest.skip("PostgreSQL is not on this computer: make postgres")
    folder = Path(tempfile.mkdtemp(prefix="cchc-pg-"))
    who = somebody()
    if who:
        os.chown(folder, who["user"], who["group"])

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [binaries / program, *arguments],
            **who,  # type: ignore[call-overload]
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=(folder / "out").open("ab"),
            stderr=subprocess.STDOUT,
            check=False,
        )
        assert done.returncode == 0, (folder / "out").read_text(encoding="utf-8", errors="replace")

    data = str(folder / "data")
    try:
        run("initdb", "-D", data, "-U", "cchc", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        options = f"-c listen_addresses='' -k {folder} -c fsync=off"
        run("pg_ctl", "-D", data, "-w", "-t", "120", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield sa.URL.create(
                "postgresql", username="cchc", database="postgres", query={"host": str(folder)}
            )
        finally:
            run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fresh_database(server: sa.URL) -> str:
    """The address of a new, empty database on the server."""
    name = f"w{uuid.uuid4().hex}"
    engine = sa.create_engine(server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.set(database=name).render_as_string()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "workspace.sqlite")
    return fresh_database(request.getfixturevalue("postgres"))


@pytest.fixture
def workspace(url: str) -> Iterator[Workspace]:
    """A workspace of the newest schema, empty."""
    made = Workspace(url)
    made.upgrade()
    yield made
    made.close()
