"""What a template says, from texts.yaml beside this module."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("texts.yaml")


@cache
def texts() -> dict[str, Any]:
    """All texts, read once; not to be changed."""
    told: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return told


def say(path: str, **values: object) -> str:
    """One text by its path ("data.title"), with its values filled in."""
    found: Any = texts()
    for step in path.split("."):
        found = found[step]
    return str(found).format(**values) if values else str(found)
