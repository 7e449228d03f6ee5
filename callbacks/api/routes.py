"""The table of routes: addresses, parameters and answers of the JSON interface, and nothing else.

The server, the OpenAPI document, the page about the interface and the tests all read this one table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from layouts.pages.api import BASE

VERSION: Final = "1.0.0"
MOST_ROWS: Final = 1_000
USUAL_ROWS: Final = 100
TEXT, WHOLE = "text", "whole"
TRACE, RELEASE, DOCUMENT = "step", "release", "openapi"
TABLE, FILE = "table", "file"
SINGLE: Final = (TRACE, RELEASE, DOCUMENT, TABLE, FILE)
LIMIT, OFFSET = "limit", "offset"


@dataclass(frozen=True)
class Param:
    """A parameter: its name, the column it limits, `kind` text | whole, and the words it may take.

    `known`: name of the vocabulary that a value must be of ("" = any value). `many`: several values, joined
    by commas. `in_path`: part of the address instead of the query.
    """

    name: str
    column: str
    kind: str = TEXT
    known: str = ""
    many: bool = True
    required: bool = False
    in_path: bool = False


@dataclass(frozen=True)
class Route:
    """An address: `answer` is a list of `etl.warehouse.answers`, or one of SINGLE."""

    id: str
    path: str
    answer: str
    params: tuple[Param, ...] = ()

    @property
    def listed(self) -> bool:
        """Whether it answers with rows, page by page."""
        return self.answer not in SINGLE

    @property
    def all_params(self) -> tuple[Param, ...]:
        """Its own parameters and those of paging."""
        return (*self.params, *PAGING) if self.listed else self.params


INDEX = Param("index", "index_code", known="index")
YEAR = Param("year", "year", WHOLE)
UNIT = Param("unit", "unit_id", known="unit")
UNIT_SET = Param("set", "unit_set", known="set")
COMPONENT = Param("component", "component_code")
VIEW = Param("view", "view", known="view")
LEVEL = Param("level", "level", known="level")
PAGING = (Param(LIMIT, "", WHOLE, many=False), Param(OFFSET, "", WHOLE, many=False))


def _one(param: Param, required: bool = True) -> Param:
    return replace(param, many=False, required=required)


def _part(name: str, column: str) -> Param:
    return Param(name, column, known=name, many=False, required=True, in_path=True)


ROUTES: Final[tuple[Route, ...]] = (
    Route("release", "/release", RELEASE),
    Route("indices", "/indices", "index_info"),
    Route("coverage", "/coverage", "coverage", (INDEX, YEAR, UNIT_SET)),
    Route("frameworks", "/frameworks", "framework", (INDEX,)),
    Route(
        "components",
        "/frameworks/{framework}/components",
        "component",
        (
            _part("framework", "framework_id"),
            YEAR,
            VIEW,
            LEVEL,
            COMPONENT,
        ),
    ),
    Route("units", "/units", "unit", (UNIT, UNIT_SET)),
    Route("scores", "/scores", "score", (INDEX, YEAR, UNIT, UNIT_SET, COMPONENT, VIEW, LEVEL)),
    Route(
        "trace",
        "/trace",
        TRACE,
        (_one(INDEX), _one(YEAR), _one(UNIT), _one(COMPONENT), _one(VIEW, required=False)),
    ),
    Route("targets", "/targets", "target", (UNIT,)),
    Route("sources", "/sources", "source", (Param("source", "source_id"),)),
    Route("reconciliation", "/reconciliation", "reconciliation", (INDEX, YEAR, COMPONENT, VIEW, LEVEL)),
    Route(
        "table",
        "/tables/{table}.{format}",
        TABLE,
        (_part("table", "table"), _part("format", "format"), INDEX, YEAR),
    ),
    Route("duckdb", "/release.duckdb", FILE),
    Route("openapi", "/openapi.json", DOCUMENT),
)


def full_path(route: Route) -> str:
    """The whole address as OpenAPI writes it: /api/v1/frameworks/{framework}/components."""
    return BASE + route.path
