"""The server's own log: lines of text or of JSON, without anything that people typed or who they are.

Of errors it tells the kind and the places in the code, never their message, which may quote a cell, a name or
a query. Of other programs' lines it tells the sentence without what was put into it. At the level `debug`,
which is for one's own computer, everything is told.
"""

from __future__ import annotations

import json
import logging
import signal
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, Literal

OURS: Final = (
    "app",
    "callbacks",
    "configuration",
    "etl",
    "exports",
    "people",
    "service",
    "workspace",
)
GUNICORN: Final = "gunicorn"
CALLER: Final = "Invalid request from ip"  # how gunicorn begins a line that names the caller's address
SIGNALS: Final = frozenset(one.name for one in signal.Signals)
FIELDS: Final = "fields"
_reference: ContextVar[str] = ContextVar("reference", default="")


def refer(reference: str) -> None:
    """Say which request this thread works on; "": none."""
    _reference.set(reference)


def reference() -> str:
    """The reference number of the request at work, as people see it when something fails; "" if none."""
    return _reference.get()


class Lines(logging.Formatter):
    """One line of text an event, and the places in the code below it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = {**_fields(record), "request": reference()}
        more = "".join(f" {name}={value}" for name, value in told.items() if value != "")
        trace = "".join(f"\n  {place}" for place in _trace(record))
        return f"{_at(record)} {record.levelname} {record.name}: {_message(record)}{more}{trace}"


class JsonLines(logging.Formatter):
    """One JSON object an event: at, level, logger, message; request, fields and trace where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        """The object on a line of its own."""
        told: dict[str, Any] = {"at": _at(record), "level": record.levelname.lower(), "logger": record.name}
        told |= {"message": _message(record), "request": reference(), **_fields(record)}
        told["trace"] = _trace(record)
        told = {name: value for name, value in told.items() if value not in ("", [])}
        return json.dumps(told, ensure_ascii=False)


def _at(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    found: dict[str, Any] = getattr(record, FIELDS, {})
    return found


def _all_told() -> bool:
    return logging.getLogger().isEnabledFor(logging.DEBUG)


def _message(record: logging.LogRecord) -> str:
    whose = record.name.partition(".")[0]
    full = whose in OURS or (whose == GUNICORN and _of_the_server(record)) or _all_told()
    text = record.getMessage() if full else str(record.msg)
    return CALLER.partition(" from")[0] if text.startswith(CALLER) and not _all_told() else text


def _of_the_server(record: logging.LogRecord) -> bool:
    """Whether a line of gunicorn tells only of its own processes: ordinary ones do, others where numbers and
    names of signals are all that is put into them."""
    put_in = record.args if isinstance(record.args, tuple) else (record.args,)
    return record.levelno <= logging.INFO or all(isinstance(x, int) or x in SIGNALS for x in put_in)


def _trace(record: logging.LogRecord) -> list[str]:
    """The kind of error and where it came from, the innermost place last."""
    caught: Any = record.exc_info
    if not isinstance(caught, tuple) or caught[0] is None:
        return []
    kind, error, trace = caught
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    return [*places, f"{kind.__name__}: {error}" if _all_told() else kind.__name__]


def config(form: Literal["text", "json"], level: str) -> dict[str, Any]:
    """What logging.config.dictConfig and gunicorn's logconfig_dict take: everything to the error stream."""
    formatter = JsonLines if form == "json" else Lines
    own = {"handlers": ["stream"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": formatter}},
        "handlers": {
            "stream": {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr"}
        },
        "root": {"handlers": ["stream"], "level": level.upper()},
        "loggers": {
            "gunicorn.error": {**own, "level": "INFO"},
            "gunicorn.access": {"handlers": [], "propagate": False, "level": "CRITICAL"},
        },
    }
