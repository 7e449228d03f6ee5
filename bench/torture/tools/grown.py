"""One installation, built and read by a process of its own: what that takes of processor, memory and disk.

`python -m bench.torture.tools.grown FOLDER` prints it as JSON. Processor time is measured, not time on the
clock, so that what else the machine does hardly counts; no page is drawn ahead.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient

from app import create_app
from bench.torture.report import ROOT
from bench.web import ALLOCATOR
from callbacks.pages import PAGES
from etl.build import build
from etl.demo.growth import Growth
from etl.demo.plan import load_plan
from etl.demo.write import settings_of, write_demo
from etl.settings import Settings as DataSettings
from service.settings import Settings
from tests import asked

# A step that takes longer than this has broken.
MOST_SECONDS = 900
TRIES = 3
PROVINCES = ("ha-noi", "hai-phong", "quang-ninh", "da-nang", "lao-cai", "can-tho")


@dataclass(frozen=True)
class Measured:
    """Figures of one installation. Seconds and milliseconds of processor time; memory in MiB, as the
    allocator is set in service.

    first: the very first view of every page together, in seconds, with what all views share still unread;
    view: the median of the first views of other addresses, over all pages; pages: that of each page by its
    id; answers: the largest answer of each page, in kB before compression.
    """

    build: float
    building: float
    size: float
    rows: int
    first: float
    view: float
    pages: dict[str, float]
    answers: dict[str, float]
    memory: float


def addresses(internal: bool) -> list[str]:
    """Query strings of views to draw, the first of them first: provinces, or years and languages of a
    province's internal index."""
    if internal:
        asked_for = product(load_plan().internal_units.years, ("vi", "en"))
        known = {"tinh": "quang-ninh", "cs": "ipar"}
        return ["?" + urlencode({**known, "nam": year, "lang": lang}) for year, lang in asked_for]
    return ["?" + urlencode({"tinh": name, "cs": "par"}) for name in ("ca-mau", *PROVINCES)]


def measured(folder: Path, internal: bool) -> Measured:
    """Build the pack under `folder`, then draw the pages over its release."""
    settings, start = settings_of(folder), time.process_time()
    built = build(settings, force=True)
    took, building = time.process_time() - start, _status("VmHWM")
    size = sum(path.stat().st_size for path in settings.releases_dir.glob("*.duckdb")) / 2**20
    of_pages = asked_of(folder, internal, "--pages")
    return Measured(took, building, size, built.rows["score"], **of_pages)


def pages(folder: Path, internal: bool) -> dict[str, Any]:
    """What the pages over a release that is built take, in a process that did not build it."""
    shown = Settings(releases_dir=settings_of(folder).releases_dir, warm=False, imports=False)
    client = create_app(shown).server.test_client()
    callback = asked.drawing(client.get(asked.DEPENDENCIES).get_json())
    queries, times, largest, first = addresses(internal), {}, {}, 0.0
    for page in (page for page in PAGES if page.listed and not page.live):
        drawn = [_view(client, asked.body(callback, page.path, query)) for query in queries]
        first += drawn[0][0]
        times[page.id] = [seconds * 1000 for seconds, _ in drawn[1:]]
        largest[page.id] = max(size for _, size in drawn) / 1000
    every = [each for own in times.values() for each in own]
    return {
        "first": first, "view": statistics.median(every), "answers": largest, "memory": _status("VmRSS"),
        "pages": {name: statistics.median(own) for name, own in times.items()},
    }  # fmt: skip


def _view(client: FlaskClient, question: dict[str, object]) -> tuple[float, int]:
    """Processor seconds and bytes of one answer. Raises RuntimeError for an answer that is none."""
    start = time.process_time()
    answer = client.post(asked.UPDATE, json=question)
    if answer.status_code != 200:
        raise RuntimeError(f"answer {answer.status_code}")
    return time.process_time() - start, len(answer.data)


def _status(name: str) -> float:
    """MiB of memory of this process: VmRSS now, VmHWM at most."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


class GrownError(Exception):
    """A step of an installation did not come to its end: which, how it ended, and its last words."""


def asked_of(folder: Path, internal: bool, *options: str) -> dict[str, Any]:
    """What a process of its own says of a pack. Raises GrownError for one that fails, is killed or hangs."""
    words = [sys.executable, "-m", "bench.torture.tools.grown", str(folder), *options]
    words += ["--internal"] if internal else []
    try:
        done = subprocess.run(
            words, cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ | ALLOCATOR,
            timeout=MOST_SECONDS, errors="replace",
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise GrownError(f"{_step(options)} did not end within {MOST_SECONDS} s") from error
    if done.returncode:
        raise GrownError(f"{_step(options)} {ended(done.returncode, done.stderr)}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _step(options: Sequence[str]) -> str:
    return {"--pages": "reading", "--write": "simulating"}.get(options[0] if options else "", "building")


def ended(code: int, errors: str) -> str:
    """How a process ended, in words: by a signal (SIGKILL: most often for want of memory), or by an error."""
    last = (errors.strip().splitlines() or ["without a word"])[-1][:200]
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}: {last}"


def ask(folder: Path, growth: Growth, internal: bool) -> Measured:
    """Simulate a pack and take its figures, each step in a process of its own. Raises GrownError."""
    asked_of(folder, internal, "--write", json.dumps(asdict(growth)))
    return least([Measured(**asked_of(folder, internal)) for _ in range(TRIES)])


def least(tries: Sequence[Measured]) -> Measured:
    """The least of each figure over several tries, of figures by page that of each page: what else the
    machine does makes a step dearer, never cheaper."""
    return Measured(
        **{one.name: _least([getattr(each, one.name) for each in tries]) for one in fields(Measured)}
    )


def _least(values: Sequence[Any]) -> Any:
    if isinstance(values[0], dict):
        return {name: min(each[name] for each in values) for name in values[0]}
    return min(values)


def main(place: Path, options: Sequence[str]) -> dict[str, Any]:
    """One step, as the command line asks for it."""
    if "--write" in options:
        growth = Growth(**json.loads(options[options.index("--write") + 1]))
        write_demo(load_plan(), DataSettings(), place, growth)
        return {}
    inside = "--internal" in options
    return pages(place, inside) if "--pages" in options else asdict(measured(place, inside))


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2:])))
