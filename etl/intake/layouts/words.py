"""The vocabulary of tables, from words.yaml, and texts with a "*" for any text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from etl.mapping import fold
from etl.plain_yaml import loaded
from etl.readers.numbers import is_nothing

_FILE = Path(__file__).with_name("words.yaml")


@cache
def _words() -> dict[str, Any]:
    content: dict[str, Any] = loaded(_FILE.read_text(encoding="utf-8"))
    return content


@cache
def pattern_of(text: str) -> re.Pattern[str]:
    """The pattern of a text in which "*" stands for any text, without accents and case."""
    parts = [re.escape(fold(part)) for part in text.split("*")]
    return re.compile(r"\s*.*\s*".join(parts))


def like(text: str, patterns: Iterable[str]) -> bool:
    """Whether the whole text is one of the patterns."""
    folded = fold(text)
    return any(pattern_of(pattern).fullmatch(folded) for pattern in patterns)


@cache
def is_not_published(text: str) -> bool:
    """Whether a text in a cell of a figure says that nothing was published."""
    return is_nothing(text) or like(text, _words()["not_published"])


@cache
def is_no_unit(text: str) -> bool:
    """Whether a text in a cell of a unit's name marks totals, means and the like."""
    return like(text, _words()["no_unit"])


@cache
def unit_titles() -> tuple[str, ...]:
    """Folded words that may stand before a unit's name."""
    return tuple(sorted((fold(word) for word in _words()["unit_titles"]), key=len, reverse=True))
