"""With sign-in off: as before on one's own computer, and on no other by mistake."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from people.errors import PeopleError
from tests.people.serving import UPDATE, new_app


@pytest.fixture
def client(release_dir: Path, tmp_path: Path) -> Any:
    """A browser of an app without sign-in where people write."""
    return new_app(release_dir, tmp_path, SIGN_IN="off", SECRET_KEY="").server.test_client()


def test_everything_is_open_here_and_nothing_tells_of_people(client: Any) -> None:
    answer = client.get("/nap-du-lieu")
    assert answer.status_code == 200
    html = answer.get_data(as_text=True)
    assert "person-bar" not in html
    assert "%person%" not in html
    assert "csrf-token" not in html
    assert "data-may" not in html
    assert client.get("/api/v1/release").headers["Cache-Control"] == "public, no-cache"
    assert "access-page" not in client.get("/nguoi-dung").get_data(as_text=True)


@pytest.mark.parametrize(
    ("host", "remote", "status"),
    [
        ("localhost", "127.0.0.1", 200),
        ("127.0.0.1:8050", "127.0.0.1", 200),
        ("[::1]:8050", "::1", 200),
        ("cchc.example.vn", "127.0.0.1", 503),
        ("localhost", "10.0.0.7", 503),
        ("10.0.0.5:8050", "10.0.0.7", 503),
    ],
)
def test_only_this_computer_is_answered(client: Any, host: str, remote: str, status: int) -> None:
    environ = {"REMOTE_ADDR": remote}
    answer = client.get("/healthz", headers={"Host": host}, environ_base=environ)
    assert answer.status_code == status


def test_told_so_it_answers_a_network(release_dir: Path, tmp_path: Path) -> None:
    told = {"SIGN_IN": "off", "OPEN_TO_NETWORK": "true"}
    client = new_app(release_dir, tmp_path, **told).server.test_client()
    assert client.get("/healthz", environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code == 200


@pytest.mark.parametrize("on", ["local", "off"])
def test_the_app_is_set_up_before_anybody_comes(release_dir: Path, tmp_path: Path, on: str) -> None:
    """Dash would do it in the first request otherwise, which is not safe under threads."""
    assert new_app(release_dir, tmp_path, SIGN_IN=on)._got_first_request["setup_server"] is True


def test_another_site_cannot_write_here(client: Any) -> None:
    assert client.post(UPDATE, json={}, headers={"Origin": "https://evil.vn"}).status_code == 403


@pytest.mark.parametrize("told", [{"SIGN_IN": "off"}, {"SIGN_IN": "off", "WORKSPACE": "false"}, {}])
def test_an_open_server_on_a_network_does_not_start(
    release_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: dict[str, str]
) -> None:
    monkeypatch.setattr("sys.argv", ["/x/gunicorn", "--bind", "0.0.0.0:8050", "app:server"])
    if told == {"SIGN_IN": "off"}:
        with pytest.raises(PeopleError, match=r"listening on 0\.0\.0\.0"):
            new_app(release_dir, tmp_path, **told)
    else:
        assert new_app(release_dir, tmp_path, **told)


def test_sign_in_without_a_key_does_not_start(release_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(PeopleError, match="CCHC_SECRET_KEY"):
        new_app(release_dir, tmp_path, SECRET_KEY="")
