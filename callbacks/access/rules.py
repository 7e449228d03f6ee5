"""The rule of a request: which right it asks for, by the table `rules.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from flask import Request

from callbacks import pages
from layouts import ids
from people.rights import rights

OPEN, ANYONE, PAGE, CALLBACK = "open", "anyone", "page", "callback"
REFUSED: Final = ""  # the rule of what has none: nobody may
WORDS: Final = (OPEN, ANYONE, PAGE, CALLBACK)
PACKAGE: Final = "callbacks."


@dataclass(frozen=True)
class Rule:
    """What a request is (an endpoint, or module:function of a callback), what it asks for, how it is logged.

    `page`: the address of the page that is drawn or framed; "" for anything else.
    """

    name: str
    right: str
    act: str = ""
    page: str = ""


@cache
def table() -> dict[str, dict[str, str]]:
    """The rules by part. Raises ValueError for a right that nobody knows."""
    found: dict[str, dict[str, str]] = yaml.safe_load(
        Path(__file__).with_name("rules.yaml").read_text("utf-8")
    )
    asked = {right for part in ("routes", "pages", "callbacks") for right in found[part].values()}
    if unknown := asked - set(rights()) - set(WORDS):
        raise ValueError(f"rules.yaml: no such right: {', '.join(sorted(unknown))}")
    return found


def callback_names(registered: Mapping[str, Any]) -> dict[str, str]:
    """module:function of every callback that the server answers, by the id that browsers send."""
    named = {}
    for key, held in registered.items():
        if function := held.get("callback"):
            name = function.__qualname__.rpartition(".")[2]
            named[key] = f"{function.__module__.removeprefix(PACKAGE)}:{name}"
    return named


def of_page(path: str) -> str:
    """The right that the page at a path asks for; an unknown path shows the first page."""
    page = pages.find(path) or pages.HOME
    return table()["pages"].get(page.id, REFUSED)


def of_request(request: Request, named: Mapping[str, str]) -> Rule:
    """The rule of a request."""
    endpoint = request.endpoint or ""
    right = table()["routes"].get(endpoint, REFUSED)
    if right == PAGE:
        address = request.full_path.rstrip("?")
        return Rule(endpoint, of_page(request.path), page=address)
    if right == CALLBACK:
        return _of_callback(request.get_json(silent=True), named)
    return Rule(endpoint, right, table()["acts"].get(endpoint, ""))


def _of_callback(body: Any, named: Mapping[str, str]) -> Rule:
    asked = body if isinstance(body, dict) else {}
    name = named.get(str(asked.get("output")), "")
    right = table()["callbacks"].get(name, REFUSED)
    if right == PAGE:
        path, search = (_given(asked, which) for which in ("pathname", "search"))
        return Rule(name, of_page(path), page=path + search)
    return Rule(name, right, table()["acts"].get(name, ""))


def _given(body: Mapping[str, Any], which: str) -> str:
    """What a question says of the address: its path or its query."""
    inputs = [one for one in body.get("inputs") or () if isinstance(one, dict)]
    values = [one.get("value") for one in inputs if one.get("id") == ids.URL and one.get("property") == which]
    return str(values[0] or "") if values else ""
