"""Numbers as people type them: 1.234,5 or 1,234.5, decided by the whole column or refused.

A figure becomes the exact text of the pack: digits, a dot before the decimals, every printed decimal kept.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from etl.readers.workbook import Value

# Signs that stand for a minus, blanks that group digits, marks that point to a footnote.
_MINUS: Final = "-\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"
_BLANKS: Final = " \u00a0\u2007\u2009\u202f"
_APOSTROPHES: Final = "'\u2019\u02bc"
_MARK: Final = re.compile(
    r"(?:\s*(?:\*+|[†‡§]+|[¹²³⁰⁴-⁹]+|\((?:\d{1,2}|\*+|[a-z])\)|\[(?:\d{1,2}|\*+|[a-z])\]))+$"
)
_PERCENT: Final = re.compile(r"[\s\u00a0]*[%\uff05]$")
_NOTHING: Final = frozenset(
    {"", "-", ".", "..", "...", "\u2026", "/", "x", "na", "n/a", "nan", "null", "none"}
)
_PLAIN: Final = re.compile(r"\d+")
_SCIENTIFIC: Final = re.compile(r"\d+(?:[.,]\d+)?[eE][+-]?\d{1,2}")
_SPACED: Final = re.compile(rf"\d{{1,3}}(?:[{_BLANKS}]\d{{3}})+|\d{{1,3}}(?:[{_APOSTROPHES}]\d{{3}})+")
_GROUPED: Final = {",": re.compile(r"\d{1,3}(?:,\d{3})+"), ".": re.compile(r"\d{1,3}(?:\.\d{3})+")}
_OTHER: Final = {",": ".", ".": ","}
# A double that needs 16 or 17 digits, yet has so few when rounded to the 15 that spreadsheets show, is a
# short decimal with the noise of binary arithmetic.
_SHOWN_DIGITS: Final = 15
_SHORT_DIGITS: Final = 12


class Style(StrEnum):
    """How the numbers of a column are written.

    comma: a comma before the decimals (1.234,5). dot: a dot (1,234.5). plain: whole numbers without either.
    ambiguous: only such as 1.234, which is both. mixed: some prove the comma, others the dot.
    """

    COMMA = "comma"
    DOT = "dot"
    PLAIN = "plain"
    AMBIGUOUS = "ambiguous"
    MIXED = "mixed"


@dataclass(frozen=True)
class Decision:
    """What a column decides. `comma`, `dot`: the first text that proves each (blank: none does).

    `open`: texts that would be a number either way and are read as the rest of the column decides.
    """

    style: Style
    comma: str = ""
    dot: str = ""
    open: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether numbers with a comma or a dot can be read."""
        return self.style not in (Style.AMBIGUOUS, Style.MIXED)

    @property
    def why(self) -> str:
        """The evidence, for a person."""
        if self.style is Style.MIXED:
            return f"{self.comma} has a comma before its decimals, {self.dot} a dot"
        if self.style is Style.AMBIGUOUS:
            return f"{self.open[0]} may be a whole number or have three decimals"
        return self.comma or self.dot


@dataclass(frozen=True)
class Figure:
    """A number that was read: its exact text, whether it bore a percent sign, and its footnote mark."""

    number: str
    percent: bool = False
    mark: str = ""


class NotANumberError(ValueError):
    """A cell that holds no number, or one that its column does not decide; the message says which."""


@dataclass(frozen=True)
class _Parts:
    """A text without what surrounds the digits."""

    body: str
    negative: bool = False
    percent: bool = False
    mark: str = ""


def decide(texts: Iterable[str]) -> Decision:
    """How the numbers among the texts of one column are written; texts that are no numbers do not count."""
    proof = {",": "", ".": ""}
    undecided: list[str] = []
    for text in texts:
        parts = _parts(text)
        decimal = _decimal_sign(parts.body) if parts else None
        if decimal == "":
            undecided.append(text)
        elif decimal in proof:
            proof[decimal] = proof[decimal] or text
    return Decision(_style(proof, bool(undecided)), proof[","], proof["."], tuple(undecided))


def _style(proof: dict[str, str], undecided: bool) -> Style:
    if proof[","] and proof["."]:
        return Style.MIXED
    if proof[","] or proof["."]:
        return Style.COMMA if proof[","] else Style.DOT
    return Style.AMBIGUOUS if undecided else Style.PLAIN


def fixed(style: str) -> Decision:
    """The decision of a person: "comma" or "dot"."""
    return Decision(Style(style))


def is_nothing(value: Value) -> bool:
    """Whether a cell says that there is no figure: blank, or a dash, dots, n/a and the like."""
    if value is None:
        return True
    if not isinstance(value, str):
        return False
    bare = value.strip(_BLANKS).lower()
    return bare in _NOTHING or not bare.strip(_MINUS)


def figure(value: Value, decision: Decision) -> Figure:
    """The number in a cell, whether the cell holds a number or a text.

    Raises NotANumberError for dates, truth values, blanks and texts that are no number as the column decides.
    """
    if isinstance(value, bool | dt.date | dt.time | dt.timedelta):
        raise NotANumberError(f"a {_kind(value)}, not a number")
    if isinstance(value, int | float):
        return Figure(float_text(value))
    parts = _parts(value or "")
    if parts is None:
        raise NotANumberError("blank, not a number" if is_nothing(value) else "a text, not a number")
    number = _exact(parts.body, decision)
    sign = "-" if parts.negative and Decimal(number) else ""
    return Figure(sign + number, parts.percent, parts.mark)


def to_number(text: str, decision: Decision) -> str:
    """The exact number in a text, with a dot before its decimals. Raises NotANumberError: see `figure`."""
    return figure(text, decision).number


def float_text(value: float) -> str:
    """The exact text of a number from a cell: the shortest that gives the same double, without exponent.

    Binary noise goes (0.30000000000000004 is 0.3); digits of single precision stay (8.674999237060547), since
    nothing proves that 8.675 was meant. Raises NotANumberError for infinities and the like.
    """
    number = Decimal(repr(value))
    if not number.is_finite():
        raise NotANumberError("an infinite or undefined value, not a number")
    if len(number.as_tuple().digits) > _SHOWN_DIGITS and isinstance(value, float):
        shown = Decimal(f"{value:.{_SHOWN_DIGITS}g}").normalize()
        if len(shown.as_tuple().digits) <= _SHORT_DIGITS:
            number = shown
    return _positional(_without_noughts(number) if isinstance(value, float) else number)


def scaled(number: str, factor: float) -> str:
    """A number times a factor, exactly: "94.17" by 0.01 is "0.9417". Noughts that only the factor adds go."""
    by = _without_noughts(Decimal(float_text(factor)))
    return _positional(Decimal(number) * by)


def _positional(number: Decimal) -> str:
    text = f"{number:f}"
    return text[1:] if text.startswith("-") and not number else text


def _without_noughts(number: Decimal) -> Decimal:
    """The same number without noughts at the end: doubles and factors have no printed decimals."""
    return number.normalize()


def _kind(value: Value) -> str:
    return "truth value" if isinstance(value, bool) else "date or time"


def _parts(text: str) -> _Parts | None:
    """Take sign, percent sign and footnote mark off; None when no digits with separators are left."""
    bare = text.strip().lstrip(_APOSTROPHES).strip()
    bare, mark = _take(bare, _MARK)
    bare, percent = _take(bare, _PERCENT)
    if percent and not mark:
        bare, mark = _take(bare, _MARK)
    negative = bare[:1] != "" and bare[0] in _MINUS
    if bare[:1] and bare[0] in _MINUS + "+":
        bare = bare[1:].lstrip()
    if not re.fullmatch(rf"[0-9.,eE+\-{_BLANKS}{_APOSTROPHES}]*[0-9]", bare):
        return None
    if _decimal_sign(bare) is None and not _is_whole(bare):
        return None
    return _Parts(bare, negative, bool(percent), mark)


def _take(text: str, pattern: re.Pattern[str]) -> tuple[str, str]:
    """A text without what the pattern finds at its end, and that."""
    match = pattern.search(text)
    return (text[: match.start()].rstrip(), match[0].strip()) if match and match.start() else (text, "")


def _is_whole(body: str) -> bool:
    """Digits alone, or grouped by blanks or apostrophes."""
    return bool(_PLAIN.fullmatch(body) or _SPACED.fullmatch(body))


def _decimal_sign(body: str) -> str | None:
    """The sign before the decimals that a number proves; "" when it may be either; None when it has none."""
    for sign, other in _OTHER.items():
        whole, found, decimals = body.rpartition(sign)
        if not found or other in decimals:
            continue
        if _SCIENTIFIC.fullmatch(body):
            return sign
        if not _PLAIN.fullmatch(decimals):
            return None
        if other in whole:
            return sign if _GROUPED[other].fullmatch(whole) else None
        if _GROUPED[sign].fullmatch(body):
            if body.count(sign) > 1:
                return other
            return sign if whole.startswith("0") else ""
        return sign if not whole or _is_whole(whole) else None
    return None


def _exact(body: str, decision: Decision) -> str:
    """The digits of a number as its column decides."""
    proves = _decimal_sign(body)
    if proves is None:
        digits = re.sub(rf"[{_BLANKS}{_APOSTROPHES}]", "", body)
        return _positional(Decimal(digits))
    if decision.style is Style.PLAIN:
        raise NotANumberError("a number with a separator that its column does not explain")
    if not decision.usable:
        raise NotANumberError(f"a number that can be read two ways: {decision.why}")
    sign = "," if decision.style is Style.COMMA else "."
    if proves and proves != sign:
        raise NotANumberError(
            f"a number written otherwise than its column ({decision.why or decision.style})"
        )
    digits = re.sub(rf"[{_BLANKS}{_APOSTROPHES}{re.escape(_OTHER[sign])}]", "", body)
    return _positional(Decimal(digits.replace(sign, ".")))
