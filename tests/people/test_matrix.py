"""Every route, page, callback and address of the interface against every role: let through or refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Response, request
from werkzeug.routing import Rule

from callbacks.access import rules
from callbacks.pages import PAGES
from callbacks.serving import gate_of
from people.rights import roles
from tests.people.serving import UPDATE, browser, new_app, one_of_each

ROLES = (*roles(), "")
LET_THROUGH = 299


@pytest.fixture(scope="module")
def app(release_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The app with everything on. What the gate lets through is answered at once, by a number."""
    folder = tmp_path_factory.mktemp("matrix")
    told = {"SIGN_IN": "both", "OIDC_ISSUER": "http://127.0.0.1:1", "OIDC_CLIENT_ID": "x"}
    made = new_app(release_dir, folder, **told)
    one_of_each(folder)

    def stop() -> Response | None:
        return Response("let through", LET_THROUGH) if "X-Stop" in request.headers else None

    asked_before = made.server.before_request_funcs[None]
    asked_before.insert(asked_before.index(gate_of(made.server).ask) + 1, stop)
    return made


@pytest.fixture(scope="module")
def browsers(app: Any) -> dict[str, tuple[Any, str]]:
    """A browser of each role with its token, and one of nobody."""
    found = {role: browser(app, role) for role in roles()}
    return found | {"": (app.server.test_client(), "")}


def asked(app: Any) -> Iterator[tuple[str, str, str]]:
    """Method, address and right of every route; pages by their own addresses."""
    for rule in app.server.url_map.iter_rules():
        right = rules.table()["routes"][rule.endpoint]
        if right in (rules.PAGE, rules.CALLBACK):
            continue
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield method, example(rule), right


def example(rule: Rule) -> str:
    """An address that a route answers."""
    values = {
        name: 1 if type(kind).__name__ == "IntegerConverter" else "x"
        for name, kind in rule._converters.items()
    }
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return str(built[1])


def expected(role: str, right: str) -> set[int]:
    """The numbers a request may be answered with."""
    if right == rules.OPEN:
        return {LET_THROUGH}
    if not role:
        return {302, 401}
    return {LET_THROUGH} if right == rules.ANYONE or right in roles()[role] else {403}


@pytest.mark.parametrize("role", ROLES)
def test_routes(app: Any, browsers: dict[str, tuple[Any, str]], role: str) -> None:
    client, token = browsers[role]
    wrong = []
    for method, address, right in asked(app):
        answer = client.open(address, method=method, headers={"X-Stop": "1", "X-CSRF-Token": token})
        good = expected(role, right) | ({403} if not role and method != "GET" else set())
        if address.startswith("/lich/"):
            good = {401}  # opened by its key alone, whoever is signed in: tests/people/test_keys.py
        if answer.status_code not in good:
            wrong.append((method, address, right, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_pages_and_what_is_drawn_in_them(app: Any, browsers: dict[str, tuple[Any, str]], role: str) -> None:
    client, token = browsers[role]
    drawing = next(k for k, name in names(app).items() if name == "shell:_show")
    for page in PAGES:
        right = rules.table()["pages"][page.id]
        question = {
            "output": drawing,
            "inputs": [{"id": "url", "property": "pathname", "value": page.path + "/"}],
        }
        headers = {"X-Stop": "1", "X-CSRF-Token": token}
        answer = client.post(UPDATE, json=question, headers=headers)
        assert answer.status_code in expected(role, right), (page.path, answer.status_code)
        frame = client.get(page.path)
        assert frame.status_code == (302 if not role else 200 if right in roles()[role] else 403), page.path


def names(app: Any) -> dict[str, str]:
    """Callbacks of the app by the id that browsers send."""
    return rules.callback_names(app.callback_map)


@pytest.mark.parametrize("role", ROLES)
def test_callbacks(app: Any, browsers: dict[str, tuple[Any, str]], role: str) -> None:
    client, token = browsers[role]
    headers = {"X-Stop": "1", "X-CSRF-Token": token}
    wrong = []
    for key, name in names(app).items():
        right = rules.table()["callbacks"][name]
        if right == rules.PAGE:
            continue
        answer = client.post(UPDATE, json={"output": key, "inputs": []}, headers=headers)
        if answer.status_code not in expected(role, right):
            wrong.append((name, right, answer.status_code))
    assert wrong == []
    if role:
        for unknown in ({"output": "made-up.children"}, {}, [1]):
            assert client.post(UPDATE, json=unknown, headers=headers).status_code == 403


def test_no_write_is_taken_without_the_token_or_from_elsewhere(
    app: Any, browsers: dict[str, tuple[Any, str]]
) -> None:
    client, token = browsers["administrator"]
    writes = [(method, path, {}) for method, path, _ in asked(app) if method != "GET"]
    writes += [("POST", UPDATE, {"json": {"output": key, "inputs": []}}) for key in names(app)]
    assert {path for _, path, _ in writes} >= {UPDATE, "/dang-nhap", "/dang-xuat"}
    forged = (
        {"X-Stop": "1"},
        {"X-Stop": "1", "X-CSRF-Token": f"{token}x"},
        {"X-Stop": "1", "X-CSRF-Token": token, "Sec-Fetch-Site": "cross-site"},
        {"X-Stop": "1", "X-CSRF-Token": token, "Origin": "https://elsewhere.vn"},
    )
    taken = [
        (method, path, headers)
        for method, path, body in writes
        for headers in forged
        if client.open(path, method=method, headers=headers, **body).status_code != 403
    ]
    assert taken == []


def test_a_route_without_a_rule_is_refused_to_everybody(
    app: Any, browsers: dict[str, tuple[Any, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    less = {part: dict(entries) for part, entries in rules.table().items()}
    del less["routes"]["entries"], less["callbacks"]["provenance:_open"]
    monkeypatch.setattr(rules, "table", lambda: less)
    client, token = browsers["administrator"]
    headers = {"X-Stop": "1", "X-CSRF-Token": token}
    assert client.get("/tim/vi.json", headers=headers).status_code == 403
    key = next(k for k, name in names(app).items() if name == "provenance:_open")
    assert client.post(UPDATE, json={"output": key}, headers=headers).status_code == 403
