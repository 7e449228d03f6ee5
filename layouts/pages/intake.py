"""Import: a file is chosen, its reading confirmed, checked, published or discarded; all of it undoable."""

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts import text
from layouts.components.controls import NavLink
from layouts.components.drop import drop
from layouts.components.notice import empty
from layouts.pages import intake_annex, intake_draft, intake_map
from layouts.pages.intake_view import STEPS, IntakeView
from layouts.text import t

UPLOAD, WHO, POLL, TELL = "intake-upload", "intake-who", "intake-poll", "intake-tell"
KINDS = ".xlsx,.xlsm,.xls,.ods,.csv,.tsv,.txt,.parquet"
POLL_SECONDS = 1.5
TEMPLATE = "/mau/{index}/{year}.xlsx"


def layout(view: IntakeView, lang: str) -> Component:
    """The page at its step; the imports so far below."""
    children = [
        html.H1(_headline(view, lang)),
        steps(view.step, lang),
        who_field(lang),
        html.Div(failures(view, lang), id=TELL, role="alert"),
        _step(view, lang),
        history(view, lang) if view.step == STEPS[0] else None,
        dcc.Interval(id=POLL, interval=POLL_SECONDS * 1000) if _waits(view) else None,
    ]
    return html.Article([child for child in children if child is not None], className="page-intake")


def _headline(view: IntakeView, lang: str) -> str:
    name = ""
    if view.annex is not None:
        return t("annex.head", lang, file=view.annex.file)
    if view.mapping is not None:
        name = str(view.mapping.inspection["file"])
    if view.draft is not None:
        name = str(view.draft.draft["file_name"])
    return t(f"intake.head.{view.step}", lang, file=name)


def _waits(view: IntakeView) -> bool:
    """Whether somebody is at work on the import shown."""
    return view.draft is not None and view.draft.draft["state"] == "publishing"


def steps(current: str, lang: str) -> Component:
    """Where we are of four steps, in words and numbers."""
    items = [
        html.Li(
            [html.Span(str(n), className="step-number"), t(f"intake.step.{name}", lang)],
            className="step step-now" if name == current else "step",
            **({"aria-current": "step"} if name == current else {}),
        )
        for n, name in enumerate(STEPS, start=1)
    ]
    return html.Ol(items, className="steps")


def _step(view: IntakeView, lang: str) -> Component:
    if view.draft is not None:
        return intake_draft.layout(view.draft, lang)
    if view.annex is not None:
        return intake_annex.layout(view.annex, lang)
    if view.mapping is not None:
        return intake_map.layout(view.mapping, lang)
    return choose(view, lang)


def who_field(lang: str) -> Component:
    """Who does it: kept in the browser, written into the journal."""
    return html.Div(
        [
            html.Label(t("intake.who", lang), htmlFor=WHO),
            dcc.Input(
                id=WHO, type="text", persistence=True, persistence_type="local", maxLength=80, debounce=True,
                className="intake-input", autoComplete="name",
            ),
            html.P(t("intake.who_help", lang), className="note"),
        ],
        className="intake-field typed-name",
    )  # fmt: skip


def choose(view: IntakeView, lang: str) -> Component:
    """The first step: who, which file, or an empty form to fill in."""
    words = t("intake.drop", lang), t("intake.kinds", lang, most=view.most_mb)
    return html.Div(
        [
            drop(UPLOAD, words, KINDS, view.most_mb * 1024 * 1024, "intake-choose"),
            html.Section(
                [
                    html.H2(t("intake.templates.title", lang)),
                    html.P(t("intake.templates.help", lang), className="note"),
                    html.Ul(
                        [html.Li(html.A(name, href=href, download="")) for name, href in view.templates],
                        className="template-list",
                    ),
                ]
            ),
        ],
        className="two-columns",
    )


def failures(view: IntakeView, lang: str) -> list[Component]:
    """What kept the last step from being done, each with where, found, expected and how to mend it."""
    return [problem(row, lang) for row in view.failures]


def problem(row: Any, lang: str) -> Component:
    """One problem in a line or two; the words of the problem itself are the program's own."""
    where = " › ".join(str(row[key]) for key in ("file", "place") if row.get(key))
    parts = [
        html.Span(f"{t(f'intake.problem.{key}', lang)}: {row[key]}", className="problem-part")
        for key in ("found", "expected", "hint")
        if row.get(key)
    ]
    head = f"{where}: {row['what']}" if where else str(row["what"])
    return html.Div(
        [html.Strong(head), html.Div(parts, className="problem-parts")],
        className="notice notice-failure problem",
    )


def history(view: IntakeView, lang: str) -> Component:
    """The imports so far: state, file, what, who, when; a link opens each."""
    heading = html.H2(t("intake.history.title", lang))
    if not view.imports:
        return html.Section(
            [heading, empty(t("intake.history.none", lang), t("intake.history.none_help", lang))]
        )
    return html.Section([heading, html.Div(history_table(view, lang), className="table-scroll")])


def history_table(view: IntakeView, lang: str) -> Component:
    """A real table: the file's name is the link."""
    heads = ("file", "what", "rows", "state", "who", "when")
    head = html.Tr([html.Th(t(f"intake.history.{name}", lang), scope="col") for name in heads])
    body = [_history_row(row, view, lang) for row in view.imports]
    return html.Table([html.Thead(head), html.Tbody(body)], className="data-table intake-history")


def _history_row(row: Any, view: IntakeView, lang: str) -> Component:
    years = ", ".join(str(year) for year in row.get("years", ()))
    what = " ".join(part for part in (str(row.get("index", "")), years) if part) or t(
        f"intake.kind.{row['kind']}", lang
    )
    return html.Tr(
        [
            html.Th(NavLink(row["file_name"] or row["id"], view.links[row["id"]]), scope="row"),
            html.Td(what),
            html.Td(text.number(row.get("rows", 0), 0, lang), className="num"),
            html.Td(intake_draft.state_pill(row, lang)),
            html.Td(row["who"]),
            html.Td(text.day(row["staged_at"], lang), className="nowrap"),
        ]
    )
