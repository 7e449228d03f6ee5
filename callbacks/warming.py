"""What a server does before and beside its readers, so that the first of them waits for nothing."""

from contextlib import suppress

from dash import Dash

from callbacks.services import Services
from callbacks.serving import gate_of
from indices.errors import ReleaseError


def before_readers(app: Dash, services: Services) -> None:
    """Set Dash's callbacks up now, not in the first request: that is not safe under threads.

    Directly, since the gate lets no request without a person as far as that; it learns the callbacks then.
    The release is read now too, so that the workers of a server share what it takes in memory.
    """
    with app.server.test_request_context():
        app._setup_server()
    gate_of(app.server).name(app.callback_map)
    with suppress(ReleaseError):
        services.facts()
    services.warehouse.rest()
