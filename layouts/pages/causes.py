"""Why points were lost: what the data show and what people wrote, never mixed."""

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from layouts.components.controls import NavLink
from layouts.pages.plan_view import Reason
from layouts.text import t

ASK, ANSWER = "criterion-why", "criterion-why-told"


def section(lang: str) -> Component:
    """A button, and the place of the answer: it is looked up when somebody asks."""
    button = html.Button(t("causes.ask", lang), id=ASK, type="button", className="button")
    return html.Section(
        [
            html.H2(t("causes.title", lang)),
            html.P(t("causes.help", lang), className="note"),
            html.Div(button, className="button-row no-print"),
            html.Div(id=ANSWER, role="status", className="causes"),
        ],
        className="page-plan",
    )


def evidence(lines: Sequence[str], lang: str) -> Component:
    """What the published figures show; what it means is for people to say."""
    told = html.Ul([html.Li(line) for line in lines]) if lines else html.P(t("causes.no_evidence", lang))
    heading, note = html.H3(t("plan.shown", lang)), html.P(t("plan.shown_help", lang), className="note")
    return html.Aside([heading, told, note], className="plan-shown")


def written(reasons: Sequence[Reason], links: Mapping[str, str], lang: str) -> Component:
    """The causes that people wrote, with who wrote them, and where another is written."""
    items = [
        html.Li(
            [
                html.Strong([t(f"plan.kind.{row.values['kind']}", lang), f", {row.values['year']}"]),
                html.P(row.values["text"], className="plan-text"),
                html.P(
                    [t("plan.by", lang, by=row.by), " · ", NavLink(t("plan.edit", lang), row.href)],
                    className="note",
                ),
            ]
        )
        for row in reasons
    ]
    told = (
        html.Ul(items, className="plan-list") if items else html.P(t("causes.none", lang), className="note")
    )
    ways = [NavLink(t(f"plan.add.{key}", lang), href, className="button") for key, href in links.items()]
    heading = html.H3(t("plan.reasons", lang))
    return html.Div([heading, told, html.Div(ways, className="button-row no-print")])


def placeholders() -> list[Component]:
    """What the callback names, as Dash knows it before the page is open."""
    return [html.Button(id=ASK), html.Div(id=ANSWER)]
