"""Lost points, largest first: what is missing to the maximum, as sorted bars from zero."""

from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import pandas as pd

from layouts import text, theme
from layouts.figures.template import Figure, axis, figure, hidden_axis, text_font

ROW = 44
NAME_WIDTH = 30  # characters a line of a component's name


@dataclass(frozen=True)
class LostOptions:
    """`decimals` of the points; `left` pixels for the names."""

    decimals: int = 2
    left: int = 230


def lost(frame: pd.DataFrame, options: LostOptions, lang: str) -> Figure:
    """Bars of lost points.

    `frame`: name, length (what a bar measures, from zero), lost, max_score, lost_share (of all lost points,
    0-1), in the order to draw. Each bar says "mất 3,44/16,5 điểm" and its share, so that no axis is needed.
    """
    words = [_words(row, options, lang) for row in frame.to_dict("records")]
    top = float(frame["length"].max()) if len(frame) else 1.0
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": frame["length"].tolist(),
        "y": list(range(len(frame))),
        "width": 0.46,
        "marker": {"color": theme.ORANGES[3], "line": {"color": theme.ORANGES[4], "width": 0.5}},
        "text": words,
        "textposition": "outside",
        "textfont": text_font("sm", theme.INK),
        "cliponaxis": False,
        "customdata": frame["name"].tolist(),
        "hovertemplate": "%{customdata}<br>%{text}<extra></extra>",
    }
    names = ["<br>".join(wrap(str(name), NAME_WIDTH)[:2]) for name in frame["name"]]
    return figure(
        [bars],
        lang,
        12 + ROW * max(len(frame), 1),
        margin={"l": options.left, "r": 8, "t": 4, "b": 4},
        xaxis=hidden_axis(range=[0, (top or 1) * 2.1]),
        yaxis=axis(
            range=[len(frame) - 0.5, -0.5],
            tickvals=list(range(len(frame))),
            ticktext=names,
            ticklabelstandoff=6,
            tickfont=text_font("sm", theme.INK),
        ),
    )


def _words(row: dict[str, Any], options: LostOptions, lang: str) -> str:
    """ "mất 3,44/16,5 điểm · 41,2%"."""
    points = text.t(
        "components.lost_points",
        lang,
        lost=text.number(row["lost"], options.decimals, lang),
        most=text.number(row["max_score"], trimmed(row["max_score"]), lang),
    )
    return f"{points} · {text.percent(row['lost_share'], 1, lang)}" if text.has(row["lost_share"]) else points


def trimmed(value: float) -> int:
    """Decimals a maximum needs: 16.5 -> 1, 10 -> 0, 3.333 -> 3."""
    shown = f"{float(value):.3f}".rstrip("0")
    return len(shown.partition(".")[2])
