"""Two years, one line a name: who rose, who fell, who passed whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from layouts import text, theme
from layouts.figures.template import Figure, axis, figure, hidden_axis, name_room, text_font

HEIGHT, LINE_PIXELS = 300, 19


@dataclass(frozen=True)
class Slope:
    """One name: its value before and now, its colour; `own` is drawn strong and last.

    row: what its row in the table under the chart is called, where that is not its name.
    """

    name: str
    before: float
    now: float
    color: str
    own: bool = False
    row: str = ""


def slope(lines: Sequence[Slope], ends: tuple[object, object], decimals: int, lang: str) -> Figure:
    """Lines between two `ends` (years, or what was and would be) on one axis, named at the right end, values
    at both.
    """
    drawn = sorted(lines, key=lambda line: line.own)
    low = min(min(line.before, line.now) for line in lines)
    high = max(max(line.before, line.now) for line in lines)
    room = (high - low) or 1.0
    step = room * LINE_PIXELS / (HEIGHT - 70)
    words = [
        *_words([(line, line.before) for line in drawn], 0, step, decimals, lang),
        *_words([(line, line.now) for line in drawn], 1, step, decimals, lang),
    ]
    low, high = min(low, *(word["y"] for word in words)), max(high, *(word["y"] for word in words))
    return figure(
        [_line(line, decimals, lang) for line in drawn],
        lang,
        HEIGHT,
        margin={"l": 56, "r": name_room(word["text"] for word in words), "t": 28, "b": 10},
        xaxis=axis(side="top", tickvals=[0, 1], ticktext=[str(end) for end in ends], range=[-0.02, 1.02]),
        yaxis=hidden_axis(range=[low - 0.08 * room, high + 0.08 * room]),
        shapes=[_pole(x) for x in (0, 1)],
        annotations=words,
    )


def _pole(x: int) -> dict[str, Any]:
    line = {"color": theme.LINE, "width": 1}
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": line,
        "layer": "below",
    }


def _line(line: Slope, decimals: int, lang: str) -> dict[str, Any]:
    words = [text.number(value, decimals, lang) for value in (line.before, line.now)]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [0, 1],
        "y": [line.before, line.now],
        "line": {"color": line.color, "width": 3 if line.own else 2},
        "marker": {"size": 9 if line.own else 7, "color": line.color},
        "customdata": [[line.name, word, line.row or line.name] for word in words],
        "hovertemplate": "%{customdata[0]}: %{customdata[1]}<extra></extra>",
        "cliponaxis": False,
    }


def _words(
    ends: list[tuple[Slope, float]], x: int, step: float, decimals: int, lang: str
) -> list[dict[str, Any]]:
    """The labels of one year, moved apart where they would overlap."""
    placed = _apart(sorted(ends, key=lambda end: end[1]), step)
    right = x == 1
    return [
        {
            "x": x,
            "y": y,
            "text": f"{text.number(value, decimals, lang)}  {line.name}"
            if right
            else text.number(value, decimals, lang),
            "showarrow": False,
            "xanchor": "left" if right else "right",
            "xshift": 10 if right else -10,
            "font": text_font("xs", line.color if line.own else theme.INK, 700 if line.own else 400),
        }
        for line, value, y in placed
    ]


def _apart(ends: list[tuple[Slope, float]], step: float) -> list[tuple[Slope, float, float]]:
    """Rising ends with a place each, at least a step apart and as near to their values as that allows.

    Labels that would overlap form a pile around the mean of their values; piles that meet become one.
    """
    piles: list[tuple[float, int]] = []  # where the lowest of a pile would stand, how many it holds
    for number, (_, value) in enumerate(ends):
        base, count = value - number * step, 1
        while piles and piles[-1][0] > base:
            under, held = piles.pop()
            base, count = (under * held + base * count) / (held + count), held + count
        piles.append((base, count))
    bases = [base for base, count in piles for _ in range(count)]
    rows = zip(ends, bases, strict=True)
    return [(line, value, base + number * step) for number, ((line, value), base) in enumerate(rows)]
