"""Drawing ahead: through every page once a release, never while somebody waits, and no page twice as dear."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from app import Settings, create_app
from callbacks import pages, warming
from callbacks.services import Services
from callbacks.warming import Warming, views
from etl.warehouse.queries import Warehouse
from tests.app.conftest import asked_page


def test_every_page_of_the_release_is_gone_through_and_can_be_drawn(services: Services) -> None:
    every = views(services)
    paths = {page.path for page in pages.PAGES if page.listed and not page.live}
    assert paths <= {path for path, _ in every}
    assert len(every) == len(set(every))
    for path, query in [view for view in every if view[1] in ("", "?cs=DTI")]:
        assert warming.drawn(services, path, query).title


def test_it_goes_on_only_while_nobody_waits_and_once_a_release(release_dir: Path) -> None:
    services = Services(Warehouse(release_dir / "current.json"), "quang-ninh")
    gone: list[tuple[str, str]] = []
    ahead = Warming(services, lambda path, query: gone.append((path, query)))
    server = create_app(Settings(releases_dir=release_dir, warm=False)).server
    with server.test_request_context("/", method="POST"):
        ahead.asked()
        time.sleep(3 * warming.QUIET)
        assert gone == []
        ahead.answered(None)
    assert ahead.wait(60)
    assert gone == views(services)
    with server.test_request_context("/", method="POST"):
        ahead.asked()
        ahead.answered(None)
    assert ahead.wait(60)
    assert len(gone) == len(views(services))


def test_a_page_that_fails_stops_it_and_nothing_else(
    release_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    services = Services(Warehouse(release_dir / "current.json"), "quang-ninh")

    def broken(path: str, query: str) -> None:
        raise ValueError(path + query)

    ahead = Warming(services, broken)
    with create_app(Settings(releases_dir=release_dir, warm=False)).server.test_request_context(
        "/", method="POST"
    ):
        ahead.asked()
        ahead.answered(None)
    assert ahead.wait(60)
    assert "warming up stopped" in caplog.text


def test_a_server_that_was_asked_begins_by_itself(
    release_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases = Path(shutil.copytree(release_dir, tmp_path / "releases"))
    made: list[Warming] = []
    plain = Warming.attach

    def attached(self: Warming, server: object) -> None:
        self._draw = lambda path, query: None
        made.append(self)
        plain(self, server)

    monkeypatch.setattr(Warming, "attach", attached)
    client = create_app(Settings(releases_dir=releases, warm=True)).server.test_client()
    assert asked_page(client, "/muc-tieu", "").status_code == 200
    assert made[0].wait(60)
    assert create_app(Settings(releases_dir=releases, warm=False)) is not None
    assert len(made) == 1
