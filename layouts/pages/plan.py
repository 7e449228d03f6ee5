"""The page of the plan: what is overdue, every assignment, what each body carries, causes people wrote."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.components.controls import NavLink, chips
from layouts.components.notice import empty, notice
from layouts.components.pill import pill
from layouts.components.twin import Column, Table, buttons, store
from layouts.pages import plan_files, plan_form, plan_parts, plan_results, saved
from layouts.pages.plan_parts import DONE, OVERDUE, PILLS
from layouts.pages.plan_view import PlanView, Work
from layouts.text import day, t, tn

SWITCH_ON = "CCHC_WORKSPACE=true make run"
TABLE_ID = "plan"
TAKEN = (
    "lead", "task", "target", "target_value", "index_code", "component_code", "year", "deadline", "status",
    "partners", "product", "authority",
)  # fmt: skip


def switched_off(lang: str) -> Component:
    """What stands there while this server keeps nothing that people write."""
    told = empty(t("plan.closed", lang), t("plan.closed_help", lang))
    return html.Article(
        [html.H1(t("nav.plan", lang)), told, html.P(html.Code(SWITCH_ON))], className="page-plan"
    )


def unopened(problem: str, lang: str) -> Component:
    """What stands there while the workspace does not open."""
    return html.Article(
        [html.H1(t("nav.plan", lang)), notice(t("plan.broken", lang, problem=problem), "failure", lang)],
        className="page-plan",
    )


def layout(view: PlanView, lang: str) -> Component:
    """The page: the finding, the form if one is open, what is overdue, then everything."""
    parts = [
        _head(view, lang),
        plan_form.desk(view.desk, view.form, lang),
        plan_form.layout(view.form, lang) if view.form else _adding(view, lang),
        _overdue(view, lang),
        _works(view, lang),
        plan_results.section(view, lang),
        plan_parts.loads(view, lang),
        _reasons(view, lang),
        None if view.form else saved.section("view", lang),
        plan_files.section(view.search, view.desk, lang),
        plan_form.gone(view.gone, lang),
    ]
    return html.Article([part for part in parts if part is not None], className="page-plan")


def finding(view: PlanView, lang: str) -> str:
    """The page in one sentence: how much work, how much of it overdue, and who has most of that."""
    if not view.total:
        return t("plan.finding.none", lang, province=view.province)
    late = view.counts.get(OVERDUE, 0)
    told = {"total": view.total, "done": view.counts.get(DONE, 0), "late": late}
    if not late:
        return t("plan.finding.in_time", lang, **told)
    most = view.loads[0]
    told |= {"lead": most.lead, "count": most.counts[OVERDUE]}
    alone = most.counts[OVERDUE] == late
    return tn(f"plan.finding.{'late_all' if alone else 'late'}", late, lang, **told)


def _head(view: PlanView, lang: str) -> Component:
    title = html.Div(
        [
            html.H1(t("plan.title", lang, province=view.province)),
            html.P(t("plan.subtitle", lang), className="muted"),
        ],
        className="page-title",
    )
    return html.Header([title, html.P(finding(view, lang), className="lede")], className="page-head")


def _adding(view: PlanView, lang: str) -> Component | None:
    if not view.desk.may_write:
        return None
    links = [
        NavLink(t(f"plan.add.{kind}", lang), href, className="button button-main" if not i else "button")
        for i, (kind, href) in enumerate(view.add.items())
    ]
    return html.Div(links, className="button-row no-print")


def _overdue(view: PlanView, lang: str) -> Component | None:
    if not view.overdue:
        return None
    items = [
        html.Li(
            [
                html.Strong(work.values["lead"]),
                ": ",
                NavLink(work.values["task"], work.href),
                " ",
                html.Span(tn("plan.late", work.late, lang), className="plan-late"),
                plan_parts.progress(work, lang),
            ]
        )
        for work in view.overdue
    ]
    heading = html.H2(tn("plan.overdue", len(view.overdue), lang))
    return html.Section([heading, html.Ul(items, className="plan-list")])


def _works(view: PlanView, lang: str) -> Component:
    title = t("plan.works", lang)
    if not view.total:
        return html.Section([html.H2(title), empty(t("plan.empty", lang), t("plan.empty_help", lang))])
    rows = [
        html.Div(
            [html.Span(t(f"plan.filter.{key}", lang), className="filter-title"), _chips(key, view, lang)],
            className="filter-row",
        )
        for key in view.filters
    ]
    ways = [(one.label, one.href, one.chosen) for one in view.ways]
    table = taken_away(view, lang)
    return html.Section(
        [
            html.H2(title),
            html.Div([*rows, chips(ways, t("plan.filter.way", lang))], className="filters no-print"),
            _drawn(view, lang),
            buttons(table, lang),
            store(table),
        ]
    )


def _drawn(view: PlanView, lang: str) -> Component:
    """The assignments after the filters, as a board or as a table."""
    if not view.works:
        return empty(t("plan.no_match", lang), t("plan.no_match_help", lang))
    if view.board:
        return plan_parts.board(view.works, lang)
    frame = {"tabIndex": 0, "role": "region", "aria-label": t("plan.works", lang)}
    return html.Div(_table(view, lang), className="table-scroll", **frame)


def _chips(key: str, view: PlanView, lang: str) -> Component:
    items = [(f"{one.label} ({one.count})", one.href, one.chosen) for one in view.filters[key]]
    return chips(items, t(f"plan.filter.{key}", lang))


def _table(view: PlanView, lang: str) -> Component:
    names = ("lead", "task", "deadline", "status", "criterion")
    heads = [html.Th(t(f"plan.field.{name}", lang), scope="col", className="text") for name in names]
    body = [_row(work, lang) for work in view.works]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)], className="data-table plan-table")


def _row(work: Work, lang: str) -> Component:
    values = work.values
    task: list[Any] = [NavLink(values["task"], work.href)]
    if work.unclear:
        fields = ", ".join(t(f"plan.field.{name}", lang).lower() for name in work.unclear)
        task.append(html.Div(t("plan.unclear", lang, fields=fields), className="note"))
    standing = pill(PILLS[work.standing], t(f"plan.standing.{work.standing}", lang))
    return html.Tr(
        [
            html.Th(values["lead"], scope="row", className="text"),
            html.Td(task, className="text"),
            html.Td(day(values["deadline"], lang), className="text"),
            html.Td([standing, plan_parts.progress(work, lang)], className="text"),
            html.Td(plan_parts.criterion(work, lang), className="text"),
        ]
    )


def taken_away(view: PlanView, lang: str) -> Table:
    """The table as a file: every field of what is shown."""
    rows = [
        {name: _text(work.values[name]) for name in TAKEN}
        | {"status": t(f"plan.standing.{work.standing}", lang)}
        for work in view.works
    ]
    columns = [Column(name, t(f"plan.field.{name}", lang)) for name in TAKEN]
    return Table(TABLE_ID, t("plan.title", lang, province=view.province), columns, rows, meta=view.meta)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _reasons(view: PlanView, lang: str) -> Component | None:
    if not view.reasons:
        return None
    items = [
        html.Li(
            [
                html.Div(
                    [
                        html.Strong(plan_parts.criterion(row, lang)),
                        " · ",
                        t(f"plan.kind.{row.values['kind']}", lang),
                    ]
                ),
                html.P(row.values["text"], className="plan-text"),
                html.P(
                    [t("plan.by", lang, by=row.by), " · ", NavLink(t("plan.edit", lang), row.href)],
                    className="note",
                ),
            ]
        )
        for row in view.reasons
    ]
    return html.Section([html.H2(t("plan.reasons", lang)), html.Ul(items, className="plan-list")])
