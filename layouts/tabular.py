"""Digits of one width for tables: the house font has none, so its digits are given one by their metrics.

A TrueType font keeps the width and left bearing of each glyph in its `hmtx` table and the outlines in `glyf`,
at the places that `loca` gives. Widths of digits change, their outlines stay as they are; outlines of all
other glyphs and what only those need (pairs, ligatures) are left out: pages take nothing but digits from it.
"""

import struct
from collections.abc import Iterator

DIGITS = range(ord("0"), ord("9") + 1)
NEEDED = (b"cmap", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp")
LEFT_OUT = (b"DSIG", b"GDEF", b"GPOS", b"GSUB", b"kern")
_ADJUSTMENT = 8  # where `head` keeps a sum over the whole file, which no browser looks at: 0


def tabular(font: bytes) -> bytes:
    """The digits of a TrueType font, each as wide as its zero, centred; ValueError for another format."""
    tables = dict(_tables(font))
    if not set(NEEDED) <= tables.keys():
        raise ValueError("not a TrueType font with outlines and horizontal metrics")
    glyphs = [_glyph(tables[b"cmap"], digit) for digit in DIGITS]
    kept = {tag: body for tag, body in tables.items() if tag not in LEFT_OUT}
    kept[b"hmtx"] = _one_width(tables, glyphs)
    kept[b"loca"], kept[b"glyf"] = _outlines(tables, set(glyphs))
    return _file(kept)


def _tables(font: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Tag and content of each table."""
    if font[:4] != b"\0\1\0\0":
        return
    (count,) = struct.unpack_from(">H", font, 4)
    for entry in range(12, 12 + 16 * count, 16):
        offset, size = struct.unpack_from(">II", font, entry + 8)
        yield font[entry : entry + 4], font[offset : offset + size]


def _one_width(tables: dict[bytes, bytes], glyphs: list[int]) -> bytes:
    """The metrics with every digit as wide as the first one."""
    (count,) = struct.unpack_from(">H", tables[b"hhea"], 34)
    if max(glyphs) >= count:
        raise ValueError("a digit has no width of its own")
    changed = bytearray(tables[b"hmtx"])
    (width,) = struct.unpack_from(">H", changed, 4 * glyphs[0])
    for glyph in glyphs:
        advance, bearing = struct.unpack_from(">Hh", changed, 4 * glyph)
        struct.pack_into(">Hh", changed, 4 * glyph, width, bearing + (width - advance) // 2)
    return bytes(changed)


def _outlines(tables: dict[bytes, bytes], glyphs: set[int]) -> tuple[bytes, bytes]:
    """`loca` and `glyf` with the outlines of these glyphs only; the others are empty."""
    (long,) = struct.unpack_from(">h", tables[b"head"], 50)
    (count,) = struct.unpack_from(">H", tables[b"maxp"], 4)
    size = 1 if long else 2  # short places are given in pairs of bytes
    form = f">{count + 1}{'I' if long else 'H'}"
    places = [place * size for place in struct.unpack_from(form, tables[b"loca"])]
    now, outlines = [0], b""
    for glyph in range(count):
        own = tables[b"glyf"][places[glyph] : places[glyph + 1]] if glyph in glyphs else b""
        if own and struct.unpack_from(">h", own)[0] < 0:
            raise ValueError("a digit is made of other glyphs")
        outlines += own
        now.append(len(outlines))
    return struct.pack(form, *(place // size for place in now)), outlines


def _file(tables: dict[bytes, bytes]) -> bytes:
    """A font file of these tables."""
    head = bytearray(tables[b"head"])
    struct.pack_into(">I", head, _ADJUSTMENT, 0)
    count, power = len(tables), len(tables).bit_length() - 1
    search = 16 << power
    start = struct.pack(">IHHHH", 0x10000, count, search, power, 16 * count - search)
    entries, bodies, at = b"", b"", 12 + 16 * count
    for tag, body in sorted((tables | {b"head": bytes(head)}).items()):
        padded = body + bytes(-len(body) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        entries += struct.pack(">4sIII", tag, total, at + len(bodies), len(body))
        bodies += padded
    return start + entries + bodies


def _glyph(cmap: bytes, code: int) -> int:
    """Glyph number of a character of the basic plane (cmap subtable of format 4)."""
    (count,) = struct.unpack_from(">H", cmap, 2)
    offsets = [struct.unpack_from(">I", cmap, 8 + 8 * n)[0] for n in range(count)]
    table = next((o for o in offsets if struct.unpack_from(">H", cmap, o)[0] == 4), None)
    if table is None:
        raise ValueError("no character map of format 4")
    (size,) = struct.unpack_from(">H", cmap, table + 6)
    ends, starts, deltas, ranges = (
        table + 14 + (size + 2 if n else 0) + size * max(0, n - 1) for n in range(4)
    )
    for at in range(0, size, 2):
        end, start = (
            struct.unpack_from(">H", cmap, ends + at)[0],
            struct.unpack_from(">H", cmap, starts + at)[0],
        )
        if start <= code <= end:
            (delta,) = struct.unpack_from(">h", cmap, deltas + at)
            (offset,) = struct.unpack_from(">H", cmap, ranges + at)
            place = ranges + at + offset + 2 * (code - start)
            found = struct.unpack_from(">H", cmap, place)[0] if offset else code
            return (found + delta) % 65536
    raise ValueError(f"no glyph for {chr(code)}")
