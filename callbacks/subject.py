"""Which year, unit set and own unit a page about one index shows: asked of the query layer once, for several
pages.
"""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from callbacks.services import Services
from callbacks.url_state import ViewState
from etl.warehouse.queries import Warehouse
from layouts import text
from layouts.frames import as_rows
from layouts.subject import Subject

ROOT_VIEW = "main"
RAW_LEVEL = "indicator"


def known(services: Services, name: str, *args: Any) -> pd.DataFrame:
    """The frame `name` of the query layer, asked for once per release. Never change what comes back."""
    frame: pd.DataFrame = services.kept(
        ("frame", name, *args), lambda: getattr(services.warehouse, name)(*args)
    )
    return frame


def known_rows(services: Services, name: str, *args: Any) -> list[dict[str, Any]]:
    """The same as plain rows, turned into them once. Never change what comes back."""
    rows: list[dict[str, Any]] = services.kept(
        ("rows", name, *args), lambda: as_rows(known(services, name, *args))
    )
    return rows


def read_subject(services: Services, state: ViewState) -> Subject | None:
    """The subject a state asks for; None when the index has no figure at all."""
    index = _row(known_rows(services, "indices"), index_code=state.index)
    covered = [row for row in known_rows(services, "coverage") if row["index_code"] == state.index]
    if index is None or not covered:
        return None
    units = known_rows(services, "units")
    internal = index["scope"] == "internal"
    provinces = [r for r in units if r["slug"] == state.province and not text.has(r["province_unit_id"])]
    chosen = _choose(covered, services, state, [row["unit_id"] for row in provinces])
    year, unit_set = int(chosen["year"]), str(chosen["unit_set"])
    own, merged = (None, False) if internal else _own(services, provinces, unit_set)
    frameworks = known_rows(services, "frameworks")
    published = known_rows(services, "publication", state.index)
    return Subject(
        index=index,
        framework=_row(frameworks, framework_id=chosen["framework_id"]) or {},
        year=year,
        unit_set=unit_set,
        asked=text.name(provinces[0], state.lang) if provinces else state.province,
        own=own,
        merged_into=text.name(own, state.lang) if merged and own is not None else "",
        publication=_row(published, year=year, unit_set=unit_set) or {},
        groups=tuple(known_rows(services, "groups", state.index, year)),
        release_id=services.release_id(),
        internal=internal,
    )


def source_lines(services: Services, ids: Iterable[Any]) -> tuple[str, ...]:
    """ "S001 · VCCI · document · date" for each source, in order of first use."""
    rows = {row["source_id"]: row for row in known_rows(services, "sources")}
    used = [rows[item] for item in dict.fromkeys(ids) if item in rows]
    return tuple(
        " · ".join(
            str(row[key]) for key in ("source_id", "publisher", "document", "date") if text.has(row[key])
        )
        for row in used
    )


def series_of(tree: pd.DataFrame) -> dict[str, str]:
    """The series of every component of a year: the name under which older frameworks' figures stand too,
    where the crosswalk carries them on.
    """
    return dict(zip(tree["component_code"], tree["series_code"], strict=True))


def held_codes(services: Services, subject: Subject, tree: pd.DataFrame) -> set[str]:
    """Codes of the components that have figures that year.

    Raw indicators are many and held for all or for nobody: one unit is enough to know them.
    """
    index, year = str(subject.index["index_code"]), subject.year
    found: set[str] = services.kept(("codes", index, year), lambda: _codes(services.warehouse, tree))
    return found


def _codes(warehouse: Warehouse, tree: pd.DataFrame) -> set[str]:
    index, year = str(tree["index_code"].iloc[0]), int(tree["year"].iloc[0])
    levels = sorted(set(tree["level"]) - {RAW_LEVEL})
    rows = warehouse.scores(index, year, level=levels, view=ROOT_VIEW)
    rows = rows[rows["value"].notna()]
    found = set(rows["component_code"])
    if RAW_LEVEL in set(tree["level"]) and len(rows):
        one = str(rows["unit_id"].iloc[0])
        raw = warehouse.scores(index, year, level=RAW_LEVEL, unit_id=one, view=ROOT_VIEW)
        found |= set(raw[raw["value"].notna()]["component_code"])
    return found


def _row(rows: list[dict[str, Any]], **where: Any) -> dict[str, Any] | None:
    return next((row for row in rows if all(row[key] == value for key, value in where.items())), None)


def _held(services: Services, index: str, provinces: list[str]) -> set[int]:
    """Years in which our province (or a unit of it) has a total or a rank."""
    units = known_rows(services, "units")
    ids = [*provinces, *(row["unit_id"] for row in units if row["province_unit_id"] in provinces)]
    if not ids:
        return set()
    limits = {"unit_id": ids, "component_code": index, "view": ROOT_VIEW}
    totals = services.warehouse.scores(index, columns=("year", "value", "rank"), **limits)
    return set(totals[totals["value"].notna() | totals["rank"].notna()]["year"].astype(int))


def _choose(
    covered: list[dict[str, Any]], services: Services, state: ViewState, provinces: list[str]
) -> dict[str, Any]:
    """The coverage row of the year asked for; without a year, of the latest one that has our
    province, else any.
    """
    rows = sorted(covered, key=lambda row: (row["year"], row["n_totals"]))
    if asked := [row for row in rows if row["year"] == state.year]:
        return asked[-1]
    held = _held(services, state.index, provinces)
    ours = [row for row in rows if row["year"] in held]
    filled = [row for row in rows if row["n_totals"] > 0 or row["n_ranks"] > 0]
    return (ours or filled or rows)[-1]


def _own(
    services: Services, provinces: list[dict[str, Any]], unit_set: str
) -> tuple[dict[str, Any] | None, bool]:
    """Our unit in a unit set, and whether it is the new province that ours became part of."""
    same = [row for row in provinces if row["unit_set"] == unit_set]
    if same:
        return same[0], False
    old = {row["unit_id"] for row in provinces}
    now = {row["new_unit_id"] for row in known_rows(services, "merger") if row["old_unit_id"] in old}
    units = (row for row in known_rows(services, "units") if row["unit_set"] == unit_set)
    found = next((row for row in units if row["unit_id"] in now), None)
    return found, found is not None
