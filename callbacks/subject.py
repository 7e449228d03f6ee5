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
from layouts.subject import Subject

ROOT_VIEW = "main"
RAW_LEVEL = "indicator"


def known(services: Services, name: str, *args: Any) -> pd.DataFrame:
    """The frame `name` of the query layer, asked for once per release. Never change what comes back."""
    frame: pd.DataFrame = services.kept(
        ("frame", name, *args), lambda: getattr(services.warehouse, name)(*args)
    )
    return frame


def read_subject(services: Services, state: ViewState) -> Subject | None:
    """The subject a state asks for; None when the index has no figure at all."""
    index = _row(known(services, "indices"), index_code=state.index)
    covered = known(services, "coverage")
    covered = covered[covered["index_code"] == state.index]
    if index is None or covered.empty:
        return None
    units = known(services, "units")
    internal = index["scope"] == "internal"
    provinces = units[(units["slug"] == state.province) & units["province_unit_id"].isna()]
    chosen = _choose(covered, services, state, provinces["unit_id"].tolist())
    year, unit_set = int(chosen["year"]), str(chosen["unit_set"])
    own, merged = (None, False) if internal else _own(services, provinces, unit_set)
    frameworks, published = known(services, "frameworks"), known(services, "publication", state.index)
    return Subject(
        index=index,
        framework=_row(frameworks, framework_id=chosen["framework_id"]) or {},
        year=year,
        unit_set=unit_set,
        asked=text.name(provinces.iloc[0], state.lang) if len(provinces) else state.province,
        own=own,
        merged_into=text.name(own, state.lang) if merged and own is not None else "",
        publication=_row(published, year=year, unit_set=unit_set) or {},
        groups=tuple(known(services, "groups", state.index, year).to_dict("records")),
        release_id=services.release_id(),
        internal=internal,
    )


def source_lines(services: Services, ids: Iterable[Any]) -> tuple[str, ...]:
    """ "S001 · VCCI · document · date" for each source, in order of first use."""
    rows = {row["source_id"]: row for row in known(services, "sources").to_dict("records")}
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


def _row(frame: pd.DataFrame, **where: Any) -> dict[str, Any] | None:
    for key, value in where.items():
        frame = frame[frame[key] == value]
    return frame.iloc[0].to_dict() if len(frame) else None


def _held(services: Services, index: str, provinces: list[str]) -> set[int]:
    """Years in which our province (or a unit of it) has a total or a rank."""
    units = known(services, "units")
    ids = [*provinces, *units[units["province_unit_id"].isin(provinces)]["unit_id"]]
    if not ids:
        return set()
    totals = services.warehouse.scores(index, unit_id=ids, component_code=index, view=ROOT_VIEW)
    return set(totals[totals["value"].notna() | totals["rank"].notna()]["year"].astype(int))


def _choose(covered: pd.DataFrame, services: Services, state: ViewState, provinces: list[str]) -> pd.Series:
    """The coverage row of the year asked for; without a year, of the latest one that has our
    province, else any.
    """
    rows = covered.sort_values(["year", "n_totals"])
    if state.year is not None and (rows["year"] == state.year).any():
        return rows[rows["year"] == state.year].iloc[-1]
    ours = rows[rows["year"].isin(_held(services, state.index, provinces))]
    filled = rows[(rows["n_totals"] > 0) | (rows["n_ranks"] > 0)]
    return next(found for found in (ours, filled, rows) if len(found)).iloc[-1]


def _own(services: Services, provinces: pd.DataFrame, unit_set: str) -> tuple[dict[str, Any] | None, bool]:
    """Our unit in a unit set, and whether it is the new province that ours became part of."""
    same = provinces[provinces["unit_set"] == unit_set]
    if len(same):
        return same.iloc[0].to_dict(), False
    merger, units = known(services, "merger"), known(services, "units")
    now = merger[merger["old_unit_id"].isin(provinces["unit_id"])]["new_unit_id"]
    found = units[units["unit_id"].isin(now) & (units["unit_set"] == unit_set)]
    return (found.iloc[0].to_dict(), True) if len(found) else (None, False)
