"""The table twin of a chart: the same figures as a real table, with downloads of exactly what is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from dash import dcc
from dash.development.base_component import Component

from layouts import html, ids
from layouts.components.controls import NavLink
from layouts.components.figure import figure_mark
from layouts.frames import as_rows
from layouts.text import DASH, has, number, t

FORMATS = ("xlsx", "csv", "parquet")
MARKS = ("refs", "links")


@dataclass(frozen=True)
class Column:
    """A column: field in the rows, label in the reader's language; decimals None = text, else a number."""

    field: str
    label: str
    decimals: int | None = None


@dataclass(frozen=True)
class Table:
    """What a chart shows, as a table. rows: plain values, None = not published.

    A row may name the figures in its cells (`refs`: field to key, see layouts.figure_ref) and where a cell
    leads (`links`: field to address); neither is taken away with a download.
    """

    id: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    note: str = ""
    meta: Mapping[str, str] = field(default_factory=dict)


def rows_of(frame: pd.DataFrame, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """The columns of a frame as plain rows: missing values become None, numbers keep full precision."""
    return [
        {c.field: plain(row[c.field]) for c in columns} | {key: row[key] for key in MARKS if key in row}
        for row in as_rows(frame)
    ]


def plain(value: Any) -> Any:
    """A value that JSON knows: None for missing, int, float or text."""
    if not has(value):
        return None
    return value.item() if hasattr(value, "item") else value


def store(table: Table) -> Component:
    """The Store from which the download handler writes the file."""
    data = {
        "title": table.title,
        "columns": [{"field": c.field, "label": c.label, "decimals": c.decimals} for c in table.columns],
        "rows": [{c.field: row[c.field] for c in table.columns} for row in table.rows],
        "meta": dict(table.meta) | ({"note": table.note} if table.note else {}),
    }
    return dcc.Store(id=ids.table_store(table.id), data=data)


def buttons(table: Table, lang: str, more: Sequence[Component] = ()) -> Component:
    """The download buttons of a table; `more` stand in the same row."""
    made = [
        html.Button(
            t(f"twin.{fmt}", lang),
            id=ids.download_button(table.id, fmt),
            className="button",
            type="button",
            **{"aria-label": t(f"twin.download_{fmt}", lang, title=table.title)},
        )
        for fmt in FORMATS
    ]
    return html.Div([*made, *more], className="button-row no-print")


def html_table(table: Table, lang: str) -> Component:
    """A real HTML table: caption, header cells with scope, the first column as row header."""
    head = html.Tr([html.Th(c.label, scope="col", className=_align(c)) for c in table.columns])
    body = [html.Tr([_cell(c, row, i == 0, lang) for i, c in enumerate(table.columns)]) for row in table.rows]
    return html.Table(
        className="data-table",
        children=[html.Caption(table.title, className="sr-only"), html.Thead(head), html.Tbody(body)],
    )


def _align(column: Column) -> str:
    return "text" if column.decimals is None else "num"


def _cell(column: Column, row: Mapping[str, Any], is_header: bool, lang: str) -> Component:
    value = row[column.field]
    shown: Any = (
        number(value, column.decimals, lang)
        if column.decimals is not None
        else str(value)
        if has(value)
        else DASH
    )
    if has(value):
        shown = figure_mark(shown, (row.get("refs") or {}).get(column.field, ""), lang)
        href = (row.get("links") or {}).get(column.field, "")
        shown = NavLink(shown, href) if href else shown
    if is_header:
        return html.Th(shown, scope="row", className=_align(column))
    return html.Td(shown, className=_align(column))


def twin(table: Table, lang: str, opened: bool = False, more: Sequence[Component] = ()) -> Component:
    """The closed (or opened) twin under a chart: summary line, note, table, downloads and `more` buttons."""
    return html.Details(
        className="twin",
        open=opened,
        children=[
            html.Summary(f"{t('twin.open', lang)}: {table.title}"),
            html.P(table.note, className="note") if table.note else None,
            html.Div(
                html_table(table, lang),
                className="table-scroll",
                tabIndex=0,
                role="region",
                **{"aria-label": table.title},
            ),
            buttons(table, lang, more),
            store(table),
        ],
    )
