"""A profile as a web: only for readers who ask for it; the dots beside it are easier to read."""

from collections.abc import Sequence
from dataclasses import dataclass

from layouts import text, theme
from layouts.figures.template import Figure, figure, text_font


@dataclass(frozen=True)
class Web:
    """One shape: a name, a colour, and its shares of the maximum (0-1, None: not published) by component."""

    name: str
    color: str
    shares: Sequence[float | None]
    own: bool = False


def radar(webs: Sequence[Web], names: Sequence[str], lang: str) -> Figure:
    """Shares of the maximum around a circle, the rim is the full score."""
    angles = [*names, names[0]]
    ticks = [0.25, 0.5, 0.75, 1.0]
    data = [
        {
            "type": "scatterpolar",
            "mode": "lines+markers",
            "r": [*web.shares, web.shares[0]],
            "theta": angles,
            "name": web.name,
            "connectgaps": False,
            "line": {"color": web.color, "width": 3 if web.own else 1.5},
            "marker": {"size": 6 if web.own else 4, "color": web.color},
            "hovertemplate": "%{fullData.name}<br>%{theta}: %{r:.1%}<extra></extra>",
        }
        for web in sorted(webs, key=lambda web: web.own)
    ]
    return figure(
        data,
        lang,
        430,
        margin={"l": 110, "r": 110, "t": 40, "b": 60},
        showlegend=True,
        legend={"orientation": "h", "y": -0.12, "font": text_font("xs", theme.INK)},
        polar={
            "bgcolor": "rgba(0,0,0,0)",
            "radialaxis": {
                "range": [0, 1], "tickvals": ticks, "ticktext": [text.percent(n, 0, lang) for n in ticks],
                "gridcolor": theme.LINE, "tickfont": text_font("xs"), "linecolor": theme.LINE, "angle": 90,
                "tickangle": 90,
            },
            "angularaxis": {
                "gridcolor": theme.LINE, "linecolor": theme.LINE, "tickfont": text_font("xs", theme.INK),
                "direction": "clockwise", "rotation": 90,
            },
        },
    )  # fmt: skip
