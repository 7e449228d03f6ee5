"""Design tokens: one palette, one type scale, one spacing; for CSS, Mantine and Plotly alike.

Blue to orange means change, blue alone means amount, one magenta means "our province" and nothing else;
every meaning is carried by a word or a shape as well. All text colours reach 4.5:1 on white, marks 3:1.
"""

from typing import Any

FONT = "Be Vietnam Pro"
FONT_STACK = f"'{FONT}', system-ui, 'Segoe UI', 'Noto Sans', Arial, sans-serif"

INK = "#17212b"
MUTED = "#54606d"
FAINT = "#7d8894"  # marks only: 3.6:1
LINE = "#dde2e7"
SHADE = "#f5f7f9"
PAPER = "#ffffff"

OWN = "#b3125f"
OWN_TINT = "#fbeef4"
BLUES = ("#f0f5fb", "#d6e5f4", "#abcae8", "#76a8d8", "#4484c2", "#1f63a5", "#144a80", "#0c3259")
BLUE = BLUES[5]
UP = BLUES[5]
DOWN = "#a5480c"
DOWN_MARK = "#cf6d29"
ORANGES = ("#fdf3ec", "#f8d9c2", "#eeb488", "#e08f52", "#cf6d29", "#a5480c", "#7a3409")
DIVERGING = (ORANGES[5], ORANGES[3], ORANGES[1], "#f2f3f4", BLUES[1], BLUES[3], BLUES[5])

SIZES = {"xs": 12, "sm": 13, "md": 15, "lg": 18, "xl": 22, "h2": 20, "h1": 30, "figure": 34}
SPACE = {"xs": 4, "sm": 8, "md": 16, "lg": 24, "xl": 40}
RADIUS = 4

MANTINE: dict[str, Any] = {
    "fontFamily": FONT_STACK,
    "fontFamilyMonospace": "ui-monospace, 'Cascadia Mono', Consolas, monospace",
    "headings": {"fontFamily": FONT_STACK, "fontWeight": "700"},
    "primaryColor": "blue",
    "primaryShade": 6,
    "colors": {"blue": [PAPER, *BLUES[:2], *BLUES[2:], "#08223d"]},
    "defaultRadius": RADIUS,
    "black": INK,
    "fontSizes": {name: f"{SIZES[name] / 16}rem" for name in ("xs", "sm", "md", "lg", "xl")},
    "lineHeights": {"xs": "1.4", "sm": "1.45", "md": "1.5", "lg": "1.5", "xl": "1.4"},
    "components": {"Select": {"defaultProps": {"size": "sm"}}},
}


def css_variables() -> str:
    """The tokens as a `:root{...}` rule, so that the style sheets name no colour or size themselves."""
    plain = {
        "ink": INK, "muted": MUTED, "faint": FAINT, "line": LINE, "shade": SHADE, "paper": PAPER,
        "own": OWN, "own-tint": OWN_TINT, "up": UP, "down": DOWN, "down-mark": DOWN_MARK, "blue": BLUE,
        "font": FONT_STACK, "radius": f"{RADIUS}px",
    }  # fmt: skip
    ramps = {f"blue-{i}": c for i, c in enumerate(BLUES)} | {f"orange-{i}": c for i, c in enumerate(ORANGES)}
    sizes = {f"size-{name}": f"{px / 16}rem" for name, px in SIZES.items()}
    spaces = {f"space-{name}": f"{px / 16}rem" for name, px in SPACE.items()}
    rules = plain | ramps | sizes | spaces
    return ":root{" + ";".join(f"--{name}:{value}" for name, value in rules.items()) + "}"
