"""Notices: what was not found and what is shown, or what failed and under which number."""

from dash.development.base_component import Component

from layouts import html
from layouts.text import LANGS, t

BONES = ("title", "lede", "block", "row", "row", "block")
UNREACHABLE = "unreachable"
COMMANDS = {"build": "python -m etl build", "demo": "make demo"}
ROLLBACK = "python -m etl rollback"
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


def failure_page(lang: str, reference: str = "") -> Component:
    """What stands in the page's place when it could not be drawn: the number to tell, and another try."""
    return html.Div(
        className="empty state-page",
        children=[
            html.H1(t("notice.failure_title", lang)),
            html.P(t("notice.failure_help", lang)),
            _reference(reference, lang),
            html.Div([retry_button(lang), html.A(t("notice.home", lang), href="/")], className="state-ways"),
        ],
    )


def retry_button(lang: str) -> Component:
    """Loads the same address again (assets/state.js)."""
    return html.Button(
        t("notice.retry", lang), type="button", className="button button-main", **{"data-retry": "1"}
    )


def _reference(reference: str, lang: str) -> Component | None:
    if not reference:
        return None
    said = [t("state.reference", lang), " ", html.Strong(reference, className="figures")]
    return html.P(said, className="state-reference")


def no_data(lang: str) -> Component:
    """Nothing has been published yet: why the pages are empty, and the ways to load figures."""
    ways = [
        html.Li([html.Span(t(f"state.way.{name}", lang)), html.Code(command)])
        for name, command in COMMANDS.items()
    ]
    return html.Div(
        className="empty state-page",
        children=[
            html.H1(t("state.no_data", lang)),
            html.P(t("state.no_data_help", lang)),
            html.Ul(ways, className="state-commands"),
            html.Div([retry_button(lang)], className="state-ways"),
        ],
    )


def no_release(reference: str, lang: str) -> Component:
    """Something was published but cannot be opened: nothing is lost, what to do, the number in the log."""
    return html.Div(
        className="empty state-page",
        children=[
            html.H1(t("state.broken", lang)),
            html.P(t("state.broken_help", lang)),
            html.Ul(
                [html.Li([html.Span(t("state.way.rollback", lang)), html.Code(ROLLBACK)])],
                className="state-commands",
            ),
            _reference(reference, lang),
            html.Div([retry_button(lang)], className="state-ways"),
        ],
    )


def unreachable() -> Component:
    """Hidden until the server does not answer; in every language, for nobody can be asked for words then."""
    words = [
        html.Div([html.Span(t("state.unreachable", lang)), retry_button(lang)], lang=lang) for lang in LANGS
    ]
    return html.Div(
        words,
        id=UNREACHABLE,
        className="notice notice-failure unreachable no-print",
        hidden=True,
        role="alert",
    )


def skeleton(lang: str) -> Component:
    """What stands in the page's place until it is drawn: about as high as a page, so that nothing jumps."""
    bars = [
        html.Div(className=f"bone bone-{name}") for name in ("title", "lede", "block", "row", "row", "block")
    ]
    said = html.P(t("shell.loading", lang), className="sr-only", role="status")
    return html.Div([said, html.Div(bars, className="bones", **{"aria-hidden": "true"})], className="loading")


def empty(title: str, text: str) -> Component:
    """A designed empty state: why there is nothing, and what would fill it."""
    return html.Div([html.P(title, className="empty-title"), html.P(text)], className="empty")
