"""Buttons that save a chart as a picture: made in the browser (assets/picture.js) from what is drawn."""

import json
from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.text import t

FORMATS = ("png", "svg")


def buttons(title: str, lang: str) -> list[Component]:
    """One button a format; pressed, the chart of the block is drawn with its title, source and release."""
    return [
        html.Button(
            t(f"picture.{fmt}", lang),
            className="button",
            type="button",
            **{"data-picture": fmt, "aria-label": t(f"picture.download_{fmt}", lang, title=title)},
        )
        for fmt in FORMATS
    ]


def about(title: str, subtitle: str, meta: Mapping[str, Any], lang: str) -> str:
    """What the picture says beside the drawing, as JSON for the browser: title, subtitle, lines, release.

    `meta`: that of the table twin (`source`: names of documents, `release_id`).
    """
    release = str(meta.get("release_id") or "")
    sources = meta.get("source") or []
    named = [sources] if isinstance(sources, str) else [str(source) for source in sources]
    lines = [t("picture.source", lang, sources="; ".join(named))] if named else []
    lines += [t("picture.release", lang, id=release)] if release else []
    told = {"title": title, "subtitle": subtitle, "lines": lines, "release": release}
    return json.dumps(told, ensure_ascii=False)
