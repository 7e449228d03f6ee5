"""The table of responsibilities on the page Hội nghị: the one in use, bringing another, what is wrong."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from dash import dcc, html
from dash.development.base_component import Component

from indices.errors import Problem
from layouts.components.drop import drop
from layouts.components.notice import notice
from layouts.pages.intake import problem
from layouts.text import t, tn

UPLOAD, TELL = "duties-upload", "duties-told"
MOST_BYTES = 8 * 1024 * 1024
ACCEPTED = ".xlsx,.xls,.ods,.csv"


@dataclass(frozen=True)
class DutiesView:
    """The table in use: rows and lead bodies in it, when it was brought (UTC; "": the settings name it),
    whether who looks may bring another, whether it could not be read."""

    rows: int
    bodies: int
    at: str
    may_bring: bool
    broken: bool = False


def section(view: DutiesView | None, lang: str) -> Component | None:
    """What is in use and where another is brought; nothing where there is neither."""
    if view is None or not (view.rows or view.may_bring):
        return None
    return html.Section(
        [
            html.H2(t("duties.title", lang)),
            html.P(_in_use(view, lang)),
            html.P(t("duties.help", lang), className="note"),
            _drop(lang) if view.may_bring else None,
            html.Div(id=TELL, role="status", className="plan-told"),
        ],
        className="page-plan briefing-duties no-print",
    )


def _in_use(view: DutiesView, lang: str) -> str:
    if view.broken:
        return t("duties.broken", lang)
    if not view.rows:
        return t("duties.none", lang)
    held = {"rows": tn("duties.rows", view.rows, lang), "bodies": tn("duties.bodies", view.bodies, lang)}
    return t("duties.in_use" if view.at else "duties.in_settings", lang, at=view.at, **held)


def _drop(lang: str) -> Component:
    words = t("duties.upload", lang), t("duties.drop", lang)
    return drop(UPLOAD, words, ACCEPTED, MOST_BYTES, "plan-drop")


def taken(rows: int, bodies: int, lang: str) -> list[Component]:
    """What bringing a table did."""
    held = {"rows": tn("duties.rows", rows, lang), "bodies": tn("duties.bodies", bodies, lang)}
    return [notice(t("duties.taken", lang, **held), "info", lang)]


def refused(problems: Sequence[tuple[str, Problem]], lang: str) -> list[Component]:
    """Every problem (key of its words, "" for the program's own) with its place, what was found and expected,
    how to mend it; that the old table stays.
    """
    made = [problem(asdict(_told(key, one, lang)), lang) for key, one in problems]
    return [notice(t("duties.refused", lang), "failure", lang), *made]


def denied(lang: str) -> list[Component]:
    """Refused to whom the role does not allow it."""
    return [notice(t("plan.denied", lang), "failure", lang)]


def _told(key: str, one: Problem, lang: str) -> Problem:
    """A problem of the table in the reader's words."""
    if not key:
        return one
    place = one.place.replace(", row ", f", {t('duties.row', lang)} ")
    what, hint = t(f"duties.problem.{key}", lang), t(f"duties.mend.{key}", lang)
    return Problem(what, one.file, place, one.found, one.expected, hint)


def placeholders() -> list[Component]:
    """What the callback names, as Dash knows it before the page is open."""
    return [dcc.Upload(id=UPLOAD), html.Div(id=TELL)]
