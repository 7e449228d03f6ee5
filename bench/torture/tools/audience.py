"""Readers who ask without a pause, 10, 30 or 100 of them: answers a second, and how long one waits."""

from __future__ import annotations

import http.client
import random
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.torture.tools.readers import Line
from bench.web import addresses, callback_of, drawn_ahead, percentile, questions, served

AGAIN = 0.5


@dataclass
class Audience:
    """What so many readers got. waited: milliseconds from first asking to the answer, refusals and all;
    refused: how often one was told to come again; failed: anything else than an answer or that."""

    readers: int
    seconds: float
    waited: list[float] = field(default_factory=list)
    refused: int = 0
    failed: int = 0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.waited) / self.seconds

    @property
    def slow(self) -> float:
        """Milliseconds that 95 of 100 answers did not exceed."""
        return percentile(self.waited, 0.95)

    @property
    def usual(self) -> float:
        """Milliseconds of half of the answers."""
        return statistics.median(self.waited)


def audiences(releases: Path, sizes: Sequence[int], seconds: float) -> list[Audience]:
    """Have each number of readers ask for real views for some seconds, of two workers that drew ahead.

    The fewest ask before that, unmeasured: otherwise they alone would pay for views never drawn before, and
    the more that come after them would look better than they are served.
    """
    with served("app:server", CCHC_RELEASES_DIR=str(releases), CCHC_IMPORTS="false") as (port, pid):
        bodies = questions(callback_of(port), addresses(port, 120))
        drawn_ahead(port, pid, bodies[0])
        _asked(port, bodies, Audience(min(sizes), seconds))
        return [_asked(port, bodies, Audience(readers, seconds)) for readers in sizes]


def _asked(port: int, bodies: Sequence[bytes], audience: Audience) -> Audience:
    until = time.monotonic() + audience.seconds

    def read(seed: int) -> None:
        draw = random.Random(seed)
        while time.monotonic() < until:
            _one(port, draw.choice(bodies), audience)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(audience.readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return audience


def _one(port: int, body: bytes, audience: Audience) -> None:
    """One question, asked again while the server says so."""
    start, line = time.perf_counter(), Line(port)
    while True:
        try:
            status, _ = line.answer(body)
        except (OSError, http.client.HTTPException):
            audience.failed += 1
            return
        if status == 200:
            audience.waited.append(1000 * (time.perf_counter() - start))
            return
        if status != http.HTTPStatus.SERVICE_UNAVAILABLE:
            audience.failed += 1
            return
        audience.refused += 1
        time.sleep(AGAIN)
