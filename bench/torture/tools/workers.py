"""A server whose workers are killed, and one whose release changes, while many people read."""

from __future__ import annotations

import os
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from bench.torture.tools.readers import Crowd, Heard, Line, health, until
from bench.web import WORKERS, addresses, callback_of, questions, served, workers
from etl import publish
from etl.build import build
from etl.settings import Settings
from tests.fixtures.etl.packs import SCORES, change, small_pack

BACK = 30.0
PAUSE = 1.0


@dataclass
class Deaths:
    """What became of a server whose workers were killed. slow: kills after which they were not all back in
    time; unhealthy: kills after which the server did not name its release."""

    kills: int
    slow: int
    unhealthy: int
    heard: Heard
    strays: list[str]


def workers_killed(settings: Settings, count: int, seed: int, readers: int = 8) -> Deaths:
    """Kill one of the workers at a random moment, `count` times, while people read."""
    draw, slow, unhealthy = random.Random(seed), 0, 0
    temporary = settings.releases_dir.with_name("tmp")
    temporary.mkdir(exist_ok=True)
    before = _names(settings.releases_dir) | _names(temporary)
    place = {"CCHC_RELEASES_DIR": str(settings.releases_dir), "TMPDIR": str(temporary)}
    with served("app:server", **place, CCHC_WARM="false") as (port, pid):
        bodies = questions(callback_of(port), addresses(port, 12))
        release = health(port)[1]["release"]
        with Crowd(port, bodies).asking(readers) as heard:
            for _ in range(count):
                time.sleep(draw.random() * PAUSE)
                _kill(int(draw.choice(workers(pid))))
                slow += not until(lambda: len(_alive(pid)) == WORKERS, BACK)
                unhealthy += not _names_release(port, release)
    strays = sorted((_names(settings.releases_dir) | _names(temporary)) - before)
    return Deaths(count, slow, unhealthy, heard, strays)


def _names_release(port: int, release: object) -> bool:
    status, told = health(port)
    return status == 200 and told.get("release") == release


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    until(lambda: not Path(f"/proc/{pid}").exists(), BACK)


def _alive(pid: int) -> list[str]:
    """Workers that are no dead entries."""
    try:
        stats = {child: Path(f"/proc/{child}/stat").read_text() for child in workers(pid)}
    except FileNotFoundError:
        return []
    return [child for child, stat in stats.items() if not stat.rpartition(") ")[2].startswith("Z")]


def _names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@dataclass
class Switches:
    """What readers got while the release changed under them. both: views that look the same in both releases;
    switched: how often the pointer moved."""

    switched: int
    views: int
    both: int
    heard: Heard


def two_releases(folder: Path) -> tuple[Settings, str, str]:
    """An installation with two releases on disk in which every figure differs, and their ids."""
    settings = small_pack(folder)
    first = build(settings).pointer.release_id

    def all_lower(rows: list[dict[str, str]]) -> None:
        for row in rows:
            row["score"] = f"{float(row['score']) * 0.97:.2f}"
            row["rank"] = ""

    change(settings, SCORES, all_lower)
    return settings, first, build(settings).pointer.release_id


def switched(settings: Settings, names: tuple[str, str], readers: int, seconds: float) -> Switches:
    """Move the pointer to and fro while people read; every answer must be wholly of one release.

    What each view looks like in each release is drawn first, by a server whose release stands still.
    """
    expected: dict[bytes, set[str]] = {}
    sameness = 0
    with served("app:server", CCHC_RELEASES_DIR=str(settings.releases_dir), CCHC_WARM="false") as (port, _):
        bodies = questions(callback_of(port), addresses(port, 24))
        drawn = [_all(port, settings, name, bodies) for name in names]
        sameness = sum(one == other for one, other in zip(*drawn, strict=True))
        for name, answers in zip(names, drawn, strict=True):
            for answer in answers:
                expected.setdefault(answer, set()).add(name)
        crowd = Crowd(port, bodies, lambda told: _of_one(told, expected))
        with crowd.asking(readers) as heard:
            moved = _moving(settings, names, seconds)
    return Switches(moved, len(bodies), sameness, heard)


def _of_one(told: bytes, expected: dict[bytes, set[str]]) -> tuple[str, str]:
    found = expected.get(told)
    return ("an answer that neither release gives", "") if found is None else ("", min(found))


def _all(port: int, settings: Settings, name: str, bodies: list[bytes]) -> list[bytes]:
    publish.serve(settings.releases_dir, publish.pointer_to(settings.releases_dir, name))
    reader = Line(port)
    return [reader.answer(body)[1] for body in bodies]


def _moving(settings: Settings, names: tuple[str, str], seconds: float) -> int:
    """Serve one release after the other; how often."""
    until_when, moved = time.monotonic() + seconds, 0
    while time.monotonic() < until_when:
        pointer = publish.pointer_to(settings.releases_dir, names[moved % 2])
        publish.serve(settings.releases_dir, pointer)
        moved += 1
        time.sleep(PAUSE)
    return moved
