"""The OpenAPI 3.1 document, made from the table of routes and the data dictionary. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final

from callbacks.api import routes as table
from callbacks.api.files import DUCKDB
from callbacks.api.files import MEDIA as MEDIA_TYPES
from callbacks.api.problems import KINDS, MEDIA
from callbacks.api.routes import ROUTES, WHOLE, Param, Route, full_path
from etl.warehouse.answers import answer_fields
from etl.warehouse.dictionary import FLAG, NUMBER, Field
from etl.warehouse.dictionary import WHOLE as WHOLE_COLUMN
from indices.trace import Source, Step
from indices.trace_formula import Formula

Schema = dict[str, Any]
Words = Callable[[str], str]
_TYPES: Final = {WHOLE_COLUMN: "integer", NUMBER: "number", FLAG: "boolean"}
# The parts of a derivation by their class: rows of sources have the plain name.
_PARTS: Final = {"Step": "TraceStep", "Source": "TraceSource", "Formula": "TraceFormula"}
_OF_ANNOTATION: Final = {"str": "string", "int": "integer", "float": "number"}


def document(words: Words, examples: Mapping[str, Mapping[str, Any]]) -> Schema:
    """The whole document. `words` gives the text of a key; `examples` by route, a value a parameter."""
    return {
        "openapi": "3.1.0",
        "info": {"title": words("api.title"), "version": table.VERSION, "description": words("api.lede")},
        "servers": [{"url": "/"}],
        "paths": {full_path(r): {"get": _operation(r, words, examples.get(r.id, {}))} for r in ROUTES},
        "components": {"schemas": schemas(words)},
    }


def _operation(route: Route, words: Words, examples: Mapping[str, Any]) -> Schema:
    known = [_parameter(param, words, examples.get(param.name)) for param in route.all_params]
    return {
        "operationId": route.id,
        "summary": words(f"api.route.{route.id}.title"),
        "description": words(f"api.route.{route.id}.about"),
        "parameters": known,
        "responses": {
            "200": _answer(route, words),
            "304": {"description": words("api.not_modified")},
            **{str(code): _problem(words) for code in sorted({code for code, _ in KINDS.values()})},
        },
    }


def _parameter(param: Param, words: Words, example: Any) -> Schema:
    one: Schema = {"type": "integer", "minimum": 0} if param.kind == WHOLE else {"type": "string"}
    if param.name == table.LIMIT:
        one |= {"minimum": 1, "maximum": table.MOST_ROWS, "default": table.USUAL_ROWS}
    if param.name == table.OFFSET:
        one |= {"default": 0}
    made: Schema = {
        "name": param.name,
        "in": "path" if param.in_path else "query",
        "required": param.required,
        "description": words(f"api.param.{param.name}"),
        "schema": {"type": "array", "items": one} if param.many else one,
    }
    if param.many:
        made |= {"style": "form", "explode": False}
    if example is not None:
        made["example"] = [example] if param.many else example
    return made


def _answer(route: Route, words: Words) -> Schema:
    if route.answer in (table.TABLE, table.FILE):
        return _file(route, words)
    schema = (
        {"type": "object"}
        if route.answer == table.DOCUMENT
        else {"$ref": f"#/components/schemas/{_name(route)}"}
    )
    headers = {
        "ETag": {"description": words("api.etag"), "schema": {"type": "string"}},
        "Cache-Control": {"description": words("api.cache"), "schema": {"type": "string"}},
    }
    return {
        "description": words(f"api.route.{route.id}.title"),
        "headers": headers,
        "content": {"application/json": {"schema": schema}},
    }


def _file(route: Route, words: Words) -> Schema:
    kinds = [DUCKDB] if route.answer == table.FILE else list(MEDIA_TYPES.values())
    content: Schema = {kind: {} for kind in kinds}
    return {"description": words(f"api.route.{route.id}.title"), "content": content}


def _name(route: Route) -> str:
    named = {table.RELEASE: "ReleaseAnswer", table.TRACE: "TraceAnswer"}
    return named.get(route.answer) or f"{_row_name(route.answer)}Page"


def _row_name(answer: str) -> str:
    return "".join(part.title() for part in answer.split("_"))


def _problem(words: Words) -> Schema:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": words("api.problem"), "content": {MEDIA: {"schema": schema}}}


def schemas(words: Words) -> dict[str, Schema]:
    """The schemas of all answers: rows by table of the release, pages of them, a derivation, a problem."""
    made: dict[str, Schema] = {"Release": _release(words), "Problem": _problem_schema()}
    made["ReleaseAnswer"] = _object({"release": _ref("Release")})
    for route in ROUTES:
        if route.listed:
            row = _row_name(route.answer)
            made[row] = _object({f.name: _column(f) for f in answer_fields(route.answer)})
            made[f"{row}Page"] = _page(row, words)
    made |= {_PARTS[kind.__name__]: _of_dataclass(kind) for kind in (Step, Source, Formula)}
    made["TraceAnswer"] = _object(
        {"release": _ref("Release"), "query": {"type": "object"}, "trace": _ref(_PARTS["Step"])}
    )
    return made


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "properties": dict(properties), "required": list(properties)}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _release(words: Words) -> Schema:
    told = {"id": "string", "built_at": "string", "pack_date": "string", "simulated": "boolean"}
    return _object({k: {"type": kind, "description": words(f"api.release.{k}")} for k, kind in told.items()})


def _page(row: str, words: Words) -> Schema:
    return _object(
        {
            "release": _ref("Release"),
            "query": {"type": "object", "description": words("api.page.query")},
            "total": {"type": "integer", "description": words("api.page.total")},
            "limit": {"type": "integer", "description": words("api.page.limit")},
            "offset": {"type": "integer", "description": words("api.page.offset")},
            "next": {"type": ["string", "null"], "description": words("api.page.next")},
            "rows": {"type": "array", "items": _ref(row)},
        }
    )


def _column(field: Field) -> Schema:
    kind = _TYPES.get(field.kind, "string")
    return {"type": [kind, "null"] if field.nullable else kind, "description": field.meaning.en}


def _problem_schema() -> Schema:
    texts = ("type", "title", "detail", "instance", "parameter", "found", "expected", "hint")
    told: dict[str, Schema] = {name: {"type": "string"} for name in texts}
    needed = ["type", "title", "status", "detail", "instance"]
    return {"type": "object", "properties": told | {"status": {"type": "integer"}}, "required": needed}


def _of_dataclass(kind: type[Any]) -> Schema:
    """A schema from the annotations of a dataclass of the engine."""
    return _object({field.name: _annotation(str(field.type)) for field in fields(kind)})


def _annotation(text: str) -> Schema:
    plain = text.removesuffix(" | None")
    if plain.startswith("tuple["):
        inner = plain.removeprefix("tuple[").removesuffix(", ...]")
        return {"type": "array", "items": _annotation(inner)}
    if plain in _OF_ANNOTATION:
        kind = _OF_ANNOTATION[plain]
        empty = plain == "float" or plain != text
        return {"type": [kind, "null"] if empty else kind}
    part = _ref(_PARTS[plain])
    return {"anyOf": [part, {"type": "null"}]} if plain != text else part
