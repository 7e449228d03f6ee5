"""One rule of rounding for screens and documents: halves away from zero, as Excel and browsers show them."""

import math

import pytest

from exports.briefing.words import Words
from indices.rounding import rounded
from layouts.text import arrow, number, signed


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (71.25, 1, 71.3),
        (-71.25, 1, -71.3),
        (0.125, 2, 0.13),
        (2.5, 0, 3),
        (0.1 + 0.15, 1, 0.3),
        (71.2499, 1, 71.2),
    ],
)
def test_halves_go_away_from_zero(value: float, decimals: int, shown: float) -> None:
    assert rounded(value, decimals) == shown


def test_nothing_is_never_negative() -> None:
    assert math.copysign(1, rounded(-0.001, 2)) == 1


@pytest.mark.parametrize("value", [71.25, 0.125, 2.675, -3.45, 88.045, 1234.5])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_screen_and_document_say_the_same(value: float, lang: str) -> None:
    for decimals in (0, 1, 2):
        assert number(value, decimals, lang) == Words(lang).number(value, decimals)


def test_direction_and_sign_follow_what_is_shown() -> None:
    assert (signed(0.05, 1, "vi"), arrow(0.05, 1, "vi"), arrow(-0.04, 1, "vi")) == ("+0,1", "▲ 0,1", "= 0,0")
