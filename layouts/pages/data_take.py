"""The data page's parts for taking away: whole tables, the whole release, how to cite it, the dictionary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from layouts import html, ids, text
from layouts.components.controls import NavLink, chips
from layouts.components.table import Col, Spec, grid, payload
from layouts.components.twin import Table, buttons
from layouts.text import t, word

FORMATS = ("csv", "xlsx", "parquet")
TALL = 460


@dataclass(frozen=True)
class TableFile:
    """A whole table to take away: its name, meaning in both languages, rows, an address for each format.

    An address that is missing is of a file too large for its format.
    """

    name: str
    meaning: Mapping[str, str]
    rows: int
    addresses: Mapping[str, str]


@dataclass(frozen=True)
class TakeView:
    """What can be taken away under the chosen index and year; chips are (text, address, chosen)."""

    tables: Sequence[TableFile]
    index_chips: Sequence[tuple[str, str, bool]]
    year_chips: Sequence[tuple[str, str, bool]]
    release_address: str
    release_size: int
    api_address: str
    citations: Mapping[str, str]
    dictionary: Sequence[Mapping[str, Any]]
    dictionary_chips: Sequence[tuple[str, str, bool]]
    meta: Mapping[str, Any]


def take_section(view: TakeView, lang: str) -> Component:
    """Whole tables by index and year, and the release as one file."""
    whole = t("take.release", lang, size=text.number(view.release_size / 1e6, 1, lang))
    return html.Section(
        [
            html.H2(t("data.take.heading", lang)),
            html.P(t("data.take.note", lang), className="note"),
            html.P(
                [
                    html.A(whole, href=view.release_address, className="button", download=""),
                    " ",
                    NavLink(t("take.api", lang), view.api_address),
                ]
            ),
            labelled_chips(view.index_chips, t("take.index", lang)),
            labelled_chips(view.year_chips, t("take.year", lang)) if view.year_chips else None,
            _tables(view, lang),
        ],
        id="data-take",
    )


def labelled_chips(items: Sequence[tuple[str, str, bool]], label: str) -> Component:
    """A row of choices with its name before it."""
    return html.Div(
        [html.Span(label, className="take-label", **{"aria-hidden": "true"}), chips(list(items), label)],
        className="take-chips no-print",
    )


def _tables(view: TakeView, lang: str) -> Component:
    heads = ("table", "meaning", "rows", "files")
    head = html.Tr([html.Th(t(f"take.{name}", lang), scope="col", className="text") for name in heads])
    title = t("data.take.heading", lang)
    table = html.Table(
        [
            html.Caption(title, className="sr-only"),
            html.Thead(head),
            html.Tbody([_file(f, lang) for f in view.tables]),
        ],
        className="data-table take-table",
    )
    return html.Div(
        table, className="table-scroll take-scroll", tabIndex=0, role="region", **{"aria-label": title}
    )


def _file(file: TableFile, lang: str) -> Component:
    links = [_link(file, fmt, lang) for fmt in FORMATS]
    return html.Tr(
        [
            html.Th(html.Code(file.name), scope="row", className="text"),
            html.Td(file.meaning[lang], className="text"),
            html.Td(text.number(file.rows, 0, lang), className="num"),
            html.Td(links, className="take-files"),
        ]
    )


def _link(file: TableFile, fmt: str, lang: str) -> Component:
    if fmt not in file.addresses:
        return html.Span(t("take.too_large", lang, fmt=fmt.upper()), className="muted")
    told = t("take.file", lang, table=file.name, fmt=fmt.upper())
    return html.A(fmt.upper(), href=file.addresses[fmt], download="", **{"aria-label": told})


def cite_section(view: TakeView, lang: str) -> Component:
    """The release as a reference: in both languages and as BibTeX, each with a button that copies it."""
    blocks = [_citation(kind, words, lang) for kind, words in view.citations.items()]
    return html.Section(
        [html.H2(t("data.cite.heading", lang)), html.P(t("data.cite.note", lang), className="note"), *blocks],
        id="data-cite",
    )


def _citation(kind: str, words: str, lang: str) -> Component:
    place, title = f"cite-{kind}", t(f"cite.{kind}", lang)
    button = html.Button(
        t("cite.copy", lang),
        type="button",
        className="button no-print",
        **{
            "data-copy": place,
            "data-copied": t("cite.copied", lang),
            "aria-label": t("cite.copy_of", lang, kind=title),
        },
    )
    body = html.Pre(words, id=place, className="citation", tabIndex=0, **{"aria-label": title})
    return html.Div([html.H3(title), body, button], className="cite")


def dictionary_section(view: TakeView, lang: str) -> Component:
    """Every table and column with meaning, unit and type."""
    table_id, title = "data-dictionary-table", t("data.dictionary.heading", lang)
    columns = (
        Col("table", t("take.table", lang), width=140),
        Col("column", t("take.column", lang), width=170),
        Col("kind", t("take.kind", lang), width=110, hide_under=560),
        Col("unit", t("take.unit", lang), width=120, hide_under=700),
        Col("meaning", t("take.meaning", lang), flex=4, least=180, wrap=True),
    )
    rows = [
        {
            "table": row["table"],
            "column": row["column"],
            "kind": word("dictionary.kind", row["kind"], lang) or None,
            "unit": word("dictionary.unit", row["unit"], lang) or None,
            "meaning": row[lang],
        }
        for row in view.dictionary
    ]
    spec = Spec(table_id, title, columns, rows, max_height=TALL)
    note = t("data.dictionary.note", lang, count=text.number(len(rows), 0, lang))
    return html.Section(
        [
            html.Div(
                [html.H2(title), buttons(Table(table_id, title, (), ()), lang)], className="section-head"
            ),
            html.P(note, className="note"),
            labelled_chips(view.dictionary_chips, t("take.table", lang)),
            grid(spec, lang),
            dcc.Store(id=ids.table_store(table_id), data=payload(spec, title, view.meta, in_grid=True)),
        ],
        id="data-dictionary",
    )
