"""The gate, the forms and the provider put before a server, by the settings of the environment."""

from __future__ import annotations

import os
import sys

from dash import Dash
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from callbacks.access import oidc
from callbacks.access.forms import Forms
from callbacks.access.gate import Gate
from callbacks.access.headers import Headers
from callbacks.access.rates import Rates
from callbacks.services import Services
from people import exposure
from people import settings as of
from people.audit import Recorder
from people.errors import PeopleError
from workspace.settings import Settings, Shelf

HEADERS, RATES = "headers", "rates"  # under these names the server holds them


def stand_before(server: Flask, services: Services) -> Gate:
    """Everybody must pass from now on. Raises PeopleError for settings that open what must not be open."""
    settings = of.read()
    open_to_all = services.shelf is not None and not settings.on and not settings.open_to_network
    if open_to_all and (found := exposure.problems(sys.argv, os.environ)):
        raise PeopleError(found)
    shelf = services.shelf or Shelf(Settings())
    gate = Gate(services, settings, shelf, Recorder(shelf.workspace, settings.audit_days))
    if settings.proxies:
        n = settings.proxies
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    server.extensions[HEADERS] = headers = Headers(settings.hsts_days)
    headers.attach(server)
    gate.attach(server)
    server.extensions[RATES] = rates = Rates.of(server, gate)
    rates.attach(server)
    if settings.on:
        rates.form = _forms(server, gate).sign_in_page
    return gate


def allow_scripts(app: Dash) -> None:
    """Let browsers run what the app writes into its frame. To be called when all callbacks are registered."""
    headers: Headers = app.server.extensions[HEADERS]
    headers.allow(app.csp_hashes())


def _forms(server: Flask, gate: Gate) -> Forms:
    forms = Forms(gate)
    blueprint = forms.blueprint()
    if gate.settings.oidc:
        oidc.Provider(forms, oidc.client(server, gate.settings)).add(blueprint)
    server.register_blueprint(blueprint)
    return forms
