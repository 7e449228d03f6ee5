"""Settings of sign-in told wrong in one list; a server open to a network by mistake is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from people import exposure
from people import settings as of
from people.errors import PeopleError
from people.settings import Settings, problems_of
from tests.people.conftest import KEY, settings


def test_everything_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "SIGN_IN": "oidc", "SECRET_KEY": "short", "PASSWORD_LENGTH": "4", "AUDIT_DAYS": "1",
        "OIDC_ISSUER": "http://idp.example.vn", "OIDC_ROLES": '{"chiefs": "king"}',
    }  # fmt: skip
    for name, value in told.items():
        monkeypatch.setenv(f"CCHC_{name}", value)
    with pytest.raises(PeopleError) as error:
        of.read()
    places = [problem.file for problem in error.value.problems]
    assert [p.split()[0].removeprefix("CCHC_") for p in places] == [
        "SECRET_KEY", "PASSWORD_LENGTH", "AUDIT_DAYS", "OIDC_CLIENT_ID", "OIDC_ISSUER", "OIDC_ROLES",
    ]  # fmt: skip


def test_a_setting_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_SIGN_IN", "maybe")
    with pytest.raises(PeopleError, match="CCHC_SIGN_IN"):
        of.read()


def test_nothing_is_asked_while_sign_in_is_off() -> None:
    assert problems_of(Settings(sign_in="off", secret_key="", audit_days=0)) == []
    assert problems_of(settings()) == []


def test_the_key_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(KEY + "\n", encoding="utf-8")
    assert problems_of(settings(secret_key="", secret_key_file=file)) == []
    assert settings(secret_key="", secret_key_file=file).key() == KEY
    assert len(problems_of(settings(secret_key="", secret_key_file=tmp_path / "none"))) == 1


@pytest.mark.parametrize(
    ("command", "environ", "hosts"),
    [
        ("/x/gunicorn --bind 127.0.0.1:8050 app:server", {}, []),
        ("/x/gunicorn app:server", {}, []),
        ("/x/gunicorn app:server", {"PORT": "80"}, ["0.0.0.0"]),
        ("/x/gunicorn --bind=0.0.0.0:80 app:server", {}, ["0.0.0.0"]),
        ("/x/gunicorn -b :80 app:server", {}, ["0.0.0.0"]),
        ("/x/gunicorn -b10.1.2.3:80 app:server", {}, ["10.1.2.3"]),
        ("/x/gunicorn -b [::]:80 -b [::1]:81 app:server", {}, ["::"]),
        ("/x/gunicorn -b unix:/run/x app:server", {}, []),
        ("/x/gunicorn app:server", {"GUNICORN_CMD_ARGS": "--bind 0.0.0.0"}, ["0.0.0.0"]),
        ("/x/waitress-serve app:server", {}, ["0.0.0.0"]),
        ("/x/waitress-serve --listen=127.0.0.1:80 app:server", {}, []),
        ("/x/waitress-serve --host server.vn app:server", {}, ["server.vn"]),
        ("/x/pytest --bind 0.0.0.0", {}, []),
        ("/x/gunicorn", {}, []),
        ("", {}, []),
    ],
)
def test_a_command_line_tells_where_it_listens(
    command: str, environ: dict[str, str], hosts: list[str]
) -> None:
    found = exposure.problems(command.split(), environ)
    assert [problem.file.removeprefix("listening on ") for problem in found] == hosts
