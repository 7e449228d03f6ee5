"""Ranks (or scores) over the years: our province strong, the leaders named, everyone else grey."""

from dataclasses import dataclass, field
from itertools import groupby
from math import ceil, isnan
from operator import itemgetter
from typing import Any

import pandas as pd

from layouts import text, theme
from layouts.figures.template import Figure, axis, figure, name_room, note, text_font

NEAR = 0.034  # of the height: end labels closer than this are pushed apart


@dataclass(frozen=True)
class BumpOptions:
    """`by` is rank or value; `named` unit_ids to name beside ours; `breaks` {year: words} where the
    framework changed.
    """

    own: str
    by: str = "rank"
    named: tuple[str, ...] = ()
    breaks: dict[int, str] = field(default_factory=dict)
    decimals: int = 2
    height: int = 460
    y_title: str = ""


def bump(frame: pd.DataFrame, options: BumpOptions, lang: str) -> Figure:
    """Lines over years.

    `frame`: unit_id, name, year, value (the rank or the score; NaN = not published), joined (False where the
    value must not be joined to the year before it). Years without a value, and breaks, are gaps.
    """
    years = list(range(int(frame["year"].min()), int(frame["year"].max()) + 1))
    strong = [unit for unit in (*options.named, options.own) if unit in set(frame["unit_id"])]
    traces = [_crowd(frame[~frame["unit_id"].isin(strong)], options, lang)]
    traces += [_line(frame[frame["unit_id"] == unit], unit, options, lang) for unit in dict.fromkeys(strong)]
    return figure(
        traces,
        lang,
        options.height,
        margin={"l": 40, "r": name_room(frame.loc[frame["unit_id"].isin(strong), "name"]), "t": 26, "b": 24},
        xaxis=axis(
            tickvals=_ticks(years), range=[years[0] - 0.3, years[-1] + 0.3], tickformat="d", tickangle=0
        ),
        yaxis=_y_axis(frame, options, lang),
        shapes=[_break_line(year) for year in options.breaks],
        annotations=_ends(frame, strong, options) + _break_words(options),
    )


def _ticks(years: list[int]) -> list[int]:
    """At most six years, evenly apart, always with the last one: they fit side by side on a phone."""
    return sorted(years[::-1][:: ceil(len(years) / 6)])


def _y_axis(frame: pd.DataFrame, options: BumpOptions, lang: str) -> dict[str, Any]:
    low, high = float(frame["value"].min()), float(frame["value"].max())
    title = {"text": options.y_title if options.by == "value" else "", "font": text_font(), "standoff": 4}
    if options.by == "rank":
        ticks = sorted(
            {1, *range(10, int(high), 10), int(high)} - ({int(high) // 10 * 10} if high % 10 < 4 else set())
        )
        return axis(range=[high + 1, 0], tickvals=ticks, showgrid=True, title=title)
    pad = (high - low) * 0.06 or 1
    places = 0 if high - low > 4 else min(options.decimals, 2)
    return axis(range=[low - pad, high + pad], nticks=6, tickformat=f".{places}f", showgrid=True, title=title)


def _gapped(rows: pd.DataFrame) -> tuple[list[Any], list[Any]]:
    """x and y of one unit with an empty point wherever the line must break."""
    return _broken(rows["year"].tolist(), rows["value"].tolist(), rows["joined"].tolist())


def _broken(years: list[int], values: list[float], joins: list[bool]) -> tuple[list[Any], list[Any]]:
    x: list[Any] = []
    y: list[Any] = []
    last: int | None = None
    for year, value, joined in zip(years, values, joins, strict=True):
        if isnan(value):
            continue
        if last is not None and (not joined or year - last > 1):
            x.append(None)
            y.append(None)
        x.append(int(year))
        y.append(float(value))
        last = int(year)
    return x, y


def _crowd(frame: pd.DataFrame, options: BumpOptions, lang: str) -> dict[str, Any]:
    """Everyone else as one grey trace: a line a unit, broken between units."""
    x: list[Any] = []
    y: list[Any] = []
    names: list[str] = []
    columns = (frame[c].tolist() for c in ("unit_id", "name", "year", "value", "joined"))
    points = sorted(zip(*columns, strict=True), key=itemgetter(0, 1, 2))
    for (_, name), own in groupby(points, key=itemgetter(0, 1)):
        _, _, years, values, joins = map(list, zip(*own, strict=True))
        a, b = _broken(years, values, joins)
        x += [*a, None]
        y += [*b, None]
        names += [str(name)] * (len(a) + 1)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": x,
        "y": y,
        "text": names,
        "connectgaps": False,
        "line": {"color": theme.CROWD, "width": 1},
        "marker": {"size": 3, "color": theme.CROWD_MARK},
        "hovertemplate": _hover(options, lang),
    }


def _line(rows: pd.DataFrame, unit: str, options: BumpOptions, lang: str) -> dict[str, Any]:
    own = unit == options.own
    rows = rows.sort_values("year")
    x, y = _gapped(rows)
    color = theme.OWN if own else theme.BLUES[4]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": x,
        "y": y,
        "connectgaps": False,
        "text": [str(rows["name"].iloc[0])] * len(x),
        "line": {"color": color, "width": 3 if own else 1.4},
        "marker": {"size": 7 if own else 4, "color": color},
        "hovertemplate": _hover(options, lang),
    }


def _hover(options: BumpOptions, lang: str) -> str:
    if options.by == "rank":
        return text.t("ranking.bump_hover_rank", lang) + "<extra></extra>"
    return text.t("ranking.bump_hover_score", lang, format=f":.{options.decimals}f") + "<extra></extra>"


def _ends(frame: pd.DataFrame, strong: list[str], options: BumpOptions) -> list[dict[str, Any]]:
    """Names at the end of the strong lines, pushed apart where they would overlap."""
    last = frame[frame["unit_id"].isin(strong) & frame["value"].notna()].sort_values("year")
    last = last.groupby("unit_id", as_index=False).last().sort_values("value", ascending=options.by == "rank")
    spread = (float(frame["value"].max()) - float(frame["value"].min()) + 1) * NEAR * 460 / options.height
    sign = 1 if options.by == "rank" else -1
    places: list[float] = []
    for value in last["value"]:
        places.append(value if not places else sign * max(sign * value, sign * places[-1] + spread))
    right = int(frame["year"].max()) + 0.3
    return [
        _end(unit, name, (right, y), options)
        for unit, name, y in zip(last["unit_id"], last["name"], places, strict=True)
    ]


def _end(unit: str, name: str, place: tuple[float, float], options: BumpOptions) -> dict[str, Any]:
    own = unit == options.own
    words = f"<b>{name}</b>" if own else name
    return note(*place, words, xanchor="left", font=text_font("xs", theme.OWN if own else theme.BLUES[6]))


def _break_line(year: int) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": year - 0.5,
        "x1": year - 0.5,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "layer": "below",
        "line": {"color": theme.FAINT, "width": 1, "dash": "dot"},
    }


def _break_words(options: BumpOptions) -> list[dict[str, Any]]:
    """What a dotted line means, once: over the last one, where the eye comes from the names."""
    return [
        note(year - 0.5, 1, words, yref="paper", yanchor="bottom")
        for year, words in list(options.breaks.items())[-1:]
    ]
