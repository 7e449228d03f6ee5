"""Dots on one line per component: ours, the leader, the mean; or last year and this year. The distance is
the point.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

import pandas as pd

from layouts import text, theme
from layouts.figures.lost import row_height, row_names
from layouts.figures.template import Figure, axis, figure, hidden_axis, narrow, note, text_font

NAME_ABOVE = 0.24  # of a row, over the line of dots
WIDE_KEY, NARROW_KEY = 100, 44  # characters of the key on one line


@dataclass(frozen=True)
class Dot:
    """One kind of dot: the frame's column, what it is called, its colour and shape (shape tells it in grey
    print).
    """

    field: str
    label: str
    color: str
    symbol: str = "circle"
    size: int = 11


@dataclass(frozen=True)
class DumbbellOptions:
    """`dots` in drawing order (the last lies on top); `ends` the two fields the line joins; `span` of the
    axis.
    """

    dots: Sequence[Dot]
    ends: tuple[str, str]
    decimals: int = 2
    percent: bool = False
    span: tuple[float, float] | None = None


def dumbbell(frame: pd.DataFrame, options: DumbbellOptions, lang: str) -> Figure:
    """Rows in the order given; `frame`: name and a column for each dot (NaN = no dot).

    A column `end` (text, optional) is written to the right of the last dot of its row. The kinds of dots are
    named over the first row, each in its own colour: no legend to look up.
    """
    traces = [
        _joins(frame, options.ends),
        *(_dots(frame, dot, options, lang) for dot in options.dots),
        *_end_words(frame, options),
    ]
    ticks = _ticks(frame, options)
    shown = [
        text.percent(x, 0, lang) if options.percent else text.number(x, _places(ticks), lang) for x in ticks
    ]
    made = figure(
        traces,
        lang,
        64 + row_height(frame["name"]) * max(len(frame), 1),
        margin={"l": 4, "r": 14, "t": 34, "b": 24},
        xaxis=axis(showgrid=True, tickvals=ticks, ticktext=shown, range=_span(frame, options)),
        yaxis=hidden_axis(range=[len(frame) - 0.6, -0.75]),
        annotations=_key(options, WIDE_KEY) + row_names(frame["name"], NAME_ABOVE),
    )
    made["layout"] |= _on_a_phone(frame, options)
    return made


def _on_a_phone(frame: pd.DataFrame, options: DumbbellOptions) -> dict[str, Any]:
    """The key in as many lines as it needs."""
    key = _key(options, NARROW_KEY)
    top = 18 + 16 * (1 + key[0]["text"].count("<br>"))
    return narrow(
        margin={"l": 4, "r": 14, "t": top, "b": 24}, annotations=key + row_names(frame["name"], NAME_ABOVE)
    )


def _ticks(frame: pd.DataFrame, options: DumbbellOptions) -> list[float]:
    """Round values between the lowest and the highest dot, about four; none beyond, where only words
    stand.
    """
    values = frame[[dot.field for dot in options.dots]]
    low, high = float(values.min().min()), float(values.max().max())
    rough = ((high - low) or 1.0) / 4
    size = 10.0 ** floor(log10(rough))
    step = next(size * k for k in (1, 2, 5, 10) if size * k >= rough)
    first = ceil(low / step)
    return [round(n * step, 6) for n in range(first, int(high / step) + 1)]


def _places(ticks: list[float]) -> int:
    """Decimals that tell the ticks apart."""
    return max((len(f"{tick:.4f}".rstrip("0").partition(".")[2]) for tick in ticks), default=0)


def _joins(frame: pd.DataFrame, ends: tuple[str, str]) -> dict[str, Any]:
    x: list[float | None] = []
    y: list[int | None] = []
    for n, (a, b) in enumerate(zip(frame[ends[0]], frame[ends[1]], strict=True)):
        if text.has(a) and text.has(b):
            x += [float(a), float(b), None]
            y += [n, n, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "hoverinfo": "skip",
        "line": {"color": theme.BLUES[2], "width": 4},
    }


def _end_words(frame: pd.DataFrame, options: DumbbellOptions) -> list[dict[str, Any]]:
    """The words at the end of each row, right of its last dot."""
    if "end" not in frame:
        return []
    last = frame[[dot.field for dot in options.dots]].max(axis=1)
    return [
        {
            "type": "scatter",
            "mode": "text",
            "x": last.tolist(),
            "y": list(range(len(frame))),
            "text": [f"   {words}" for words in frame["end"]],
            "textposition": "middle right",
            "textfont": text_font("xs"),
            "hoverinfo": "skip",
            "cliponaxis": False,
        }
    ]


def _span(frame: pd.DataFrame, options: DumbbellOptions) -> list[float]:
    """The axis: from the lowest to the highest dot, with room for the words at the right."""
    if options.span:
        return list(options.span)
    values = frame[[dot.field for dot in options.dots]]
    low, high = float(values.min().min()), float(values.max().max())
    room = (high - low) or 1.0
    return [low - 0.06 * room, high + (0.75 if "end" in frame else 0.06) * room]


def _dots(frame: pd.DataFrame, dot: Dot, options: DumbbellOptions, lang: str) -> dict[str, Any]:
    values = [float(value) if text.has(value) else None for value in frame[dot.field]]
    words = [
        text.percent(value, 1, lang) if options.percent else text.number(value, options.decimals, lang)
        for value in values
    ]
    extra = frame[f"{dot.field}_note"].tolist() if f"{dot.field}_note" in frame else [""] * len(values)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": values,
        "y": list(range(len(frame))),
        "marker": _marker(dot),
        "customdata": [
            [name, dot.label, word, more]
            for name, word, more in zip(frame["name"], words, extra, strict=True)
        ],
        "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}: %{customdata[2]} %{customdata[3]}"
        "<extra></extra>",
    }


def _marker(dot: Dot) -> dict[str, Any]:
    """A tick is all line; a dot has a white rim so that overlapping ones stay apart."""
    line = (
        {"color": dot.color, "width": 2}
        if dot.symbol.startswith("line")
        else {"color": theme.PAPER, "width": 1}
    )
    return {"symbol": dot.symbol, "size": dot.size, "color": dot.color, "line": line}


_MARKS = {
    "circle": "●",
    "circle-open": "○",
    "diamond": "◆",
    "line-ns": "|",
    "square": "■",
    "triangle-up": "▲",
    "triangle-down": "▼",
    "star": "★",
}


def _key(options: DumbbellOptions, width: int) -> list[dict[str, Any]]:
    """The key over the plot, in lines of about `width` characters: mark and name, in the dot's colour."""
    lines: list[list[Dot]] = [[]]
    for dot in reversed(options.dots):
        if sum(len(one.label) + 5 for one in lines[-1]) + len(dot.label) > width:
            lines.append([])
        lines[-1].append(dot)
    words = "<br>".join("   ".join(_named(dot) for dot in line) for line in lines)
    place = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "align": "left"}
    return [note(0, 1, words, yshift=8) | place]


def _named(dot: Dot) -> str:
    return f"<span style='color:{dot.color}'>{_MARKS.get(dot.symbol, '●')}</span> {dot.label}"
