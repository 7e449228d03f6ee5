"""The place of the search box in the header; the box itself is made by assets/search.js."""

from dash import html
from dash.development.base_component import Component

from layouts.text import t

KINDS = ("page", "province", "index", "component", "target")


def search_box(address: str, lang: str) -> Component:
    """What the script needs: `address` of the entries of the language, and its words."""
    words = {f"data-{key}": t(f"search.{key}", lang) for key in ("label", "none", "hint", "failed")}
    kinds = {f"data-kind-{kind}": t(f"search.kind.{kind}", lang) for kind in KINDS}
    return html.Div(className="search no-print", **{"data-search": address} | words | kinds)
