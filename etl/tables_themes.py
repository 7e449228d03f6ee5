"""Tables of a release about themes: the crosswalk, and the weaknesses several indices see, year by year."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from etl.pack import Pack
from indices.errors import Problem
from indices.model import MAIN_VIEW
from indices.registry import Registry
from indices.themes import (
    EVIDENCE_COLUMNS,
    UNKNOWN_INDEX,
    Theme,
    ThemeSettings,
    parse_themes,
    theme_weaknesses,
)

_AT = "@"
_CELLS = (
    "theme_code", "name_vi", "name_en", "index_code", "framework_id", "component_code", "why_vi", "why_en",
)  # fmt: skip


def read_themes(pack: Pack, registry: Registry) -> tuple[list[Theme], list[Problem]]:
    """The themes of the pack, and everything wrong in them.

    Rows about an index that is not defined here play no part: the crosswalk may know more indices than are
    in use.
    """
    rows = pack["themes"]
    cells = [dict(zip(_CELLS, row, strict=True)) for row in rows[list(_CELLS)].itertuples(index=False)]
    themes, problems = parse_themes(cells, registry)
    defined = {info.index_code for info in registry.indices}
    told = [p for p in problems if p.found in defined or p.what != UNKNOWN_INDEX]
    return themes, [replace(problem, file=str(rows["file"].iloc[0])) for problem in told]


def theme_tables(pack: Pack, registry: Registry, score: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Frames of the tables theme, theme_weakness and theme_evidence."""
    themes, _ = read_themes(pack, registry)
    report = theme_weaknesses(_as_of(score, themes), themes)
    weakness, evidence = (_split(frame) for frame in (report.themes, report.evidence))
    crosswalk = pack["themes"].assign(order_no=range(1, len(pack["themes"]) + 1))
    return {"theme": crosswalk, "theme_weakness": weakness, "theme_evidence": evidence}


def _as_of(score: pd.DataFrame, themes: list[Theme]) -> pd.DataFrame:
    """Scores that speak of a theme, once for every year in which they still count for their unit.

    A unit in a year stands as one unit "id@year", so that all years are worked out at once; only years in
    which the unit has a figure of its own are there.
    """
    codes = {(link.index_code, link.component_code) for theme in themes for link in theme.links}
    spoken = pd.MultiIndex.from_frame(score[["index_code", "component_code"]]).isin(codes)
    told = [name for name in EVIDENCE_COLUMNS if name in score and not name.startswith("why")]
    rows = score.loc[spoken & (score["view"] == MAIN_VIEW) & score["value"].notna(), [*told, "view"]]
    lags = range(ThemeSettings().years_back + 1)
    seen = pd.concat([rows.assign(as_of=rows["year"] + lag) for lag in lags], ignore_index=True)
    measured = pd.MultiIndex.from_frame(rows[["unit_id", "year"]])
    seen = seen[pd.MultiIndex.from_frame(seen[["unit_id", "as_of"]]).isin(measured)]
    return seen.assign(unit_id=seen["unit_id"] + _AT + seen["as_of"].astype("str"))


def _split(frame: pd.DataFrame) -> pd.DataFrame:
    parts = frame["unit_id"].str.rsplit(_AT, n=1, expand=True).reindex(columns=[0, 1])
    return frame.assign(unit_id=parts[0], as_of_year=pd.to_numeric(parts[1]).astype("int64"))
