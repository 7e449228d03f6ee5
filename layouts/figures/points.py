"""Points against their maximum, a bar a group: what is known, what was missed, what nobody can tell yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from layouts import theme
from layouts.figures.lost import row_height, row_names
from layouts.figures.template import Figure, figure, hidden_axis, text_font

BAR = 0.3  # of a row


@dataclass(frozen=True)
class Points:
    """One bar: its name, points got, points missed, points left open, and what it says at its end."""

    name: str
    got: float
    missed: float
    open: float
    words: str


@dataclass(frozen=True)
class Legend:
    """What the three parts of a bar are called."""

    got: str
    missed: str
    open: str


def points(bars: Sequence[Points], legend: Legend, lang: str) -> Figure:
    """Stacked bars in the order given, names over them, words behind them."""
    names = pd.Series([bar.name for bar in bars], dtype=str)
    longest = max((bar.got + bar.missed + bar.open for bar in bars), default=1.0)
    parts = (
        (legend.got, [bar.got for bar in bars], {"color": theme.BLUES[5]}),
        (legend.missed, [bar.missed for bar in bars], {"color": theme.ORANGES[3]}),
        (legend.open, [bar.open for bar in bars], _hatched()),
    )
    traces = [_trace(name, values, marker) for name, values, marker in parts]
    traces[-1] |= {
        "text": [bar.words for bar in bars],
        "textposition": "outside",
        "textfont": text_font("sm", theme.INK),
        "cliponaxis": False,
    }
    return figure(
        traces,
        lang,
        36 + row_height(names) * max(len(bars), 1),
        margin={"l": 0, "r": 4, "t": 32, "b": 4},
        barmode="stack",
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1,
            "yanchor": "bottom",
            "font": text_font("sm"),
            "traceorder": "normal",
        },
        xaxis=hidden_axis(range=[0, longest * 1.9]),
        yaxis=hidden_axis(range=[len(bars) - 0.7, -0.8]),
        annotations=row_names(names, BAR / 2),
    )


def _trace(name: str, values: list[float], marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": values,
        "y": list(range(len(values))),
        "width": BAR,
        "marker": marker,
        "hovertemplate": f"{name}: %{{x:.2f}}<extra></extra>",
    }


def _hatched() -> dict[str, Any]:
    """Open points are neither got nor missed: an empty bar with an edge."""
    return {"color": theme.TRACK, "line": {"color": theme.EDGE, "width": 1}}
