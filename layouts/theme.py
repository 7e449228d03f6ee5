"""Design tokens: one palette, one type scale, one spacing; for CSS, Mantine, AG Grid and Plotly alike.

Blue to orange means change, blue alone means amount, one magenta means "our province" and nothing else;
every meaning is carried by a word or a shape as well. All text colours reach 4.5:1 on the paper, marks 3:1,
in the light and in the dark theme (tests/unit/test_theme.py measures it). Figures are drawn in the light
colours; style rules made here turn each into its dark twin, so that a figure is drawn once for both.
"""

from typing import Any

FONT = "Be Vietnam Pro"
FONT_STACK = f"'{FONT}', system-ui, 'Segoe UI', 'Noto Sans', Arial, sans-serif"

INK = "#17212b"
MUTED = "#54606d"
FAINT = "#7d8894"  # marks only: 3.6:1
LINE = "#dde2e7"
SHADE = "#f5f7f9"
TRACK = "#e7ebef"  # what a bar runs in
CROWD = "#d3d9df"  # lines of everyone else
CROWD_MARK = "#c3cbd3"
EDGE = "#8a95a1"  # borders of what can be pressed: 3:1
PAPER = "#ffffff"

OWN = "#b3125f"
OWN_TINT = "#fbeef4"
BLUES = ("#f0f5fb", "#d6e5f4", "#abcae8", "#76a8d8", "#4484c2", "#1f63a5", "#144a80", "#0c3259")
BLUE = BLUES[5]
UP = BLUES[5]
DOWN = "#a5480c"
DOWN_MARK = "#cf6d29"
ORANGES = ("#fdf3ec", "#f8d9c2", "#eeb488", "#e08f52", "#cf6d29", "#a5480c", "#7a3409")
MIDDLE = "#f2f3f4"

LIGHT = {
    "ink": INK, "muted": MUTED, "faint": FAINT, "line": LINE, "shade": SHADE, "track": TRACK, "crowd": CROWD,
    "crowd-mark": CROWD_MARK, "edge": EDGE, "paper": PAPER, "own": OWN, "own-tint": OWN_TINT, "up": UP,
    "down": DOWN, "down-mark": DOWN_MARK, "blue": BLUE, "middle": MIDDLE,
    **{f"blue-{n}": color for n, color in enumerate(BLUES)},
    **{f"orange-{n}": color for n, color in enumerate(ORANGES)},
}  # fmt: skip
_DARK_BLUES = ("#17212c", "#1c3149", "#22486f", "#2f6aa3", "#5a96d0", "#84b5e4", "#add0f0", "#d6e8f8")
_DARK_ORANGES = ("#2a1f16", "#432c1a", "#6d421f", "#a0612b", "#d5813f", "#f0a667", "#f7cba5")
DARK = {
    "ink": "#e9edf1", "muted": "#a9b4bf", "faint": "#7f8b97", "line": "#2e3842", "shade": "#1a222a",
    "track": "#27313b", "crowd": "#3a4550", "crowd-mark": "#4c5965", "edge": "#77838f", "paper": "#12181e",
    "own": "#f57fb8", "own-tint": "#33202b", "up": _DARK_BLUES[5], "down": _DARK_ORANGES[5],
    "down-mark": _DARK_ORANGES[4], "blue": _DARK_BLUES[5], "middle": "#232c35",
    **{f"blue-{n}": color for n, color in enumerate(_DARK_BLUES)},
    **{f"orange-{n}": color for n, color in enumerate(_DARK_ORANGES)},
}  # fmt: skip
DARK_ROOT = ":root[data-theme=dark]"

SIZES = {"xs": 12, "sm": 13, "md": 15, "lg": 18, "xl": 22, "h2": 20, "h1": 30, "figure": 34}
SPACE = {"xs": 4, "sm": 8, "md": 16, "lg": 24, "xl": 40}
RADIUS = 4

# An open list of options scrolls itself (base.css) and can be reached; Mantine's frame around it cannot.
OWN_SCROLL: dict[str, Any] = {"withScrollArea": False, "attributes": {"options": {"tabIndex": 0}}}

MANTINE: dict[str, Any] = {
    "fontFamily": FONT_STACK,
    "fontFamilyMonospace": "ui-monospace, 'Cascadia Mono', Consolas, monospace",
    "headings": {"fontFamily": FONT_STACK, "fontWeight": "700"},
    "primaryColor": "blue",
    "primaryShade": 6,
    "colors": {
        "blue": [PAPER, *BLUES, "#08223d"],
        # Mantine's dark theme: text, dimmed text, ... down to the paper and below.
        "dark": [
            DARK[n]
            for n in ("ink", "muted", "faint", "edge", "line", "track", "shade", "paper", "paper", "paper")
        ],
    },
    "defaultRadius": RADIUS,
    "black": INK,
    "fontSizes": {name: f"{SIZES[name] / 16}rem" for name in ("xs", "sm", "md", "lg", "xl")},
    "lineHeights": {"xs": "1.4", "sm": "1.45", "md": "1.5", "lg": "1.5", "xl": "1.4"},
    "components": {
        "Select": {"defaultProps": {"size": "sm", **OWN_SCROLL}},
        "MultiSelect": {"defaultProps": OWN_SCROLL},
    },
}


def css_variables() -> str:
    """The tokens as `:root{...}` rules of both themes, so that the style sheets name no colour or size."""
    sizes = {f"size-{name}": f"{px / 16}rem" for name, px in SIZES.items()}
    spaces = {f"space-{name}": f"{px / 16}rem" for name, px in SPACE.items()}
    plain = {"font": FONT_STACK, "radius": f"{RADIUS}px"}
    light = _rule(":root", LIGHT | plain | sizes | spaces)
    # Paper is white whatever the screen was: the dark tokens hold on screens only.
    return f"{light}@media screen{{{_rule(DARK_ROOT, DARK)}{_figures_in_the_dark()}}}"


def _rule(selector: str, variables: dict[str, str]) -> str:
    return selector + "{" + ";".join(f"--{name}:{value}" for name, value in variables.items()) + "}"


def _figures_in_the_dark() -> str:
    """Rules that give each light colour of a figure its dark twin: Plotly writes colours into each mark.

    Colours of heat maps are pixels, which no rule reaches: the figures on them keep their ink.
    """
    tokens = {color: name for name, color in reversed(LIGHT.items())}
    made = []
    for color, name in tokens.items():
        for attribute in ("fill", "stroke"):
            mark = f'{DARK_ROOT} .js-plotly-plot [style*="{attribute}: {_rgb(color)}"]'
            made.append(f"{mark}{{{attribute}:var(--{name})!important}}")
        # Coloured words inside a text keep the colour as it was given.
        words = f'{DARK_ROOT} .js-plotly-plot tspan[style*="fill:{color}"]'
        made.append(f"{words}{{fill:var(--{name})!important}}")
    ink = f"{DARK_ROOT} .js-plotly-plot .heatmap-label text[style]{{fill:{INK}!important}}"
    return "".join([*made, ink])


def _rgb(color: str) -> str:
    """A colour as a browser writes it back: "#17212b" gives "rgb(23, 33, 43)"."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"
