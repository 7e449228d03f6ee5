"""The province's table of responsibilities on the page Hội nghị: the one in use, and bringing another.

A table that somebody brings is read and checked whole, then put beside the workspace by one rename: it is
taken as it is or not at all. It stands before the one that the settings name.
"""

import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dash import Dash, Input, Output, State, no_update, set_props

from callbacks.people import did, may
from callbacks.services import Services
from callbacks.uploads import decoded
from etl.duties import (
    NO_COLUMNS,
    NO_COMPONENT,
    NO_INDEX,
    NO_ROWS,
    TWO_LEADS,
    duties_csv,
    read_duties,
)
from etl.warehouse.briefing import known_components
from indices.errors import DataError, SourceError
from layouts import ids
from layouts.pages import duties
from layouts.pages.duties import DutiesView
from layouts.text import moment
from people.rights import IMPORT
from workspace.errors import DeniedError

FILE = "responsibilities.csv"
LONGEST_NAME = 120
KEYS = {
    NO_COLUMNS: "no_columns",
    NO_ROWS: "no_rows",
    NO_INDEX: "no_index",
    NO_COMPONENT: "no_component",
    TWO_LEADS: "two_leads",
}  # keys of the words for each problem


def brought(services: Services) -> Path | None:
    """Where a table that somebody brings is kept; None where nothing is kept here."""
    return None if services.shelf is None else services.shelf.folder / FILE


def table_of(services: Services) -> Path | None:
    """The table in use: the one brought, else the one of the settings; None without any."""
    own = brought(services)
    return own if own is not None and own.is_file() else services.responsibilities


def view_of(services: Services, counted: tuple[int, int], problem: str, lang: str) -> DutiesView:
    """What the page tells of the table in use, whose (rows, lead bodies) were counted."""
    path, own = table_of(services), brought(services)
    at = ""
    if path is not None and path == own:
        at = moment(datetime.fromtimestamp(path.stat().st_mtime, UTC), lang)
    return DutiesView(*counted, at, own is not None and may(IMPORT), bool(problem))


def take(services: Services, name: str, contents: str) -> tuple[int, int]:
    """Check an uploaded table and put it into use; (rows, lead bodies).

    Raises DeniedError for who may not bring files, SourceError with every wrong row: the one before stays.
    """
    target = brought(services)
    if target is None or not may(IMPORT):
        raise DeniedError("responsibilities")
    name = Path(name).name[-LONGEST_NAME:]
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".duties-", dir=target.parent) as folder:
        place = Path(folder)
        rows = _read(services, place / f"table{Path(name).suffix.lower()}", name, contents)
        made = place / FILE
        made.write_bytes(duties_csv(rows))
        os.replace(made, target)
    leads = {row[2].casefold() for row in rows}
    did("imported", f"responsibilities {name}: {len(rows)} rows")
    return len(rows), len(leads)


def _read(services: Services, path: Path, name: str, contents: str) -> list[tuple[str, str, str]]:
    """The rows of an upload; its problems name the file as the person does."""
    path.write_bytes(decoded(contents, name))
    try:
        return read_duties(path, known_components(services.warehouse.pinned()))
    except DataError as error:
        raise SourceError(replace(one, file=name) for one in error.problems) from error


def register(app: Dash, services: Services, lang_of: Callable[[str | None], str]) -> None:
    """Attach what dropping a table does; `lang_of` reads the language of an address."""

    @app.callback(
        Output(duties.TELL, "children"),
        Input(duties.UPLOAD, "contents"),
        State(duties.UPLOAD, "filename"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _take(contents: str | None, name: str | None, search: str | None) -> Any:
        if not contents:
            return no_update
        lang = lang_of(search)
        try:
            count, bodies = take(services, name or "", contents)
        except DeniedError:
            return duties.denied(lang)
        except DataError as error:
            return duties.refused([(KEYS.get(one.what, ""), one) for one in error.problems], lang)
        set_props(ids.URL, {"search": search})
        return duties.taken(count, bodies, lang)
