"""Kills, disks, damaged files, a wrong clock, and a release that changes under people who read."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.torture.report import Finding, Section
from bench.torture.tools import kills, workers
from bench.torture.tools.kills import Tally
from bench.torture.tools.tested import findings_of

SEED = 2026
COUNTS = {"build": 50, "import": 40, "publish": 50, "export": 30}
WORKERS_KILLED, READERS, SECONDS = 30, 50, 60.0
QUICK = 4
DISKS = "tests/integration/test_faults_disks.py"
KILLS = "tests/integration/test_faults_kills.py"
NAMES = {
    "build": "a build",
    "import": "bringing a file",
    "publish": "publishing an import",
    "export": "making documents",
}
LEAD = (
    "Commands are killed (SIGKILL) at moments drawn by lot from a fixed seed over their working time, and so "
    "are workers of a server that people read from. After each kill the served release must be the old or "
    "the new one, every block of it readable; the same command, run again an hour later, must end well and "
    "leave no file that an undisturbed run does not leave. The pack is a small real one, so are the commands."
)


def run(quick: bool) -> Section:
    """Two hundred kills, the switch of releases, and the tests of disks, damage, clocks and builders."""
    counts = {name: max(1, count // QUICK) for name, count in COUNTS.items()} if quick else COUNTS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tallies = kills.killed(folder / "kills", counts, SEED)
        settings, one, other = workers.two_releases(folder / "served")
        dead = workers.workers_killed(settings, WORKERS_KILLED // QUICK if quick else WORKERS_KILLED, SEED)
        moved = workers.switched(settings, (one, other), READERS, SECONDS / QUICK if quick else SECONDS)
    by_work = [_of_work(name, tally) for name, tally in tallies.items()]
    findings = (_all(tallies, dead), *by_work, _left(tallies), *_dead(dead), *_moved(moved))
    return Section("Faults", LEAD, (*findings, *findings_of(DISKS)))


def _all(tallies: dict[str, Tally], dead: workers.Deaths) -> Finding:
    """The count that was promised, over all kinds of kills."""
    tried = sum(tally.kills for tally in tallies.values()) + dead.kills
    broken = sum(len(tally.broken) for tally in tallies.values()) + dead.unhealthy
    what, found = (
        "kills after which the served release was whole and answered",
        f"{tried - broken} of {tried}",
    )
    return Finding(what, found, "all", not broken, f"{KILLS}, python -m bench.torture faults")


def _of_work(name: str, tally: Tally) -> Finding:
    bad = [*tally.broken, *tally.not_recovered]
    found = f"{tally.kills - len(tally.not_recovered)} of {tally.kills} went well on the next run"
    found += f", {sum(tally.strays.values())} stray files"
    found += f"; {bad[0]}" if bad else ""
    test = f"{KILLS}::test_a_command_killed_at_any_moment_leaves_a_whole_release_and_no_strays"
    return Finding(f"{NAMES[name]}, killed", found, "all, 0", not bad and not tally.strays, test)


def _left(tallies: dict[str, Tally]) -> Finding:
    left = sum(tally.left for tally in tallies.values())
    what = "files and folders lying there right after the kills, removed by a run an hour later"
    return Finding(what, str(left), "", None, f"{KILLS}::test_leftovers_go_after_an_hour_and_not_before")


def _dead(dead: workers.Deaths) -> list[Finding]:
    test = f"{KILLS}::test_readers_lose_nothing_when_a_worker_is_killed"
    heard, wrong = dead.heard, sum(dead.heard.wrong.values())
    well = not (dead.slow or dead.unhealthy or dead.strays)
    found = f"{dead.kills - dead.slow} of {dead.kills} had all workers back, {len(dead.strays)} stray files"
    read = f"{heard.answers} answers, {wrong} wrong; {heard.dropped} lines cut, {heard.lost} never answered"
    return [
        Finding("a worker of the web server, killed while 8 people read", found, "all, 0", well, test),
        Finding("what these people got, asking again when cut off", read, "0 wrong, 0 never answered",
                not (wrong or heard.lost), test),
    ]  # fmt: skip


def _moved(moved: workers.Switches) -> list[Finding]:
    test = f"{KILLS}::test_nobody_sees_two_releases_in_one_view"
    heard, wrong = moved.heard, sum(moved.heard.wrong.values())
    errors = wrong + heard.dropped + heard.lost
    what = f"answers to {READERS} readers while the release changed {moved.switched} times"
    found = f"{heard.answers}, of them {errors} errors or mixed views ({moved.views} views, byte by byte)"
    return [Finding(what, found, "0 errors, 0 mixed", not errors and heard.answers > 0, test)]
