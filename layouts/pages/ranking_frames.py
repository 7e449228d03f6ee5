"""The frames behind the ranking page's figures: the tile map and the lines over the years."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from layouts import text
from layouts.frames import as_rows
from layouts.pages.ranking_parts import RankingView
from layouts.text import has, t

JOINED = ("comparable", "reweighted")


def bump_frame(view: RankingView, lang: str) -> tuple[pd.DataFrame, str]:
    """(unit_id, name, year, value, joined) over the years, and whether value is rank or value (score)."""
    rows = view.history
    own = rows[rows["unit_id"] == view.subject.own_id]
    by = (
        "rank"
        if rows["rank"].notna().sum() * 2 >= rows["value"].notna().sum() or own["rank"].notna().sum() > 1
        else "value"
    )
    names = rows[f"unit_name_{lang}"].where(rows[f"unit_name_{lang}"].map(has), rows["unit_name_vi"])
    frame = pd.DataFrame(
        {
            "unit_id": rows["unit_id"],
            "name": names,
            "year": rows["year"].astype(int),
            "value": rows[by].astype("float64"),
            "joined": rows["comparability"].isin(JOINED),
        }
    )
    return frame[frame["value"].notna()].reset_index(drop=True), by


def tile_frame(view: RankingView, lang: str) -> pd.DataFrame:
    """Tiles with the figure of their unit; an archipelago carries the figure of the province it
    belongs to.
    """
    tiles = view.tiles.copy()
    tiles["unit_id"] = tiles["unit_id"].where(tiles["unit_id"].map(has), tiles["belongs_to"])
    figures = {row["unit_id"]: row for row in view.rows}
    names = {row["unit_id"]: text.name(row, lang) for row in as_rows(view.units)}
    for column in ("value", "rank"):
        found = [figures.get(unit, {}).get(column) for unit in tiles["unit_id"]]
        tiles[column] = pd.Series(found, index=tiles.index, dtype="float64")
    tiles["label"] = tiles[f"label_{lang}"]
    tiles["belongs"] = [
        t("ranking.belongs", lang, province=names.get(of, "")) if has(of) else ""
        for of in tiles["belongs_to"]
    ]
    tiles["hover"] = [_tile_words(row, names, view, lang) for row in as_rows(tiles)]
    return tiles


def _tile_words(row: Mapping[str, Any], names: Mapping[str, str], view: RankingView, lang: str) -> str:
    name = names.get(row["unit_id"], row["label"])
    if has(row["belongs_to"]):
        name = f"{row['label']} ({name})"
    facts = []
    if has(row["value"]):
        facts.append(view.subject.amount(row["value"], lang))
    if has(row["rank"]):
        facts.append(t("ranking.rank_words", lang, rank=text.rank_of(row["rank"], view.ranked_of)))
    return f"<b>{name}</b><br>{', '.join(facts) or t('ranking.no_figure', lang)}"
