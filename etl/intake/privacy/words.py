"""The vocabulary of personal data and the patterns that are made of it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import yaml

from etl.mapping import fold

FILE: Final = Path(__file__).with_name("words.yaml")
# What stands in a text for what was taken out of it.
MARK: Final = "[…]"
NAME, ID, PHONE, EMAIL, ADDRESS, BIRTH = "name", "id", "phone", "email", "address", "birth"
# Words of a name: provinces have two and begin alike, people mostly have three.
FULL_NAME: Final = 3
LONGEST_NAME: Final = 6
# Longer texts are sentences.
LONGEST_HEADER: Final = 120
_UPPER = "A-ZÀ-ÖØ-ÝĂĐĨŨƠƯẠ-Ỹ"
_WORD = rf"[{_UPPER}][^\W\d_]*"
_FREE_DIGITS = r"(?<![\d.,/])"
_END_OF_DIGITS = r"(?!\d|[.,]\d)"
# Ten digits of a mobile, eleven of a fixed number, the first three together; abroad with +84 for the zero.
PHONE_NUMBER: Final = r"(?:0|\(?\+84\)?[ .\-]?)(?:[35789]\d(?:[ .\-]?\d){7}|2\d(?:[ .\-]?\d){8})"
NINE_DIGITS: Final = re.compile(r"\d{9}")
_NUMBER: Final = re.compile(r"[+-]?\d{1,3}([., \u00a0]?\d{3})*([.,]\d+)?\s*%?")
# Texts that need a closer look; written so that Arrow's engine reads it too.
SUSPECT: Final = r"@|[0-9]{9}|[0-9]{2}[ .\-][0-9]{2,4}[ .\-][0-9]{2,4}|:|[A-Za-zÀ-ỹ/]+\.? [A-ZÀ-Ỹ]"


@cache
def vocabulary() -> dict[str, Any]:
    """The content of the vocabulary."""
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content


@dataclass(frozen=True)
class Kind:
    """A kind of personal data and the folded words of headers that announce it."""

    name: str
    label: str
    contains: tuple[str, ...]
    starts: tuple[str, ...]
    equals: tuple[str, ...]


@cache
def kinds() -> tuple[Kind, ...]:
    """All kinds of personal data."""
    return tuple(
        Kind(
            name,
            told["label"],
            *(tuple(map(fold, told.get(key, ()))) for key in ("contains", "starts", "equals")),
        )
        for name, told in vocabulary()["kinds"].items()
    )


def label_of(kind: str) -> str:
    """How findings call a kind, in both languages."""
    return str(vocabulary()["kinds"][kind]["label"])


@cache
def kind_of_header(text: str) -> str:
    """The kind of personal data that a header announces; blank for none."""
    bare = " ".join(re.sub(r"[^\w%@-]+", " ", fold(text.replace("_", " "))).split())
    others = map(fold, vocabulary()["not_personal"])
    if not bare or len(bare) > LONGEST_HEADER or any(_has(bare, word) for word in others):
        return ""
    return next((kind.name for kind in kinds() if _announces(kind, bare)), "")


def _announces(kind: Kind, header: str) -> bool:
    if header in kind.equals or any(_has(header, word) for word in kind.contains):
        return True
    short = len(header.split()) <= int(vocabulary()["short"])
    return short and any(header == word or header.startswith(word + " ") for word in kind.starts)


def _has(text: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


def _any(key: str) -> str:
    words = {unicodedata.normalize("NFC", str(word)) for word in vocabulary()[key]}
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Kind and pattern; what the group `person` holds (or the whole match) is taken out."""
    family, measures = _any("family_names"), _any("units_of_measure")
    name = rf"(?:{family})(?:\s+{_WORD}){{1,4}}"
    return (
        (EMAIL, re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")),
        (ID, re.compile(rf"{_FREE_DIGITS}0\d{{11}}{_END_OF_DIGITS}")),
        (ID, re.compile(rf"{_FREE_DIGITS}\d{{9}}{_END_OF_DIGITS}(?!\s*(?i:{measures})(?!\w))")),
        (PHONE, re.compile(rf"(?<![\d.,/+]){PHONE_NUMBER}{_END_OF_DIGITS}")),
        (NAME, re.compile(rf"(?i:(?:{_any('labels')})\s*[:：]\s*)(?P<person>[^;,\n|]*[^\s;,\n|])")),
        (NAME, re.compile(rf"(?i:(?<!\w)(?:{_any('titles')})\.?\s+)(?P<person>{name})(?!\w)")),
    )


@cache
def _families() -> frozenset[str]:
    return frozenset(fold(name) for name in vocabulary()["family_names"])


def is_phone(text: str) -> bool:
    """Whether a text is nothing but a Vietnamese phone number."""
    return re.fullmatch(PHONE_NUMBER, text.strip()) is not None


def is_number(text: str) -> bool:
    """Whether a text is nothing but a figure: no leading zero, digits and separators."""
    bare = text.strip()
    leading = re.match(r"[+-]?0\d", bare)
    return leading is None and _NUMBER.fullmatch(bare) is not None


def is_name(text: str, words: int = 2) -> bool:
    """Whether a text is nothing but the name of a person of at least so many words, by its family name and
    capitals. Names of places may look the same."""
    parts = unicodedata.normalize("NFC", text).split()
    if not words <= len(parts) <= LONGEST_NAME or not all(p.isalpha() and p[0].isupper() for p in parts):
        return False
    return fold(parts[0]) in _families()


def whole_kind(text: str) -> str:
    """The kind of a text that is nothing but one piece of personal data; nine digits are left open, and so
    are names of two words."""
    bare = unicodedata.normalize("NFC", " ".join(text.split()))
    for kind, pattern in _patterns():
        if kind != NAME and pattern.fullmatch(bare) and not NINE_DIGITS.fullmatch(bare):
            return kind
    return NAME if is_name(bare, words=FULL_NAME) else ""


def clean_text(text: str) -> tuple[str, Counter[str]]:
    """A text without the personal data in it, and how many pieces of which kind were taken out.

    A text that is nothing but a figure stays as it is.
    """
    found: Counter[str] = Counter()
    if len(text) < 6 or is_number(text):
        return text, found
    cleaned = unicodedata.normalize("NFC", text)
    for kind, pattern in _patterns():
        cleaned = pattern.sub(partial(_taken, kind=kind, found=found), cleaned)
    return (cleaned, found) if found else (text, found)


def _taken(match: re.Match[str], kind: str, found: Counter[str]) -> str:
    if MARK in match[0]:
        return match[0]
    found[kind] += 1
    if "person" not in match.re.groupindex:
        return MARK
    start = match.start("person") - match.start()
    return match[0][:start] + MARK
