"""Places that settings come from: the environment, files of secrets, one file of settings. The first wins.

Every class of settings derives from `Configured`, so that all of them read the same places.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values
from pydantic import SecretStr
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

PREFIX = "CCHC_"
CONFIG, SECRETS = f"{PREFIX}CONFIG", f"{PREFIX}SECRETS_DIR"
FILE = "_FILE"
ENVIRONMENT, USUAL = "environment", "usual"


@dataclass(frozen=True)
class Told:
    """What a place says of a setting: its text, and which place that is."""

    text: str
    origin: str


class Configured(BaseSettings):
    """Settings that come, first one wins, from: what the code gives, the environment, a file named by
    <NAME>_FILE (secrets only), a file of that name in CCHC_SECRETS_DIR (secrets only), the file CCHC_CONFIG
    (lines NAME=value). Raises ValidationError, or pydantic-settings' SettingsError for what is no JSON.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What the code gives, then `told`."""
        return init_settings, _Places(settings_cls)


class _Places(EnvSettingsSource):
    """Reads `told` as if all of it stood in the environment."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): one.text for name, one in told(self.settings_cls).items()}


def name_of(kind: type[BaseSettings], field: str) -> str:
    """The name of a setting outside: CCHC_KEEP_RELEASES for keep_releases."""
    return f"{kind.model_config.get('env_prefix', '')}{field}".upper()


def is_secret(kind: type[BaseSettings], field: str) -> bool:
    """Whether the value of a setting is never shown."""
    return kind.model_fields[field].annotation is SecretStr


def told(kind: type[BaseSettings]) -> dict[str, Told]:
    """What all places together say, by name, of the settings of a class and of any other."""
    found = {name: Told(text, f"file {config_file()}") for name, text in in_file().items()}
    found |= dict(_secrets_told(kind))
    return found | {name: Told(text, ENVIRONMENT) for name, text in in_environment().items()}


def _secrets_told(kind: type[BaseSettings]) -> Iterator[tuple[str, Told]]:
    """Secrets that lie in files, where these can be read."""
    for name, path in secret_files(kind).items():
        try:
            yield name, Told(path.read_text("utf-8").strip(), f"file {path}")
        except (OSError, UnicodeDecodeError):
            continue


def secret_files(kind: type[BaseSettings]) -> dict[str, Path]:
    """Files that were named, or lie in the folder of secrets, for the secrets of a class."""
    given = in_file() | in_environment()
    folder = given.get(SECRETS, "")
    names = [name_of(kind, field) for field in kind.model_fields if is_secret(kind, field)]
    lying = {name: Path(folder) / name for name in names if folder and (Path(folder) / name).is_file()}
    named = {name: Path(given[name + FILE]) for name in names if given.get(name + FILE)}
    return lying | named


def in_environment() -> dict[str, str]:
    """The environment, names in capitals."""
    return {name.upper(): text for name, text in os.environ.items()}


def config_file() -> Path | None:
    """The file of settings that the environment names."""
    named = in_environment().get(CONFIG)
    return Path(named) if named else None


def in_file() -> dict[str, str]:
    """What stands in the file of settings; nothing where there is none or it cannot be read."""
    path = config_file()
    if path is None or not path.is_file():
        return {}
    try:
        read = dotenv_values(path, interpolate=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return {}
    return {name.upper(): text for name, text in read.items() if text is not None}
