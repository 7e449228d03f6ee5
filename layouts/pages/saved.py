"""Scenarios and views kept for everybody: a name to keep what is on the screen under, and the list."""

from collections.abc import Sequence
from dataclasses import dataclass

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from layouts.components.controls import NavLink
from layouts.text import t

NAME, WHO, ASKED, LIST, PRESS = "saved-name", "saved-who", "saved-asked", "saved-list", "saved-press"
SAVE, DELETE = "save", "delete"


@dataclass(frozen=True)
class Kept:
    """One that is kept: how a button names it, its name, who kept it, its address, another release it was
    made on ("": the one served now)."""

    key: str
    name: str
    by: str
    href: str
    release: str


def press_id(what: str, row: str = "") -> dict[str, str]:
    """Id of a button: what it does, and to which row."""
    return {"type": PRESS, "what": what, "row": row}


def section(kind: str, lang: str) -> Component:
    """The whole box. kind: scenario | view. The list is asked for when the box is on the screen."""
    fields = [
        dmc.TextInput(id=NAME, label=t("saved.name", lang), className="control"),
        dmc.TextInput(
            id=WHO,
            label=t("saved.who", lang),
            className="control",
            persistence=True,
            persistence_type="local",
        ),
        html.Button(t("saved.save", lang), id=press_id(SAVE), type="button", className="button"),
    ]
    return html.Section(
        [
            html.H2(t(f"saved.title.{kind}", lang)),
            html.P(t("saved.help", lang), className="note"),
            html.Div(fields, className="issued-form no-print"),
            dcc.Store(id=ASKED, data={"kind": kind, "lang": lang, "what": "list", "n": 0}),
            html.Div(id=LIST, role="status"),
        ],
        className="page-plan saved no-print",
    )


def kept(rows: Sequence[Kept], may_write: bool, lang: str) -> Component:
    """The list; what to do where there is nothing."""
    if not rows:
        return html.P(t("saved.none", lang), className="note")
    return html.Ul([_row(row, may_write, lang) for row in rows], className="plan-list")


def _row(row: Kept, may_write: bool, lang: str) -> Component:
    stale = (
        html.Span(t("saved.release", lang, release=row.release), className="note") if row.release else None
    )
    delete = html.Button(
        t("plan.delete", lang),
        id=press_id(DELETE, row.key),
        type="button",
        className="button",
        **{"aria-label": f"{t('plan.delete', lang)}: {row.name}"},
    )
    said = html.Span(f" {t('plan.by', lang, by=row.by)} ", className="note")
    return html.Li([NavLink(row.name, row.href), said, stale, delete if may_write else None])


def placeholders() -> list[Component]:
    """What the callbacks name, as Dash knows it before the page is open."""
    return [dmc.TextInput(id=NAME), dmc.TextInput(id=WHO), dcc.Store(id=ASKED), html.Div(id=LIST)]
