"""Kills at random moments, one of each kind; `make torture` does the same two hundred times."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bench.torture.tools import kills, workers
from etl.intake.drafts import Drafts
from etl.leftovers import LASTING, sweep, workplace
from etl.settings import Settings

here = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills are tried where processes fork")
SEED = 8
EACH = 1


@here
@pytest.mark.slow
def test_a_command_killed_at_any_moment_leaves_a_whole_release_and_no_strays(tmp_path: Path) -> None:
    """All works in one installation: making it and starting the process that forks takes the most time."""
    tallies = kills.killed(tmp_path, {work.name: EACH for work in kills.WORKS}, SEED)
    assert {work: tally.kills for work, tally in tallies.items()} == {work.name: EACH for work in kills.WORKS}
    for work, tally in tallies.items():
        assert (work, tally.broken, tally.not_recovered, tally.strays) == (work, [], [], {})


@pytest.fixture(scope="module")
def two_releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, str, str]:
    """A small pack with two releases on disk, and their ids."""
    return workers.two_releases(tmp_path_factory.mktemp("two") / "first")


@here
@pytest.mark.slow
def test_readers_lose_nothing_when_a_worker_is_killed(two_releases: tuple[Settings, str, str]) -> None:
    settings, _, _ = two_releases
    found = workers.workers_killed(settings, EACH, SEED, readers=4)
    assert (found.slow, found.unhealthy, found.strays) == (0, 0, [])
    assert (found.heard.lost, found.heard.wrong) == (0, {})
    assert found.heard.answers > 0


@here
@pytest.mark.slow
def test_nobody_sees_two_releases_in_one_view(two_releases: tuple[Settings, str, str]) -> None:
    settings, *names = two_releases
    found = workers.switched(settings, (names[0], names[1]), readers=8, seconds=6)
    assert found.switched > 1
    assert found.both == 0, "every view tells the releases apart"
    assert (found.heard.wrong, found.heard.lost, found.heard.dropped) == ({}, 0, 0)
    assert set(found.heard.releases) == set(names)


def old(path: Path) -> None:
    past = time.time() - LASTING - 1
    os.utime(path, (past, past))


def test_leftovers_go_after_an_hour_and_not_before(tmp_path: Path) -> None:
    young, left, folder = tmp_path / ".a.1", tmp_path / ".b.2", tmp_path / ".c"
    folder.mkdir()
    for path in (young, left, folder / "file"):
        path.write_text("x", encoding="utf-8")
    old(left)
    old(folder)
    sweep([*tmp_path.iterdir(), tmp_path / "gone"])
    assert list(tmp_path.iterdir()) == [young]


def test_a_temporary_folder_of_a_killed_process_goes_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left, other = tmp_path / "cchc-received-x", tmp_path / "somebody-else"
    for folder in (left, other):
        folder.mkdir()
        old(folder)
    with workplace("received") as folder:
        assert sorted(tmp_path.iterdir()) == sorted([folder, other])
    assert list(tmp_path.iterdir()) == [other]


def test_what_is_in_force_is_never_taken_for_a_leftover(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    served, left = (drafts.path(drafts.make(f"{n}" * 64)) for n in (1, 2))
    unfinished = served / ".draft.json.99"
    unfinished.write_text("x", encoding="utf-8")
    for path in (served, left, unfinished):
        old(path)
    drafts.tidy([served.name])
    assert list(served.parent.iterdir()) == [served]
    assert not unfinished.exists()
