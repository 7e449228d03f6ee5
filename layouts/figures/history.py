"""One component over the years: ours strong, means and the best beside it, frameworks as bands, gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from layouts import theme
from layouts.figures.template import Figure, axis, figure, narrow, note, text_font
from layouts.text import number

HEIGHT = 380
BAND_LINE = 15  # pixels of a line of framework names over the plot
LETTER, YEAR = 6.4, 34  # pixels of a letter of such a name, and of the words of a year
# Pixels of the plot at the least: beside the names of the lines, and on a phone, where they stand below.
WIDE_PLOT, NARROW_PLOT = 400, 275


@dataclass(frozen=True)
class Year:
    """A year of a line. joined: drawn on from the one before; reason: why not; more: said on hover; broken:
    not comparable with the one before (a year between that was only not published breaks nothing)."""

    year: int
    value: float
    joined: bool
    reason: str = ""
    more: str = ""
    broken: bool = False


@dataclass(frozen=True)
class Line:
    """A line of the chart. look: own | best | nation | region."""

    name: str
    years: Sequence[Year]
    look: str


@dataclass(frozen=True)
class Band:
    """The years one framework scored, first and last, with its short name."""

    name: str
    first: int
    last: int


LOOKS: dict[str, dict[str, Any]] = {
    "own": {"color": theme.OWN, "width": 3, "dash": "solid", "size": 8, "symbol": "circle"},
    "best": {"color": theme.BLUES[6], "width": 1.5, "dash": "solid", "size": 6, "symbol": "diamond"},
    "nation": {"color": theme.INK, "width": 1.5, "dash": "dash", "size": 5, "symbol": "square"},
    "region": {"color": theme.FAINT, "width": 1.5, "dash": "dot", "size": 5, "symbol": "circle-open"},
}


def history(lines: Sequence[Line], bands: Sequence[Band], decimals: int, lang: str) -> Figure:
    """Lines over measured years; a year that is missing or does not compare is a gap, said on hover."""
    values = [year.value for line in lines for year in line.years]
    years = sorted({year.year for line in lines for year in line.years})
    low, high = min(values), max(values)
    pad = ((high - low) or 1.0) * 0.1
    ordered = sorted(lines, key=lambda line: line.look == "own")
    marks = _band_words(bands, WIDE_PLOT / len(range(years[0], years[-1] + 1)))
    top = 12 + BAND_LINE * (1 + max((mark["yshift"] > BAND_LINE for mark in marks), default=0))
    made = figure(
        [_trace(line, decimals, lang) for line in ordered if line.years],
        lang,
        HEIGHT,
        margin={"l": 48, "r": 192, "t": top, "b": 28},
        xaxis=axis(tickvals=_ticks(years, WIDE_PLOT), range=[years[0] - 0.5, years[-1] + 0.5], tickangle=0),
        yaxis=axis(
            showgrid=True, range=[low - pad, high + pad], tickformat=f".{min(decimals, 2)}f", nticks=6
        ),
        shapes=[*_bands(bands), *_breaks(lines)],
        annotations=[*marks, *_names(ordered, (high - low) or 1.0, decimals, lang)],
        legend=LEGEND,
    )
    made["layout"] |= _on_a_phone(bands, years, len(ordered))
    return made


# The names of the lines where there is no room beside them.
LEGEND: dict[str, Any] = {
    "orientation": "h", "traceorder": "reversed", "x": 0, "xanchor": "left", "y": 0, "yanchor": "bottom",
    "yref": "container", "font": text_font(color=theme.INK), "itemclick": False, "itemdoubleclick": False,
}  # fmt: skip


def _on_a_phone(bands: Sequence[Band], years: Sequence[int], lines: int) -> dict[str, Any]:
    """Names under the plot, fewer years on the axis, names of frameworks in two lines where they touch."""
    marks = _band_words(bands, NARROW_PLOT / len(range(years[0], years[-1] + 1)))
    return narrow(
        showlegend=True, annotations=marks, xaxis__tickvals=_ticks(years, NARROW_PLOT),
        margin={"l": 42, "r": 10, "t": 12 + 2 * BAND_LINE, "b": 40 + 20 * lines},
    )  # fmt: skip


def _ticks(years: Sequence[int], pixels: float) -> list[int]:
    """The last year, and back from it those whose words stand apart from the one after."""
    step = pixels / len(range(years[0], years[-1] + 1))
    kept = [years[-1]]
    for year in reversed(years[:-1]):
        if (kept[-1] - year) * step >= YEAR:
            kept.append(year)
    return kept[::-1]


def _trace(line: Line, decimals: int, lang: str) -> dict[str, Any]:
    look = LOOKS[line.look]
    xs: list[int | None] = []
    ys: list[float | None] = []
    words: list[str | None] = []
    for year in line.years:
        if xs and not year.joined:
            xs.append(None), ys.append(None), words.append(None)
        xs.append(year.year), ys.append(year.value), words.append(_hover(line, year, decimals, lang))
    return {
        "type": "scatter", "mode": "lines+markers", "x": xs, "y": ys, "text": words, "connectgaps": False,
        "hovertemplate": "%{text}<extra></extra>", "cliponaxis": False, "name": _said(line, decimals, lang),
        "line": {"color": look["color"], "width": look["width"], "dash": look["dash"]},
        "marker": {"color": look["color"], "size": look["size"], "symbol": look["symbol"]},
    }  # fmt: skip


def _hover(line: Line, year: Year, decimals: int, lang: str) -> str:
    told = f"{line.name}, {year.year}: {number(year.value, decimals, lang)}"
    parts = [told, year.more, year.reason if not year.joined else ""]
    return "<br>".join(part for part in parts if part)


def _bands(bands: Sequence[Band]) -> list[dict[str, Any]]:
    """Every second framework lies on a shade, so that a change of the yardstick is seen before any line."""
    return [
        {
            "type": "rect", "x0": band.first - 0.5, "x1": band.last + 0.5, "y0": 0, "y1": 1, "yref": "paper",
            "layer": "below", "line": {"width": 0}, "fillcolor": theme.SHADE,
        }
        for n, band in enumerate(bands)
        if n % 2
    ]  # fmt: skip


def _band_words(bands: Sequence[Band], step: float) -> list[dict[str, Any]]:
    """Names over the bands, at `step` pixels a year: one that would touch the one before stands a line
    higher."""
    made: list[dict[str, Any]] = []
    ends = [float("-inf"), float("-inf")]  # where the last name of each of the two lines ends
    for band in bands:
        middle = (band.first + band.last) / 2
        half = len(band.name) * LETTER / 2 + 4
        level = int(middle * step - half < ends[0])
        ends[level] = middle * step + half
        font = text_font("xs") | {"size": 11}
        place = {"yref": "paper", "yanchor": "bottom", "yshift": 4 + BAND_LINE * level}
        made.append(note(middle, 1, band.name, font=font) | place)
    return made


def _breaks(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """A dotted upright where our own series does not go on."""
    own = next((line for line in lines if line.look == "own"), None)
    cuts = [y.year for y in own.years if y.broken] if own else []
    line = {"color": theme.FAINT, "width": 1, "dash": "dot"}
    return [
        {
            "type": "line",
            "x0": x - 0.5,
            "x1": x - 0.5,
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "layer": "below",
            "line": line,
        }
        for x in cuts
    ]


def _names(lines: Sequence[Line], room: float, decimals: int, lang: str) -> list[dict[str, Any]]:
    """Each line named at its last point, moved apart where names would touch."""
    step = room * 17 / (HEIGHT - 90) * 1.2
    ends = sorted(((line, line.years[-1]) for line in lines if line.years), key=lambda end: end[1].value)
    made, last = [], None
    for line, end in ends:
        at = end.value if last is None else max(end.value, last + step)
        last = at
        font = text_font("xs", LOOKS[line.look]["color"], 700 if line.look == "own" else 400)
        made.append(
            note(1, at, _said(line, decimals, lang), xref="paper", xanchor="left", xshift=8, font=font)
        )
    return made


def _said(line: Line, decimals: int, lang: str) -> str:
    """A line's name and where it ends."""
    return f"{line.name} {number(line.years[-1].value, decimals, lang)}"
