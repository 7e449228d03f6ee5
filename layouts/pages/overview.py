"""The overview: one province, all indices: where do we stand, what moved, why, what next."""

from dash.development.base_component import Component

from layouts import html, narrative, target_words
from layouts.components.card import card
from layouts.components.controls import NavLink, rich
from layouts.components.figure import figure_mark
from layouts.components.pill import pill
from layouts.components.twin import twin
from layouts.figure_ref import target_key
from layouts.figures.bullet import bullet
from layouts.pages import overview_parts as parts
from layouts.pages import overview_tables
from layouts.text import has, t, word
from layouts.views import OverviewView, Row

TARGETS_SHOWN = 8


def layout(view: OverviewView, lang: str) -> Component:
    """The page."""
    return html.Article(
        className="page-overview",
        children=[
            _head(view, lang),
            _cards(view, lang),
            parts.moves(view, lang),
            html.Div(
                [parts.standings(view, lang), parts.outlook(view, lang), _targets(view, lang)],
                className="overview-columns" if view.targets else "overview-columns single",
            ),
            html.P(t("overview.sources", lang, publishers=_cited(view, lang)), className="note sources"),
            _twins(view, lang),
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
            parts.heading("stand", t("overview.cards", lang), lang),
            html.Div([card(one, lang) for one in view.cards], className="cards"),
            html.P(t("overview.cards_caption", lang), className="caption"),
        ],
    )


def _cited(view: OverviewView, lang: str) -> str:
    """Publisher, index with its year, and the number of the source, for every figure on the cards."""
    told = [
        f"{card.info[f'publisher_{lang}'] or card.info['publisher_vi']} ({card.label(lang)}"
        f"{': ' + str(card.row['source_id']) if card.row and has(card.row['source_id']) else ''})"
        for card in view.cards
        if card.row
    ]
    return "; ".join(told) or view.meta["source"]


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
    return html.Section([html.H2(_counted(view, lang)), caption, *body, tail], className="targets-column")


def _counted(view: OverviewView, lang: str) -> str:
    """ "Mục tiêu: 3 chưa đạt, 6 đạt": how many targets that something measures stand where."""
    measured = [aim["status"] for aim in view.targets if has(aim["measured_value"])]
    told = [
        t(f"targets.count.{status}", lang, count=measured.count(status))
        for status in target_words.GRAVITY
        if status in measured
    ]
    return ": ".join(part for part in (t("nav.targets", lang), ", ".join(told)) if part)


def _target(target: Row, lang: str) -> Component:
    goal = target_words.goal(target, lang)
    due = target_words.due(target, lang)
    told = target_words.needed(target, lang) or t("targets.goal_is", lang, goal=goal, due=due)
    status = pill(target["status"], target_words.status(target, lang))
    name_of = html.Span(target_words.name(target, lang), className="target-name")
    now = html.Span(
        figure_mark(target_words.result(target, lang), target_key(target), lang)
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
