"""The lower sections of the overview: what moved, why, and what would gain or lose places."""

from typing import Any

from dash.development.base_component import Component

from indices.rounding import rounded
from layouts import html, movement, outlook_words
from layouts.components.controls import NavLink, rich
from layouts.components.figure import figure_mark
from layouts.components.notice import empty
from layouts.figure_ref import lever_key, ref_of
from layouts.text import has, name, number, percent, rank_of, t, tn
from layouts.views import CardView, ComponentRow, Lever, OverviewView, Row, Theme

SHOWN, THEMES_SHOWN = 3, 4
MARKS = {"up": "▲", "down": "▼", "same": "=", "unknown": "–"}


def heading(question: str, finding: str, lang: str) -> Component:
    """A section's heading: the reader's question, then the finding that answers it."""
    asked = html.Span(t(f"overview_ask.{question}", lang), className="question")
    return html.H2([asked, " ", finding[:1].upper() + finding[1:]])


def moves(view: OverviewView, lang: str) -> Component:
    """What rose, what fell, and which components did it: a sentence an index."""
    found = movement.movements(view.cards, view.components, lang)
    if not found:
        told = html.P(t("moves.none", lang), className="muted")
        return html.Section(
            [heading("moved", t("moves.none_finding", lang), lang), told], className="moves-section"
        )
    items = [
        html.Li(
            [
                html.Span(MARKS[one.way], className=f"move-mark change-{one.way}", **{"aria-hidden": "true"}),
                html.Span(rich(one.told)),
            ]
        )
        for one in found
    ]
    left_open = movement.unexplained(found, lang)
    return html.Section(
        [
            heading("moved", movement.finding(found, lang), lang),
            html.Ul(items, className="moves-list"),
            html.P(left_open, className="caption kept") if left_open else None,
        ],
        className="moves-section",
    )


def standings(view: OverviewView, lang: str) -> Component:
    """Three weakest and three strongest components in one table, and the weaknesses several indices see."""
    if not view.weak and not view.strong:
        nothing = empty(t("overview.weak_none", lang), t("overview.weak_none_why", lang))
        return html.Section([heading("why", t("overview.weak", lang), lang), nothing], className="weak")
    return html.Section(
        [
            heading("why", _worst_words(view, lang), lang),
            html.P(t("overview.weak_caption", lang), className="caption"),
            html.Div(_table(view, lang), className="table-scroll"),
            _themes(view.themes, lang),
        ],
        className="weak",
    )


def _worst_words(view: OverviewView, lang: str) -> str:
    ranked = [item for item in view.weak if has(item.row["rank"])]
    if not ranked:
        return t("overview.weak", lang)
    row = ranked[0].row
    told = {"component": name(row, lang, "component_name"), "rank": rank_of(row["rank"], row["n_ranked"])}
    return t("overview.weak_title", lang, **told)


def _table(view: OverviewView, lang: str) -> Component:
    kinds = {
        "component": "text",
        "score": "num",
        "lost_part": "text",
        "rank": "num",
        "best": "text",
        "why": "text",
    }
    head = html.Tr(
        [
            html.Th(t(f"overview.column.{key}", lang), scope="col", className=f"{kind} col-{key}")
            for key, kind in kinds.items()
        ]
    )
    weak = view.weak[:SHOWN]
    shown = {id(item) for item in weak}
    strong = [item for item in view.strong if id(item) not in shown]
    bodies = [
        _body(key, items, len(kinds), lang) for key, items in (("weak", weak), ("strong", strong)) if items
    ]
    title = html.Caption(t("overview.table.standings", lang, province=view.province), className="sr-only")
    return html.Table([title, html.Thead(head), *bodies], className="data-table weak-table")


def _body(key: str, items: Any, columns: int, lang: str) -> Component:
    told = t(f"overview.group_{key}", lang)
    head = html.Tr(html.Th(told, colSpan=columns, scope="rowgroup", className="text group-head"))
    return html.Tbody([head, *[_row(item, lang) for item in items]], className=f"rows-{key}")


def _named(named: Any, card: CardView, lang: str) -> Component:
    """The head of a row about a component, with the index it belongs to."""
    return html.Th([named, html.Span(card.label(lang), className="row-index")], scope="row", className="text")


def _row(item: ComponentRow, lang: str) -> Component:
    row, decimals = item.row, item.card.scale.decimals
    most = number(row["max_score"], _whole(row["max_score"]), lang)
    score = f"{number(row['value'], decimals, lang)}/{most}"
    label = name(row, lang, "component_name")
    named = NavLink(label, item.href, className="row-link") if item.href else label
    return html.Tr(
        [
            _named(named, item.card, lang),
            html.Td(figure_mark(score, ref_of(row), lang), className="num"),
            html.Td(_bar(item.lost_part, lang), className="text col-lost_part"),
            html.Td(rank_of(row["rank"], row["n_ranked"]), className="num"),
            html.Td(_best(row, decimals, lang), className="text col-best"),
            html.Td(why(row, lang), className="text col-why"),
        ]
    )


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
    if rounded(row["leader_value"] - row["value"], decimals) == 0:
        return [t("outlook.tied", lang)]
    gap = number(row["leader_value"] - row["value"], decimals, lang)
    best = f"{name(row, lang, 'leader_name')} {number(row['leader_value'], decimals, lang)} "
    return [best, html.Span(t("overview.best_gap", lang, gap=gap), className="nowrap")]


def why(row: Row, lang: str) -> str:
    """The weak flags that are up, in words."""
    flags = [key for key in ("flag_rank", "flag_falling", "flag_low", "flag_lost") if row[key]]
    return ", ".join(t(f"weak.{key}", lang, years=row["low_years"]) for key in flags)


def _themes(themes: tuple[Theme, ...], lang: str) -> Component | None:
    """Each weakness once, with where every index sees it."""
    if not themes:
        return None
    items = [_theme(theme, lang) for theme in themes[:THEMES_SHOWN]]
    title = html.H3(tn("outlook.themes", len(themes), lang))
    return html.Div([title, html.Ul(items, className="theme-list")], className="themes")


def _theme(theme: Theme, lang: str) -> Component:
    seen = "; ".join(f"{index}: {part}" if part else index for index, part in theme.seen)
    return html.Li(
        [html.Strong(name(theme.row, lang, "theme_name")), " ", html.Span(seen, className="muted")]
    )


def outlook(view: OverviewView, lang: str) -> Component:
    """What would gain most places, what the next rank asks for, and which places are at risk."""
    found = view.outlook
    lines = outlook_words.rungs(found.rungs, lang)
    dangers = [html.Li(rich(outlook_words.risk(one, lang))) for one in found.risks]
    unknown = outlook_words.unknown(found, lang)
    children = [
        heading("next", outlook_words.finding(found, lang), lang),
        html.Ul([html.Li(rich(line)) for line in lines], className="rung-list") if lines else None,
        _levers(found.levers, view, lang) if found.levers else None,
        html.H3(t("outlook.risks", lang)) if dangers else None,
        html.Ul(dangers, className="risk-list") if dangers else None,
        html.P(
            [unknown, " ", t("outlook.note", lang)] if unknown else t("outlook.note", lang), className="note"
        ),
    ]
    return html.Section([child for child in children if child is not None], className="outlook")


def _levers(levers: tuple[Lever, ...], view: OverviewView, lang: str) -> Component:
    kinds = {"lever": "text", "need": "num", "to": "text", "gain": "num", "places": "num"}
    head = html.Tr(
        [
            html.Th(t(f"outlook.column.{key}", lang), scope="col", className=f"{kind} col-{key}")
            for key, kind in kinds.items()
        ]
    )
    title = html.Caption(t("outlook.table", lang, province=view.province), className="sr-only")
    rows = html.Tbody([_lever(one, lang) for one in levers])
    return html.Div(
        html.Table([title, html.Thead(head), rows], className="data-table lever-table"),
        className="table-scroll",
    )


def _lever(one: Lever, lang: str) -> Component:
    decimals = one.card.scale.decimals
    label = name(one.component, lang)
    named = NavLink(label, one.href) if one.href else label
    now = figure_mark(number(one.value, decimals, lang), lever_key(one), lang)
    best = figure_mark(number(one.best, decimals, lang), lever_key(one, of_holder=True), lang)
    to = [now, " → ", best, f" ({one.holder})"]
    return html.Tr(
        [
            _named(named, one.card, lang),
            html.Td(outlook_words.need(one, lang) or t("outlook.not_alone", lang), className="num"),
            html.Td(to, className="text"),
            html.Td(f"+{number(one.gain, decimals, lang)}", className="num"),
            html.Td(f"▲ {one.places}", className="num strong"),
        ]
    )
