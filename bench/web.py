"""What a page costs: server time of first and repeated views, many readers at once, bytes, memory.

Two gunicorn workers on the loopback, the real release, real addresses. `report()` prints each figure beside
its budget, and the naive plotly.express page (`bench.naive_app`) under the same load in the same run.
By hand: `python -m bench.web`, or with `--quick` for a look in two minutes (fewer views, shorter load; the
figures then swing more) and `--releases FOLDER` for a release that is built already.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.browser import first_load
from bench.floor import floor
from callbacks.pages import PAGES
from tests import asked
from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
WORKERS, USERS = 2, 50
FIRST_MS, AGAIN_MS, LOAD_MS, TIMES, PAYLOAD_KB, MEMORY = 40.0, 5.0, 300.0, 20.0, 30.0, 300.0
FIRST_MB, READY_S = 1.6, 2.5
OVER_FLOOR = 3.0  # a first view, of the bare query and its JSON
# A worker that used less processor time than this in a second (of one core) has drawn all ahead.
IDLE, LONGEST_WAIT = 0.05, 180.0
# As `make run` sets them; what it passes to gunicorn beside is AS_RUN.
ALLOCATOR = {
    "MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072",
}  # fmt: skip

# The server ends soon.
PATIENT = ("--graceful-timeout", "3", "--log-level", "error")
AS_RUN = ("--timeout", "60")


@dataclass(frozen=True)
class Size:
    """How much is measured: views asked for alone, rounds until both workers keep them, seconds of load."""

    views: int = 240
    rounds: int = 6
    seconds: float = 20.0


FULL, QUICK = Size(), Size(views=45, rounds=4, seconds=5.0)


@dataclass(frozen=True)
class Limit:
    """A figure measured, what was promised, and how both are written."""

    label: str
    found: float
    most: float
    unit: str
    least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the promise was kept."""
        return self.found >= self.most if self.least else self.found <= self.most

    def line(self) -> str:
        """One line of the report."""
        word = "at least" if self.least else "limit"
        verdict = "kept" if self.kept else "NOT KEPT"
        return f"    {self.label:44} {self.found:9.1f} {self.unit:6} {word} {self.most:g}: {verdict}"


@contextmanager
def served(target: str, options: Sequence[str] = PATIENT, **environment: str) -> Iterator[tuple[int, int]]:
    """(port, process id) of a gunicorn with two workers, until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS)]
    command += ["--preload", "--no-control-socket", *options]
    process = subprocess.Popen([*command, target], cwd=ROOT, env=os.environ | ALLOCATOR | environment)
    try:
        _wait(port, process)
        yield port, process.pid
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask a server to end; one that does not within a minute is ended."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with code {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server does not answer")


def callback_of(port: int) -> dict[str, Any]:
    """The callback that draws a page, as the server describes it."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{asked.DEPENDENCIES}", timeout=60) as answer:
        return asked.drawing(json.load(answer))


def questions(callback: dict[str, Any], views: Sequence[tuple[str, str]]) -> list[bytes]:
    """What a browser sends for each (path, query)."""
    return [json.dumps(asked.body(callback, path, query)).encode() for path, query in views]


def addresses(port: int, views: int) -> list[tuple[str, str]]:
    """(path, query) of real views: pages that a release draws, for provinces, indices and both languages."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/tim/vi.json", timeout=60) as answer:
        entries = json.load(answer)
    named = {kind: [entry for entry in entries if entry["kind"] == kind] for kind in ("province", "index")}
    paths = [page.path for page in PAGES if page.listed and not page.live]
    draw = random.Random(7)
    found = {}
    while len(found) < views:
        query = draw.choice(named["province"])["query"] | draw.choice(named["index"])["query"]
        query |= {"lang": "en"} if draw.random() < 0.2 else {}
        found[(paths[len(found) % len(paths)], "?" + urlencode(query))] = None
    return list(found)


class Reader:
    """One browser's connection: asks, reads everything, says how long it took (seconds) and how much came."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, body: bytes) -> tuple[float, int]:
        """Seconds and bytes of one answer. Raises RuntimeError for an answer that is none."""
        start = time.perf_counter()
        headers = {"Content-Type": "application/json", "Accept-Encoding": "br"}
        self._line.request("POST", asked.UPDATE, body, headers)
        answer = self._line.getresponse()
        size = len(answer.read())
        if answer.status != 200:
            raise RuntimeError(f"answer {answer.status}")
        return time.perf_counter() - start, size


def alone(port: int, bodies: Sequence[bytes], rounds: int) -> tuple[list[float], list[float], list[int]]:
    """Milliseconds of every first view and of every repeated one, and compressed bytes, one reader alone.

    Each worker keeps its own answers: views are asked until both have them, then once more.
    """
    reader = Reader(port)
    first, sizes = zip(*(reader.ask(body) for body in bodies), strict=True)
    for _ in range(rounds):
        for body in bodies:
            Reader(port).ask(body)
    again = [Reader(port).ask(body)[0] for body in bodies]
    return [1000 * s for s in first], [1000 * s for s in again], list(sizes)


def together(port: int, bodies: Sequence[bytes], seconds: float) -> tuple[list[float], int]:
    """Milliseconds of every answer and the number of failures, 50 readers at once for some seconds."""
    times: list[float] = []
    failed: list[str] = []
    until = time.monotonic() + seconds

    def read(seed: int) -> None:
        reader, draw = Reader(port), random.Random(seed)
        while time.monotonic() < until:
            try:
                times.append(1000 * reader.ask(draw.choice(bodies))[0])
            except (OSError, RuntimeError, http.client.HTTPException) as error:
                failed.append(str(error))
                reader = Reader(port)

    _threads(read)
    return times, len(failed)


def _threads(work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(USERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def workers(pid: int) -> list[str]:
    """Process ids of the workers of a server."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def memory(pid: int) -> list[float]:
    """MiB of each worker of a server, what it shares with the others counted in parts."""
    return [_proportional(child) for child in workers(pid)]


def drawn_ahead(port: int, pid: int, body: bytes) -> float:
    """Have both workers begin to draw ahead, and wait until they are idle; seconds that took."""
    start = time.perf_counter()
    for _ in range(8 * WORKERS):
        Reader(port).ask(body)
    before = _processor(pid)
    while time.perf_counter() - start < LONGEST_WAIT:
        time.sleep(1.0)
        now = _processor(pid)
        if now - before < IDLE:
            break
        before = now
    return time.perf_counter() - start


def _processor(pid: int) -> float:
    """Processor seconds that the workers used so far."""
    stats = [Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split() for child in workers(pid)]
    return sum(int(part[11]) + int(part[12]) for part in stats) / os.sysconf("SC_CLK_TCK")


def _proportional(pid: str) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def naive(seconds: float) -> float:
    """Answers a second of the naive page under the same readers."""
    with served("bench.naive_app:server") as (port, _):
        bodies = questions(callback_of(port), [("/", f"?tinh={i}") for i in range(USERS)])
        first, _, _ = alone(port, bodies[:10], 0)
        times, failed = together(port, bodies, seconds)
    rate, slow = len(times) / seconds, percentile(times, 0.95)
    print(f"    naive page: one reader p50 {statistics.median(first):.0f} ms")
    print(f"    naive page: {rate:.1f} answers a second, p95 {slow:.0f} ms, {failed} failed", flush=True)
    return rate


def pages(releases: Path, size: Size) -> list[Limit]:
    """The real pages against their budgets."""
    plain = naive(size.seconds)
    with served("app:server", CCHC_RELEASES_DIR=str(releases)) as (port, pid):
        views = addresses(port, size.views)
        bodies = questions(callback_of(port), views)
        waited = drawn_ahead(port, pid, bodies[0])
        first, again, sizes = alone(port, bodies, size.rounds)
        told(views, first, sizes, waited)
        bare = statistics.median(floor(releases, views))
        times, failed = together(port, bodies, size.seconds)
        resident = memory(pid)
        start = first_load(f"http://127.0.0.1:{port}/")
    rate = len(times) / size.seconds
    print(f"    {USERS} readers: {rate:.0f} answers a second, {rate / plain:.1f} times the naive page")
    print(f"    floor (bare query and JSON): p50 {bare:.1f} ms")
    print(f"    memory by worker: {', '.join(f'{each:.0f}' for each in resident)} MiB", flush=True)
    return [
        Limit("first view, p50", statistics.median(first), FIRST_MS, "ms"),
        Limit("first view, of the bare query and JSON", statistics.median(first) / bare, OVER_FLOOR, "times"),
        Limit("repeated view, p50", statistics.median(again), AGAIN_MS, "ms"),
        Limit(f"{USERS} readers at once, p95", percentile(times, 0.95), LOAD_MS, "ms"),
        Limit(f"{USERS} readers at once, failed", failed, 0, ""),
        Limit("answers a second, of the naive page's", rate / plain, TIMES, "times", least=True),
        Limit("compressed answer, p50", statistics.median(sizes) / 1000, PAYLOAD_KB, "kB"),
        Limit("compressed answer, largest", max(sizes) / 1000, PAYLOAD_KB, "kB"),
        Limit("first load, compressed", start.megabytes, FIRST_MB, "MB"),
        Limit("first load, ready to use", start.seconds, READY_S, "s"),
        Limit("memory of the largest worker", max(resident), MEMORY, "MiB"),
    ]


def told(
    views: Sequence[tuple[str, str]], first: Sequence[float], sizes: Sequence[int], waited: float
) -> None:
    """Print what first views cost, page by page: server and loopback, one reader, drawn ahead before."""
    print(f"    drawn ahead in {waited:.0f} s; first views, p95 {percentile(first, 0.95):.0f} ms")
    for path in dict.fromkeys(path for path, _ in views):
        own = [place for place, view in enumerate(views) if view[0] == path]
        cost, size = statistics.median(first[n] for n in own), max(sizes[n] for n in own)
        print(f"      {path:14} p50 {cost:6.0f} ms, largest {size / 1000:5.1f} kB", flush=True)


def report(size: Size = FULL, releases: Path | None = None) -> bool:
    """Print every budget; whether all were kept."""
    print(f"web: gunicorn, {WORKERS} workers, loopback", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        if releases is None:
            command = [sys.executable, "-m", "etl", "build", "--releases", folder]
            subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        limits = pages(releases or Path(folder), size)
    for limit in limits:
        print(limit.line(), flush=True)
    return all(limit.kept for limit in limits)


def main() -> bool:
    """What the command line asks for."""
    asked_for = argparse.ArgumentParser(description="What a page costs")
    asked_for.add_argument("--quick", action="store_true", help="fewer views, shorter load")
    asked_for.add_argument("--releases", type=Path, help="a folder with a release that is built already")
    told_to = asked_for.parse_args()
    return report(QUICK if told_to.quick else FULL, told_to.releases)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
