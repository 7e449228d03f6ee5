"""The audit page's frame: parts of the page as links, then blocks of a finding, its meaning and its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts import ids
from layouts.components.chart import Chart, chart
from layouts.components.controls import chips, rich
from layouts.components.notice import empty
from layouts.components.table import Col, Spec, grid, payload
from layouts.components.twin import Table, buttons
from layouts.text import t

TALL = 460
LONG = 14


@dataclass(frozen=True)
class Block:
    """One finding: `finding` in words first, `explain` what the statistic is for whoever never met it.

    Then a table (id, name, columns, rows) or a chart with its twin, or words why there is neither.
    """

    finding: str
    explain: str = ""
    table_id: str = ""
    name: str = ""
    columns: tuple[Col, ...] = ()
    rows: Sequence[Mapping[str, Any]] = ()
    chart: Chart | None = None
    nothing: str = ""
    above: Component | None = None


@dataclass(frozen=True)
class AuditView:
    """The page: index and year in words, parts as (text, address, chosen), the blocks of the chosen part."""

    label: str
    parts: Sequence[tuple[str, str, bool]]
    about: str
    blocks: Sequence[Block]
    meta: Mapping[str, Any] = field(default_factory=dict)


def layout(view: AuditView, lang: str) -> Component:
    """The page in one language: the first finding is its headline."""
    first = view.blocks[0].finding if view.blocks else view.label
    return html.Article(
        [
            html.P(view.label, className="kicker"),
            html.H1(rich(first)),
            html.P(view.about, className="lede"),
            chips(list(view.parts), t("audit.parts", lang)),
            *(_block(block, view, n == 0, lang) for n, block in enumerate(view.blocks)),
        ],
        className="page-audit",
    )


def _block(block: Block, view: AuditView, first: bool, lang: str) -> Component:
    children: list[Component | None] = [
        None if first or block.chart else html.H2(rich(block.finding)),
        html.P([html.Strong(t("audit.what", lang)), " ", block.explain], className="explain")
        if block.explain
        else None,
        block.above,
    ]
    if block.chart is not None:
        children.append(chart(block.chart, lang))
    if block.rows:
        children += _table(block, view, lang)
    elif block.nothing:
        children.append(empty(t("audit.nothing", lang), block.nothing))
    return html.Section([child for child in children if child is not None], className="audit-block")


def _table(block: Block, view: AuditView, lang: str) -> list[Component]:
    spec = Spec(
        block.table_id,
        block.name,
        block.columns,
        block.rows,
        max_height=TALL if len(block.rows) > LONG else 0,
    )
    head = [html.H3(block.name), buttons(Table(block.table_id, block.name, (), ()), lang)]
    return [
        html.Div(head, className="section-head"),
        grid(spec, lang),
        dcc.Store(id=ids.table_store(block.table_id), data=payload(spec, block.name, view.meta)),
    ]
