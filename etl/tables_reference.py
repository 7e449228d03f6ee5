"""Tables of a release that come straight from the pack: units, sources, aggregates, publication, targets."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from etl.facts import internal_units
from etl.filekinds import KINDS
from etl.mapping import UnitNames, fold
from etl.numbers import decimals, to_double, to_integer
from etl.pack import Pack
from etl.warehouse.load import vietnamese_order

# A target that does not say which set its province is of: the set of most of the years is tried first.
TARGET_SETS = ("63", "34", "units")
_TYPED: dict[str, Callable[[pd.Series[str]], pd.Series]] = {
    "number": to_double,
    "integer": to_integer,
    "year": to_integer,
    "flag": lambda texts: texts == "1",
}


def typed(pack: Pack, kind: str) -> pd.DataFrame:
    """A frame of the pack with numbers, years and flags in place of their texts."""
    columns = next(k.columns for k in KINDS if k.name == kind)
    frame = pack[kind]
    return frame.assign(**{c.name: _TYPED[c.kind](frame[c.name]) for c in columns if c.kind in _TYPED})


def reference_tables(pack: Pack, names: UnitNames) -> dict[str, pd.DataFrame]:
    """Frames of the tables that the pack gives as they are."""
    return {
        "source": pack["sources"],
        "import_record": typed(pack, "imports"),
        "unit": unit_table(pack),
        "unit_alias": pack["aliases"],
        "merger": typed(pack, "merger"),
        "population": typed(pack, "population"),
        "tile": typed(pack, "tiles"),
        "aggregate": _aggregates(pack),
        "publication": typed(pack, "publication"),
        "score_group": typed(pack, "groups").assign(order_no=lambda f: f["order"]),
        "standard_error": _standard_errors(pack, names),
        "series_break": typed(pack, "breaks").assign(component_code=pack["breaks"]["component"]),
        "survey_sample": typed(pack, "samples"),
        "survey_wave": typed(pack, "survey_waves"),
        "known_difference": typed(pack, "known_differences"),
        "target": _with_unit(typed(pack, "targets"), names),
        "observation": _with_unit(typed(pack, "observations"), names),
    }


def _aggregates(pack: Pack) -> pd.DataFrame:
    frame = typed(pack, "aggregates")
    return frame.assign(component_code=frame["component"], decimals=decimals(pack["aggregates"]["value"]))


def _standard_errors(pack: Pack, names: UnitNames) -> pd.DataFrame:
    frame = typed(pack, "standard_errors")
    pairs = zip(frame["unit_set"], frame["unit"], strict=True)
    ids = pd.Series([names.find(*pair).unit_id for pair in pairs], index=frame.index, dtype="str")
    return frame.assign(unit_id=ids, component_code=frame["component"])


def _with_unit(frame: pd.DataFrame, names: UnitNames) -> pd.DataFrame:
    pairs = zip(frame["unit"], frame["unit_set"], strict=True)
    ids = [names.find_in(TARGET_SETS, name, unit_set).unit_id for name, unit_set in pairs]
    return frame.assign(unit_name=frame["unit"], unit_id=pd.Series(ids, index=frame.index, dtype="str"))


def unit_table(pack: Pack) -> pd.DataFrame:
    """Provinces of both sets and internal units, with region names, slugs and Vietnamese order."""
    internal = internal_units(pack)
    units = pd.concat([_provinces(pack), internal], ignore_index=True)
    texts = units.columns.difference(["line", "layer"])
    units[texts] = units[texts].fillna("")
    units["slug"] = slugs(units)
    units["sort_order"] = vietnamese_order(units["name_vi"])
    return units.sort_values(["unit_set", "sort_order"], ignore_index=True)


def _provinces(pack: Pack) -> pd.DataFrame:
    regions = pack["regions"][["unit_set", "region_code", "name_vi", "name_en"]]
    regions = regions.rename(columns={"name_vi": "region_vi", "name_en": "region_en"})
    return pack["provinces"].merge(regions, on=["unit_set", "region_code"], how="left")


def kebab(name: str) -> str:
    """ASCII form of a name for addresses: accents dropped, all but letters and digits a hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


def slugs(units: pd.DataFrame) -> pd.Series[str]:
    """A slug for each unit, unique over all sets.

    The first set that has a name keeps the bare slug; a province of a later set with the same name gets the
    set behind it ("-34"), an internal unit the code of its province.
    """
    order = {unit_set: place for place, unit_set in enumerate(TARGET_SETS)}
    ranked = units.assign(_set=units["unit_set"].map(order)).sort_values(["_set", "unit_id"])
    taken: set[str] = set()
    found: dict[int, str] = {}
    for index, row in ranked.iterrows():
        slug = _free_slug(kebab(str(row["name_vi"])), row, taken)
        taken.add(slug)
        found[int(str(index))] = slug
    return pd.Series(found, dtype="str").reindex(units.index)


def _free_slug(slug: str, row: pd.Series[str], taken: set[str]) -> str:
    if slug not in taken:
        return slug
    province = str(row.get("province_unit_id") or "")
    longer = f"{slug}-{province.split(':')[-1] or row['unit_set']}"
    return longer if longer not in taken else f"{longer}-{kebab(str(row['unit_id']))}"
