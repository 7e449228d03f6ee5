"""Digits of one width for tables: the house font has none, so its digits are given one by their metrics.

A TrueType font keeps the width and left bearing of each glyph in its `hmtx` table; outlines follow them.
Only those numbers change here: the outlines, and all other glyphs, stay as they are.
"""

import struct
from collections.abc import Iterator

DIGITS = range(ord("0"), ord("9") + 1)


def tabular(font: bytes) -> bytes:
    """The same TrueType font with every digit as wide as its zero, centred; ValueError for another format."""
    tables = dict(_tables(font))
    if not {b"cmap", b"hhea", b"hmtx"} <= tables.keys():
        raise ValueError("not a TrueType font with horizontal metrics")
    glyphs = [_glyph(font, tables[b"cmap"], digit) for digit in DIGITS]
    (count,) = struct.unpack_from(">H", font, tables[b"hhea"] + 34)
    if max(glyphs) >= count:
        raise ValueError("a digit has no width of its own")
    places = [tables[b"hmtx"] + 4 * glyph for glyph in glyphs]
    (width, _) = struct.unpack_from(">Hh", font, places[0])
    changed = bytearray(font)
    for place in places:
        advance, bearing = struct.unpack_from(">Hh", font, place)
        struct.pack_into(">Hh", changed, place, width, bearing + (width - advance) // 2)
    return bytes(changed)


def _tables(font: bytes) -> Iterator[tuple[bytes, int]]:
    """Tag and offset of each table."""
    if font[:4] != b"\0\1\0\0":
        return
    (count,) = struct.unpack_from(">H", font, 4)
    for entry in range(12, 12 + 16 * count, 16):
        yield font[entry : entry + 4], struct.unpack_from(">I", font, entry + 8)[0]


def _glyph(font: bytes, cmap: int, code: int) -> int:
    """Glyph number of a character of the basic plane (cmap subtable of format 4)."""
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    offsets = [struct.unpack_from(">I", font, cmap + 8 + 8 * n)[0] for n in range(count)]
    table = next((cmap + o for o in offsets if struct.unpack_from(">H", font, cmap + o)[0] == 4), None)
    if table is None:
        raise ValueError("no character map of format 4")
    (size,) = struct.unpack_from(">H", font, table + 6)
    ends, starts, deltas, ranges = (
        table + 14 + (size + 2 if n else 0) + size * max(0, n - 1) for n in range(4)
    )
    for at in range(0, size, 2):
        end, start = (
            struct.unpack_from(">H", font, ends + at)[0],
            struct.unpack_from(">H", font, starts + at)[0],
        )
        if start <= code <= end:
            (delta,) = struct.unpack_from(">h", font, deltas + at)
            (offset,) = struct.unpack_from(">H", font, ranges + at)
            place = ranges + at + offset + 2 * (code - start)
            found = struct.unpack_from(">H", font, place)[0] if offset else code
            return (found + delta) % 65536
    raise ValueError(f"no glyph for {chr(code)}")
