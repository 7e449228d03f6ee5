"""Digits of one width: metrics change, outlines do not."""

from __future__ import annotations

import struct
from pathlib import Path

import fontpkg_be_vietnam_pro
import pytest

from layouts.tabular import DIGITS, _glyph, _tables, tabular

FONTS = sorted(Path(fontpkg_be_vietnam_pro.ROOT).rglob("*-Regular.ttf"))


def widths(font: bytes) -> list[int]:
    """Advance width of each digit."""
    tables = dict(_tables(font))
    glyphs = [_glyph(font, tables[b"cmap"], digit) for digit in DIGITS]
    return [struct.unpack_from(">H", font, tables[b"hmtx"] + 4 * glyph)[0] for glyph in glyphs]


def test_all_digits_get_the_width_of_zero() -> None:
    font = FONTS[0].read_bytes()
    assert len(set(widths(font))) > 1
    changed = tabular(font)
    assert set(widths(changed)) == {widths(font)[0]}


def test_only_digit_metrics_change() -> None:
    font = FONTS[0].read_bytes()
    changed = tabular(font)
    assert len(changed) == len(font)
    differing = [n for n, (a, b) in enumerate(zip(font, changed, strict=True)) if a != b]
    assert 0 < len(differing) <= 4 * len(DIGITS)
    tables = dict(_tables(font))
    assert min(differing) >= tables[b"hmtx"]


def test_another_file_is_refused() -> None:
    with pytest.raises(ValueError):
        tabular(b"no font at all")
