"""Charts as SVG, drawn from numbers without a browser: for the report and the PDF (slides and workbooks have
native ones). One look: grey is the others, one strong colour is ours, values stand at the marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import pairwise

from exports.briefing.charts import amount
from exports.briefing.model import Chart, Series
from exports.briefing.words import Words, has

FONT = "Be Vietnam Pro"
INK, MUTED, GRID = "#17212b", "#54606d", "#dde2e7"
TONES = {
    "own": "#b3125f",
    "other": "#1f63a5",
    "faint": "#aeb7c0",
    "up": "#4484c2",
    "down": "#cf6d29",
    "ink": INK,
}
WIDTH, LEFT, RIGHT = 680, 250, 62
BAR, GAP, SIZE = 13, 11, 11.5
LETTER, NAME_GAP, LEAST_LEFT = (
    6.6,
    9,
    80,
)  # units a letter takes, between names and bars, for the shortest names
LINE_TOP, LINE_HEIGHT = 18, 230
WRAP = 38


def svg(chart: Chart, w: Words) -> str:
    """The chart as an SVG text, 680 units wide."""
    return _lines(chart, w) if chart.kind == "lines" else _bars(chart, w)


def wrapped(text: str, longest: int = WRAP) -> list[str]:
    """A name on at most two lines."""
    if len(text) <= longest:
        return [text]
    at = text.rfind(" ", 0, longest + 1)
    at = at if at > 0 else longest
    rest = text[at:].strip()
    return [text[:at], rest if len(rest) <= longest else rest[: longest - 1].rstrip() + "…"]


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{escape(text)}</text>'


def _stroke(start: tuple[float, float], end: tuple[float, float], color: str, width: float) -> str:
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
        f'stroke="{color}" stroke-width="{width}"/>'
    )


def _frame(height: float, inner: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        f'height="{height:.0f}" font-family="{FONT}" font-size="{SIZE}" fill="{INK}">{"".join(inner)}</svg>'
    )


def _legend(series: tuple[Series, ...], x: float) -> Iterator[str]:
    if len(series) < 2:
        return
    for one in series:
        yield f'<rect x="{x:.1f}" y="3" width="11" height="11" fill="{TONES[one.tone]}"/>'
        yield _text(x + 16, 13, one.name, f'fill="{MUTED}"')
        x += 16 + LETTER * len(one.name) + 22


def _names_width(categories: Iterable[str]) -> float:
    """Room for the names at the left of bars: what the longest line of them takes, LEFT at most."""
    longest = max((len(line) for name in categories for line in wrapped(name)), default=0)
    return min(LEFT, max(longest * LETTER + NAME_GAP, LEAST_LEFT))


def _bars(chart: Chart, w: Words) -> str:
    left = _names_width(chart.categories)
    inner = list(_legend(chart.series, left))
    top = 26.0 if inner else 6.0
    most = max((v for s in chart.series for v in s.values if has(v)), default=1.0) or 1.0
    most = max(most, 1.0) if chart.percent else most
    room = WIDTH - left - RIGHT
    each = max(len(chart.series) * BAR, 27.0)
    y = top
    for n, category in enumerate(chart.categories):
        inner += list(_category(category, left, y, each))
        for k, one in enumerate(chart.series):
            value = one.values[n]
            at = y + (each - len(chart.series) * BAR) / 2 + k * BAR
            if has(value):
                length = max(room * float(value) / most, 0.8)  # type: ignore[arg-type]
                inner.append(
                    f'<rect x="{left:.1f}" y="{at + 1:.1f}" width="{length:.1f}" height="{BAR - 2}" '
                    f'fill="{TONES[one.tone]}"/>'
                )
                bold = 'font-weight="600"' if one.tone in ("own", "down") else f'fill="{MUTED}"'
                inner.append(_text(left + length + 5, at + BAR - 3, amount(float(value), chart, w), bold))  # type: ignore[arg-type]
        y += each + GAP
    inner.append(_stroke((left, top - 3), (left, y - GAP + 3), INK, 0.8))
    return _frame(y, inner)


def _category(name: str, left: float, y: float, each: float) -> Iterator[str]:
    lines = wrapped(name)
    start = y + each / 2 + 4 - 7 * (len(lines) - 1)
    for n, line in enumerate(lines):
        yield _text(left - NAME_GAP, start + 14 * n, line, 'text-anchor="end"')


def _lines(chart: Chart, w: Words) -> str:
    values = [v for s in chart.series for v in s.values if has(v)]
    low, high = (1.0, max(max(values), 5.0)) if chart.reverse else (min(values), max(values))
    left, right = 40.0, 150.0
    step = (WIDTH - left - right) / max(len(chart.categories) - 1, 1)

    def place(n: int, value: float) -> tuple[float, float]:
        part = (value - low) / ((high - low) or 1)
        return left + n * step, LINE_TOP + LINE_HEIGHT * (part if chart.reverse else 1 - part)

    inner = [
        line
        for tick in sorted({low, round((low + high) / 2), high})
        for line in (
            _stroke((left, place(0, tick)[1]), (WIDTH - right, place(0, tick)[1]), GRID, 1),
            _text(left - 10, place(0, tick)[1] + 4, w.number(tick, 0), f'text-anchor="end" fill="{MUTED}"'),
        )
    ]
    bottom = LINE_TOP + LINE_HEIGHT + 24
    inner += [
        _text(left + n * step, bottom, name, f'text-anchor="middle" fill="{MUTED}"')
        for n, name in enumerate(chart.categories)
    ]
    ends: list[tuple[float, str, str]] = []
    for one in chart.series:
        inner += _line_of(one, place)
        last = max(n for n, v in enumerate(one.values) if has(v))
        ends.append(
            (
                place(last, float(one.values[last]))[1],
                _ended(chart, one, last, w),
                TONES[one.tone],
            )
        )  # type: ignore[arg-type]
    inner += _end_labels(ends, WIDTH - right + 12)
    return _frame(bottom + 10, inner)


def _ended(chart: Chart, one: Series, last: int, w: Words) -> str:
    """A series with its last value; with the year of it where it ends before the others."""
    told = w.number(one.values[last], chart.decimals)
    year = f", {chart.categories[last]}" if last < len(chart.categories) - 1 else ""
    return f"{one.name} ({told}{year})"


def _line_of(one: Series, place) -> list[str]:  # type: ignore[no-untyped-def]
    """Dots, joined only between neighbouring years that both have a value."""
    color, drawn = TONES[one.tone], []
    points = [place(n, float(v)) if has(v) else None for n, v in enumerate(one.values)]  # type: ignore[arg-type]
    for before, after in pairwise(points):
        if before and after:
            drawn.append(_stroke(before, after, color, 2))
    drawn += [f'<circle cx="{p[0]:.1f}" cy="{p[1]:.1f}" r="3.6" fill="{color}"/>' for p in points if p]
    return drawn


def _end_labels(ends: list[tuple[float, str, str]], x: float) -> list[str]:
    """Names at the right, pushed apart so that none covers another."""
    drawn, free = [], 0.0
    for y, name, color in sorted(ends):
        at = max(y + 4, free)
        drawn.append(_text(x, at, name, f'fill="{color}" font-weight="600"'))
        free = at + 15
    return drawn
