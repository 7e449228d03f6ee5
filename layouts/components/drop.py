"""Where a file is dropped or chosen; page.js gives the browser's own input its name."""

from dash import dcc, html
from dash.development.base_component import Component


def drop(part: str, title: str, note: str, accept: str, most_bytes: int, place: str) -> Component:
    """One file at a time. part: its id; title: what to drop, also read aloud; accept: endings of names,
    separated by commas; place: class of the box around it.
    """
    words = html.Div([html.P(title, className="drop-title"), html.P(note, className="note")])
    box = dcc.Upload(
        words,
        id=part,
        max_size=most_bytes,
        multiple=False,
        accept=accept,
        className="drop",
        className_active="drop drop-over",
    )
    return html.Div(box, className=place, **{"data-file-label": title})
