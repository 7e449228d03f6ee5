"""Digits of one width: metrics change, outlines do not, and nothing else is in the file."""

from __future__ import annotations

import io
from pathlib import Path

import fontpkg_be_vietnam_pro
import pytest
from PIL import Image, ImageFont

from callbacks.serving import TABULAR, fonts
from layouts.tabular import tabular

FONT = next(iter(sorted(Path(fontpkg_be_vietnam_pro.ROOT).rglob("*-Regular.ttf")))).read_bytes()
DIGITS, OTHERS = "0123456789", "aÂộ,%"
SIZE = 1000  # as many points as the font has units: no rounding


def opened(font: bytes) -> ImageFont.FreeTypeFont:
    """A font as FreeType reads it."""
    return ImageFont.truetype(io.BytesIO(font), SIZE)


def drawn(font: bytes, letter: str) -> bytes:
    """The points of a letter, without the room around it; nothing for an empty one."""
    mask = opened(font).getmask(letter)
    drawing = Image.frombytes("L", mask.size, bytes(mask))
    box = drawing.getbbox()
    return drawing.crop(box).tobytes() if box else b""


def test_all_digits_get_the_width_of_zero() -> None:
    before, after = (opened(font) for font in (FONT, tabular(FONT)))
    assert len({before.getlength(digit) for digit in DIGITS}) > 1
    assert {after.getlength(digit) for digit in DIGITS} == {before.getlength("0")}


def test_digits_look_as_before_and_nothing_else_is_there() -> None:
    changed = tabular(FONT)
    assert [drawn(changed, digit) for digit in DIGITS] == [drawn(FONT, digit) for digit in DIGITS]
    assert all(drawn(FONT, letter) for letter in OTHERS)
    assert not any(drawn(changed, letter) for letter in OTHERS)


@pytest.mark.parametrize("style", TABULAR)
def test_what_is_served_is_small(style: str) -> None:
    held = fonts()
    assert len(held[f"{style}-tabular"]) * 8 < len(held[style])


def test_another_file_is_refused() -> None:
    with pytest.raises(ValueError):
        tabular(b"no font at all")
