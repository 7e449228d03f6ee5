"""Audit across indices: do they rank provinces alike, which themes do several of them see as weak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from layouts import text
from layouts.components.table import Col
from layouts.frames import as_rows
from layouts.pages.audit import Block
from layouts.pages.audit_parts import matrix_chart
from layouts.text import t

FEWEST = 10


@dataclass(frozen=True)
class CrossView:
    """pairs: `index_correlations` of the year; names: code to short name; fewest provinces of a pair."""

    year: int
    pairs: pd.DataFrame
    names: Mapping[str, str]
    better: int | None
    meta: Mapping[str, Any]


@dataclass(frozen=True)
class ThemesView:
    """Themes as seen at the end of `year`: crosswalk rows {theme, index, component, why}, national rows
    {theme, flagged, seen, share}, rows of our province {theme, weak, seen, worst}, and the evidence behind.
    """

    year: int
    province: str
    crosswalk: Sequence[Mapping[str, Any]]
    national: Sequence[Mapping[str, Any]]
    own: Sequence[Mapping[str, Any]]
    evidence: Sequence[Mapping[str, Any]]


def cross_blocks(view: CrossView, lang: str) -> list[Block]:
    """The rank correlations of the indices over the provinces of one year."""
    known = view.pairs[view.pairs["r"].notna()]
    explain = t("audit.explain.cross", lang)
    if known.empty:
        better = t("audit.cross.better", lang, year=view.better) if view.better else ""
        told = " ".join(part for part in (t("audit.cross.none_why", lang, fewest=FEWEST), better) if part)
        return [Block(t("audit.cross.none", lang, year=view.year), explain, nothing=told)]
    names = [
        (code, view.names.get(code, code), view.names.get(code, code))
        for code in view.names
        if _has(known, code)
    ]
    finding = cross_finding(view, known, lang)
    title = t("audit.cross.chart", lang, year=view.year)
    drawn = (
        matrix_chart("audit-cross-matrix", title, known, names, (view.meta, lang)) if len(names) > 2 else None
    )
    return [
        Block(
            finding,
            explain,
            "audit-cross",
            t("audit.cross.table", lang, year=view.year),
            (
                Col("a", t("audit.cross.a", lang), flex=1, least=80),
                Col("b", t("audit.cross.b", lang), flex=1, least=80),
                Col("r", t("audit.cross.r", lang), "signed", 2, width=96),
                Col("n", t("audit.correlation.n", lang), "integer", width=72),
                Col("p", t("audit.cross.p", lang), "number", 4, width=110, hide_under=560),
            ),
            [
                {
                    "a": view.names.get(row["a"], row["a"]),
                    "b": view.names.get(row["b"], row["b"]),
                    "r": float(row["r"]),
                    "n": int(row["n"]),
                    "p": float(row["p"]),
                }
                for row in as_rows(known.sort_values("r", ascending=False))
            ],
            chart=drawn,
        )
    ]


def _has(pairs: pd.DataFrame, code: str) -> bool:
    return bool(((pairs["a"] == code) | (pairs["b"] == code)).any())


def cross_finding(view: CrossView, known: pd.DataFrame, lang: str) -> str:
    """The pair that agrees most, and the one that agrees least."""
    most, least = known.loc[known["r"].idxmax()], known.loc[known["r"].idxmin()]
    pair = {"a": view.names.get(most["a"], most["a"]), "b": view.names.get(most["b"], most["b"])}
    told = pair | {"r": text.number(most["r"], 2, lang), "year": view.year, "n": int(most["n"])}
    if len(known) == 1:
        return t("audit.cross.one_pair", lang, **told)
    other = {"c": view.names.get(least["a"], least["a"]), "d": view.names.get(least["b"], least["b"])}
    return t(
        "audit.cross.finding",
        lang,
        **told,
        **other,
        low=text.number(least["r"], 2, lang),
        n_low=int(least["n"]),
    )


def themes_blocks(view: ThemesView, lang: str) -> list[Block]:
    """Weaknesses several indices see: of our province, of all, the figures behind, the crosswalk itself."""
    return [_own(view, lang), _national(view, lang), _evidence(view, lang), _crosswalk(view, lang)]


def _own(view: ThemesView, lang: str) -> Block:
    flagged = [str(row["theme"]) for row in view.own if row["flagged"]]
    told = {"province": view.province, "year": view.year}
    finding = t("audit.themes.own_none", lang, **told)
    if flagged:
        finding = t("audit.themes.own", lang, **told, count=len(flagged), themes=text.listing(flagged, lang))
    if not view.own:
        finding = t("audit.themes.own_unknown", lang, **told)
    return Block(
        finding,
        t("audit.explain.themes", lang),
        "audit-themes-own",
        t("audit.themes.own_table", lang, **told),
        (
            Col("theme", t("audit.themes.theme", lang), flex=3, least=120, wrap=True),
            Col("weak", t("audit.themes.weak", lang), flex=2, least=96),
            Col("seen", t("audit.themes.seen", lang), flex=2, least=110, hide_under=560),
            Col("worst", t("audit.themes.worst", lang), "share", 0, width=104),
        ),
        view.own,
        nothing=t("audit.themes.nothing", lang),
    )


def _national(view: ThemesView, lang: str) -> Block:
    finding = t("audit.themes.national_none", lang, year=view.year)
    if view.national and view.national[0]["flagged"]:
        first = view.national[0]
        finding = t("audit.themes.national", lang, year=view.year, **first)
    return Block(
        finding,
        "",
        "audit-themes-national",
        t("audit.themes.national_table", lang, year=view.year),
        (
            Col("theme", t("audit.themes.theme", lang), flex=3, least=140, wrap=True),
            Col("flagged", t("audit.themes.flagged", lang), "integer", width=120),
            Col("seen", t("audit.themes.provinces", lang), "integer", width=96),
            Col("share", t("audit.themes.share", lang), "share", 0, width=110, hide_under=560),
        ),
        view.national,
    )


def _evidence(view: ThemesView, lang: str) -> Block:
    weak = sum(1 for row in view.evidence if row["weak"])
    finding = t("audit.themes.evidence", lang, province=view.province, count=weak, all=len(view.evidence))
    return Block(
        finding,
        "",
        "audit-themes-evidence",
        t("audit.themes.evidence_table", lang),
        (
            Col("theme", t("audit.themes.theme", lang), flex=2, least=96, wrap=True),
            Col("index", t("common.index", lang), width=84, hide_under=560),
            Col("year", t("common.year", lang), width=62, hide_under=560),
            Col("component", t("releases.component", lang), flex=3, least=110, wrap=True),
            Col("share", t("audit.themes.reached", lang), "share", 0, width=72),
            Col("rank", t("audit.themes.rank", lang), "rank", width=72, hide_under=560),
            Col("weak", t("audit.themes.is_weak", lang), width=72),
        ),
        [
            dict(row) | {"weak": t("audit.themes.is_so", lang) if row["weak"] else None}
            for row in view.evidence
        ],
        nothing=t("audit.themes.nothing", lang),
    )


def _crosswalk(view: ThemesView, lang: str) -> Block:
    themes = len({row["theme"] for row in view.crosswalk})
    return Block(
        t("audit.themes.crosswalk", lang, themes=themes, count=len(view.crosswalk)),
        "",
        "audit-themes-crosswalk",
        t("audit.themes.crosswalk_table", lang),
        (
            Col("theme", t("audit.themes.theme", lang), flex=2, least=130, wrap=True),
            Col("index", t("common.index", lang), width=92),
            Col("component", t("releases.component", lang), width=110),
            Col("framework", t("audit.themes.framework", lang), width=130, hide_under=820),
            Col("why", t("audit.themes.why", lang), flex=5, least=180, wrap=True, hide_under=560),
        ),
        view.crosswalk,
    )
