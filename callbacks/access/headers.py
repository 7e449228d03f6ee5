"""Headers on every answer: what a browser may run, load and tell others. Described in docs/security.md."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import Flask, Response, request

from layouts import shell

SELF: Final = "'self'"
NOTHING: Final = "'none'"
# Mantine and AG Grid write style sheets of their own into the page, whose words change with widths and theme:
# no hash can be told ahead, and neither takes a nonce from Dash. Plotly styles its labels by attributes.
OWN_STYLES: Final = "'unsafe-inline'"
DIRECTIVES: Final = {
    "default-src": (NOTHING,),
    "style-src": (SELF, OWN_STYLES),
    "img-src": (SELF, "data:", "blob:"),  # icons of AG Grid; a chart on its way to a picture
    "font-src": (SELF,),
    "connect-src": (SELF,),
    "manifest-src": (SELF,),
    "form-action": (SELF,),
    "base-uri": (NOTHING,),
    "frame-ancestors": (NOTHING,),
}
NOT_USED: Final = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope",
    "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get",
    "screen-wake-lock", "usb", "xr-spatial-tracking",
)  # fmt: skip
ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{one}=()" for one in NOT_USED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
DAY: Final = 86_400  # seconds


def hash_of(script: str) -> str:
    """The name of a script written into a page, as a policy allows it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


@dataclass
class Headers:
    """Sets them. `hsts_days`: how long a browser that came over TLS asks by TLS only; 0: not told."""

    hsts_days: int
    policy: str = ""

    def __post_init__(self) -> None:
        self.allow(())

    def attach(self, server: Flask) -> None:
        """To be called before anything else is attached: Flask goes backwards, so this is done last."""
        server.after_request(self.put)

    def allow(self, hashes: Iterable[str]) -> None:
        """Learn which scripts written into the frame are the app's own, once all are registered."""
        scripts = (SELF, hash_of(shell.THEME_SCRIPT), *sorted(set(hashes)))
        told = {**DIRECTIVES, "script-src": scripts}
        self.policy = "; ".join(f"{name} {' '.join(values)}" for name, values in told.items())

    def put(self, response: Response) -> Response:
        """The answer with its headers, whatever it is: a page, a file, an error."""
        response.headers.update(ALWAYS)
        response.headers["Content-Security-Policy"] = self.policy
        if self.hsts_days and request.is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={self.hsts_days * DAY}"
        return response
