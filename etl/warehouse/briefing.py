"""The frames that a conference briefing is made of, asked of one pinned release.

`exports.briefing` turns them into documents and never asks anything itself; this is the one place that does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from etl.duties import Known
from etl.warehouse.queries import Queries
from indices.model import MAIN_VIEW

SOURCE_VIEW = "source"
_NAMES = ("short_name_vi", "short_name_en", "name_vi", "name_en")
RAW_LEVEL = "indicator"


def read_briefing(
    queries: Queries, slug: str, year: int, codes: Sequence[str] | None = None
) -> dict[str, Any]:
    """Everything a briefing of one province and year needs, by the names of `exports.briefing.model.Frames`.

    `codes`: the indices wanted; None for those that leaders look at. `unit` is None for an unknown province.
    """
    units, indices = queries.units(), queries.indices()
    own = units[(units["slug"] == slug) & units["province_unit_id"].isna()]
    unit = {str(name): value for name, value in own.iloc[0].items()} if len(own) else None
    chosen = list(codes) if codes is not None else indices[indices["leader_card"]]["index_code"].tolist()
    frames: dict[str, Any] = {
        "release": asdict(queries.release()),
        "unit": unit,
        "year": year,
        "units": units,
        "indices": indices[indices["index_code"].isin(chosen)].reset_index(drop=True),
        "index_names": indices.set_index("index_code")[["short_name_vi", "short_name_en"]].to_dict("index"),
        "frameworks": queries.frameworks(),
        "publication": queries.publication(chosen),
        "groups": _groups(queries, chosen, year),
        "comparability": queries.comparability(chosen),
        "sources": queries.sources(),
    }
    return frames | (_figures(queries, unit, year, chosen) if unit is not None else {})


def _figures(queries: Queries, unit: dict[str, Any], year: int, chosen: list[str]) -> dict[str, Any]:
    """What there is of the province itself, and of everyone in the year."""
    unit_id, unit_set = str(unit["unit_id"]), unit["unit_set"]
    history = queries.scores(chosen, unit_id=unit_id, view=MAIN_VIEW)
    years = tuple(sorted({int(one) for one in history[history["value"].notna()]["year"]}))
    history = history[(history["year"] <= year) & (history["level"] != RAW_LEVEL)].reset_index(drop=True)
    held = history[history["year"] == year]["index_code"].unique().tolist()
    everyone = queries.scores(held, year, view=MAIN_VIEW) if held else history.iloc[:0]
    everyone = everyone[(everyone["unit_set"] == unit_set) & (everyone["level"] != RAW_LEVEL)]
    by_source = queries.scores(held, year, unit_id=unit_id, view=SOURCE_VIEW) if held else history.iloc[:0]
    estimates = queries.backcast(chosen, year, unit_id=unit_id)
    return {
        "years": years,
        "history": history,
        "everyone": everyone.reset_index(drop=True),
        "by_source": by_source,
        "trees": {code: queries.components(code, year) for code in held},
        "factors": {code: _factors(queries, code, year) for code in held},
        "estimates": estimates[estimates["level"] != RAW_LEVEL].reset_index(drop=True),
        "targets": queries.targets(unit_id),
        "themes": queries.theme_evidence(unit_id, year),
        "theme_names": queries.themes(),
    }


def _factors(queries: Queries, code: str, year: int) -> dict[str, tuple[float, float, float]]:
    """Factor, offset and span of every component's rule (1, 0 and 1 where the definition names none)."""
    try:
        nodes = queries.framework(code, year).tree(year, MAIN_VIEW).nodes
    except KeyError:
        nodes = {}
    return {
        name: tuple(_or(given, usual) for given, usual in zip(_own(node), (1.0, 0.0, 1.0), strict=True))  # type: ignore[misc]
        for name, node in nodes.items()
    }


def _own(node: Any) -> tuple[float | None, float | None, float | None]:
    return node.factor, node.offset, node.span


def _or(given: float | None, usual: float) -> float:
    return usual if given is None or pd.isna(given) else float(given)


def _groups(queries: Queries, chosen: list[str], year: int) -> pd.DataFrame:
    """Names of the groups of every index in the year."""
    frames = [queries.groups(code, year) for code in chosen]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def known_components(queries: Queries) -> Known:
    """Every component that an index of the release ever had, for a table of responsibilities."""
    rows = queries.indices()
    names = {
        str(name).casefold(): str(row["index_code"])
        for row in rows.to_dict("records")
        for name in (row["index_code"], *(row[name] for name in _NAMES))
        if isinstance(name, str) and name
    }
    codes = {}
    for code in map(str, rows["index_code"]):
        frameworks = queries.registry(code).frameworks
        trees = [one.tree(year, MAIN_VIEW).nodes for one in frameworks for year in one.years]
        codes[code] = frozenset(str(name) for tree in trees for name in tree)
    return Known(codes, names)


def find_province(queries: Queries, asked: str, unit_set: str = "") -> str | None:
    """The slug of the province that a name, another name or a slug means; None when nobody is called so.

    Where an old and a new province share a name, the older set is meant unless `unit_set` says otherwise.
    """
    wanted = asked.strip().casefold()
    units = queries.units()
    units = units[units["province_unit_id"].isna()]
    if unit_set:
        units = units[units["unit_set"] == unit_set]
    aliases = queries.aliases()
    named = set(aliases[aliases["alias"].str.casefold() == wanted]["unit_id"])
    same = units["unit_id"].isin(named)
    for column in ("slug", "name_vi", "name_en"):
        same |= units[column].str.casefold() == wanted
    found = units[same].sort_values("unit_set", ascending=False)
    return str(found["slug"].iloc[0]) if len(found) else None


def provinces_of(queries: Queries, year: int, unit_set: str) -> list[str]:
    """Slugs of the provinces of one set that there were in a year, in Vietnamese order."""
    units = queries.units(unit_set)
    ended = pd.to_numeric(units["valid_to"].str[:4], errors="coerce")
    return [str(slug) for slug in units[ended.isna() | (ended >= year)]["slug"]]
