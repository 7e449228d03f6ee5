"""The four ways a component can go between two years, each with the components that went it."""

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts import narrative, text
from layouts.components.controls import NavLink
from layouts.frames import as_rows
from layouts.pages import components_parts as parts
from layouts.pages import components_words as words
from layouts.pages.components_view import ComponentsView
from layouts.text import has, t

MARKS = {"kept_full": "●", "up_up": "▲▲", "up_down": "▲▼", "down_up": "▼▲", "down_down": "▼▼"}
NOT_COMPARED = "not_compared"


def ways_block(view: ComponentsView, lang: str) -> Component | None:
    """A column a class that occurs, best first; those that cannot be compared last."""
    if not words.four_way(view):
        return None
    kinds = view.own_main["four_way"].fillna("").replace("", NOT_COMPARED)
    columns = [
        _column(way, view.own_main[kinds == way], view, lang)
        for way in (*parts.WAYS, NOT_COMPARED)
        if (kinds == way).any()
    ]
    heading = html.H2(t("breakdown.ways.title", lang, before=view.previous, now=view.subject.year))
    return html.Section([heading, html.Div(columns, className="ways")])


def _column(way: str, rows: pd.DataFrame, view: ComponentsView, lang: str) -> Component:
    """One class: its count, its name, its components with what changed."""
    name = t("breakdown.ways.not_compared", lang) if way == NOT_COMPARED else t(f"components.way.{way}", lang)
    mark = html.Span(MARKS.get(way, "–"), className="way-mark", **{"aria-hidden": "true"})
    count = html.Span(f"{len(rows)}/{len(view.main)}", className="way-count")
    head = html.H3([mark, count, html.Span(name)], className="way-head")
    items = [html.Li(_item(row, view, lang)) for row in as_rows(rows)]
    return html.Div([head, html.Ul(items)], className=f"way way-{way}")


def _item(row: Any, view: ComponentsView, lang: str) -> list[Any]:
    name = parts.component_name(row, lang)
    href = view.hrefs.get(row["component_code"], "")
    moved = []
    if has(row["change"]):
        moved.append(text.signed(row["change"], view.subject.decimals, lang))
    if has(row["rank_change"]):
        moved.append(narrative.rank_move(row["rank_change"], lang))
    said = html.Span(f" {', '.join(moved)}", className="muted nowrap") if moved else None
    return [NavLink(name, href, className="row-link") if href else name, said]
