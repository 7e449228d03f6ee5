"""Publishing, undoing, discarding: one move of the pointer, told afterwards, whoever else is at work."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from etl import publish
from etl.build import build
from etl.intake import background
from etl.intake.drafts import Draft, Drafts, State, Task, Work
from etl.intake.records import MovedError
from etl.intake.service import Intake
from etl.lock import alone, only_builder
from etl.settings import Settings
from etl.warehouse.connect import read_pointer
from etl.warehouse.queries import Warehouse
from indices.errors import DataError, Problem, ReleaseError, SourceError
from tests.fixtures.etl.imports import bytes_of, figures, mapping, reading, staged
from tests.fixtures.etl.packs import FRAMEWORK, INDEX, copy_of, set_cell

BUSY = Problem("busy")
Waiting = tuple[Settings, str]
# Forked from one process that has everything imported and opens no release, where processes fork.
HOW = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


@pytest.fixture
def pack(built_pack: Settings, tmp_path: Path) -> Settings:
    return copy_of(built_pack, tmp_path / "pack")


@pytest.fixture(scope="module")
def one_staged(built_pack: Settings, tmp_path_factory: pytest.TempPathFactory) -> Waiting:
    pack = copy_of(built_pack, tmp_path_factory.mktemp("staged") / "pack")
    return pack, staged(pack, figures(pack, Quảng_Ninh="60.5"))


@pytest.fixture(scope="module")
def one_published(one_staged: Waiting, tmp_path_factory: pytest.TempPathFactory) -> Waiting:
    pack = copy_of(one_staged[0], tmp_path_factory.mktemp("published") / "pack")
    return pack, intake(pack).publish(one_staged[1], "An").id


@pytest.fixture
def waiting(one_staged: Waiting, tmp_path: Path) -> Waiting:
    """A pack in which 60.5 for Quảng Ninh is staged, and the id of its draft."""
    return copy_of(one_staged[0], tmp_path / "pack"), one_staged[1]


@pytest.fixture
def published(one_published: Waiting, tmp_path: Path) -> Waiting:
    """The same with the draft published."""
    return copy_of(one_published[0], tmp_path / "pack"), one_published[1]


def intake(pack: Settings) -> Intake:
    return Intake(pack, reading())


def served(pack: Settings) -> tuple[str, tuple[str, ...]]:
    pointer = read_pointer(pack.releases_dir / "current.json")
    return pointer.release_id, pointer.imports


def score(pack: Settings, year: int = 2019, unit: str = "63:22") -> float:
    warehouse = Warehouse(pack.releases_dir / "current.json")
    rows = warehouse.scores(INDEX, year, unit_id=unit, component_code=INDEX, view="main")
    return float(rows["published"].iloc[0])


def deeds(pack: Settings) -> list[str]:
    return [entry["did"] for entry in intake(pack).history()]


def test_publishing_serves_the_draft_and_undoing_takes_it_back(pack: Settings) -> None:
    before, was = served(pack), score(pack)
    draft_id = staged(pack, figures(pack, Quảng_Ninh="60.5"))
    steps: list[str] = []
    done = intake(pack).publish(draft_id, "Bình", progress=steps.append)
    assert (done.state, done.served, done.published_by) == (State.PUBLISHED, True, "Bình")
    assert served(pack) == (done.published_release, (draft_id,))
    assert score(pack) == 60.5
    assert steps[0] == "beginning"
    assert steps[-1] == "recording"
    undone = intake(pack).undo(draft_id, "Chi")
    assert (undone.state, undone.served, undone.undone_by) == (State.UNDONE, False, "Chi")
    assert (served(pack), score(pack)) == (before, was)
    assert intake(pack).draft(draft_id).model_dump() == undone.model_dump()
    assert deeds(pack) == ["received", "staged", "publish begun", "published", "undo begun", "undone"]


def test_what_was_undone_may_be_published_again(published: Waiting) -> None:
    pack, draft_id = published
    first = intake(pack).draft(draft_id).published_release
    intake(pack).undo(draft_id, "An")
    assert intake(pack).publish(draft_id, "An").published_release == first


def test_publishing_twice_changes_nothing(published: Waiting) -> None:
    pack, draft_id = published
    done = intake(pack).draft(draft_id)
    before = deeds(pack)
    assert intake(pack).publish(draft_id, "Bình").model_dump() == done.model_dump()
    assert deeds(pack) == before


def test_an_import_is_undone_although_others_came_later(published: Waiting) -> None:
    pack, a = published
    b = staged(pack, figures(pack, year="2018", Quảng_Ninh="61"))
    intake(pack).publish(b, "An")
    assert served(pack)[1] == (a, b)
    intake(pack).undo(a, "An")
    assert served(pack)[1] == (b,)
    assert score(pack, 2018) == 61
    assert score(pack) != 60.5
    assert [d.state for d in intake(pack).drafts()] == [State.PUBLISHED, State.UNDONE]


def test_of_two_imports_of_one_cell_undoing_the_last_brings_the_first(pack: Settings) -> None:
    for value in ("60.5", "61"):
        intake(pack).publish(staged(pack, figures(pack, Quảng_Ninh=value)), "An")
    assert score(pack) == 61
    intake(pack).undo(served(pack)[1][1], "An")
    assert score(pack) == 60.5


def test_what_others_rest_on_is_not_undone(pack: Settings) -> None:
    work = intake(pack)
    folder = pack.definitions_dir / FRAMEWORK
    files = {f"{FRAMEWORK}/{p.name}": p.read_text(encoding="utf-8") for p in folder.iterdir()}
    meta = files[f"{FRAMEWORK}/framework.yaml"].replace("2021]", "2021, 2022]")
    file_id = work.receive("annex.xlsx", b"annex", "An").file_id
    framework = work.stage_definition({**files, f"{FRAMEWORK}/framework.yaml": meta}, "An", file_id)
    work.publish(framework.id, "An")
    figures_id = staged(pack, figures(pack, year="2022"))
    work.publish(figures_id, "An")
    before = served(pack)
    with pytest.raises(DataError, match="Later imports rest on this one") as caught:
        work.undo(framework.id, "An")
    assert figures_id in caught.value.problems[0].found
    assert served(pack) == before
    draft = work.draft(framework.id)
    assert (draft.state, draft.served) == (State.PUBLISHED, True)
    assert "rest on this one" in draft.reason
    work.undo(figures_id, "An")
    assert work.undo(framework.id, "An").state is State.UNDONE


def test_a_discarded_draft_stays_on_record_and_is_not_published(pack: Settings) -> None:
    draft_id = staged(pack, figures(pack))
    done = intake(pack).discard(draft_id, "Bình")
    assert (done.state, done.discarded_by) == (State.DISCARDED, "Bình")
    with pytest.raises(ReleaseError, match=r"cannot be published.*discarded"):
        intake(pack).publish(draft_id, "An")
    assert intake(pack).draft(draft_id).state is State.DISCARDED
    assert deeds(pack)[-1] == "discarded"


def test_what_is_in_service_is_not_discarded(pack: Settings) -> None:
    draft_id = staged(pack, figures(pack))
    intake(pack).publish(draft_id, "An")
    with pytest.raises(ReleaseError, match="cannot be discarded"):
        intake(pack).discard(draft_id, "An")


def test_a_draft_compared_with_an_older_release_is_shown_again(pack: Settings) -> None:
    one, two = (staged(pack, figures(pack, Quảng_Ninh=value)) for value in ("60.5", "61"))
    intake(pack).publish(one, "An")
    with pytest.raises(MovedError, match="has moved"):
        intake(pack).publish(two, "Bình")
    draft = intake(pack).draft(two)
    assert (draft.state, draft.base_imports) == (State.STAGED, (one,))
    diff = intake(pack).diff(two)
    assert diff is not None
    assert (diff.base_release, diff.changes["old"].tolist()) == (served(pack)[0], [60.5])
    assert "compared again" in deeds(pack)
    assert intake(pack).publish(two, "Bình").served
    assert score(pack) == 61


def test_a_draft_that_changes_the_same_as_was_seen_goes_through(waiting: Waiting) -> None:
    pack, one = waiting
    two = staged(pack, figures(pack, year="2018", Quảng_Ninh="61"))
    intake(pack).publish(one, "An")
    assert intake(pack).publish(two, "Bình").base_imports == (one,)
    assert "compared again" in deeds(pack)
    assert served(pack)[1] == (one, two)


def test_a_comparison_that_a_crash_kept_from_being_told_does_not_count_as_seen(
    pack: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (staged(pack, figures(pack, Quảng_Ninh=value)) for value in ("60.5", "61"))
    intake(pack).publish(one, "An")

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("etl.intake.publishing.Diff.same_as", die)
    with pytest.raises(KeyboardInterrupt):
        intake(pack).publish(two, "Bình")
    monkeypatch.undo()
    with pytest.raises(MovedError):
        intake(pack).publish(two, "Bình")


def test_after_a_roll_back_the_import_may_be_published_again(published: Waiting) -> None:
    pack, draft_id = published
    new = intake(pack).draft(draft_id).published_release
    publish.roll_back(pack.releases_dir)
    draft = intake(pack).draft(draft_id)
    assert (draft.state, draft.served, served(pack)[1]) == (State.PUBLISHED, False, ())
    with pytest.raises(ReleaseError, match="does not hold this import"):
        intake(pack).undo(draft_id, "An")
    assert intake(pack).publish(draft_id, "An").published_release == new
    assert intake(pack).draft(draft_id).served


def test_rolling_back_over_an_undo_tells_the_truth(published: Waiting) -> None:
    pack, draft_id = published
    new = intake(pack).draft(draft_id).published_release
    intake(pack).undo(draft_id, "An")
    publish.roll_back(pack.releases_dir, new)
    draft = intake(pack).draft(draft_id)
    assert (draft.state, draft.served) == (State.PUBLISHED, True)
    assert intake(pack).undo(draft_id, "An").state is State.UNDONE


def test_a_pack_gone_wrong_meanwhile_fails_the_publishing_and_changes_nothing(waiting: Waiting) -> None:
    pack, draft_id = waiting
    before = served(pack)
    set_cell(pack, 3, "score", "64,41")
    with pytest.raises(SourceError, match="Not a number"):
        intake(pack).publish(draft_id, "An")
    draft = intake(pack).draft(draft_id)
    assert (draft.state, draft.work, served(pack)) == (State.FAILED, None, before)
    assert "Not a number" in draft.reason
    assert deeds(pack)[-1] == "publish failed"
    set_cell(pack, 3, "score", "64.41")
    assert intake(pack).publish(draft_id, "An").state is State.PUBLISHED


def test_while_a_build_is_at_work_publishing_is_told_to_wait(waiting: Waiting) -> None:
    pack, draft_id = waiting
    with only_builder(pack.releases_dir), pytest.raises(ReleaseError, match="at work"):
        intake(pack).publish(draft_id, "An")
    assert intake(pack).draft(draft_id).state is State.FAILED
    assert intake(pack).publish(draft_id, "An").state is State.PUBLISHED


def test_two_people_do_not_work_on_one_draft(pack: Settings) -> None:
    draft_id = staged(pack, figures(pack))
    folder = pack.imports_dir / "drafts" / draft_id
    with alone(folder, BUSY):
        for work in (intake(pack).publish, intake(pack).discard, intake(pack).undo):
            with pytest.raises(ReleaseError, match="Somebody is at work on this import"):
                work(draft_id, "Bình")
    assert intake(pack).draft(draft_id).state is State.STAGED


def _publish(pack: Settings, draft_id: str, ended: object) -> None:
    try:
        done = intake(pack).publish(draft_id, "An", wait=120)
        ended.put((draft_id, str(done.state)))  # type: ignore[attr-defined]
    except ReleaseError as error:
        ended.put((draft_id, type(error).__name__))  # type: ignore[attr-defined]


def _undo(pack: Settings, draft_id: str, ended: object) -> None:
    done = intake(pack).undo(draft_id, "An", wait=120)
    ended.put((draft_id, str(done.state)))  # type: ignore[attr-defined]


def at_once(pack: Settings, *works: tuple[Callable[..., None], str]) -> list[tuple[str, str]]:
    """Processes that begin together; what each says at its end."""
    context = multiprocessing.get_context(HOW)
    context.set_forkserver_preload([__name__])
    ended = context.Queue()
    children = [context.Process(target=work, args=(pack, draft_id, ended)) for work, draft_id in works]
    for child in children:
        child.start()
    found = [ended.get(timeout=300) for _ in children]
    for child in children:
        child.join()
    return sorted(found)


@pytest.mark.slow
def test_two_publishers_at_once_both_come_through_whole(waiting: Waiting) -> None:
    pack, one = waiting
    two = staged(pack, figures(pack, year="2018", Quảng_Ninh="61"))
    assert at_once(pack, (_publish, one), (_publish, two)) == sorted([(one, "published"), (two, "published")])
    assert set(served(pack)[1]) == {one, two}
    assert (score(pack), score(pack, 2018)) == (60.5, 61)


@pytest.mark.slow
def test_two_publishers_of_one_cell_only_the_first_is_served(pack: Settings) -> None:
    drafts = [staged(pack, figures(pack, Quảng_Ninh=value)) for value in ("60.5", "61")]
    ended = at_once(pack, *((_publish, draft) for draft in drafts))
    assert sorted(how for _, how in ended) == ["MovedError", "published"]
    winner = next(draft for draft, how in ended if how == "published")
    assert served(pack)[1] == (winner,)


@pytest.mark.slow
def test_two_publishers_of_one_draft(waiting: Waiting) -> None:
    pack, draft = waiting
    ended = {how for _, how in at_once(pack, (_publish, draft), (_publish, draft))}
    assert "published" in ended
    assert ended <= {"published", "ReleaseError"}
    assert served(pack)[1] == (draft,)
    assert deeds(pack).count("published") == 1


@pytest.mark.slow
def test_publishing_and_undoing_at_once(published: Waiting) -> None:
    pack, one = published
    two = staged(pack, figures(pack, year="2018", Quảng_Ninh="61"))
    ended = dict(at_once(pack, (_undo, one), (_publish, two)))
    assert ended == {one: "undone", two: "published"}
    assert served(pack)[1] == (two,)
    assert (score(pack, 2018), score(pack) == 60.5) == (61, False)


def dead_publisher(pack: Settings, draft_id: str, step: str) -> Draft:
    """A draft as a publisher that is no more left it."""
    drafts = Drafts(pack.imports_dir)
    task = Task(work=Work.PUBLISH, who="Bình", since="2026-01-01T00:00:00+00:00", step=step)
    return drafts.save(drafts.load(draft_id).but(state=State.PUBLISHING, work=task))


def test_a_dead_publisher_is_seen_and_may_be_started_again(waiting: Waiting) -> None:
    pack, draft_id = waiting
    dead_publisher(pack, draft_id, "scoring")
    seen = intake(pack).draft(draft_id)
    assert (seen.state, seen.work) == (State.FAILED, None)
    assert "interrupted: scoring" in seen.reason
    done = intake(pack).publish(draft_id, "An")
    assert (done.state, done.reason) == (State.PUBLISHED, "")
    assert deeds(pack)[2:] == ["publish failed", "publish begun", "published"]


def test_a_publisher_at_work_is_seen_with_its_step(pack: Settings) -> None:
    draft_id = staged(pack, figures(pack))
    dead_publisher(pack, draft_id, "scoring")
    with alone(pack.imports_dir / "drafts" / draft_id, BUSY):
        seen = intake(pack).draft(draft_id)
        assert (seen.state, seen.work and seen.work.step) == (State.PUBLISHING, "scoring")


def test_what_one_crash_left_the_next_person_puts_right(waiting: Waiting) -> None:
    pack, lost = waiting
    dead_publisher(pack, lost, "writing")
    staged(pack, figures(pack))
    assert Drafts(pack.imports_dir).load(lost).state is State.FAILED
    entry = next(e for e in intake(pack).history() if e["did"] == "publish failed")
    assert (entry["import_id"], entry["who"], entry["found_later"]) == (lost, "Bình", True)


def awaited(pack: Settings, draft_id: str, state: State, seconds: float = 240) -> Draft:
    """The draft as soon as it comes to a state."""
    end = time.monotonic() + seconds
    while (draft := intake(pack).draft(draft_id)).state is not state:
        assert time.monotonic() < end, draft
        assert draft.state is State.PUBLISHING, draft
        time.sleep(0.2)
    return draft


@pytest.mark.slow
def test_publishing_in_the_background_returns_at_once_and_is_seen_to_end(waiting: Waiting) -> None:
    pack, draft_id = waiting
    begun = intake(pack).publish_in_background(draft_id, "Bình")
    assert begun.state is State.PUBLISHING
    assert served(pack)[1] == ()
    done = awaited(pack, draft_id, State.PUBLISHED)
    assert (done.served, done.published_by, score(pack)) == (True, "Bình", 60.5)


def test_a_publisher_that_cannot_start_is_told(pack: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    draft_id = staged(pack, figures(pack))
    monkeypatch.setattr(sys, "executable", str(pack.data_dir / "no such program"))
    with pytest.raises(ReleaseError, match="No publisher could be started"):
        intake(pack).publish_in_background(draft_id, "An")
    draft = intake(pack).draft(draft_id)
    assert (draft.state, "no such program" in draft.reason) == (State.FAILED, True)


def test_a_publisher_that_ends_without_a_word_is_told(
    pack: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_id = staged(pack, figures(pack))
    program = pack.data_dir.parent / "ends"
    program.write_text("#!/bin/sh\nexit 7\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(background.sys, "executable", str(program))
    intake(pack).publish_in_background(draft_id, "An")
    assert "exit code 7" in awaited(pack, draft_id, State.FAILED).reason


@pytest.mark.parametrize("place", ["etl.publish.os.fsync", "etl.publish.os.replace"])
def test_a_full_disk_changes_nothing_that_is_served(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    pack, draft_id = waiting
    before = served(pack)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(place, full)
    with pytest.raises(ReleaseError, match="No space left"):
        intake(pack).publish(draft_id, "An")
    monkeypatch.undo()
    assert served(pack) == before
    assert intake(pack).publish(draft_id, "An").state is State.PUBLISHED


def test_a_disk_that_fills_after_the_pointer_moved_leaves_the_import_published(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack, draft_id = waiting
    real = os.fsync

    def full(handle: int) -> None:
        if draft_id in (pack.releases_dir / "current.json").read_text(encoding="utf-8"):
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr("etl.publish._sync", lambda _: None)
    done = intake(pack).publish(draft_id, "An")
    assert (done.state, done.served) == (State.PUBLISHED, True)
    assert "No space left" in done.reason
    monkeypatch.undo()
    assert intake(pack).draft(draft_id).state is State.PUBLISHED
    assert "published" not in deeds(pack)
    intake(pack).publish(draft_id, "An")
    assert deeds(pack)[-1] == "published"


def _publish_on_a_small_disk(pack: Settings, draft_id: str, ended: object) -> None:
    """No file may grow beyond 200 kB: the release does not fit, the records do."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    _publish(pack, draft_id, ended)


@pytest.mark.slow
def test_a_release_that_does_not_fit_on_the_disk_is_not_served(waiting: Waiting) -> None:
    pack, draft_id = waiting
    before = served(pack)
    assert at_once(pack, (_publish_on_a_small_disk, draft_id)) == [(draft_id, "ReleaseError")]
    assert served(pack) == before
    draft = intake(pack).draft(draft_id)
    assert (draft.state, "cannot be written" in draft.reason) == (State.FAILED, True)
    assert intake(pack).publish(draft_id, "An").state is State.PUBLISHED


@pytest.mark.slow
def test_the_same_file_staged_at_once_gives_two_drafts_of_one_file(pack: Settings) -> None:
    data = bytes_of(figures(pack))
    context = multiprocessing.get_context(HOW)
    context.set_forkserver_preload([__name__])
    ended = context.Queue()
    children = [context.Process(target=_stage, args=(pack, data, ended)) for _ in range(2)]
    for child in children:
        child.start()
    drafts = {ended.get(timeout=300) for _ in children}
    for child in children:
        child.join()
    assert {draft.id for draft in intake(pack).drafts()} == drafts
    assert len(drafts) == 2
    assert len(list((pack.imports_dir / "files").iterdir())) == 1


def _stage(pack: Settings, data: bytes, ended: object) -> None:
    work = intake(pack)
    draft = work.stage(work.receive("a.xlsx", data, "An").file_id, mapping(), "An")
    ended.put(draft.id)  # type: ignore[attr-defined]


def test_deleted_releases_are_built_again_with_what_was_published(published: Waiting) -> None:
    pack, draft_id = published
    new = intake(pack).draft(draft_id).published_release
    for path in pack.releases_dir.iterdir():
        path.unlink()
    assert intake(pack).draft(draft_id).served is False
    assert build(pack).pointer.release_id == new
    assert intake(pack).draft(draft_id).served
    assert served(pack)[1] == (draft_id,)
