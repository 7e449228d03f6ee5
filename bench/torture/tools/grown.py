"""One installation, built and read by processes of their own: the processor, memory and disk that takes.

`python -m bench.torture.tools.grown FOLDER --build` prints what a build takes as JSON, `--pages` what the
pages take. Processor time is measured, not time on the clock, and each step is tried several times; no page
is drawn ahead.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
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
BUILDS, READINGS = 3, 7
PROVINCES = ("ha-noi", "hai-phong", "quang-ninh", "da-nang", "lao-cai", "can-tho")


@dataclass(frozen=True)
class Built:
    """A build: seconds of processor time, most MiB of memory, MiB of the release on disk, rows of scores."""

    seconds: float
    memory: float
    size: float
    rows: int


@dataclass(frozen=True)
class Read:
    """The pages over a release, in a process whose allocator and garbage collector are set as in service.

    first: the very first view of every page together, in seconds of processor time, with what all views share
    still unread; views: the first views of other addresses by the id of their page, in milliseconds of it;
    answers: the largest answer of each page, in kB before compression; memory: MiB of the process after them.
    """

    first: float
    views: dict[str, list[float]]
    answers: dict[str, float]
    memory: float

    @property
    def pages(self) -> dict[str, float]:
        """The median of the first views of each page."""
        return {name: statistics.median(own) for name, own in self.views.items()}

    @property
    def view(self) -> float:
        """The median of the first views of all pages."""
        return statistics.median(each for own in self.views.values() for each in own)


@dataclass(frozen=True)
class Measured:
    """Figures of one installation."""

    build: Built
    read: Read


def addresses(internal: bool) -> list[str]:
    """Query strings of views to draw, the first of them first: provinces, or years and languages of a
    province's internal index."""
    if internal:
        asked_for = product(load_plan().internal_units.years, ("vi", "en"))
        known = {"tinh": "quang-ninh", "cs": "ipar"}
        return ["?" + urlencode({**known, "nam": year, "lang": lang}) for year, lang in asked_for]
    return ["?" + urlencode({"tinh": name, "cs": "par"}) for name in ("ca-mau", *PROVINCES)]


def built(folder: Path) -> Built:
    """Build the pack under `folder`."""
    settings, start = settings_of(folder), time.process_time()
    made = build(settings, force=True)
    took = time.process_time() - start
    size = sum(path.stat().st_size for path in settings.releases_dir.glob("*.duckdb")) / 2**20
    return Built(took, _status("VmHWM"), size, made.rows["score"])


def read(folder: Path, internal: bool) -> Read:
    """What the pages over a release that is built take, in a process that did not build it."""
    shown = Settings(releases_dir=settings_of(folder).releases_dir, warm=False, imports=False)
    client = create_app(shown).server.test_client()
    gc.freeze()
    callback = asked.drawing(client.get(asked.DEPENDENCIES).get_json())
    queries, views, largest, first = addresses(internal), {}, {}, 0.0
    for page in (page for page in PAGES if page.listed and not page.live):
        drawn = [_view(client, asked.body(callback, page.path, query)) for query in queries]
        first += drawn[0][0]
        views[page.id] = [seconds * 1000 for seconds, _ in drawn[1:]]
        largest[page.id] = max(size for _, size in drawn) / 1000
    return Read(first, views, largest, _status("VmRSS"))


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


def asked_of(folder: Path, *options: str) -> dict[str, Any]:
    """What a process of its own says of a pack. Raises GrownError for one that fails, is killed or hangs."""
    words = [sys.executable, "-m", "bench.torture.tools.grown", str(folder), *options]
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
    return {"--pages": "reading", "--write": "simulating"}.get(options[0], "building")


def ended(code: int, errors: str) -> str:
    """How a process ended, in words: by a signal (SIGKILL: most often for want of memory), or by an error."""
    last = (errors.strip().splitlines() or ["without a word"])[-1][:200]
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}: {last}"


def grow(folder: Path, growth: Growth) -> Built:
    """Simulate a pack and build it `BUILDS` times, each step in a process of its own. Raises GrownError."""
    asked_of(folder, "--write", json.dumps(asdict(growth)))
    tries = [Built(**asked_of(folder, "--build")) for _ in range(BUILDS)]
    return Built(**least([asdict(one) for one in tries]))


def look(places: Sequence[tuple[Path, bool]]) -> list[Read | GrownError]:
    """Read the pages of every installation, `READINGS` times in turn, so that a machine that is slower for a
    while is so for all of them. places: each folder, and whether the pages of the internal index are read.
    """
    tries: list[list[dict[str, Any]]] = [[] for _ in places]
    broken: dict[int, GrownError] = {}
    for number in [place for _ in range(READINGS) for place in range(len(places))]:
        folder, internal = places[number]
        try:
            if number not in broken:
                inside = ["--internal"] if internal else []
                tries[number].append(asked_of(folder, "--pages", *inside))
        except GrownError as error:
            broken[number] = error
    return [broken[at] if at in broken else Read(**least(each)) for at, each in enumerate(tries)]


def least(tries: Sequence[Any]) -> Any:
    """The least of each figure over several tries, of figures by name or in a row that of each of them: what
    else the machine does makes a step dearer, never cheaper."""
    if isinstance(tries[0], dict):
        return {name: least([each[name] for each in tries]) for name in tries[0]}
    if isinstance(tries[0], list):
        return [least(each) for each in zip(*tries, strict=True)]
    return min(tries)


def main(place: Path, options: Sequence[str]) -> dict[str, Any]:
    """One step, as the command line asks for it."""
    if "--write" in options:
        growth = Growth(**json.loads(options[options.index("--write") + 1]))
        write_demo(load_plan(), DataSettings(), place, growth)
        return {}
    return asdict(read(place, "--internal" in options) if "--pages" in options else built(place))


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2:])))
