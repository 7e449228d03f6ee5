"""A workspace of one's own, and settings as a server with sign-in has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from people import accounts
from people.accounts import Profile
from people.settings import Settings
from workspace.accounts import Account
from workspace.database import Workspace, sqlite_url

KEY = "k" * 40
GOOD = "sông Hồng chảy qua 7 cây cầu"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace of the newest schema in a file."""
    made = Workspace(sqlite_url(tmp_path / "workspace.sqlite"))
    made.upgrade()
    yield made
    made.close()


def settings(**other: Any) -> Settings:
    """Settings with local accounts."""
    return Settings(**{"sign_in": "local", "secret_key": KEY, **other})


def added(workspace: Workspace, login: str, role: str = "reader", **other: Any) -> Account:
    """An account with the password GOOD."""
    with workspace.writing() as session:
        row = accounts.add(session, login, Profile(f"Người {login}", role, **other), "test")
        return accounts.set_password(session, row.id, GOOD, 12, must_change=False)
