"""Audit of the parts: do they measure one thing (correlations, alpha, principal components)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from layouts import text
from layouts.components.chart import Chart
from layouts.components.table import Col
from layouts.components.twin import Column, Table, rows_of
from layouts.figures.matrix import matrix
from layouts.frames import as_rows
from layouts.pages.audit import Block
from layouts.text import t, word

FAIR, GOOD = 0.5, 0.7
WIDEST = 16


@dataclass(frozen=True)
class PartsView:
    """Names by code; `flags`, `alphas`, `pca` as `indices.audit` gives them; `top` the parts of the total.

    kept: how many principal components have an eigenvalue of 1 or more. units: provinces with every part.
    why: why nothing could be worked out, as a key of audit.why ("" = it could).
    """

    index: str
    year: int
    names: Mapping[str, str]
    root: str
    flags: pd.DataFrame
    alphas: pd.DataFrame
    pca: pd.DataFrame
    kept: int
    units: int
    top: Sequence[str]
    why: str
    meta: Mapping[str, Any]


def parts_blocks(view: PartsView, lang: str) -> list[Block]:
    """Correlations of the parts, flagged pairs, alpha by branch, shares of the principal components."""
    if view.why:
        told = t(f"audit.why.{view.why}", lang, index=view.index, year=view.year)
        return [Block(t("audit.parts_none", lang, index=view.index, year=view.year), nothing=told)]
    return [_flags(view, lang), *_matrix(view, lang), *_alphas(view, lang), *_pca(view, lang)]


def name_of(names: Mapping[str, str], code: str) -> str:
    """Code and name of a component, or the code alone."""
    full = names.get(code, "")
    return full if not full or full == code or full.startswith(code) else f"{code} {full}"


def _flags(view: PartsView, lang: str) -> Block:
    known = view.flags[view.flags["r"].notna()]
    counts = known["flag"].value_counts()
    told = {
        kind: text.number(int(counts.get(kind, 0)), 0, lang) for kind in ("weak", "negative", "collinear")
    }
    pairs = text.number(len(known), 0, lang)
    shown = known[known["flag"] != ""].sort_values("r")
    rows = [
        {
            "kind": t(f"audit.kind.{row['kind']}", lang),
            "a": name_of(view.names, row["a"]),
            "b": name_of(view.names, row["b"]),
            "r": float(row["r"]),
            "n": int(row["n"]),
            "flag": word("audit.flag", row["flag"], lang),
        }
        for row in as_rows(shown)
    ]
    return Block(
        t("audit.correlation.finding", lang, index=view.index, year=view.year, pairs=pairs, **told),
        t("audit.explain.correlation", lang),
        "audit-flags",
        t("audit.correlation.table", lang),
        (
            Col("kind", t("audit.correlation.kind", lang), width=120, hide_under=700),
            Col("a", t("audit.correlation.a", lang), flex=3, least=110, wrap=True),
            Col("b", t("audit.correlation.b", lang), flex=3, least=110, wrap=True),
            Col("r", t("audit.correlation.r", lang), "signed", 2, width=92),
            Col("n", t("audit.correlation.n", lang), "integer", width=92, hide_under=560),
            Col("flag", t("audit.correlation.flag", lang), flex=1, least=120, hide_under=560),
        ),
        rows,
    )


def _matrix(view: PartsView, lang: str) -> list[Block]:
    """The parts of the total with each other, as a drawing; left out where there are too many to read."""
    pairs = view.flags[(view.flags["parent"] == view.root) & (view.flags["kind"] == "sibling")]
    pairs = pairs[pairs["r"].notna()]
    if not 2 < len(view.top) <= WIDEST or pairs.empty:
        return []
    strongest = pairs.loc[pairs["r"].idxmax()]
    weakest = pairs.loc[pairs["r"].idxmin()]
    title = t(
        "audit.matrix.finding",
        lang,
        a=name_of(view.names, strongest["a"]),
        b=name_of(view.names, strongest["b"]),
        c=name_of(view.names, weakest["a"]),
        d=name_of(view.names, weakest["b"]),
    )
    names = [(code, code, view.names.get(code, code)) for code in view.top]
    return [Block("", chart=matrix_chart("audit-matrix", title, pairs, names, (view.meta, lang)))]


def matrix_chart(
    table_id: str,
    title: str,
    pairs: pd.DataFrame,
    names: Sequence[tuple[str, str, str]],
    told: tuple[Mapping[str, Any], str],
) -> Chart:
    """A square of correlations with the pairs as its table; `told`: origin of the figures, language."""
    meta, lang = told
    full = {code: name if name == short else f"{short} {name}" for code, short, name in names}
    columns = [
        Column("a", t("audit.correlation.a", lang)),
        Column("b", t("audit.correlation.b", lang)),
        Column("r", t("audit.correlation.r", lang), 2),
        Column("n", t("audit.correlation.n", lang), 0),
    ]
    listed = pairs.assign(a=pairs["a"].map(full), b=pairs["b"].map(full)).sort_values("r", ascending=False)
    return Chart(
        matrix(pairs, names, lang),
        title,
        t("audit.matrix.subtitle", lang),
        t("audit.matrix.caption", lang),
        Table(table_id, t("audit.matrix.table", lang), columns, rows_of(listed, columns), meta=meta),
        classes="audit-matrix",
        style={"minWidth": f"{160 + 40 * len(names)}px", "maxWidth": f"{240 + 64 * len(names)}px"},
    )


def _alphas(view: PartsView, lang: str) -> list[Block]:
    rows = view.alphas[view.alphas["alpha"].notna()]
    if rows.empty:
        return []
    whole = rows[rows["code"] == view.root]
    first = (whole if len(whole) else rows.sort_values("alpha")).iloc[0]
    level = strength(float(first["alpha"]))
    return [
        Block(
            t(
                f"audit.alpha.{level}",
                lang,
                branch=name_of(view.names, first["code"]),
                alpha=text.number(first["alpha"], 2, lang),
            ),
            t("audit.explain.alpha", lang),
            "audit-alphas",
            t("audit.alpha.table", lang),
            (
                Col("branch", t("audit.alpha.branch", lang), flex=4, least=140, wrap=True),
                Col("items", t("audit.alpha.items", lang), "integer", width=110, hide_under=560),
                Col("units", t("audit.correlation.n", lang), "integer", width=92, hide_under=560),
                Col("alpha", t("audit.alpha.alpha", lang), "number", 2, width=72),
                Col("strength", t("audit.alpha.strength", lang), flex=1, least=110),
            ),
            [
                {
                    "branch": name_of(view.names, row["code"]),
                    "items": int(row["items"]),
                    "units": int(row["units"]),
                    "alpha": float(row["alpha"]),
                    "strength": t(f"audit.strength.{strength(float(row['alpha']))}", lang),
                }
                for row in as_rows(rows.sort_values("alpha"))
            ],
        )
    ]


def strength(alpha: float) -> str:
    """good | fair | weak: how well parts hold together."""
    return "good" if alpha >= GOOD else "fair" if alpha >= FAIR else "weak"


def _pca(view: PartsView, lang: str) -> list[Block]:
    if view.pca.empty:
        return []
    first = float(view.pca["share"].iloc[0])
    told = {
        "kept": view.kept,
        "parts": len(view.pca),
        "share": text.percent(first, 0, lang),
        "units": view.units,
    }
    return [
        Block(
            t("audit.pca.finding", lang, **told),
            t("audit.explain.pca", lang),
            "audit-pca",
            t("audit.pca.table", lang),
            (
                Col("component", t("audit.pca.component", lang), "integer", width=88),
                Col(
                    "eigenvalue",
                    t("audit.pca.eigenvalue", lang),
                    "number",
                    2,
                    flex=1,
                    least=90,
                    hide_under=560,
                ),
                Col("share", t("audit.pca.share", lang), "share", 1, flex=1, least=90),
                Col("cumulative", t("audit.pca.cumulative", lang), "share", 1, flex=1, least=90),
            ),
            [{name: float(v) for name, v in row.items()} for row in as_rows(view.pca)],
        )
    ]
