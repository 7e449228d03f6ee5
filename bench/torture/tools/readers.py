"""Many readers at once who go on asking while something happens to the server, and what they got."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests import asked

TRIES = 5


@dataclass
class Heard:
    """What the readers got. dropped: lines cut, after which they asked again; lost: questions never answered,
    however often asked; wrong: answers other than 200, or what `check` said of one."""

    answers: int = 0
    dropped: int = 0
    lost: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    releases: Counter[str] = field(default_factory=Counter)


Check = Callable[[bytes], tuple[str, str]]


def unread(_: bytes) -> tuple[str, str]:
    """Answers are not looked into."""
    return "", ""


class Line:
    """A reader's way to a server, a new connection for every question."""

    def __init__(self, port: int) -> None:
        self._port = port

    def answer(self, body: bytes) -> tuple[int, bytes]:
        """Status and content of the answer to a question."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            line.request("POST", asked.UPDATE, body, {"Content-Type": "application/json"})
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()


class Crowd:
    """Readers in threads, each with a line of its own, who ask one question after the other."""

    def __init__(self, port: int, bodies: Sequence[bytes], check: Check = unread) -> None:
        """`check` says of an answer (what is wrong with it, the release it names)."""
        self.heard = Heard()
        self._port, self._bodies, self._check = port, bodies, check
        self._lock, self._end = threading.Lock(), threading.Event()

    @contextmanager
    def asking(self, readers: int) -> Iterator[Heard]:
        """So many readers ask until the block ends."""
        threads = [threading.Thread(target=self._read, args=(seed,), daemon=True) for seed in range(readers)]
        for thread in threads:
            thread.start()
        try:
            yield self.heard
        finally:
            self._end.set()
            for thread in threads:
                thread.join(60)

    def _read(self, seed: int) -> None:
        draw = random.Random(seed)
        while not self._end.is_set():
            self._ask(draw.choice(self._bodies))

    def _ask(self, body: bytes) -> None:
        for _ in range(TRIES):
            try:
                status, told = Line(self._port).answer(body)
            except (OSError, http.client.HTTPException):
                with self._lock:
                    self.heard.dropped += 1
                continue
            wrong, release = self._check(told) if status == 200 else (f"status {status}", "")
            with self._lock:
                self.heard.answers += 1
                self.heard.wrong.update([wrong] if wrong else [])
                self.heard.releases.update([release] if release else [])
            return
        with self._lock:
            self.heard.lost += 1


def health(port: int) -> tuple[int, dict[str, object]]:
    """Status and content of /healthz."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        line.request("GET", "/healthz")
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        line.close()


def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Wait until something holds; whether it did in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False
