"""Fixtures of the app's tests: services over the real release, and what a component shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import Component

from callbacks.services import Services
from callbacks.url_state import Facts, ViewState, parse
from etl.warehouse.queries import Warehouse
from tests import asked
from workspace.settings import Settings, Shelf


@pytest.fixture(scope="session")
def services(warehouse: Warehouse) -> Services:
    """The services that handlers share, over the real release."""
    return Services(warehouse, "quang-ninh")


@pytest.fixture(scope="session")
def facts(services: Services) -> Facts:
    """What the real release offers to choose from."""
    return services.facts()


@pytest.fixture
def writing(warehouse: Warehouse, tmp_path: Path) -> Services:
    """Services with an empty workspace of the test's own, and no table of responsibilities."""
    settings = Settings(workspace=True, workspace_path=tmp_path / "kept" / "w.sqlite", database_url="")
    return Services(warehouse, "quang-ninh", shelf=Shelf(settings))


def state_of(search: str, facts: Facts, by_index: bool = False, extras: tuple[str, ...] = ()) -> ViewState:
    """The state of a query string, without what had to be repaired."""
    return parse(search, facts, by_index, extras)[0]


def parts(component: Any) -> Iterator[Any]:
    """Every component and every text inside a component."""
    if component is None:
        return
    if isinstance(component, list | tuple):
        for part in component:
            yield from parts(part)
        return
    yield component
    if isinstance(component, Component):
        yield from parts(getattr(component, "children", None))


def shown(component: Any) -> str:
    """All text of a component, in order."""
    return " ".join(str(part) for part in parts(component) if not isinstance(part, Component))


def of_type(component: Any, name: str) -> list[Component]:
    """The components of one type: "H1", "Table", "Graph" ..."""
    return [p for p in parts(component) if isinstance(p, Component) and type(p).__name__ == name]


def asked_page(client: Any, pathname: str, search: str) -> Any:
    """The answer of the server when a browser asks for the page of an address."""
    callback = asked.drawing(client.get(asked.DEPENDENCIES).get_json())
    question = asked.body(callback, pathname, search)
    return client.post(asked.UPDATE, json=question, headers={"Accept-Encoding": "br"})
