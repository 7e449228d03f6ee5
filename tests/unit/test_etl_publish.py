"""Releases on disk: what is served is always whole, whatever fails and whenever."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from etl import publish
from etl.lock import only_builder
from etl.warehouse.connect import Pointer, ReleaseFile, read_pointer
from indices.errors import ReleaseError
from tests.fixtures.etl.frames import release_frames, score_row

OLD, NEW = "a" * 12, "b" * 12


def stored(folder: Path, release_id: str, built_at: str = "2026-01-01T00:00:00+00:00") -> Path:
    return publish.store(folder, release_id, release_frames(release_id, built_at))


def served(folder: Path, release_id: str, built_at: str = "2026-01-01T00:00:00+00:00") -> None:
    stored(folder, release_id, built_at)
    publish.serve(folder, publish.pointer_to(folder, release_id))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_release_is_written_verified_and_named(tmp_path: Path) -> None:
    served(tmp_path, OLD)
    assert names(tmp_path) == {f"release_{OLD}.duckdb", "current.json"}
    pointer = read_pointer(tmp_path / "current.json")
    assert pointer == Pointer(OLD, f"release_{OLD}.duckdb", "2026-01-01T00:00:00+00:00")
    assert [r.release_id for r in publish.releases(tmp_path) if r.served] == [OLD]


STEPS: list[tuple[str, str]] = [
    ("etl.publish.write_release", "while writing"),
    ("etl.publish.verify_release", "while verifying"),
    ("etl.publish.os.fsync", "while syncing"),
    ("etl.publish.os.replace", "while renaming"),
]


@pytest.mark.parametrize("step", [step for step, _ in STEPS])
def test_a_failure_at_any_step_leaves_the_served_release_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    served(tmp_path, OLD)
    before = (tmp_path / "current.json").read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(step, fail)
    with pytest.raises(ReleaseError, match="cannot be written"):
        stored(tmp_path, NEW)
    monkeypatch.undo()
    assert (tmp_path / "current.json").read_bytes() == before
    assert names(tmp_path) == {f"release_{OLD}.duckdb", "current.json"}


@pytest.mark.parametrize("step", ["etl.publish.write_release", "etl.publish.os.replace"])
def test_a_kill_leaves_only_what_the_next_build_removes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """KeyboardInterrupt passes every handler, as a kill would; the cleaning up is skipped too."""
    served(tmp_path, OLD)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(step, die)
    monkeypatch.setattr("etl.publish.remove_unfinished", lambda _: None)
    with pytest.raises(KeyboardInterrupt):
        served(tmp_path, NEW)
    monkeypatch.undo()
    assert read_pointer(tmp_path / "current.json").release_id == OLD
    publish.remove_unfinished(tmp_path)
    assert names(tmp_path) == {f"release_{OLD}.duckdb", "current.json"}
    served(tmp_path, NEW)
    assert read_pointer(tmp_path / "current.json").release_id == NEW


def test_a_kill_before_the_pointer_moves_keeps_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served(tmp_path, OLD)
    stored(tmp_path, NEW)
    real = publish.os.replace

    def die(source: Path, target: Path) -> None:
        if Path(target).name == "current.json":
            raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr("etl.publish.os.replace", die)
    with pytest.raises(KeyboardInterrupt):
        publish.serve(tmp_path, publish.pointer_to(tmp_path, NEW))
    assert read_pointer(tmp_path / "current.json").release_id == OLD


def test_a_file_that_does_not_verify_is_not_named(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="names another release"):
        publish.store(tmp_path, NEW, release_frames(OLD))
    twice = release_frames(NEW, score=[score_row("63:22", 1.0), score_row("63:22", 2.0)])
    with pytest.raises(ReleaseError, match="stands twice"):
        publish.store(tmp_path, NEW, twice)
    assert names(tmp_path) == set()


def test_a_frame_without_a_column_is_refused(tmp_path: Path) -> None:
    frames = release_frames(NEW, score=[score_row("63:22", 1.0)])
    frames["score"] = frames["score"].drop(columns="share")
    with pytest.raises(ReleaseError, match="share"):
        publish.store(tmp_path, NEW, frames)


def many(folder: Path, count: int) -> list[str]:
    ids = [f"{i:012d}" for i in range(count)]
    for i, release_id in enumerate(ids):
        served(folder, release_id, f"2026-01-0{i + 1}T00:00:00+00:00")
    return ids


def test_only_the_newest_stay_and_the_served_one_always(tmp_path: Path) -> None:
    ids = many(tmp_path, 4)
    publish.serve(tmp_path, publish.pointer_to(tmp_path, ids[0]))
    assert publish.prune(tmp_path, 2) == [ids[1]]
    assert {r.release_id for r in publish.releases(tmp_path)} == {ids[0], ids[2], ids[3]}


def test_a_release_is_opened_once_to_be_told_and_again_when_its_file_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def counted(path: Path) -> ReleaseFile:
        opened.append(path.name)
        return ReleaseFile(path)

    monkeypatch.setattr(publish, "ReleaseFile", counted)
    stored(tmp_path, OLD)
    stored(tmp_path, NEW, "2026-01-02T00:00:00+00:00")
    for _ in range(2):
        assert [release.release_id for release in publish.releases(tmp_path)] == [NEW, OLD]
    assert sorted(opened) == sorted(names(tmp_path))
    stored(tmp_path, OLD, "2026-01-03T00:00:00+00:00")
    assert [release.release_id for release in publish.releases(tmp_path)] == [OLD, NEW]


def test_roll_back_goes_one_back_or_to_a_named_release_and_remembers(tmp_path: Path) -> None:
    ids = many(tmp_path, 3)
    pointer = publish.roll_back(tmp_path)
    assert (pointer.release_id, pointer.rolled_back_from) == (ids[1], ids[2])
    assert publish.roll_back(tmp_path).release_id == ids[0]
    assert publish.roll_back(tmp_path, ids[2]).release_id == ids[2]
    with pytest.raises(ReleaseError, match="no such release"):
        publish.roll_back(tmp_path, "0" * 11 + "x")


def test_there_is_nothing_before_the_first(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="no earlier release"):
        publish.roll_back(tmp_path)
    served(tmp_path, OLD)
    with pytest.raises(ReleaseError, match="no earlier release"):
        publish.roll_back(tmp_path)


def test_a_damaged_release_cannot_be_served(tmp_path: Path) -> None:
    served(tmp_path, OLD)
    stored(tmp_path, NEW).write_bytes(b"not a database")
    with pytest.raises(ReleaseError):
        publish.roll_back(tmp_path, NEW)
    assert read_pointer(tmp_path / "current.json").release_id == OLD
    assert [r.release_id for r in publish.releases(tmp_path)] == [OLD]


def test_two_builders_do_not_meet(tmp_path: Path) -> None:
    with only_builder(tmp_path), pytest.raises(ReleaseError, match="at work"), only_builder(tmp_path):
        pass
    with only_builder(tmp_path):
        pass


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_text("{", encoding="utf-8"),
        lambda path: path.write_text("[]", encoding="utf-8"),
        lambda path: path.write_text('{"release_id": "x"}', encoding="utf-8"),
        lambda path: path.write_bytes(b"\xff\xfe"),
        lambda path: path.write_text(
            json.dumps({"release_id": "x", "file": "../../etc/passwd", "built_at": ""}), encoding="utf-8"
        ),
        lambda path: path.write_text(
            json.dumps({"release_id": 1, "file": "a.duckdb", "built_at": ""}), encoding="utf-8"
        ),
    ],
)
def test_a_bad_pointer_is_one_clear_sentence(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    path = tmp_path / "current.json"
    path.write_text("{}", encoding="utf-8")
    spoil(path)
    with pytest.raises(ReleaseError) as caught:
        read_pointer(path)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].hint == "run python -m etl build"


def test_a_pointer_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served(tmp_path, OLD)
    stored(tmp_path, NEW)
    pointer = publish.pointer_to(tmp_path, NEW)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("etl.publish.os.replace", fail)
    with pytest.raises(ReleaseError, match="No space left"):
        publish.serve(tmp_path, pointer)
    monkeypatch.undo()
    assert read_pointer(tmp_path / "current.json").release_id == OLD
    assert not list(tmp_path.glob(".building_*"))


def test_what_a_dead_build_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".building_x.duckdb").write_bytes(b"half")
    (tmp_path / ".building_x.duckdb.wal").write_bytes(b"log")
    (tmp_path / ".building_x.duckdb.tmp").mkdir()
    (tmp_path / ".building_x.duckdb.tmp/spill").write_bytes(b"spill")
    publish.remove_unfinished(tmp_path)
    assert names(tmp_path) == set()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ReleaseError, match="cannot be written"), only_builder(tmp_path / "file" / "releases"):
        pass
