"""A number that opens its own source: pressed by pointer or keyboard, it asks for the drawer (figure.js)."""

from typing import Any

from dash.development.base_component import Component

from layouts import html
from layouts.components.controls import NavLink
from layouts.text import t

MARK = "data-figure"


def criterion_link(href: str, lang: str) -> Component | None:
    """The way from a component on the screen to the page that tells all of it; nothing without an address."""
    if not href:
        return None
    return html.P(NavLink(t("criterion.open", lang), href, className="chip"), className="chips no-print")


def figure_mark(shown: Any, key: str, lang: str, classes: str = "") -> Component | Any:
    """`shown` as a button that opens the source of the figure `key`; as it is where there is no key."""
    if not key:
        return shown
    said = html.Span(f" ({t('provenance.open', lang)})", className="sr-only")
    return html.Button(
        [shown, said], type="button", className=f"figure-mark {classes}".strip(), **{MARK: key}
    )
