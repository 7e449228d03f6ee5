"""What a server does before and beside its readers, so that the first of them waits for nothing."""

from contextlib import suppress

from dash import Dash

from callbacks.services import Services
from indices.errors import ReleaseError


def before_readers(app: Dash, services: Services) -> None:
    """Make the first request now: Dash sets its callbacks up in it, which is not safe under threads.

    The release is read now too, so that the workers of a server share what it takes in memory.
    """
    client = app.server.test_client()
    for path in ("/_dash-layout", "/_dash-dependencies"):
        client.get(path)
    with suppress(ReleaseError):
        services.facts()
    services.warehouse.rest()
