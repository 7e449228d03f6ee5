"""The database file or server: schema, two connections at once, crashes, copies, addresses."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.workspace import samples
from tests.workspace.conftest import ROOT
from workspace import store
from workspace.database import Workspace, sqlite_url
from workspace.errors import WorkspaceError
from workspace.models import Base, Cause
from workspace.store import ref_of

DIES = """
import os, signal, sys
from tests.workspace import samples
from workspace import store
from workspace.database import Workspace
from workspace.models import Cause

workspace = Workspace(sys.argv[1])
with workspace.writing() as session:
    (row,) = store.listed(session, Cause)
    store.change(session, store.ref_of(row), samples.cause(text="half written"), "B")
    store.add(session, samples.cause(text="another"), "B")
    print("written", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def tables(workspace: Workspace) -> set[str]:
    """Names of the tables that stand."""
    return set(sa.inspect(workspace.engine).get_table_names())


def test_the_schema_goes_up_from_nothing_and_down_again(url: str) -> None:
    workspace = Workspace(url)
    workspace.upgrade()
    assert tables(workspace) == {*Base.metadata.tables, "alembic_version"}
    with workspace.writing() as session:
        store.add(session, samples.cause(), "A")
    workspace.upgrade()
    with workspace.reading() as session:
        assert len(store.listed(session, Cause)) == 1
    workspace.downgrade("base")
    assert tables(workspace) == {"alembic_version"}
    workspace.upgrade()
    with workspace.reading() as session:
        assert store.listed(session, Cause) == []
    workspace.close()


def test_the_migrations_make_what_the_models_say(workspace: Workspace) -> None:
    with workspace.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_several_may_upgrade_at_once(url: str) -> None:
    failed: list[BaseException] = []

    def up() -> None:
        one = Workspace(url)
        try:
            one.upgrade()
        except WorkspaceError as error:
            failed.append(error)
        finally:
            one.close()

    threads = [threading.Thread(target=up) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    workspace = Workspace(url)
    assert "cause" in tables(workspace)
    workspace.close()


def test_several_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    """Each turns write-ahead on in it, for which SQLite lets nobody wait: a few of a hundred were refused."""
    failed: list[BaseException] = []

    def read(url: str, start: threading.Barrier) -> None:
        one = Workspace(url)
        start.wait()
        try:
            with one.reading() as session:
                session.execute(sa.text("SELECT 1"))
        except WorkspaceError as error:
            failed.append(error)
        finally:
            one.close()

    for n in range(30):
        start = threading.Barrier(4)
        given = (sqlite_url(tmp_path / f"{n}.sqlite"), start)
        threads = [threading.Thread(target=read, args=given) for _ in range(start.parties)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []


def test_a_step_that_fails_leaves_the_schema_as_it_was(url: str) -> None:
    workspace = Workspace(url)
    with workspace.writing() as session:
        session.execute(sa.text("CREATE TABLE saved (id VARCHAR(32))"))  # in the way of the first step
    with pytest.raises(WorkspaceError):
        workspace.upgrade()
    assert tables(workspace) == {"saved"}
    workspace.close()


def test_a_database_of_a_newer_program_is_told(workspace: Workspace) -> None:
    with workspace.writing() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WorkspaceError, match="another version of this program"):
        workspace.upgrade()


def test_a_writer_that_is_killed_leaves_the_old_state(workspace: Workspace, url: str) -> None:
    with workspace.writing() as session:
        row = store.add(session, samples.cause(), "A")
    died = subprocess.run(
        [sys.executable, "-c", DIES, url], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert died.stdout.strip() == "written", died.stderr
    assert died.returncode == -signal.SIGKILL
    with workspace.reading() as session:
        assert [one.text for one in store.listed(session, Cause)] == [samples.cause().text]
        assert len(store.history(session, "cause", row.id)) == 1
    with workspace.writing() as session:
        assert store.change(session, ref_of(row), samples.cause(text="sau đó"), "A").version == 2


def test_people_read_the_old_state_while_one_writes(workspace: Workspace, url: str) -> None:
    with workspace.writing() as session:
        row = store.add(session, samples.cause(), "A")
    other = Workspace(url)
    with workspace.writing() as session:
        store.change(session, ref_of(row), samples.cause(text="mới"), "A")
        with other.reading() as reading:
            assert store.get(reading, Cause, row.id).text == samples.cause().text
    with other.reading() as reading:
        assert store.get(reading, Cause, row.id).text == "mới"
    other.close()


def test_a_reader_sees_one_state_of_a_sqlite_file(tmp_path: Path) -> None:
    workspace = Workspace(sqlite_url(tmp_path / "a" / "w.sqlite"))
    workspace.upgrade()
    with workspace.reading() as reading:
        assert store.listed(reading, Cause) == []
        with workspace.writing() as session:
            store.add(session, samples.cause(), "A")
        assert store.listed(reading, Cause) == []
        assert reading.scalar(sa.text("PRAGMA journal_mode")) == "wal"
        assert reading.scalar(sa.text("PRAGMA foreign_keys")) == 1
    workspace.close()


def test_a_copy_is_whole_while_others_write(tmp_path: Path) -> None:
    workspace = Workspace(sqlite_url(tmp_path / "w.sqlite"))
    workspace.upgrade()
    with workspace.writing() as session:
        store.add(session, samples.cause(), "A")
    with workspace.writing() as session:
        store.add(session, samples.cause(text="chưa xong"), "A")
        session.flush()
        workspace.backup(tmp_path / "copy.sqlite")
    copy = Workspace(sqlite_url(tmp_path / "copy.sqlite"))
    with copy.reading() as session:
        assert [one.text for one in store.listed(session, Cause)] == [samples.cause().text]
    with pytest.raises(WorkspaceError, match="there already"):
        workspace.backup(tmp_path / "copy.sqlite")
    copy.close()
    workspace.close()


def test_other_databases_and_passwords_are_not_told() -> None:
    for wrong in ("mysql://u:secret@h/d", "nonsense", ""):
        with pytest.raises(WorkspaceError) as told:
            Workspace(wrong)
        assert "secret" not in str(told.value)
    server = Workspace("postgres://u:secret@127.0.0.1:1/d")
    with pytest.raises(WorkspaceError) as told:
        server.upgrade()
    assert "secret" not in str(told.value)
