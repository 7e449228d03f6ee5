"""The overview: one province, all indices: where do we stand, what moved, why, what next."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts import narrative, target_words
from layouts.components.card import card
from layouts.components.controls import NavLink, rich
from layouts.components.figure import figure_mark
from layouts.components.notice import empty
from layouts.components.pill import change, pill
from layouts.components.twin import twin
from layouts.figure_ref import ref_of
from layouts.figures.bullet import bullet
from layouts.pages import overview_tables
from layouts.text import arrow, has, name, number, percent, rank_of, t, word
from layouts.views import ComponentRow, OverviewView, Row

TARGETS_SHOWN = 8


def layout(view: OverviewView, lang: str) -> Component:
    """The page."""
    return html.Article(
        className="page-overview",
        children=[
            _head(view, lang),
            _cards(view, lang),
            html.Div(
                [html.Div([_weak(view, lang), _moved(view, lang)], className="causes"), _targets(view, lang)],
                className="overview-columns" if view.targets else "overview-columns single",
            ),
            _twins(view, lang),
            html.P(t("overview.sources", lang, publishers=view.meta["source"]), className="note"),
        ],
    )


def _head(view: OverviewView, lang: str) -> Component:
    period = t("overview.as_of", lang, year=view.as_of) if view.as_of else t("overview.latest", lang)
    if view.merged_from:
        period = f"{word('controls.group', view.unit_set, lang)} · {period}"
    print_button = html.Button(
        t("overview.print", lang), className="button no-print", type="button", **{"data-print": "1"}
    )
    return html.Header(
        className="page-head",
        children=[
            html.Div([html.H1(view.province), html.P(period, className="muted")], className="page-title"),
            print_button,
            html.P(rich(narrative.headline(view.province, view.cards, lang)), className="lede"),
            *_merged(view, lang),
        ],
    )


def _merged(view: OverviewView, lang: str) -> list[Component]:
    if not view.merged_from:
        return []
    links = [NavLink(name, href, className="chip") for name, href in view.merged_from]
    return [
        html.P(t("overview.merged", lang), className="muted merged"),
        html.Div(links, className="chips merged"),
    ]


def _cards(view: OverviewView, lang: str) -> Component:
    return html.Section(
        className="cards-section",
        children=[
            html.H2(t("overview.cards", lang), className="sr-only"),
            html.Div([card(one, lang) for one in view.cards], className="cards"),
            html.P(t("overview.cards_caption", lang), className="caption"),
        ],
    )


def _weak(view: OverviewView, lang: str) -> Component:
    if not view.weak:
        return html.Section(
            [
                html.H2(t("overview.weak", lang)),
                empty(t("overview.weak_none", lang), t("overview.weak_none_why", lang)),
            ]
        )
    worst = max(
        view.weak, key=lambda item: (item.row["rank"] / item.row["n_ranked"]) if has(item.row["rank"]) else 0
    )
    heading = t(
        "overview.weak_title",
        lang,
        component=name(worst.row, lang, "component_name"),
        rank=rank_of(worst.row["rank"], worst.row["n_ranked"]),
    )
    return html.Section(
        className="weak",
        children=[
            html.H2(heading if has(worst.row["rank"]) else t("overview.weak", lang)),
            html.P(t("overview.weak_caption", lang), className="caption"),
            html.Div(_weak_table(view, lang), className="table-scroll"),
        ],
    )


def _weak_table(view: OverviewView, lang: str) -> Component:
    columns = [
        ("component", "text"),
        ("score", "num"),
        ("lost_part", "text"),
        ("rank", "num"),
        ("best", "text"),
        ("why", "text"),
    ]
    head = html.Tr(
        [
            html.Th(t(f"overview.column.{key}", lang), scope="col", className=f"{kind} col-{key}")
            for key, kind in columns
        ]
    )
    return html.Table(
        className="data-table weak-table",
        children=[
            html.Caption(t("overview.weak", lang), className="sr-only"),
            html.Thead(head),
            html.Tbody([_weak_row(item, lang) for item in view.weak]),
        ],
    )


def _weak_row(item: ComponentRow, lang: str) -> Component:
    row, decimals = item.row, item.card.scale.decimals
    most = number(row["max_score"], _whole(row["max_score"]), lang)
    score = f"{number(row['value'], decimals, lang)}/{most}"
    index = html.Span(item.card.label, className="row-index")
    return html.Tr(
        [
            html.Th([_linked(item, lang), index], scope="row", className="text"),
            html.Td(figure_mark(score, ref_of(row), lang), className="num"),
            html.Td(_bar(item.lost_part, lang), className="text col-lost_part"),
            html.Td(rank_of(row["rank"], row["n_ranked"]), className="num"),
            html.Td(_best(row, decimals, lang), className="text col-best"),
            html.Td(why(row, lang), className="text col-why"),
        ]
    )


def _linked(item: ComponentRow, lang: str) -> Any:
    """The component's name, leading to the page that tells all of it."""
    shown = name(item.row, lang, "component_name")
    return NavLink(shown, item.href, className="row-link") if item.href else shown


def _whole(value: float) -> int:
    return 0 if float(value).is_integer() else 2


def _bar(part: float, lang: str) -> Component:
    fill = html.Span(className="lost-bar-fill", style={"width": f"{part * 100:.1f}%"})
    return html.Span(
        [
            html.Span(fill, className="lost-bar-track"),
            html.Span(percent(part, 1, lang), className="lost-bar-text figures"),
        ],
        className="lost-bar",
    )


def _best(row: Row, decimals: int, lang: str) -> list[Any]:
    if not has(row["leader_value"]):
        return [t("overview.best_unknown", lang)]
    if row["leader_unit_id"] == row["unit_id"]:
        return [t("overview.best_self", lang)]
    gap = number(row["leader_value"] - row["value"], decimals, lang)
    best = f"{name(row, lang, 'leader_name')} {number(row['leader_value'], decimals, lang)} "
    return [best, html.Span(t("overview.best_gap", lang, gap=gap), className="nowrap")]


def why(row: Row, lang: str) -> str:
    """The weak flags that are up, in words."""
    flags = [key for key in ("flag_rank", "flag_falling", "flag_low", "flag_lost") if row[key]]
    return ", ".join(t(f"weak.{key}", lang, years=row["low_years"]) for key in flags)


def _moved(view: OverviewView, lang: str) -> Component:
    items = [_moved_item(item, lang) for item in view.moved]
    body = (
        html.Ul(items, className="moved-list")
        if items
        else html.P(t("overview.moved_none", lang), className="muted")
    )
    return html.Section(
        [
            html.H2(t("overview.moved", lang)),
            html.P(t("overview.moved_caption", lang), className="caption"),
            body,
        ],
        className="moved",
    )


def _moved_item(item: ComponentRow, lang: str) -> Component:
    row, decimals = item.row, item.card.scale.decimals
    before, after = (number(row[key], decimals, lang) for key in ("prev_value", "value"))
    shift = t("overview.from_to", lang, before=before, after=after, year=row["prev_year"])
    places = narrative.rank_move(row["rank_change"], lang) if has(row["rank_change"]) else ""
    return html.Li(
        [
            html.Strong(_linked(item, lang)),
            html.Span(item.card.label, className="muted"),
            change(arrow(row["change"], decimals, lang), row["change"]),
            html.Span([shift, " ", html.Span(places, className="nowrap")], className="muted"),
        ]
    )


def _targets(view: OverviewView, lang: str) -> Component:
    measured = [target for target in view.targets if has(target["measured_value"])]
    beside = [target for target in view.targets if target not in measured and target["related"]]
    shown = sorted([*measured, *beside], key=target_words.gravity)[:TARGETS_SHOWN]
    rest = len(view.targets) - len(measured)
    link = html.P(
        NavLink(t("overview.targets_all", lang, count=len(view.targets), rest=rest), view.targets_href),
        className="note",
    )
    body = [html.Ul([_target(target, lang) for target in shown], className="target-list")] if shown else []
    tail = link if view.targets else html.P(t("overview.targets_none", lang), className="muted")
    caption = html.P(t("overview.targets_caption", lang), className="caption")
    return html.Section([html.H2(t("nav.targets", lang)), caption, *body, tail], className="targets-column")


def _target(target: Row, lang: str) -> Component:
    goal = target_words.goal(target, lang)
    due = target_words.due(target, lang)
    told = target_words.needed(target, lang) or t("targets.goal_is", lang, goal=goal, due=due)
    status = pill(target["status"], target_words.status(target, lang))
    name_of = html.Span(target_words.name(target, lang), className="target-name")
    now = html.Span(
        target_words.result(target, lang)
        if has(target["measured_value"])
        else target_words.related(target, lang)
    )
    return html.Li(
        [
            html.Div([name_of, status], className="target-line"),
            bullet(target_words.bullet_of(target, lang)),
            html.Div([now, html.Span(told)], className="target-line muted"),
        ]
    )


def _twins(view: OverviewView, lang: str) -> Component:
    tables = overview_tables.tables(view, lang)
    return html.Section(
        [html.H2(t("overview.twins", lang)), *[twin(table, lang) for table in tables]],
        className="twins no-print",
    )
