"""The page about the JSON interface: every address with its parameters, answer and an example that works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.components.controls import NavLink
from layouts.text import t, word

BASE = "/api/v1"


@dataclass(frozen=True)
class ParamDoc:
    """A parameter as a reader meets it: name, key of its values' wording, whether it must be given."""

    name: str
    takes: str
    required: bool


@dataclass(frozen=True)
class FieldDoc:
    """A column of an answer: name, type, meaning in both languages, unit."""

    name: str
    kind: str
    meaning: Mapping[str, str]
    unit: str


@dataclass(frozen=True)
class RouteDoc:
    """An address of the interface with an example that answers in this release."""

    id: str
    path: str
    params: Sequence[ParamDoc]
    fields: Sequence[FieldDoc]
    example: str


@dataclass(frozen=True)
class ApiView:
    """All that the page shows: addresses, kinds of problems with their codes, limits of a page of rows."""

    routes: Sequence[RouteDoc]
    problems: Mapping[str, int]
    limits: Mapping[str, Any]
    release_id: str
    data_address: str


def layout(view: ApiView, lang: str) -> Component:
    """The page in one language."""
    return html.Article(
        [
            html.H1(t("api.head", lang, count=len(view.routes))),
            html.P(t("api.lede", lang), className="lede"),
            html.P(NavLink(t("api.back", lang), view.data_address), className="no-print"),
            _start(view, lang),
            _contents(view, lang),
            *(_route(route, lang) for route in view.routes),
            _problems(view, lang),
        ],
        className="page-api",
    )


def _start(view: ApiView, lang: str) -> Component:
    rules = [
        t("api.rule.page", lang, **view.limits),
        t("api.rule.many", lang),
        t("api.rule.missing", lang),
        t("api.rule.kept", lang, release=view.release_id),
        t("api.rule.reads", lang),
    ]
    return html.Section(
        [html.H2(t("api.start", lang)), html.Ul([html.Li(rule) for rule in rules], className="bulleted")]
    )


def _contents(view: ApiView, lang: str) -> Component:
    links = [html.A(route.path, href=f"#api-{route.id}", className="chip api-path") for route in view.routes]
    return html.Nav(links, className="chips no-print", **{"aria-label": t("api.contents", lang)})


def _route(route: RouteDoc, lang: str) -> Component:
    return html.Section(
        [
            html.H2([html.Code(f"GET {route.path}"), " ", t(f"api.route.{route.id}.title", lang)]),
            html.P(t(f"api.route.{route.id}.about", lang)),
            html.P(
                [
                    t("api.example", lang),
                    " ",
                    html.A(html.Code(route.example), href=route.example, className="api-example"),
                ]
            ),
            _params(route, lang),
            _fields(route, lang),
        ],
        id=f"api-{route.id}",
        className="api-route",
    )


def _params(route: RouteDoc, lang: str) -> Component:
    if not route.params:
        return html.P(t("api.no_params", lang), className="note")
    heads = [t(f"api.column.{name}", lang) for name in ("param", "takes", "meaning")]
    rows = [
        [
            html.Code(param.name),
            t(f"api.takes.{param.takes}", lang) + (f" · {t('api.required', lang)}" if param.required else ""),
            t(f"api.param.{param.name}", lang),
        ]
        for param in route.params
    ]
    return _table(t("api.params_of", lang, path=route.path), heads, rows)


def _fields(route: RouteDoc, lang: str) -> Component | None:
    """The columns of the rows, folded: there are up to sixty."""
    if not route.fields:
        return None
    heads = [t(f"api.column.{name}", lang) for name in ("field", "kind", "unit", "meaning")]
    rows = [
        [
            html.Code(field.name),
            t(f"dictionary.kind.{field.kind}", lang),
            word("dictionary.unit", field.unit, lang),
            field.meaning[lang],
        ]
        for field in route.fields
    ]
    told = t("api.fields_of", lang, path=route.path, count=len(route.fields))
    return html.Details([html.Summary(told), _table(told, heads, rows)], className="twin")


def _problems(view: ApiView, lang: str) -> Component:
    heads = [t(f"api.column.{name}", lang) for name in ("code", "problem", "meaning")]
    rows = [
        [str(code), html.Code(f"urn:problem:{kind}"), t(f"api.problem_kind.{kind}", lang)]
        for kind, code in view.problems.items()
    ]
    title = t("api.problems", lang)
    return html.Section(
        [html.H2(title), html.P(t("api.problems_about", lang)), _table(title, heads, rows)], id="api-problems"
    )


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Component:
    head = html.Tr([html.Th(text, scope="col", className="text") for text in heads])
    body = [
        html.Tr(
            [
                html.Th(cell, scope="row", className="text") if n == 0 else html.Td(cell, className="text")
                for n, cell in enumerate(row)
            ]
        )
        for row in rows
    ]
    table = html.Table(
        [html.Caption(title, className="sr-only"), html.Thead(head), html.Tbody(body)],
        className="data-table api-table stacks",
    )
    return html.Div(table, className="table-scroll", tabIndex=0, role="region", **{"aria-label": title})
