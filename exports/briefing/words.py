"""Words and numbers of the documents in one language: texts/{vi,en}.yaml, formatted by Babel.

A missing key or value raises: a hole must be seen by a test, never by the conference.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel.dates import format_date
from babel.numbers import format_decimal

from indices.rounding import rounded

LANGS = ("vi", "en")
FOLDER = Path(__file__).parent / "texts"
DASH = "–"
MINUS = "−"
# How a day and a month are written, by the hyphens of their ISO text.
PATTERNS = {
    2: {"vi": "dd/MM/yyyy", "en": "d MMMM yyyy"},
    1: {"vi": "MM/yyyy", "en": "MMMM yyyy"},
}


@cache
def texts(lang: str) -> Mapping[str, str]:
    """All texts of one language, keyed "section.name"."""
    return _flat(yaml.safe_load((FOLDER / f"{lang}.yaml").read_text(encoding="utf-8")))


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        path = f"{prefix}{key}"
        flat |= _flat(value, f"{path}.") if isinstance(value, Mapping) else {path: str(value)}
    return flat


def has(value: Any) -> bool:
    """True for a real value: not None, NaN, NA or empty text."""
    if value is None or (isinstance(value, str) and not value):
        return False
    try:
        return not math.isnan(value)
    except TypeError:
        return str(value) not in ("<NA>", "NaT", "nan")


@dataclass(frozen=True)
class Words:
    """Everything that a document says, in one language."""

    lang: str

    def t(self, key: str, **values: Any) -> str:
        """The text `key` with its {placeholders} filled."""
        return texts(self.lang)[key].format(**values)

    def tn(self, key: str, count: int, **values: Any) -> str:
        """The text `key.one` for exactly one, else `key.other`; it may use {count}."""
        return self.t(f"{key}.{'one' if count == 1 else 'other'}", count=count, **values)

    def word(self, group: str, code: Any) -> str:
        """A code from the data in words; the code itself where there is no word for it."""
        return texts(self.lang).get(f"{group}.{code}", str(code) if has(code) else DASH)

    def number(self, value: Any, decimals: int = 2) -> str:
        """1234.5 -> "1.234,50" (vi), "1,234.50" (en); a dash for none; a true minus sign."""
        if not has(value):
            return DASH
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        text = format_decimal(rounded(value, decimals), format=pattern, locale=self.lang)
        return text.replace("-", MINUS)

    def short(self, value: Any, decimals: int = 2) -> str:
        """A maximum without needless zeros: 9.5 -> "9,5", 10 -> "10"."""
        if not has(value):
            return DASH
        shown = rounded(value, decimals)
        places = next(n for n in range(decimals + 1) if round(shown, n) == shown)
        return self.number(shown, places)

    def signed(self, value: Any, decimals: int = 2) -> str:
        """ "+1,95", "−0,06", "0,00"."""
        if not has(value):
            return DASH
        return ("+" if rounded(value, decimals) > 0 else "") + self.number(value, decimals)

    def percent(self, share: Any, decimals: int = 1) -> str:
        """0.606 -> "60,6%"."""
        return f"{self.number(float(share) * 100, decimals)}%" if has(share) else DASH

    def day(self, value: Any) -> str:
        """A date as far as ISO text knows it: 27/11/2026 (vi), 27 November 2026 (en); a month (01/2026,
        January 2026) or a year; a dash for none.
        """
        if not has(value):
            return DASH
        known = str(value).count("-")
        if known not in PATTERNS:
            return str(value)
        whole = date.fromisoformat(f"{value}-01" if known == 1 else str(value))
        return format_date(whole, PATTERNS[known][self.lang], locale=self.lang)

    def listing(self, items: Sequence[str]) -> str:
        """ "A", "A và B", "A, B và C"."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.t('common.and')} {items[-1]}"

    def name(self, row: Mapping[str, Any], field: str = "name") -> str:
        """The `field` of a row, in Vietnamese where the language has none."""
        own = row.get(f"{field}_{self.lang}")
        return str(own if has(own) else row[f"{field}_vi"])


def rank_of(rank: Any, n: Any) -> str:
    """ "2/63"; "2" when nobody says of how many; a dash without a rank."""
    if not has(rank):
        return DASH
    return f"{int(rank)}/{int(n)}" if has(n) else f"{int(rank)}"


def upper_first(text: str) -> str:
    """The sentence with a capital first letter, the rest untouched."""
    return text[:1].upper() + text[1:]
