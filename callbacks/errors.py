"""A handler that fails shows a notice with a reference number; the log has the same number and the trace."""

import logging
import secrets
from urllib.parse import parse_qs, urlparse

from dash import ctx, set_props
from flask import has_request_context, request

from layouts import ids
from layouts.components.notice import failure, failure_page
from layouts.text import LANGS
from service import logs

logger = logging.getLogger("app.errors")


def reader_language() -> str:
    """Language of the page the failing request came from."""
    if not has_request_context():
        return LANGS[0]
    asked = parse_qs(urlparse(request.referrer or "").query).get("lang", [LANGS[0]])[0]
    return asked if asked in LANGS else LANGS[0]


def report(error: Exception) -> str:
    """Write the error to the log under the request's reference number and return that number."""
    reference = logs.reference() or secrets.token_hex(3).upper()
    logger.error("callback failed, reference %s", reference, exc_info=error)
    return reference


def on_error(error: Exception) -> None:
    """Dash's hook for a failed callback: say so where the reader looks, and never leave an empty page."""
    reference, lang = report(error), reader_language()
    set_props(ids.NOTICES, {"children": [failure(reference, lang)]})
    if any(output["id"] == ids.PAGE for output in _outputs()):
        set_props(ids.PAGE, {"children": failure_page(lang, reference)})


def _outputs() -> list[dict[str, object]]:
    outputs = ctx.outputs_list or []
    return outputs if isinstance(outputs, list) else [outputs]
