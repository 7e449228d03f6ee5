"""An app with sign-in on over the real release, and browsers that sign in to it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import Settings, create_app
from people import accounts
from people.accounts import Profile
from people.rights import roles
from tests.people.conftest import GOOD, KEY
from workspace.database import Workspace, sqlite_url

DEPARTMENT = "Sở Y tế"
UPDATE = "/_dash-update-component"


def new_app(release_dir: Path, folder: Path, **told: str) -> Any:
    """The app as a server with these settings makes it; its workspace is a file in `folder`."""
    usual = {
        "SIGN_IN": "local", "SECRET_KEY": KEY, "WORKSPACE": "true", "SIGN_IN_RATE": "1000 per minute",
        "WORKSPACE_PATH": str(folder / "workspace.sqlite"),
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**usual, **told}.items():
            patch.setenv(f"CCHC_{name}", value)
        return create_app(Settings(releases_dir=release_dir))


def workspace_in(folder: Path) -> Workspace:
    """The workspace that the app of a folder uses."""
    made = Workspace(sqlite_url(folder / "workspace.sqlite"))
    made.upgrade()
    return made


def one_of_each(folder: Path) -> None:
    """An account of every role, its login the role, its password GOOD."""
    made = workspace_in(folder)
    with made.writing() as session:
        for role in roles():
            row = accounts.add(
                session, role, Profile(f"Người {role}", role, f"{role}@x.vn", DEPARTMENT), "test"
            )
            accounts.set_password(session, row.id, GOOD, 12, must_change=False)
    made.close()


def csrf_of(html: str) -> str:
    """The token in a form or in the frame of the app."""
    found = re.search(r'name="csrf(?:-token)?" (?:value|content)="([^"]+)"', html)
    assert found, html[:500]
    return found.group(1)


def sign_in(client: FlaskClient, login: str, password: str = GOOD, at: str = "/dang-nhap") -> Any:
    """Fill in the form of sign-in; the answer of the server."""
    token = csrf_of(client.get(at).get_data(as_text=True))
    return client.post(at, data={"csrf": token, "login": login, "password": password})


def browser(app: Any, login: str, path: str = "/mat-khau") -> tuple[FlaskClient, str]:
    """A browser that signed in, and its token for writes."""
    client = app.server.test_client()
    assert sign_in(client, login).status_code == 303
    return client, csrf_of(client.get(path).get_data(as_text=True))
