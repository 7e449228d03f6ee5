"""What a server does before and beside its readers, so that the first of them waits for little.

Before it divides into workers it reads the release. Each worker then goes through the pages of every index
for one province, one at a time and only while nobody asks for anything: what pages of all provinces share
(tables, frameworks, draws of ranks) is there when a reader comes. The first page of every province follows.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from urllib.parse import urlencode

from dash import Dash
from flask import Flask, Response, g, request

from callbacks import pages
from callbacks.services import Rendered, Services
from callbacks.serving import gate_of
from callbacks.url_state import parse
from indices.errors import ReleaseError
from layouts.text import LANGS, number, texts

QUIET = 0.1
View = tuple[str, str]
logger = logging.getLogger(__name__)


def before_readers(app: Dash, services: Services) -> None:
    """Set Dash's callbacks up now, not in the first request: that is not safe under threads.

    Directly, since the gate lets no request without a person as far as that; it learns the callbacks then.
    The release is read now too, so that the workers of a server share what it takes in memory.
    """
    with app.server.test_request_context():
        app._setup_server()
    gate_of(app.server).name(app.callback_map)
    with suppress(ReleaseError):
        read(services)
    services.warehouse.rest()


def read(services: Services) -> None:
    """Read what views share whatever they show: the texts, what can be chosen, what pages name as theirs."""
    for lang in LANGS:
        number(0, 0, lang)
        texts(lang)
    services.facts()
    for page in pages.PAGES:
        if page.ready:
            page.ready(services)


def views(services: Services) -> list[View]:
    """(path, query) of the pages to go through: pages of no index, of each index the pages about one, then
    the first page of every province, whose ledgers are the province's own.
    """
    indices = [urlencode({"cs": choice.key}) for choice in services.facts().indices]
    firsts = [(pages.HOME.path, "?" + urlencode({"tinh": one.key})) for one in services.facts().provinces]
    listed = [page for page in pages.PAGES if (page.listed or page.under) and not page.live]
    about_one = [page.path for page in listed if "index" in page.controls]
    whole = [(page.path, "") for page in listed if page.path not in about_one]
    return [*whole, *((path, f"?{query}") for query in indices for path in about_one), *firsts]


def drawn(services: Services, path: str, query: str) -> Rendered:
    """The page of an address without what stands around it: nobody asked, so there is no request."""
    page = pages.find(path) or pages.HOME
    with services.warehouse.steady():
        state, _ = parse(query, services.facts(), "index" in page.controls, page.extras)
        return page.render(services, state)


class Warming:
    """Goes through pages in a thread of its own, once a release, while no request is being answered."""

    def __init__(self, services: Services, draw: Callable[[str, str], object] | None = None) -> None:
        self._services = services
        self._draw = draw or (lambda path, query: drawn(services, path, query))
        self._lock, self._release, self._asking, self._last = threading.Lock(), "", 0, 0.0
        self._done = threading.Event()

    def attach(self, server: Flask) -> None:
        """Begin with the first request that a worker gets, and anew with another release."""
        server.before_request(self.asked)
        server.teardown_request(self.answered)

    def asked(self) -> Response | None:
        """Note that somebody waits; start when this release was not gone through yet."""
        if request.method != "POST":
            return None  # files and the like; also what a server asks itself before it divides into workers
        g.waiting = True
        with self._lock:
            self._asking += 1
            with suppress(ReleaseError):
                release = self._services.release_id()
                if release != self._release:
                    self._release = release
                    threading.Thread(target=self._run, args=(release,), name="warming", daemon=True).start()
        return None

    def answered(self, _: BaseException | None = None) -> None:
        """Note that somebody has an answer."""
        if not g.pop("waiting", False):
            return  # answered from memory, before this was asked
        with self._lock:
            self._asking, self._last = self._asking - 1, time.monotonic()

    def wait(self, seconds: float) -> bool:
        """Wait until all pages were gone through; False when they were not by then."""
        return self._done.wait(seconds)

    def _run(self, release: str) -> None:
        self._done.clear()
        try:
            self._through(views(self._services), release)
        except Exception:
            # Readers lose nothing: a page that fails is told to the reader who asks for it.
            logger.exception("warming up stopped")
        self._done.set()

    def _through(self, every: Iterable[View], release: str) -> None:
        for path, query in every:
            while self._asking or time.monotonic() - self._last < QUIET:
                time.sleep(QUIET / 2)
            if self._services.release_id() != release:
                return
            self._draw(path, query)
