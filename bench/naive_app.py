"""What most dashboards do: a whole layout in a callback, plotly.express over a file, nothing kept.

The measure that the real pages are held against in `bench.web`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import plotly.express as px
from dash import Dash, Input, Output, dash_table, dcc, html

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "data" / "sources" / "PCI" / "scores_2021.csv"

app = Dash(__name__)
server = app.server
app.layout = html.Div([dcc.Location(id="url"), html.Div(id="page")])


@app.callback(Output("page", "children"), Input("url", "search"))
def page(search: str | None) -> list[object]:
    """A bar chart, a box plot and a table of one year's scores."""
    rows = pd.read_csv(FILE)
    rows["value"] = pd.to_numeric(rows["score"], errors="coerce")
    bars = rows[rows["component"] == "PCI"].sort_values("value")
    return [
        html.H1(f"PCI {search or ''}"),
        dcc.Graph(figure=px.bar(bars, x="value", y="unit", height=1200)),
        dcc.Graph(figure=px.box(rows, x="component", y="value")),
        dash_table.DataTable(bars.to_dict("records"), [{"name": c, "id": c} for c in bars.columns]),
    ]
