"""A publisher killed at any moment leaves the old or new release in service, whole; trying again works.

The ordinary tests kill at every step and before a drawn share of the renamings, the first and the last among
them; `make torture` before every renaming and every sync.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from etl import publish
from etl.build import STEPS, build
from etl.intake.drafts import State
from etl.intake.publishing import COMPARING, RECORDING, WAITING
from etl.intake.records import BEGINNING
from etl.intake.service import Intake
from etl.settings import ROOT, Settings
from etl.warehouse.connect import read_pointer
from etl.warehouse.load import verify_release
from etl.warehouse.queries import Warehouse
from tests.fixtures.etl.imports import figures, reading, staged
from tests.fixtures.etl.kills import settings_of
from tests.fixtures.etl.packs import INDEX, copy_of, small_pack
from tests.thorough import AT_LENGTH, at_length

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="kills are tried where processes fork"),
]
SEED, DRAWN = 8, 1
PUBLISH = (BEGINNING, WAITING, COMPARING, *STEPS, RECORDING)


@dataclass(frozen=True)
class Case:
    """An installation with one staged draft, and the ids of the release before and after publishing it.

    calls: how often publishing it renames a file ("replace") and waits for the disk ("fsync").
    """

    folder: Path
    draft: str
    old: str
    new: str
    calls: dict[str, int]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("kills")
    settings = small_pack(folder / "first")
    old = build(settings).pointer.release_id
    draft = staged(settings, figures(settings, Quảng_Ninh="60.5"))
    other = copy_of(settings, folder / "other")
    with (
        mock.patch.object(os, "replace", wraps=os.replace) as renaming,
        mock.patch.object(os, "fsync", wraps=os.fsync) as syncing,
    ):
        new = Intake(other).publish(draft, "An").published_release
    return Case(folder, draft, old, new, {"replace": renaming.call_count, "fsync": syncing.call_count})


@pytest.fixture(scope="module")
def undo_case(case: Case) -> Case:
    folder = case.folder / "undo"
    copy_of(settings_of(case.folder / "other"), folder / "first")
    return Case(folder, case.draft, case.new, case.old, {})


def some(cases: list[int]) -> list[int]:
    """The first, the last and a drawn share of those between; all of them at length."""
    between = cases[1:-1]
    drawn = between if AT_LENGTH else random.Random(SEED).sample(between, DRAWN)
    return [cases[0], *sorted(drawn), cases[-1]]


def killed(case: Case, work: str, points: list[str]) -> dict[str, str]:
    """How a child ended at each point."""
    words = [sys.executable, "-m", "tests.fixtures.etl.kills", str(case.folder), case.draft, work, *points]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    assert set(found.values()) <= {"killed", "exit 0"}, done.stderr
    return found


def assert_whole(settings: Settings, case: Case) -> str:
    """Whatever happened, one of the two releases is in service and can be asked; returns its id."""
    pointer = read_pointer(settings.releases_dir / "current.json")
    assert pointer.release_id in (case.old, case.new)
    path = publish.release_path(settings.releases_dir, pointer.release_id)
    assert verify_release(path, pointer.release_id) == []
    warehouse = Warehouse(settings.releases_dir / "current.json")
    total = warehouse.scores(INDEX, 2019, unit_id="63:22", component_code=INDEX, view="main")
    assert (total["published"].iloc[0] == 60.5) == (case.draft in pointer.imports)
    return pointer.release_id


def assert_published_again(settings: Settings, case: Case) -> None:
    """What a killed publisher left can be published, and then all records are right."""
    intake = Intake(settings, reading())
    done = intake.publish(case.draft, "Chi")
    assert (done.state, done.work, done.reason) == (State.PUBLISHED, None, "")
    assert assert_whole(settings, case) == case.new
    assert intake.draft(case.draft).model_dump() == done.model_dump()
    assert [e["did"] for e in intake.history()].count("published") == 1
    assert not list(settings.releases_dir.glob(".building_*"))


def assert_told(settings: Settings, case: Case) -> tuple[object, ...]:
    """The draft tells what happened; returns the situation that the kill left."""
    served = assert_whole(settings, case)
    draft, deeds = Intake(settings).draft(case.draft), [e["did"] for e in Intake(settings).history()]
    begun = draft.state is not State.STAGED
    assert draft.served == (served == case.new)
    assert draft.state in ({State.PUBLISHED} if draft.served else {State.FAILED, State.STAGED})
    assert draft.served or not begun or "interrupted" in draft.reason
    left = {p.name.split("_")[0] for p in settings.releases_dir.iterdir()}
    return served, draft.state, draft.reason, *deeds, *sorted(left)


def test_a_publisher_killed_at_any_step(case: Case) -> None:
    points = [f"step:{name}" for name in PUBLISH]
    assert killed(case, "publish", points) == dict.fromkeys(points, "killed")
    served, again = {}, some(list(range(len(points))))
    for number, point in enumerate(points):
        settings = settings_of(case.folder / point.replace(":", "_"))
        served[point] = assert_told(settings, case)[0]
        if number in again:
            assert_published_again(settings, case)
    moved = f"step:{RECORDING}"
    assert served == {point: case.new if point == moved else case.old for point in points}


@pytest.mark.parametrize("call", ["replace", pytest.param("fsync", marks=at_length)])
def test_a_publisher_killed_before_renamings_and_syncs(case: Case, call: str) -> None:
    """The last point is one more than there are: it runs through. Each situation left is mended once."""
    count = case.calls[call]
    points = [f"{call}:{number}" for number in [*some(list(range(1, count + 1))), count + 1]]
    assert list(killed(case, "publish", points).values()) == ["killed"] * (len(points) - 1) + ["exit 0"]
    seen = {}
    for point in points:
        settings = settings_of(case.folder / point.replace(":", "_"))
        seen[assert_told(settings, case)] = settings
    for settings in seen.values():
        assert_published_again(settings, case)
    assert {situation[0] for situation in seen} == {case.old, case.new}
    assert len(seen) > (10 if AT_LENGTH else DRAWN)


def test_somebody_who_undoes_killed_at_any_step(undo_case: Case) -> None:
    points = [f"step:{name}" for name in (BEGINNING, WAITING, RECORDING)]
    points += [f"replace:{number}{after}" for number in range(1, 7) for after in ("", "+")]
    ended = killed(undo_case, "undo", points)
    assert "exit 0" in ended.values()
    served = set()
    for point in points:
        settings = settings_of(undo_case.folder / point.replace(":", "_"))
        intake = Intake(settings, reading())
        still = assert_whole(settings, undo_case) == undo_case.old
        served.add(still)
        draft = intake.draft(undo_case.draft)
        assert (draft.state, draft.served) == (State.PUBLISHED if still else State.UNDONE, still)
        if still:
            assert intake.undo(undo_case.draft, "Chi").state is State.UNDONE
        intake.publish(undo_case.draft, "Chi")
        assert intake.draft(undo_case.draft).state is State.PUBLISHED
        did = [e["did"] for e in intake.history()]
        assert did.index("published") < did.index("undone")
        assert did[-1] == "published"
    assert served == {True, False}
