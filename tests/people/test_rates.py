"""Who asks too often waits, told how long; others do not wait for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app import Settings, create_app
from callbacks.access import rules
from people.errors import PeopleError
from tests.people.serving import UPDATE, browser, new_app, one_of_each, sign_in

FEW = "2 per minute"
RATES = {f"{kind}_RATE": FEW for kind in ("API", "DOWNLOAD", "UPLOAD", "BRIEFING")}
RELEASE, FILE = "/api/v1/release", "/api/v1/tables/score.csv?index=PAPI&year=2023"


@pytest.fixture(scope="module")
def app(release_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An app behind one proxy that lets everybody do everything twice a minute."""
    folder = tmp_path_factory.mktemp("rates")
    made = new_app(release_dir, folder, PROXIES="1", **RATES)
    one_of_each(folder)
    return made


def waits(answer: Any) -> bool:
    """Whether an answer says to wait, and for how long: at most the minute of the rate."""
    if answer.status_code != 429:
        return False
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    return True


def callback(app: Any, name: str) -> dict[str, Any]:
    """A question to a callback, as a browser sends it, without what it is about."""
    named = rules.callback_names(app.callback_map)
    return {"output": next(key for key, one in named.items() if one == name), "inputs": []}


def test_the_interface_and_its_files_are_counted_apart(app: Any) -> None:
    client, _ = browser(app, "analyst")
    assert [waits(client.get(RELEASE)) for _ in range(3)] == [False, False, True]
    told = client.get(RELEASE)
    assert told.mimetype == "application/problem+json"
    assert told.get_json()["status"] == 429
    assert [waits(client.get(FILE)) for _ in range(3)] == [False, False, True]
    assert client.get("/xep-hang").status_code == 200


def test_people_behind_one_address_do_not_wait_for_each_other(app: Any) -> None:
    one, _ = browser(app, "publisher")
    other, _ = browser(app, "administrator")
    assert [waits(one.get(RELEASE)) for _ in range(3)] == [False, False, True]
    assert not waits(other.get(RELEASE))


@pytest.mark.parametrize(
    "name", ["downloads:_download", "intake:_upload", "plan_files:_take", "briefing:_make"]
)
def test_callbacks_that_cost_much_are_counted(app: Any, name: str) -> None:
    client, token = browser(app, "administrator")
    app.server.extensions["rates"].limiter.reset()
    asked = callback(app, name)
    headers = {"X-CSRF-Token": token, "Referer": "http://localhost/xep-hang?lang=en"}
    answers = [client.post(UPDATE, json=asked, headers=headers) for _ in range(3)]
    assert [waits(answer) for answer in answers] == [False, False, True]
    assert "Asked for too often" in str(answers[2].get_json()["props"])


def test_tries_to_sign_in_are_counted_by_the_address_that_the_proxy_tells(
    release_dir: Path, tmp_path: Path
) -> None:
    made = new_app(release_dir, tmp_path, PROXIES="1", SIGN_IN_RATE=FEW)

    def tries(come_from: str) -> list[bool]:
        client = made.server.test_client()
        client.environ_base["HTTP_X_FORWARDED_FOR"] = come_from
        return [waits(sign_in(client, "x", "y")) for _ in range(3)]

    assert tries("203.0.113.7") == [False, False, True]
    assert tries("203.0.113.8") == [False, False, True]
    # What a browser itself writes before the proxy's word makes it nobody else.
    assert tries("198.51.100.1, 203.0.113.7") == [True, True, True]


def test_without_proxies_nobodys_word_on_the_address_is_taken(release_dir: Path, tmp_path: Path) -> None:
    made = new_app(release_dir, tmp_path, SIGN_IN_RATE=FEW)
    client = made.server.test_client()
    found = []
    for last in range(3):
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{last}"
        found.append(waits(sign_in(client, "x", "y")))
    assert found == [False, False, True]
    assert "Yêu cầu quá dồn dập" in sign_in(client, "x", "y").get_data(as_text=True)


def test_the_single_user_of_this_computer_does_not_wait(
    release_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_API_RATE", FEW)
    client = create_app(Settings(releases_dir=release_dir)).server.test_client()
    assert [client.get(RELEASE).status_code for _ in range(4)] == [200] * 4
    far = {"REMOTE_ADDR": "203.0.113.9"}
    assert [waits(client.get(RELEASE, environ_base=far)) for _ in range(3)] == [False, False, True]


def test_a_rate_that_cannot_be_read_is_named(release_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(PeopleError, match="CCHC_API_RATE"):
        new_app(release_dir, tmp_path, API_RATE="often")
