"""The data page's part about the releases kept, and what changed from one to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts import ids, text
from layouts.components.notice import empty, notice
from layouts.components.table import Col, Spec, grid, payload
from layouts.components.twin import Column, Table, buttons, html_table, store
from layouts.pages.data_take import labelled_chips
from layouts.text import t

TALL = 460
SHOWN = 1_000
KINDS = ("new", "changed", "gone", "ranks")


@dataclass(frozen=True)
class KeptRelease:
    """A release on disk: id, when it was built (ISO), bytes, whether it is the one served."""

    release_id: str
    built_at: str
    size: int
    served: bool


@dataclass(frozen=True)
class ReleasesView:
    """The releases kept and two of them compared. Chips are (text, address, chosen).

    counts: rows {index, year, new, changed, gone, ranks}. changes: rows of figures, at most SHOWN of `total`.
    `failed`: why they could not be compared; `asked`: whether somebody asked to compare them.
    """

    kept: Sequence[KeptRelease]
    old: str
    new: str
    old_chips: Sequence[tuple[str, str, bool]]
    new_chips: Sequence[tuple[str, str, bool]]
    counts: Sequence[Mapping[str, Any]]
    changes: Sequence[Mapping[str, Any]]
    total: int
    failed: str
    asked: bool
    meta: Mapping[str, Any]


def releases_section(view: ReleasesView, lang: str) -> Component:
    """Which releases there are, and what changed between two chosen ones."""
    title = t("data.releases.heading", lang)
    listed = _kept_table(view, title, lang)
    children = [
        html.Div([html.H2(title), buttons(listed, lang)], className="section-head"),
        html.P(t("data.releases.note", lang), className="note"),
        html.Div(
            html_table(listed, lang),
            className="table-scroll",
            tabIndex=0,
            role="region",
            **{"aria-label": title},
        ),
        store(listed),
        *_compared(view, lang),
    ]
    return html.Section(children, id="data-releases")


def _kept_table(view: ReleasesView, title: str, lang: str) -> Table:
    columns = [
        Column("release", t("releases.id", lang)),
        Column("built", t("releases.built", lang)),
        Column("size", t("releases.size", lang), 1),
        Column("served", t("releases.served", lang)),
    ]
    rows = [
        {
            "release": one.release_id,
            "built": f"{text.day(one.built_at, lang)} {one.built_at[11:16]}",
            "size": one.size / 1e6,
            "served": t("releases.now", lang) if one.served else None,
        }
        for one in view.kept
    ]
    return Table("data-releases-kept", title, columns, rows, meta=view.meta)


def _compared(view: ReleasesView, lang: str) -> list[Component]:
    if len(view.kept) < 2:
        return [empty(t("releases.single", lang), t("releases.single_help", lang))]
    chosen = [
        labelled_chips(view.old_chips, t("releases.from", lang)),
        labelled_chips(view.new_chips, t("releases.to", lang)),
    ]
    if not view.asked:
        return [*chosen, html.P(t("releases.choose", lang))]
    if view.failed:
        return [*chosen, notice(t("releases.failed", lang, old=view.old, new=view.new), "info", lang)]
    return [*chosen, html.H3(finding(view, lang)), *(_tables(view, lang) if view.counts else [])]


def finding(view: ReleasesView, lang: str) -> str:
    """What changed, in one sentence."""
    sums = {kind: sum(int(row[kind]) for row in view.counts) for kind in KINDS}
    if not any(sums.values()):
        return t("releases.same", lang, old=view.old, new=view.new)
    told = {kind: text.number(count, 0, lang) for kind, count in sums.items()}
    return t("releases.finding", lang, old=view.old, newer=view.new, **told)


def _tables(view: ReleasesView, lang: str) -> list[Component]:
    counted = _spec("data-changes-count", t("releases.by_year", lang), _count_columns(lang), view.counts)
    listed = _spec("data-changes", t("releases.figures", lang), _change_columns(lang), view.changes)
    more = t(
        "releases.shown",
        lang,
        shown=text.number(len(view.changes), 0, lang),
        total=text.number(view.total, 0, lang),
    )
    return [*_grid(counted, view, "", lang), *_grid(listed, view, more, lang)]


def _spec(table_id: str, title: str, columns: tuple[Col, ...], rows: Sequence[Mapping[str, Any]]) -> Spec:
    return Spec(table_id, title, columns, rows, max_height=TALL if len(rows) > 12 else 0)


def _grid(spec: Spec, view: ReleasesView, note: str, lang: str) -> list[Component]:
    head = [html.H3(spec.name), buttons(Table(spec.table_id, spec.name, (), ()), lang)]
    meta = dict(view.meta) | {"filters": [f"{view.old} → {view.new}"]} | ({"note": note} if note else {})
    return [
        html.Div(head, className="section-head"),
        html.P(note, className="note") if note else html.Div(),
        grid(spec, lang),
        dcc.Store(id=ids.table_store(spec.table_id), data=payload(spec, spec.name, meta)),
    ]


def _count_columns(lang: str) -> tuple[Col, ...]:
    counts = (Col(kind, t(f"releases.kind.{kind}", lang), "count", flex=1, least=80) for kind in KINDS)
    return (
        Col("index", t("common.index", lang), flex=1, least=90),
        Col("year", t("common.year", lang), width=70),
        *counts,
    )


def _change_columns(lang: str) -> tuple[Col, ...]:
    return (
        Col("index", t("common.index", lang), width=96),
        Col("year", t("common.year", lang), width=62),
        Col("unit", t("data.conflict.unit", lang), flex=2, least=120),
        Col("component", t("releases.component", lang), flex=1, least=90),
        Col("change", t("releases.change", lang), width=84),
        Col("old", t("releases.old", lang), "number", 4, width=96),
        Col("new", t("releases.new", lang), "number", 4, width=96),
        Col("old_rank", t("releases.old_rank", lang), "rank", width=76, hide_under=700),
        Col("new_rank", t("releases.new_rank", lang), "rank", width=76, hide_under=700),
        Col("place", t("releases.place", lang), flex=2, least=120, hide_under=900),
    )
