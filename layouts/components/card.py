"""An index card: score, standing, change, strip of all provinces, small trend, target status."""

from typing import Any

from dash import dcc
from dash.development.base_component import Component

from layouts import html, narrative, target_words
from layouts.components.controls import rich
from layouts.components.figure import figure_mark
from layouts.components.pill import change, pill
from layouts.figure_ref import ref_of
from layouts.figures import strip, template, trend
from layouts.text import number, short_name, t
from layouts.views import CardView


def card(view: CardView, lang: str) -> Component:
    """The card as an article under the page's section heading."""
    body = _measured(view, lang) if view.row else _nothing(view, lang)
    heading = f"card-{view.code}"
    return html.Article([_head(view, heading, lang), *body], className="card", **{"aria-labelledby": heading})


def _head(view: CardView, heading: str, lang: str) -> Component:
    publisher = view.info[f"publisher_{lang}"]
    told = t("card.measured", lang, publisher=publisher, year=view.row["year"]) if view.row else publisher
    title = html.H3(short_name(view.info, lang), id=heading, title=view.info[f"name_{lang}"])
    return html.Div(
        [
            html.Div([title, _target_pill(view, lang)], className="card-head"),
            html.P(told, className="card-source", title=told),
        ]
    )


def _target_pill(view: CardView, lang: str) -> Component:
    """The gravest target; its year is said when it is not the year of the card."""
    if not view.targets:
        return pill("none", t("targets.none_short", lang))
    worst = target_words.gravest(view.targets)
    told = target_words.short(worst, lang)
    if worst["measured_year"] not in (None, *view.years):
        told = f"{worst['measured_year']}: {told}"
    return pill(worst["status"], told, target_words.name(worst, lang))


def _measured(view: CardView, lang: str) -> list[Component]:
    return [
        html.Div([_figures(view, lang), _trend(view, lang)], className="card-main"),
        _moves(view, lang),
        _strip(view, lang),
        _words(view, lang),
    ]


def _figures(view: CardView, lang: str) -> Component:
    row, scale = view.row or {}, view.scale
    head, rest = narrative.standing(view, lang)
    joint = " " if not rest or rest.startswith("(") else " · "
    figure = figure_mark(number(row["value"], scale.decimals, lang), ref_of(row), lang)
    score = html.Span(figure, className="score")
    return html.Div(
        className="card-figures",
        children=[
            html.P([score, html.Span(narrative.out_of(scale, lang), className="score-of")]),
            html.P([html.Strong(head), joint, rest], className="standing"),
        ],
    )


def _moves(view: CardView, lang: str) -> Component:
    moves = [change(text, direction) for text, direction in narrative.change_parts(view, lang)]
    told = _spaced(moves, narrative.compared_with(view, lang))
    return html.P(told, className="moves", title=view.reason or None)


def _spaced(moves: list[Component], words: str) -> list[Any]:
    joined: list[Any] = []
    for move in moves:
        joined += [move, " · "]
    return [*joined[:-1], " " if joined else "", html.Span(words, className="muted")]


def _trend(view: CardView, lang: str) -> Component | None:
    if len(view.trend) < 2:
        return html.P(t("trend.single", lang), className="card-trend trend-none") if view.trend else None
    told = t(
        "trend.caption",
        lang,
        index=short_name(view.info, lang),
        first=view.trend[0].year,
        last=view.trend[-1].year,
    )
    drawn = dcc.Graph(
        figure=trend.figure(view.trend, view.scale.decimals, lang), config=template.CONFIG, responsive=False
    )
    return html.Div(drawn, className="card-trend", role="img", **{"aria-label": told})


def _strip(view: CardView, lang: str) -> Component | None:
    if view.strip is None:
        return html.P(t("strip.none", lang), className="card-strip strip-none")
    told = t("strip.caption", lang, index=view.label(lang), n=len(view.strip.values))
    drawn = dcc.Graph(
        figure=strip.figure(view.strip, lang),
        config=template.CONFIG,
        responsive=True,
        style={"height": f"{strip.HEIGHT}px"},
    )
    return html.Div(
        drawn, className="card-strip", role="img", **{"aria-label": told, "data-print-width": "370"}
    )


def _words(view: CardView, lang: str) -> Component:
    lines = [narrative.gap_sentence(view, lang), *narrative.card_notes(view, lang)]
    return html.Div([html.P(rich(line)) for line in lines if line], className="card-words")


def _nothing(view: CardView, lang: str) -> list[Component]:
    """The same place and size when nothing was published: why, and what is known instead."""
    lines = narrative.card_notes(view, lang) or [t("card.nothing_why", lang)]
    return [
        html.P(t("card.nothing", lang), className="score-none"),
        html.Div([html.P(rich(line)) for line in lines], className="card-words"),
    ]
