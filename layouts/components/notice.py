"""Notices: what was not found and what is shown, or what failed and under which number."""

from dash import html
from dash.development.base_component import Component

from layouts.text import t

MARKS = {"repair": "i", "failure": "!", "info": "i"}


def notice(text: object, kind: str, lang: str) -> Component:
    """One notice. kind: repair | failure | info; the kind is said by a word for screen readers."""
    return html.Div(
        className=f"notice notice-{kind}",
        children=[
            html.Span(MARKS[kind], className="notice-mark", **{"aria-hidden": "true"}),
            html.Span(f"{t(f'notice.kind.{kind}', lang)}: ", className="sr-only"),
            html.Span(text),
        ],
    )


def failure(reference: str, lang: str) -> Component:
    """Notice for a failed callback, with the number that the log has too."""
    return notice(t("notice.failure", lang, reference=reference), "failure", lang)


def failure_page(lang: str) -> Component:
    """What stands in the page's place when it could not be drawn."""
    return html.Div(
        className="empty",
        children=[
            html.H1(t("notice.failure_title", lang)),
            html.P(t("notice.failure_help", lang)),
            html.P(
                [html.A(t("notice.retry", lang), href=""), " · ", html.A(t("notice.home", lang), href="/")]
            ),
        ],
    )


def empty(title: str, text: str) -> Component:
    """A designed empty state: why there is nothing, and what would fill it."""
    return html.Div([html.P(title, className="empty-title"), html.P(text)], className="empty")
