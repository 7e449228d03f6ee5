"""Sign-in by a provider: OIDC authorisation code with PKCE, state and nonce; issuer and audience checked."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, Response, request, session, url_for
from joserfc.errors import JoseError

from callbacks.access.forms import Forms, language, within
from callbacks.access.gate import NEXT
from layouts.text import t
from people import provider
from people.provider import Told
from people.settings import Settings

DISCOVERY = "/.well-known/openid-configuration"
WANTED = "wanted"
logger = logging.getLogger(__name__)


def client(server: Flask, settings: Settings) -> Any:
    """The client of the provider; its addresses are asked for when somebody first signs in."""
    secret = settings.client_secret()
    return OAuth(server).register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=secret or None,
        server_metadata_url=settings.oidc_issuer.rstrip("/") + DISCOVERY,
        client_kwargs={
            "scope": settings.oidc_scope,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
            "default_timeout": 10,
        },
    )


@dataclass
class Provider:
    """The two views: to the provider, and back."""

    forms: Forms
    client: Any

    def add(self, blueprint: Blueprint) -> None:
        """Attach the views."""
        blueprint.add_url_rule("/dang-nhap/don-vi", "start", self.start)
        blueprint.add_url_rule("/dang-nhap/ve", "finish", self.finish)

    def start(self) -> Response:
        """Send the browser to the provider; what was wanted is remembered in the signed cookie."""
        session[WANTED] = within(request.args.get(NEXT, "/"))
        public = self.forms.gate.settings.public_url.rstrip("/")
        back = public + url_for("access.finish") if public else url_for("access.finish", _external=True)
        try:
            return self.client.authorize_redirect(back)  # type: ignore[no-any-return]
        except (AuthlibBaseError, requests.RequestException, RuntimeError, ValueError) as error:
            return self._unreached(error)

    def finish(self) -> Response:
        """Take the code, get and check the tokens, let the person in if there is a role for them."""
        settings, wanted = self.forms.gate.settings, within(str(session.get(WANTED, "/")))
        try:
            info = self._claims(settings)
        except (AuthlibBaseError, JoseError, requests.RequestException, RuntimeError, ValueError) as error:
            return self._unreached(error)
        told = Told.of(info, settings)
        with self.forms.gate.shelf.workspace().writing() as held:
            found = provider.admit(held, told, settings)
        if found is None:
            return self.forms.not_admitted(told.login, "access.error.no_role")
        return self.forms.admit(*found, wanted)

    def _claims(self, settings: Settings) -> dict[str, Any]:
        checks = {
            "iss": {"essential": True, "value": settings.oidc_issuer},
            "aud": {"essential": True, "value": settings.oidc_client_id},
        }
        info = self.client.authorize_access_token(claims_options=checks).get("userinfo")
        if not info:
            raise ValueError("the provider sent no identity token")
        return dict(info)

    def _unreached(self, error: Exception) -> Response:
        """The person reads one sentence; the log has the kind of error, never a token or a name."""
        logger.warning("sign-in by the provider failed: %s", type(error).__name__)
        return self.forms.sign_in_page(("failure", t("access.error.provider", language())), 502)
