"""Where the workspace lies, and whether there is one."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

from pydantic import SecretStr

from configuration.sources import Configured
from workspace.database import Watch, Workspace, sqlite_url

ROOT = Path(__file__).resolve().parent.parent


class Settings(Configured):
    """Settings of the workspace; each may be given with the prefix CCHC_ (configuration.sources).

    `workspace`: whether people may write through the pages of this server. `workspace_path`: the SQLite
    file. `database_url`: a PostgreSQL database in its place (it may hold a password, so it is never shown).
    `today`: the day to tell deadlines by, for rehearsals; the day of the computer unless given.
    """

    workspace: bool = False
    workspace_path: Path = ROOT / "data" / "workspace" / "workspace.sqlite"
    database_url: SecretStr = SecretStr("")
    today: date | None = None

    def url(self) -> str:
        """The address of the database."""
        return self.database_url.get_secret_value() or sqlite_url(self.workspace_path)

    def opened(self) -> Workspace:
        """The workspace, brought to the newest schema. Raises WorkspaceError."""
        made = Workspace(self.url())
        made.upgrade()
        return made


class Shelf:
    """The workspace of a server, opened when first asked for: after the server's workers have parted, since
    no two processes may share a connection. Safe to use from several threads."""

    def __init__(self, settings: Settings, watch: Watch | None = None) -> None:
        """Nothing is opened yet. `watch` is asked about every write of a row."""
        self._settings, self._watch = settings, watch
        self._lock = threading.Lock()
        self._workspace: Workspace | None = None

    @property
    def folder(self) -> Path:
        """Where files that belong to the workspace lie: the folder of its SQLite file."""
        return self._settings.workspace_path.parent

    @property
    def rehearsed(self) -> bool:
        """Whether the day is one that was set, not that of the computer."""
        return self._settings.today is not None

    def today(self) -> date:
        """The day to tell deadlines by."""
        return self._settings.today or date.today()

    def workspace(self) -> Workspace:
        """The workspace at the newest schema. Raises WorkspaceError, and tries again the next time."""
        with self._lock:
            if self._workspace is None:
                self._workspace = self._settings.opened()
                self._workspace.watch = self._watch
            return self._workspace


def shelf(watch: Watch | None = None) -> Shelf | None:
    """The workspace that the environment asks for; None where it is off."""
    settings = Settings()
    return Shelf(settings, watch) if settings.workspace else None
