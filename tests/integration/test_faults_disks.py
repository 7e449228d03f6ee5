"""Full and read-only disks, damaged pointers and releases, a wrong clock, two builders at once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from app import Settings as AppSettings
from app import create_app
from etl import publish
from etl.build import build
from etl.intake.service import Intake
from etl.settings import ROOT, Settings
from etl.warehouse.connect import ReleaseFile, read_pointer
from etl.warehouse.load import verify_release
from etl.warehouse.queries import Warehouse
from exports.briefing.pack import _put
from indices.errors import ReleaseError
from tests import asked
from tests.fixtures.etl.imports import bytes_of, figures, mapping, reading
from tests.fixtures.etl.packs import INDEX, copy_of, set_cell

pytestmark = pytest.mark.slow
ROOMY = 64


@pytest.fixture
def settings(built_pack: Settings, tmp_path: Path) -> Settings:
    """A small pack with its release, of one's own."""
    return copy_of(built_pack, tmp_path / "own")


@contextmanager
def disk(folder: Path, mebibytes: int) -> Iterator[Callable[[str], None]]:
    """A small file system of its own in memory on `folder`, with what lies there; gives `remount`."""
    kept = {path: path.read_bytes() for path in folder.glob("*") if path.is_file()}
    size = f"size={mebibytes}m"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], check=False)
    if mounted.returncode:
        pytest.skip("nobody here may mount a file system")

    def remount(how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", folder], check=True)

    try:
        for path, content in kept.items():
            path.write_bytes(content)
        yield remount
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def whole(settings: Settings) -> str:
    """Id of the served release after making sure that it is whole and answers."""
    pointer = read_pointer(settings.releases_dir / "current.json")
    path = publish.release_path(settings.releases_dir, pointer.release_id)
    assert verify_release(path, pointer.release_id) == []
    warehouse = Warehouse(path.with_name("current.json"))
    assert len(warehouse.scores(INDEX, 2019, level="index")) >= 63
    # DuckDB gives one process the file it has open under a path, not the one that took its place.
    warehouse.rest()
    return pointer.release_id


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_full_disk_stops_a_build_and_nothing_else(settings: Settings) -> None:
    folder, before = settings.releases_dir, whole(settings)
    used = sum(path.stat().st_size for path in folder.iterdir()) // 2**20
    with disk(folder, used + 2) as remount:
        held = names(folder)
        set_cell(settings, 2, "note", "another")
        with pytest.raises(ReleaseError, match="cannot be written"):
            build(settings)
        assert (whole(settings), names(folder)) == (before, held)
        remount(f"size={ROOMY}m")
        assert build(settings).changed
        assert whole(settings) != before


def test_a_full_disk_stops_an_import_and_keeps_nothing_of_it(settings: Settings) -> None:
    imports = settings.imports_dir
    imports.mkdir(parents=True)
    rows = figures(settings, Quảng_Ninh="60.5")
    with disk(imports, 1) as remount:
        (imports / "filler").write_bytes(b"x" * (2**20 - 8192))
        intake = Intake(settings, reading())
        with pytest.raises(ReleaseError, match="cannot be written") as told:
            intake.receive("Bảng.xlsx", bytes_of(rows), "An")
        assert "room on the disk" in str(told.value.problems[0].hint)
        assert not [path for path in imports.rglob(".*") if path.name != ".lock"]
        remount(f"size={ROOMY}m")
        upload = intake.receive("Bảng.xlsx", bytes_of(rows), "An")
        draft = intake.stage(upload.file_id, mapping(), "An")
        assert intake.publish(draft.id, "An").served


def test_a_full_disk_leaves_no_half_document(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with disk(folder, 1):
        with pytest.raises(ReleaseError, match="A document cannot be written"):
            _put(folder / "report.docx", b"x" * 2**21)
        assert names(folder) == set()


def test_a_disk_nobody_may_write_to_still_serves(settings: Settings) -> None:
    before = whole(settings)
    with disk(settings.releases_dir, ROOMY) as remount:
        remount("ro")
        assert whole(settings) == before
        set_cell(settings, 2, "note", "another")
        with pytest.raises(ReleaseError, match="cannot be written"):
            build(settings)
        app = create_app(AppSettings(releases_dir=settings.releases_dir, imports=False, warm=False))
        assert app.server.test_client().get("/healthz").get_json()["release"] == before


def test_a_damaged_pointer_keeps_the_open_release_and_a_build_mends_it(settings: Settings) -> None:
    pointer = settings.releases_dir / "current.json"
    warehouse = Warehouse(pointer)
    before = warehouse.release_id()
    pointer.write_text('{"release_id": ', encoding="utf-8")
    assert warehouse.release_id() == before
    with pytest.raises(ReleaseError, match="damaged"):
        Warehouse(pointer).release_id()
    app = create_app(AppSettings(releases_dir=settings.releases_dir, imports=False, warm=False))
    assert app.server.test_client().get("/healthz").status_code == 503
    assert build(settings).changed
    assert app.server.test_client().get("/healthz").get_json()["release"] == before == whole(settings)


def every_value(path: Path) -> pd.DataFrame:
    """What the score table of a release file holds."""
    release = ReleaseFile(path)
    try:
        return release.scores({})
    finally:
        release.close()


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.95])
def test_a_release_cut_short_is_noticed_and_made_again(settings: Settings, share: float) -> None:
    before = whole(settings)
    path = publish.release_path(settings.releases_dir, before)
    os.truncate(path, int(path.stat().st_size * share))
    assert verify_release(path, before)
    with pytest.raises(ReleaseError):
        publish.roll_back(settings.releases_dir, before)
    assert build(settings).pointer.release_id == before == whole(settings)


def test_a_release_with_flipped_bits_is_refused_or_reads_the_same(settings: Settings) -> None:
    before = whole(settings)
    path = publish.release_path(settings.releases_dir, before)
    content, right = path.read_bytes(), every_value(path)
    draw, refused = random.Random(8), 0
    for number in range(25):
        at, damaged = draw.randrange(len(content) - 8), path.with_name(f"damaged_{number}.duckdb")
        flipped = bytes(byte ^ 0xFF for byte in content[at : at + 8])
        damaged.write_bytes(content[:at] + flipped + content[at + 8 :])
        if verify_release(damaged, before):
            refused += 1
        else:
            pd.testing.assert_frame_equal(every_value(damaged), right)
    assert refused >= 10


def test_a_missing_release_is_told_and_made_again(settings: Settings) -> None:
    before = whole(settings)
    publish.release_path(settings.releases_dir, before).unlink()
    app = create_app(AppSettings(releases_dir=settings.releases_dir, imports=False, warm=False))
    assert app.server.test_client().get("/healthz").status_code == 503
    assert build(settings).reused is False
    assert whole(settings) == before


def test_an_unreadable_workspace_stops_only_the_pages_that_need_it(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "workspace.sqlite"
    damaged = b"no database at all" * 1000
    path.write_bytes(damaged)
    monkeypatch.setenv("CCHC_WORKSPACE", "true")
    monkeypatch.setenv("CCHC_WORKSPACE_PATH", str(path))
    app = create_app(AppSettings(releases_dir=settings.releases_dir, imports=False, warm=False))
    client = app.server.test_client()
    callback = asked.drawing(client.get(asked.DEPENDENCIES).get_json())

    def page(at: str) -> str:
        answer = client.post(asked.UPDATE, json=asked.body(callback, at, ""))
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    assert "file is not a database" in page("/ke-hoach")
    assert "file is not a database" not in page("/")
    assert "notice-failure" not in page("/")
    assert client.get("/healthz").status_code == 200
    assert path.read_bytes() == damaged


def test_two_builders_at_once_leave_one_whole_release(settings: Settings) -> None:
    before = whole(settings)
    set_cell(settings, 2, "note", "another")
    folders = ("data", "definitions", "releases", "imports")
    places = [f"--{name}={getattr(settings, f'{name}_dir')}" for name in folders]
    words = [sys.executable, "-m", "etl", "build", *places]
    both = [
        subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [process.communicate()[1] for process in both]
    ended = [process.returncode for process in both]
    assert 0 in ended
    assert set(ended) <= {0, ReleaseError.exit_code}
    assert all("at work" in text for code, text in zip(ended, told, strict=True) if code)
    assert whole(settings) != before
    assert not list(settings.releases_dir.glob(".building_*"))


@pytest.mark.parametrize("days", [-400, 400])
def test_a_clock_that_jumps_never_unserves_what_was_built(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    """Set back or ahead by more than a year: the last build is served, roll-back by id works."""
    before = whole(settings)

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(UTC) + timedelta(days=days)

    monkeypatch.setattr("etl.build.datetime", Wrong)
    frugal = settings.model_copy(update={"keep_releases": 1})
    set_cell(settings, 2, "note", "another")
    after = build(frugal).pointer.release_id
    assert whole(settings) == after != before
    monkeypatch.undo()
    set_cell(settings, 2, "note", "a third")
    last = build(settings).pointer.release_id
    assert whole(settings) == last
    publish.roll_back(settings.releases_dir, after)
    assert whole(settings) == after
