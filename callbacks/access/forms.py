"""The screens of accounts: sign in and out, own password, people, the log. Plain forms, no scripts needed.

They stand apart from the app's pages: they work while no release can be shown, and nothing of them is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, abort, g, make_response, redirect, request, session

from callbacks import shell
from callbacks.access import keys
from callbacks.access.browser import TOKEN, admitted, csrf
from callbacks.access.gate import NEXT, SIGN_IN, Gate
from callbacks.people import current
from layouts.pages import access
from layouts.text import day, t
from people import accounts, audit, passwords, rights, sessions
from people import keys as of_people
from people.accounts import Profile
from people.audit import Entry, Wanted
from people.errors import RuleError
from people.rights import Person
from workspace.accounts import Account, AuditLine

PAGE_ROWS: Final = 100
MOST_ROWS: Final = 100_000
NEW: Final = "moi"
SHOWN: Final = 100  # characters of a login that nobody has


def language() -> str:
    """The language of the address asked for."""
    return shell.language(request.query_string.decode("utf-8", "replace"))


def within(address: str) -> str:
    """The address if it is one of this server's pages, else the first page: nobody is led elsewhere."""
    plain = address.replace("\\", "/")
    parts = urlsplit(plain)
    good = plain.startswith("/") and not plain.startswith("//") and not parts.scheme and not parts.netloc
    return plain if good and plain.isprintable() and not plain.startswith(SIGN_IN) else "/"


def other(lang: str) -> str:
    """The query of this address in another language."""
    kept = {name: value for name, value in request.args.items() if name != "lang"}
    return urlencode({**kept, "lang": lang})


def page(name: str, told: tuple[str, str] | None = None, status: int = 200, **values: Any) -> Response:
    """A screen; `told`: kind and sentence of a notice over it."""
    person, token = current(), csrf()
    bar = access.Bar(person.name, person.role, person.rights, token) if person.signed_in else None
    body = access.render(
        name, language(), told=told, bar=bar, csrf=token, other=other, roles=list(rights.roles()), **values
    )
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def failed(error: RuleError) -> tuple[str, str]:
    """The notice of something that cannot be done."""
    return "failure", t(f"access.error.{error.code}", language(), **error.values)


@dataclass
class Forms:
    """The views over one gate."""

    gate: Gate

    def blueprint(self) -> Blueprint:
        """All addresses."""
        made = Blueprint("access", __name__)
        views: tuple[tuple[str, str, Callable[..., Any], list[str]], ...] = (
            (SIGN_IN, "sign_in", self.sign_in, ["GET", "POST"]),
            ("/dang-xuat", "sign_out", self.sign_out, ["POST"]),
            ("/mat-khau", "password", self.password, ["GET", "POST"]),
            (access.KEYS, "keys", self.keys, ["GET", "POST"]),
            (access.PEOPLE, "people", self.people, ["GET"]),
            (f"{access.PEOPLE}/<account_id>", "person", self.person, ["GET", "POST"]),
            (access.LOG, "log", self.log, ["GET"]),
            (f"{access.LOG}.csv", "log_file", self.log_file, ["GET"]),
        )
        for path, endpoint, view, methods in views:
            made.add_url_rule(path, endpoint, view, methods=methods)
        return made

    def sign_in(self) -> Response:
        """The form, and what it sends. Whoever is signed in goes on to where they wanted."""
        if current().signed_in:
            return _go(within(request.args.get(NEXT, "/")))
        if request.method == "GET" or not self.gate.settings.local:
            return self.sign_in_page()
        login = request.form.get("login", "")
        found = accounts.sign_in(
            self.gate.shelf.workspace(), login, request.form.get("password", ""), self.gate.settings
        )
        if found is None:
            return self.not_admitted(login)
        return self.admit(*found)

    def sign_in_page(self, told: tuple[str, str] | None = None, status: int = 200) -> Response:
        """The form alone, perhaps under a notice."""
        settings = self.gate.settings
        return page("sign_in", told, status, local=settings.local, oidc=settings.oidc)

    def not_admitted(self, login: str, key: str = "access.error.sign_in") -> Response:
        """The same sentence whatever was wrong, so that it tells nobody which names there are."""
        who = Person(name=login.strip()[:SHOWN])
        self.gate.log.now(Entry(who, audit.FAILED, origin=request.remote_addr or ""))
        return self.sign_in_page(("failure", t(key, language())), 401)

    def admit(self, person: Person, token: str, wanted: str = "") -> Response:
        """A new session in the browser, and on to the address that was wanted."""
        wanted = wanted or within(request.args.get(NEXT, "/"))
        admitted(token)
        self.gate.log.now(Entry(person, audit.SIGNED_IN, origin=request.remote_addr or ""))
        return _go(wanted)

    def sign_out(self) -> Response:
        """End the session here and in the browser."""
        with self.gate.shelf.workspace().writing() as held:
            sessions.end(held, str(session.get(TOKEN)))
            held.add(Entry(current(), audit.SIGNED_OUT).line())
        session.clear()
        return _go(f"{SIGN_IN}?{urlencode({'lang': language()})}")

    def password(self) -> Response:
        """Change one's own password; all sessions end but a new one here."""
        account: Account = g.account
        values = {
            "own": account.password is not None, "must": account.must_change, "login": account.login,
            "shortest": self.gate.settings.password_length,
        }  # fmt: skip
        if request.method == "GET" or account.password is None:
            return page("password", **values)
        try:
            token = self._renew(account)
        except RuleError as error:
            return page("password", failed(error), 400, **values)
        admitted(token)
        return _go(within(request.args.get(NEXT, "/")))

    def _renew(self, account: Account) -> str:
        new, settings = request.form.get("new", ""), self.gate.settings
        workspace = self.gate.shelf.workspace()
        if accounts.sign_in(workspace, account.login, request.form.get("old", ""), settings) is None:
            raise RuleError("old", "The present password is not right")
        if new != request.form.get("again", ""):
            raise RuleError("again", "The two new passwords are not the same")
        if passwords.matches(account.password, new):
            raise RuleError("same", "The new password is the old one")
        with workspace.writing() as held:
            accounts.set_password(held, account.id, new, settings.password_length, must_change=False)
            held.add(Entry(current(), audit.PEOPLE, "password changed").line())
            return sessions.start(held, account.id, settings)

    def keys(self) -> Response:
        """The keys of who asks; a new one is shown this once, in the answer that made it."""
        workspace, told, status, made = self.gate.shelf.workspace(), None, 200, {}
        origin = self.gate.settings.public_url.rstrip("/") or request.host_url.rstrip("/")
        if request.method == "POST":
            try:
                made = keys.act(workspace, origin)
            except RuleError as error:
                told, status = failed(error), 400
        values = {
            "rows": keys.rows(workspace, language()),
            "usual": keys.USUAL_DAYS,
            "kinds": of_people.KINDS,
        }
        return page("keys", told, status, **values, most=of_people.LONGEST_DAYS, made=made)

    def people(self) -> Response:
        """Everybody who may sign in."""
        with self.gate.shelf.workspace().reading() as held:
            rows = [_row(account) for account in accounts.listed(held)]
        return page("people", rows=rows)

    def person(self, account_id: str) -> Response:
        """One account: its form, and what its buttons do."""
        new, shortest = account_id == NEW, self.gate.settings.password_length
        told, status = None, 200
        if request.method == "POST":
            try:
                made = self._act(None if new else account_id, request.form.get("act", ""))
                return _go(f"{access.PEOPLE}/{made}?{urlencode({'lang': language(), 'xong': 1})}")
            except RuleError as error:
                told, status = failed(error), 400
        elif request.args.get("xong"):
            told = ("info", t("access.people.done", language()))
        return page("person", told, status, row=self._shown(account_id, new, status), shortest=shortest)

    def _shown(self, account_id: str, new: bool, status: int) -> dict[str, Any]:
        row = {"id": "", "login": "", "name": "", "email": "", "role": rights.READER, "department": ""}
        if not new:
            try:
                with self.gate.shelf.workspace().reading() as held:
                    row = _row(accounts.get(held, account_id))
            except RuleError:
                abort(404)
        typed = {name: request.form[name] for name in row if status != 200 and name in request.form}
        return row | typed

    def _act(self, account_id: str | None, act: str) -> str:
        """Do what a button says, in one transaction with its line in the log; the id of the account."""
        form, shortest = request.form, self.gate.settings.password_length
        asked = Profile(*(form.get(name, "") for name in ("name", "role", "email", "department")))
        with self.gate.shelf.workspace().writing() as held:
            if account_id is None:
                row = accounts.add(held, form.get("login", ""), asked, current().name)
                if form.get("password"):
                    accounts.set_password(held, row.id, form["password"], shortest, must_change=True)
            elif act == "save":
                row = accounts.change(held, account_id, asked)
            elif act == "password":
                row = accounts.set_password(held, account_id, form.get("password", ""), shortest, True)
            elif act in ("disable", "enable"):
                row = accounts.disable(held, account_id, act == "disable")
            else:
                row = accounts.unlock(held, account_id)
            what = f"{act if account_id else 'add'} {row.login} {row.role}"
            held.add(Entry(current(), audit.PEOPLE, what).line())
            return row.id

    def log(self) -> Response:
        """The log, page by page, the newest first."""
        asked = _wanted(PAGE_ROWS, _whole(request.args.get("tu", "")))
        self.gate.log.flush()
        with self.gate.shelf.workspace().reading() as held:
            rows, total = audit.lines(held, asked), audit.count(held, asked)
        limits = {"lang": language(), "viec": asked.action, "tim": asked.text}

        def at(offset: int) -> str | None:
            return urlencode({**limits, "tu": offset}) if 0 <= offset < total else None

        told = [_line(row, language()) for row in rows]
        return page(
            "log", rows=told, total=total, days=self.gate.settings.audit_days,
            actions=audit.ACTIONS, action=asked.action, text=asked.text, query=urlencode(limits),
            older=at(asked.offset + PAGE_ROWS), newer=at(asked.offset - PAGE_ROWS),
        )  # fmt: skip

    def log_file(self) -> Response:
        """The lines asked for as CSV."""
        self.gate.log.flush()
        with self.gate.shelf.workspace().reading() as held:
            body = audit.to_csv(audit.lines(held, _wanted(MOST_ROWS, 0)))
        self.gate.log.now(Entry(current(), audit.EXPORTED, request.full_path.rstrip("?")))
        response = Response(body, mimetype="text/csv")
        response.headers["Content-Disposition"] = 'attachment; filename="audit_log.csv"'
        return response


def _go(address: str) -> Response:
    return redirect(address, 303)  # type: ignore[return-value]


def _wanted(limit: int, offset: int) -> Wanted:
    action = request.args.get("viec", "")
    text = request.args.get("tim", "")[:SHOWN]
    return Wanted(action if action in audit.ACTIONS else "", audit.printable(text), limit, offset)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _row(account: Account) -> dict[str, Any]:
    locked = account.locked_until is not None and account.locked_until > datetime.now(UTC)
    state = (
        "disabled" if account.disabled else "locked" if locked else "must" if account.must_change else "open"
    )
    names = ("id", "login", "name", "email", "role", "department")
    return {name: getattr(account, name) for name in names} | {"state": state}


def _line(line: AuditLine, lang: str) -> dict[str, str]:
    names = ("who", "role", "action", "what", "origin")
    at = line.at.astimezone()
    return {"at": f"{day(at, lang)} {at:%H:%M:%S}"} | {name: getattr(line, name) for name in names}
