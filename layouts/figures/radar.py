"""A profile as a web: only for readers who ask for it; the dots beside it are easier to read.

Drawn on flat axes, so that readers need not load the part of the charting library that knows round ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Any

from layouts import text, theme
from layouts.figures.template import Figure, figure, hidden_axis, note, text_font

RINGS = (0.25, 0.5, 0.75, 1.0)
# The axes reach past the rim: the library leaves out labels that stand beyond them.
LABELS_AT, REACH, NEARLY = 1.06, 1.1, 0.3


@dataclass(frozen=True)
class Web:
    """One shape: a name, a colour, and its shares of the maximum (0-1, None: not published) by component."""

    name: str
    color: str
    shares: Sequence[float | None]
    own: bool = False


def radar(webs: Sequence[Web], names: Sequence[str], lang: str) -> Figure:
    """Shares of the maximum around a circle, the rim is the full score; the first component is on top."""
    reach = [-REACH, REACH]
    return figure(
        [_shape(web, names, lang) for web in sorted(webs, key=lambda web: web.own)],
        lang,
        430,
        margin={"l": 110, "r": 110, "t": 40, "b": 60},
        showlegend=True,
        legend={"orientation": "h", "y": -0.12, "font": text_font("xs", theme.INK)},
        xaxis=hidden_axis(range=reach),
        yaxis=hidden_axis(range=reach, scaleanchor="x", constrain="domain"),
        shapes=[*map(_ring, RINGS), *(_spoke(n, len(names)) for n in range(len(names)))],
        annotations=[*(_tick(ring, lang) for ring in RINGS), *_labels(names)],
    )


def place(n: int, of: int, share: float) -> tuple[float, float]:
    """Where a share lies on the nth of so many spokes (x, y; the rim is at 1), clockwise from the top."""
    angle = 2 * pi * n / of
    return round(share * sin(angle), 6), round(share * cos(angle), 6)


def _shape(web: Web, names: Sequence[str], lang: str) -> dict[str, Any]:
    around = [*range(len(names)), 0]
    held = [web.shares[n] for n in around]
    at = [
        (None, None) if share is None else place(n, len(names), share)
        for n, share in zip(around, held, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [x for x, _ in at],
        "y": [y for _, y in at],
        "text": [f"{names[n]}: {text.percent(s, 1, lang)}" for n, s in zip(around, held, strict=True)],
        "name": web.name,
        "connectgaps": False,
        "cliponaxis": False,
        "line": {"color": web.color, "width": 3 if web.own else 1.5},
        "marker": {"size": 6 if web.own else 4, "color": web.color},
        "hovertemplate": "%{fullData.name}<br>%{text}<extra></extra>",
    }


def _ring(share: float) -> dict[str, Any]:
    return _quiet("circle", -share, -share, share, share)


def _spoke(n: int, of: int) -> dict[str, Any]:
    return _quiet("line", 0, 0, *place(n, of, 1.0))


def _quiet(kind: str, x0: float, y0: float, x1: float, y1: float) -> dict[str, Any]:
    line = {"color": theme.LINE, "width": 1}
    return {"type": kind, "x0": x0, "y0": y0, "x1": x1, "y1": y1, "layer": "below", "line": line}


def _tick(share: float, lang: str) -> dict[str, Any]:
    return note(0, share, text.percent(share, 0, lang), xanchor="right", xshift=-3, yanchor="top")


def _labels(names: Sequence[str]) -> list[dict[str, Any]]:
    """The names outside the rim, each beginning or ending where its spoke does."""
    made = []
    for n, name in enumerate(names):
        x, y = place(n, len(names), LABELS_AT)
        across = "center" if abs(x) < NEARLY else "left" if x > 0 else "right"
        along = "middle" if abs(y) < NEARLY else "bottom" if y > 0 else "top"
        ink = text_font("xs", theme.INK)
        made.append(note(x, y, name, xanchor=across, yanchor=along, align=across, font=ink))
    return made
