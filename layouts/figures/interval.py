"""Estimates with their intervals, a line each: the point, how far it may be off, and where targets stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from layouts import theme
from layouts.figures import template
from layouts.figures.template import Figure
from layouts.text import number

ROW, TOP, BOTTOM = 42, 14, 26
LABEL_UP = 0.4


@dataclass(frozen=True)
class Estimate:
    """One line: `value` with `low` and `high` (percent); `strong` ones stand for a whole; `own`: ours."""

    label: str
    value: float
    low: float
    high: float
    strong: bool = False
    own: bool = True


def figure(rows: Sequence[Estimate], targets: Sequence[float], lang: str) -> Figure:
    """The lines from top to bottom, their names above them, so that long names need no margin."""
    places = list(range(len(rows), 0, -1))
    shown = [*(x for row in rows for x in (row.low, row.high, row.value)), *targets]
    low, high = min(shown), max(shown)
    pad = max((high - low) * 0.06, 0.5)
    return template.figure(
        [_points(rows, places, lang)], lang, TOP + BOTTOM + ROW * len(rows),
        margin={"l": 2, "r": 60, "t": TOP, "b": BOTTOM},
        xaxis=template.axis(
            range=[max(0.0, low - pad), min(100.0, high + pad)], showgrid=True, ticksuffix="%", nticks=6
        ),
        yaxis=template.hidden_axis(range=[0.4, len(rows) + 0.7]),
        annotations=[note for row, y in zip(rows, places, strict=True) for note in _notes(row, y, lang)],
        shapes=[_mark(target, len(rows)) for target in targets],
    )  # fmt: skip


def _points(rows: Sequence[Estimate], places: Sequence[int], lang: str) -> Figure:
    colours = [theme.OWN if row.own else theme.MUTED for row in rows]
    told = [f"{row.label}: {_percent(row.value, lang)} ({_reach(row, lang)})" for row in rows]
    return {
        "type": "scatter", "mode": "markers", "x": [row.value for row in rows], "y": list(places),
        "text": told, "hovertemplate": "%{text}<extra></extra>", "cliponaxis": False,
        "marker": {"size": [13 if row.strong else 9 for row in rows], "color": colours},
        "error_x": {
            "type": "data", "symmetric": False, "thickness": 3, "width": 0, "color": theme.FAINT,
            "array": [row.high - row.value for row in rows],
            "arrayminus": [row.value - row.low for row in rows],
        },
    }  # fmt: skip


def _notes(row: Estimate, y: int, lang: str) -> list[dict[str, object]]:
    font = template.text_font("sm", theme.INK, 600 if row.strong else 400)
    name = template.note(
        0, y + LABEL_UP, row.label, xref="paper", xanchor="left", yanchor="middle", font=font
    )
    value = template.note(
        1, y, _percent(row.value, lang), xref="paper", xanchor="left", xshift=8, yanchor="middle", font=font
    )
    return [name, value]


def _mark(target: float, count: int) -> dict[str, object]:
    line = {"color": theme.INK, "width": 1, "dash": "dot"}
    return {
        "type": "line", "x0": target, "x1": target, "y0": 0.4, "y1": count + 0.7, "layer": "below",
        "line": line,
    }  # fmt: skip


def _percent(value: float, lang: str) -> str:
    return f"{number(value, 1, lang)}%"


def _reach(row: Estimate, lang: str) -> str:
    return f"{number(row.low, 1, lang)}–{number(row.high, 1, lang)}%"
