"""Signing in and out without scripts, writes that are forged, answers kept, the log of it all."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from people import accounts
from tests import asked
from tests.people.conftest import GOOD
from tests.people.serving import (
    DEPARTMENT,
    UPDATE,
    browser,
    csrf_of,
    new_app,
    one_of_each,
    sign_in,
    workspace_in,
)
from workspace import store
from workspace.accounts import AuditLine
from workspace.records import RECORDS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the workspace of this module's app lies."""
    return tmp_path_factory.mktemp("gate")


@pytest.fixture(scope="module")
def app(release_dir: Path, folder: Path) -> Any:
    """The app with local accounts, one of every role."""
    made = new_app(release_dir, folder)
    one_of_each(folder)
    return made


def log(app: Any, folder: Path) -> list[tuple[str, str, str]]:
    """Who, action and what of every line of the log."""
    app.server.extensions["gate"].log.flush()
    held = workspace_in(folder)
    with held.reading() as session:
        found = session.scalars(sa.select(AuditLine).order_by(AuditLine.seq)).all()
    held.close()
    return [(line.who, line.action, line.what) for line in found]


def draw(app: Any, client: Any, token: str, path: str = "/xep-hang") -> Any:
    """The answer of the server when a browser asks for a page."""
    callback = asked.drawing(client.get(asked.DEPENDENCIES).get_json())
    return client.post(UPDATE, json=asked.body(callback, path, ""), headers={"X-CSRF-Token": token})


def test_nobody_sees_anything_but_the_form(app: Any) -> None:
    client = app.server.test_client()
    answer = client.get("/xep-hang?tinh=ha-noi&lang=en")
    assert answer.status_code == 302
    assert answer.location == "/dang-nhap?tiep=%2Fxep-hang%3Ftinh%3Dha-noi%26lang%3Den&lang=en"
    form = client.get(answer.location).get_data(as_text=True)
    assert "<h1>Sign in</h1>" in form
    assert "Ranking" not in form
    assert client.get("/healthz").status_code == 200
    assert client.get("/assets/base.css").status_code == 200
    assert client.get("/_dash-layout").status_code == 401
    told = client.get("/api/v1/release")
    assert (told.status_code, told.mimetype) == (401, "application/problem+json")
    assert client.post(UPDATE, json={}).get_json() == {"sign_in": "/dang-nhap"}


def test_after_sign_in_one_is_where_one_wanted_with_a_new_session(app: Any) -> None:
    client = app.server.test_client()
    before = csrf_of(client.get("/dang-nhap").get_data(as_text=True))
    answer = sign_in(client, " Reader ", at="/dang-nhap?tiep=/xep-hang?tinh%3Dha-noi")
    assert (answer.status_code, answer.location) == (303, "/xep-hang?tinh=ha-noi")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    frame = client.get("/xep-hang?tinh=ha-noi")
    html = frame.get_data(as_text=True)
    assert csrf_of(html) != before
    assert '<span class="person-name">Người reader</span>' in html
    assert 'data-may="export view"' in html
    assert "/nguoi-dung" not in html
    assert frame.headers["Cache-Control"] == "no-store"


def test_cookies_are_secure_over_tls(app: Any) -> None:
    answer = app.server.test_client().get("/dang-nhap", base_url="https://localhost")
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.vn",
        "//evil.vn/x",
        "/\\evil.vn",
        "\\\\evil.vn",
        "javascript:x",
        "/%0d%0aX: y",
        "/dang-nhap",
    ],
)
def test_nobody_is_led_to_another_site(app: Any, wanted: str) -> None:
    answer = sign_in(app.server.test_client(), "reader", at=f"/dang-nhap?tiep={wanted}")
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_wrong_password_and_an_unknown_name_are_told_the_same(app: Any, folder: Path) -> None:
    client = app.server.test_client()
    wrong, nobody = sign_in(client, "reader", "x"), sign_in(client, "nobody", "x")
    assert wrong.status_code == nobody.status_code == 401
    told = [answer.get_data(as_text=True) for answer in (wrong, nobody)]
    assert "Tên đăng nhập hoặc mật khẩu không đúng" in told[0]
    assert told[0] == told[1]
    assert ("reader", "failed", "") in log(app, folder)
    assert client.get("/xep-hang").status_code == 302


def test_signing_out_ends_the_session_for_a_copied_cookie_too(app: Any) -> None:
    client, token = browser(app, "reader")
    copied = client.get_cookie("cchc").value
    assert client.post("/dang-xuat", data={"csrf": "wrong"}).status_code == 403
    assert client.get("/xep-hang").status_code == 200
    assert client.post("/dang-xuat", data={"csrf": token}).status_code == 303
    other = app.server.test_client()
    other.set_cookie("cchc", copied)
    assert other.get("/xep-hang").status_code == 302


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.vn"}, 403),
        ({"Origin": "null"}, 403),
        ({"X-CSRF-Token": "guessed"}, 403),
        ({"X-CSRF-Token": ""}, 403),
        ({"Origin": "http://localhost"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
def test_a_write_from_elsewhere_or_without_the_token_is_refused(
    app: Any, headers: dict[str, str], status: int
) -> None:
    client, token = browser(app, "reader")
    callback = asked.drawing(client.get(asked.DEPENDENCIES).get_json())
    body = asked.body(callback, "/xep-hang", "")
    answer = client.post(UPDATE, json=body, headers={"X-CSRF-Token": token} | headers)
    assert answer.status_code == status


def test_a_kept_answer_is_given_only_to_whom_a_new_one_would_be(app: Any, folder: Path) -> None:
    client, token = browser(app, "reader")
    first = draw(app, client, token)
    assert first.status_code == 200
    other, its_token = browser(app, "analyst")
    again = draw(app, other, its_token)
    assert again.get_data() == first.get_data()
    held = workspace_in(folder)
    with held.writing() as session:
        row = accounts.find(session, "reader")
        assert row is not None
        accounts.disable(session, row.id, True)
    callback = asked.drawing(other.get(asked.DEPENDENCIES).get_json())
    body = asked.body(callback, "/xep-hang", "")
    assert client.post(UPDATE, json=body, headers={"X-CSRF-Token": token}).status_code == 401
    with held.writing() as session:
        accounts.disable(session, row.id, False)
        accounts.get(session, row.id).role = "no such role"
    held.close()
    lost, its = browser(app, "reader")
    assert lost.post(UPDATE, json=body, headers={"X-CSRF-Token": its}).status_code == 403
    held = workspace_in(folder)
    with held.writing() as session:
        accounts.get(session, row.id).role = "reader"
    held.close()


def test_a_page_that_the_role_may_not_see_says_so_in_the_frame(app: Any) -> None:
    client, token = browser(app, "analyst")
    refused = draw(app, client, token, "/nap-du-lieu")
    assert refused.status_code == 403
    props = refused.get_json()["props"]
    assert "Bạn chưa có quyền mở trang này" in str(props["page"])
    assert "header" in props
    publisher, its = browser(app, "publisher")
    assert draw(app, publisher, its, "/nap-du-lieu").status_code == 200


def test_the_log_tells_who_saw_took_away_and_was_refused(app: Any, folder: Path) -> None:
    client, token = browser(app, "analyst")
    draw(app, client, token, "/xu-huong")
    draw(app, client, token, "/nap-du-lieu")
    client.get("/api/v1/tables/score.csv?index=PAPI&year=2023")
    lines = log(app, folder)
    who = "Người analyst"
    assert (who, "saw", "/xu-huong") in lines
    assert (who, "refused", "shell:_show /nap-du-lieu") in lines
    assert (who, "exported", "/api/v1/tables/score.csv?index=PAPI&year=2023") in lines
    assert (who, "signed_in", "") in lines


def test_ordinary_logs_name_nobody(app: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client, token = browser(app, "analyst")
        sign_in(app.server.test_client(), "analyst", "wrong")
        draw(app, client, token)
        client.get("/nguoi-dung")
    assert "analyst" not in caplog.text


def test_a_password_is_changed_and_other_sessions_end(app: Any, folder: Path) -> None:
    one, token = browser(app, "editor")
    two, _ = browser(app, "editor")
    new = "trăng lên đỉnh núi 8 lần"

    def send(old: str, fresh: str, again: str) -> Any:
        return one.post("/mat-khau", data={"csrf": token, "old": old, "new": fresh, "again": again})

    assert "Mật khẩu hiện nay không đúng" in send("x", new, new).get_data(as_text=True)
    assert "không giống nhau" in send(GOOD, new, new + "x").get_data(as_text=True)
    assert "ít nhất 12 ký tự" in send(GOOD, "ngắn", "ngắn").get_data(as_text=True)
    assert "phải khác" in send(GOOD, GOOD, GOOD).get_data(as_text=True)
    assert send(GOOD, new, new).status_code == 303
    assert one.get("/xep-hang").status_code == 200
    assert two.get("/xep-hang").status_code == 302
    assert sign_in(app.server.test_client(), "editor").status_code == 401
    assert ("Người editor", "people", "password changed") in log(app, folder)


def test_too_many_tries_from_one_address_wait(release_dir: Path, tmp_path: Path) -> None:
    made = new_app(release_dir, tmp_path, SIGN_IN_RATE="2 per minute")
    client = made.server.test_client()
    assert [sign_in(client, "x", "y").status_code for _ in range(3)] == [401, 401, 429]


def test_an_administrator_adds_changes_closes_and_unlocks(app: Any, folder: Path) -> None:
    client, token = browser(app, "administrator")

    def send(path: str, **form: str) -> Any:
        return client.post(path, data={"csrf": token, **form})

    typed = {"login": "Hoa", "name": "<b>Hoa</b>", "role": "editor", "department": DEPARTMENT, "email": ""}
    assert "cần ít nhất" in send("/nguoi-dung/moi", **typed, password="x").get_data(as_text=True)
    assert 'value="Hoa"' in send("/nguoi-dung/moi", **typed, password="x").get_data(as_text=True)
    made = send("/nguoi-dung/moi", **typed, password=GOOD)
    assert made.status_code == 303
    address = made.location.partition("?")[0]
    shown = client.get("/nguoi-dung").get_data(as_text=True)
    assert "&lt;b&gt;Hoa&lt;/b&gt;" in shown
    assert "Phải đổi mật khẩu" in shown

    hoa = app.server.test_client()
    sign_in(hoa, "hoa")
    assert hoa.get("/xep-hang").location.startswith("/mat-khau")
    assert hoa.get("/_dash-layout").status_code == 401
    its = csrf_of(hoa.get("/mat-khau").get_data(as_text=True))
    new = "trăng lên đỉnh núi 8 lần"
    hoa.post("/mat-khau", data={"csrf": its, "old": GOOD, "new": new, "again": new})
    assert hoa.get("/xep-hang").status_code == 200

    changed = {**typed, "name": "Hoa", "role": "analyst", "act": "save"}
    assert send(address, **changed).status_code == 303
    assert 'data-may="export plan.write' in hoa.get("/xep-hang").get_data(as_text=True)
    send(address, act="disable")
    assert hoa.get("/xep-hang").status_code == 302
    send(address, act="enable")
    for _ in range(5):
        sign_in(hoa, "hoa", "x")
    assert "Tạm khóa" in client.get("/nguoi-dung").get_data(as_text=True)
    send(address, act="unlock")
    send(address, act="password", password=GOOD)
    assert sign_in(hoa, "hoa").status_code == 303
    own = [
        what for who, action, what in log(app, folder) if (who, action) == ("Người administrator", "people")
    ]
    assert own == [
        "add hoa editor", "save hoa analyst", "disable hoa analyst", "enable hoa analyst",
        "unlock hoa analyst", "password hoa analyst",
    ]  # fmt: skip
    refused = client.post(address, data={"csrf": token, "act": "save", "name": "Hoa", "role": "king"})
    assert "Không có vai trò này" in refused.get_data(as_text=True)


def test_the_log_is_read_searched_and_taken_away_without_formulas(app: Any, folder: Path) -> None:
    sign_in(app.server.test_client(), "=HYPERLINK(1)", "x")
    client, _ = browser(app, "administrator")
    page = client.get("/nhat-ky?viec=failed&tim=hyperlink").get_data(as_text=True)
    assert "=HYPERLINK(1)" in page
    assert "Đăng nhập không được" in page
    assert client.get("/nhat-ky?lang=en").status_code == 200
    file = client.get("/nhat-ky.csv?viec=failed&tim=HYPERLINK")
    assert ",'=HYPERLINK(1)," in file.get_data(as_text=True)
    assert ("Người administrator", "exported", "/nhat-ky.csv?viec=failed&tim=HYPERLINK") in log(app, folder)
    assert client.get("/nhat-ky?tim=%25&viec=failed").get_data(as_text=True).count("<tr>") == 1


def test_the_workspace_itself_refuses_whoever_went_around_the_gate(app: Any, folder: Path) -> None:
    from flask import g

    from people.rights import Person
    from workspace.errors import DeniedError

    shelf = app.server.extensions["gate"].shelf.workspace()
    values = {
        "unit_id": "63:22", "index_code": "PAPI", "component_code": "D1", "year": "2023", "task": "Việc",
        "lead": DEPARTMENT, "deadline": "1/1/2024", "status": "open", "target": "", "partners": "",
        "product": "", "authority": "",
    }  # fmt: skip
    work = RECORDS["assignment"].checked(values)

    def write(role: str, act: Any, department: str = DEPARTMENT) -> Any:
        with app.server.test_request_context():
            g.person = Person("1", "x", "X", role, department)
            with shelf.writing() as session:
                return act(session)

    for role in ("reader", "editor"):
        with pytest.raises(DeniedError):
            write(role, lambda s: store.add(s, work, "X"))
    row = write("analyst", lambda s: store.add(s, work, "X"))
    done = RECORDS["assignment"].checked({**values, "status": "done"})
    stolen = RECORDS["assignment"].checked({**values, "task": "Việc khác"})
    with pytest.raises(DeniedError):
        write("editor", lambda s: store.change(s, store.ref_of(row), stolen, "X"))
    with pytest.raises(DeniedError):
        write("editor", lambda s: store.change(s, store.ref_of(row), done, "X"), "Sở Nội vụ")
    report = RECORDS["progress"].checked(
        {"assignment_id": row.id, "day": "2/1/2024", "percent": "50", "text": "Đã làm"}
    )
    with pytest.raises(DeniedError):
        write("editor", lambda s: store.add(s, report, "X"), "Sở Nội vụ")
    write("editor", lambda s: store.add(s, report, "X"))
    with pytest.raises(DeniedError):
        write("editor", lambda s: store.change(s, store.ref_of(row), done, "X"))
    row = write("analyst", lambda s: store.change(s, store.ref_of(row), done, "X"))
    with pytest.raises(DeniedError):
        write("editor", lambda s: store.remove(s, store.ref_of(row), "X"))
    kept = [what for who, action, what in log(app, folder) if (who, action) == ("X", "changed")]
    assert [what.rpartition(" ")[0] for what in kept] == [
        "add assignment",
        "add progress",
        "change assignment",
    ]
