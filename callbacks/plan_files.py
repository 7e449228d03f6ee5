"""The plan as files: the workbook out and in, the calendar of its deadlines."""

from typing import Any

from dash import Dash, Input, Output, State, no_update, set_props
from dash.development.base_component import Component
from flask import Flask, Response, abort, request

from callbacks.people import author, current
from callbacks.plan_base import EXTRAS, ONE, PATH, own_units
from callbacks.plan_rights import must_write_all
from callbacks.plan_write import told
from callbacks.services import Services
from callbacks.uploads import decoded
from callbacks.url_state import ViewState, parse, search_of
from indices.errors import DataError
from layouts import ids
from layouts.components.notice import notice
from layouts.pages import plan_files, plan_form
from layouts.text import t
from workspace import feed, sheets, store
from workspace.models import Assignment

ICS = "text/calendar; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def calendar(services: Services, state: ViewState, origin: str) -> bytes:
    """The deadlines of the chosen province, of one body or index where the address names one."""
    own = own_units(services, state)
    lead, index = state.extra("dv"), state.extra("cua")
    with services.shelf.workspace().reading() as session:
        works = [
            row
            for row in store.listed(session, Assignment)
            if row.unit_id in own.unit_ids and lead in ("", row.lead) and index in ("", row.index_code)
        ]

    def link(row: Assignment) -> str:
        asked = ViewState(state.province, state.index, None, state.lang, ((ONE, row.id),))
        return origin + PATH + search_of(asked, services.facts())

    return feed.calendar(works, state.lang, link)


def take(services: Services, contents: str, who: str) -> sheets.Taken:
    """Rows of an uploaded workbook, all of them or none. Raises a DataError."""
    must_write_all()
    content = decoded(contents)
    with services.shelf.workspace().writing() as session:
        return sheets.take(session, content, who)


def done(taken: sheets.Taken, lang: str) -> Component:
    """What taking a workbook did."""
    values = {"added": taken.added, "changed": taken.changed, "same": taken.same}
    return notice(t("plan.taken", lang, **values), "info", lang)


def register(app: Dash, services: Services) -> None:
    """Attach what dropping a workbook does."""

    @app.callback(
        Output(plan_files.TELL, "children"),
        Input(plan_files.UPLOAD, "contents"),
        State(plan_form.WHO, "value"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _take(contents: str | None, who: str | None, search: str) -> Any:
        if not contents or services.shelf is None:
            return no_update
        lang = parse(search, services.facts(), False, EXTRAS)[0].lang
        try:
            found = take(services, contents, author(who))
        except DataError as error:
            return told(error, lang)
        if found.added or found.changed:
            set_props(ids.URL, {"search": search})
        return done(found, lang)


def add_routes(server: Flask, services: Services) -> None:
    """Where the workbook and the calendar are taken from; nothing where nobody may write here."""

    def asked() -> ViewState:
        if services.shelf is None:
            abort(404)
        return parse(request.query_string.decode(), services.facts(), False, EXTRAS)[0]

    def file(body: bytes, kind: str, name: str) -> Response:
        response = Response(body, mimetype=kind)
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Cache-Control"] = "no-store"
        return response

    @server.get(plan_files.CALENDAR)
    def plan_calendar() -> Response:
        state = asked()
        return file(calendar(services, state, request.host_url.rstrip("/")), ICS, "ke-hoach.ics")

    @server.get(plan_files.FEED.format(secret="<secret>"))
    def plan_feed(secret: str) -> Response:
        if not current().signed_in:
            abort(404)  # nobody has a key where nobody signs in: the calendar itself is open
        return plan_calendar()

    @server.get(plan_files.WORKBOOK)
    def plan_workbook() -> Response:
        state = asked()
        with services.shelf.workspace().reading() as session:
            return file(sheets.to_xlsx(session, state.lang), XLSX, "ke-hoach.xlsx")
