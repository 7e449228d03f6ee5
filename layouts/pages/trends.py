"""Trends: one component over all years, with its frameworks and breaks, and its parts as small multiples."""

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from layouts import text
from layouts.components.chart import Chart, chart
from layouts.components.controls import NavLink
from layouts.components.figure import criterion_link
from layouts.components.notice import empty
from layouts.components.twin import Column, Table
from layouts.figures import trend as small
from layouts.figures.history import history
from layouts.figures.template import CONFIG
from layouts.pages.ranking import kicker
from layouts.pages.trends_view import Mini, TrendsView
from layouts.text import t

SELECT = "trends-component"


def layout(view: TrendsView, lang: str) -> Component:
    """The page: finding, select, the years, the parts."""
    children = [
        kicker(view.subject, lang),
        html.H1(headline(view, lang)),
        html.P(lede(view, lang), className="lede") if view.own else None,
        select(view, lang),
        criterion_link(view.criterion_href, lang),
        years_block(view, lang),
        minis_section(view, lang),
    ]
    return html.Article([child for child in children if child is not None], className="page-trends")


def what(view: TrendsView, lang: str) -> str:
    """The index, with the component where one is shown."""
    name = view.subject.short(lang)
    return name if view.is_total else f"{text.name(view.component, lang)}, {name}"


def headline(view: TrendsView, lang: str) -> str:
    """From where to where since the last break."""
    said = {"province": view.subject.province, "what": what(view, lang)}
    if view.own is None:
        return t("trends.head.none", lang, **said)
    rows = [row for row in view.rows if row["year"] in view.run]
    if len(rows) < 2:
        score = view.subject.amount(view.rows[-1]["value"], lang)
        return t("trends.head.alone", lang, year=view.rows[-1]["year"], score=score, **said)
    first, last = rows[0], rows[-1]
    by = "value" if first["max_score"] == last["max_score"] else "share"
    way = "up" if last[by] > first[by] else "down" if last[by] < first[by] else "same"
    ends = {"before": _amount(first, by, view, lang), "after": _amount(last, by, view, lang)}
    return t(f"trends.head.{way}", lang, first=first["year"], last=last["year"], **ends, **said)


def _amount(row: Any, by: str, view: TrendsView, lang: str) -> str:
    return text.percent(row["share"], 1, lang) if by == "share" else view.subject.amount(row["value"], lang)


def lede(view: TrendsView, lang: str) -> str:
    """The trend within the trend, best and worst year, and how many breaks there are."""
    own = view.own
    assert own is not None
    parts = [t(f"trends.kind.{view.trend.kind}", lang)]
    if len(own.years) > 2:
        ranked = [row for row in view.rows if text.has(row["rank"])]
        if ranked:
            best = min(ranked, key=lambda row: (row["rank"], -row["year"]))
            parts.append(
                t(
                    "trends.best_rank",
                    lang,
                    rank=text.rank_of(best["rank"], best["n_ranked"]),
                    year=best["year"],
                )
            )
    breaks = sum(bool(row["reason"]) for row in view.rows)
    if breaks:
        parts.append(text.tn("trends.breaks", breaks, lang))
    return " ".join(parts)


def select(view: TrendsView, lang: str) -> Component:
    """Which component is followed."""
    options = [
        {"value": code, "label": f"{'  ' * max(depth - 1, 0)}{name}"} for code, name, depth in view.choices
    ]
    return html.Div(
        dmc.Select(
            id=SELECT, label=t("trends.select", lang), data=options, value=view.code, searchable=True,
            allowDeselect=False, nothingFoundMessage=t("controls.nothing_found", lang), maxDropdownHeight=360,
            comboboxProps={"shadow": "sm", "transitionProps": {"duration": 0}, "width": "max-content"},
            filter={"function": "withoutAccents"}, className="control",
        ),
        className="ranking-select no-print",
        style=None if len(view.choices) > 1 else {"display": "none"},
    )  # fmt: skip


def years_block(view: TrendsView, lang: str) -> Component:
    """The big chart, or that there is nothing to draw."""
    if view.own is None:
        return empty(t("trends.none", lang, what=what(view, lang)), t("trends.none_help", lang))
    places = 1 if view.by_share else view.subject.decimals
    unit = "%" if view.by_share else view.subject.unit_word(lang) or t("ranking.unit_ratio", lang)
    return chart(
        Chart(
            figure=history(view.lines, view.bands, places, lang),
            title=chart_title(view, lang),
            subtitle=t(
                "trends.subtitle_share" if view.by_share else "trends.subtitle",
                lang,
                what=what(view, lang),
                unit=unit,
            ),
            caption=t("trends.caption", lang),
            table=years_table(view, lang),
        ),
        lang,
    )


def chart_title(view: TrendsView, lang: str) -> str:
    """Ours against the national mean in the last year that has both, else the leader."""
    row = next((row for row in reversed(view.rows) if text.has(row["mean"])), None)
    if row is None:
        return t("trends.title_plain", lang, province=view.subject.province)
    gap = row["value"] - row["mean"]
    key = "trends.title_above" if gap > 0 else "trends.title_below"
    return t(key, lang, province=view.subject.province, gap=view.subject.size(gap, lang), year=row["year"])


def years_table(view: TrendsView, lang: str) -> Table:
    """A row a year, latest last."""
    places = view.subject.decimals
    columns = [
        Column("year", t("common.year", lang), None),
        Column("value", t("common.score", lang), places),
        Column("max_score", t("components.most", lang), 2),
        Column("share_percent", t("components.share", lang), 1),
        Column("rank", t("common.rank", lang), 0),
        Column("n_ranked", t("trends.n_ranked", lang), 0),
        Column("change", t("common.change", lang), places),
        Column("mean", t("trends.nation", lang), places),
        Column("region_mean", t("trends.region", lang), places),
        Column("leader_value", t("trends.best", lang), places),
        Column("leader", t("components.leader.leader", lang), None),
        Column("reason", t("trends.why", lang), None),
    ]
    rows: list[dict[str, Any]] = [
        {
            **row,
            "year": str(row["year"]),
            "share_percent": 100 * row["share"] if text.has(row["share"]) else None,
        }
        for row in view.rows
    ]
    title = t("trends.table", lang, what=what(view, lang), province=view.subject.province)
    return Table(
        "trends", title, columns, rows, meta=view.subject.meta((view.subject.asked, what(view, lang)))
    )


def minis_section(view: TrendsView, lang: str) -> Component | None:
    """The components of the year as small multiples: line, value, rank, class of the trend."""
    if not view.minis:
        return None
    counts: dict[str, int] = {}
    for mini in view.minis:
        counts[mini.trend.kind] = counts.get(mini.trend.kind, 0) + 1
    return html.Section(
        [
            html.H2(t("trends.minis.title", lang, what=view.subject.label(lang))),
            html.P(t("trends.minis.note", lang), className="note"),
            html.Ul([html.Li(_mini(mini, view, lang)) for mini in view.minis], className="minis"),
        ]
    )


def _mini(mini: Mini, view: TrendsView, lang: str) -> list[Component]:
    last = mini.points[-1]
    figures = [
        html.Strong(text.number(last.value, view.subject.decimals, lang), className="figures"),
        html.Span(
            t("trends.rank", lang, rank=mini.rank) if mini.rank != text.DASH else "", className="muted"
        ),
    ]
    said = t("trends.minis.said", lang, name=mini.name, first=mini.points[0].year, last=last.year)
    graph = html.Div(
        dcc.Graph(
            figure=small.figure(mini.points, view.subject.decimals, lang),
            config=CONFIG,
            className="chart",
            responsive=False,
        ),
        role="img",
        className="mini-line",
        **{"aria-label": said},
    )
    return [
        NavLink(mini.name, mini.href, className="mini-name"),
        html.Div([html.Div(figures, className="mini-figures"), graph], className="mini-body"),
        html.P(t(f"trends.short.{mini.trend.kind}", lang), className="note"),
    ]
