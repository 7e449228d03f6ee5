"""The ranking page's pure parts: from score rows to table rows, sentences, map and bump frames. No
components.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd

from layouts import text
from layouts.components.table import Col
from layouts.components.twin import plain
from layouts.figure_ref import ref_of
from layouts.frames import as_rows
from layouts.pages.ranking_bands import Bands, band_cells, some, ties
from layouts.renumbered import ENDED, ended_reason
from layouts.subject import Subject
from layouts.text import has, t

NAMED_LEADERS = 3
PHONE, NARROW, MIDDLE = 400, 560, 640  # table widths in pixels under which columns are left out
NAME, REGION = 136, 154  # pixels: every province whole, of regions as much as tells them apart
LETTER = 7.5  # pixels of a letter of a cell, on average
BAR = 58  # pixels of a bar and of a dot on its line
ALIKE = 0.5


@dataclass(frozen=True)
class RankingView:
    """One component (or the total) of one index in one year, over all units.

    `scores` rows of that year; `history` rows of all years of the same unit set; `units` of the set with
    names and regions; `tiles` of the set (empty for internal units); `choices` (code, name, depth) of
    components to choose from; `written` judgements on comparability; `own_provinces` our unit_ids in every
    set, `province_names` by unit_id: both for indices whose units are departments; `criterion_href` the page
    that tells all of the component, `hrefs` the same of every province by unit_id. `bands` how sure the
    ranks are; `region` the only region shown; `switches` links of ranking_bands; `parts`
    score rows of the components right under the total, for indices whose units are departments.
    """

    subject: Subject
    code: str
    component: Mapping[str, Any]
    scores: pd.DataFrame
    history: pd.DataFrame
    units: pd.DataFrame
    tiles: pd.DataFrame
    choices: tuple[tuple[str, str, int], ...] = ()
    written: tuple[Mapping[str, Any], ...] = ()
    own_provinces: tuple[str, ...] = ()
    bands: Bands = field(default_factory=Bands)
    region: str = ""
    switches: tuple[tuple[str, tuple[tuple[str, str, bool], ...]], ...] = ()
    province_names: Mapping[str, str] = field(default_factory=dict)
    criterion_href: str = ""
    parts: pd.DataFrame = field(default_factory=pd.DataFrame)
    hrefs: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_total(self) -> bool:
        """Whether the index itself is shown, not a component."""
        return self.code == self.subject.index["index_code"]

    @property
    def ranked(self) -> bool:
        """Whether any unit has a rank."""
        return bool(self.scores["rank"].notna().any())

    @property
    def scored(self) -> bool:
        """Whether any unit has a score."""
        return bool(self.scores["value"].notna().any())

    @property
    def lower_is_better(self) -> bool:
        """Whether less of this component is better."""
        return self.component.get("direction") == "-"

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """`scores` as plain rows."""
        return as_rows(self.scores)

    @cached_property
    def best_first(self) -> list[dict[str, Any]]:
        """Score rows best first: by rank where there is one, then by score, then in alphabetical order."""
        by_worth = not self.ranked or self.scores["value"].notna().sum() > self.scores["rank"].notna().sum()
        sign = 1 if self.lower_is_better else -1

        def place(row: Mapping[str, Any]) -> tuple[Any, ...]:
            worth, rank = _last(row["value"], sign), _last(row["rank"])
            return (*((worth, rank) if by_worth else (rank, worth)), _last(row["unit_order"]))

        return sorted(self.rows, key=place)

    @property
    def own(self) -> dict[str, Any] | None:
        """Our score row; None when we have none this year."""
        return next((row for row in self.rows if row["unit_id"] == self.subject.own_id), None)

    @cached_property
    def ranked_of(self) -> int | None:
        """Among how many units the ranks are; None where nobody says."""
        counts = self.scores["n_ranked"].dropna()
        return int(counts.max()) if len(counts) else None

    @cached_property
    def held(self) -> int:
        """How many units have a published figure or a rank."""
        return int((self.scores["published"].notna() | self.scores["rank"].notna()).sum())


def subject_name(view: RankingView, lang: str) -> str:
    """What is ranked: "PCI 2019", or "Gia nhập thị trường (PCI 2019)"."""
    if view.is_total:
        return view.subject.label(lang)
    return t(
        "ranking.component_of",
        lang,
        component=text.name(view.component, lang),
        index=view.subject.label(lang),
    )


def _last(value: Any, sign: int = 1) -> tuple[bool, float]:
    """A key that sorts numbers, what is missing last."""
    return (False, sign * float(value)) if has(value) else (True, 0.0)


def table_rows(view: RankingView, lang: str) -> list[dict[str, Any]]:
    """Rows of the ranking table, best first, then those that were withheld; keys as layouts.components.table
    says.
    """
    places = {row["unit_id"]: row for row in as_rows(view.units)}
    groups = {row["group_code"]: text.name(row, lang) for row in view.subject.groups}
    rows = [_row(row, places, groups, view, lang) for row in view.best_first]
    hints = {rank: t("bands.tie_hint", lang, names=some(names, lang)) for rank, names in ties(rows).items()}
    rows = [row | ({"rank_hint": hints[row["rank"]]} if row["rank"] in hints else {}) for row in rows]
    rows = [row for row in rows if in_region(row["unit_id"], places, view.region)]
    last = None
    for row in rows:
        row["cut"] = bool(last and row["group"] and row["group"] != last)
        last = row["group"] or last
    return rows + [row for row in withheld_rows(view, lang) if in_region(row["unit_id"], places, view.region)]


def in_region(unit: str, places: Mapping[str, Any], region: str) -> bool:
    """Whether a unit is of the region asked for; every unit where none is."""
    return not region or places.get(unit, {}).get("region_code") == region


def _row(
    row: Mapping[str, Any], places: Mapping[str, Any], groups: Mapping[str, str], view: RankingView, lang: str
) -> dict[str, Any]:
    unit = places.get(row["unit_id"], {})
    value = plain(row["value"])
    made = {
        "unit_id": row["unit_id"],
        "rank": plain(row["rank"]),
        "name": text.name(row, lang, "unit_name"),
        "region": text.name(unit, lang, "region") if has(unit.get("region_vi")) else None,
        "score": value,
        "bar": value,
        "change": plain(row["change"]),
        "rank_change": plain(row["rank_change"]),
        "gap": plain(row["gap_leader"]),
        "group": _short(groups.get(row["group_code"], plain(row["group_code"]))),
        "own": row["unit_id"] == view.subject.own_id,
        "change_less": view.lower_is_better,
        "refs": {"score" if has(value) else "rank": ref_of(row)},
        "href": view.hrefs.get(row["unit_id"], ""),
    }
    return made | band_cells(row, view.bands, view.subject.province, lang) | _reasons(row, view, lang)


def _reasons(row: Mapping[str, Any], view: RankingView, lang: str) -> dict[str, Any]:
    """Why a cell is empty, or against which year a change is counted when that is not the year before."""
    made = _value_hint(row, lang)
    if not has(row["value"]):
        made["score_why"] = made["gap_why"] = t("ranking.why.rank_only", lang)
    if not has(row["rank"]):
        made["rank_why"] = rank_reason(view, lang)
    if not has(row["change"]):
        made["change_why"] = made["rank_change_why"] = change_reason(row, view, lang)
    elif has(row["prev_year"]) and int(row["prev_year"]) != view.subject.year - 1:
        made["change_hint"] = made["rank_change_hint"] = t(
            "ranking.against", lang, year=int(row["prev_year"])
        )
    if has(row["rank_change"]) and "change_why" in made:
        made["rank_change_hint"] = made["change_why"]
    if not has(row["rank_change"]) and "rank_change_why" not in made:
        made["rank_change_why"] = t("ranking.why.no_rank_before", lang)
    return made


def _value_hint(row: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """What a score is when it is not simply the published one: computed, filled in, or treated first."""
    kind, filled = str(row["value_kind"]), int(row["n_imputed"]) if has(row.get("n_imputed")) else 0
    if kind == "imputed":
        return {"score_soft": True, "score_hint": t("ranking.why.imputed", lang)}
    if kind == "recomputed":
        told = t("ranking.why.recomputed", lang)
        more = f". {t('ranking.why.rests_on_imputed', lang, n=filled)}" if filled else ""
        return {"score_soft": True, "score_hint": told + more}
    return {"score_hint": t("ranking.why.treated", lang)} if has(row.get("treatment")) else {}


def rank_reason(view: RankingView, lang: str) -> str:
    """Why there is no rank: the pack lacks units, or the publisher gives none."""
    if not view.subject.complete:
        return t("ranking.why.incomplete", lang, coverage=coverage_words(view, lang))
    return t("ranking.why.no_rank", lang)


def change_reason(row: Mapping[str, Any], view: RankingView, lang: str) -> str:
    """Why there is no change: nothing before, or another framework; a written judgement in its own words."""
    if row["comparability"] != "not_comparable":
        return t("ranking.why.no_previous", lang)
    if row.get("prev_link") in ENDED:
        return ended_reason(row, lang)
    for note in view.written:
        if note["from_year"] == row["prev_year"] and note["to_year"] == view.subject.year:
            return t(
                "ranking.why.not_comparable",
                lang,
                year=int(row["prev_year"]),
                reason=text.name(note, lang, "reason"),
            )
    return t("ranking.why.other_framework", lang, year=int(row["prev_year"]))


def coverage_words(view: RankingView, lang: str) -> str:
    """ "23/63 tỉnh có số liệu trong gói"; without a known number of units, "23 tỉnh có số liệu trong gói"."""
    n = view.held
    kind = "units" if view.subject.internal else "provinces"
    if view.subject.n_units is None:
        return t(f"ranking.coverage.{kind}_unknown", lang, n=n)
    return t(f"ranking.coverage.{kind}", lang, n=n, of=view.subject.n_units)


def withheld(view: RankingView) -> list[str]:
    """Names of units that the publisher left out and that have no figure here either."""
    held = view.scores[view.scores["value"].notna() | view.scores["rank"].notna()]
    return [name for name in view.subject.withheld if name not in set(held["unit_name_vi"])]


def withheld_rows(view: RankingView, lang: str) -> list[dict[str, Any]]:
    """A row for each withheld unit: no figure, and why; its name says so and takes the region's place too."""
    known = {row["name_vi"]: row for row in as_rows(view.units)}
    why = withheld_reason(view, lang)
    empty = ("rank", "score", "bar", "change", "rank_change", "gap", "group")
    rows: list[dict[str, Any]] = []
    for written in withheld(view):
        unit = known.get(written, {})
        name = text.name(unit, lang) if unit else written
        made = {
            "unit_id": unit.get("unit_id", written),
            "name": t("ranking.withheld_name", lang, name=name),
            "name_hint": why,
            "region": text.name(unit, lang, "region") if unit else None,
            "out": True,
            "cut": False,
            "own": unit.get("unit_id") == view.subject.own_id,
        }
        rows.append(made | dict.fromkeys(empty) | {f"{field}_why": why for field in empty})
    return rows


def withheld_reason(view: RankingView, lang: str) -> str:
    """The publisher's reason, in the words of the pack, or that none is given."""
    return view.subject.said(lang) or t("ranking.why.withheld", lang)


def _short(group: str | None) -> str | None:
    """A group's name without what it takes to be in it, which the sentence over the table says."""
    return group.partition(" (")[0] if group else group


def columns(view: RankingView, rows: list[dict[str, Any]], lang: str) -> tuple[Col, ...]:
    """Columns of the ranking table; those that no row fills are left out."""
    places = view.subject.decimals
    digits = 10 * max(2, places)  # pixels that decimals take: no figure is cut
    unit = view.subject.unit_word(lang)
    made = (
        Col("rank", t("common.rank", lang), "rank", width=50, order=True),
        Col("band", t("bands.column", lang), width=69, hide_under=MIDDLE),
        Col("name", t("common.province", lang), "link", least=NAME, spread=True),
        Col("region", t("ranking.region", lang), flex=2, least=REGION),
        Col("score", t("common.score", lang), "number", places, width=66, unit=unit if unit == "%" else ""),
        _length(view, lang),
        Col("change", t("common.change", lang), "change", places, width=54 + digits),
        Col("rank_change", t("ranking.rank_change", lang), "change", 0, width=56, hide_under=PHONE),
        Col("gap", t("ranking.gap", lang), "signed", places, width=50 + digits, hide_under=NARROW),
        Col("group", t("ranking.group", lang), width=_wide_enough(rows, "group"), hide_under=MIDDLE),
    )
    empty = {
        col.field
        for col in made
        if col.field != "name" and all(row.get(col.field) in (None, "") for row in rows)
    }
    kept = [col for col in made if col.field not in empty]
    room = sum(col.width or col.least for col in kept)
    return tuple(replace(col, hide_under=room) if col.field == "region" else col for col in kept)


def _wide_enough(rows: list[dict[str, Any]], field: str) -> int:
    """Pixels that the longest word of a column takes, so that "trung bình cao" and "thấp" stay apart."""
    return max(66, 18 + max((math.ceil(LETTER * len(row.get(field) or "")) for row in rows), default=0))


def _length(view: RankingView, lang: str) -> Col:
    """A bar from zero where lengths tell provinces apart; where they are too alike, a dot between lowest and
    highest.
    """
    low, high = float(view.scores["value"].min()), float(view.scores["value"].max())
    if low > 0 and low / high > ALIKE:
        return Col(
            "bar",
            t("ranking.strip", lang),
            "strip",
            width=BAR,
            span=(low, high),
            hide_under=NARROW,
            export=False,
        )
    top = float(view.component["max_score"]) if has(view.component.get("max_score")) else high
    return Col(
        "bar", t("ranking.bar", lang), "bar", width=BAR, span=(0.0, top), hide_under=NARROW, export=False
    )
