"""The register of briefings issued, on the page of the conference: a list, and the button that adds to it."""

from dataclasses import dataclass

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from layouts.components.notice import notice
from layouts.text import t

WHO, PRESS, TELL = "issued-who", "issued-press", "issued-told"
SHORT = 12  # characters of a hash in the list; the whole one on hover and in the workbook of the plan


@dataclass(frozen=True)
class IssuedFile:
    """A file as it was issued: name, SHA-256, bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class One:
    """A briefing as it was issued: title, when (UTC), by whom, of which release and indices, its files."""

    title: str
    at: str
    by: str
    release_id: str
    indices: str
    files: tuple[IssuedFile, ...]


@dataclass(frozen=True)
class IssuedView:
    """The register, the latest first. ready: a pack was asked for and goes into it when done;
    person: the name that is signed in ("": people type theirs); problem: why it could not be read.
    """

    rows: tuple[One, ...] = ()
    ready: bool = False
    person: str = ""
    problem: str = ""


def section(view: IssuedView | None, lang: str) -> Component | None:
    """The register; nothing where this server keeps nothing that people write."""
    if view is None:
        return None
    if view.problem:
        return notice(t("plan.broken", lang, problem=view.problem), "failure", lang)
    told = _table(view, lang) if view.rows else html.P(t("issued.none", lang), className="note")
    return html.Section(
        [
            html.H2(t("issued.title", lang)),
            html.P(t("issued.help", lang), className="note"),
            _adding(view, lang) if view.ready else None,
            html.Div(id=TELL, role="alert", className="plan-told"),
            told,
        ],
        className="page-plan issued",
    )


def _adding(view: IssuedView, lang: str) -> Component:
    who = dmc.TextInput(
        id=WHO,
        label=t("issued.who", lang),
        value=view.person,
        withAsterisk=True,
        disabled=bool(view.person),
        className="control",
    )
    press = html.Button(t("issued.press", lang), id=PRESS, type="button", className="button button-main")
    return html.Div([who, press], className="issued-form no-print")


def _table(view: IssuedView, lang: str) -> Component:
    names = ("at", "by", "what", "release", "files")
    heads = [html.Th(t(f"issued.head.{name}", lang), scope="col", className="text") for name in names]
    body = [_row(row) for row in view.rows]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)], className="data-table")
    title = t("issued.title", lang)
    return html.Div(table, className="table-scroll", tabIndex=0, role="region", **{"aria-label": title})


def _row(row: One) -> Component:
    files = [
        html.Li([one.name, " ", html.Code(one.sha256[:SHORT], title=one.sha256)], className="issued-file")
        for one in row.files
    ]
    what = [html.Div(row.title), html.Div(row.indices, className="note")]
    return html.Tr(
        [
            html.Th(row.at, scope="row", className="text"),
            html.Td(row.by, className="text"),
            html.Td(what, className="text"),
            html.Td(html.Code(row.release_id), className="text"),
            html.Td(html.Ul(files, className="plan-proofs"), className="text"),
        ]
    )


def placeholders() -> list[Component]:
    """What the callback names, as Dash knows it before the page is open."""
    return [dmc.TextInput(id=WHO), html.Button(id=PRESS), html.Div(id=TELL)]
