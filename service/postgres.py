"""A PostgreSQL database copied and put back by its own programs, pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from indices.errors import Problem
from service.archive import BackupError
from workspace.database import DRIVERS, POSTGRES

DISTRIBUTION: Final = Path("/usr/lib/postgresql")  # where Debian and Ubuntu keep each version's programs
LONGEST: Final = 3600  # seconds


def plain(url: str) -> sa.URL:
    """An address as PostgreSQL's own programs take it."""
    return sa.make_url(url).set(drivername=POSTGRES)


def tables(url: sa.URL) -> list[str]:
    """Names of the tables of a database."""
    engine = sa.create_engine(url.set(drivername=DRIVERS[POSTGRES]))
    try:
        return sa.inspect(engine).get_table_names()
    except sa.exc.SQLAlchemyError as error:
        found = str(getattr(error, "orig", error)).partition("\n")[0]
        place = url.render_as_string(hide_password=True)
        raise BackupError([Problem("The database does not answer", place, found=found)]) from error
    finally:
        engine.dispose()


def dump(url: sa.URL | None, target: Path) -> None:
    """Copy one state of a database to a file, while others go on writing."""
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def load(url: sa.URL, source: Path) -> None:
    """Put a copy back, in one transaction."""
    _run(
        "pg_restore",
        url,
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        str(source),
    )


def program(name: str) -> str:
    """The path of one of PostgreSQL's programs, the newest where there are several. Raises BackupError."""
    found = sorted(DISTRIBUTION.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        hint = "install PostgreSQL's client programs (Debian, Ubuntu: apt-get install postgresql-client)"
        raise BackupError([Problem("A program of PostgreSQL is missing", name, hint=hint)])
    return path


def _run(name: str, url: sa.URL | None, *options: str) -> None:
    """Run a program on a database; the password goes by the environment, which no list of processes shows."""
    if url is None:
        raise BackupError([Problem("No PostgreSQL database is set", "CCHC_DATABASE_URL")])
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    place = url.set(password=None).render_as_string()
    done = subprocess.run(
        [program(name), f"--dbname={place}", "--no-password", *options],
        env={**os.environ, **secret}, capture_output=True, text=True, timeout=LONGEST, check=False,
    )  # fmt: skip
    if done.returncode:
        found = done.stderr.strip().splitlines()[-1:] or ["no word"]
        raise BackupError(
            [Problem(f"{name} failed", url.render_as_string(hide_password=True), found=found[0])]
        )
