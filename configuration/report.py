"""All settings as a list, and everything wrong about them as another: nothing starts half-read."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsError

from configuration import sources
from configuration.sources import CONFIG, FILE, PREFIX, SECRETS, USUAL, Told, is_secret, name_of
from indices.errors import DataError, Problem

HIDDEN = "(hidden)"
# Names that only tests, benches and the makers of this program set.
OF_TESTS = tuple(f"{PREFIX}{name}" for name in ("TEST", "FUZZ", "WORKBOOKS", "BENCH", "TORTURE"))
Kinds = Sequence[type[BaseSettings]]


class ConfigurationError(DataError):
    """Settings that a program cannot start with."""

    exit_code = 2


@dataclass(frozen=True)
class Row:
    """One setting: its name, its value as text (secrets hidden), and where that came from."""

    name: str
    value: str
    origin: str


def rows(kinds: Kinds) -> list[Row]:
    """Every setting once, in the order of the classes. Raises ConfigurationError when some cannot be read."""
    if found := problems(kinds):
        raise ConfigurationError(found)
    listed = {row.name: row for kind in reversed(kinds) for row in _rows(kind)}
    names = dict.fromkeys(name_of(kind, field) for kind in kinds for field in kind.model_fields)
    return [listed[name] for name in names]


def _rows(kind: type[BaseSettings]) -> Iterator[Row]:
    held, told = kind(), sources.told(kind)
    for field in kind.model_fields:
        name = name_of(kind, field)
        origin = told[name].origin if name in told else USUAL
        yield Row(name, _shown(getattr(held, field)), origin)


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr):
        return HIDDEN if value.get_secret_value() else ""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def problems(kinds: Kinds) -> list[Problem]:
    """Everything wrong: a file that cannot be read, names that nobody knows, values that cannot be."""
    values = [problem for kind in kinds for problem in _values(kind)]
    return list(dict.fromkeys([*_files(kinds), *_names(kinds), *values]))


def _files(kinds: Kinds) -> Iterator[Problem]:
    """What was named and cannot be read."""
    if (path := sources.config_file()) is not None and (fault := _unreadable(path)):
        yield Problem("The file of settings cannot be read", CONFIG, str(path), fault)
    folder = (sources.in_file() | sources.in_environment()).get(SECRETS)
    if folder and not Path(folder).is_dir():
        yield Problem("The folder of secrets is not there", SECRETS, folder)
    for kind in kinds:
        for name, file in sources.secret_files(kind).items():
            if fault := _unreadable(file):
                yield Problem("The file of a secret cannot be read", name + FILE, str(file), fault)


def _unreadable(path: Path) -> str:
    try:
        path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return error.strerror or "" if isinstance(error, OSError) else "not UTF-8"
    return ""


def known(kinds: Kinds) -> set[str]:
    """Every name that means something."""
    fields = [(kind, field) for kind in kinds for field in kind.model_fields]
    names = {name_of(kind, field) for kind, field in fields}
    return names | {name_of(k, f) + FILE for k, f in fields if is_secret(k, f)} | {CONFIG, SECRETS}


def _names(kinds: Kinds) -> Iterator[Problem]:
    """Names with our prefix, or in our file, that nobody knows: a slip of the pen would go unnoticed."""
    names = known(kinds)
    told = {name: Told("", f"file {sources.config_file()}") for name in sources.in_file()}
    told |= {
        name: Told("", sources.ENVIRONMENT) for name in sources.in_environment() if name.startswith(PREFIX)
    }
    for name, one in told.items():
        if name in names or name.startswith(OF_TESTS):
            continue
        near = difflib.get_close_matches(name, sorted(names), n=1)
        hint = f"did you mean {near[0]}?" if near else "take it out"
        yield Problem("There is no such setting", name, one.origin, hint=hint)


def _values(kind: type[BaseSettings]) -> Iterator[Problem]:
    """Values that a class refuses."""
    try:
        kind()
    except ValidationError as error:
        for one in error.errors():
            yield _value(kind, str(one["loc"][0]), one["msg"])
    except SettingsError as error:
        field = next((f for f in kind.model_fields if f'"{f}"' in str(error)), "")
        yield _value(kind, field, "JSON")


def _value(kind: type[BaseSettings], field: str, expected: str) -> Problem:
    name = name_of(kind, field)
    told = sources.told(kind).get(name, Told("", USUAL))
    found = HIDDEN if is_secret(kind, field) else told.text
    what, hint = (
        "A setting has a value that cannot be",
        "its values stand in docs/operations.md and docs/roles.md",
    )
    return Problem(what, name, told.origin, found, expected, hint)
