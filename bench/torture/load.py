"""Fifty people for ten minutes, five hundred at once, fifty again, while releases change and files come."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from typing import Any

from bench.torture.report import ROOT, Finding, Section
from bench.torture.tools.meanwhile import (
    Disturbed,
    Installed,
    Watched,
    disturbing,
    handles,
    installed,
    served_in_turn,
    watching,
)
from bench.torture.tools.readers import until
from bench.web import (
    AS_RUN,
    WORKERS,
    addresses,
    callback_of,
    memory,
    percentile,
    questions,
    served,
    together,
    workers,
)
from callbacks.pages import PAGES

TITLE, COMMAND = "Load", "python -m bench.torture load"
PEOPLE = "bench/torture/tools/people.py"
SLOW, GROWTH = 400.0, 1.0
ERRORS_TOLD = 3
# As long as a server that is full asks people to wait.
REST = 5.0
# Views that are read of each release that was served before, and for how many seconds.
VIEWS, READ = 150, 10.0


@dataclass(frozen=True)
class Size:
    """How many people for how many seconds, the crowd likewise, and the seconds between two releases.

    before: releases that the server served before the people come; warm: the share of the time after which
    memory is judged; think: median seconds that people read a view, hurry: that the crowd does; again:
    seconds of the same people after the crowd.
    """

    people: int = 50
    seconds: float = 600.0
    crowd: int = 500
    burst: float = 60.0
    again: float = 60.0
    every: float = 60.0
    before: int = 20
    warm: float = 0.3
    think: float = 5.0
    hurry: float = 1.0

    def lead(self) -> str:
        """What is done, for the report."""
        return (
            "Two gunicorn workers as `make run` starts them, the whole pack. They have served "
            f"{self.before} releases under readers before, {READ:g} seconds each: what a new server takes up "
            f"with the first of them is told beside, not taken for growth. {self.people} people (Locust) "
            f"for {self.seconds / 60:g} minutes open pages, follow links and change the selects, with every "
            f"request that a browser sends for it, and read a view for {self.think:g} seconds (median). All "
            "the time a scorecard is brought by `python -m etl import`, over and over, and every "
            f"{self.every:g} seconds the release changes. Then {self.crowd} people in a hurry "
            f"({self.hurry:g} s a view) come at once for {self.burst:g} seconds, then {self.people} again. "
            "Locust and the imports run on the same processor cores."
        )


FULL, QUICK = Size(), Size(seconds=60.0, burst=20.0, again=20.0, every=15.0, before=2)


@dataclass(frozen=True)
class Heard:
    """What the people of one phase got. times: milliseconds by kind of answer; kinds of views begin so."""

    times: dict[str, list[float]]
    errors: dict[str, int]
    releases: dict[str, int]
    refused: int
    seconds: float

    def taken(self, kind: str = "") -> list[float]:
        """Milliseconds of the answers whose kind begins so."""
        return [each for name, times in self.times.items() if name.startswith(kind) for each in times]

    @property
    def failed(self) -> int:
        """Answers that were none."""
        return sum(self.errors.values())

    def worst(self) -> str:
        """The most frequent errors in words, "" when there were none."""
        first = sorted(self.errors.items(), key=lambda item: -item[1])[:ERRORS_TOLD]
        return "".join(f"; {count}x {what}" for what, count in first)


@dataclass(frozen=True)
class Found:
    """Everything that was measured. taken_up: MiB of each worker before it served anything, and when the
    people came; handles: of the workers, before, after the people, and in the end."""

    taken_up: tuple[list[float], list[float]]
    calm: Heard
    crowd: Heard
    after: Heard
    disturbed: Disturbed
    watched: Watched
    handles: tuple[int, int, int]
    restarted: int


def script(port: int, place: Installed) -> dict[str, Any]:
    """What people may look at: the pages of the navigation, and provinces and indices that there are."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/tim/vi.json", timeout=60) as answer:
        entries = json.load(answer)
    named = {kind: [e["query"] for e in entries if e["kind"] == kind] for kind in ("province", "index")}
    return {
        "pages": [{"path": page.path, "controls": page.controls} for page in PAGES if page.listed],
        "provinces": [query["tinh"] for query in named["province"]],
        "indices": [query["cs"] for query in named["index"]],
        "home": "quang-ninh",
        "releases": place.releases,
    }


def people(port: int, folder: Path, count: int, seconds: float, more: Sequence[str]) -> Heard:
    """So many people for so long, in a process of their own; what they got. They come within ten seconds."""
    told = folder / "heard.json"
    told.unlink(missing_ok=True)
    words = [sys.executable, "-m", "locust", "-f", PEOPLE, "--headless", "--host", f"http://127.0.0.1:{port}"]
    words += ["-u", str(count), "-r", str(max(1, count // 10)), "-t", f"{seconds:g}s", "--stop-timeout", "60"]
    words += ["--script", str(folder / "script.json"), "--heard", str(told), *more]
    words += ["--loglevel", "ERROR", "--exit-code-on-error", "0"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    log = folder / "locust.log"
    with log.open("wb") as output:
        done = subprocess.run(words, cwd=ROOT, env=environment, stdout=output, stderr=output, check=False)
    if not told.exists():
        raise RuntimeError(f"Locust ended with code {done.returncode}: {log.read_text('utf-8')[-500:]}")
    found = json.loads(told.read_text("utf-8"))
    return Heard(**{name: found[name] for name in Heard.__dataclass_fields__})


def measured(place: Installed, size: Size) -> Found:
    """The three phases over one server."""
    folder = place.folder
    with served("app:server", AS_RUN, **place.places()) as (port, pid):
        until(lambda: len(workers(pid)) == WORKERS, REST)
        new = memory(pid)
        for _ in islice(served_in_turn(place), size.before):
            together(port, questions(callback_of(port), addresses(port, VIEWS)), READ)
        time.sleep(REST)
        taken_up = (new, memory(pid))
        (folder / "script.json").write_text(json.dumps(script(port, place)), encoding="utf-8")
        begun, first = workers(pid), handles(pid)

        def phase(count: int, seconds: float, *more: str) -> Heard:
            return people(port, folder, count, seconds, more)

        reading = ("--think", f"{size.think:g}")
        with disturbing(place, size.every) as disturbed:
            with watching(pid) as watched:
                calm = phase(size.people, size.seconds, *reading)
            time.sleep(REST)
            between = handles(pid)
            crowd = phase(size.crowd, size.burst, "--think", f"{size.hurry:g}", "--returning")
            time.sleep(REST)
            after = phase(size.people, size.again, *reading)
        time.sleep(REST)
        counted = (first, between, handles(pid))
        restarted = len(set(begun) - set(workers(pid)))
    return Found(taken_up, calm, crowd, after, disturbed, watched, counted, restarted)


def findings(found: Found, size: Size) -> list[Finding]:
    """Each figure beside its limit."""
    return [*_read(found, size), *_around(found), *_held(found, size), *_crowded(found, size)]


def _judged(what: str, text: str, limit: str, kept: bool | None) -> Finding:
    return Finding(what, text, limit, kept, COMMAND)


def spread(times: Sequence[float]) -> str:
    """Median, p95 and the longest, in words."""
    middle, high = percentile(times, 0.5), percentile(times, 0.95)
    return f"p50 {middle:.0f} ms, p95 {high:.0f} ms, longest {max(times):.0f} ms of {len(times):,}"


def quick_enough(times: Sequence[float]) -> bool:
    """Whether 95 of 100 came in time."""
    return bool(times) and percentile(times, 0.95) <= SLOW


def _read(found: Found, size: Size) -> list[Finding]:
    """What people got who read, before the crowd came."""
    calm, times = found.calm, found.calm.taken()
    lost = calm.failed + calm.refused
    who = f"{size.people} people for {size.seconds / 60:.3g} min"
    text = f"{len(times):,} answers, {lost} errors{calm.worst()}"
    text += f"; {calm.refused} refused as full" if calm.refused else ""
    by_kind = {kind: percentile(each, 0.95) for kind, each in calm.times.items() if kind.startswith("view")}
    slowest = sorted(by_kind.items(), key=lambda item: -item[1])[:ERRORS_TOLD]
    pages = ", ".join(f"{kind.removeprefix('view ')} {high:.0f} ms" for kind, high in slowest)
    return [
        _judged(f"{who}: answers", text, "0 errors", not lost and bool(times)),
        _judged(f"{who}: views drawn", spread(calm.taken("view")), f"p95 {SLOW:g} ms",
                quick_enough(calm.taken("view"))),
        _judged(f"{who}: all answers", spread(times), f"p95 {SLOW:g} ms", quick_enough(times)),
        _judged("slowest pages, p95", pages, "", None),
        _judged("answers a second", f"{len(times) / calm.seconds:.1f}, of them "
                f"{len(calm.taken('view')) / calm.seconds:.1f} views", "", None),
    ]  # fmt: skip


def _around(found: Found) -> list[Finding]:
    """Releases and imports meanwhile, over all three phases."""
    seen = sum((Counter(heard.releases) for heard in (found.calm, found.crowd, found.after)), Counter[str]())
    mixed = sum(count for name, count in seen.items() if len(name.split()) != 1)
    changed, brought = found.disturbed, found.disturbed.imports
    text = f"{changed.switched} times; views named {len([n for n in seen if len(n.split()) == 1])} releases, "
    bad = f"; {changed.failed[0]}" if changed.failed else ""
    middle = percentile(brought, 0.5) if brought else 0.0
    load = found.watched.load
    return [
        _judged("the release changed", text + f"{mixed} views none or both", "0 none or both",
                not mixed and len(seen) == 2 and changed.switched > 0),
        _judged("imports staged meanwhile", f"{len(brought) - len(changed.failed)} of {len(brought)}, "
                f"each in {middle:.0f} s (median){bad}", "all", bool(brought) and not changed.failed),
        _judged("load average meanwhile", f"{sum(load) / len(load):.1f} on average, at most {max(load):.1f}",
                "", None),
    ]  # fmt: skip


def _held(found: Found, size: Size) -> list[Finding]:
    """Memory and open files of the workers."""
    watched, (first, between, last) = found.watched, found.handles
    warm = size.warm * size.seconds
    slope, by_worker = watched.slope(warm, size.every), watched.held(warm, size.every)
    spans = " and ".join(", ".join(f"{each:.0f}" for each in one) for one in by_worker)
    text = f"{slope:+.2f} MiB a minute; from release to release {spans} MiB"
    new, old = (" and ".join(f"{one:.0f}" for one in each) for each in found.taken_up)
    return [
        _judged(f"memory (PSS) of a new server's workers, and after {size.before} releases",
                f"{new} MiB, {old} MiB", "", None),
        _judged(f"memory (PSS) of a worker, on the mean of all, after {warm / 60:.3g} min",
                text, f"{GROWTH:g} MiB a minute", slope <= GROWTH),
        _judged("open files and lines of both workers", f"{first} before, {between} after the "
                f"{size.people} people, {last} in the end", "2 more: the release before, until asked",
                max(between, last) <= first + WORKERS),
        _judged("workers that had to be started again", str(found.restarted), "0", not found.restarted),
    ]  # fmt: skip


def _crowded(found: Found, size: Size) -> list[Finding]:
    """More people than can be answered, and what became of the server."""
    crowd, after = found.crowd, found.after
    answered, views, lost = len(crowd.taken()), after.taken("view"), after.failed + after.refused
    text = f"{answered:,} answered, {crowd.refused:,} told to come again, {crowd.failed} other errors"
    shown = True if crowd.refused else None
    return [
        _judged(f"{size.crowd} people in a hurry for {size.burst:g} s", text + crowd.worst(),
                "503 with Retry-After, no other error", shown if not crowd.failed else False),
        _judged("views of those who were answered", spread(crowd.taken("view") or [0.0]), "", None),
        _judged(f"{size.people} people, {REST:g} s later", f"{len(after.taken()):,} answers, {lost} errors"
                f"{after.worst()}; views {spread(views or [0.0])}", f"0 errors, p95 {SLOW:g} ms",
                not lost and quick_enough(views)),
    ]  # fmt: skip


def loaded(size: Size, at: Path | None = None) -> Section:
    """The whole part. at: an installation that an earlier call left there, or where to leave one."""
    if importlib.util.find_spec("locust") is None:
        missing = Finding("the part runs", "Locust is not installed: make torture installs it, or "
                          "pip install -r requirements-torture.txt", "", False, COMMAND)  # fmt: skip
        return Section(TITLE, size.lead(), (missing,))
    with tempfile.TemporaryDirectory() as name:
        folder = at or Path(name) / "installation"
        folder.mkdir(exist_ok=True)
        found = measured(installed(folder), size)
    return Section(TITLE, size.lead(), tuple(findings(found, size)))


def run(quick: bool) -> Section:
    """Four minutes, then ten and two more; one minute and a little for a look."""
    return loaded(QUICK if quick else FULL)


def main() -> bool:
    """A run of any size, for those who change this part; nothing is kept of it."""
    asked = argparse.ArgumentParser(prog="python -m bench.torture.load", description=__doc__)
    for one in fields(Size):
        asked.add_argument(f"--{one.name}", type=type(one.default), default=getattr(QUICK, one.name))
    asked.add_argument(
        "--at", type=Path, help="a folder for the installation, which is taken again if it is there"
    )
    told = vars(asked.parse_args())
    at = told.pop("at")
    section = loaded(Size(**told), at)
    print(*(f"{one.what}: {one.found} [{one.limit}] {one.kept}" for one in section.findings), sep="\n")
    return section.kept


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
