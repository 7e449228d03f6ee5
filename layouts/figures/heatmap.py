"""Provinces by components as a field of colour: who is strong in what, at one look."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import pandas as pd

from layouts import text, theme
from layouts.figures.template import Figure, axis, figure, text_font

ROW = 19  # pixels a province
RAMP = theme.BLUES[:4]  # dark text keeps 4.5:1 on the darkest of these
LINE, PAD = 15, 12  # pixels a line of a component name, and under the names


@dataclass(frozen=True)
class HeatOptions:
    """`by` is share (of the maximum), value or rank; `own` the name of our row; `columns` (code, name) in
    order.
    """

    own: str
    columns: Sequence[tuple[str, str]]
    by: str = "share"
    decimals: int = 1
    scale_title: str = ""


def heatmap(frame: pd.DataFrame, options: HeatOptions, lang: str) -> Figure:
    """Rows in the order given (best first); `frame`: name, then one column a component code with the figure,
    NaN = none.

    Each column is shaded on its own scale, from its lowest to its highest, so that columns with different
    maxima can be read side by side; the figure itself is in the cell. Our row is outlined.
    """
    heads = _heads(options.columns)
    head = PAD + LINE * max(words.count("<br>") + 1 for words in heads)
    names = [f"<b>{name}</b>" if name == options.own else name for name in frame["name"]]
    return figure(
        [_field(frame, options, lang)],
        lang,
        head + 10 + ROW * len(frame),
        margin={"l": 132, "r": 4, "t": head, "b": 6},
        xaxis=axis(
            side="top",
            tickvals=list(range(len(options.columns))),
            ticktext=_heads(options.columns),
            tickangle=0,
        ),
        yaxis=axis(
            range=[len(frame) - 0.5, -0.5],
            tickvals=list(range(len(frame))),
            ticktext=names,
            ticklabelstandoff=6,
            tickfont=text_font("xs", theme.INK),
        ),
        shapes=[
            _outline(n, len(options.columns)) for n, name in enumerate(frame["name"]) if name == options.own
        ],
    )


def _field(frame: pd.DataFrame, options: HeatOptions, lang: str) -> dict[str, Any]:
    codes = [code for code, _ in options.columns]
    values = frame[codes].astype(float)
    shade = _relative(values, reverse=options.by == "rank")
    return {
        "type": "heatmap",
        "z": _lists(shade),
        "x": list(range(len(codes))),
        "y": list(range(len(frame))),
        "text": [[_words(value, options, lang) for value in row] for row in values.to_numpy()],
        "texttemplate": "%{text}",
        "textfont": text_font("xs", theme.INK) | {"size": 11},
        "xgap": 1,
        "ygap": 1,
        "colorscale": [[n / (len(RAMP) - 1), c] for n, c in enumerate(RAMP)],
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "customdata": [[[name, label] for _, label in options.columns] for name in frame["name"]],
        "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}: %{text}<extra></extra>",
        "hoverongaps": False,
    }


def _relative(values: pd.DataFrame, reverse: bool) -> pd.DataFrame:
    low, high = values.min(), values.max()
    place = (values - low) / (high - low).replace(0, 1)
    return 1 - place if reverse else place


def _lists(frame: pd.DataFrame) -> list[list[float | None]]:
    return [[None if pd.isna(value) else round(float(value), 4) for value in row] for row in frame.to_numpy()]


def _words(value: Any, options: HeatOptions, lang: str) -> str:
    if not text.has(value):
        return text.DASH
    if options.by == "share":
        return text.number(100 * value, options.decimals, lang)
    return text.number(value, 0 if options.by == "rank" else options.decimals, lang)


def _heads(columns: Sequence[tuple[str, str]]) -> list[str]:
    """Component names over their columns, on up to four short lines; the table twin has them in full."""
    width = max(10, 110 // max(len(columns), 1))
    made = []
    for _, name in columns:
        lines = wrap(name, width, break_long_words=False)
        made.append("<br>".join(lines[:4]) + ("…" if len(lines) > 4 else ""))
    return made


def _outline(row: int, columns: int) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": -0.5,
        "x1": columns - 0.5,
        "y0": row - 0.5,
        "y1": row + 0.5,
        "line": {"color": theme.OWN, "width": 2.5},
    }
