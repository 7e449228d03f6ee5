"""The words by which a criteria annex is read, from words.yaml beside this module."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from etl.mapping import fold

_FILE = Path(__file__).with_name("words.yaml")


@dataclass(frozen=True)
class Words:
    """The vocabulary, folded (accent- and case-free) but for `bonus` and `penalty`.

    `columns`: (phrase, role), longest first. `sources`: (phrase, source type, whether it counts anywhere).
    """

    columns: tuple[tuple[str, str], ...]
    exact: frozenset[str]
    maximum_alone: frozenset[str]
    number_prefixes: tuple[str, ...]
    maximum_words: tuple[str, ...]
    totals: tuple[str, ...]
    bonus: tuple[str, ...]
    penalty: tuple[str, ...]
    sources: tuple[tuple[str, str, bool], ...]


@cache
def words() -> Words:
    """The vocabulary, read once."""
    told = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    columns = {fold(str(phrase)): role for role, phrases in told["columns"].items() for phrase in phrases}
    sources = [
        (fold(phrase), kind, where == "anywhere")
        for kind, places in told["sources"].items()
        for where, phrases in places.items()
        for phrase in phrases
    ]
    return Words(
        columns=tuple(sorted(columns.items(), key=lambda pair: -len(pair[0]))),
        exact=frozenset(_folded(told["exact"])),
        maximum_alone=frozenset(_folded(told["maximum_alone"])),
        number_prefixes=_folded(told["number_prefixes"]),
        maximum_words=_folded(told["maximum_words"]),
        totals=_folded(told["totals"]),
        bonus=tuple(cased(phrase) for phrase in told["bonus"]),
        penalty=tuple(cased(phrase) for phrase in told["penalty"]),
        sources=tuple(sources),
    )


def _folded(phrases: Iterable[object]) -> tuple[str, ...]:
    return tuple(sorted((fold(str(phrase)) for phrase in phrases), key=len, reverse=True))


def cased(text: str) -> str:
    """A text without differences of case, blanks and composed letters; accents stay."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def says(text: str, phrase: str) -> bool:
    """Whether a folded text holds a folded phrase as whole words."""
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text) is not None


def role_of(header: str) -> str:
    """The role of a column by its header (folded); blank when no word of it is known."""
    known = words()
    for phrase, role in known.columns:
        if header == phrase or (phrase not in known.exact and says(header, phrase)):
            return role
    return ""


def begins(text: str, phrases: Sequence[str]) -> bool:
    """Whether a text is or begins with one of the phrases, as whole words."""
    return any(text == phrase or re.match(rf"{re.escape(phrase)}(?!\w)", text) for phrase in phrases)
