"""How often somebody may ask for what costs much: sign-in, the JSON interface, files, uploads, briefings."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Flask, Response, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import RateLimitItem
from limits import parse_many as parse
from plotly.utils import PlotlyJSONEncoder

from callbacks import shell
from callbacks.access import rules
from callbacks.access.gate import API, PROBLEM, SAFE, Gate
from callbacks.errors import reader_language
from callbacks.people import current
from layouts import ids
from layouts.components.notice import notice
from layouts.text import LANGS, t
from people import exposure

SIGN_IN: Final = "sign_in"
CALLBACKS: Final = "update-component"  # the end of the endpoint
TOO_MANY: Final = 429
FORMS: Final = ("access.sign_in", "access.password")  # only what is sent counts, not the empty form
TOLD: Final = "rates.too_many"


@dataclass
class Rates:
    """Counts by person where one is signed in, else by network address, in each process for itself.

    Not on the single user's own computer. Sign-in is counted by address, whoever is signed in. `form`: draws
    the form of sign-in under a notice.
    """

    gate: Gate
    limiter: Limiter
    limits: dict[str, list[RateLimitItem]]
    form: Callable[[tuple[str, str], int], Response] | None = None

    @classmethod
    def of(cls, server: Flask, gate: Gate) -> Rates:
        """The rates of the settings; Flask-Limiter brings counters and windows."""
        limiter = Limiter(get_remote_address, app=server, storage_uri="memory://", strategy="moving-window")
        return cls(gate, limiter, {kind: parse(rate) for kind, rate in gate.settings.rates().items()})

    def attach(self, server: Flask) -> None:
        """Ask before every request. To be called after the gate: who is refused there is not counted."""
        server.before_request(self.ask)

    def ask(self) -> Response | None:
        """The refusal of a request that comes too soon, None where it may go on."""
        kind = "" if self._free() else self._kind()
        if not kind:
            return None
        asker = current().id if current().signed_in and kind != SIGN_IN else f"at {request.remote_addr}"
        for limit in self.limits[kind]:
            if not self.limiter.limiter.hit(limit, kind, asker):
                until = self.limiter.limiter.get_window_stats(limit, kind, asker).reset_time
                return self._refused(kind, max(1, math.ceil(until - time.time())))
        return None

    def _kind(self) -> str:
        endpoint = request.endpoint or ""
        if endpoint in FORMS and request.method in SAFE:
            return ""
        rule: rules.Rule = g.get("rule") or rules.of_request(request, self.gate.named)
        return rules.table()["rates"].get(rule.name, "")

    def _free(self) -> bool:
        """Whether this is the single user of one's own computer, whom a limit would only hinder."""
        return not self.gate.settings.on and exposure.here_only(request.remote_addr or "localhost")

    def _refused(self, kind: str, seconds: int) -> Response:
        """When to come again: on the form, as a problem, in place of a callback's answer, or as a text."""
        if kind == SIGN_IN and self.form is not None:
            answer = self.form(
                (
                    "failure",
                    t(TOLD, shell.language(request.query_string.decode("utf-8", "replace")), seconds=seconds),
                ),
                TOO_MANY,
            )
        elif str(request.endpoint).startswith(API):
            answer = _problem(seconds)
        elif str(request.endpoint).endswith(CALLBACKS):
            lang = reader_language()
            told = [notice(t(TOLD, lang, seconds=seconds), "failure", lang)]
            props = json.dumps({"props": {ids.NOTICES: {"children": told}}}, cls=PlotlyJSONEncoder)
            answer = Response(props, TOO_MANY, mimetype="application/json")
        else:
            lines = "\n".join(t(TOLD, lang, seconds=seconds) for lang in LANGS)
            answer = Response(lines, TOO_MANY, mimetype="text/plain")
        answer.headers["Retry-After"] = str(seconds)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _problem(seconds: int) -> Response:
    body = {
        "type": "urn:problem:too_many", "title": "Too many requests", "status": TOO_MANY,
        "detail": f"too many requests; come again in {seconds} s",
    }  # fmt: skip
    return Response(json.dumps(body), TOO_MANY, mimetype=PROBLEM)
