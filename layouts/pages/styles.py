"""Styles: every kind of component in every state on one page, for whoever draws a new page."""

from dash import html
from dash.development.base_component import Component

from layouts import theme
from layouts.components import notice as notices
from layouts.components import table
from layouts.components.chart import Chart, chart
from layouts.components.controls import NavLink, chips
from layouts.components.pill import SHAPES, change, pill
from layouts.components.table import Col
from layouts.components.twin import Column, Table
from layouts.figures.bullet import Bullet, bullet
from layouts.figures.template import axis, figure
from layouts.text import t

SAMPLE = ((1, 62.4, 1.2), (2, 58.1, -0.7), (3, 51.9, 0.0), (4, None, None))
HEIGHT = 180


def layout(release_id: str, lang: str) -> Component:
    """The sections in the order in which a page is built of them."""
    said = t("styles.sample", lang)
    parts = [
        html.H1(t("styles.head", lang)),
        html.P(t("styles.lede", lang), className="lede"),
        _section("colours", [_colours()], lang),
        _section("marks", [_marks(lang)], lang),
        _section("controls", _controls(lang), lang),
        _section("notices", [notices.notice(said, kind, lang) for kind in notices.MARKS], lang),
        _section("tables", [table.grid(_spec(lang), lang)], lang),
        chart(_chart(release_id, lang), lang),
        _section("states", _states(lang), lang),
    ]
    return html.Article(parts, className="page-styles")


def _section(name: str, parts: list[Component], lang: str) -> Component:
    return html.Section([html.H2(t(f"styles.{name}", lang)), *parts])


def _colours() -> Component:
    swatches = [
        html.Li([html.Span(className="swatch", style={"background": f"var(--{name})"}), html.Code(name)])
        for name in theme.LIGHT
    ]
    return html.Ul(swatches, className="swatches")


def _marks(lang: str) -> Component:
    pills = [pill(status, t(f"styles.pill.{status}", lang)) for status in SHAPES]
    changes = [change("▲ 1,20", 1), change("▼ 0,70", -1), change("= 0,00", 0)]
    said = t("styles.sample", lang)
    bars = [bullet(Bullet(value, 0.8, status, said)) for status, value in (("met", 0.9), ("behind", 0.4))]
    return html.Div([html.Div([*pills, *changes], className="styles-row"), *bars])


def _controls(lang: str) -> list[Component]:
    word = t("styles.button", lang)
    buttons = [
        html.Button(word, className="button button-main", type="button"),
        html.Button(word, className="button", type="button"),
        html.Button(word, className="button", type="button", disabled=True),
        NavLink(t("styles.link", lang), "/kieu"),
    ]
    options = [(t("styles.chosen", lang), "/kieu", True), (t("styles.other", lang), "/kieu", False)]
    return [html.Div(buttons, className="styles-row"), chips(options, t("styles.controls", lang))]


def _spec(lang: str) -> table.Spec:
    columns = (
        Col("rank", t("common.rank", lang), "rank", width=90),
        Col("score", t("common.score", lang), "number", 2),
        Col("change", t("styles.change", lang), "change", 2),
    )
    names = ("rank", "score", "change")
    rows = [dict(zip(names, row, strict=True)) | {"own": row[0] == SAMPLE[1][0]} for row in SAMPLE]
    return table.Spec("styles-table", t("styles.tables", lang), columns, rows)


def _chart(release_id: str, lang: str) -> Chart:
    """Bars of the sample figures, which nobody published."""
    shown = [row for row in SAMPLE if row[1] is not None]
    bars = {
        "type": "bar", "x": [row[0] for row in shown], "y": [row[1] for row in shown],
        "marker": {"color": [theme.OWN if row[0] == SAMPLE[1][0] else theme.BLUE for row in shown]},
        "hoverinfo": "y",
    }  # fmt: skip
    margin = {"l": 32, "r": 0, "t": 8, "b": 24}
    ticks = axis(tickvals=[row[0] for row in shown])
    made = figure([bars], lang, HEIGHT, margin=margin, xaxis=ticks, yaxis=axis(showgrid=True))
    title = t("styles.chart", lang)
    columns = (Column("rank", t("common.rank", lang), 0), Column("score", t("common.score", lang), 2))
    rows = [{"rank": rank, "score": score} for rank, score, _ in SAMPLE]
    twin = Table("styles-chart", title, columns, rows, meta={"release_id": release_id})
    return Chart(made, title, t("styles.chart_sub", lang), t("styles.sample", lang), twin)


def _states(lang: str) -> list[Component]:
    sample = t("styles.sample", lang)
    bones = [html.Div(className=f"bone bone-{name}") for name in notices.BONES[:3]]
    return [
        notices.empty(t("styles.empty", lang), sample),
        html.Div(bones, className="styles-bones", **{"aria-hidden": "true"}),
        notices.failure(t("styles.number", lang), lang),
    ]
