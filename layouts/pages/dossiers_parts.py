"""Tables of the page of dossiers: units, late dossiers, online by level, the official form."""

from __future__ import annotations

from typing import Any

from dash import dcc
from dash.development.base_component import Component

from indices.dossier_report import FORM_FIGURES
from layouts import html, ids
from layouts.components.notice import empty
from layouts.components.table import Col, Spec, grid, payload
from layouts.components.twin import Column, Table, buttons, store, twin
from layouts.figures.bullet import Bullet, bullet
from layouts.pages.dossiers_view import DossiersView
from layouts.text import day, number, signed, t, tn

TALL = 440
FEW = 12
# Counts of a unit, and the width of the table from which each has room beside the name, whole.
COUNTS_FROM = {
    "received": 720,
    "carried": 940,
    "settled": 720,
    "settled_early": 940,
    "settled_on_time": 940,
    "settled_late": 720,
}
FORM = "II.06a/VPCP/KSTT"


def grid_block(spec: Spec, note: str, view: DossiersView, lang: str) -> Component:
    """A table under its title with downloads."""
    meta = {**view.meta, "notes": [note]}
    head = [html.H2(spec.name), buttons(Table(spec.table_id, spec.name, (), ()), lang)]
    return html.Section(
        [
            html.Div(head, className="section-head"),
            html.P(note, className="note"),
            grid(spec, lang),
            dcc.Store(id=ids.table_store(spec.table_id), data=payload(spec, spec.name, meta)),
        ]
    )


def units_section(view: DossiersView, lang: str) -> Component:
    """Every unit: what came, what was settled when, what it would add to the province."""
    late = [row for row in view.units if row["late_all"]]
    title = tn("dossiers.units_title", len(late), lang, total=number(len(view.units), 0, lang))
    columns = (
        Col("name", t("dossiers.col.unit", lang), flex=3, least=160, wrap=True),
        Col("level", t("dossiers.col.level", lang), width=116, hide_under=1110),
        *(
            Col(name, t(f"dossiers.count.{name}", lang), "count", width=74, hide_under=under)
            for name, under in COUNTS_FROM.items()
        ),
        Col("open", t("dossiers.count.open", lang), "count", width=76, hide_under=1020),
        Col("open_late", t("dossiers.count.open_late", lang), "count", width=76, hide_under=560),
        Col("late_all", t("dossiers.col.late_all", lang), "count", width=64),
        Col("share", t("dossiers.col.in_time", lang), "share", 1, width=84, hide_under=340),
        Col("gain", t("dossiers.col.gain", lang), "number", 3, width=92, hide_under=480),
        *(
            Col(f"gain_{name}", t("dossiers.col.gain_other", lang, index=name), "number", 3, width=104)
            for name in view.links
        ),
    )
    height = TALL if len(view.units) > FEW else 0
    note = t("dossiers.units_note", lang, period=view.period)
    if not view.links:
        note = f"{note} {t('dossiers.links_unknown', lang)}"
    return grid_block(Spec("dossiers-units", title, columns, view.units, max_height=height), note, view, lang)


def late_section(view: DossiersView, lang: str) -> list[Component]:
    """The dossiers that are late by most: codes and days, never a person."""
    if not view.late:
        return [empty(t("dossiers.late_none", lang), t("dossiers.late_none_why", lang, period=view.period))]
    whole = "dossiers.late_all_title" if len(view.late) >= view.late_total else "dossiers.late_title"
    title = tn(whole, len(view.late), lang, total=number(view.late_total, 0, lang))
    columns = (
        Col("id", t("dossiers.col.id", lang), least=152, flex=2),
        Col("unit", t("dossiers.col.unit", lang), flex=2, least=104, wrap=True),
        Col("procedure", t("dossiers.col.procedure", lang), flex=2, least=140, hide_under=720),
        Col("field", t("dossiers.col.field", lang), least=110, hide_under=900),
        Col("received", t("dossiers.col.received", lang), width=132, hide_under=820),
        Col("due", t("dossiers.col.due", lang), width=132, hide_under=520),
        Col("finished", t("dossiers.col.finished", lang), width=132, hide_under=640),
        Col("days", t("dossiers.col.days", lang), "count", width=72),
    )
    rows = [_late_row(row, lang) for row in view.late]
    height = TALL if len(rows) > FEW else 0
    spec = Spec("dossiers-late", title, columns, rows, max_height=height)
    return [grid_block(spec, t("dossiers.late_note", lang, period=view.period), view, lang)]


def _late_row(row: Any, lang: str) -> dict[str, Any]:
    days = {name: day(row[name], lang) if row[name] else "" for name in ("received", "due", "finished")}
    days["finished"] = days["finished"] or t("dossiers.in_process", lang)
    return {**row, **days}


def online_section(view: DossiersView, lang: str) -> Component:
    """The share received online of each level against the target of the year."""
    rows = list(view.online)
    title = _online_title(view, lang)
    items = [html.Li(_level(row, lang)) for row in rows if row["share"] is not None]
    columns = (
        Column("name", t("dossiers.col.level", lang)),
        Column("received", t("dossiers.count.received", lang), 0),
        Column("online", t("dossiers.count.received_online", lang), 0),
        Column("share", t("dossiers.col.online_share", lang), 1),
        Column("target", t("dossiers.col.target", lang), 0),
        Column("gap", t("dossiers.col.gap", lang), 1),
        Column("needed", t("dossiers.col.needed", lang), 0),
    )
    cells = [{column.field: row.get(column.field) for column in columns} for row in rows]
    table = Table("dossiers-online", title, columns, cells, t("dossiers.online_note", lang), view.meta)
    return html.Section(
        [
            html.H2(title),
            html.P(t("dossiers.online_subtitle", lang, period=view.inside), className="note"),
            html.Ul(items, className="levels"),
            twin(table, lang),
        ]
    )


def _online_title(view: DossiersView, lang: str) -> str:
    aimed = [row for row in view.online if row.get("target") is not None and row["share"] is not None]
    short = [row for row in aimed if row["gap"] < 0]
    if not aimed:
        return t("dossiers.online_plain", lang)
    told = {"target": number(aimed[0]["target"], 0, lang), "year": aimed[0]["target_year"]}
    if not short:
        return t("dossiers.online_met", lang, **told)
    return t("dossiers.online_short", lang, levels=", ".join(row["name"] for row in short), **told)


def _level(row: Any, lang: str) -> list[Component]:
    """A level: name, share, bar with the target, what is missing."""
    target = row.get("target")
    share = f"{number(row['share'], 1, lang)}%"
    children: list[Component] = [html.Strong(row["name"]), html.Span(share, className="level-share")]
    if target is not None:
        told = t("dossiers.gap", lang, gap=signed(row["gap"], 1, lang), target=number(target, 0, lang))
        status = "met" if row["gap"] >= 0 else "behind"
        children.append(bullet(Bullet(row["share"] / 100, target / 100, status, f"{share}; {told}")))
        needed = tn("dossiers.needed", row["needed"], lang) if row["needed"] else ""
        children.append(html.Span(f"{told} {needed}".strip(), className="muted"))
    return children


def form_section(view: DossiersView, lang: str) -> Component:
    """Form II.06a as the decree lays it out: three rows of header, a row of numbers, levels, fields."""
    title = t("dossiers.form_title", lang, form=FORM)
    columns = (
        Column("stt", t("dossiers.form.stt", lang)),
        Column("name", t("dossiers.form.linh_vuc", lang)),
        *(Column(name, t(f"dossiers.form.{name}", lang), 0) for name in FORM_FIGURES),
    )
    rows = [{column.field: row[column.field] for column in columns} for row in view.form]
    table = Table("dossiers-form", title, columns, rows, t("dossiers.form_note", lang), view.meta)
    body = [_form_row(row, lang) for row in view.form]
    drawn = html.Table(
        [
            html.Caption(title, className="sr-only"),
            html.Thead([*_form_head(lang), _form_numbers()]),
            html.Tbody(body),
        ],
        className="data-table form-table",
    )
    scroll = html.Div(drawn, className="form-scroll", tabIndex=0, role="region", **{"aria-label": title})
    head = [html.H2(title), buttons(table, lang)]
    return html.Section(
        [
            html.Div(head, className="section-head"),
            html.P(t("dossiers.form_note", lang), className="note"),
            scroll,
            store(table),
        ]
    )


def _head_cell(key: str, lang: str, rows: int = 1, columns: int = 1) -> Component:
    scope = "colgroup" if columns > 1 else "col"
    return html.Th(t(f"dossiers.form_head.{key}", lang), rowSpan=rows, colSpan=columns, scope=scope)


def _form_head(lang: str) -> list[Component]:
    """The three rows of words over the eleven figures."""
    first = [("stt", 3, 1), ("linh_vuc", 3, 1), ("tiep_nhan", 1, 4), ("da_gq", 1, 3 + 1), ("dang_gq", 1, 3)]
    second = [
        ("tong", 2, 1), ("trong_do", 1, 2), ("ky_truoc", 2, 1),
        ("tong", 2, 1), ("truoc_han", 2, 1), ("dung_han", 2, 1), ("qua_han", 2, 1),
        ("tong", 2, 1), ("trong_han", 2, 1), ("qua_han", 2, 1),
    ]  # fmt: skip
    third = [("truc_tuyen", 1, 1), ("truc_tiep", 1, 1)]
    return [
        html.Tr([_head_cell(key, lang, rows, columns) for key, rows, columns in row])
        for row in (first, second, third)
    ]


def _form_numbers() -> Component:
    """The row "(1) (2) ... (13)" of the form."""
    cells = [html.Td(f"({n})", className="num") for n in range(1, len(FORM_FIGURES) + 3)]
    return html.Tr(cells, className="form-numbers")


def _form_row(row: Any, lang: str) -> Component:
    figures = [html.Td(number(row[name], 0, lang), className="num") for name in FORM_FIGURES]
    return html.Tr(
        [html.Td(row["stt"]), html.Th(row["name"], scope="row"), *figures], className=f"form-{row['kind']}"
    )
