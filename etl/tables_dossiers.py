"""Tables of a release about dossiers: what the store holds when it is built, frozen.

So a release answers alone and an old one keeps its figures. Rows of dossiers stay in the store, but for the
longest late ones.
"""

from __future__ import annotations

import calendar
import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import ibis
import pandas as pd
import pyarrow as pa

from etl.dossiers.catalogue import load_catalogue
from etl.dossiers.rules import load_rules, read_given
from etl.dossiers.store import Manifest, counted_files, read_manifest
from etl.filekinds import SIMULATED
from etl.microdata.dossiers import cuts, late_days, longest_late
from etl.microdata.engine import EMBEDDED, MicrodataSettings, microdata_engine, read_files
from etl.warehouse.schema import metadata
from indices.dossier_cube import MONTH, month_name, month_number
from indices.dossier_rules import Cited

# Dossiers late by most that are kept of a province, a month, and settled or open: more are on no screen.
LATE_KEPT: Final = 200
TABLES: Final = tuple(name for name in metadata.tables if name.startswith("dossier_"))
_DAYS: Final = ("received", "due", "finished", "overdue_from")


def dossier_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables of the dossiers kept in a folder, and `source`: a row a province; empty where none are.

    Raises ReleaseError for a store that is damaged, a DataError for lists or settings that are wrong.
    """
    held = read_manifest(folder)
    if not held.loads:
        return {name: _none(name) for name in TABLES} | {"source": _none("source")}
    catalogue, rules = load_catalogue(folder), load_rules(folder)
    told = {
        "store_id": held.store_id,
        "simulated": str(int(held.simulated)),
        "absent": ";".join(held.unknown),
        "rules": rules.model_dump_json(),
        "given": json.dumps(read_given(folder)),
    }
    loads = _loads(held)
    return {
        **_counted(folder, held),
        "dossier_unit": catalogue.units,
        "dossier_procedure": catalogue.procedures,
        "dossier_load": loads,
        "dossier_info": pd.DataFrame({"key": list(told), "value": list(told.values())}),
        "source": _sources(loads, rules.source, held),
    }


def _none(name: str) -> pd.DataFrame:
    return pd.DataFrame(columns=[column.name for column in metadata.tables[name].columns])


def source_id(province: str) -> str:
    """The source that figures of a province's dossiers name."""
    return f"dossiers_{province}"


def _loads(held: Manifest) -> pd.DataFrame:
    names = ("read", "kept", "aside", "left_out", "refused", "twice")
    rows = [
        {name: one[name] for name in ("number", "province", "sha256", "at")}
        | {"first_month": one["first"], "last_month": one["last"]}
        | {f"n_{name}": one["report"][name] for name in names}
        | {"n_odd": sum(one["report"]["found"].values()), "source_id": source_id(one["province"])}
        for one in held.loads
    ]
    return pd.DataFrame(rows)


def _sources(loads: pd.DataFrame, source: Cited, held: Manifest) -> pd.DataFrame:
    """A source a province: its dossiers of these months, as the store held them."""
    rows = []
    for province, mine in loads.groupby("province"):
        months = f"{mine['first_month'].min()} – {mine['last_month'].max()}"
        rows.append(
            {
                "source_id": source_id(str(province)),
                "publisher": source.publisher,
                "document": f"{source.document} {months}",
                "address": "",
                "date": mine["last_month"].max(),
                "trust": SIMULATED if held.simulated else "derived",
                "note": f"{held.store_id}/{len(mine)}",
            }
        )
    return pd.DataFrame(rows)


def _counted(folder: Path, held: Manifest) -> dict[str, pd.DataFrame]:
    """Counts and late dossiers. Cubes are small: this runs here, wherever rows were counted."""
    months = pa.Table.from_pylist(_months(held))
    with microdata_engine(MicrodataSettings(microdata_engine=EMBEDDED)) as engine:
        cube = read_files(engine, counted_files(folder, held, "cube"))
        late = read_files(engine, counted_files(folder, held, "late"))
        parts = [_frame(found).assign(cut=name) for name, found in cuts(cube).items()]
        days = _frame(late_days(late))
        longest = _frame(longest_late(late, ibis.memtable(months), LATE_KEPT))
    for name in _DAYS:
        longest[name] = longest[name].astype("datetime64[s]").dt.strftime("%Y-%m-%d").fillna("")
    keys = ["province", "cut", MONTH, "level", "unit", "procedure"]
    return {
        "dossier_count": pd.concat(parts, ignore_index=True).sort_values(keys, kind="stable"),
        "dossier_late_days": days.sort_values(["province", MONTH, "late_days"]),
        "dossier_late": longest.sort_values(["province", MONTH, "state", "days", "id"]),
    }


def _frame(found: ibis.Table) -> pd.DataFrame:
    """Rows of an expression, months by their names."""
    frame: pd.DataFrame = found.to_pyarrow().to_pandas()
    names = {number: month_name(int(number)) for number in frame[MONTH].unique()}
    return frame.assign(**{MONTH: frame[MONTH].map(names)})


def _months(held: Manifest) -> list[dict[str, Any]]:
    """Every month that loads of a province cover, with its last day."""
    rows: list[dict[str, Any]] = []
    for province in held.provinces():
        for month in held.months(province):
            year, number = int(month[:4]), int(month[5:])
            last = date(year, number, calendar.monthrange(year, number)[1])
            rows.append({"province": province, MONTH: month_number(month), "last": last})
    return rows
