"""Provinces by components as a field of colour: who is strong in what, at one look."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import pandas as pd

from layouts import text, theme
from layouts.figures.template import Figure, axis, figure, hidden_axis, note, text_font

ROW = 19  # pixels a province
RAMP = theme.BLUES[:4]  # dark text keeps 4.5:1 on the darkest of these
LINE, PAD, HEAD = 17, 6, 11  # pixels a line of a component name, around the names, and of their letters
NAMES, LETTER = 132, 6.3  # pixels left for the names of rows at least; what a letter of them takes
NAME_LENGTH = 28  # letters; a longer name goes on two lines, and so do all rows then


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
    head = 2 * PAD + LINE * max(words.count("<br>") + 1 for words in heads)
    names = [_name(name, name == options.own) for name in frame["name"]]
    return figure(
        [_field(frame, options, lang), *_blanks(frame, options)],
        lang,
        head + 10 + row_height(frame) * len(frame),
        margin={"l": names_width(frame), "r": 4, "t": head, "b": 6},
        xaxis=hidden_axis(range=[-0.5, len(options.columns) - 0.5]),
        annotations=[_head(at, words) for at, words in enumerate(heads)],
        yaxis=axis(
            range=[len(frame) - 0.5, -0.5],
            tickvals=list(range(len(frame))),
            ticktext=names,
            ticklabelstandoff=6,
            automargin=True,
            tickfont=text_font("xs", theme.INK),
        ),
        shapes=[
            _outline(n, len(options.columns)) for n, name in enumerate(frame["name"]) if name == options.own
        ],
    )


def _head(at: int, words: str) -> dict[str, Any]:
    """A component's name standing on its column: a label that grows upwards where letters are larger."""
    font = text_font("xs") | {"size": HEAD}
    return note(at, 1, words, yref="paper", yanchor="bottom", yshift=PAD - 2, font=font)


def names_width(frame: pd.DataFrame) -> int:
    """Pixels that the names of the rows take: room for the longest line of any."""
    return max(NAMES, 10 + round(LETTER * max(len(line) for name in frame["name"] for line in _lines(name))))


def row_height(frame: pd.DataFrame) -> int:
    """Pixels a row: higher where a name needs a second line."""
    return ROW + LINE + 2 if any(len(_lines(name)) > 1 for name in frame["name"]) else ROW


def _lines(name: str) -> list[str]:
    return wrap(name, NAME_LENGTH, break_long_words=False, max_lines=2, placeholder="…")


def _name(name: str, own: bool) -> str:
    words = "<br>".join(_lines(name))
    return f"<b>{words}</b>" if own else words


def _blanks(frame: pd.DataFrame, options: HeatOptions) -> list[dict[str, Any]]:
    """A dash where there is no figure, in a colour for the paper: the cells' own is for their blue."""
    empty = frame[[code for code, _ in options.columns]].isna().to_numpy().nonzero()
    if not len(empty[0]):
        return []
    return [
        {
            "type": "scatter",
            "mode": "text",
            "x": empty[1].tolist(),
            "y": empty[0].tolist(),
            "text": text.DASH,
            "textfont": text_font("xs"),
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]


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
        return ""
    if options.by == "share":
        return text.number(100 * value, options.decimals, lang)
    return text.number(value, 0 if options.by == "rank" else options.decimals, lang)


def _heads(columns: Sequence[tuple[str, str]]) -> list[str]:
    """Component names over their columns, on up to five short lines; the table twin has them in full."""
    width = max(10, 100 // max(len(columns), 1))
    made = []
    for _, name in columns:
        lines = wrap(name, width, break_long_words=False)
        made.append("<br>".join(lines[:5]) + ("…" if len(lines) > 5 else ""))
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
