"""How often somebody may ask for what costs much: sign-in, the JSON interface, files, uploads, briefings."""

from __future__ import annotations

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

from callbacks import shell
from callbacks.access import rules
from callbacks.access.gate import SAFE, Gate
from callbacks.again import Reason, come_again, timed
from callbacks.people import current
from layouts.text import t
from people import exposure

SIGN_IN: Final = "sign_in"
TOO_MANY: Final = Reason(429, "rates.too_many", "too_many", "Too many requests", "too many requests")
FORMS: Final = ("access.sign_in", "access.password")  # only what is sent counts, not the empty form


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
        """When to come again: on the form of sign-in, else in the form that the asker can read."""
        if kind != SIGN_IN or self.form is None:
            return come_again(TOO_MANY, seconds)
        lang = shell.language(request.query_string.decode("utf-8", "replace"))
        told = ("failure", t(TOO_MANY.text, lang, seconds=seconds))
        return timed(self.form(told, TOO_MANY.status), seconds)
