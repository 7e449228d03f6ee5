"""Scenarios and views under a name, for everybody of this server: listed, kept, deleted."""

from collections.abc import Mapping
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from callbacks.people import author, current, may
from callbacks.plan_rights import must_write_all
from callbacks.plan_write import told
from callbacks.services import Services
from indices.errors import DataError
from layouts.pages import saved
from layouts.text import LANGS
from people.rights import PLAN_WRITE
from workspace import store
from workspace.errors import Fault, InvalidError
from workspace.models import Saved
from workspace.records import SavedRecord
from workspace.store import Ref

PATHS = {"scenario": "/mo-phong", "view": "/ke-hoach"}
DROPPED = {"lang", "print", "so"}  # of who looks, not of what is looked at


def answer(services: Services, asked: Mapping[str, Any]) -> list[Component]:
    """Do what is asked ("list", "save", "delete"), then the list as it stands, with what went wrong."""
    lang = asked.get("lang") if asked.get("lang") in LANGS else LANGS[0]
    kind = str(asked.get("kind"))
    if services.shelf is None or kind not in PATHS:
        return []
    try:
        if asked.get("what") == saved.SAVE:
            keep(services, kind, asked)
        elif asked.get("what") == saved.DELETE:
            delete(services, asked)
        said: list[Component] = []
    except DataError as error:
        said = told(error, lang)
    try:
        return [*said, *listed(services, kind, lang)]
    except DataError as error:
        return told(error, lang)


def keep(services: Services, kind: str, asked: Mapping[str, Any]) -> None:
    """Keep the address under a name. Raises a DataError: no name, one already taken, no right."""
    must_write_all()
    query = "&".join(
        part for part in str(asked.get("search") or "").lstrip("?").split("&")
        if part and part.partition("=")[0] not in DROPPED
    )  # fmt: skip
    record = SavedRecord.checked(
        {
            "kind": kind,
            "name": asked.get("name") or "",
            "path": PATHS[kind],
            "query": query,
            "release_id": services.release_id(),
        }
    )
    with services.shelf.workspace().writing() as session:
        store.add(session, record, author(asked.get("who")))


def delete(services: Services, asked: Mapping[str, Any]) -> None:
    """Delete softly what a button names. Raises a DataError."""
    must_write_all()
    row_id, _, version = str(asked.get("row")).partition(":")
    if not version.isdecimal():
        raise InvalidError("saved", [Fault("id", "form")])
    with services.shelf.workspace().writing() as session:
        store.remove(session, Ref("saved", row_id, int(version)), author(asked.get("who")))


def listed(services: Services, kind: str, lang: str) -> list[Component]:
    """All that is kept of a kind, by name."""
    with services.shelf.workspace().reading() as session:
        rows = sorted(store.listed(session, Saved, kind=kind), key=lambda row: row.name.casefold())
    release = services.release_id()
    shown = [
        saved.Kept(
            key=f"{row.id}:{row.version}",
            name=row.name,
            by=row.created_by,
            href=f"{row.path}?{row.query}&lang={lang}",
            release="" if row.release_id == release else row.release_id,
        )
        for row in rows
    ]
    return [saved.kept(shown, may(PLAN_WRITE), lang)]


def register(app: Dash, services: Services) -> None:
    """Attach the list; assets/saved.js joins a press with the name typed and the address on the screen."""
    app.clientside_callback(
        ClientsideFunction("saved", "press"),
        Output(saved.ASKED, "data"),
        Input({"type": saved.PRESS, "what": ALL, "row": ALL}, "n_clicks"),
        State(saved.NAME, "value"),
        State(saved.WHO, "value"),
        State(saved.ASKED, "data"),
        prevent_initial_call=True,
    )

    @app.callback(Output(saved.LIST, "children"), Input(saved.ASKED, "data"))
    def _answer(asked: dict[str, Any] | None) -> Any:
        return answer(services, asked) if asked else no_update


def person() -> str:
    """The name that is signed in; blank where people type theirs."""
    return current().name if current().signed_in else ""
