"""Correlations of everything with everything, as a square of colour with the figure in each cell."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from layouts import text, theme
from layouts.figures.template import Figure, axis, figure, text_font

CELL, HEAD, NAMES = 34, 42, 150
# Light enough for dark text everywhere; orange for against each other, blue for together.
RAMP = (theme.ORANGES[3], theme.ORANGES[1], theme.MIDDLE, theme.BLUES[1], theme.BLUES[3])


def matrix(pairs: pd.DataFrame, names: Sequence[tuple[str, str, str]], lang: str) -> Figure:
    """The lower half of a symmetric table. `pairs`: a, b, r (-1 to 1); `names`: code, short and full name.

    A cell without r stays blank.
    """
    codes = [code for code, _, _ in names]
    known = {(row.a, row.b): row.r for row in pairs.itertuples()}
    known |= {(b, a): r for (a, b), r in known.items()}
    rows = [[known.get((a, b)) if n > m else None for m, b in enumerate(codes)] for n, a in enumerate(codes)]
    z = [[None if not text.has(r) else round(float(r), 4) for r in row] for row in rows]
    words = [[text.number(r, 2, lang) if text.has(r) else "" for r in row] for row in rows]
    about = [[f"{full_a} – {full_b}" for _, _, full_b in names] for _, _, full_a in names]
    field = {
        "type": "heatmap", "z": z, "x": list(range(len(codes))), "y": list(range(len(codes))),
        "text": words, "texttemplate": "%{text}", "textfont": text_font("xs", theme.INK) | {"size": 11},
        "xgap": 2, "ygap": 2, "zmin": -1, "zmax": 1, "showscale": False, "hoverongaps": False,
        "colorscale": [[n / (len(RAMP) - 1), color] for n, color in enumerate(RAMP)],
        "customdata": about, "hovertemplate": "%{customdata}: %{text}<extra></extra>",
    }  # fmt: skip
    places = list(range(len(codes)))
    heads, labels = (
        [short for _, short, _ in names],
        [f"{short} {_cut(full, short)}" for _, short, full in names],
    )
    return figure(
        [field],
        lang,
        HEAD + CELL * len(codes),
        margin={"l": NAMES, "r": 4, "t": HEAD, "b": 6},
        xaxis=axis(
            side="top", tickvals=places[:-1], ticktext=heads[:-1], tickangle=0, range=[-0.5, len(codes) - 1.5]
        ),
        yaxis=axis(
            range=[len(codes) - 0.5, 0.5],
            tickvals=places[1:],
            ticktext=labels[1:],
            ticklabelstandoff=6,
            tickfont=text_font("xs", theme.INK),
        ),
    )


def _cut(full: str, short: str) -> str:
    """The full name as far as there is room; nothing where it is the short one."""
    if full == short:
        return ""
    return full if len(full) <= 16 else full[:15].rstrip() + "…"
