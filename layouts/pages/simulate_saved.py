"""Scenarios by name: keep one in this browser, open, delete, and two to four side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from indices.rounding import rounded
from layouts import text
from layouts.components.controls import NavLink
from layouts.components.pill import change
from layouts.components.twin import Column, Table, buttons, store
from layouts.pages.simulate_results import range_words
from layouts.pages.simulate_view import Lever, Result, SimulateView
from layouts.subject import Subject
from layouts.text import DASH, number, t, tn

NAME, SAVE, KEPT, LIST, SAID = (
    "simulate-name", "simulate-save", "simulate-kept", "simulate-list", "simulate-said",
)  # fmt: skip
TABLE_ID = "simulate-compared"


@dataclass(frozen=True)
class Saved:
    """A scenario kept in the browser. release: another one that it was made on; result: only of this view."""

    number: int
    name: str
    about: str
    href: str
    release: str
    result: Result | None
    compare_href: str
    compared: bool


def saved_section(view: SimulateView, lang: str) -> Component:
    """The name box, what is kept, and the comparison that the address asks for."""
    return html.Section(
        [
            html.H2(t("simulate.saved.title", lang)),
            html.P(t("simulate.saved.help", lang), className="note"),
            html.Div(
                [
                    dmc.TextInput(
                        id=NAME,
                        label=t("simulate.saved.name", lang),
                        placeholder=t("simulate.saved.example", lang),
                        className="simulate-name",
                    ),
                    html.Button(t("simulate.saved.save", lang), id=SAVE, type="button", className="button"),
                    html.Button(
                        t("simulate.saved.copy", lang),
                        type="button",
                        className="button",
                        **{"data-simulate-copy": t("simulate.saved.copied", lang)},
                    ),
                    html.Span(id=SAID, role="status", className="note"),
                ],
                className="simulate-form no-print",
            ),
            dcc.Store(id=KEPT, storage_type="local"),
            html.Div(saved_list([], view.subject, lang), id=LIST, className="no-print"),
            compared(view, lang),
        ],
        className="simulate-saved",
    )


def saved_list(rows: Sequence[Saved], subject: Subject | None, lang: str) -> Component:
    """The list of what is kept; what to do where there is nothing."""
    if not rows:
        return html.P(t("simulate.saved.none", lang), className="note")
    return html.Ul([_saved(row, subject, lang) for row in rows], className="simulate-kept")


def _saved(row: Saved, subject: Subject | None, lang: str) -> Component:
    stale = (
        html.Span(t("simulate.saved.release", lang, release=row.release), className="pill pill-cannot_say")
        if row.release
        else None
    )
    picked = t("simulate.saved.leave" if row.compared else "simulate.saved.compare", lang)
    marks = {"data-soft": "1", "aria-label": f"{picked}: {row.name}"}
    compare = NavLink(picked, row.compare_href, className="button", **marks) if row.compare_href else None
    delete = html.Button(
        t("simulate.saved.delete", lang),
        type="button",
        className="button",
        **{
            "data-simulate-delete": str(row.number),
            "aria-label": f"{t('simulate.saved.delete', lang)}: {row.name}",
        },
    )
    return html.Li(
        [
            html.Div([NavLink(row.name, row.href), html.Span(row.about, className="note"), stale]),
            html.Span(_outcome(row.result, subject, lang), className="simulate-outcome"),
            html.Div([compare, delete], className="simulate-actions"),
        ]
    )


def _outcome(result: Result | None, subject: Subject | None, lang: str) -> list[Any]:
    if result is None or subject is None:
        return []
    rank = t("simulate.path.rank", lang, rank=text.rank_of(result.own.rank_after, None))
    return [html.Strong(subject.amount(result.own.after, lang)), ", ", rank]


def compared(view: SimulateView, lang: str) -> Component | None:
    """Scenarios side by side: totals, ranks, bands, and every component that any of them changes."""
    if not view.compared:
        return None
    title = t("simulate.compare.title", lang)
    table = compare_table(view, lang)
    return html.Div(
        [
            html.H3(tn("simulate.compare.heading", len(view.compared), lang)),
            html.P(t("simulate.compare.help", lang), className="note"),
            html.Div(
                _drawn(view, lang),
                className="table-scroll",
                tabIndex=0,
                role="region",
                **{"aria-label": title},
            ),
            buttons(table, lang),
            store(table),
        ],
        className="simulate-compare",
    )


def _drawn(view: SimulateView, lang: str) -> Component:
    heads = [
        html.Th(t("simulate.compare.row", lang), scope="col", className="text"),
        html.Th(t("simulate.compare.now", lang), scope="col", className="num"),
    ]
    for result, (opened, left) in zip(view.compared, view.compared_hrefs, strict=True):
        links = [
            NavLink(t("simulate.compare.open", lang), opened),
            " · ",
            NavLink(t("simulate.compare.drop", lang), left, **{"data-soft": "1"}),
        ]
        heads.append(
            html.Th(
                [
                    html.Strong(result.scenario.name or DASH),
                    html.Br(),
                    html.Span(links, className="no-print"),
                ],
                scope="col",
                className="num",
            )
        )
    body = [
        html.Tr(
            [
                html.Th(row[0], scope="row", className="text"),
                *(html.Td(cell, className="num") for cell in row[1:]),
            ]
        )
        for row in _rows(view, lang)
    ]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)], className="data-table")


def _rows(view: SimulateView, lang: str) -> list[list[Any]]:
    """Label, as it stands, then one cell a scenario."""
    own, places = view.result.own, view.subject.decimals
    after = [result.own for result in view.compared]
    totals = [html.Strong(number(p.after, places, lang)) for p in after]
    moved = [_moved((p.after or 0.0) - (p.before or 0.0), places, lang) for p in after]
    ranks = [html.Strong(text.rank_of(p.rank_after, None)) for p in after]
    bands = [range_words(p) for p in after]
    rows: list[list[Any]] = [
        [t("simulate.band.total", lang), number(own.before, places, lang), *totals],
        [t("simulate.column.change", lang), DASH, *moved],
        [t("simulate.band.rank", lang), text.rank_of(own.rank_before, None), *ranks],
        [t("simulate.band.band", lang), DASH, *bands],
    ]
    return rows + [_component_row(view, lever, kind, lang) for lever, kind in changed_levers(view)]


def _moved(by: float, places: int, lang: str) -> Component:
    return change(text.arrow(by, places, lang), rounded(by, places))


def changed_levers(view: SimulateView) -> list[tuple[Lever, str]]:
    """Levers that any of the compared scenarios moves, in the tree's order, with what kind they are."""
    found = []
    for levers, kind in ((view.levers, "values"), (view.weighted, "weights")):
        used = {code for result in view.compared for code in getattr(result.scenario, kind)}
        found += [(lever, kind) for code, lever in levers.items() if code in used]
    return found


def _component_row(view: SimulateView, lever: Lever, kind: str, lang: str) -> list[Any]:
    cells: list[Any] = []
    for result in view.compared:
        value = getattr(result.scenario, kind).get(lever.code)
        shown = number(lever.base if value is None else value, lever.places, lang)
        cells.append(html.Span(shown, className="muted") if value is None else html.Strong(shown))
    label = (
        lever.name(lang) if kind == "values" else t("simulate.compare.weight", lang, name=lever.name(lang))
    )
    return [label, number(lever.base, lever.places, lang), *cells]


def compare_table(view: SimulateView, lang: str) -> Table:
    """The comparison as it is taken away: one row a scenario, a column for every moved component."""
    places = view.subject.decimals
    moved = changed_levers(view)
    columns = [
        Column("name", t("simulate.compare.scenario", lang)),
        Column("total", t("simulate.band.total", lang), places),
        Column("change", t("simulate.column.change", lang), places),
        Column("rank", t("simulate.band.rank", lang), 0),
        *(Column(f"{kind}.{lever.code}", lever.name(lang), lever.places) for lever, kind in moved),
    ]
    own = view.result.own
    base = {f"{kind}.{lever.code}": lever.base for lever, kind in moved}
    rows = [
        {
            "name": t("simulate.compare.now", lang),
            "total": own.before,
            "change": 0.0,
            "rank": own.rank_before,
            **base,
        }
    ]
    for result in view.compared:
        told = {
            f"{kind}.{code}": v
            for kind in ("values", "weights")
            for code, v in getattr(result.scenario, kind).items()
        }
        by = (result.own.after or 0.0) - (result.own.before or 0.0)
        head = {
            "name": result.scenario.name or DASH,
            "total": result.own.after,
            "change": by,
            "rank": result.own.rank_after,
        }
        rows.append(base | told | head)
    title = t("simulate.compare.table", lang, what=view.subject.label(lang))
    return Table(TABLE_ID, title, columns, rows, meta=view.subject.meta((view.subject.asked,)))
