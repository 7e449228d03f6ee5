"""A status in words with a shape before it, so that colour only repeats what is said."""

from dash import html
from dash.development.base_component import Component

SHAPES = {"met": "✓", "on_track": "→", "behind": "!", "cannot_say": "?", "none": "–"}


def pill(status: str, text: str, title: str = "") -> Component:
    """status: met | on_track | behind | cannot_say | none; title: the longer story on hover."""
    mark = html.Span(SHAPES[status], className="pill-mark", **{"aria-hidden": "true"})
    return html.Span([mark, text], className=f"pill pill-{status}", title=title or None)


def change(text: str, direction: float | None) -> Component:
    """A change written with its arrow; direction only adds the colour."""
    tone = "same" if not direction else "up" if direction > 0 else "down"
    return html.Span(text, className=f"change change-{tone}")
