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


def read_subject(services: Services, state: ViewState) -> Subject | None:
    """The subject a state asks for; None when the index has no figure at all."""
    warehouse = services.warehouse
    index = _row(warehouse.indices(), index_code=state.index)
    covered = warehouse.coverage()
    covered = covered[covered["index_code"] == state.index]
    if index is None or covered.empty:
        return None
    units = warehouse.units()
    internal = index["scope"] == "internal"
    provinces = units[(units["slug"] == state.province) & units["province_unit_id"].isna()]
    held = _held(warehouse, state.index, provinces, units if internal else None)
    chosen = _choose(covered, held, state.year)
    year, unit_set = int(chosen["year"]), str(chosen["unit_set"])
    own, merged = (None, "") if internal else _own(warehouse, units, provinces, unit_set)
    return Subject(
        index=index,
        framework=_row(warehouse.frameworks(), framework_id=chosen["framework_id"]) or {},
        year=year,
        unit_set=unit_set,
        asked=text.name(provinces.iloc[0], state.lang) if len(provinces) else state.province,
        own=own,
        merged_into=text.name(own, state.lang) if merged and own is not None else "",
        publication=_row(warehouse.publication(state.index), year=year, unit_set=unit_set) or {},
        groups=tuple(warehouse.groups(state.index, year).to_dict("records")),
        release_id=str(warehouse.release().release_id),
        internal=internal,
    )


def source_lines(warehouse: Warehouse, ids: Iterable[Any]) -> tuple[str, ...]:
    """ "S001 · VCCI · document · date" for each source, in order of first use."""
    known = {row["source_id"]: row for row in warehouse.sources().to_dict("records")}
    used = [known[item] for item in dict.fromkeys(ids) if item in known]
    return tuple(
        " · ".join(
            str(row[key]) for key in ("source_id", "publisher", "document", "date") if text.has(row[key])
        )
        for row in used
    )


def held_codes(warehouse: Warehouse, subject: Subject, tree: pd.DataFrame) -> set[str]:
    """Codes of the components that have figures that year.

    Raw indicators are many and held for all or for nobody: one unit is enough to know them.
    """
    index, year = str(subject.index["index_code"]), subject.year
    levels = sorted(set(tree["level"]) - {RAW_LEVEL})
    rows = warehouse.scores(index, year, level=levels, view=ROOT_VIEW)
    found = set(rows[rows["value"].notna()]["component_code"])
    if RAW_LEVEL in set(tree["level"]):
        one = subject.own_id or (str(rows["unit_id"].iloc[0]) if len(rows) else "")
        raw = warehouse.scores(index, year, level=RAW_LEVEL, unit_id=one, view=ROOT_VIEW)
        found |= set(raw[raw["value"].notna()]["component_code"])
    return found


def _row(frame: pd.DataFrame, **where: Any) -> dict[str, Any] | None:
    for key, value in where.items():
        frame = frame[frame[key] == value]
    return frame.iloc[0].to_dict() if len(frame) else None


def _held(warehouse: Warehouse, index: str, provinces: pd.DataFrame, units: pd.DataFrame | None) -> set[int]:
    """Years in which our province (or a unit of it) has a total or a rank."""
    ids = provinces["unit_id"].tolist()
    if units is not None:
        ids = units[units["province_unit_id"].isin(ids)]["unit_id"].tolist()
    if not ids:
        return set()
    totals = warehouse.scores(index, unit_id=ids, component_code=index, view=ROOT_VIEW)
    return set(totals[totals["value"].notna() | totals["rank"].notna()]["year"].astype(int))


def _choose(covered: pd.DataFrame, held: set[int], asked: int | None) -> pd.Series:
    """The coverage row of the year asked for; without a year, of the latest one that has our province, else
    any.
    """
    rows = covered.sort_values(["year", "n_totals"])
    if asked is not None and (rows["year"] == asked).any():
        return rows[rows["year"] == asked].iloc[-1]
    ours = rows[rows["year"].isin(held)]
    filled = rows[(rows["n_totals"] > 0) | (rows["n_ranks"] > 0)]
    return next(found for found in (ours, filled, rows) if len(found)).iloc[-1]


def _own(
    warehouse: Warehouse, units: pd.DataFrame, provinces: pd.DataFrame, unit_set: str
) -> tuple[dict[str, Any] | None, bool]:
    """Our unit in a unit set, and whether it is the new province that ours became part of."""
    same = provinces[provinces["unit_set"] == unit_set]
    if len(same):
        return same.iloc[0].to_dict(), False
    merger = warehouse.merger()
    now = merger[merger["old_unit_id"].isin(provinces["unit_id"])]["new_unit_id"]
    found = units[units["unit_id"].isin(now) & (units["unit_set"] == unit_set)]
    return (found.iloc[0].to_dict(), True) if len(found) else (None, False)
