"""Lost points, largest first: what is missing to the maximum, as sorted bars from zero."""

from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import pandas as pd

from layouts import text, theme
from layouts.figures.template import Figure, figure, hidden_axis, note, text_font
from layouts.frames import as_rows

ROW = 52  # pixels: a name over its bar, so that bars have the whole width on any screen
NAME_WIDTH = 46  # characters after which a name takes a second line
BAR = 0.3  # of a row


@dataclass(frozen=True)
class LostOptions:
    """`decimals` of the points."""

    decimals: int = 2


def lost(frame: pd.DataFrame, options: LostOptions, lang: str) -> Figure:
    """Bars of lost points.

    `frame`: name, length (what a bar measures, from zero), lost, max_score, lost_share (of all lost points,
    0-1), in the order to draw. Each bar says "mất 3,44/16,5 điểm" and its share, so that no axis is needed.
    """
    words = [_words(row, options, lang) for row in as_rows(frame)]
    top = float(frame["length"].max()) if len(frame) else 1.0
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": frame["length"].tolist(),
        "y": list(range(len(frame))),
        "width": BAR,
        "marker": {"color": theme.ORANGES[3], "line": {"color": theme.ORANGES[4], "width": 0.5}},
        "text": words,
        "textposition": "outside",
        "textfont": text_font("sm", theme.INK),
        "cliponaxis": False,
        "customdata": frame["name"].tolist(),
        "hovertemplate": "%{customdata}<br>%{text}<extra></extra>",
    }
    return figure(
        [bars],
        lang,
        8 + row_height(frame["name"]) * max(len(frame), 1),
        margin={"l": 0, "r": 4, "t": 4, "b": 4},
        xaxis=hidden_axis(range=[0, (top or 1) * 2.1]),
        yaxis=hidden_axis(range=[len(frame) - 0.7, -0.8]),
        annotations=row_names(frame["name"], BAR / 2),
    )


def row_height(names: pd.Series) -> int:
    """Pixels a row: more where a name takes a second line, so that it does not touch the bar above."""
    return ROW + (18 if any(len(str(name)) > NAME_WIDTH for name in names) else 0)


def row_names(names: pd.Series, above: float) -> list[dict[str, Any]]:
    """Names at the left edge, each over its row by `above` (of a row)."""
    return [
        note(
            0,
            n - above,
            "<br>".join(wrap(str(name), NAME_WIDTH)[:2]),
            xref="paper",
            xanchor="left",
            yanchor="bottom",
            align="left",
            font=text_font("sm", theme.INK),
        )
        for n, name in enumerate(names)
    ]


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
