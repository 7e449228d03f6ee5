"""More people than a process can answer: beyond so many that wait, the next is refused at once and told when
to come again, so that those who wait are answered in bearable time and the server recovers by itself.

A server needs more threads than requests it works on at once: the others hold those who wait, and refuse
(`gunicorn.conf.py`).
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field

from flask import Flask, Response, g, request
from plotly.utils import PlotlyJSONEncoder

from callbacks.access.gate import API, PROBLEM
from callbacks.errors import reader_language
from layouts import ids
from layouts.components.notice import notice
from layouts.text import LANGS, t

BUSY = 503
COME_AGAIN = 5  # seconds
TOLD = "crowded.told"
CALLBACKS = "update-component"  # the end of the endpoint
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
                return refusal()
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


def refusal() -> Response:
    """Why and when to come again: as a problem, in place of a callback's answer, or as a text."""
    endpoint = str(request.endpoint)
    if endpoint.startswith(API):
        detail = f"too many requests are waiting; come again in {COME_AGAIN} s"
        body = {"type": "urn:problem:busy", "title": "Busy", "status": BUSY, "detail": detail}
        answer = Response(json.dumps(body), BUSY, mimetype=PROBLEM)
    elif endpoint.endswith(CALLBACKS):
        lang = reader_language()
        told = [notice(t(TOLD, lang, seconds=COME_AGAIN), "failure", lang)]
        props = json.dumps({"props": {ids.NOTICES: {"children": told}}}, cls=PlotlyJSONEncoder)
        answer = Response(props, BUSY, mimetype="application/json")
    else:
        lines = "\n".join(t(TOLD, lang, seconds=COME_AGAIN) for lang in LANGS)
        answer = Response(lines, BUSY, mimetype="text/plain")
    answer.headers["Retry-After"] = str(COME_AGAIN)
    answer.headers["Cache-Control"] = "no-store"
    return answer
