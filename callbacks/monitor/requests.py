"""Every request gets a reference number, the one people see when something fails; its time is measured.

What is told of a request: method, what was asked for (a page or a callback by its name in the code, never the
address), status, milliseconds. Never who asked, from where, or what was typed.
"""

import logging
import secrets
import time
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from callbacks import pages
from callbacks.access import rules
from callbacks.access.gate import Gate
from callbacks.monitor import metrics
from service import logs

HEADER = "X-Request-Id"
FRAME, FILES, NOTHING = "frame", "files", "nothing"
UNTOLD = ("static", "_dash_assets.static", "font", "plotly", "health", "ready", "measures")
logger = logging.getLogger(__name__)


def new_reference() -> str:
    """Six hexadecimal digits, short enough to be read out on the telephone."""
    return secrets.token_hex(3).upper()


def attach(server: Flask, gate_name: str) -> None:
    """Measure all that passes a server. To be called first: what asks first ends last.

    `gate_name`: under which extension of the server the gate stands, once it does.
    """

    @server.before_request
    def begin() -> None:
        g.begun, g.reference = time.perf_counter(), new_reference()
        logs.refer(g.reference)

    @server.after_request
    def end(response: Response) -> Response:
        asked = label(server.extensions.get(gate_name))
        seconds = time.perf_counter() - g.begun
        metrics.observe(asked, response.status_code, seconds)
        if asked != FILES and request.endpoint not in UNTOLD:
            response.headers[HEADER] = g.reference
            told = {"method": request.method, "asked": asked, "status": response.status_code}
            told["ms"] = round(1000 * seconds, 1)
            logger.info("request", extra={logs.FIELDS: told})
        return response

    @server.teardown_request
    def over(_: BaseException | None) -> None:
        logs.refer("")


def label(gate: Gate | None) -> str:
    """What was asked for, out of a bounded list: the id of a page, a callback, an endpoint."""
    endpoint = request.endpoint
    if endpoint is None:
        return NOTHING
    if endpoint.startswith(("/_dash-component", "/_favicon")) or endpoint in UNTOLD[:4]:
        return FILES
    rule = rules.of_request(request, gate.named if gate else {})
    if rule.name == endpoint:
        return FRAME if rule.page else endpoint.strip("/")
    if rule.page:
        return (pages.find(urlsplit(rule.page).path) or pages.HOME).id
    return rule.name or NOTHING
