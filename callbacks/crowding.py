"""More people than a process can answer: beyond so many that wait, the next is refused at once and told when
to come again, so that those who wait are answered in bearable time and the server recovers by itself.

A server needs more threads than requests it works on at once: the others hold those who wait, and refuse
(`gunicorn.conf.py`).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from flask import Flask, Response, g, request

from callbacks.again import Reason, come_again

COME_AGAIN = 5  # seconds
BUSY = Reason(503, "crowded.told", "busy", "Busy", "too many requests are waiting")
# What watches over the server is answered however many wait.
ALWAYS = ("health", "ready", "measures")


@dataclass
class Crowding:
    """Lets `at_once` requests of a process be worked on, `most_waiting` more wait, and refuses the rest."""

    at_once: int
    most_waiting: int
    inside: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _places: threading.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._places = threading.Semaphore(self.at_once)

    def attach(self, server: Flask) -> None:
        """Ask before every request; to be called before whatever takes time."""
        server.before_request(self.enter)
        server.teardown_request(self.leave)

    def enter(self) -> Response | None:
        """Wait for a place, or refuse when too many wait already."""
        if request.endpoint in ALWAYS:
            return None
        with self._lock:
            if self.inside >= self.at_once + self.most_waiting:
                return come_again(BUSY, COME_AGAIN)
            self.inside += 1
        self._places.acquire()
        g.entered = True
        return None

    def leave(self, _: BaseException | None = None) -> None:
        """Give the place to the next who waits."""
        if g.pop("entered", False):
            self._places.release()
            with self._lock:
                self.inside -= 1
