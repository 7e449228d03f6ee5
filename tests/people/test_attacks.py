"""What somebody tries on a server: a planted session, paths out of folders, what is another's, secrets."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from callbacks.pages import PAGES
from people import settings as of
from people.errors import PeopleError
from tests.people.conftest import GOOD, KEY
from tests.people.serving import UPDATE, browser, csrf_of, new_app, one_of_each, sign_in

ROOT = Path(__file__).resolve().parents[2]
SECRET = "words that stand outside of every folder"
UP = ("../", "..%2f", "..%252f", "..\\", "%2e%2e/", "....//", "..%c0%af", "/", "//", "file:///", "~/")
PLACES = (
    "/assets/{}", "/_dash-component-suites/dash/{}", "/fonts/{}.ttf", "/fonts/{}", "/tim/{}.json",
    "/briefings/{}/x.docx", "/briefings/AAAAAAAAAAAAAAAAAAAAAAAA/{}", "/mau/{}/2024.xlsx",
    "/api/v1/tables/{}.csv", "/api/v1/tables/{}", "/api/v1/{}", "/lich/{}.ics", "/nguoi-dung/{}",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the workspace of this module's app lies, and a file that nobody may have."""
    made = tmp_path_factory.mktemp("attacks")
    (made / "secret.txt").write_text(SECRET, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def app(release_dir: Path, folder: Path) -> Any:
    """The app with local accounts, one of every role."""
    made = new_app(release_dir, folder)
    one_of_each(folder)
    return made


def test_a_session_given_to_another_before_sign_in_is_worth_nothing(app: Any) -> None:
    """Fixation: what the browser held before is not what is signed in."""
    attacker = app.server.test_client()
    token = csrf_of(attacker.get("/dang-nhap").get_data(as_text=True))
    planted = attacker.get_cookie("cchc").value
    victim = app.server.test_client()
    victim.set_cookie("cchc", planted)
    answer = victim.post("/dang-nhap", data={"csrf": token, "login": "reader", "password": GOOD})
    assert answer.status_code == 303
    assert victim.get("/xep-hang").status_code == 200
    assert victim.get_cookie("cchc").value != planted
    assert attacker.get("/xep-hang").status_code == 302
    assert csrf_of(victim.get("/xep-hang").get_data(as_text=True)) != token


def test_a_cookie_signed_by_another_key_is_no_session(app: Any, release_dir: Path, tmp_path: Path) -> None:
    other = new_app(release_dir, tmp_path, SECRET_KEY="x" * 40)
    one_of_each(tmp_path)
    client, _ = browser(other, "administrator")
    stranger = app.server.test_client()
    stranger.set_cookie("cchc", client.get_cookie("cchc").value)
    assert stranger.get("/xep-hang").status_code == 302


@pytest.mark.parametrize("place", PLACES)
def test_no_address_leads_out_of_its_folder(app: Any, folder: Path, place: str) -> None:
    client, _ = browser(app, "administrator")
    wanted = [quote(str(folder / "secret.txt"), safe=""), str(folder / "secret.txt")]
    wanted += [up * 12 + target for up in UP for target in ("etc/passwd", "etc%2fpasswd", "app.py")]
    wanted += ["app.py%00", "%00", "." * 300, "con", "workspace.sqlite"]
    for target in wanted:
        answer = client.get(place.format(target))
        text = answer.get_data(as_text=True)
        assert answer.status_code < 500, (place, target, answer.status_code)
        assert SECRET not in text
        assert "root:" not in text, (place, target)
        assert "create_app" not in text, (place, target)
        assert "SQLite format" not in text
        assert "Traceback" not in text


def test_a_pack_of_documents_needs_its_token_and_the_right(app: Any) -> None:
    jobs = app.server.extensions["gate"].services.jobs
    token = "B" * 32
    place = jobs.folder / token
    place.mkdir(parents=True, exist_ok=True)
    (place / "wanted").write_text("1", encoding="ascii")
    (place / "bao-cao.docx").write_bytes(b"PK")
    try:
        client, _ = browser(app, "reader")
        address = f"/briefings/{token}/bao-cao.docx"
        assert client.get(address).status_code == 200
        assert app.server.test_client().get(address).status_code in (302, 401)
        for wrong in (f"/briefings/{token}/wanted", "/briefings/*/bao-cao.docx", f"/briefings/{token}/.."):
            assert client.get(wrong).status_code == 404
        assert client.get(f"/briefings/{'C' * 32}/bao-cao.docx").status_code == 404
        assert client.get(f"/briefings/{token[:-1]}/bao-cao.docx").status_code == 404
    finally:
        for file in place.iterdir():
            file.unlink()
        place.rmdir()


def test_the_account_of_another_is_the_administrators_matter(app: Any) -> None:
    client, _ = browser(app, "administrator")
    links = re.findall(r'href="(/nguoi-dung/[0-9a-f]{32})', client.get("/nguoi-dung").get_data(as_text=True))
    assert len(links) == 5
    for role in ("reader", "editor", "analyst", "publisher"):
        other, token = browser(app, role)
        for link in links:
            assert other.get(link).status_code == 403
            form = {"csrf": token, "act": "save", "name": "x", "role": "administrator"}
            assert other.post(link, data=form).status_code == 403


def test_no_secret_is_told_in_settings_errors_or_pages(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"SIGN_IN": "oidc", "SECRET_KEY": "short-secret", "OIDC_CLIENT_SECRET": "client-secret"}
    for name, value in told.items():
        monkeypatch.setenv(f"CCHC_{name}", value)
    with pytest.raises(PeopleError) as error:
        of.read()
    assert "short-secret" not in str(error.value)
    settings = of.Settings()
    for text in (repr(settings), str(settings), settings.model_dump_json()):
        assert "short-secret" not in text
        assert "client-secret" not in text
    client, _ = browser(app, "administrator")
    for path in ("/xep-hang", "/mat-khau", "/nguoi-dung", "/nhat-ky", "/healthz", "/api/v1/openapi.json"):
        assert KEY not in client.get(path).get_data(as_text=True)


def test_a_page_for_errors_tells_no_code(app: Any) -> None:
    client, token = browser(app, "administrator")
    for body in (
        b"",
        b"{",
        b"[]",
        b'{"output": 1}',
        b"\xff\xfe",
        json.dumps({"output": "x" * 10**5}).encode(),
    ):
        headers = {"X-CSRF-Token": token, "Content-Type": "application/json"}
        answer = client.post(UPDATE, data=body, headers=headers)
        text = answer.get_data(as_text=True)
        assert answer.status_code in (400, 403), body[:20]
        assert re.search(r'File "|Traceback|site-packages|\.py\b', text) is None


# Run in a process of its own: a hook on every socket that is opened or name that is looked up stays for good.
DRAWN = """
import json, sys
asked = []
def hook(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request", "ftplib.connect"):
        asked.append([event, repr(args[1:] if event.startswith("socket.c") else args)])
sys.addaudithook(hook)
from app import Settings, create_app
from callbacks.pages import PAGES
from tests import asked as question
client = create_app(Settings(releases_dir=sys.argv[1], warm=False)).server.test_client()
callback = question.drawing(client.get(question.DEPENDENCIES).get_json())
seen = []
for page in PAGES:
    for search in ("", "?tinh=https://x.vn/a&cs=http://127.0.0.1:1&goi=//x.vn"):
        body = question.body(callback, page.path, search)
        seen.append(client.post(question.UPDATE, json=body).status_code)
for path in ("/", "/healthz", "/api/v1/release", "/api/v1/tables/score.csv?index=PAPI&year=2023",
             "/tim/vi.json", "/api/v1/openapi.json", "/fonts/regular.ttf"):
    seen.append(client.get(path).status_code)
print(json.dumps([seen, asked]))
"""


def test_a_running_server_asks_nobody(release_dir: Path, tmp_path: Path) -> None:
    """Every page drawn, files taken: no socket is opened and no name looked up, whatever the address says."""
    own = {
        "PYTHONPATH": str(ROOT), "CCHC_WORKSPACE": "true", "CCHC_WORKSPACE_PATH": str(tmp_path / "w.sqlite"),
        "CCHC_DATABASE_URL": "",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", DRAWN, str(release_dir)],
        capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **own},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    seen, opened = json.loads(done.stdout.splitlines()[-1])
    assert opened == []
    assert set(seen) == {200}
    assert len(seen) == 2 * len(PAGES) + 7


def test_after_sign_in_an_address_of_another_site_is_not_followed(app: Any) -> None:
    for wanted in (
        "//x.vn",
        "https:x.vn",
        "/\t/x.vn",
        "/%09/x.vn",
        "\x01//x.vn",
        "https%3A%2F%2Fx.vn",
        "/\\x.vn",
    ):
        answer = sign_in(app.server.test_client(), "reader", at=f"/dang-nhap?tiep={quote(wanted)}")
        assert answer.status_code == 303
        assert answer.location.startswith("/")
        assert not re.match(r"/[/\\\s]", answer.location), wanted
