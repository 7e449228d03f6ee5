"""Numbers of criteria as they stand in cells: what a cell may mean, also after a spreadsheet changed it.

1.10 typed into a cell becomes the number 1.1, and 1.2 a day in February. So a cell gives candidates; which of
them is meant, its place in the sequence decides (numbering.py).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from etl.intake.annex.words import words
from etl.mapping import fold
from etl.readers.workbook import Value

ARABIC, ROMAN, LETTER = "arabic", "roman", "letter"
ALPHABET: Final = "abcdđefghijklmnopqrstuvwxyz"
# Letters that lists in Vietnamese may leave out.
_SKIPPED: Final = frozenset("đfjwz")
_ROMAN: Final = re.compile(r"(?=[ivxlc])(c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})")
_ROMAN_DIGITS: Final = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_DOTTED: Final = re.compile(r"\d{1,3}(?:[.,]\d{1,3})*")
_EDGES: Final = " .():/-–—,;"
_LEADING: Final = re.compile(
    r"(?P<label>\(?(?:\d{1,3}(?:\.\d{1,3})+|(?:\d{1,3}|[IVXLC]{1,7}|[a-zA-ZđĐ])(?=[.):/]))[.):/]*)"
    r"\s+(?P<rest>\S.*)"
)


@dataclass(frozen=True)
class Label:
    """One meaning of a number. `parts`: 1.10 is (1, 10); roman numbers and letters have one part.

    `upper`: capital letters. `typed`: it stands so in the cell; else it is what a changed cell may have been.
    `word`: a name instead of a number, for what annexes leave unnumbered.
    """

    kind: str
    parts: tuple[int, ...]
    upper: bool = False
    typed: bool = True
    word: str = ""

    @property
    def style(self) -> tuple[str, bool, int]:
        """Labels of one style number one level: kind, capitals, number of parts."""
        return self.kind, self.upper, len(self.parts)

    @property
    def last(self) -> int:
        """The number that goes up from one sibling to the next."""
        return self.parts[-1]

    @property
    def step(self) -> str:
        """How the label is written as the last step of a code: in plain letters, đ as dd."""
        if self.word or self.kind != LETTER:
            return self.word or str(self.last)
        letter = ALPHABET[self.last - 1].replace("đ", "dd")
        return letter.upper() if self.upper else letter

    def follows(self, other: Label) -> bool:
        """Whether it is the next of the same style, letters that lists leave out apart."""
        if self.style != other.style or self.parts[:-1] != other.parts[:-1] or self.last <= other.last:
            return False
        between = ALPHABET[other.last : self.last - 1] if self.kind == LETTER else ""
        return self.last == other.last + 1 or (self.kind == LETTER and set(between) <= _SKIPPED)


def labels_of(value: Value) -> list[Label]:
    """What a cell of the column of numbers may mean, the literal meaning first; empty for no number."""
    if isinstance(value, dt.datetime | dt.date):
        return list(_of_date(value))
    if isinstance(value, bool) or value is None or isinstance(value, dt.time | dt.timedelta):
        return []
    if isinstance(value, int | float):
        return list(_of_number(float(value)))
    return list(_of_text(value))


def leading_label(name: str) -> tuple[str, str]:
    """A number at the head of a name, as in "1.1. Plan", and the rest; a blank number when there is none."""
    tidy = _tidy(name)
    found = _LEADING.fullmatch(_without_prefix(tidy))
    return (found["label"], found["rest"]) if found else ("", tidy)


def _of_number(value: float) -> Iterator[Label]:
    """1.1 may have been 1.10; a whole number is itself."""
    if value <= 0 or value >= 1000:
        return
    if value.is_integer():
        yield Label(ARABIC, (int(value),))
        return
    whole, _, decimals = f"{value:.10f}".rstrip("0").partition(".")
    if len(decimals) <= 2:
        yield Label(ARABIC, (int(whole), int(decimals)))
        if len(decimals) == 1:
            yield Label(ARABIC, (int(whole), int(decimals) * 10), typed=False)


def _of_date(value: dt.date) -> Iterator[Label]:
    """1.2 and 1.2.3 become days: day and month in either order, and the last digits of the year."""
    day, month, year = value.day, value.month, value.year % 100
    for pair in dict.fromkeys(((day, month), (month, day))):
        yield Label(ARABIC, pair, typed=False)
    for triple in dict.fromkeys(((day, month, year), (month, day, year), (year, month, day))):
        if min(triple) > 0:
            yield Label(ARABIC, triple, typed=False)


def _of_text(text: str) -> Iterator[Label]:
    bare = _without_prefix(_tidy(text)).strip(_EDGES)
    dotted = re.sub(r"\s*([.,])\s*", r"\1", bare)
    if _DOTTED.fullmatch(dotted):
        parts = tuple(int(part) for part in re.split(r"[.,]", dotted))
        yield Label(ARABIC, parts)
        return
    low = bare.lower()
    if bare not in {low, bare.upper()} or not low.isalpha():
        return
    if _ROMAN.fullmatch(low):
        yield Label(ROMAN, (_roman(low),), bare != low)
    if len(low) == 1 and low in ALPHABET:
        yield Label(LETTER, (ALPHABET.index(low) + 1,), bare != low)


def _roman(text: str) -> int:
    digits = [_ROMAN_DIGITS[letter] for letter in text]
    pairs = zip(digits, [*digits[1:], 0], strict=True)
    return sum(-one if one < following else one for one, following in pairs)


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _without_prefix(text: str) -> str:
    """Without a word before the number, as in "Criterion 1.1"; folding leaves the length of a tidy text."""
    folded = fold(text)
    for prefix in words().number_prefixes:
        if folded.startswith(prefix) and re.match(r"\W*(\d|[ivxlc]+\b)", folded[len(prefix) :]):
            return text[len(prefix) :].strip()
    return text
