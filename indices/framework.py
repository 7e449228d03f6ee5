"""A framework (what an index is made of in some years), read from its definition folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from indices.cells import read_rows
from indices.checks import (
    COMPONENTS,
    NO_ROOT,
    PARAMETERS,
    VIEWS,
    link_problems,
    parameter_problems,
    tree_problems,
    view_problems,
)
from indices.checks_scale import treatment_problems
from indices.errors import Problem
from indices.model import (
    LEVELS,
    MAIN_VIEW,
    Component,
    Decision,
    Groups,
    Missing,
    Names,
    Notes,
    Parameter,
    Pooled,
    Preparation,
    Ranking,
    RawDefinition,
    Scale,
    ViewEdge,
)
from indices.tree import Node, Tree, build_tree

__all__ = [
    "Component",
    "Framework",
    "Node",
    "Parameter",
    "RawDefinition",
    "Tree",
    "ViewEdge",
    "parse_framework",
]
META = "framework.yaml"
CUT_RULES = ("fixed", "percentiles", "ranks")


class Framework(BaseModel):
    """What an index is made of in `years`: settings, components, year-specific parameters and views."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    index: str = Field(min_length=1)
    name: Names
    decision: Decision = Decision()
    years: tuple[int, ...] = Field(min_length=1)
    unit_set: str
    scale: Scale
    ranking: Ranking = Ranking()
    missing: Missing = "refuse"
    coverage: float = Field(default=0.0, ge=0, le=1)
    prepare: Preparation = Preparation()
    pooled: Pooled = ""
    tolerance: dict[str, float] = Field(default_factory=dict)
    groups: Groups = Groups()
    notes: Notes = Notes()
    components: tuple[Component, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    edges: tuple[ViewEdge, ...] = ()

    @field_validator("years")
    @classmethod
    def _years_once(cls, years: tuple[int, ...]) -> tuple[int, ...]:
        if len(set(years)) != len(years):
            raise ValueError("a year stands twice")
        return tuple(sorted(years))

    @field_validator("tolerance")
    @classmethod
    def _levels_known(cls, tolerance: dict[str, float]) -> dict[str, float]:
        unknown = sorted(set(tolerance) - set(LEVELS))
        if unknown:
            raise ValueError(f"unknown level {', '.join(unknown)}")
        return tolerance

    def tree(self, year: int, view: str = MAIN_VIEW) -> Tree:
        """The tree of `year` in `view`, with the year's parameters. Raises KeyError for an unknown one."""
        if (year, view) not in self._trees:
            self._trees[year, view] = self._tree(year, view)
        return self._trees[year, view]

    @cached_property
    def _trees(self) -> dict[tuple[int, str], Tree]:
        """Trees that were asked for: a definition never changes, and each is asked for dozens of times."""
        return {}

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Framework:
        """A copy, with other fields where said; its trees are its own."""
        made = super().model_copy(update=update, deep=deep)
        made.__dict__.pop("_trees", None)
        return made

    def _tree(self, year: int, view: str) -> Tree:
        if year not in self.years or view not in (MAIN_VIEW, *self.views()):
            raise KeyError(f"{self.id} has no view {view} in {year}")
        identity = (self.id, self.index, self.missing)
        edges = None if view == MAIN_VIEW else [edge for edge in self.edges if edge.view == view]
        tree = build_tree(identity, year, self.components, self.parameters, edges)
        return replace(tree, coverage=self.coverage)

    def views(self) -> list[str]:
        """Names of the alternative roll-ups, in the order of views.csv; the main tree is not among them."""
        return list(dict.fromkeys(edge.view for edge in self.edges))

    def trees(self, year: int) -> list[Tree]:
        """The main tree and every view that has nodes in `year`."""
        found = [self.tree(year, view) for view in (MAIN_VIEW, *self.views())]
        return [tree for tree in found if tree.nodes]

    def tolerated(self, level: str) -> float:
        """Accepted |published - recomputed| at a level, in the component's own unit; 0 where none is set."""
        return self.tolerance.get(level, 0.0)


def parse_framework(raw: RawDefinition) -> tuple[Framework | None, list[Problem]]:
    """The framework of a definition folder and every problem found; None when there is any problem."""
    problems: list[Problem] = []
    components = read_rows(Component, raw.components, f"{raw.folder}/{COMPONENTS}", problems)
    parameters = read_rows(Parameter, raw.parameters, f"{raw.folder}/{PARAMETERS}", problems)
    edges = read_rows(ViewEdge, raw.views, f"{raw.folder}/{VIEWS}", problems)
    if not raw.components:
        problems.append(Problem("no components", f"{raw.folder}/{COMPONENTS}"))
    tables = {"components": tuple(components), "parameters": tuple(parameters), "edges": tuple(edges)}
    framework = _settings(raw, tables, problems)
    if framework is None:
        return None, problems
    problems += _links(raw, framework)
    if not problems:
        trees = [tree for year in framework.years for tree in framework.trees(year)]
        problems += tree_problems(raw.folder, trees, bool(framework.pooled))
        problems += treatment_problems(raw.folder, trees) if framework.prepare.outliers else []
    return (None if problems else framework), problems


def _settings(raw: RawDefinition, tables: dict[str, Any], problems: list[Problem]) -> Framework | None:
    try:
        return Framework(**(raw.meta | tables))
    except ValidationError as error:
        for item in error.errors(include_url=False):
            place, found = ".".join(str(part) for part in item["loc"]), str(item["input"])[:80]
            problems.append(Problem(item["msg"], f"{raw.folder}/{META}", place, found))
    except TypeError as error:
        problems.append(Problem("settings are not a mapping", f"{raw.folder}/{META}", found=str(error)))
    return None


def _links(raw: RawDefinition, framework: Framework) -> list[Problem]:
    """Broken links, but not those that only follow from a row that could not be read."""
    folder, components = raw.folder, framework.components
    edges, years = framework.edges, framework.years
    unread = {row.get("code", "") for row in raw.components} - {c.code for c in components}
    problems = [
        *_year_problems(folder, framework),
        *_cut_problems(folder, framework),
        *link_problems(folder, framework.index, components, edges, years),
        *view_problems(folder, edges, components),
        *parameter_problems(folder, framework.parameters, components, years),
    ]
    followed = {NO_ROOT} if unread else set()
    return [p for p in problems if p.found not in unread and p.what not in followed]


def _year_problems(folder: str, framework: Framework) -> list[Problem]:
    file, expected = f"{folder}/{COMPONENTS}", ", ".join(map(str, framework.years))
    return [
        Problem("component in a year outside the framework", file, f"row {c.row}", str(year), expected)
        for c in framework.components
        for year in c.years
        if year not in framework.years
    ]


def _cut_problems(folder: str, framework: Framework) -> list[Problem]:
    starts = [cut.start for cut in framework.groups.cuts]
    rule, place = framework.groups.rule, (f"{folder}/{META}", "groups.cuts")
    if rule in CUT_RULES and not starts:
        return [Problem(f"{rule} groups without cuts", *place)]
    falling = rule != "ranks"
    if starts != sorted(starts, reverse=falling):
        what = "cuts are not in falling order" if falling else "cuts are not in rising order"
        return [Problem(what, *place, str(starts))]
    return []
