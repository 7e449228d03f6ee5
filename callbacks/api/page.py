"""Wiring of the page about the JSON interface."""

from __future__ import annotations

from callbacks.api.examples import addresses
from callbacks.api.problems import KINDS
from callbacks.api.routes import MOST_ROWS, ROUTES, USUAL_ROWS, WHOLE, Param, Route, full_path
from callbacks.services import Page, Rendered, Services
from callbacks.url_state import ViewState, carried, search_of
from etl.warehouse.answers import answer_fields
from etl.warehouse.dictionary import Field
from layouts.pages import api
from layouts.pages.api import ApiView, FieldDoc, ParamDoc, RouteDoc
from layouts.text import t


def build_view(services: Services, state: ViewState) -> ApiView:
    """All that the page shows: nothing that the table of routes does not say."""
    examples = addresses(services)
    return ApiView(
        routes=[route_doc(route, examples[route.id]) for route in ROUTES],
        problems={kind: code for kind, (code, _) in KINDS.items()},
        limits={"usual": USUAL_ROWS, "most": MOST_ROWS},
        release_id=services.release_id(),
        data_address="/du-lieu" + search_of(carried(state), services.facts()),
    )


def route_doc(route: Route, example: str) -> RouteDoc:
    """A route as a reader meets it."""
    columns = answer_fields(route.answer) if route.listed else ()
    params = [ParamDoc(p.name, takes(p), p.required) for p in route.params]
    return RouteDoc(route.id, full_path(route), params, [field_doc(c) for c in columns], example)


def takes(param: Param) -> str:
    """Which wording tells the values of a parameter."""
    kind = "whole" if param.kind == WHOLE else param.known or "text"
    return f"{kind}_many" if param.many else kind


def field_doc(field: Field) -> FieldDoc:
    """A column as a reader meets it."""
    meaning = {"vi": field.meaning.vi, "en": field.meaning.en}
    return FieldDoc(field.name, field.kind, meaning, field.meaning.unit)


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state."""
    return Rendered(api.layout(build_view(services, state), state.lang), t("nav.api", state.lang))


PAGE = Page(id="api", path="/api", group="audit", controls=(), render=render, listed=False)
