"""Parts of the plan: a board by how work stands, how far it is, what each body carries."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from layouts.components.controls import NavLink
from layouts.components.pill import pill
from layouts.pages.plan_view import PlanView, Reason, Work
from layouts.text import day, t, tn

OVERDUE, SOON, OPEN, DONE, STOPPED = "overdue", "soon", "open", "done", "stopped"
STANDINGS = (OVERDUE, SOON, OPEN, DONE, STOPPED)
PILLS = {OVERDUE: "behind", SOON: "on_track", OPEN: "on_track", DONE: "met", STOPPED: "none"}


def criterion(row: Work | Reason, lang: str) -> str:
    """What an assignment or a cause is about: index, year and criterion."""
    return t("plan.criterion", lang, name=row.criterion, index=row.index, year=row.values["year"])


def progress(work: Work, lang: str) -> Component | None:
    """How far the last report says the work is."""
    if work.percent is None or work.reported is None:
        return None
    said = t("plan.percent", lang, percent=work.percent, day=day(work.reported, lang))
    return html.Div([bar(work.percent, said), html.Span(said, className="note")], className="plan-progress")


def bar(percent: int, said: str) -> Component:
    """A bar that repeats a percentage which stands beside it in words."""
    return html.Progress(value=str(percent), max="100", **{"aria-label": said})


def board(works: Sequence[Work], lang: str) -> Component:
    """One column for every way of standing that some work has, the most urgent first."""
    columns = []
    for standing in STANDINGS:
        held = [work for work in works if work.standing == standing]
        if not held:
            continue
        heading = html.H3([pill(PILLS[standing], t(f"plan.standing.{standing}", lang)), f" {len(held)}"])
        cards = html.Ul([_card(work, lang) for work in held], className="plan-cards")
        columns.append(html.Div([heading, cards], className=f"plan-column plan-{standing}"))
    return html.Div(columns, className="plan-board")


def _card(work: Work, lang: str) -> Component:
    due = t("plan.due_on", lang, day=day(work.values["deadline"], lang))
    late = [" · ", html.Span(tn("plan.late", work.late, lang), className="plan-late")] if work.late else []
    return html.Li(
        [
            html.Div(NavLink(work.values["task"], work.href), className="plan-card-task"),
            html.Div(work.values["lead"], className="plan-card-lead"),
            html.Div([due, *late], className="note"),
            html.Div(criterion(work, lang), className="note"),
            progress(work, lang),
        ]
    )


def loads(view: PlanView, lang: str) -> Component | None:
    """What each body carries, those with most overdue first."""
    if not view.loads:
        return None
    heads = [html.Th(t("plan.field.lead", lang), scope="col", className="text")]
    heads += [html.Th(t(f"plan.standing.{s}", lang), scope="col", className="num") for s in STANDINGS]
    body = [
        html.Tr(
            [
                html.Th(NavLink(load.lead, load.href), scope="row", className="text"),
                *(html.Td(str(load.counts[s]), className="num") for s in STANDINGS),
            ]
        )
        for load in view.loads
    ]
    title = t("plan.loads", lang)
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)], className="data-table")
    frame = html.Div(table, className="table-scroll", tabIndex=0, role="region", **{"aria-label": title})
    return html.Section([html.H2(title), frame])
