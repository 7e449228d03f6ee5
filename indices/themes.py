"""Themes that several indices look at (land, informal cost, ...), and weaknesses that several of them see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from indices.cells import nearest, row_place
from indices.errors import Problem
from indices.model import MAIN_VIEW
from indices.registry import Registry

FILE: Final = "themes.csv"
UNKNOWN_INDEX: Final = "unknown index"
THEME_COLUMNS: Final = (
    "unit_id", "theme_code", "name_vi", "name_en", "flagged", "n_weak", "n_seen", "weak_indices",
    "seen_indices", "n_components", "worst_share",
)  # fmt: skip
EVIDENCE_COLUMNS: Final = (
    "unit_id", "theme_code", "index_code", "year", "framework_id", "component_code", "weak", "weak_count",
    "flag_lost", "flag_rank", "flag_falling", "flag_low", "value", "max_score", "share", "rank", "n_ranked",
    "why_vi", "why_en",
)  # fmt: skip


@dataclass(frozen=True)
class ThemeLink:
    """One component that speaks of a theme. `framework_id` blank: in every framework that has the code."""

    index_code: str
    component_code: str
    framework_id: str = ""
    why_vi: str = ""
    why_en: str = ""


@dataclass(frozen=True)
class Theme:
    """A theme and the components of the indices that speak of it."""

    code: str
    name_vi: str
    name_en: str
    links: tuple[ThemeLink, ...]


@dataclass(frozen=True)
class ThemeSettings:
    """`flags`: weak flags that make a component weak. `indices`: indices that must see it for the theme to be
    flagged. `years_back`: how old the figures of an index may be, counted from the newest year of the unit.
    """

    flags: int = 1
    indices: int = 2
    years_back: int = 3


@dataclass(frozen=True)
class ThemeReport:
    """`themes`: a row a unit and theme (THEME_COLUMNS), most shared first; `evidence`: its components.

    `flagged`: enough indices see it. `n_weak` of `n_seen` indices with a figure; codes joined by ";".
    """

    themes: pd.DataFrame
    evidence: pd.DataFrame


def parse_themes(rows: Sequence[Mapping[str, str]], registry: Registry) -> tuple[list[Theme], list[Problem]]:
    """Themes of the rows of themes.csv in their order, and every problem: unknown codes, doubled rows."""
    problems: list[Problem] = []
    found: dict[str, Theme] = {}
    for place, row in enumerate(rows):
        link = ThemeLink(**{name: row.get(name) or "" for name in ThemeLink.__dataclass_fields__})
        name = row.get("theme_code") or "", row.get("name_vi") or "", row.get("name_en") or ""
        theme = found.get(name[0]) or Theme(*name, ())
        problems += _problems(theme, link, name, registry, row_place(place))
        found[name[0]] = Theme(theme.code, theme.name_vi, theme.name_en, (*theme.links, link))
    return list(found.values()), problems


def _problems(
    theme: Theme, link: ThemeLink, name: tuple[str, str, str], registry: Registry, place: str
) -> list[Problem]:
    told: list[tuple[str, str, str]] = []
    if not all(name):
        told.append(("theme without code or name", "", "a code and a name in both languages"))
    if name != (theme.code, theme.name_vi, theme.name_en):
        told.append(("one theme, two names", name[1], theme.name_vi))
    if _key(link) in map(_key, theme.links):
        told.append(("component stands twice", link.component_code, ""))
    told += _link_problems(link, registry)
    return [Problem(what, FILE, place, found, expected) for what, found, expected in told]


def _key(link: ThemeLink) -> tuple[str, str, str]:
    return link.index_code, link.framework_id, link.component_code


def _link_problems(link: ThemeLink, registry: Registry) -> list[tuple[str, str, str]]:
    frameworks = [f for f in registry.frameworks if f.index == link.index_code]
    if not frameworks:
        return [(UNKNOWN_INDEX, link.index_code, ", ".join(i.index_code for i in registry.indices))]
    named = [f for f in frameworks if link.framework_id in ("", f.id)]
    if not named:
        return [("unknown framework", link.framework_id, ", ".join(f.id for f in frameworks))]
    codes = sorted({component.code for f in named for component in f.components})
    if link.component_code not in codes:
        return [("unknown component", link.component_code, nearest(link.component_code, codes))]
    return []


def theme_weaknesses(
    score: pd.DataFrame, themes: Sequence[Theme], settings: ThemeSettings | None = None
) -> ThemeReport:
    """Weaknesses by theme for every unit in `score` (the table of `analysis.analyse`, filtered as you like).

    Of each component its newest figure counts, under the newest framework of its index. An index sees a
    weakness when one of the theme's components has enough weak flags; it counts once however many do.
    """
    chosen = settings or ThemeSettings()
    evidence = _evidence(score, themes, chosen)
    names = pd.DataFrame([(t.code, t.name_vi, t.name_en) for t in themes], columns=list(THEME_COLUMNS[1:4]))
    table = _by_theme(evidence)
    table = table.assign(flagged=table["n_weak"] >= chosen.indices).reset_index()
    table = table.fillna({"weak_indices": "", "n_components": 0}).astype({"n_components": "int64"})
    table = table.merge(names, on="theme_code", how="left").sort_values(
        ["unit_id", "n_weak", "worst_share", "theme_code"], ascending=[True, False, True, True]
    )
    return ThemeReport(table[list(THEME_COLUMNS)].reset_index(drop=True), evidence)


def _by_theme(evidence: pd.DataFrame) -> pd.DataFrame:
    """How many indices see a theme, and how many a weakness of it; by unit and theme."""
    keys = ["unit_id", "theme_code"]
    by_index = pd.DataFrame(evidence.groupby([*keys, "index_code"], as_index=False).agg(weak=("weak", "any")))
    weak = evidence.loc[evidence["weak"]].groupby(keys)
    table = by_index.groupby(keys).agg(n_weak=("weak", "sum"), n_seen=("index_code", "size"))
    return table.assign(
        seen_indices=_joined(by_index, keys),
        weak_indices=_joined(by_index.loc[by_index["weak"].to_numpy(dtype=bool)], keys),
        n_components=weak.size(),
        worst_share=weak["share"].min(),
    )


def _joined(rows: pd.DataFrame, keys: list[str]) -> pd.Series:
    """Index codes of each group joined by ";" (a loop: joining group by group took most of the time)."""
    found: dict[tuple[object, ...], list[str]] = {}
    for *key, code in rows[[*keys, "index_code"]].itertuples(index=False, name=None):
        found.setdefault(tuple(key), []).append(code)
    index = pd.MultiIndex.from_tuples(list(found), names=keys) if found else None
    return pd.Series([";".join(codes) for codes in found.values()], index=index, dtype="str")


def _evidence(score: pd.DataFrame, themes: Sequence[Theme], settings: ThemeSettings) -> pd.DataFrame:
    """The newest figure of every component that speaks of a theme, with its flags."""
    rows = score[(score["view"] == MAIN_VIEW) & score["value"].notna()]
    links = pd.DataFrame(
        [
            (t.code, one.index_code, one.framework_id, one.component_code, one.why_vi, one.why_en)
            for t in themes
            for one in t.links
        ],
        columns=["theme_code", "index_code", "only", "component_code", "why_vi", "why_en"],
    )
    found = rows.merge(links, on=["index_code", "component_code"])
    found = found[(found["only"] == "") | (found["only"] == found["framework_id"])]
    newest = found.groupby("unit_id")["year"].transform("max")
    found = found[found["year"] >= newest - settings.years_back].sort_values("year", kind="stable")
    current = found.groupby(["unit_id", "index_code"])["framework_id"].transform("last")
    found = found[found["framework_id"] == current]
    keys = ["unit_id", "theme_code", "index_code", "component_code"]
    found = found.drop_duplicates(keys, keep="last").sort_values(keys)
    found = found.assign(weak=found["weak_count"] >= settings.flags)
    return found[list(EVIDENCE_COLUMNS)].reset_index(drop=True)
