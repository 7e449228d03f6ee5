"""What all figures share: font, separators, quiet axes. Plain dicts: small to send and quick to make.

Use: `figure([trace, ...], height=320, xaxis=axis(...))`. Colours come from layouts.theme.
"""

from collections.abc import Iterable
from typing import Any

from layouts import theme

Figure = dict[str, Any]

# Decimal then thousands separator; the charting library's own Vietnamese locale has none.
SEPARATORS = {"vi": ",.", "en": ".,"}

# No logo, no tool bar: downloads stand beside the chart; zooming hides the neighbours a reader compares with.
CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "responsive": True,
    "doubleClick": False,
}


def text_font(size: str = "xs", color: str = theme.MUTED, weight: int = 400) -> dict[str, Any]:
    """A font of the type scale: `size` one of theme.SIZES."""
    return {"family": theme.FONT_STACK, "size": theme.SIZES[size], "color": color, "weight": weight}


def axis(**over: Any) -> dict[str, Any]:
    """A quiet axis: faint grid, no zero line, no zoom. Keywords override."""
    return {
        "showgrid": False, "zeroline": False, "showline": False, "ticks": "", "fixedrange": True,
        "gridcolor": theme.LINE, "tickfont": text_font(), "automargin": False,
    } | over  # fmt: skip


def hidden_axis(**over: Any) -> dict[str, Any]:
    """An axis that only places things."""
    return axis(visible=False) | over


def figure(data: list[dict[str, Any]], lang: str, height: int, **over: Any) -> Figure:
    """A figure of the house: white, no legend, hover in the house font. `over` goes into the layout."""
    layout = {
        "height": height, "margin": {"l": 0, "r": 0, "t": 0, "b": 0}, "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "separators": SEPARATORS[lang],
        "font": text_font(color=theme.INK), "hovermode": "closest", "dragmode": False,
        "hoverlabel": {
            "bgcolor": theme.INK, "bordercolor": theme.INK, "align": "left",
            "font": text_font("sm", theme.PAPER),
        },
        "xaxis": axis(), "yaxis": axis(),
    }  # fmt: skip
    return {"data": data, "layout": layout | over}


def narrow(**paths: Any) -> dict[str, Any]:
    """What of the layout is otherwise in a narrow place (assets/width.js): `a__b` says a.b.

    Each path must stand in the wide layout too, so that a wider place brings it back.
    """
    return {"meta": {"narrow": {path.replace("__", "."): value for path, value in paths.items()}}}


def name_room(words: Iterable[str]) -> int:
    """Pixels at the right for the longest of the words, in the smallest type on the largest screen."""
    return 18 + round(7.4 * max((len(one) for one in words), default=0))


def note(x: Any, y: Any, text: str, **over: Any) -> dict[str, Any]:
    """A label inside a figure, without arrow."""
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": text_font(), "borderpad": 0} | over
