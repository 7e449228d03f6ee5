"""The survey page: how satisfied people are and how sure that is, which questions do worst, who differs."""

from dash import html
from dash.development.base_component import Component

from layouts.components.chart import Chart, chart
from layouts.components.controls import chips, rich
from layouts.components.notice import empty
from layouts.figures.interval import figure
from layouts.frames import as_rows
from layouts.pages import survey_words as words
from layouts.pages.survey_more import country, drivers, gaps, years
from layouts.pages.survey_parts import estimate, groups, provinces
from layouts.pages.survey_table import table
from layouts.pages.survey_view import SurveyView
from layouts.text import t

ITEM = "item"


def nothing(lang: str) -> Component:
    """No survey was imported: why, and how to bring one in."""
    return html.Article(
        [html.H1(t("survey.none", lang)), empty(t("survey.none_why", lang), t("survey.none_how", lang))],
        className="page-survey",
    )


def layout(view: SurveyView, lang: str) -> Component:
    """The page."""
    head = html.Header(
        [
            html.Div(
                [
                    html.P(words.kicker(view, lang), className="kicker"),
                    html.H1(words.headline(view, lang)),
                ],
                className="page-title",
            ),
            html.P(rich(" ".join(words.lede(view, lang))), className="lede"),
            chips(list(view.waves), t("survey.waves", lang)) if len(view.waves) > 1 else None,
        ],
        className="page-head",
    )
    body = [
        _components(view, lang),
        _items(view, lang),
        drivers(view, lang),
        gaps(view, lang),
        *groups(view, lang),
        country(view, lang),
        provinces(view, lang),
        years(view, lang),
        html.P(t("survey.method", lang), className="note"),
    ]
    return html.Article([head, *(part for part in body if part is not None)], className="page-survey")


def _components(view: SurveyView, lang: str) -> Component | None:
    rows = view.rows[(view.rows["level"] != ITEM) & view.rows["value"].notna()]
    if rows.empty:
        return None
    parts = rows[rows["code"] != view.headline] if len(rows) > 1 else rows
    title, caption = words.finding(parts, lang)
    made = Chart(
        figure=figure([estimate(row, view, lang) for row in as_rows(rows)], words.goals(view), lang),
        title=title,
        subtitle=t("survey.subtitle", lang),
        caption=" ".join(filter(None, (caption, words.assumption(view, lang)))),
        table=table("components", rows, view, lang),
    )
    return chart(made, lang)


def _items(view: SurveyView, lang: str) -> Component | None:
    rows = view.rows[(view.rows["level"] == ITEM) & view.rows["value"].notna()].sort_values("value")
    if rows.empty:
        return None
    title, caption = words.finding(rows, lang)
    made = Chart(
        figure=figure([estimate(row, view, lang) for row in as_rows(rows)], words.goals(view), lang),
        title=title,
        subtitle=t("survey.items_subtitle", lang),
        caption=caption,
        table=table("items", rows, view, lang),
    )
    return chart(made, lang)
