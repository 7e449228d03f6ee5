"""A figure of several surveys: what was published as a line, own estimates with intervals, breaks as gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from layouts import theme
from layouts.figures import template
from layouts.figures.template import Figure
from layouts.text import has, number

HEIGHT = 250


@dataclass(frozen=True)
class Year:
    """A year: `published` and the estimate `value` with its ends (percent; None where there is none);
    `broken`: it may not be compared with the year before."""

    year: int
    published: float | None
    value: float | None
    low: float | None
    high: float | None
    broken: bool


def figure(years: Sequence[Year], words: tuple[str, str, str], lang: str) -> Figure:
    """`words`: what the line, the points and a break are called."""
    traces = [trace for trace in (_line(years, words[0], lang), _points(years, words[1], lang)) if trace["x"]]
    values = [one for year in years for one in (year.published, year.low, year.high, year.value) if has(one)]
    low, high = min(values), max(values)
    pad = max((high - low) * 0.18, 1.0)
    return template.figure(
        traces, lang, HEIGHT, margin={"l": 44, "r": 12, "t": 34, "b": 28},
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": template.text_font("sm")},
        xaxis=template.axis(
            tickvals=[year.year for year in years], ticktext=[str(year.year) for year in years],
            range=[years[0].year - 0.4, years[-1].year + 0.4], showgrid=False,
        ),
        yaxis=template.axis(range=[low - pad, min(high + pad, 102)], ticksuffix="%", nticks=5),
        shapes=[_mark(before.year, year.year) for before, year in _breaks(years)],
        annotations=[_said(before.year, year.year, words[2]) for before, year in _breaks(years)],
    )  # fmt: skip


def _breaks(years: Sequence[Year]) -> list[tuple[Year, Year]]:
    return [(before, year) for before, year in pairwise(years) if year.broken]


def _line(years: Sequence[Year], name: str, lang: str) -> Figure:
    xs: list[int | None] = []
    ys: list[float | None] = []
    for year in years:
        if xs and year.broken:
            xs.append(None), ys.append(None)
        if has(year.published):
            xs.append(year.year), ys.append(year.published)
    told = ["" if y is None else f"{x}: {number(y, 2, lang)}%" for x, y in zip(xs, ys, strict=True)]
    return {
        "type": "scatter", "mode": "lines+markers", "name": name, "x": xs if any(xs) else [], "y": ys,
        "connectgaps": False, "text": told, "hovertemplate": "%{text}<extra></extra>", "cliponaxis": False,
        "line": {"color": theme.BLUES[5], "width": 2}, "marker": {"size": 7, "color": theme.BLUES[5]},
    }  # fmt: skip


def _points(years: Sequence[Year], name: str, lang: str) -> Figure:
    rows = [year for year in years if has(year.value)]
    told = [
        f"{row.year}: " + "–".join(f"{number(end, 1, lang)}%" for end in (row.low, row.value, row.high))
        for row in rows
    ]
    return {
        "type": "scatter", "mode": "markers", "name": name, "x": [row.year for row in rows],
        "y": [row.value for row in rows], "text": told, "hovertemplate": "%{text}<extra></extra>",
        "marker": {"size": 11, "color": theme.OWN, "symbol": "diamond"}, "cliponaxis": False,
        "error_y": {
            "type": "data", "symmetric": False, "thickness": 3, "width": 0, "color": theme.FAINT,
            "array": [float(row.high or 0) - float(row.value or 0) for row in rows],
            "arrayminus": [float(row.value or 0) - float(row.low or 0) for row in rows],
        },
    }  # fmt: skip


def _mark(before: int, after: int) -> dict[str, object]:
    middle, line = (before + after) / 2, {"color": theme.MUTED, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": middle, "x1": middle, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def _said(before: int, after: int, words: str) -> dict[str, object]:
    return template.note(
        (before + after) / 2, 0.01, words, yref="paper", yanchor="bottom", xanchor="center",
        bgcolor=theme.PAPER,
    )  # fmt: skip
