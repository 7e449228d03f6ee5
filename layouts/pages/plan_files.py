"""The plan as files: links to the workbook and the calendar, and where an edited workbook is dropped."""

from dash import dcc, html
from dash.development.base_component import Component

from layouts.components.drop import drop
from layouts.pages.plan_view import Desk
from layouts.text import t

CALENDAR, WORKBOOK = "/ke-hoach.ics", "/ke-hoach.xlsx"
FEED = "/lich/{secret}.ics"  # the calendar for programs that cannot sign in
KEYS = "/khoa"  # the page of keys, where people sign in
UPLOAD, TELL = "plan-upload", "plan-upload-told"
MOST_BYTES = 16 * 1024 * 1024


def section(search: str, desk: Desk, lang: str) -> Component:
    """Take the plan away, subscribe to its deadlines, bring an edited workbook back. Who is signed in has a
    calendar address of their own on the page of keys, for programs that cannot sign in.
    """
    links = [
        html.A(t("plan.files.workbook", lang), href=WORKBOOK + search, download="", className="button"),
        html.A(t("plan.files.calendar", lang), href=CALENDAR + search, download="", className="button"),
    ]
    if desk.person:
        links.append(html.A(t("plan.files.keys", lang), href=KEYS, className="button"))
    return html.Section(
        [
            html.H2(t("plan.files.title", lang)),
            html.P(t("plan.files.help", lang), className="note"),
            html.Div(links, className="button-row"),
            _upload(lang) if desk.may_write else None,
            html.Div(id=TELL, role="status", className="plan-told"),
        ],
        className="plan-files no-print",
    )


def _upload(lang: str) -> Component:
    words = t("plan.files.upload", lang), t("plan.files.drop", lang)
    return drop(UPLOAD, words, ".xlsx", MOST_BYTES, "plan-drop")


def placeholders() -> list[Component]:
    """What the callback names, as Dash knows it before the page is open."""
    return [dcc.Upload(id=UPLOAD), html.Div(id=TELL)]
