"""What goes on while people read: the release changes, a scorecard is brought, the server is watched."""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import xlsxwriter
from scipy.stats import theilslopes

from bench.web import memory, workers
from etl import publish
from etl.build import build
from etl.intake.mapping_file import ColumnMap, ImportMapping, KeyColumn, SheetMap, SourceOfFile, mapping_yaml
from etl.settings import ROOT, Settings
from tests.fixtures.etl.packs import INDEX, SCORES, change, read_rows

SEED, YEAR = 8, 2019
SHEET, HEADER, UNIT = "Bảng điểm", "Điểm {code}", "Tỉnh, thành phố"
BOOK, MAPPING = "brought.xlsx", "own.yaml"
EVERY = 5.0


@dataclass(frozen=True)
class Installed:
    """A whole installation of its own with two releases on disk, and a scorecard to bring."""

    settings: Settings
    releases: tuple[str, str]

    @property
    def folder(self) -> Path:
        """The folder of all of it."""
        return self.settings.data_dir.parent

    def places(self) -> dict[str, str]:
        """The settings of a server over it."""
        names = ("data_dir", "releases_dir", "imports_dir")
        return {f"CCHC_{name.upper()}": str(getattr(self.settings, name)) for name in names}


def installed(folder: Path) -> Installed:
    """The shipped pack under a folder, built as it is and again with a note changed.

    Releases that a call before left there are taken as they are.
    """
    made = shutil.ignore_patterns("releases", "imports", "dossiers", "workspace", "__pycache__")
    shutil.copytree(ROOT / "data", folder / "data", ignore=made, dirs_exist_ok=True)
    places = {"releases_dir": folder / "releases", "imports_dir": folder / "imports"}
    settings = Settings(data_dir=folder / "data", **places)
    scorecard(folder, read_rows(settings.data_dir / SCORES))
    first = build(settings).pointer.release_id

    def noted(rows: list[dict[str, str]]) -> None:
        rows[0]["note"] = "another release"

    change(settings, SCORES, noted)
    return Installed(settings, (first, build(settings).pointer.release_id))


def served_in_turn(place: Installed) -> Iterator[str]:
    """Serve its two releases in turn, without end; the id of each as soon as it is the one in service."""
    releases = place.settings.releases_dir
    for name in cycle(place.releases):
        publish.serve(releases, publish.pointer_to(releases, name))
        yield name


def scorecard(folder: Path, rows: Sequence[dict[str, str]]) -> None:
    """A workbook with made scores near the published ones, a row a province, and beside it how it is read."""
    codes = list(dict.fromkeys(row["component"] for row in rows))
    draw, by_unit = random.Random(SEED), {row["unit"]: dict.fromkeys(codes, 0.0) for row in rows}
    # The same for all scores of a province: the parts still make the whole.
    worse = {unit: draw.uniform(0.98, 1.0) for unit in by_unit}
    for row in rows:
        by_unit[row["unit"]][row["component"]] = round(float(row["score"]) * worse[row["unit"]], 4)
    with xlsxwriter.Workbook(str(folder / BOOK)) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.write_row(0, 0, ["STT", UNIT, *(HEADER.format(code=code) for code in codes)])
        for number, (unit, scores) in enumerate(by_unit.items(), start=1):
            sheet.write_row(number, 0, [number, unit, *scores.values()])
    columns = tuple(ColumnMap(header=HEADER.format(code=code), component=code) for code in codes)
    read = SheetMap(sheet=SHEET, header_rows=(1,), unit=KeyColumn(header=UNIT), columns=columns)
    source = SourceOfFile(publisher="x", date="2026-01-02")
    mapping = ImportMapping(name="own", index=INDEX, year=YEAR, source=source, sheets=(read,))
    (folder / MAPPING).write_text(mapping_yaml(mapping), encoding="utf-8")


@dataclass
class Disturbed:
    """How often the release changed, and what became of the imports: seconds of each, what failed."""

    switched: int = 0
    imports: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@contextmanager
def disturbing(place: Installed, every: float) -> Iterator[Disturbed]:
    """Change the release each `every` seconds and bring the scorecard over and over, until the block ends."""
    found, end = Disturbed(), threading.Event()

    def switch() -> None:
        releases = served_in_turn(place)
        while not end.wait(every):
            next(releases)
            found.switched += 1

    def bring() -> None:
        while not end.is_set():
            _bring(place, found)

    threads = [threading.Thread(target=work, daemon=True) for work in (switch, bring)]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        end.set()
        for thread in threads:
            thread.join(120)


def _bring(place: Installed, found: Disturbed) -> None:
    """One `python -m etl import`, which must end with a staged import."""
    start, folder = time.monotonic(), place.folder
    names = ("data", "definitions", "releases", "imports")
    words = [sys.executable, "-m", "etl", "import", str(folder / BOOK), f"--mapping={folder / MAPPING}"]
    words += ["--who=An", "--json", *(f"--{name}={getattr(place.settings, f'{name}_dir')}" for name in names)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    found.imports.append(time.monotonic() - start)
    if done.returncode or '"staged"' not in done.stdout:
        found.failed.append(f"code {done.returncode}: {(done.stderr or done.stdout)[-200:]}")


@dataclass
class Watched:
    """The workers of a server over time: seconds, MiB of each, and the machine's load average."""

    seconds: list[float] = field(default_factory=list)
    memory: list[list[float]] = field(default_factory=list)
    load: list[float] = field(default_factory=list)

    def held(self, warm: float, every: float) -> list[list[float]]:
        """MiB of each worker from `warm` seconds on, a list a worker: means of spans of `every` seconds.

        With every release that comes a worker holds two for a while, and what it keeps is made anew: spans
        as long as from one release to the next are alike.
        """
        spans: dict[int, list[list[float]]] = {}
        for second, held in zip(self.seconds, self.memory, strict=True):
            if second >= warm:
                spans.setdefault(int((second - warm) / every), []).append(held)
        means = [[statistics.fmean(one) for one in zip(*span, strict=True)] for span in spans.values()]
        return [list(one) for one in zip(*means, strict=True)]

    def slope(self, warm: float, every: float) -> float:
        """MiB a minute by which a worker grows, on the mean of all of them: the median of the slopes between
        any two spans of `held` (Theil and Sen), which no single span decides.

        On the mean, since views come to workers by chance: of two that take turns in holding a little more
        the one that grows most always grows.
        """
        means = [statistics.fmean(span) for span in zip(*self.held(warm, every), strict=True)]
        return float(theilslopes(means).slope) * 60 / every


@contextmanager
def watching(pid: int, every: float = EVERY) -> Iterator[Watched]:
    """Look at the workers of a server every few seconds until the block ends."""
    found, end, start = Watched(), threading.Event(), time.monotonic()

    def look() -> None:
        while not end.wait(every):
            held = memory(pid)
            if found.memory and len(held) != len(found.memory[0]):
                continue  # one of them is being started again, which is a finding of its own
            found.seconds.append(time.monotonic() - start)
            found.memory.append(held)
            found.load.append(os.getloadavg()[0])

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        end.set()
        thread.join(60)


def handles(pid: int) -> int:
    """Open files and lines of all workers of a server together."""
    return sum(len(os.listdir(f"/proc/{child}/fd")) for child in workers(pid))
