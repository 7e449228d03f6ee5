"""Small definitions and frames for tests of the engine: neutral names, written out in full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from indices.analysis import AnalysisInputs
from indices.framework import Framework, parse_framework
from indices.model import RawDefinition
from indices.registry import Registry, build_registry

INDEX = "IDX"
COMPONENT_COLUMNS = (
    "code", "parent", "level", "max_score", "weight", "rule", "status", "direction", "normalise", "ref_min",
    "ref_max", "factor", "offset", "span", "years",
)  # fmt: skip


def component(code: str, parent: str = "", level: str = "field", **cells: object) -> dict[str, str]:
    """One row of components.csv; cells not named are blank, names follow from the code."""
    row = {name: str(cells.get(name, "")) for name in COMPONENT_COLUMNS}
    row |= {
        "code": code,
        "parent": parent,
        "level": level,
        "name_vi": f"Tên {code}",
        "name_en": f"Name {code}",
    }
    row["status"] = str(cells.get("status", "proven"))
    return row | {name: str(value) for name, value in cells.items()}


def meta(**changes: Any) -> dict[str, Any]:
    """The settings of framework.yaml, complete and valid but for `changes`."""
    return {
        "id": "idx_first",
        "index": INDEX,
        "name": {"vi": "Chỉ số thử", "en": "Test index"},
        "decision": {"number": "1", "date": None},
        "years": [1, 2, 3, 4],
        "unit_set": "63",
        "scale": {"min": 0, "max": 10, "unit": "points", "decimals": 2},
        "ranking": {"precision": 2, "ties": "min", "tolerance": 1.0e-9, "headline": "rank"},
        "missing": "refuse",
        "tolerance": {"index": 0.05},
        "groups": {"rule": "none"},
        "notes": {"vi": "", "en": ""},
    } | changes


def points_tree() -> list[dict[str, str]]:
    """A total of 10 points: A of 6 (parts A.1 of 4 and A.2 of 2) and B of 4."""
    return [
        component(INDEX, "", "index", max_score=10, rule="sum_points"),
        component("A", INDEX, max_score=6, rule="sum_points"),
        component("A.1", "A", "criterion", max_score=4),
        component("A.2", "A", "criterion", max_score=2),
        component("B", INDEX, max_score=4),
    ]


def raw(
    components: list[dict[str, str]] | None = None,
    views: list[dict[str, str]] | None = None,
    parameters: list[dict[str, str]] | None = None,
    **changes: Any,
) -> RawDefinition:
    """A raw definition of the points tree but for what is given."""
    rows = points_tree() if components is None else components
    return RawDefinition("idx_first", meta(**changes), rows, views or [], parameters or [])


def framework(definition: RawDefinition) -> Framework:
    """The framework of a definition that must be sound."""
    found, problems = parse_framework(definition)
    assert not problems, [problem.text() for problem in problems]
    assert found is not None
    return found


def index_row(**changes: str) -> dict[str, str]:
    """A row of indices.csv."""
    row = {"index_code": INDEX, "order": "1", "short_name_vi": "IDX", "name_vi": "Chỉ số", "name_en": "Index"}
    row |= {"publisher_vi": "Cơ quan", "publisher_en": "Publisher", "leader_card": "1", "scope": "province"}
    return row | {"first_year": "1", "about_vi": "", "about_en": ""} | changes


def registry(
    *definitions: RawDefinition,
    comparability: Iterable[dict[str, str]] = (),
    crosswalk: Iterable[dict[str, str]] = (),
) -> Registry:
    """A registry of the definitions (the points tree when none is given)."""
    return build_registry(definitions or [raw()], [index_row()], list(comparability), list(crosswalk))


Cell = tuple[int, str, str, float | None]


def facts(cells: Sequence[Cell], ranks: dict[tuple[int, str], int] | None = None) -> pd.DataFrame:
    """Facts of (year, unit number, code, value) cells; `ranks` gives published ranks of totals."""
    rows = [
        {
            "index_code": INDEX,
            "year": year,
            "unit_set": "63",
            "unit_id": f"63:{unit}",
            "component_code": code,
            "published": value,
            "decimals": 2,
            "max_score": None,
            "published_rank": (ranks or {}).get((year, unit)) if code == INDEX else None,
            "source_id": "S1",
            "place": "",
            "note": "",
        }
        for year, unit, code, value in cells
    ]
    frame = pd.DataFrame.from_records(rows)
    doubles = {"published": "float64", "max_score": "float64"}
    return frame.astype({**doubles, "decimals": "Int64", "published_rank": "Int64"})


def inputs(
    fact_rows: pd.DataFrame,
    n_units: int = 3,
    complete: bool = True,
    aggregates: pd.DataFrame | None = None,
    groups: pd.DataFrame | None = None,
) -> AnalysisInputs:
    """Inputs in which every year publishes `n_units`; units 01 and 02 are one region, the others another."""
    keys = fact_rows[["index_code", "year", "unit_set"]].drop_duplicates()
    ids = sorted(fact_rows["unit_id"].unique())
    units = pd.DataFrame(
        {
            "unit_id": ids,
            "unit_set": "63",
            "region_code": ["R1" if name in {"63:01", "63:02"} else "R2" for name in ids],
            "bloc": "",
        }
    )
    blank = pd.DataFrame(
        columns=["index_code", "year", "unit_set", "scope", "component_code", "statistic", "value", "use"]
    )
    no_groups = pd.DataFrame(columns=["index_code", "year", "order", "group_code", "n_units", "score_from"])
    return AnalysisInputs(
        facts=fact_rows,
        publication=keys.assign(n_units=n_units, complete=complete),
        aggregates=blank if aggregates is None else aggregates,
        groups=no_groups if groups is None else groups,
        units=units,
    )
