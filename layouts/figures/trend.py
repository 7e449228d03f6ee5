"""A small trend: one unit's score over the years; a year not published or not comparable is a gap."""

from dataclasses import dataclass

from layouts import theme
from layouts.figures import template
from layouts.figures.template import Figure
from layouts.text import number, t

WIDTH, HEIGHT = 168, 72


@dataclass(frozen=True)
class Point:
    """A year's score. joined: comparable with the year before; reason: why not, in words."""

    year: int
    value: float
    joined: bool
    reason: str = ""


def figure(points: tuple[Point, ...], decimals: int, lang: str) -> Figure:
    """Segments between joined years, a faint dotted line where the framework changed."""
    last = points[-1]
    low, high = min(p.value for p in points), max(p.value for p in points)
    pad = (high - low or 1) * 0.18
    years = [points[0].year, last.year]
    labels = [
        template.note(year, 0, str(year), yref="paper", yanchor="bottom") for year in dict.fromkeys(years)
    ]
    return template.figure(
        [_line(points, decimals, lang), _last(last, decimals, lang)], lang, HEIGHT, width=WIDTH,
        margin={"l": 19, "r": 19, "t": 6, "b": 18},
        xaxis=template.hidden_axis(range=[years[0] - 0.25, years[1] + 0.25]),
        yaxis=template.hidden_axis(range=[low - pad, high + pad]),
        shapes=[_break(p.year) for p in points[1:] if not p.joined and p.reason],
        annotations=[label | {"yshift": -18} for label in labels],
    )  # fmt: skip


def _line(points: tuple[Point, ...], decimals: int, lang: str) -> Figure:
    xs: list[int | None] = []
    ys: list[float | None] = []
    texts: list[str | None] = []
    for point in points:
        if xs and not point.joined:
            xs.append(None), ys.append(None), texts.append(None)
        xs.append(point.year), ys.append(point.value), texts.append(_hover(point, decimals, lang))
    return {
        "type": "scatter", "mode": "lines+markers", "x": xs, "y": ys, "text": texts, "connectgaps": False,
        "hovertemplate": "%{text}<extra></extra>", "cliponaxis": False,
        "line": {"color": theme.BLUE, "width": 1.8}, "marker": {"color": theme.BLUE, "size": 4.5},
    }  # fmt: skip


def _hover(point: Point, decimals: int, lang: str) -> str:
    told = f"{point.year}: {number(point.value, decimals, lang)}"
    return f"{told}<br>{t('trend.break', lang)}" if point.reason and not point.joined else told


def _last(point: Point, decimals: int, lang: str) -> Figure:
    return {
        "type": "scatter", "mode": "markers", "x": [point.year], "y": [point.value], "cliponaxis": False,
        "text": [_hover(point, decimals, lang)], "hovertemplate": "%{text}<extra></extra>",
        "marker": {"color": theme.OWN, "size": 8},
    }  # fmt: skip


def _break(year: int) -> Figure:
    where = year - 0.5
    return {
        "type": "line", "x0": where, "x1": where, "y0": 0, "y1": 1, "yref": "paper", "layer": "below",
        "line": {"color": theme.FAINT, "width": 1, "dash": "dot"},
    }  # fmt: skip
