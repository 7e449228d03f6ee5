"""Examples of every route that answer with something in the release at hand."""

from __future__ import annotations

from typing import Any

from callbacks.api.routes import ROUTES, Route, full_path
from callbacks.services import Services


def examples(services: Services) -> dict[str, dict[str, Any]]:
    """By route: a value for some of its parameters, so that the answer is short and not empty."""
    return services.kept(("api", "examples"), lambda: _examples(services))


def _examples(services: Services) -> dict[str, dict[str, Any]]:
    warehouse, facts = services.warehouse, services.facts()
    totals = warehouse.unit_history(_unit(services))
    last = totals[totals["published"].notna()].sort_values("year").iloc[-1]
    index, year, unit = str(last["index_code"]), int(last["year"]), facts.default_province
    cell = {"index": index, "year": year, "unit": unit}
    return {
        "coverage": {"index": index},
        "frameworks": {"index": index},
        "components": {"framework": str(last["framework_id"]), "year": year, "view": str(last["view"])},
        "units": {"set": str(last["unit_set"])},
        "scores": {**cell, "view": str(last["view"])},
        "trace": {**cell, "component": index},
        "targets": {"unit": unit},
        "table": {"table": "reconciliation", "format": "csv", "index": index},
        "reconciliation": {"index": index, "year": year},
    }


def _unit(services: Services) -> str:
    units, slug = services.warehouse.units(), services.facts().default_province
    totals = services.warehouse.coverage().sort_values("year")
    held = set(totals[totals["n_totals"] > 0]["unit_set"])
    rows = units[(units["slug"] == slug) & units["unit_set"].isin(held)]
    return str(rows.sort_values("unit_set")["unit_id"].iloc[-1])


def address(route: Route, values: dict[str, Any]) -> str:
    """The address of a route with the values of its example."""
    path, query = full_path(route), []
    for param in route.all_params:
        if param.name in values and param.in_path:
            path = path.replace("{" + param.name + "}", str(values[param.name]))
        elif param.name in values:
            query.append(f"{param.name}={values[param.name]}")
    return path + ("?" + "&".join(query) if query else "")


def addresses(services: Services) -> dict[str, str]:
    """Example address of every route, by its id."""
    made = examples(services)
    return {route.id: address(route, made.get(route.id, {})) for route in ROUTES}
