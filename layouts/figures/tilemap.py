"""The country as tiles: one square a province, shaded by score or rank; the two archipelagos always drawn.

Drawn from bars, not from a map: no outline file is fetched, every province weighs the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import pandas as pd

from layouts import text, theme
from layouts.figures.template import Figure, figure, hidden_axis, note, text_font

TILE = 0.94  # of a cell: the rest is the gap between tiles
# Six equal steps. The middle blue is left out: neither dark nor white text reaches 4.5:1 on it.
PALE, DARK = theme.BLUES[1:4], theme.BLUES[5:8]
STEPS = (*PALE, *DARK)
LABEL_WIDTH = 6  # characters
LABEL = 10  # pixels: the longest half of a name fits a tile of a 420 pixel drawing


@dataclass(frozen=True)
class TileOptions:
    """`by` is value or rank (dark = high value, or a rank near 1); `own` our unit_id; `scale_title` over the
    colour key.
    """

    own: str
    by: str = "value"
    decimals: int = 2
    scale_title: str = ""
    no_data: str = ""


def tilemap(frame: pd.DataFrame, options: TileOptions, lang: str) -> Figure:
    """Tiles of one unit set.

    `frame`: unit_id, label, row, col, value, rank, belongs (name of the province an archipelago is part of,
    else ""), hover (text). A tile without the figure asked for is hatched. No outside request, no outline
    file.
    """
    tiles = frame.assign(shade=_shade(frame, options))
    known, blank = tiles[tiles["shade"].notna()], tiles[tiles["shade"].isna()]
    traces = [make(part, options) for part, make in ((known, _known), (blank, _blank)) if len(part)]
    squares, words = _key(tiles, options, lang) if len(known) else ([], [])
    rows, cols = int(frame["row"].max()) + 1, int(frame["col"].max()) + 1
    made = figure(
        traces,
        lang,
        0,
        margin={"l": 2, "r": 2, "t": 2, "b": 2},
        barmode="overlay",
        bargap=0,
        shapes=squares,
        xaxis=hidden_axis(range=[-0.5, cols - 0.2], constrain="domain"),
        yaxis=hidden_axis(
            range=[rows + 0.1, -0.5], scaleanchor="x", constrain="domain", constraintoward="top"
        ),
        annotations=_belongings(tiles) + words + _key_words(tiles, blank, options),
    )
    del made["layout"]["height"]  # its place on the page keeps the proportion, see `proportion`
    return made


def proportion(frame: pd.DataFrame) -> str:
    """Width to height of the drawing, for the style of its place: tiles stay square on every screen."""
    return f"{float(frame['col'].max()) + 1.3} / {float(frame['row'].max()) + 1.6}"


def _shade(frame: pd.DataFrame, options: TileOptions) -> pd.Series:
    return frame["value"] if options.by == "value" else -frame["rank"]


def _known(tiles: pd.DataFrame, options: TileOptions) -> dict[str, Any]:
    low, high = float(tiles["shade"].min()), float(tiles["shade"].max())
    width = (high - low) or 1.0
    steps = [min(int((value - low) / width * len(STEPS)), len(STEPS) - 1) for value in tiles["shade"]]
    marker = {"color": [STEPS[n] for n in steps], "line": _outline(tiles, options)}
    font = text_font("xs") | {
        "color": [_ink(n) for n in steps],
        "size": [_size(label) for label in tiles["label"]],
    }
    return _tiles(tiles, options) | {"marker": marker, "insidetextfont": font}


def _ink(step: int) -> str:
    return theme.INK if step < len(PALE) else theme.PAPER


def _blank(tiles: pd.DataFrame, options: TileOptions) -> dict[str, Any]:
    marker = {
        "color": theme.PAPER,
        "line": _outline(tiles, options),
        "pattern": {"shape": "/", "fgcolor": theme.LINE, "bgcolor": theme.SHADE, "size": 6, "solidity": 0.35},
    }
    return _tiles(tiles, options) | {
        "marker": marker,
        "insidetextfont": text_font("xs", theme.MUTED) | {"size": LABEL},
    }


def _tiles(tiles: pd.DataFrame, options: TileOptions) -> dict[str, Any]:
    words = [
        _label(label, unit == options.own)
        for label, unit in zip(tiles["label"], tiles["unit_id"], strict=True)
    ]
    return {
        "type": "bar",
        "x": tiles["col"].tolist(),
        "y": [TILE] * len(tiles),
        "width": TILE,
        "base": [row - TILE / 2 for row in tiles["row"]],
        "text": words,
        "textposition": "inside",
        "textangle": 0,
        "constraintext": "none",
        "insidetextanchor": "middle",
        "hovertext": tiles["hover"].tolist(),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
    }


def _outline(tiles: pd.DataFrame, options: TileOptions) -> Mapping[str, list]:
    own = [unit == options.own for unit in tiles["unit_id"]]
    return {
        "color": [theme.OWN if it else theme.LINE for it in own],
        "width": [3 if it else 0.5 for it in own],
    }


def _label(label: str, own: bool) -> str:
    """The name on short lines, the own one strong: a word a line, or three lines for the longest names."""
    words = re.sub(r" - |(?<=\.)(?=\w)", " ", label)
    lines = words.split() if words.count(" ") < 2 else wrap(words, LABEL_WIDTH)[:3]
    shown = "<br>".join(lines)
    return f"<b>{shown}</b>" if own else shown


def _size(label: str) -> float:
    """Three lines are set a little smaller, to stay inside the tile."""
    return LABEL if _label(label, False).count("<br>") < 2 else LABEL - 1.5


def _key(tiles: pd.DataFrame, options: TileOptions, lang: str) -> tuple[list[Any], list[Any]]:
    """The colour key in the empty sea west of the centre: six squares, the lowest and the highest figure."""
    at, size = _key_place(tiles), 0.55
    squares = [
        {
            "type": "rect",
            "x0": -0.45 + n * size,
            "x1": -0.45 + (n + 1) * size,
            "y0": at,
            "y1": at + 0.35,
            "fillcolor": color,
            "line": {"width": 0},
        }
        for n, color in enumerate(STEPS)
    ]
    low, high = float(tiles["shade"].min()), float(tiles["shade"].max())
    ends = [
        text.number(
            abs(end) if options.by == "rank" else end, 0 if options.by == "rank" else options.decimals, lang
        )
        for end in (low, high)
    ]
    words = [
        note(-0.45, at - 0.1, options.scale_title, xanchor="left", yanchor="bottom"),
        note(-0.45, at + 0.42, ends[0], xanchor="left", yanchor="top"),
        note(-0.45 + len(STEPS) * size, at + 0.42, ends[1], xanchor="right", yanchor="top"),
    ]
    return squares, words


def _key_place(tiles: pd.DataFrame) -> float:
    """The row at which the first columns are empty: the middle of the longest run of rows without tiles
    there.
    """
    taken = set(tiles[tiles["col"] < 4]["row"].astype(int))
    free = [row for row in range(int(tiles["row"].max()) + 1) if row not in taken]
    return float(free[len(free) // 2]) if free else 0.0


def _belongings(tiles: pd.DataFrame) -> list[dict[str, Any]]:
    """Under each archipelago, the province it is part of; words wider than a tile at the edge go inwards."""
    islands, edge = tiles[tiles["belongs"] != ""], tiles["col"].max()
    return [
        note(
            col + 0.5 if col == edge else col,
            row + 0.52,
            words,
            xanchor="right" if col == edge else "center",
            yanchor="top",
            font=text_font("xs") | {"size": LABEL},
        )
        for col, row, words in zip(islands["col"], islands["row"], islands["belongs"], strict=True)
    ]


def _key_words(tiles: pd.DataFrame, blank: pd.DataFrame, options: TileOptions) -> list[dict[str, Any]]:
    """What the hatching means, in words, under the colour key."""
    if not len(blank) or not options.no_data:
        return []
    return [
        note(-0.45, _key_place(tiles) + 1.3, options.no_data, xanchor="left", yanchor="top", align="left")
    ]
