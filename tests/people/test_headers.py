"""The headers of every kind of answer: pages, files, errors, refusals, answers kept and not sent again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from callbacks.access import headers
from layouts import shell
from people.errors import PeopleError
from tests import asked
from tests.people.serving import UPDATE, browser, new_app, one_of_each, sign_in

STRICT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture(scope="module")
def app(release_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The app with local accounts, one of every role."""
    folder = tmp_path_factory.mktemp("headers")
    made = new_app(release_dir, folder)
    one_of_each(folder)
    return made


def policy(answer: Any) -> dict[str, list[str]]:
    """The content security policy of an answer by directive."""
    told = answer.headers["Content-Security-Policy"].split("; ")
    return {line.split()[0]: line.split()[1:] for line in told}


def kinds(client: Any, token: str) -> list[Any]:
    """One answer of every kind."""
    callback = asked.drawing(client.get(asked.DEPENDENCIES).get_json())
    body = asked.body(callback, "/xep-hang", "")
    tag = client.get("/api/v1/release").headers["ETag"]
    return [
        client.get("/xep-hang"),
        client.post(UPDATE, json=body, headers={"X-CSRF-Token": token}),
        client.post(UPDATE, json=body, headers={"X-CSRF-Token": token}),
        client.post(UPDATE, json=body),
        client.post(UPDATE, json=body, headers={"Origin": "https://elsewhere.vn"}),
        client.get("/dang-nhap"),
        client.get("/mat-khau"),
        client.get("/nguoi-dung"),
        client.get("/assets/base.css"),
        client.get("/assets/no-such-file.css"),
        client.get("/fonts/regular.ttf"),
        client.get("/healthz"),
        client.get("/api/v1/release"),
        client.get("/api/v1/release", headers={"If-None-Match": tag}),
        client.get("/api/v1/no-such-thing"),
        client.get("/api/v1/tables/score.csv?index=PAPI"),
        client.get("/ke-hoach.ics"),
        client.get("/ke-hoach.xlsx"),
        client.get("/hoi-nghi/tep/no-such-token/x.docx"),
        client.delete("/dang-nhap"),
    ]


def test_every_answer_has_them(app: Any) -> None:
    client, token = browser(app, "administrator")
    answers = [*kinds(client, token), app.server.test_client().get("/xep-hang")]
    assert {answer.status_code for answer in answers} >= {200, 302, 304, 403, 404}
    for answer in answers:
        named = {name: answer.headers.get(name) for name in STRICT}
        assert named == STRICT, (answer.request.path, answer.status_code)
        found = policy(answer)
        assert found["frame-ancestors"] == ["'none'"]
        assert found["default-src"] == ["'none'"]
        assert found["base-uri"] == ["'none'"]
        assert found["connect-src"] == ["'self'"]
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert answer.headers.getlist("Content-Security-Policy") == [app.server.extensions["headers"].policy]


def test_scripts_are_named_one_by_one(app: Any) -> None:
    client, _ = browser(app, "reader")
    page = client.get("/xep-hang")
    allowed = policy(page)["script-src"]
    assert allowed[0] == "'self'"
    assert all(re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", one) for one in allowed[1:])
    written = re.findall(r"<script(?![^>]*src=)([^>]*)>(.*?)</script>", page.get_data(as_text=True), re.S)
    run = [text for marks, text in written if "application/json" not in marks]
    assert {headers.hash_of(text) for text in run} == set(allowed[1:])
    assert headers.hash_of(shell.THEME_SCRIPT) in allowed
    form = client.get("/mat-khau").get_data(as_text=True)
    assert re.findall(r"<script>(.*?)</script>", form, re.S) == [shell.THEME_SCRIPT]
    assert re.search(r"\son[a-z]+=|javascript:|\sstyle=", form + page.get_data(as_text=True)) is None


def test_an_answer_that_failed_has_them_too_and_tells_nothing(
    app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks() -> str:
        raise RuntimeError("secret words of an error")

    monkeypatch.setitem(app.server.view_functions, "health", breaks)
    answer = app.server.test_client().get("/healthz")
    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in STRICT} == STRICT
    assert "secret words" not in answer.get_data(as_text=True)
    assert "Traceback" not in answer.get_data(as_text=True)


def test_tls_is_told_only_to_whom_came_over_it(app: Any) -> None:
    client = app.server.test_client()
    plain = client.get("/dang-nhap", headers={"X-Forwarded-Proto": "https"})
    assert "Strict-Transport-Security" not in plain.headers
    assert "Secure" not in plain.headers["Set-Cookie"]
    over = app.server.test_client().get("/dang-nhap", base_url="https://localhost")
    assert over.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Secure" in over.headers["Set-Cookie"]


def test_a_proxy_of_ones_own_is_believed_and_no_further(release_dir: Path, tmp_path: Path) -> None:
    behind = new_app(release_dir, tmp_path, PROXIES="1", HSTS_DAYS="2")
    headers_of = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "9.9.9.9, 203.0.113.7"}
    client = behind.server.test_client()
    answer = client.get("/dang-nhap", headers=headers_of)
    assert answer.headers["Strict-Transport-Security"] == "max-age=172800"
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in client.get("/dang-nhap").headers


def test_days_below_nothing_are_refused(release_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(PeopleError, match="CCHC_HSTS_DAYS"):
        new_app(release_dir, tmp_path, HSTS_DAYS="-1")


def test_every_cookie_is_out_of_reach_of_scripts_and_of_other_sites(app: Any) -> None:
    answer = sign_in(app.server.test_client(), "reader")
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 1
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookies[0].split("; "))
    assert "Domain" not in cookies[0]
