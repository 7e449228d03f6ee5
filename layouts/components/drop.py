"""Where a file is dropped or chosen; page.js gives the browser's own input its name."""

from dash import dcc, html
from dash.development.base_component import Component


def drop(part: str, words: tuple[str, str], accept: str, most_bytes: int, place: str) -> Component:
    """One file at a time. part: its id; words: what to drop, also read aloud, and a note; accept:
    endings of names, separated by commas; place: class of the box around it.
    """
    title, note = words
    box = dcc.Upload(
        html.Div([html.P(title, className="drop-title"), html.P(note, className="note")]),
        id=part,
        max_size=most_bytes,
        multiple=False,
        accept=accept,
        className="drop",
        className_active="drop drop-over",
    )
    return html.Div(box, className=place, **{"data-file-label": title})
