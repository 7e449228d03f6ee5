"""What an earlier version wrote opens after an upgrade, or is refused with the way on.

There is no earlier tagged version: a workspace is made at every earlier revision of its schema by the steps
of then, with rows; a release is made as one of the schema before was, without the columns that came since.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from app import create_app
from etl.warehouse.connect import POINTER_NAME, Pointer, read_pointer
from etl.warehouse.queries import Warehouse
from etl.warehouse.schema import SCHEMA_VERSION
from indices.errors import ReleaseError
from service.settings import Settings
from service.version import VERSION
from tests.workspace.conftest import postgres, url
from workspace import store
from workspace.database import MIGRATIONS, Workspace
from workspace.models import Assignment, Cause

__all__ = ["postgres", "url"]
ROOT = Path(__file__).resolve().parents[2]
EARLIER = [step.revision for step in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][1:]


def some_value(column: sa.Column[Any]) -> Any:
    """A value that a column takes."""
    if column.name == "deleted_at" or (column.nullable and isinstance(column.type, sa.DateTime)):
        return None
    kinds: list[tuple[type, Any]] = [
        (sa.DateTime, datetime(2026, 1, 2, tzinfo=UTC)), (sa.Date, date(2026, 12, 31)), (sa.Boolean, False),
        (sa.Integer, 1), (sa.Float, 1.0),
    ]  # fmt: skip
    for kind, value in kinds:
        if isinstance(column.type, kind):
            return value
    return f"{column.table.name} cũ"[: getattr(column.type, "length", None) or 40]


@pytest.mark.parametrize("revision", EARLIER)
def test_a_workspace_of_every_earlier_schema_opens_with_its_rows(url: str, revision: str) -> None:
    old = Workspace(url)
    old.upgrade(revision)
    held = sa.MetaData()
    held.reflect(old.engine)
    with old.engine.begin() as connection:
        for name in ("cause", "assignment"):
            table = held.tables[name]
            values = {column.name: some_value(column) for column in table.columns}
            connection.execute(table.insert().values(values))
    old.close()
    new = Workspace(url)
    new.upgrade()
    with new.reading() as session:
        (cause,), (work,) = store.listed(session, Cause), store.listed(session, Assignment)
        assert cause.text == "cause cũ"
        assert work.lead == "assignment cũ"
        assert work.deadline == date(2026, 12, 31)
        assert work.target_value in (None, 1.0)
    new.close()


def of_the_schema_before(release_dir: Path, folder: Path) -> Pointer:
    """The present release as the schema before would have had it: another id, number and one column less."""
    pointer = read_pointer(release_dir / POINTER_NAME)
    old = Pointer("0" * 12, f"release_{'0' * 12}.duckdb", pointer.built_at)
    shutil.copy(release_dir / pointer.file, folder / old.file)
    with duckdb.connect(str(folder / old.file)) as connection:
        before = str(int(SCHEMA_VERSION) - 1)
        connection.execute("UPDATE release_info SET value = ? WHERE key = 'schema_version'", [before])
        connection.execute("UPDATE release_info SET value = ? WHERE key = 'release_id'", [old.release_id])
        connection.execute("ALTER TABLE score DROP COLUMN self_score")
    (folder / POINTER_NAME).write_text(old.to_json(), "utf-8")
    return old


def test_a_release_of_another_schema_is_refused_with_the_way_on(release_dir: Path, tmp_path: Path) -> None:
    of_the_schema_before(release_dir, tmp_path)
    with pytest.raises(ReleaseError) as caught:
        Warehouse(tmp_path / POINTER_NAME).release()
    (problem,) = caught.value.problems
    assert (problem.found, problem.expected) == (
        f"schema {int(SCHEMA_VERSION) - 1}",
        f"schema {SCHEMA_VERSION}",
    )
    assert "make data" in problem.hint
    client = create_app(Settings(releases_dir=tmp_path)).server.test_client()
    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (503, 503)
    assert client.get("/").status_code == 200


def test_what_make_run_does_first_serves_a_release_of_this_schema(release_dir: Path, tmp_path: Path) -> None:
    old = of_the_schema_before(release_dir, tmp_path)
    present = read_pointer(release_dir / POINTER_NAME)
    # The file of this schema lies there already, so that nothing need be computed here.
    shutil.copy(release_dir / present.file, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "etl", "build", "--if-changed", "--json", "--releases", str(tmp_path),
         "--imports", str(tmp_path / "imports")],
        cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["changed"] is True
    served = read_pointer(tmp_path / POINTER_NAME)
    assert served.release_id == present.release_id != old.release_id
    assert Warehouse(tmp_path / POINTER_NAME).release().release_id == present.release_id


def test_the_version_stands_in_one_place_and_is_told(release_dir: Path) -> None:
    client = create_app(Settings(releases_dir=release_dir)).server.test_client()
    assert client.get("/healthz").json["version"] == VERSION
    assert f"\n## {VERSION}\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")
