"""Audit of the ways of measuring: two versions of an index side by side, and what the change alone did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import html

from layouts import text
from layouts.components.controls import chips
from layouts.components.table import Col
from layouts.components.twin import plain
from layouts.frames import as_rows
from layouts.pages.audit import Block
from layouts.text import t, word

KINDS = ("changed", "renumbered", "merged", "split", "dropped", "added")


@dataclass(frozen=True)
class VersionsView:
    """`first`, `second`: names of the versions ("" = the index has one only). `chips`: pairs to choose from.

    changes: rows of `frameworks diff`. split: table of `Warehouse.decomposition` between `years` and `unit`;
    `reason` why there is none, as a key of audit.reason.
    """

    index: str
    first: str
    second: str
    chips: Sequence[tuple[str, str, bool]]
    changes: pd.DataFrame
    years: tuple[int, int]
    split: pd.DataFrame
    reason: str


def versions_blocks(view: VersionsView, lang: str) -> list[Block]:
    """What changed in the definition, and what that alone did to scores and ranks."""
    if not view.second:
        return [
            Block(
                t("audit.versions.single", lang, index=view.index),
                nothing=t("audit.versions.single_why", lang),
            )
        ]
    return [_changes(view, lang), _split(view, lang)]


def _changes(view: VersionsView, lang: str) -> Block:
    counts = view.changes["change"].value_counts()
    parts = [
        t(f"audit.versions.count.{kind}", lang, count=text.number(int(counts[kind]), 0, lang))
        for kind in KINDS
        if kind in counts
    ]
    told = text.listing(parts, lang) if parts else t("audit.versions.nothing", lang)
    rows = [
        {
            "change": word("audit.change", row["change"], lang),
            "component": row["component"],
            "name": row["name"],
            "what": word("audit.attribute", row["what"], lang) or None,
            "before": _value(row["before"], lang),
            "after": _value(row["after"], lang),
            "confidence": _sure(row["confidence"], lang),
        }
        for row in sorted(as_rows(view.changes), key=lambda row: KINDS.index(row["change"]))
    ]
    return Block(
        t("audit.versions.finding", lang, first=view.first, second=view.second, told=told),
        t("audit.explain.versions", lang),
        "audit-versions",
        t("audit.versions.table", lang, first=view.first, second=view.second),
        (
            Col("change", t("audit.versions.change", lang), width=92),
            Col("component", t("audit.versions.code", lang), width=84),
            Col("name", t("audit.versions.name", lang), flex=4, least=140, wrap=True),
            Col("what", t("audit.versions.what", lang), flex=1, least=110, hide_under=560),
            Col("before", t("audit.versions.before", lang), flex=2, least=110, wrap=True, hide_under=560),
            Col("after", t("audit.versions.after", lang), flex=2, least=110, wrap=True, hide_under=560),
            Col("confidence", t("audit.versions.confidence", lang), width=110, hide_under=900),
        ),
        rows,
        nothing=t("audit.versions.nothing", lang),
        above=html.Div(chips(list(view.chips), t("audit.versions.choose", lang)))
        if len(view.chips) > 1
        else None,
    )


def _value(value: str, lang: str) -> str | None:
    return t("audit.versions.not_known", lang) if value == "not known" else value or None


def _sure(confidence: str, lang: str) -> str | None:
    if not confidence:
        return None
    return (
        t("audit.versions.confirmed", lang)
        if confidence == "confirmed"
        else text.percent(confidence, 0, lang)
    )


def _split(view: VersionsView, lang: str) -> Block:
    before, after = view.years
    if view.split.empty:
        told = t(f"audit.reason.{view.reason or 'no_common_unit'}", lang)
        finding = t("audit.split.none", lang, before=before, after=after)
        return Block(finding, t("audit.explain.split", lang), nothing=told)
    rows = view.split.assign(shift=view.split["rank_old_framework"] - view.split["rank_after"])
    moved = rows[rows["shift"] != 0]
    finding = t("audit.split.same", lang, before=before, after=after, units=len(rows))
    if len(moved):
        most = rows.loc[rows["shift"].abs().idxmax()]
        told = {"unit": most["unit"], "places": text.number(abs(int(most["shift"])), 0, lang)}
        way = "up" if most["shift"] > 0 else "down"
        finding = t(
            f"audit.split.{way}", lang, before=before, after=after, moved=len(moved), units=len(rows), **told
        )
    order = rows["shift"].abs().sort_values(ascending=False, kind="stable").index
    return Block(
        finding,
        t("audit.explain.split", lang),
        "audit-split",
        t("audit.split.table", lang, before=before, after=after),
        _split_columns(before, after, lang),
        [_split_row(row) for row in as_rows(rows.loc[order])],
    )


def _split_columns(before: int, after: int, lang: str) -> tuple[Col, ...]:
    return (
        Col("unit", t("data.conflict.unit", lang), flex=2, least=96),
        Col("performance", t("audit.split.performance", lang), "signed", 2, width=120, hide_under=700),
        Col("framework", t("audit.split.framework", lang), "signed", 2, width=120, hide_under=560),
        Col("rank_before", t("audit.split.rank", lang, year=before), "rank", width=100, hide_under=700),
        Col("rank_old_framework", t("audit.split.rank_old", lang, year=after), "rank", width=92),
        Col("rank_after", t("audit.split.rank", lang, year=after), "rank", width=68),
        Col("shift", t("audit.split.shift", lang), "change", 0, width=88),
    )


def _split_row(row: Mapping[str, Any]) -> dict[str, Any]:
    ranks = ("rank_before", "rank_old_framework", "rank_after", "shift")
    made = {
        "unit": row["unit"],
        "performance": plain(row["performance"]),
        "framework": plain(row["framework"]),
        "refs": row["refs"],
    }
    return made | {name: int(row[name]) for name in ranks}
