"""Importance and performance: what goes with overall satisfaction, against how well it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from layouts import theme
from layouts.figures import template
from layouts.figures.template import Figure
from layouts.text import number

HEIGHT = 430
FIRST, KEEP = "first", "keep"
ROOM = 0.16  # of the range, kept free for the names of the corners
PHONE = (280.0, 360.0)  # pixels of the drawing on a phone: marks that stand apart there do so everywhere
SIGN, LINE, AWAY = 7.0, 13.0, 8.0  # pixels: width of a character, height of a mark, from the point to it
SIDES = {
    "top center": (0, 1), "bottom center": (0, -1), "middle right": (1, 0), "middle left": (-1, 0),
}  # fmt: skip
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Driver:
    """One question: short mark and full name, importance with its interval, mean answer; `what` to do:
    first | keep | later | enough; `sure`: its interval does not reach zero."""

    mark: str
    name: str
    importance: float
    low: float
    high: float
    performance: float
    what: str
    sure: bool


@dataclass(frozen=True)
class Words:
    """Names of the corners by what to do, and of both axes."""

    corners: dict[str, str]
    across: str
    up: str


def figure(rows: Sequence[Driver], words: Words, lang: str) -> Figure:
    """Points with the interval of their importance; lines at the medians make four corners."""
    x0, y0 = (median(values) for values in ([r.importance for r in rows], [r.performance for r in rows]))
    left, right = _range([end for row in rows for end in (row.low, row.high)])
    bottom, top = _range([row.performance for row in rows])
    return template.figure(
        [_points(rows, lang)], lang, HEIGHT,
        margin={"l": 44, "r": 10, "t": 8, "b": 42},
        xaxis=template.axis(range=[left, right], title=_title(words.across), showgrid=False, nticks=6),
        yaxis=template.axis(range=[bottom, top], title=_title(words.up), showgrid=False, nticks=5),
        shapes=[_line("x", x0), _line("y", y0)],
        annotations=_corners(words.corners),
    )  # fmt: skip


def _range(values: Sequence[float]) -> tuple[float, float]:
    room = (max(values) - min(values) or 1.0) * ROOM
    return min(values) - room / 2, max(values) + room / 2


def _title(words: str) -> dict[str, object]:
    return {"text": words, "font": template.text_font("xs"), "standoff": 8}


def _points(rows: Sequence[Driver], lang: str) -> Figure:
    told = [f"{row.name}<br>{number(row.importance, 2, lang)} ({number(row.low, 2, lang)}–"
            f"{number(row.high, 2, lang)}) · {number(row.performance, 2, lang)}" for row in rows]  # fmt: skip
    sides = _sides(rows)
    return {
        "type": "scatter", "mode": "markers+text", "x": [row.importance for row in rows],
        "y": [row.performance for row in rows], "hovertext": told,
        "hovertemplate": "%{hovertext}<extra></extra>", "cliponaxis": False,
        "text": [row.mark if side else "" for row, side in zip(rows, sides, strict=True)],
        "textposition": [side or "top center" for side in sides],
        "textfont": template.text_font("xs", theme.INK),
        "marker": {"size": 10, "color": [_colour(row) for row in rows]},
        "error_x": {
            "type": "data", "symmetric": False, "thickness": 1.5, "width": 0, "color": theme.FAINT,
            "array": [row.high - row.importance for row in rows],
            "arrayminus": [row.importance - row.low for row in rows],
        },
    }  # fmt: skip


def _sides(rows: Sequence[Driver]) -> list[str]:
    """On which side of its point each mark is written, "" where it is not: by importance, the first side on
    which it covers neither a point nor a mark, as on a phone. The table names all of them.
    """
    left, right = _range([end for row in rows for end in (row.low, row.high)])
    bottom, top = _range([row.performance for row in rows])
    places = [
        (
            PHONE[0] * (row.importance - left) / (right - left),
            PHONE[1] * (row.performance - bottom) / (top - bottom),
        )
        for row in rows
    ]
    taken = [(x - 5, y - 5, x + 5, y + 5) for x, y in places]
    sides = []
    for row, place in zip(rows, places, strict=True):
        marked = row.sure and row.what in (FIRST, KEEP)
        free = [side for side in SIDES if marked and not _covers(_box(row.mark, place, side), taken)]
        sides.append(free[0] if free else "")
        if free:
            taken.append(_box(row.mark, place, free[0]))
    return sides


def _box(mark: str, place: tuple[float, float], side: str) -> Box:
    """Left, bottom, right, top of a mark, in pixels."""
    (across, up), wide = SIDES[side], SIGN * len(mark)
    x = place[0] + across * (AWAY + wide / 2)
    y = place[1] + up * (AWAY + LINE / 2)
    return x - wide / 2, y - LINE / 2, x + wide / 2, y + LINE / 2


def _covers(box: Box, others: Sequence[Box]) -> bool:
    return any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
        for other in others
    )


def _colour(row: Driver) -> str:
    if not row.sure:
        return theme.FAINT
    return {FIRST: theme.OWN, KEEP: theme.BLUES[5]}.get(row.what, theme.MUTED)


def _line(along: str, at: float) -> dict[str, object]:
    ends = {"x": ("x0", "x1", "y0", "y1", "yref"), "y": ("y0", "y1", "x0", "x1", "xref")}[along]
    placed = dict(zip(ends, (at, at, 0, 1, "paper"), strict=True))
    line = {"color": theme.MUTED, "width": 1, "dash": "dot"}
    return {"type": "line", "layer": "below", "line": line} | placed


def _corners(names: dict[str, str]) -> list[dict[str, object]]:
    places = {"first": (1, 0), "keep": (1, 1), "later": (0, 0), "enough": (0, 1)}
    return [
        template.note(
            x, y, names[what], xref="paper", yref="paper", font=template.text_font("sm", theme.INK, 600),
            xanchor="right" if x else "left", yanchor="top" if y else "bottom", xshift=-4 if x else 4,
        )
        for what, (x, y) in places.items()
    ]  # fmt: skip
