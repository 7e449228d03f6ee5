"""Files of a definition that somebody brings: their names checked, then written into an overlay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from etl.definitions import META_FILE, TABLES
from etl.intake.atomic import write_whole
from etl.intake.findings import Finding
from etl.layers import DEFINITIONS
from etl.plain_yaml import loaded
from indices.errors import DefinitionError, Problem

_TABLES = "|".join((META_FILE.replace(".", r"\."), *(rf"{name}\.csv" for name in TABLES)))
_IN_FRAMEWORK = re.compile(rf"[a-z0-9_]{{1,60}}/({_TABLES})")
_BESIDE = re.compile(r"(crosswalk|comparability|indices|years)(_[a-z0-9_]+)?\.csv")


@dataclass(frozen=True)
class DefinitionFiles:
    """A definition ready to be written. `index`: the index it belongs to."""

    index: str
    files: Mapping[str, str]

    def write(self, folder: Path, import_id: str) -> list[Finding]:
        """Write the files into an overlay. Raises ReleaseError when the disk does not take them."""
        for name, text in self.files.items():
            path = folder / DEFINITIONS / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, text)
        return []


def write_definition(files: Mapping[str, str]) -> DefinitionFiles:
    """A definition of named texts. Raises DefinitionError for a name of no definition file, or no index."""
    wrong = [name for name in files if not (_IN_FRAMEWORK.fullmatch(name) or _BESIDE.fullmatch(name))]
    problems = [Problem("This is no file of a definition", name) for name in wrong]
    indices = {_index(name, text, problems) for name, text in files.items() if name.endswith(META_FILE)}
    if len(indices) != 1 and not problems:
        what, expected = "The definition belongs to no single index", "one or more frameworks of one index"
        problems.append(Problem(what, META_FILE, "index", ", ".join(sorted(indices)), expected))
    if problems:
        raise DefinitionError(problems)
    return DefinitionFiles(indices.pop(), files)


def _index(name: str, text: str, problems: list[Problem]) -> str:
    try:
        meta = loaded(text)
    except yaml.YAMLError as error:
        problems.append(Problem("The framework file is not readable as YAML", name, found=str(error)))
        return ""
    return str(meta.get("index", "")) if isinstance(meta, dict) else ""
