"""A data table as a section of a page: title, downloads, how to read it, the table."""

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from layouts import ids
from layouts.components.table import Spec, grid, payload
from layouts.components.twin import Table, buttons
from layouts.subject import Subject


def grid_section(spec: Spec, title: str, notes: Sequence[str], subject: Subject, lang: str) -> Component:
    """The table of `spec` under its title; a download says index, province and the notes too."""
    meta = subject.meta((subject.asked, subject.label(lang)), tuple(notes))
    held = payload(spec, title, meta, subject.unit_word(lang))
    head = [html.H2(title), buttons(Table(spec.table_id, title, (), ()), lang)]
    return html.Section(
        [
            html.Div(head, className="section-head"),
            html.P(" ".join(notes), className="note"),
            grid(spec, lang),
            dcc.Store(id=ids.table_store(spec.table_id), data=held),
        ]
    )
