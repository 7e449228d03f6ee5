"""The OpenAPI document of the JSON interface is valid, and its answers are as it says."""

from __future__ import annotations

import jsonschema
import openapi_spec_validator as validator
import pytest
from flask import Flask
from flask.testing import FlaskClient

from callbacks.api.examples import addresses
from callbacks.api.problems import KINDS
from callbacks.api.routes import FILE, ROUTES, TABLE, full_path
from callbacks.api.serve import blueprint
from callbacks.services import Services


@pytest.fixture(scope="module")
def client(services: Services) -> FlaskClient:
    """A client of a server that has the interface alone."""
    server = Flask("api")
    server.register_blueprint(blueprint(services))
    return server.test_client()


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> dict:
    """The document as it is served."""
    return client.get("/api/v1/openapi.json").get_json()


def test_it_is_valid_and_names_every_route(document: dict) -> None:
    validator.validate(document)
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == {full_path(route) for route in ROUTES}
    for route in ROUTES:
        told = document["paths"][full_path(route)]["get"]
        assert [p["name"] for p in told["parameters"]] == [p.name for p in route.all_params]
        assert set(told["responses"]) == {"200", "304", *(str(code) for code, _ in KINDS.values())}


JSON_ROUTES = [route for route in ROUTES if route.answer not in (TABLE, FILE)]


@pytest.mark.parametrize("route", JSON_ROUTES, ids=lambda r: r.id)
def test_answers_are_as_it_says(document: dict, client: FlaskClient, services: Services, route) -> None:
    told = document["paths"][full_path(route)]["get"]["responses"]["200"]
    schema = told["content"]["application/json"]["schema"] | {"components": document["components"]}
    body = client.get(addresses(services)[route.id]).get_json()
    jsonschema.Draft202012Validator(schema).validate(body)


def test_problems_are_as_it_says(document: dict, client: FlaskClient) -> None:
    schema = {"$ref": "#/components/schemas/Problem", "components": document["components"]}
    for address in ("/api/v1/scores?x=1", "/api/v1/nothing", "/api/v1/scores?index=none"):
        jsonschema.Draft202012Validator(schema).validate(client.get(address).get_json())
