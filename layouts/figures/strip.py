"""A strip: every province's score as a tick, our own marked, mean and leader labelled."""

from dataclasses import dataclass

from layouts import theme
from layouts.figures import template
from layouts.figures.template import Figure
from layouts.text import number, t

HEIGHT = 78
LINE_Y, TOP_Y, BELOW_Y = 0.5, 0.98, 0.08


@dataclass(frozen=True)
class Strip:
    """values: (unit name, score) of every unit; mean None = not known; mean_label says which statistic."""

    values: tuple[tuple[str, float], ...]
    own_name: str
    own: float
    mean: float | None
    mean_label: str
    decimals: int


def figure(strip: Strip, lang: str) -> Figure:
    """Ticks grey, own province in its colour, lowest and highest above, mean below."""
    others = [(unit, value) for unit, value in strip.values if unit != strip.own_name]
    low, high = _range(strip)
    pad = (high - low or 1) * 0.02
    data = [_ticks(others, strip, lang), _own(strip, lang)]
    shapes = [_line(low, high)] + ([_mean_mark(strip.mean)] if strip.mean is not None else [])
    return template.figure(
        data, lang, HEIGHT,
        margin={"l": 1, "r": 1, "t": 0, "b": 0},
        xaxis=template.hidden_axis(range=[low - pad, high + pad]), yaxis=template.hidden_axis(range=[0, 1]),
        shapes=shapes, annotations=_labels(strip, low, high, lang),
    )  # fmt: skip


def _range(strip: Strip) -> tuple[float, float]:
    seen = (
        [value for _, value in strip.values] + [strip.own] + ([strip.mean] if strip.mean is not None else [])
    )
    return min(seen), max(seen)


def _ticks(others: list[tuple[str, float]], strip: Strip, lang: str) -> Figure:
    return {
        "type": "scatter", "mode": "markers", "x": [v for _, v in others], "y": [LINE_Y] * len(others),
        "text": [f"{unit}: {number(value, strip.decimals, lang)}" for unit, value in others],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "symbol": "line-ns", "size": 15, "opacity": 0.75, "line": {"width": 1.4, "color": theme.FAINT},
        },
    }  # fmt: skip


def _own(strip: Strip, lang: str) -> Figure:
    return {
        "type": "scatter", "mode": "markers", "x": [strip.own], "y": [LINE_Y],
        "text": [f"<b>{strip.own_name}: {number(strip.own, strip.decimals, lang)}</b>"],
        "hovertemplate": "%{text}<extra></extra>", "cliponaxis": False,
        "marker": {"symbol": "line-ns", "size": 26, "line": {"width": 4.5, "color": theme.OWN}},
    }  # fmt: skip


def _line(low: float, high: float) -> Figure:
    return {
        "type": "line",
        "x0": low,
        "x1": high,
        "y0": LINE_Y,
        "y1": LINE_Y,
        "layer": "below",
        "line": {"color": theme.LINE, "width": 1},
    }


def _mean_mark(mean: float) -> Figure:
    return {
        "type": "line",
        "x0": mean,
        "x1": mean,
        "y0": 0.26,
        "y1": 0.72,
        "line": {"color": theme.INK, "width": 1.5, "dash": "2px,2px"},
    }


def _labels(strip: Strip, low: float, high: float, lang: str) -> list[Figure]:
    lowest = min(strip.values, key=lambda pair: pair[1])
    highest = max(strip.values, key=lambda pair: pair[1])
    labels = [
        template.note(
            lowest[1], TOP_Y, number(lowest[1], strip.decimals, lang), xanchor="left", yanchor="top"
        ),
        template.note(highest[1], TOP_Y, _named(highest, strip, lang), xanchor="right", yanchor="top"),
    ]
    if strip.mean is not None:
        place = (strip.mean - low) / (high - low or 1)
        anchor = "left" if place < 0.2 else "right" if place > 0.8 else "center"
        text = f"{strip.mean_label} {number(strip.mean, strip.decimals, lang)}"
        labels.append(template.note(strip.mean, BELOW_Y, text, xanchor=anchor, yanchor="bottom"))
    return labels


def _named(pair: tuple[str, float], strip: Strip, lang: str) -> str:
    return t("strip.highest", lang, unit=pair[0], value=number(pair[1], strip.decimals, lang))
