"""The targets page: every target with its result, gap, pace, status, clause and arithmetic."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts import target_words as words
from layouts.components.controls import NavLink, chips
from layouts.components.figure import figure_mark
from layouts.components.notice import empty
from layouts.components.pill import pill
from layouts.components.twin import Column, Table, plain, twin
from layouts.figure_ref import target_key
from layouts.figures.bullet import bullet
from layouts.text import DASH, has, span, t, word
from layouts.views import Filter, Row, TargetItem, TargetsView

GROUPS = ("behind", "on_track", "met", "cannot_say")
NO_FIGURE = "no_figure"
MEASURES = "measures"
EXPLAINED = ("behind", "cannot_say")


def group_of(row: Row) -> str:
    """The heading a target stands under: its status, or "no figure" when nothing was observed."""
    return row["status"] if has(row["measured_value"]) or row["status"] != "cannot_say" else NO_FIGURE


def layout(view: TargetsView, lang: str) -> Component:
    """The page."""
    if not view.total:
        return html.Article(
            [html.H1(t("targets.title", lang, province=view.province)), _nothing(view, lang)],
            className="page-targets",
        )
    groups = [_group(key, view, lang) for key in (*GROUPS, NO_FIGURE)]
    return html.Article(
        className="page-targets",
        children=[
            _head(view, lang),
            _filters(view, lang),
            *[g for g in groups if g],
            _others(view, lang),
            twin(_table(view, lang), lang),
        ],
    )


def _head(view: TargetsView, lang: str) -> Component:
    told = [
        t(f"targets.count.{key}", lang, count=view.counts[key])
        for key in (*GROUPS, NO_FIGURE)
        if view.counts.get(key)
    ]
    return html.Header(
        className="page-head",
        children=[
            html.Div(
                [
                    html.H1(t("targets.title", lang, province=view.province)),
                    html.P(t("targets.subtitle", lang), className="muted"),
                ],
                className="page-title",
            ),
            html.P(t("targets.headline", lang, total=view.total, counts=", ".join(told)), className="lede"),
            _proportions(view, lang),
        ],
    )


def _proportions(view: TargetsView, lang: str) -> Component:
    parts = [(key, view.counts[key]) for key in (*GROUPS, NO_FIGURE) if view.counts.get(key)]
    bars = [
        html.Span(
            str(count),
            className=f"part part-{key}",
            style={"flexGrow": count},
            title=t(f"targets.count.{key}", lang, count=count),
        )
        for key, count in parts
    ]
    told = ", ".join(t(f"targets.count.{key}", lang, count=count) for key, count in parts)
    return html.Div(bars, className="proportions", role="img", **{"aria-label": told})


def _filters(view: TargetsView, lang: str) -> Component:
    def row(key: str, filters: tuple[Filter, ...]) -> Component:
        items = [(f"{one.label} ({one.count})", one.href, one.chosen) for one in filters]
        return html.Div(
            [
                html.Span(t(f"targets.filter.{key}", lang), className="filter-title"),
                chips(items, t(f"targets.filter.{key}", lang)),
            ],
            className="filter-row",
        )

    return html.Div([row("area", view.areas), row("status", view.statuses)], className="filters no-print")


def _group(key: str, view: TargetsView, lang: str) -> Component | None:
    items = [item for item in view.items if group_of(item.row) == key]
    if not items:
        return None
    heading = html.H2([t(f"targets.group.{key}", lang), html.Span(f" {len(items)}", className="muted")])
    note = html.P(t(f"targets.group_note.{key}", lang), className="caption")
    body = (
        _plain_list(items, lang)
        if key == NO_FIGURE
        else html.Div([_card(item, lang) for item in items], className="target-cards")
    )
    return html.Section([heading, note, body], className=f"target-group group-{key}")


def _card(item: TargetItem, lang: str) -> Component:
    row = item.row
    return html.Article(
        className="target-card",
        children=[
            html.Div(
                [html.H3(words.name(row, lang)), pill(row["status"], words.status(row, lang))],
                className="target-card-head",
            ),
            html.P(_clause(item, lang), className="muted clause"),
            bullet(words.bullet_of(row, lang)),
            html.Dl([part for pair in _facts(row, lang) for part in _pair(*pair)], className="facts"),
            pace_line(row, lang),
            html.P(words.arithmetic(row, lang), className="arithmetic"),
            html.P(words.outlook(item.forecast, row, lang), className="note") if item.forecast else None,
            html.P(t("forecast.evidence", lang, source=item.evidence), className="note")
            if item.evidence
            else None,
            html.P(words.reason(row, lang), className="note") if row["status"] in EXPLAINED else None,
            *_notes(item, lang),
        ],
    )


def pace_line(row: Row, lang: str) -> Component | None:
    """Two bars from one start: the pace needed a year, and the recent one; none where one is unknown."""
    required, recent = row["required_pace"], row["recent_pace"]
    if not has(required) or not has(recent) or not row["gap"]:
        return None
    longest = max(abs(required), abs(recent))
    bars = [
        html.Div(
            [
                html.Span(t(f"targets.column.{key}", lang), className="pace-name"),
                html.Span(
                    html.Span(
                        className=f"pace-fill pace-{'away' if value < 0 else key}",
                        style={"width": f"{abs(value) / longest * 100:.1f}%"},
                    ),
                    className="pace-track",
                ),
                html.Span(words.pace(value, row, lang), className="pace-told"),
            ],
            className="pace-row",
        )
        for key, value in (("required", required), ("recent", recent))
    ]
    return html.Div(bars, className="pace")


def _clause(item: TargetItem, lang: str) -> str:
    row = item.row
    clause = t("targets.clause", lang, clause=row["clause"]) if has(row["clause"]) else ""
    area = word("area", row["area"], lang)
    return " · ".join(part for part in (area, row["document"], clause) if part)


def _facts(row: Row, lang: str) -> list[tuple[str, Any]]:
    return [
        (t("targets.column.goal", lang), words.goal(row, lang)),
        (t("targets.column.result", lang), figure_mark(words.result(row, lang), target_key(row), lang)),
        (
            t("targets.column.gap", lang),
            words.needed(row, lang) or t("targets.no_gap", lang) if row["status"] != "cannot_say" else DASH,
        ),
        (t("targets.column.required", lang), words.pace(row["required_pace"], row, lang)),
        (t("targets.column.recent", lang), words.pace(row["recent_pace"], row, lang)),
        (t("targets.column.due", lang), words.due(row, lang)),
        (t("forecast.owner", lang), row["owner"] if has(row["owner"]) else t("forecast.no_owner", lang)),
    ]


def _pair(term: str, told: Any) -> tuple[Component, ...]:
    return (html.Div([html.Dt(term), html.Dd(told)]),)


def _notes(item: TargetItem, lang: str) -> list[Component]:
    """The note of the target, what measures it, and, folded, what is only related to it."""
    measures = [observed(one, lang) for one in item.observations if one["relation"] == MEASURES]
    lines = [html.P(line, className="note") for line in [item.note, *measures] if has(line)]
    related = [observed(one, lang) for one in item.observations if one["relation"] != MEASURES]
    if not related:
        return lines
    summary = html.Summary(t("targets.related", lang, count=len(related)))
    return [*lines, html.Details([summary, *[html.P(line) for line in related]], className="related note")]


def observed(observation: Row, lang: str) -> str:
    """A dated figure beside a target: whether it measures the target or is only related to it."""
    value = words.amount(observation["value"], observation | {"operator": ">="}, lang)
    told = (
        f"{word('qualifier', observation['qualifier'], lang)} {value}".strip()
        if has(observation["qualifier"])
        else value
    )
    label = observation[f"name_{lang}"] or observation["name_vi"]
    return t(
        f"targets.observed.{observation['relation']}",
        lang,
        name=label,
        period=span(observation["period"], lang),
        value=told,
    )


def _plain_list(items: list[TargetItem], lang: str) -> Component:
    keys = ("name", "goal", "due", "clause")
    head = html.Tr([html.Th(t(f"targets.column.{key}", lang), scope="col", className="text") for key in keys])
    body = [_plain_row(item, lang) for item in items]
    title = t("targets.group.no_figure", lang)
    table = html.Table(
        [html.Caption(title, className="sr-only"), html.Thead(head), html.Tbody(body)],
        className="data-table plain-targets stacks",
    )
    return html.Div(table, className="table-scroll")


def _plain_row(item: TargetItem, lang: str) -> Component:
    row = item.row
    name = [words.name(row, lang), *_notes(item, lang)]
    goal, due = (
        html.Td(words.goal(row, lang), className="text"),
        html.Td(words.due(row, lang), className="text"),
    )
    return html.Tr(
        [
            html.Th(name, scope="row", className="text"),
            goal,
            due,
            html.Td(_clause(item, lang), className="text muted"),
        ]
    )


def _others(view: TargetsView, lang: str) -> Component | None:
    if not view.others:
        return None
    links = [NavLink(name, href, className="chip") for name, href in view.others]
    return html.Section(
        [html.H2(t("targets.others", lang)), html.Div(links, className="chips")], className="no-print"
    )


def _nothing(view: TargetsView, lang: str) -> Component:
    return html.Div(
        [
            empty(t("targets.none", lang, province=view.province), t("targets.none_why", lang)),
            _others(view, lang),
        ]
    )


def _table(view: TargetsView, lang: str) -> Table:
    texts = ("name", "document", "clause", "area", "goal", "result", "status", "due", "arithmetic", "source")
    numbers = ("target_value", "measured_value", "gap_value", "required_value", "recent_value")
    columns = [
        Column(key, t(f"targets.column.{key}", lang), 2 if key in numbers else None)
        for key in (*texts[:5], "target_value", "result", *numbers[1:], *texts[6:])
    ]
    columns += [Column(key, t(f"forecast.{key}_column", lang)) for key in ("owner", "evidence", "forecast")]
    return Table(
        "targets",
        t("targets.title", lang, province=view.province),
        columns,
        [_table_row(item, lang) for item in view.items],
        meta=view.meta,
    )


def _table_row(item: TargetItem, lang: str) -> dict[str, object]:
    row = item.row
    told = {
        "name": words.name(row, lang),
        "document": row["document"],
        "clause": row["clause"],
        "area": word("area", row["area"], lang),
        "goal": words.goal(row, lang),
        "target_value": row["value"],
        "result": words.result(row, lang),
        "measured_value": row["measured_value"],
        "gap_value": row["gap"],
        "required_value": row["required_pace"],
        "recent_value": row["recent_pace"],
        "status": words.status(row, lang),
        "due": words.due(row, lang),
        "arithmetic": words.arithmetic(row, lang),
        "source": item.source,
        "owner": row["owner"],
        "evidence": item.evidence or None,
        "forecast": words.outlook(item.forecast, row, lang) if item.forecast else None,
    }
    return {key: plain(value) for key, value in told.items()}
