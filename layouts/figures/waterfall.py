"""From the maximum down to the score: each loss as a step, largest first, so that the steps add up."""

from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import pandas as pd

from layouts import text, theme
from layouts.figures.template import Figure, figure, hidden_axis, note, text_font

HEAD, FOOT = 26, 30  # pixels over the first row and under the last for the two ends
ROW, LINE = 66, 17  # pixels of a row with a name of one line, and of each further line
BAR = 0.24  # of a row
NAME_WIDTH = 46  # characters: a name fits a phone


@dataclass(frozen=True)
class Ends:
    """The maximum and the score reached, with their decimals and words."""

    maximum: float
    score: float
    decimals: int
    maximum_word: str
    score_word: str


def waterfall(frame: pd.DataFrame, ends: Ends, lang: str) -> Figure:
    """Steps of loss from the maximum (right) to the score (left).

    `frame`: name, words (what was lost), step (points of the total, > 0), in the order to draw; the steps add
    up to maximum less score. Only lengths are drawn, so the axis needs no zero.
    """
    after = ends.maximum - frame["step"].cumsum()
    span = max(ends.maximum - ends.score, 1e-9)
    names = [wrap(str(name), NAME_WIDTH)[:2] for name in frame["name"]]
    row = ROW + LINE * (max((len(lines) for lines in names), default=1) - 1)
    bars = {
        "type": "bar", "orientation": "h", "x": frame["step"].tolist(), "base": after.tolist(),
        "y": list(range(len(frame))), "width": BAR, "cliponaxis": False,
        "marker": {"color": theme.ORANGES[3], "line": {"color": theme.ORANGES[4], "width": 0.5}},
        "customdata": (frame["name"] + "<br>" + frame["words"]).tolist(),
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip
    return figure(
        [bars],
        lang,
        HEAD + FOOT + row * max(len(frame), 1),
        margin={"l": 4, "r": 4, "t": HEAD, "b": FOOT},
        xaxis=hidden_axis(range=[ends.score - span * 0.004, ends.maximum + span * 0.004]),
        yaxis=hidden_axis(range=[len(frame) - 0.75, -0.8]),
        annotations=[*_names(names, frame["words"]), *_ends(ends, lang)],
        shapes=[*_uprights(ends, len(frame)), *_guides(len(frame))],
    )


def _names(names: list[list[str]], words: pd.Series) -> list[dict[str, Any]]:
    """Each name over its step, with what was lost under it."""
    made = []
    for n, (lines, said) in enumerate(zip(names, words, strict=True)):
        place = {"xref": "paper", "xanchor": "left", "yanchor": "bottom", "align": "left"}
        name, font = "<br>".join(lines), text_font("sm", theme.INK)
        made.append(note(0, n - BAR / 2, name, font=font, yshift=LINE) | place)
        made.append(note(0, n - BAR / 2, said, font=text_font("sm")) | place)
    return made


def _ends(ends: Ends, lang: str) -> list[dict[str, Any]]:
    """The score under the last step, the maximum over the first one."""
    score = f"<b>{ends.score_word} {text.number(ends.score, ends.decimals, lang)}</b>"
    most = f"{ends.maximum_word} {text.number(ends.maximum, 0 if ends.maximum % 1 == 0 else 2, lang)}"
    return [
        note(ends.score, 0, score, yref="paper", xanchor="left", yanchor="top", yshift=-4,
             font=text_font("sm", theme.OWN)),
        note(ends.maximum, 1, most, yref="paper", xanchor="right", yanchor="bottom", yshift=2,
             font=text_font("sm", theme.INK)),
    ]  # fmt: skip


def _uprights(ends: Ends, rows: int) -> list[dict[str, Any]]:
    """The maximum down to the first step, the score from the last one on: nothing crosses a name."""
    looks = (
        (ends.score, rows - 1 - BAR / 2, rows - 0.75, theme.OWN, 3),
        (ends.maximum, -0.8, BAR / 2, theme.INK, 1.5),
    )
    return [
        {"type": "line", "x0": x, "x1": x, "y0": top, "y1": foot, "line": {"color": color, "width": width}}
        for x, top, foot, color, width in looks
    ]


def _guides(rows: int) -> list[dict[str, Any]]:
    """A faint line under each row, so that the eye finds the step of a name."""
    line = {"color": theme.LINE, "width": 1}
    return [
        {
            "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": n + BAR / 2, "y1": n + BAR / 2,
            "layer": "below", "line": line,
        }
        for n in range(rows)
    ]  # fmt: skip
