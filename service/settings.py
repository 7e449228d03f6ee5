"""Settings of the web app, and every class of settings there is, checked together before a server starts."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import SettingsError

from configuration.report import ConfigurationError, problems
from configuration.sources import Configured
from etl.microdata.engine import MicrodataSettings
from etl.settings import ROOT
from etl.settings import Settings as DataSettings
from people.settings import Settings as PeopleSettings
from people.settings import problems_of
from workspace.post import MailSettings
from workspace.settings import Settings as WorkspaceSettings

# Gunicorn gives up at once when a worker ends with this code, instead of starting it again and again.
NOT_STARTED = 3


def _where_the_etl_publishes() -> Path:
    """Beside the pack; where settings of the ETL are wrong, that is told by them."""
    with suppress(ValidationError, SettingsError):
        return DataSettings().releases_dir
    return ROOT / "data" / "releases"


class Settings(Configured):
    """Settings of the app.

    `releases_dir`: where the ETL publishes. `default_province`: slug shown when an address names none.
    `imports`: whether the page of imports works here. `most_upload_mb`: how large a file may be, in MiB.
    `responsibilities`: the province's table of lead bodies. `warm`: draw pages ahead while nobody asks.
    `metrics_token`: what a reader of /metrics must show; blank: only this computer may read.
    `at_once`: requests that a process works on at the same time; `most_waiting`: how many more may wait, the
    next is told to come again.
    `log_format`, `log_level`: how the server's own log is written, and from which weight on.
    """

    releases_dir: Path = Field(default_factory=_where_the_etl_publishes)
    default_province: str = "quang-ninh"
    imports: bool = True
    most_upload_mb: int = Field(default=32, ge=1)
    responsibilities: Path | None = None
    warm: bool = True
    at_once: int = Field(default=4, ge=1)
    most_waiting: int = Field(default=56, ge=0)
    metrics_token: SecretStr = SecretStr("")
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "warning"


KINDS: tuple[type[Configured], ...] = (
    DataSettings, Settings, MicrodataSettings, WorkspaceSettings, MailSettings, PeopleSettings,
)  # fmt: skip


def complain() -> None:
    """Raise ConfigurationError with everything that is wrong about the settings of this computer."""
    found = problems(KINDS)
    with suppress(ValidationError, SettingsError):  # told above
        found += problems_of(PeopleSettings())
    if found:
        raise ConfigurationError(found)


def check() -> None:
    """End the program with the list of everything wrong on the error stream, if anything is."""
    try:
        complain()
    except ConfigurationError as error:
        told = [f"{len(error.problems)} settings are wrong; nothing was started."]
        sys.stderr.write("\n  ".join([*told, *(one.text() for one in error.problems)]) + "\n")
        raise SystemExit(NOT_STARTED) from None
