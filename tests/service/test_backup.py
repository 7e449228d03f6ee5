"""The restore drill: everything is copied, lost, put back and the same; nothing damaged or newer is taken."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app import create_app
from etl.settings import Settings as DataSettings
from indices.errors import DataError
from people import accounts
from people.accounts import Profile
from service import archive, backup
from service.archive import BackupError
from service.backup import Places, back_up, restore
from service.settings import Settings
from tests.workspace.conftest import fresh_database, postgres
from workspace.database import Workspace
from workspace.settings import Settings as WorkspaceSettings

__all__ = ["postgres"]
ROOT = Path(__file__).resolve().parents[2]


def places_in(folder: Path, url: str = "") -> Places:
    """Everything below one folder, the workspace in PostgreSQL where an address is given."""
    data = DataSettings(data_dir=folder, releases_dir=folder / "releases")
    return Places(data, WorkspaceSettings(workspace_path=folder / "w" / "w.sqlite", database_url=url))


def filled(places: Places, release_dir: Path) -> Places:
    """A release, an import, dossiers and what somebody wrote."""
    pointer = json.loads((release_dir / "current.json").read_text("utf-8"))
    for folder in places.folders.values():
        folder.mkdir(parents=True)
    for name in ("current.json", pointer["file"]):
        shutil.copy(release_dir / name, places.data.releases_dir)
    (places.data.imports_dir / "files").mkdir()
    (places.data.imports_dir / "files" / "số liệu.csv").write_bytes(os.urandom(200_000))
    (places.data.dossiers_dir / "cube.parquet").write_bytes(os.urandom(1000))
    (places.data.releases_dir / ".building_x").write_bytes(b"unfinished")
    (places.data.releases_dir / ".lock").touch()
    workspace = places.workspace.opened()
    with workspace.writing() as session:
        accounts.add(session, "hoa", Profile("Trần Thị Hoa", "reader"), "test")
    workspace.close()
    return places


def state(places: Places) -> dict[str, str]:
    """Every file by its SHA-256, and every row of the workspace."""
    found = {
        f"{name}/{path.relative_to(folder)}": hashlib.sha256(path.read_bytes()).hexdigest()
        for name, folder in places.folders.items()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith((".lock", ".building_"))
    }
    workspace = Workspace(places.workspace.url())
    with workspace.engine.connect() as connection:
        for table in sorted(sa.inspect(connection).get_table_names()):
            rows = connection.execute(sa.text(f'SELECT * FROM "{table}"')).all()
            found[f"table {table}"] = repr(sorted(map(repr, rows)))
    workspace.close()
    return found


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_drill(kind: str, release_dir: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    servers = request.getfixturevalue("postgres") if kind == "postgresql" else None
    urls = [fresh_database(servers) if servers is not None else "" for _ in range(2)]
    before = filled(places_in(tmp_path / "one", urls[0]), release_dir)
    file = tmp_path / "copy.zip"
    made = back_up(file, before)
    assert file.stat().st_mode & 0o077 == 0
    assert made.revision
    assert not list(tmp_path.glob(".*"))
    told = state(before)
    after = places_in(tmp_path / "two", urls[1])
    assert restore(file, after) == made
    assert state(after) == told
    assert not [p for p in (tmp_path / "two").iterdir() if p.name.startswith(".")]
    client = create_app(Settings(releases_dir=after.data.releases_dir)).server.test_client()
    assert client.get("/healthz").json["release"] == made.release
    with pytest.raises(BackupError, match="already"):
        restore(file, after)
    assert state(after) == told


def test_a_backup_of_nothing_written_yet(tmp_path: Path) -> None:
    file = tmp_path / "copy.zip"
    made = back_up(file, places_in(tmp_path / "one"))
    assert (made.release, made.revision, made.files) == ("", "", {})
    restore(file, places_in(tmp_path / "two"))
    with pytest.raises(BackupError, match="already"):
        back_up(file, places_in(tmp_path / "one"))


@pytest.fixture(scope="module")
def copy(release_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good archive."""
    folder = tmp_path_factory.mktemp("backup")
    back_up(folder / "copy.zip", filled(places_in(folder / "one"), release_dir))
    return folder / "copy.zip"


def changed(copy: Path, target: Path, **about: Any) -> Path:
    """The archive with another manifest, and further files."""
    more = about.pop("more", {})
    with zipfile.ZipFile(copy) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if name != archive.MANIFEST:
                new.writestr(name, old.read(name))
        told = json.loads(old.read(archive.MANIFEST)) | about
        for name, body in more.items():
            new.writestr(name, body)
        new.writestr(archive.MANIFEST, json.dumps(told))
    return target


def refused(file: Path, folder: Path, match: str) -> None:
    """Nothing is put in place."""
    places = places_in(folder)
    with pytest.raises(BackupError, match=match):
        restore(file, places)
    assert not folder.exists() or [p for p in folder.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("part", [0.0, 0.2, 0.5, 0.9, 0.999])
def test_a_damaged_archive_is_refused(copy: Path, tmp_path: Path, part: float) -> None:
    whole = copy.read_bytes()
    place = int(len(whole) * part)
    (tmp_path / "cut.zip").write_bytes(whole[:place])
    refused(tmp_path / "cut.zip", tmp_path / "a", "damaged")
    body = bytearray(whole)
    for at in range(place, min(place + 64, len(body))):
        body[at] ^= 0xFF
    (tmp_path / "flipped.zip").write_bytes(bytes(body))
    refused(tmp_path / "flipped.zip", tmp_path / "b", "damaged")


def test_a_file_that_cannot_be_unpacked_is_refused(copy: Path, tmp_path: Path) -> None:
    """Damage within the packed bytes of a file, at its start: no block of deflate begins like this."""
    with zipfile.ZipFile(copy) as held:
        packed = [each for each in held.infolist() if each.compress_type == zipfile.ZIP_DEFLATED]
    body = bytearray(copy.read_bytes())
    header = packed[0].header_offset
    name, extra = struct.unpack_from("<HH", body, header + 26)
    body[header + 30 + name + extra] = 0xFF
    (tmp_path / "flipped.zip").write_bytes(bytes(body))
    refused(tmp_path / "flipped.zip", tmp_path / "a", "damaged")


def test_what_is_listed_wrongly_is_refused(copy: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(copy) as held:
        files = json.loads(held.read(archive.MANIFEST))["files"]
    name = next(iter(files))
    wrong = changed(copy, tmp_path / "1.zip", files={**files, name: "0" * 64})
    refused(wrong, tmp_path / "a", "damaged")
    refused(changed(copy, tmp_path / "2.zip", more={"releases/x": "unlisted"}), tmp_path / "b", "damaged")
    for n, evil in enumerate(("../evil", "releases/../../evil", "/etc/evil", "elsewhere/evil", "releases")):
        body = b"evil"
        listed = {**files, evil: hashlib.sha256(body).hexdigest()}
        file = changed(copy, tmp_path / f"evil{n}.zip", files=listed, more={evil: body})
        refused(file, tmp_path / f"c{n}", "damaged")
        assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("newer", [{"program": "99.0.0"}, {"format": 99}])
def test_what_a_newer_program_made_is_refused(copy: Path, tmp_path: Path, newer: dict[str, Any]) -> None:
    refused(changed(copy, tmp_path / "newer.zip", **newer), tmp_path / "a", "newer version")


def test_a_step_that_fails_undoes_the_others(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, moved = shutil.move, []

    def failing(source: Any, target: Any) -> Any:
        if len(moved) == 2:
            raise OSError(28, "No space left on device")
        moved.append(target)
        return real(source, target)

    monkeypatch.setattr(backup.shutil, "move", failing)
    refused(copy, tmp_path / "a", "No space left")
    assert len(moved) == 2


def test_a_workspace_of_another_kind_is_told(copy: Path, tmp_path: Path, postgres: sa.URL) -> None:
    with pytest.raises(BackupError, match="another kind"):
        restore(copy, places_in(tmp_path / "a", fresh_database(postgres)))


def test_while_a_build_is_at_work_it_waits_then_says_so(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from etl.lock import only_builder

    places = places_in(tmp_path / "one")
    monkeypatch.setattr(backup, "WAIT", 0.1)
    with only_builder(places.data.releases_dir), pytest.raises(DataError, match="at work"):
        back_up(tmp_path / "copy.zip", places)
    assert not (tmp_path / "copy.zip").exists()


def test_from_the_command_line(release_dir: Path, tmp_path: Path) -> None:
    filled(places_in(tmp_path / "one"), release_dir)
    file = tmp_path / "copy.zip"

    def ran(folder: str, *command: str) -> subprocess.CompletedProcess[str]:
        told = {
            "CCHC_DATA_DIR": str(tmp_path / folder), "CCHC_DATABASE_URL": "",
            "CCHC_WORKSPACE_PATH": str(tmp_path / folder / "w" / "w.sqlite"),
        }  # fmt: skip
        return subprocess.run(
            [sys.executable, "-m", "service", *command],
            cwd=ROOT, env={**os.environ, **told}, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    assert ran("one", "backup", str(file)).returncode == 0
    assert ran("one", "verify", str(file)).returncode == 0
    assert ran("two", "restore", str(file)).returncode == 0
    again = ran("two", "restore", str(file))
    assert again.returncode == BackupError.exit_code
    assert "already" in again.stderr
    assert state(places_in(tmp_path / "two")) == state(places_in(tmp_path / "one"))
