"""Score and indicator rows as typed facts: unit ids for names, doubles for texts, a link to file and row."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from etl.mapping import UNIT_SEPARATOR, UnitNames
from etl.numbers import decimals, to_double, to_integer
from etl.pack import Pack

FACT_KINDS = ("scores", "indicators")
ENGINE_COLUMNS = (
    "index_code", "year", "unit_set", "unit_id", "component_code", "published", "decimals", "max_score",
    "published_rank", "source_id", "place", "note", "file", "row",
)  # fmt: skip


def unit_names(pack: Pack) -> UnitNames:
    """Every name by which the pack may call a unit, internal units as "<province> › <unit>" too."""
    provinces = pack["provinces"][["unit_set", "name_vi", "unit_id"]].rename(columns={"name_vi": "name"})
    internal = internal_units(pack)[["unit_set", "name", "unit_id"]]
    canonical = pd.concat([provinces, internal], ignore_index=True)
    return UnitNames.from_frames(pack["aliases"], pack["ambiguous_aliases"], canonical)


def internal_units(pack: Pack) -> pd.DataFrame:
    """Internal units with `unit_set` and the full `name` that sources use."""
    units, provinces = pack["units"], pack["provinces"]
    owner = dict(zip(provinces["unit_id"], provinces["name_vi"], strict=True))
    name = looked_up(units["province_unit_id"], owner) + UNIT_SEPARATOR + units["name_vi"]
    return units.assign(unit_set="units", name=name.astype("str"))


def looked_up(keys: pd.Series[str], texts: Mapping[str, str]) -> pd.Series[str]:
    """The text of each key, blank where there is none."""
    return pd.Series([texts.get(key, "") for key in keys], index=keys.index, dtype="str")


def fact_rows(pack: Pack, names: UnitNames) -> pd.DataFrame:
    """All score and indicator rows as texts with a `unit_id` column, missing where a name has no match."""
    rows = pd.concat([pack[kind].assign(kind=kind) for kind in FACT_KINDS], ignore_index=True)
    matches = names.match_frame(rows)
    pairs = zip(rows["unit_set"], rows["unit"], strict=True)
    ids = pd.Series([matches[pair].unit_id for pair in pairs], index=rows.index, dtype="str")
    return rows.assign(unit_id=ids)


def typed_facts(rows: pd.DataFrame) -> pd.DataFrame:
    """Typed facts of checked rows: the columns the engine takes, and `use`.

    `published` is the score as a double in the component's own unit, `decimals` counted from its text.
    """
    facts = rows.assign(
        year=to_integer(rows["year"]).astype("int64"),
        component_code=rows["component"],
        published=to_double(rows["score"]),
        decimals=decimals(rows["score"]),
        max_score=to_double(rows["max_score"]),
        published_rank=to_integer(rows["rank"]),
        row=rows["line"],
    )
    return facts[[*ENGINE_COLUMNS, "use"]]
