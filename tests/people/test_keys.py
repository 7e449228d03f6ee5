"""Keys of programs: shown once, kept as a digest, revoked, run out; they read and do nothing else."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from people import accounts, keys
from people.accounts import Profile
from people.errors import RuleError
from tests.people.conftest import GOOD, added
from tests.people.serving import browser, new_app, one_of_each, workspace_in
from workspace import store
from workspace.accounts import AccessKey, AuditLine
from workspace.database import Workspace
from workspace.records import RECORDS

WORK = {
    "unit_id": "63:22", "index_code": "PAPI", "component_code": "D1", "year": "2023", "task": "Niêm yết",
    "lead": "Sở Y tế", "deadline": "1/1/2024", "status": "open", "target": "", "partners": "", "product": "",
    "authority": "",
}  # fmt: skip
RELEASE = "/api/v1/release"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the workspace of this module's app lies."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def app(release_dir: Path, folder: Path) -> Any:
    """The app with an account of every role and one assignment."""
    made = new_app(release_dir, folder)
    one_of_each(folder)
    held = workspace_in(folder)
    with held.writing() as session:
        store.add(session, RECORDS["assignment"].checked(WORK), "An")
    held.close()
    return made


def new_key(app: Any, login: str, kind: str, **more: str) -> tuple[Any, str, str]:
    """A browser of a person, its token, and the secret of a key made in it."""
    client, token = browser(app, login)
    form = {"csrf": token, "act": "make", "kind": kind, "name": "Máy <b>", "days": "30"}
    answer = client.post("/khoa", data={**form, **more})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(r"cchc_[A-Za-z0-9_-]{43}", answer.get_data(as_text=True))
    assert found
    return client, token, found.group()


def ask(app: Any, secret: str, path: str = RELEASE, **more: Any) -> Any:
    """A program's request."""
    return app.server.test_client().open(path, headers={"Authorization": f"Bearer {secret}"}, **more)


def test_a_program_reads_the_interface_and_nothing_else(app: Any) -> None:
    _, _, secret = new_key(app, "administrator", "program")
    assert ask(app, secret).status_code == 200
    assert ask(app, secret, "/api/v1/tables/score.csv?index=PAPI&year=2023").status_code == 200
    assert ask(app, secret, method="POST").status_code in (401, 403)
    for closed in ("/xep-hang", "/ke-hoach.xlsx", "/khoa", "/nguoi-dung", "/nhat-ky.csv", "/_dash-layout"):
        assert ask(app, secret, closed).status_code in (302, 401), closed
    assert ask(app, secret, f"/lich/{secret}.ics").status_code == 401


def test_without_a_good_key_the_interface_tells_how_to_come(app: Any) -> None:
    for wrong in ("", "cchc_guessed", "x" * 5000):
        answer = ask(app, wrong)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_calendar_is_subscribed_to_without_a_session(app: Any, folder: Path) -> None:
    client, token, secret = new_key(app, "reader", "feed")
    program = app.server.test_client()
    answer = program.get(f"/lich/{secret}.ics?tinh=quang-ninh")
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["Sở Y tế: Niêm yết"]
    assert "Set-Cookie" not in answer.headers
    assert ask(app, secret).status_code == 401
    assert program.get("/ke-hoach.ics").status_code == 401
    assert program.get("/lich/cchc_guessed.ics").status_code == 401
    page = client.get("/khoa").get_data(as_text=True)
    assert "Máy &lt;b&gt;" in page
    assert secret not in page
    own = re.findall(r'name="id" value="([0-9a-f]{32})"', page)
    assert client.post("/khoa", data={"csrf": token, "act": "revoke", "id": own[0]}).status_code == 200
    assert program.get(f"/lich/{secret}.ics").status_code == 401
    held = workspace_in(folder)
    with held.reading() as session:
        told = list(session.scalars(sa.select(AuditLine.what).where(AuditLine.who == "Người reader")))
        kept = list(session.scalars(sa.select(AccessKey.digest)))
    held.close()
    assert {"key made: feed Máy <b>", "calendar (key Máy <b>)", "key revoked: Máy <b>"} <= set(told)
    assert secret not in " ".join([*told, *kept])


def test_nobody_revokes_the_key_of_another(app: Any) -> None:
    client, _, secret = new_key(app, "analyst", "program")
    own = re.findall(r'name="id" value="([0-9a-f]{32})"', client.get("/khoa").get_data(as_text=True))
    other, token = browser(app, "administrator")
    refused = other.post("/khoa", data={"csrf": token, "act": "revoke", "id": own[0]})
    assert refused.status_code == 400
    assert "Không có khóa này" in refused.get_data(as_text=True)
    assert ask(app, secret).status_code == 200


def test_a_closed_account_and_another_role_count_at_once(app: Any, folder: Path) -> None:
    _, _, secret = new_key(app, "publisher", "program")
    held = workspace_in(folder)
    with held.writing() as session:
        row = accounts.find(session, "publisher")
        assert row is not None
        accounts.disable(session, row.id, True)
    assert ask(app, secret).status_code == 401
    with held.writing() as session:
        accounts.disable(session, row.id, False)
        accounts.get(session, row.id).role = "no such role"
    assert ask(app, secret).status_code == 403
    with held.writing() as session:
        accounts.change(session, row.id, Profile("Người publisher", "publisher"))
        accounts.set_password(session, row.id, GOOD, 12, must_change=False)
    held.close()
    assert ask(app, secret).status_code == 401, "another password ends the keys too"


def test_a_key_runs_out(workspace: Workspace) -> None:
    row = added(workspace, "an")
    with workspace.writing() as session:
        secret = keys.make(session, row.id, keys.PROGRAM, " Máy ", 1)
    found = keys.holder(workspace, secret, keys.PROGRAM)
    assert found is not None
    assert (found[0].login, found[1]) == ("an", "Máy")
    with workspace.writing() as session:
        session.execute(sa.update(AccessKey).values(ends_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert keys.holder(workspace, secret, keys.PROGRAM) is None
    with workspace.writing() as session:
        assert keys.listed(session, row.id) == []


@pytest.mark.parametrize(
    ("kind", "name", "days", "code"),
    [
        ("feed", " ", 1, "key_name"), ("king", "x", 1, "key_name"), ("feed", "x" * 201, 1, "key_name"),
        ("program", "x", 0, "key_days"), ("program", "x", 367, "key_days"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(workspace: Workspace, kind: str, name: str, days: int, code: str) -> None:
    row = added(workspace, "an")
    with pytest.raises(RuleError) as error, workspace.writing() as session:
        keys.make(session, row.id, kind, name, days)
    assert error.value.code == code


def test_a_person_has_so_many_keys_at_most(workspace: Workspace) -> None:
    row = added(workspace, "an")
    with workspace.writing() as session:
        for _ in range(keys.MOST):
            keys.make(session, row.id, keys.FEED, "x", 0)
    with pytest.raises(RuleError) as error, workspace.writing() as session:
        keys.make(session, row.id, keys.FEED, "x", 0)
    assert error.value.code == "key_many"


def test_ordinary_logs_tell_no_key(app: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        _, _, secret = new_key(app, "reader", "feed")
        app.server.test_client().get(f"/lich/{secret}.ics")
        ask(app, secret)
    assert secret not in caplog.text
