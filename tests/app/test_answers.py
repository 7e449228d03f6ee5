"""Answers given again: the same bytes for the same question, until another release is served."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import Settings, create_app
from callbacks import shell
from callbacks.answers import CALLBACKS, Answers, lasting
from tests.app.conftest import asked_page


@pytest.fixture
def releases(release_dir: Path, tmp_path: Path) -> Path:
    """A folder of releases of the test's own."""
    return Path(shutil.copytree(release_dir, tmp_path / "releases"))


def test_a_page_asked_again_is_the_same_bytes_without_being_drawn(
    releases: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = create_app(Settings(releases_dir=releases)).server.test_client()
    first = asked_page(client, "/muc-tieu", "?tinh=an-giang")

    def never(*_: object) -> None:
        raise AssertionError("drawn again")

    monkeypatch.setattr(shell, "show", never)
    again = asked_page(client, "/muc-tieu", "?tinh=an-giang")
    assert again.status_code == 200
    assert again.data == first.data
    assert again.headers.get("Content-Encoding") == first.headers.get("Content-Encoding") == "br"
    with pytest.raises(AssertionError, match="drawn again"):
        shell.show()


def test_another_release_is_drawn_anew(releases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = create_app(Settings(releases_dir=releases)).server.test_client()
    first = asked_page(client, "/muc-tieu", "")
    pointer = json.loads((releases / "current.json").read_text())
    other = pointer | {"release_id": "0" * 12, "file": "release_other.duckdb"}
    shutil.copy(releases / pointer["file"], releases / other["file"])
    (releases / "current.json").write_text(json.dumps(other))
    drawn: list[str] = []
    show = shell.show
    monkeypatch.setattr(shell, "show", lambda *asked: drawn.append("drawn") or show(*asked))
    assert asked_page(client, "/muc-tieu", "").status_code == first.status_code == 200
    assert drawn == ["drawn"]


def test_answers_of_another_release_are_let_go(services: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release that was served before is drawn anew: nothing of it lies in memory under a newer one."""
    server, made = Flask("t"), []
    Answers(services).attach(server)

    @server.post(CALLBACKS)
    def answer() -> str:
        made.append(services.release_id())
        lasting()
        return "x"

    client = server.test_client()
    for release in ("a", "a", "b", "b", "a"):
        monkeypatch.setattr(services, "release_id", lambda release=release: release)
        client.post(CALLBACKS, data=b"1")
    assert made == ["a", "b", "a"]


def test_what_is_not_marked_is_never_kept(services: Any) -> None:
    server, made = Flask("t"), []
    Answers(services).attach(server)

    @server.post(CALLBACKS)
    def answer() -> str:
        made.append(1)
        return "x"

    client = server.test_client()
    for _ in range(3):
        assert client.post(CALLBACKS, data=b"{}").data == b"x"
    assert len(made) == 3


def test_room_is_kept_within_and_the_oldest_answers_go(services: Any) -> None:
    server, made = Flask("t"), []
    Answers(services, room=250).attach(server)

    @server.post(CALLBACKS)
    def answer() -> str:
        made.append(1)
        lasting()
        return "x" * 100

    client = server.test_client()
    for body in (b"1", b"2", b"1", b"3", b"1", b"2"):
        client.post(CALLBACKS, data=body)
    assert len(made) == 4


def test_without_a_release_nothing_is_kept(releases: Path, tmp_path: Path) -> None:
    """The first release is shown as soon as there is one."""
    empty = tmp_path / "empty"
    empty.mkdir()
    client = create_app(Settings(releases_dir=empty)).server.test_client()
    before = asked_page(client, "/", "")
    assert before.status_code == 200
    shutil.copytree(releases, empty, dirs_exist_ok=True)
    assert asked_page(client, "/", "").data != before.data
