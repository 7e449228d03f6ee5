"""Numbers written as texts: the sign before the decimals is decided for a whole column, or refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

_SPACE: Final = "[ \u00a0\u2009\u202f]"
_WHOLE: Final = re.compile(rf"[+-]?(\d+|[1-9]\d{{0,2}}({_SPACE}\d{{3}})+)")
# Text of a number by decimal sign: plain decimals, or thousands with the other sign or a blank.
_PLAIN: Final = {",": re.compile(r"[+-]?\d+,\d+"), ".": re.compile(r"[+-]?\d+\.\d+")}
_GROUPED: Final = {
    ",": re.compile(rf"[+-]?[1-9]\d{{0,2}}((\.\d{{3}})+|({_SPACE}\d{{3}})+)(,\d+)?"),
    ".": re.compile(rf"[+-]?[1-9]\d{{0,2}}((,\d{{3}})+|({_SPACE}\d{{3}})+)(\.\d+)?"),
}
_SIGNS: Final = re.compile(r"[., ]")
_OTHER: Final = {",": ".", ".": ","}


class Style(StrEnum):
    """The sign before the decimals in a column of texts; NONE: only whole numbers; BOTH: some texts have the
    one and some the other; AMBIGUOUS: every text with a sign could be read either way (1.234)."""

    COMMA = ","
    DOT = "."
    NONE = "none"
    BOTH = "both"
    AMBIGUOUS = "ambiguous"


def _reads(text: str, sign: str) -> bool:
    return bool(_WHOLE.fullmatch(text) or _PLAIN[sign].fullmatch(text) or _GROUPED[sign].fullmatch(text))


def tidy(text: str) -> str:
    """A text with plain minus and without blanks around."""
    return text.strip().replace("\u2212", "-")


def decide(texts: Iterable[str]) -> Style:
    """The style of a column: texts that read under one sign only decide it."""
    votes = [(_reads(text, ","), _reads(text, ".")) for text in texts if not _WHOLE.fullmatch(text)]
    comma = any(c and not d for c, d in votes)
    dot = any(d and not c for c, d in votes)
    if comma and dot:
        return Style.BOTH
    if comma or dot:
        return Style.COMMA if comma else Style.DOT
    return Style.AMBIGUOUS if any(c and d for c, d in votes) else Style.NONE


def is_doubtful(text: str, style: Style, others: Iterable[str]) -> bool:
    """Whether a text that reads as thousands (91.234 among 92,18) may be decimals of the other kind: so it is
    where no other text of the column has thousands and some have decimals without them."""
    if style not in (Style.COMMA, Style.DOT) or not _PLAIN[_OTHER[style]].fullmatch(text):
        return False
    rest = [other for other in others if other != text and not _PLAIN[_OTHER[style]].fullmatch(other)]
    return any(_PLAIN[style].fullmatch(other) for other in rest) and not any(
        _GROUPED[style].fullmatch(other) and len(_SIGNS.findall(other)) > 1 for other in rest
    )


def number_of(text: str, style: Style) -> str:
    """The number with a dot before the decimals, digits as printed; blank if it is none in that style."""
    sign = style.value if style in (Style.COMMA, Style.DOT) else "."
    if not _reads(text, sign):
        return ""
    bare = re.sub(_SPACE, "", text).replace(_OTHER[sign], "") if not _PLAIN[sign].fullmatch(text) else text
    return bare.replace(",", ".").removeprefix("+")
