"""The encoding and the separator of a text table, told from its content."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections import Counter
from typing import Final

from etl.readers.legacy import legacy_font, share_of_sense
from etl.readers.refusal import RefusedError, foreign

# Byte order marks, the longer before the shorter that begins alike.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_VIETNAMESE: Final = "cp1258"
# How people call the encodings, where their name differs from Python's.
NAMES: Final = {"utf-8-sig": "UTF-8 with BOM", "utf-8": "UTF-8", _VIETNAMESE: "Windows-1258"}
SEPARATORS: Final = ("\t", ";", "|", ",")
_SAMPLE_ROWS: Final = 60
_MOST_CONTROLS: Final = 0.005
_SENSE: Final = 0.8
_UTF8_HINT: Final = "save it as CSV UTF-8 (Excel: Save As > CSV UTF-8)"


def encoding_of(head: bytes, whole: bool) -> str:
    """Name of the codec of a text file, from its beginning (`whole`: that is all of it).

    Raises RefusedError when it is no text, typed for an old font, or in an encoding that cannot be told.
    """
    codec = next((name for mark, name in _MARKS if head.startswith(mark)), "") or _utf16(head)
    if not codec and b"\x00" in head:
        raise foreign("a file that is no text")
    if not codec:
        codec = "utf-8" if _decodes(head, "utf-8", whole) else _eight_bit(head)
    elif not _decodes(head, codec, whole):
        raise _unknown(head)
    _check_text(head.decode(codec, "ignore"))
    return codec


def _decodes(head: bytes, codec: str, whole: bool) -> bool:
    """Whether bytes are valid in a codec; the last letter of a mere beginning may be cut."""
    try:
        codecs.getincrementaldecoder(codec)().decode(head, final=whole)
    except UnicodeError:
        return False
    return True


def _utf16(head: bytes) -> str:
    """UTF-16 without a mark: every other byte of Latin text is nought."""
    half = max(len(head) // 2, 1)
    if head[1::2].count(0) > 0.4 * half and head[::2].count(0) < 0.05 * half:
        return "utf-16-le"
    if head[::2].count(0) > 0.4 * half and head[1::2].count(0) < 0.05 * half:
        return "utf-16-be"
    return ""


def _eight_bit(head: bytes) -> str:
    """An encoding of one byte a letter: Windows-1258 when that makes sense, never a guess."""
    sense = 0.0
    if _decodes(head, _VIETNAMESE, whole=True):
        sense = share_of_sense(unicodedata.normalize("NFC", head.decode(_VIETNAMESE)))
    if sense >= _SENSE:
        return _VIETNAMESE
    if legacy := legacy_font([head.decode("latin-1")]):
        raise legacy.refusal()
    raise _unknown(head)


def _unknown(head: bytes) -> RefusedError:
    """Bytes that fit no encoding that is read: names the first of them and its row."""
    try:
        head.decode("utf-8")
        at = 0
    except UnicodeDecodeError as error:
        at = error.start
    return RefusedError(
        "The encoding of the text cannot be told",
        place=f"row {head.count(10, 0, at) + 1}",
        found=f"byte 0x{head[at]:02X}" if head else "",
        expected="UTF-8, UTF-16 or Windows-1258",
        hint=_UTF8_HINT,
    )


def _check_text(text: str) -> None:
    """Raises RefusedError when what decodes is no text all the same."""
    controls = sum(letter < " " and letter not in "\t\r\n\f\x1a" for letter in text)
    if "\x00" in text or controls > _MOST_CONTROLS * len(text):
        raise foreign("a file that is no text")


def separator_of(text: str) -> str:
    """The separator of a text table: the one that cuts most rows into the same number of cells."""
    first = text.split("\n", 1)[0].strip()
    if first.lower().startswith("sep=") and first[4:] in SEPARATORS:
        return first[4:]
    return max(SEPARATORS, key=lambda separator: _fit(text, separator))


def _fit(text: str, separator: str) -> int:
    """How well a separator fits: rows of the most frequent width, each counted by the cuts in it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    widths: Counter[int] = Counter()
    try:
        for _, row in zip(range(_SAMPLE_ROWS), reader, strict=False):
            widths[len(row)] += 1
    except csv.Error:
        return 0
    return max((rows * (width - 1) for width, rows in widths.items() if width), default=0)
