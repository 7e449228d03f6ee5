"""The gate: before anything is answered, kept answers included, it is known who asks and whether they may."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from dash.development.base_component import Component
from flask import Flask, Response, g, redirect, request, session
from flask.sessions import SecureCookieSessionInterface
from plotly.utils import PlotlyJSONEncoder

from callbacks import shell
from callbacks.access import keys, rules
from callbacks.access.browser import CSRF, CSRF_FIELD, CSRF_HEADER, TOKEN
from callbacks.again import API, PROBLEM
from callbacks.errors import reader_language
from callbacks.people import current
from callbacks.services import Services
from indices.errors import ReleaseError
from layouts import ids
from layouts import shell as frame
from layouts.components.notice import notice
from layouts.pages import access as words
from layouts.shell import Control
from layouts.text import t
from people import audit, exposure, sessions
from people.audit import Entry, Recorder
from people.rights import SINGLE_USER
from people.settings import Settings
from workspace.accounts import Account
from workspace.settings import Shelf

SIGN_IN, PASSWORD, NEXT = "/dang-nhap", "/mat-khau", "tiep"
SAFE: Final = ("GET", "HEAD", "OPTIONS")
SAME: Final = ("same-origin", "none")
FREE_TO_CHANGE: Final = ("access.password", "access.sign_out")

CONTROLS: Final = ((ids.PROVINCE, "province"), (ids.INDEX, "index"), (ids.YEAR, "year"))


class Cookies(SecureCookieSessionInterface):
    """Cookies that go over TLS only where the server is reached over TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether this request came over TLS (as the proxy says, where one is trusted)."""
        return request.is_secure


@dataclass
class Gate:
    """Stands before a server. `named`: module:function of every callback, filled when all are registered."""

    services: Services
    settings: Settings
    shelf: Shelf
    log: Recorder
    named: Mapping[str, str] = field(default_factory=dict)

    def attach(self, server: Flask) -> None:
        """Ask before every request. To be called before anything else that answers."""
        server.session_interface = Cookies()
        server.config.update(SESSION_COOKIE_NAME="cchc", SESSION_COOKIE_HTTPONLY=True)
        server.config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_REFRESH_EACH_REQUEST=False)
        server.secret_key = self.settings.key() or None
        server.before_request(self.ask)
        server.after_request(self.note)

    def name(self, registered: Mapping[str, Any]) -> None:
        """Learn the callbacks of the app, once all are registered."""
        self.named = rules.callback_names(registered)

    def ask(self) -> Response | None:
        """The refusal of a request, None where it may go on."""
        g.person = SINGLE_USER
        if request.method not in SAFE and not self._same_origin():
            return self._plain(403, "access.refused.origin")
        if not self.settings.on:
            return self._exposed()
        g.rule = rule = rules.of_request(request, self.named)
        if rule.right == rules.OPEN and not request.endpoint.startswith("access."):
            return None
        account = self._account()
        if account is not None:
            g.person, g.account = keys.person_of(account), account
        if rule.right == rules.OPEN:
            return self._forged()
        if account is None:
            return self._unknown()
        if account.must_change and request.endpoint not in FREE_TO_CHANGE:
            return self._to(PASSWORD)
        return self._forged() or self._allowed(rule)

    def _account(self) -> Account | None:
        if kind := keys.kind_of(request.endpoint or "", request.method in SAFE):
            return keys.account_of(self.shelf.workspace(), kind)
        token = session.get(TOKEN)
        if not token:
            return None
        return sessions.account_of(self.shelf.workspace(), token, self.settings)

    def _allowed(self, rule: rules.Rule) -> Response | None:
        if rule.right == rules.ANYONE or current().may(rule.right):
            if rule.page and request.method == "POST":
                self.log.soon(Entry(current(), audit.SAW, rule.page))
            return None
        self.log.soon(Entry(current(), audit.REFUSED, f"{rule.name} {rule.page}".strip()))
        if rule.page and request.method in SAFE:
            g.status = 403  # the frame of the app is drawn, what stands in it is refused
            return None
        return self._refusal(rule)

    def _refusal(self, rule: rules.Rule) -> Response:
        """The answer to somebody who may not: for a browser, what to show in place of the answer."""
        if request.endpoint and request.endpoint.startswith(API):
            return self._problem(403, f"your role lacks the right {rule.right}")
        if rule.name not in self.named.values():
            return self._plain(403, "access.refused.right")
        lang = reader_language()
        props: dict[str, dict[str, Any]] = {
            ids.NOTICES: {"children": [notice(t("access.refused.right", lang), "failure", lang)]}
        }
        if rule.page:
            props = self._page_refused(rule.page)
        return Response(json.dumps({"props": props}, cls=PlotlyJSONEncoder), 403, mimetype="application/json")

    def _page_refused(self, address: str) -> dict[str, dict[str, Any]]:
        path, _, search = address.partition("?")
        lang = shell.language(search)
        shown: dict[str, dict[str, Any]] = {
            ids.PAGE: {"children": words.refused(lang)},
            ids.NOTICES: {"children": []},
            ids.DOCUMENT: {"data": {"lang": lang, "title": t("access.refused.title", lang)}},
        }
        try:
            header: Component = shell.header_after(path, search, self.services)
        except ReleaseError:
            return shown
        blank = [Control(name, key, [], "", False) for name, key in CONTROLS]
        hidden = {one.id: frame.control_props(one, lang) for one in blank}
        return shown | hidden | {ids.HEADER: {"children": header}}

    def _unknown(self) -> Response:
        if request.endpoint and request.endpoint.startswith(API):
            return keys.challenge(self._problem(401, f"sign in at {SIGN_IN}"))
        return self._to(SIGN_IN)

    def _to(self, path: str) -> Response:
        """Lead a browser to a form; what is no page is told by its status."""
        if request.method not in SAFE or not _is_page():
            return Response(json.dumps({"sign_in": path}), 401, mimetype="application/json")
        query = {NEXT: request.full_path.rstrip("?")}
        if (lang := shell.language(request.query_string.decode("utf-8", "replace"))) != words.LANGS[0]:
            query["lang"] = lang
        return redirect(f"{path}?{urlencode(query)}")  # type: ignore[return-value]

    def _forged(self) -> Response | None:
        """The refusal of a write without the token that only pages of this server know."""
        if request.method in SAFE:
            return None
        given = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
        kept = session.get(CSRF, "")
        good = bool(kept) and hmac.compare_digest(str(kept).encode(), given.encode("utf-8", "replace"))
        return None if good else self._plain(403, "access.refused.token")

    def _same_origin(self) -> bool:
        """Whether a write comes from a page of this server, or from no browser."""
        if site := request.headers.get("Sec-Fetch-Site"):
            return site in SAME
        origin = request.headers.get("Origin")
        if origin is None:
            return True
        own = {request.host, urlsplit(self.settings.public_url).netloc}
        return urlsplit(origin).netloc in own - {""}

    def _exposed(self) -> Response | None:
        """With sign-in off and people writing, only this computer is answered, unless told otherwise."""
        if self.services.shelf is None or self.settings.open_to_network:
            return None
        name = urlsplit(f"//{request.host}").hostname or ""
        here = exposure.here_only(name) and exposure.here_only(request.remote_addr or "localhost")
        return None if here else self._plain(503, "access.refused.exposed")

    @staticmethod
    def _plain(status: int, key: str) -> Response:
        told = "\n".join(t(key, lang) for lang in words.LANGS)
        return Response(told, status, mimetype="text/plain")

    @staticmethod
    def _problem(status: int, detail: str) -> Response:
        body = {"type": "about:blank", "status": status, "title": "Not allowed", "detail": detail}
        return Response(json.dumps(body), status, mimetype=PROBLEM)

    def note(self, response: Response) -> Response:
        """After the answer: no shared cache keeps it, and what was done is in the log."""
        if not self.settings.on:
            return response
        response.status_code = g.get("status", response.status_code)
        rule: rules.Rule | None = g.get("rule")
        if rule is None or rule.right == rules.OPEN:
            return response
        kept = response.headers.get("Cache-Control", "no-store")
        response.headers["Cache-Control"] = kept.replace("public", "private")
        if response.status_code < 400:
            acts = [(rule.act, _told())] if rule.act else []
            for action, what in [*acts, *g.get("deeds", [])]:
                self.log.now(Entry(current(), action, what))
        return response


def _is_page() -> bool:
    right = rules.table()["routes"].get(request.endpoint or "")
    return right == rules.PAGE or str(request.endpoint).startswith("access.")


def _told() -> str:
    """What was taken or changed: the address, or the page it was asked from and what was pressed there."""
    if request.endpoint == keys.FEED_ENDPOINT:
        return f"calendar (key {g.key})"  # the address is the secret
    if request.method in SAFE:
        return request.full_path.rstrip("?") + (f" (key {g.key})" if "key" in g else "")
    body = request.get_json(silent=True) or {}
    at = urlsplit(request.referrer or "")
    pressed = " ".join(map(str, body.get("changedPropIds") or ()))
    return f"{at.path}?{at.query} {pressed}".strip()
