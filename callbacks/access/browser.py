"""What a browser holds of a session: a signed cookie, with one token of it and one against forgery."""

import secrets

from flask import session

TOKEN, CSRF = "token", "csrf"
CSRF_HEADER, CSRF_FIELD = "X-CSRF-Token", "csrf"


def csrf() -> str:
    """The token that a write of this browser must bring, made when first asked for."""
    if CSRF not in session:
        session[CSRF] = secrets.token_urlsafe(24)
    return str(session[CSRF])


def admitted(token: str) -> None:
    """Begin a session after sign-in: nothing that the browser held before is left of the cookie."""
    session.clear()
    session[TOKEN] = token
    csrf()
