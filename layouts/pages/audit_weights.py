"""Audit of the weights: what is stated, what they do to the total, and what the ranking is without a part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from layouts import text, theme
from layouts.components.chart import Chart
from layouts.components.table import Col
from layouts.components.twin import Column, Table, plain, rows_of
from layouts.figures.dumbbell import Dot, DumbbellOptions, dumbbell
from layouts.frames import as_rows
from layouts.pages.audit import Block
from layouts.pages.audit_parts import name_of
from layouts.text import t

NEARLY = 0.05  # of a percent: what one decimal would not show


@dataclass(frozen=True)
class WeightsView:
    """Names by code and by unit; `weights` as `variance_shares`, `left_out` as `leave_one_out` gives them.

    units: provinces ranked. why: why nothing could be worked out, as a key of audit.why ("" = it could).
    """

    index: str
    year: int
    names: Mapping[str, str]
    unit_names: Mapping[str, str]
    weights: pd.DataFrame
    left_out: pd.DataFrame
    units: int
    why: str
    why_left_out: str
    meta: Mapping[str, Any]


def weights_blocks(view: WeightsView, lang: str) -> list[Block]:
    """Stated against effective weights of the parts of the total, and the ranking without each leaf."""
    if view.why:
        told = t(f"audit.why.{view.why}", lang, index=view.index, year=view.year)
        return [Block(t("audit.weights_none", lang, index=view.index, year=view.year), nothing=told)]
    return [_weights(view, lang), _left_out(view, lang)]


def top_parts(weights: pd.DataFrame) -> pd.DataFrame:
    """The parts of the total with `stated`: the nominal weight, else the effective one."""
    rows = weights[weights["depth"] == 1]
    return rows.assign(stated=rows["nominal"].fillna(rows["effective"]))


def short_percent(share: float, lang: str) -> str:
    """A share with a decimal only where it needs one: 20%, but 12,5%."""
    whole = abs(100 * share - round(100 * share)) < NEARLY
    return text.percent(share, 0 if whole else 1, lang)


def _weights(view: WeightsView, lang: str) -> Block:
    rows = top_parts(view.weights)
    drawn = rows[rows["stated"].notna() & rows["importance"].notna()]
    listed = _weights_table(view, lang)
    finding = t("audit.weights.unknown", lang, index=view.index, year=view.year)
    if drawn.empty:
        return Block(finding, t("audit.explain.weights", lang), **listed)
    apart = drawn.loc[(drawn["importance"] - drawn["stated"]).abs().idxmax()]
    finding = t(
        "audit.weights.finding",
        lang,
        part=name_of(view.names, apart["code"]),
        stated=short_percent(apart["stated"], lang),
        importance=short_percent(apart["importance"], lang),
        index=view.index,
        year=view.year,
    )
    return Block(finding, t("audit.explain.weights", lang), chart=_chart(view, drawn, lang), **listed)


def _chart(view: WeightsView, drawn: pd.DataFrame, lang: str) -> Chart:
    frame = drawn.sort_values("importance", ascending=False)
    frame = frame.assign(name=[name_of(view.names, code) for code in frame["code"]])[
        ["name", "stated", "importance"]
    ]
    dots = (
        Dot("stated", t("audit.weights.stated", lang), theme.MUTED, "diamond"),
        Dot("importance", t("audit.weights.importance", lang), theme.BLUE),
    )
    title = t("audit.weights.chart", lang)
    columns = [
        Column("name", t("audit.weights.part", lang)),
        Column("stated", t("audit.weights.stated", lang), 3),
        Column("importance", t("audit.weights.importance", lang), 3),
    ]
    options = DumbbellOptions(dots, ("stated", "importance"), percent=True)
    return Chart(
        dumbbell(frame.reset_index(drop=True), options, lang),
        title,
        t("audit.weights.subtitle", lang),
        t("audit.weights.caption", lang),
        Table("audit-weights-chart", title, columns, rows_of(frame, columns), meta=view.meta),
    )


def _weights_table(view: WeightsView, lang: str) -> dict[str, Any]:
    rows = view.weights[view.weights["depth"] > 0]
    return {
        "table_id": "audit-weights",
        "name": t("audit.weights.table", lang, index=view.index, year=view.year),
        "columns": (
            Col("part", t("audit.weights.part", lang), flex=4, least=140, wrap=True),
            Col("nominal", t("audit.weights.nominal", lang), "share", 1, width=92, hide_under=560),
            Col("effective", t("audit.weights.effective", lang), "share", 1, width=92),
            Col("importance", text.upper_first(t("audit.weights.importance", lang)), "share", 1, width=104),
        ),
        "rows": [
            {
                "part": name_of(view.names, row["code"]),
                **{name: plain(row[name]) for name in ("nominal", "effective", "importance")},
            }
            for row in as_rows(rows)
        ],
    }


def _left_out(view: WeightsView, lang: str) -> Block:
    rows = view.left_out[view.left_out["mean_shift"].notna()] if len(view.left_out) else view.left_out
    if not len(rows):
        why = view.why_left_out or "not_removable"
        told = t(f"audit.why.{why}", lang, index=view.index, year=view.year)
        return Block(t("audit.left_out.none", lang), t("audit.explain.left_out", lang), nothing=told)
    most = rows.loc[rows["mean_shift"].idxmax()]
    finding = t(
        "audit.left_out.finding",
        lang,
        part=name_of(view.names, most["code"]),
        moved=text.number(most["moved"], 0, lang),
        units=view.units,
        most=text.number(most["max_shift"], 0, lang),
        unit=view.unit_names.get(str(most["most_moved"]), text.DASH),
    )
    return Block(
        finding,
        t("audit.explain.left_out", lang),
        "audit-left-out",
        t("audit.left_out.table", lang),
        (
            Col("part", t("audit.left_out.part", lang), flex=4, least=140, wrap=True),
            Col("mean_shift", t("audit.left_out.mean", lang), "number", 2, width=96),
            Col("max_shift", t("audit.left_out.max", lang), "number", 0, width=100),
            Col("moved", t("audit.left_out.moved", lang), "integer", width=110, hide_under=560),
            Col("spearman", t("audit.left_out.spearman", lang), "number", 3, width=110, hide_under=700),
            Col("unit", t("audit.left_out.unit", lang), flex=2, least=120, hide_under=820),
        ),
        [
            {
                "part": name_of(view.names, row["code"]),
                "unit": view.unit_names.get(str(row["most_moved"])),
                **{name: plain(row[name]) for name in ("mean_shift", "max_shift", "moved", "spearman")},
            }
            for row in as_rows(rows.sort_values("mean_shift", ascending=False))
        ],
    )
