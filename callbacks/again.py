"""The answer to whoever should come again later, in the form that the asker can read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from flask import Response, request
from plotly.utils import PlotlyJSONEncoder

from callbacks.errors import reader_language
from layouts import ids
from layouts.components.notice import notice
from layouts.pages.access import environment
from layouts.text import LANGS, t

API: Final = "api."  # the beginning of endpoints of programs
CALLBACKS: Final = "update-component"  # the end of the endpoint of callbacks
PROBLEM: Final = "application/problem+json"
PAGE: Final = "text/html"


@dataclass(frozen=True)
class Reason:
    """Why somebody is to come again. status: of HTTP; text: key of the sentence for people, told `seconds`;
    kind, title, detail: for programs (a problem of RFC 9457), in English."""

    status: int
    text: str
    kind: str
    title: str
    detail: str


def come_again(reason: Reason, seconds: int) -> Response:
    """Why and when to come again: as a problem, in place of a callback's answer, or as a text."""
    endpoint = str(request.endpoint)
    if endpoint.startswith(API):
        body, kind = json.dumps(_problem(reason, seconds)), PROBLEM
    elif endpoint.endswith(CALLBACKS):
        lang = reader_language()
        told = [notice(t(reason.text, lang, seconds=seconds), "failure", lang)]
        props = {"props": {ids.NOTICES: {"children": told}}}
        body, kind = json.dumps(props, cls=PlotlyJSONEncoder), "application/json"
    else:
        body, kind = _for_people(reason, seconds)
    return timed(Response(body, reason.status, mimetype=kind), seconds)


def timed(answer: Response, seconds: int) -> Response:
    """An answer that says when to come again, and that nobody keeps."""
    answer.headers["Retry-After"] = str(seconds)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _for_people(reason: Reason, seconds: int) -> tuple[str, str]:
    """A page for whoever opens one in a browser, needing nothing more of the server; else a text. In all
    languages: the server is too busy to ask who reads."""
    if request.accept_mimetypes.best_match(["text/plain", PAGE]) == PAGE:
        first = asked if (asked := request.args.get("lang")) in LANGS else LANGS[0]
        said = [
            {
                "lang": lang,
                "title": t("again.title", lang),
                "told": t(reason.text, lang, seconds=seconds),
                "retry": t("again.retry", lang),
            }
            for lang in (first, *(one for one in LANGS if one != first))
        ]
        return environment().get_template("again.html").render(first=said[0], others=said[1:]), PAGE
    return "\n".join(t(reason.text, lang, seconds=seconds) for lang in LANGS), "text/plain"


def _problem(reason: Reason, seconds: int) -> dict[str, object]:
    return {
        "type": f"urn:problem:{reason.kind}",
        "title": reason.title,
        "status": reason.status,
        "detail": f"{reason.detail}; come again in {seconds} s",
    }
