"""Score and indicator rows as typed facts: unit ids for names, doubles for texts, a link to file and row.

Where several layers (the pack, then imports) hold a value in use of one index, year, unit and component, the
row of the last layer counts as a whole and the others stay as alternatives. A row with nothing but a unit's
score of itself displaces nothing: its score stands beside whatever is published.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from etl.filekinds import ALTERNATIVE, IN_USE, PUBLISHED_BY, SELF, SUMMED
from etl.mapping import UNIT_SEPARATOR, UnitNames
from etl.numbers import decimals, to_double, to_integer
from etl.pack import Pack

FACT_KINDS = ("scores", "indicators")
ENGINE_COLUMNS = (
    "index_code", "year", "unit_set", "unit_id", "component_code", "published", "decimals", "max_score",
    "published_rank", "source_id", "place", "note", "file", "row",
)  # fmt: skip
LAYER_COLUMNS = ("use", "self_score", "rank_place", "self_place", "import_id", "superseded_by", "layer")
KEY = ["index_code", "year", "unit_id", "component_code"]


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
    """All score and indicator rows as texts with a `unit_id` column, missing where a name has no match.

    `use` tells which row counts over all layers, `superseded_by` the import whose row counts instead.
    """
    rows = pd.concat([pack[kind].assign(kind=kind) for kind in FACT_KINDS], ignore_index=True)
    matches = names.match_frame(rows)
    pairs = zip(rows["unit_set"], rows["unit"], strict=True)
    ids = pd.Series([matches[pair].unit_id for pair in pairs], index=rows.index, dtype="str")
    rows = rows.assign(unit_id=ids, component_code=rows["component"])
    bare = (rows["score"] == "") & (rows["rank"] == "") & (rows["self_score"] != "")
    rows["use"] = rows["use"].mask(bare & rows["use"].isin(IN_USE), SELF)
    return settled(rows.assign(superseded_by=""))


def settled(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows in which at most the last layer's row of a key is in use, unless one layer itself holds two.

    Needs KEY, `use`, `note`, `layer`, `import_id` and `superseded_by`.
    """
    used = rows[rows["use"].isin(IN_USE) & rows["unit_id"].notna()]
    last = used.groupby(KEY, sort=False)["layer"].transform("max")
    beaten = last[used["layer"] < last]
    if beaten.empty:
        return rows
    ids = rows.drop_duplicates("layer").set_index("layer")["import_id"]
    winner = beaten.map(ids).astype("str")
    rows = rows.copy()
    rows.loc[beaten.index, "use"] = ALTERNATIVE
    rows.loc[beaten.index, "superseded_by"] = winner
    before = rows.loc[beaten.index, "note"].fillna("")
    rows.loc[beaten.index, "note"] = before.where(before == "", before + "; ") + "→ import " + winner
    return rows


def typed_facts(rows: pd.DataFrame) -> pd.DataFrame:
    """Typed facts of checked rows: the columns the engine takes, and LAYER_COLUMNS.

    `published` is the score as a double in the component's own unit, `decimals` counted from its text. `row`
    is the line in the file; for an import it is the row in the workbook's sheet that `place` names.
    """
    in_sheet = to_integer(rows["place"].str.extract(r"![A-Z]+(\d+)$")[0].fillna(""))
    facts = rows.assign(
        year=to_integer(rows["year"]).astype("int64"),
        published=to_double(rows["score"]),
        decimals=decimals(rows["score"]),
        max_score=to_double(rows["max_score"]),
        published_rank=to_integer(rows["rank"]),
        self_score=to_double(rows["self_score"]),
        row=rows["line"].where(rows["import_id"] == "", in_sheet.fillna(rows["line"])),
    )
    return facts[[*ENGINE_COLUMNS, *LAYER_COLUMNS]]


def engine_facts(facts: pd.DataFrame) -> pd.DataFrame:
    """The facts in use as the engine takes them, each with the last score its unit gave itself.

    `self_score` stands on the scale of `self_max` (missing: the component's own). A row that a later layer
    displaced still tells the unit's own score, and the rank published for the same score, until a later one
    is given.
    """
    used = facts[facts["use"].isin(IN_USE)].reset_index(drop=True)
    told = facts["self_score"].notna() & (
        facts["use"].isin([*IN_USE, SELF]) | (facts["superseded_by"].fillna("") != "")
    )
    own = facts[told].sort_values("layer", kind="stable").drop_duplicates(KEY, keep="last")
    own = own[[*KEY, "self_score", "max_score"]].rename(columns={"max_score": "self_max"})
    engine = used[list(ENGINE_COLUMNS)].assign(summed=used["use"] == SUMMED)
    engine["published_rank"] = engine["published_rank"].fillna(_earlier_ranks(engine, facts))
    return engine.merge(own, on=KEY, how="left", validate="many_to_one")


def _earlier_ranks(engine: pd.DataFrame, facts: pd.DataFrame) -> pd.Series[int]:
    """Ranks that displaced rows give to the same published score; none where a score of the same component
    and year was corrected, for then the publisher's order may be another."""
    columns = [*KEY, "unit_set", "published", "max_score"]
    displaced = facts[facts["superseded_by"].fillna("").ne("")].sort_values("layer", kind="stable")
    before = displaced.drop_duplicates(KEY, keep="last")[[*columns, "published_rank"]]
    both = engine[columns].merge(before, on=KEY, how="left", suffixes=("", "_before"))
    known = both["published_before"].notna()
    corrected = known & (both["published"] != both["published_before"])
    group = [both[name] for name in (*PUBLISHED_BY, "component_code")]
    kept = known & ~corrected.groupby(group).transform("any")
    return both["published_rank"].where(kept).set_axis(engine.index).astype("Int64")


def imported_files(facts: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """Facts whose `file` is, for those of an import, the name of the file that a person brought."""
    names = dict(zip(records["import_id"], records["file_name"], strict=True))
    return facts.assign(
        file=looked_up(facts["import_id"], names).mask(facts["import_id"] == "", facts["file"])
    )
