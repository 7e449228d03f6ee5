"""Where the workspace lies, and whether there is one."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from workspace.database import Workspace, sqlite_url

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings of the workspace; each may be given in the environment with the prefix CCHC_.

    `workspace`: whether people may write on this server. `workspace_path`: the SQLite file. `database_url`: a
    PostgreSQL database in its place (it may hold a password, so it is never shown).
    """

    model_config = SettingsConfigDict(env_prefix="CCHC_", frozen=True)

    workspace: bool = True
    workspace_path: Path = ROOT / "data" / "workspace" / "workspace.sqlite"
    database_url: SecretStr = SecretStr("")

    def url(self) -> str:
        """The address of the database."""
        return self.database_url.get_secret_value() or sqlite_url(self.workspace_path)

    def opened(self) -> Workspace:
        """The workspace, brought to the newest schema. Raises WorkspaceError."""
        made = Workspace(self.url())
        made.upgrade()
        return made
