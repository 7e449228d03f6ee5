"""Answers given again: the bytes of a drawn page, compressed as they were sent, while its release lasts.

A release never changes, so the same question has the same answer until the next one is published. What is
kept is the whole answer, after compression: asked again it costs no drawing, no JSON and no compressing.
"""

import hashlib
import threading
from collections import OrderedDict
from typing import Final

from flask import Flask, Response, g, request

from callbacks.services import Services
from indices.errors import ReleaseError

CALLBACKS: Final = "/_dash-update-component"
ROOM: Final = 64 * 1024 * 1024
SENT_ALONG: Final = ("Content-Type", "Content-Encoding", "Vary")

Key = tuple[str, str, bytes]


class Answers:
    """Kept answers, the least recently asked for given up first when `room` (bytes) is full."""

    def __init__(self, services: Services, room: int = ROOM) -> None:
        self._services, self._room, self._size, self._newest = services, room, 0, ""
        self._kept: OrderedDict[Key, tuple[bytes, dict[str, str]]] = OrderedDict()
        self._lock = threading.Lock()

    def attach(self, server: Flask) -> None:
        """Answer and keep what passes a server. To be called before compression: Flask goes backwards."""
        server.before_request(self.given)
        server.after_request(self.keep)

    def given(self) -> Response | None:
        """The kept answer to this request; None lets the app make one."""
        if request.method != "POST" or request.path != CALLBACKS:
            return None
        try:
            release = self._services.release_id()
        except ReleaseError:
            return None
        asked = hashlib.sha256(request.get_data(cache=True)).digest()
        g.question = (release, request.headers.get("Accept-Encoding", ""), asked)
        with self._lock:
            found = self._kept.get(g.question)
            if found is None:
                return None
            self._kept.move_to_end(g.question)
        body, headers = found
        g.given = True
        return Response(body, headers=headers)

    def keep(self, response: Response) -> Response:
        """Keep an answer that `lasting` marked, unless another release was published meanwhile."""
        if not g.get("lasting") or "question" not in g or g.get("given") or response.status_code != 200:
            return response
        if self._services.release_id() == g.question[0]:
            headers = {name: response.headers[name] for name in SENT_ALONG if name in response.headers}
            self._put(g.question, response.get_data(), headers)
        return response

    def _put(self, key: Key, body: bytes, headers: dict[str, str]) -> None:
        if len(body) > self._room:
            return
        with self._lock:
            if key[0] != self._newest:
                # Nobody asks for another release again: its answers would lie there until room runs out.
                self._kept.clear()
                self._size, self._newest = 0, key[0]
            before = self._kept.pop(key, None)
            self._size += len(body) - (len(before[0]) if before else 0)
            self._kept[key] = (body, headers)
            while self._size > self._room:
                _, (dropped, _) = self._kept.popitem(last=False)
                self._size -= len(dropped)


def lasting() -> None:
    """Say, while a callback is answered, that its answer holds for as long as the release does."""
    g.lasting = True
