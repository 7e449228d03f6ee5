"""Texts typed for the fonts of before Unicode (TCVN3 "ABC", VNI): told by what makes sense as Vietnamese.

Such a text is plain Latin letters and signs that only look right in their own font: "Hµ Néi" is Hà Nội.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from etl.readers.refusal import RefusedError

_TABLES: Final = Path(__file__).with_name("legacy_fonts.json")
_WORD: Final = re.compile("[A-Za-z\u00a1-\u024f\u0300-\u036f\u1e00-\u1eff]{2,}")
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
_ONSET: Final = "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcd\u0111ghklmnprstvx])?"
_CODA: Final = "(?:ch|nh|ng|[ckmnpt])?"
# So many different words must make sense only in the old font, and so large a share of all with signs.
_LEAST_WORDS: Final = 2
_LEAST_SHARE: Final = 0.2


@dataclass(frozen=True)
class Legacy:
    """The old font that texts were typed for: a word as it stands and as it was meant; all such words."""

    font: str
    found: str
    meant: str
    words: frozenset[str]

    def refusal(self, place: str = "") -> RefusedError:
        """What is said to people."""
        return RefusedError(
            f"The texts are typed for an old {self.font} font, not in Unicode",
            place=place,
            found=f"{self.found}, which reads {self.meant} in that font only",
            expected="Unicode texts",
            hint="convert the file to Unicode (UniKey: Ctrl+Shift+F6) and save it again",
        )


def legacy_font(texts: Iterable[str]) -> Legacy | None:
    """The old font that the texts were typed for; None when they make sense as they are."""
    words = words_with_signs(texts)
    strange = [word for word in words if not is_syllable(word)]
    found = [_typed_in(font, strange) for font in tables()]
    best = max(found, key=lambda legacy: len(legacy.words))
    enough = len(best.words) >= max(_LEAST_WORDS, _LEAST_SHARE * len(words))
    return best if enough else None


def words_with_signs(texts: Iterable[str]) -> list[str]:
    """The different words that are not plain ASCII, in the order they come."""
    found: dict[str, None] = {}
    for text in texts:
        if not text.isascii():
            found.update(dict.fromkeys(word for word in _WORD.findall(text) if not word.isascii()))
    return list(found)


def _typed_in(font: str, words: list[str]) -> Legacy:
    meant = {word: converted(word, font) for word in words}
    sense = [word for word in words if meant[word] != word and is_syllable(meant[word])]
    first = sense[0] if sense else ""
    return Legacy(font, first, meant.get(first, ""), frozenset(sense))


def share_of_sense(text: str) -> float:
    """Share of the words with signs that are Vietnamese syllables; 1 when there are none."""
    words = words_with_signs([text])
    return sum(map(is_syllable, words)) / len(words) if words else 1.0


def is_syllable(word: str) -> bool:
    """Whether a word could be a Vietnamese syllable: at most one tone, and letters in a possible order."""
    decomposed = unicodedata.normalize("NFD", word.casefold())
    if sum(letter in _TONES for letter in decomposed) > 1:
        return False
    bare = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))
    return _syllable().fullmatch(bare) is not None


@cache
def _syllable() -> re.Pattern[str]:
    return re.compile(f"{_ONSET}(?:{'|'.join(_data()['vowels'])}){_CODA}")


def converted(text: str, font: str) -> str:
    """A text typed for an old font, in Unicode: pairs of letters before single ones."""
    table = tables()[font]
    out, at = [], 0
    while at < len(text):
        width = 2 if text[at : at + 2] in table and at + 1 < len(text) else 1
        piece = text[at : at + width]
        out.append(table.get(piece, piece))
        at += width
    return "".join(out)


def tables() -> dict[str, dict[str, str]]:
    """Letters of each old font, as a Latin font shows them, and what they mean."""
    fonts: dict[str, dict[str, str]] = _data()["fonts"]
    return fonts


@cache
def _data() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(_TABLES.read_text(encoding="utf-8"))
    return read
