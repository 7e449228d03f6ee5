"""A chart with everything it owes the reader: the finding as title, what is drawn, a caption, its table
twin.
"""

from dataclasses import dataclass, field
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts.components import picture
from layouts.components.twin import Table, twin
from layouts.figures.template import CONFIG, Figure


@dataclass(frozen=True)
class Chart:
    """`title` is the finding, `subtitle` what is drawn and its unit, `caption` the sentence that reads it."""

    figure: Figure
    title: str
    subtitle: str
    caption: str
    table: Table
    classes: str = ""
    proportion: str = ""
    style: dict[str, Any] = field(default_factory=dict)


def chart(made: Chart, lang: str) -> Component:
    """The chart as a section: title, subtitle, figure with caption, twin."""
    kept = {"minHeight": f"{made.figure['layout']['height']}px"} if not made.proportion else {}
    style = {"aspectRatio": made.proportion, "width": "100%"} if made.proportion else kept
    graph = dcc.Graph(
        figure=made.figure,
        config=CONFIG,
        className="chart",
        responsive=True if made.proportion else "auto",
        style=style | made.style,
    )
    return html.Section(
        className=f"chart-block {made.classes}".strip(),
        children=[
            html.H2(made.title),
            html.P(made.subtitle, className="note"),
            html.Figure(
                [_scroller(graph, made, kept), html.Figcaption(made.caption)],
                className="figure",
                role="group",
                **{"aria-label": made.title},
            ),
            twin(made.table, lang, more=picture.buttons(made.title, lang)),
        ],
        **{"data-picture-about": picture.about(made.title, made.subtitle, made.table.meta, lang)},
    )


def _scroller(graph: Component, made: Chart, kept: dict[str, Any]) -> Component:
    """Where a wide drawing scrolls inside itself, the keyboard can reach it.

    Its height is kept free while the script that draws is still on its way.
    """
    reach: dict[str, Any] = (
        {"tabIndex": 0, "role": "region", "aria-label": made.subtitle} if made.style else {}
    )
    return html.Div(graph, className="chart-scroll", style=kept, **reach)
