"""Documents of many provinces, each made in one of a few processes.

A module of its own: a process that is started afresh finds what it has to do by the module's name, and the
module of a command has none. It asks the release as `exports.__main__` does.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from etl.warehouse.briefing import read_briefing
from etl.warehouse.queries import Warehouse
from exports.briefing.build import build
from exports.briefing.model import Frames, NothingToBriefError, Wish, Written
from exports.briefing.pack import Templates, write


@dataclass(frozen=True)
class Job:
    """One province's documents to make, in a process of its own, with what people wrote of it."""

    pointer: Path
    wish: Wish
    formats: tuple[str, ...]
    out: Path
    templates: Templates
    written: Written = field(default_factory=Written)


def make(job: Job) -> list[tuple[Path, bool]]:
    """One province's documents: (file, whether it was made now)."""
    queries = Warehouse(job.pointer).pinned()
    frames = Frames(
        **read_briefing(queries, job.wish.province, job.wish.year, list(job.wish.indices) or None)
    )
    return list(write(build(frames, job.wish, job.written), job.formats, job.out, job.templates))


def attempt(job: Job) -> tuple[str, list[str], str]:
    """(slug, files, reason of a refusal): what a process of the pool sends back."""
    try:
        return job.wish.province, [str(path) for path, _ in make(job)], ""
    except NothingToBriefError as refusal:
        return job.wish.province, [], refusal.problems[0].text()


def results(jobs: list[Job]) -> Iterator[tuple[str, list[str], str]]:
    """What the processes send back, as it comes."""
    context: Any = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=min(2, len(jobs)), mp_context=context) as pool:
        for done in as_completed([pool.submit(attempt, job) for job in jobs]):
            yield done.result()
