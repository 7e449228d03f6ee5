"""Shares month by month: a line in percent, and bars of counts or a target where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from layouts import theme
from layouts.figures.template import Figure, axis, figure, narrow, note, text_font
from layouts.text import number

HEIGHT = 300
NARROW_LABELS = 7  # words of a narrow place: as many stand side by side without touching


def month_line(
    labels: Sequence[str], values: Sequence[float | None], chosen: Sequence[bool], lang: str
) -> Figure:
    """A line of percentages, the chosen months marked; each month says its value.

    In a narrow place every month is still on the line, but only the last, the lowest and the highest say it.
    """
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 100.0)
    pad = max((high - low) * 0.35, 0.5)
    words = [f"{number(value, 1, lang)}%" if value is not None else "" for value in values]
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(range(len(labels))),
        "y": list(values),
        "text": words,
        "cliponaxis": False,
        "line": {"color": theme.BLUES[5], "width": 2.5},
        "marker": {
            "color": [theme.OWN if one else theme.BLUES[5] for one in chosen],
            "size": [10 if one else 7 for one in chosen],
        },
        "customdata": list(labels),
        "hovertemplate": "%{customdata}: %{text}<extra></extra>",
    }
    notes = _values_said(values, words)
    told = _told_in_narrow(values)
    return figure(
        [line],
        lang,
        HEIGHT,
        **narrow(
            annotations=[one for one in notes if one["x"] in told], xaxis__ticktext=_few(labels), margin__l=40
        ),
        annotations=notes,
        margin={"l": 44, "r": 16, "t": 16, "b": 28},
        xaxis=axis(tickvals=list(range(len(labels))), ticktext=list(labels), range=[-0.5, len(labels) - 0.5]),
        yaxis=axis(showgrid=True, range=[low - pad, min(high + pad, 101)], ticksuffix="%", nticks=5),
    )


def _values_said(values: Sequence[float | None], words: Sequence[str]) -> list[dict[str, Any]]:
    """The value of each month, clear of the line."""
    sides = {"top center": ("bottom", 5), "bottom center": ("top", -5)}
    made = []
    for at, (value, side) in enumerate(zip(values, _clear_of_line(values), strict=True)):
        if value is not None:
            anchor, shift = sides[side]
            font = text_font("xs", theme.INK)
            made.append(note(at, value, words[at], yanchor=anchor, yshift=shift, font=font))
    return made


def _told_in_narrow(values: Sequence[float | None]) -> set[int]:
    """Places of the last month, the lowest and the highest: those with room beside what is told already."""
    known = [at for at, value in enumerate(values) if value is not None]
    apart = len(values) / NARROW_LABELS
    told: list[int] = []
    for at in (*known[-1:], *sorted(known, key=lambda one: values[one] or 0.0)[:1], *_highest(known, values)):
        if all(abs(at - other) >= apart for other in told):
            told.append(at)
    return set(told)


def _highest(known: Sequence[int], values: Sequence[float | None]) -> list[int]:
    return sorted(known, key=lambda one: values[one] or 0.0)[-1:]


def _few(labels: Sequence[str]) -> list[str]:
    """Labels with only as many as a narrow place has room for, the last always among them."""
    step = -(-len(labels) // NARROW_LABELS)
    return [label if (len(labels) - 1 - at) % step == 0 else "" for at, label in enumerate(labels)]


def _clear_of_line(values: Sequence[float | None]) -> list[str]:
    """Where each label stands: under a month from which the line rises on both sides, else over it."""
    places = []
    for at, value in enumerate(values):
        beside = [one for one in (*values[max(at - 1, 0) : at], *values[at + 1 : at + 2]) if one is not None]
        low = value is not None and beside and all(value < one for one in beside)
        places.append("bottom center" if low else "top center")
    return places


def count_bars(labels: Sequence[str], values: Sequence[int], lang: str) -> Figure:
    """Counts as bars from zero, each with its number over it."""
    bars = {
        "type": "bar",
        "x": list(range(len(labels))),
        "y": list(values),
        "width": 0.6,
        "text": [number(value, 0, lang) for value in values],
        "textposition": "outside",
        "textfont": text_font("sm", theme.INK),
        "cliponaxis": False,
        "marker": {"color": theme.ORANGES[3]},
        "customdata": list(labels),
        "hovertemplate": "%{customdata}: %{text}<extra></extra>",
    }
    return figure(
        [bars],
        lang,
        240,
        **narrow(xaxis__ticktext=["<br>".join(label.rsplit(" ", 1)) for label in labels]),
        margin={"l": 8, "r": 8, "t": 24, "b": 44},
        xaxis=axis(tickvals=list(range(len(labels))), ticktext=list(labels), range=[-0.5, len(labels) - 0.5]),
        yaxis=axis(visible=False, range=[0, max([*values, 1]) * 1.15]),
    )
