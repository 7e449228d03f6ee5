"""The blueprint: routes of the table on the app's server, kept answers by ETag, problems as JSON."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import Any, Final

from flask import Blueprint, Response, request

from callbacks.api.answering import answer, vocabularies
from callbacks.api.asking import Question, question
from callbacks.api.examples import examples
from callbacks.api.files import release_file, table_file
from callbacks.api.openapi import document
from callbacks.api.problems import MEDIA, ApiError, Told
from callbacks.api.routes import DOCUMENT, FILE, ROUTES, TABLE, VERSION, Route
from callbacks.errors import report
from callbacks.services import Services
from etl.warehouse.queries import ReleaseView
from layouts.pages.api import BASE
from layouts.text import t

JSON: Final = "application/json"
# Asked again each time, answered with 304 while the release is the same: never older than the pages.
CACHE: Final = "public, no-cache"
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
ENGLISH: Final = "en"
logger = logging.getLogger(__name__)


def blueprint(services: Services) -> Blueprint:
    """The interface over the served release."""
    made = Blueprint("api", __name__, url_prefix=BASE)
    for route in ROUTES:
        address = route.path.replace("{", "<").replace("}", ">")
        made.add_url_rule(address, route.id, _view(route, services), methods=METHODS)
    made.add_url_rule("/", "top", _nowhere, methods=METHODS)
    made.add_url_rule("/<path:rest>", "nowhere", _nowhere, methods=METHODS)
    made.register_error_handler(ApiError, _told)
    made.register_error_handler(Exception, _failed)
    return made


def _view(route: Route, services: Services) -> Any:
    def respond(**parts: str) -> Response:
        _only_reading()
        return respond_to(route, services, parts)

    return respond


def respond_to(route: Route, services: Services, parts: dict[str, str]) -> Response:
    """The answer to the request in hand: 200 with its ETag, or 304 when the asker has it already."""
    asked = request.args.to_dict(flat=False) | {name: [text] for name, text in parts.items()}
    known = services.kept(("api", "words"), lambda: vocabularies(services.warehouse))
    understood = question(route, asked, known)
    view = services.warehouse.pinned()
    release = view.release()
    own = mark(release.release_id, route, understood)
    held = _held(own)
    response = Response(status=304) if held else made(route, understood, view, services)
    response.set_etag(held or own)
    response.headers["Cache-Control"] = CACHE
    return response


def _held(own: str) -> str:
    """The mark under which the asker has this answer, "" if not at all; a compressed one has the way of
    packing after it."""
    marks = request.if_none_match.as_set(include_weak=True)
    return next((tag for tag in sorted(marks) if tag.split(":")[0] == own), "")


def made(route: Route, asked: Question, view: ReleaseView, services: Services) -> Response:
    """The whole answer: a file, the document about the interface, or rows of the release."""
    if route.answer == FILE:
        return release_file(view.path, view.release())
    if route.answer == TABLE:
        return table_file(asked, view, view.release())
    body = (
        document(lambda key: t(key, ENGLISH), examples(services))
        if route.answer == DOCUMENT
        else answer(route, asked, view, view.release())
    )
    return Response(json.dumps(body, ensure_ascii=False, allow_nan=False), mimetype=JSON)


def mark(release_id: str, route: Route, asked: Question) -> str:
    """The ETag of an answer: the release, and what was asked of this version of the interface."""
    told = json.dumps([VERSION, route.id, asked.query], sort_keys=True)
    return f"{release_id}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def _only_reading() -> None:
    if request.method not in ("GET", "HEAD"):
        raise ApiError("read_only", Told(found=request.method, expected="GET"))


def _nowhere(rest: str = "") -> Response:
    _only_reading()
    expected = "one of " + ", ".join(BASE + route.path for route in ROUTES)
    raise ApiError("no_such_route", Told(found=f"{BASE}/{rest}"[:120], expected=expected))


def _told(problem: ApiError) -> Response:
    body = json.dumps(problem.body(request.full_path.rstrip("?")), ensure_ascii=False)
    response = Response(body, problem.status, mimetype=MEDIA)
    response.headers["Cache-Control"] = "no-store"
    if problem.kind == "read_only":
        response.headers["Allow"] = "GET, HEAD, OPTIONS"
    return response


def _failed(error: Exception) -> Response:
    return _told(ApiError("failed", Told(found=f"reference {report(error)}")))
