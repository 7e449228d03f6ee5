"""Whether the server lives (/healthz), and whether it can do its work (/readyz)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Response, jsonify

from callbacks.services import Services
from indices.errors import DataError, ReleaseError
from service.version import VERSION

OK, OFF, FAILED = "ok", "off", "failed"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class State:
    """What may be asked about itself. `workspace`: opens the workspace; None where the server needs none."""

    workspace: Callable[[], Any] | None


def alive(services: Services) -> tuple[Response, int]:
    """The server lives; 503 while there is no release to serve."""
    try:
        return jsonify(status="ok", release=services.release_id(), version=VERSION), 200
    except ReleaseError as error:
        logger.warning("no release can be served: %s", type(error).__name__)
        return jsonify(status="no release", version=VERSION), 503


def ready(services: Services, state: State) -> tuple[Response, int]:
    """Whether the release answers a question and the workspace, where there is one, does; 503 if not."""
    found = looked_at(services, state)
    good = FAILED not in found.values()
    return jsonify(status="ready" if good else "not ready", **found), 200 if good else 503


def looked_at(services: Services, state: State) -> dict[str, str]:
    """ok, off or failed, by part."""
    return {
        "release": _tried(services.warehouse.release, "release"),
        "workspace": OFF if state.workspace is None else _tried(lambda: _asked(state), "workspace"),
    }


def _tried(ask: Callable[[], Any], part: str) -> str:
    try:
        ask()
    except (DataError, sa.exc.SQLAlchemyError, OSError, KeyError) as error:
        logger.warning("not ready: %s: %s", part, type(error).__name__)
        return FAILED
    return OK


def _asked(state: State) -> None:
    """One question to the database."""
    if state.workspace is not None:
        with state.workspace().reading() as session:
            session.execute(sa.select(1))
