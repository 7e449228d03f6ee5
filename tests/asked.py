"""What a browser sends to have the page of an address drawn, as the server's list of callbacks says it."""

from __future__ import annotations

from typing import Any

UPDATE = "/_dash-update-component"
DEPENDENCIES = "/_dash-dependencies"


def drawing(known: list[dict[str, Any]]) -> dict[str, Any]:
    """The callback that draws pages, of all that a server lists."""
    return next(one for one in known if "page.children" in one["output"])


def body(callback: dict[str, Any], pathname: str, search: str) -> dict[str, Any]:
    """The question for one address, every state of the page still empty."""
    values = {"pathname": pathname, "search": search}
    names = [part.rsplit(".", 1) for part in callback["output"].strip(".").split("...")]
    outputs = [{"id": name, "property": prop} for name, prop in names]
    inputs = [one | {"value": values[one["property"]]} for one in map(_named, callback["inputs"])]
    return {
        "output": callback["output"],
        "outputs": outputs if callback["output"].startswith("..") else outputs[0],
        "inputs": inputs,
        "state": [one | {"value": None} for one in map(_named, callback["state"])],
        "changedPropIds": [f"{one['id']}.{one['property']}" for one in inputs],
    }


def of_callback(callback: dict[str, Any]) -> dict[str, Any]:
    """The question that a callback of one output puts, its inputs and states still empty."""
    name, prop = callback["output"].rpartition("@")[0].rsplit(".", 1) if "@" in callback["output"] else (
        callback["output"].rsplit(".", 1)
    )  # fmt: skip
    inputs = [_named(part) for part in callback["inputs"]]
    return {
        "output": callback["output"],
        "outputs": {"id": name, "property": prop},
        "inputs": inputs,
        "state": [_named(part) for part in callback["state"]],
        "changedPropIds": [f"{one['id']}.{one['property']}" for one in inputs],
    }


def filled(question: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """A question with values by "id.property", or by the id alone."""
    parts = {
        kind: [
            one | {"value": values.get(f"{one['id']}.{one['property']}", values.get(one["id"]))}
            for one in question[kind]
        ]
        for kind in ("inputs", "state")
    }
    return question | parts


def _named(part: dict[str, Any]) -> dict[str, Any]:
    return {"id": part["id"], "property": part["property"]}
