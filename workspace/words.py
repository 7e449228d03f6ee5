"""Words of the workbook in both languages, from `words.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGS = ("vi", "en")
SHEETS, FIELDS, VALUES = "sheets", "fields", "values"
FEED, DIGEST = "feed", "digest"


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    found: Any = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
    return {group: dict(entries) for group, entries in found.items()}


def word(group: str, key: str, lang: str) -> str:
    """The word of a sheet, a field or a value; the key itself where it has none."""
    return _words()[group].get(key, {}).get(lang, key)


def meant(group: str, written: str) -> str:
    """The key that a word in either language means; what was written where it is none."""
    plain = written.strip().casefold()
    entries = _words()[group].items()
    return next(
        (key for key, told in entries if plain in {w.casefold() for w in (*told.values(), key)}), written
    )
