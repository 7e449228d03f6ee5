"""Keys of programs: who a request with one comes from, and the screen where people make and revoke theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from flask import Response, g, request

from callbacks.again import API
from callbacks.people import current
from layouts.pages.plan_files import FEED as FEED_ADDRESS
from layouts.text import day
from people import accounts, audit, keys
from people.audit import Entry
from people.rights import Person
from workspace.accounts import AccessKey, Account
from workspace.database import Workspace

FEED_ENDPOINT: Final = "plan_feed"
BEARER: Final = "bearer "
USUAL_DAYS: Final = 90


def kind_of(endpoint: str, reads: bool) -> str:
    """The kind of key that opens an endpoint without a session; "" for none. Keys only read."""
    if not reads:
        return ""
    if endpoint == FEED_ENDPOINT:
        return keys.FEED
    return keys.PROGRAM if endpoint.startswith(API) and _given() else ""


def _given() -> str:
    """The secret in the header, "" for none."""
    header = request.headers.get("Authorization", "")
    return header[len(BEARER) :].strip() if header.lower().startswith(BEARER) else ""


def account_of(workspace: Workspace, kind: str) -> Account | None:
    """Whose key came with the request; its name is kept for the log."""
    secret = str((request.view_args or {}).get("secret", "")) if kind == keys.FEED else _given()
    found = keys.holder(workspace, secret, kind)
    if found is None:
        return None
    account, g.key = found
    return account


def person_of(account: Account) -> Person:
    """The person of an account; one who comes by a key may only read."""
    return replace(accounts.person_of(account), reads_only="key" in g)


def act(workspace: Workspace, origin: str) -> dict[str, Any]:
    """Make or revoke a key of who asks, with its line in the log; what to show of it. Raises RuleError."""
    form, own = request.form, current().id
    with workspace.writing() as held:
        if form.get("act") == "revoke":
            what = f"key revoked: {keys.revoke(held, own, form.get('id', ''))}"
            shown: dict[str, Any] = {}
        else:
            kind, name, days = form.get("kind", ""), form.get("name", ""), form.get("days", "")
            whole = int(days) if days.isascii() and days.isdecimal() and len(days) < 5 else 0
            secret = keys.make(held, own, kind, name, whole)
            what = f"key made: {kind} {name}"
            shown = {"secret": secret, "made": kind, "address": origin + FEED_ADDRESS.format(secret=secret)}
        held.add(Entry(current(), audit.PEOPLE, what).line())
    return shown


def rows(workspace: Workspace, lang: str) -> list[dict[str, str]]:
    """The keys of who asks, as the screen lists them."""
    with workspace.writing() as held:
        return [_row(key, lang) for key in keys.listed(held, current().id)]


def _row(key: AccessKey, lang: str) -> dict[str, str]:
    ends = "" if key.ends_at is None else _day(key.ends_at, lang)
    return {"id": key.id, "kind": key.kind, "name": key.name, "at": _day(key.at, lang), "ends": ends}


def _day(moment: datetime, lang: str) -> str:
    return day(moment.astimezone(), lang)


def challenge(answer: Response) -> Response:
    """A refusal of the interface says how a program may prove who it comes from."""
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
