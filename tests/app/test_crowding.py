"""Beyond those who may wait, people are told at once to come again; afterwards all is as before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask, abort

from callbacks.crowding import COME_AGAIN, Crowding


class Held:
    """A server whose page takes until it is let go."""

    def __init__(self) -> None:
        self.server, self.crowding = Flask("held"), Crowding(at_once=1, most_waiting=2)
        self.crowding.attach(self.server)
        self.go, self.at_work = threading.Event(), threading.Semaphore(0)
        self.server.add_url_rule("/", "page", self._page)
        self.server.add_url_rule("/healthz", "health", lambda: "ok")
        self.server.add_url_rule("/broken", "broken", lambda: abort(500))
        self.server.add_url_rule("/_dash-update-component", "/_dash-update-component", self._page)
        self.server.add_url_rule("/api/v1/x", "api.x", self._page)

    def _page(self) -> str:
        self.at_work.release()
        assert self.go.wait(30)
        return "page"

    def ask(self, path: str = "/", **headers: str) -> Any:
        return self.server.test_client().get(path, headers=headers)


@pytest.fixture
def full() -> Iterator[tuple[Held, list[Any]]]:
    """A server with one request at work and two that wait, and what becomes of these."""
    held = Held()
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(held.ask) for _ in range(3)]
        assert held.at_work.acquire(timeout=30)
        while held.crowding.inside < 3:
            assert not held.go.wait(0.01)
        yield held, asked
        held.go.set()


def test_the_next_is_told_when_to_come_again_and_the_others_are_answered(full: Any) -> None:
    held, asked = full
    refused = held.ask()
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, str(COME_AGAIN))
    assert f"{COME_AGAIN} s" in refused.get_data(as_text=True)
    held.go.set()
    assert [one.result(30).status_code for one in asked] == [200, 200, 200]
    assert held.ask().status_code == 200
    assert held.crowding.inside == 0


def test_the_refusal_is_of_the_kind_that_was_asked_for(full: Any) -> None:
    held, _ = full
    assert held.ask("/api/v1/x").get_json()["status"] == 503
    callback = held.ask("/_dash-update-component")
    assert callback.status_code == 503
    (props,) = callback.get_json()["props"].values()
    assert "notice-failure" in str(props)


def test_a_browser_gets_a_page_that_needs_nothing_more_and_leads_back(full: Any) -> None:
    """Nothing of it is asked of the busy server; the language of the address stands first."""
    held, _ = full
    refused = held.ask("/?lang=en", Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    page = refused.get_data(as_text=True)
    assert (refused.status_code, refused.mimetype) == (503, "text/html")
    assert page.index("The server is busy") < page.index("Máy chủ đang bận")
    assert f"again in {COME_AGAIN} s" in page
    assert '<a class="button" href="">' in page
    assert "src=" not in page
    assert held.ask(Accept="*/*").mimetype == "text/plain"


def test_what_watches_over_the_server_is_always_answered(full: Any) -> None:
    held, _ = full
    assert held.ask("/healthz").get_data(as_text=True) == "ok"


def test_a_request_that_fails_gives_its_place_back() -> None:
    held = Held()
    assert [held.ask("/broken").status_code for _ in range(5)] == [500] * 5
    assert held.crowding.inside == 0
