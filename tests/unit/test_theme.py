"""The palette: contrast of every text and mark on its paper, in both themes; a dark twin for every colour."""

from __future__ import annotations

import pytest

from layouts import theme

THEMES = {"light": theme.LIGHT, "dark": theme.DARK}
TEXTS = ("ink", "muted", "own", "up", "down", "blue-6")
MARKS = ("faint", "edge", "blue", "blue-4", "down-mark")


def luminance(color: str) -> float:
    """Relative luminance of "#rrggbb" (WCAG 2.2)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_texts_can_be_read(name: str) -> None:
    tokens = THEMES[name]
    weak = {
        (text, paper): round(contrast(tokens[text], tokens[paper]), 2)
        for text in TEXTS
        for paper in ("paper", "shade")
        if contrast(tokens[text], tokens[paper]) < 4.5
    }
    assert weak == {}
    assert contrast(tokens["own"], tokens["own-tint"]) >= 4.5
    assert contrast(tokens["down"], tokens["orange-0"]) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_marks_can_be_seen(name: str) -> None:
    tokens = THEMES[name]
    assert {
        m: contrast(tokens[m], tokens["paper"]) for m in MARKS if contrast(tokens[m], tokens["paper"]) < 3
    } == {}


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("ramp", ["blue", "orange"])
def test_a_ramp_stands_out_more_with_every_step(name: str, ramp: str) -> None:
    tokens = THEMES[name]
    steps = [contrast(tokens[key], tokens["paper"]) for key in tokens if key.startswith(f"{ramp}-")]
    assert steps == sorted(steps)


def test_every_colour_has_a_dark_twin() -> None:
    assert theme.LIGHT.keys() == theme.DARK.keys()
    rules = theme.css_variables()
    assert all(f"fill: {theme._rgb(color)}" in rules for color in theme.LIGHT.values())
    assert all(f'tspan[style*="fill:{color}"]' in rules for color in theme.LIGHT.values()), "words in a key"


def test_the_dark_theme_is_for_screens_only() -> None:
    rules = theme.css_variables()
    assert rules.index("@media screen") < rules.index(theme.DARK_ROOT)
