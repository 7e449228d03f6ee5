"""Downloads: any table on any page, exactly as shown, with source and release in the file."""

import base64
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dash import ALL, Dash, Input, State, ctx, set_props

from callbacks.services import Services
from callbacks.url_state import parse
from exports import Labels, Table, table_from_payload
from exports.csv import to_csv
from exports.parquet import to_parquet
from exports.xlsx import to_xlsx
from layouts import ids
from layouts.components.table import GRID
from layouts.text import moment, t

WRITERS = {"xlsx": to_xlsx, "csv": to_csv, "parquet": to_parquet}
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv;charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
LONGEST_NAME = 80

Rows = Sequence[Mapping[str, Any]]


def labels(lang: str) -> Labels:
    """The words of a file in one language."""
    return Labels(**{name: t(f"download.{name}", lang) for name in Labels.__dataclass_fields__})


def marked(table: Table, lang: str) -> Table:
    """The table of a release of made-up figures: its title and its notes say so."""
    title = f"{table.title} ({t('simulated.short', lang)})"
    return replace(table, title=title, notes=(t("simulated.banner", lang), *table.notes))


def make_file(
    payload: Mapping[str, Any], rows: Rows | None, state: Rows | None, fmt: str, lang: str
) -> dict[str, Any]:
    """What dcc.Download wants for one table: base64 content, file name, type.

    `rows` and `state` are what the grid shows now (after filter and sort; hidden columns); None: all of the
    store.
    """
    now = datetime.now(UTC).astimezone()
    when = moment(now, lang)
    table = table_from_payload(payload, rows, state, when, decimal_comma=lang == "vi")
    held = len(payload.get("rows") or ())
    if len(table.rows) < held:
        chosen = t("download.filtered", lang, shown=len(table.rows), held=held)
        table = replace(table, filters=(*table.filters, chosen))
    if payload.get("simulated"):
        table = marked(table, lang)
    content = WRITERS[fmt](table, labels(lang))
    name = f"{slug(table.title)}_{table.release_id}".strip("_")
    return {
        "content": base64.b64encode(content).decode("ascii"),
        "filename": f"{name}.{fmt}",
        "type": MEDIA[fmt],
        "base64": True,
    }


def slug(title: str) -> str:
    """A title as a file name: lower case, no accents, hyphens; every system can store it."""
    plain = unicodedata.normalize("NFD", title.casefold().replace("đ", "d"))
    kept = "".join(c if c.isascii() and c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return "-".join(kept.split())[:LONGEST_NAME].rstrip("-")


def by_table(items: Sequence[Mapping[str, Any]], table: str) -> Any:
    """The value of the item whose id names this table; None when no component has it."""
    return next((item.get("value") for item in items if item["id"]["table"] == table), None)


def clicked(triggered: Mapping[str, Any] | None, value: object) -> bool:
    """A real click: a button that just appeared triggers too, with no count."""
    return bool(triggered) and bool(value) and triggered.get("fmt") in WRITERS  # type: ignore[union-attr]


def register(app: Dash, services: Services) -> None:
    """One callback for all tables of all pages."""
    grid = {"type": GRID, "table": ALL, "part": "grid"}

    @app.callback(
        Input({"type": ids.DOWNLOAD_BUTTON, "table": ALL, "fmt": ALL}, "n_clicks"),
        State({"type": ids.TABLE_STORE, "table": ALL}, "data"),
        State(grid, "virtualRowData"),
        State(grid, "columnState"),
        State(grid, "rowData"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _download(*given: Any) -> None:
        button = ctx.triggered_id
        if not clicked(button, ctx.triggered[0]["value"]):
            return
        stores, rows, states, whole = ctx.states_list[:4]
        held = by_table(stores, button["table"])
        # Dossiers may be made up while the release is not.
        made_up = services.release().simulated or bool((held.get("meta") or {}).get("simulated"))
        every = held["rows"] if "rows" in held else by_table(whole, button["table"])
        if every is None:
            return  # the rows are still on their way; the table says so
        payload = dict(held, rows=every, simulated=made_up)
        lang = parse(given[-1], services.facts(), False)[0].lang
        found = by_table(rows, button["table"]), by_table(states, button["table"])
        set_props(ids.DOWNLOAD_SINK, {"data": make_file(payload, *found, button["fmt"], lang)})
