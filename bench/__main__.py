"""`make bench`: what a full build costs, beside the plain reading of the same files in the same run."""

from __future__ import annotations

import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench import briefing, dossiers, engine, intake, intake_staging, start, survey, web

ROOT = Path(__file__).resolve().parent.parent
FLOOR = """
import pandas as pd, pathlib
for path in pathlib.Path("data").rglob("*.csv"):
    pd.read_csv(path, dtype=str)
"""


@dataclass(frozen=True)
class Cost:
    """Wall seconds, processor seconds and peak memory (MiB) of one finished process."""

    wall: float
    cpu: float
    peak: float


def measured(command: list[str]) -> Cost:
    """Run a command in a process of its own, once, and return what it cost."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu, after.ru_maxrss / 1024)


def main() -> bool:
    """Print what the build costs beside the floor, then the rest; whether all limits were kept."""
    files = [p for p in (ROOT / "data").rglob("*.csv") if "releases" not in p.parts]
    size = sum(p.stat().st_size for p in files) / 1e6
    floor = measured([sys.executable, "-c", FLOOR])
    with tempfile.TemporaryDirectory() as folder:
        build = measured([sys.executable, "-m", "etl", "build", "--releases", folder])
        again = measured([sys.executable, "-m", "etl", "build", "--releases", folder])
        release = next(Path(folder).glob("release_*.duckdb"))
        release_size = release.stat().st_size / 1e6
        print("start: make run once more, nothing changed", flush=True)
        started = start.report(Path(folder))
        print("briefing: the documents of the conference, a full pack and each kind alone", flush=True)
        briefed = briefing.report(folder)
    print(f"Python {platform.python_version()}, {platform.machine()}")
    print(f"pack: {len(files)} files, {size:.1f} MB; release: {release_size:.1f} MB")
    for name, cost in (
        ("read the files, no more", floor),
        ("build from nothing", build),
        ("build again, nothing changed", again),
    ):
        print(f"{name:32} {cost.wall:6.1f} s wall  {cost.cpu:6.1f} s cpu")
    print(f"peak memory of the build: {build.peak:.0f} MiB (limit 1024)")
    print(f"build / plain reading: {build.wall / floor.wall:.1f} times", flush=True)
    pages = web.report()
    intake_staging.report()
    print(
        "engine: each analysis at its size; below it 2, 4, 8 times the units, then the indicators", flush=True
    )
    within = engine.report()
    print("intake: files that people bring, read in a process of its own, beside plain pandas", flush=True)
    intake.report()
    print("dossiers: made, loaded, frozen, asked by the page, beside plain pandas", flush=True)
    counted = dossiers.report()
    print("survey: made, counted into shares, beside the plain sum of their columns and pandas", flush=True)
    surveyed = survey.report()
    return within and started and briefed and pages and counted and surveyed


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
