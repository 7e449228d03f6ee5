"""What the audit page compares: two ways of measuring an index, all indices with each other, themes."""

from __future__ import annotations

import itertools
from typing import Any, Final

import pandas as pd

from callbacks.audit_reads import meta_of, unit_names
from callbacks.engine import read_registry
from callbacks.services import Services
from callbacks.subject import known
from callbacks.url_state import ViewState, altered, search_of
from etl.framework_diff import compare
from indices.audit import index_correlations
from indices.decompose import Decomposition
from indices.framework import Framework
from layouts import text
from layouts.components.twin import plain
from layouts.figure_ref import FigureRef, ref_of
from layouts.frames import as_rows
from layouts.pages.audit_cross import FEWEST, CrossView, ThemesView
from layouts.pages.audit_versions import VersionsView

PAIR: Final = "khung"
JOIN: Final = ".."


def versions(services: Services, index: str) -> list[Framework]:
    """The frameworks of an index, earliest first."""
    return sorted(read_registry(services, index).frameworks, key=lambda framework: min(framework.years))


def chosen_pair(services: Services, state: ViewState, year: int) -> tuple[Framework, Framework] | None:
    """The two versions asked for ("earlier..later"), else the change that led to the version of the year."""
    known_ones = versions(services, state.index)
    pairs = list(itertools.pairwise(known_ones))
    if not pairs:
        return None
    asked = [pair for pair in pairs if JOIN.join(one.id for one in pair) == state.extra(PAIR)]
    led = [pair for pair in pairs if year in pair[1].years]
    return (*asked, *led, pairs[-1] if year > max(pairs[-1][1].years) else pairs[0])[0]


def versions_view(services: Services, state: ViewState, year: int) -> VersionsView:
    """Two versions side by side, and what the change between them alone did."""
    name = services.facts().index(state.index).name(state.lang)
    pair = chosen_pair(services, state, year)
    if pair is None:
        return VersionsView(name, "", "", (), pd.DataFrame(), (year, year), pd.DataFrame(), "")
    first, second = pair
    years = max(first.years), min(second.years)
    found = read_split(services, state.index, years)
    units = unit_names(services, state.lang)
    ids = [str(unit) for unit in found.table.index]
    table = found.table.assign(
        unit=[units.get(unit, unit) for unit in ids],
        refs=[total_refs(state.index, years, unit) for unit in ids],
    )
    return VersionsView(
        name,
        version_name(services, first, state.lang),
        version_name(services, second, state.lang),
        _chips(services, state, pair),
        _named(services, read_changes(services, state.index, pair), state.index, years, state.lang),
        years,
        table,
        found.reason,
    )


def _named(
    services: Services, changes: pd.DataFrame, index: str, years: tuple[int, int], lang: str
) -> pd.DataFrame:
    """The changes with the components' names in the language, as the later of the two `years` has them."""
    rows = [row for year in years for row in as_rows(known(services, "components", index, year))]
    names = {row["component_code"]: text.name(row, lang) for row in rows}
    return changes.assign(name=changes["component"].map(names).fillna(changes["name"]))


def total_refs(index: str, years: tuple[int, int], unit: str) -> dict[str, str]:
    """Keys of the totals that a unit's ranks before and after were made of."""
    pairs = zip(("rank_before", "rank_after"), years, strict=True)
    return {name: FigureRef(index, year, unit, index).key for name, year in pairs}


def read_split(services: Services, index: str, years: tuple[int, int]) -> Decomposition:
    """The change between two years, split into performance and framework; worked out once a release."""
    return services.kept(("split", index, *years), lambda: services.warehouse.decomposition(index, *years))


def read_changes(services: Services, index: str, pair: tuple[Framework, Framework]) -> pd.DataFrame:
    """The rows of `frameworks diff`; worked out once a release."""
    links = read_registry(services, index).links
    return services.kept(("versions", pair[0].id, pair[1].id), lambda: compare(*pair, links))


def version_name(services: Services, framework: Framework, lang: str) -> str:
    """Name of a version as the frameworks table has it."""
    rows = known(services, "frameworks")
    return text.name(rows[rows["framework_id"] == framework.id].iloc[0], lang)


def _chips(
    services: Services, state: ViewState, now: tuple[Framework, Framework]
) -> list[tuple[str, str, bool]]:
    known_ones, made = versions(services, state.index), []
    for pair in itertools.pairwise(known_ones):
        label = f"{max(pair[0].years)} → {min(pair[1].years)}"
        asked = altered(state, {PAIR: JOIN.join(one.id for one in pair)})
        address = search_of(asked, services.facts())
        made.append((label, address, pair == now))
    return made


def read_cross(services: Services, year: int) -> pd.DataFrame:
    """Rank correlations of all indices over the units of one year; worked out once a release."""
    return services.kept(("cross", year), lambda: _cross(services, year))


def _cross(services: Services, year: int) -> pd.DataFrame:
    rows = services.warehouse.scores(year=year, level="index", view="main")
    return index_correlations(rows, year, fewest=FEWEST)


def cross_view(services: Services, state: ViewState, year: int) -> CrossView:
    """Whether the indices rank provinces alike."""
    pairs, rows = read_cross(services, year), as_rows(known(services, "indices"))
    names = {row["index_code"]: text.short_name(row, state.lang) for row in rows}
    better = None if pairs["r"].notna().any() else services.kept(("cross-year",), lambda: _better(services))
    return CrossView(year, pairs, names, better, meta_of(services, text.t("audit.all", state.lang), year))


def _better(services: Services) -> int | None:
    """The last year in which some pair of indices can be compared."""
    rows = known(services, "coverage")
    years = sorted({int(at) for at in rows[rows["n_totals"] >= FEWEST]["year"]}, reverse=True)
    return next((at for at in years if _cross(services, at)["r"].notna().any()), None)


def themes_view(services: Services, state: ViewState, year: int) -> ThemesView:
    """Weaknesses by theme at the end of the year: of the chosen province, of all, and the crosswalk."""
    lang = state.lang
    weak = known(services, "theme_weaknesses", None, year)
    units = known(services, "units")
    own = weak[weak["unit_slug"] == state.province]
    ids = own["unit_id"].unique().tolist()
    evidence = services.warehouse.theme_evidence(ids, year) if ids else pd.DataFrame()
    named = units[units["slug"] == state.province]
    short = {row["index_code"]: text.short_name(row, lang) for row in as_rows(known(services, "indices"))}
    frameworks = as_rows(known(services, "frameworks"))
    versions = {row["framework_id"]: text.name(row, lang) for row in frameworks}
    themes = {row["theme_code"]: text.name(row, lang) for row in as_rows(known(services, "themes"))}
    return ThemesView(
        year,
        text.name(named.iloc[0], lang) if len(named) else state.province,
        [_crosswalk_row(row, short, versions, lang) for row in as_rows(known(services, "themes"))],
        national_rows(weak, themes),
        [_own_row(row, short, lang) for row in as_rows(own)],
        [_evidence_row(row, themes, short, lang) for row in as_rows(evidence)],
    )


def national_rows(weak: pd.DataFrame, themes: dict[str, str]) -> list[dict[str, Any]]:
    """Of each theme: in how many provinces several indices see it as weak, of how many that are seen."""
    counts = weak.groupby("theme_code")["flagged"].agg(flagged="sum", seen="size").reset_index()
    counts = counts.assign(share=counts["flagged"] / counts["seen"])
    ordered = counts.sort_values(["flagged", "share"], ascending=False, kind="stable")
    return [
        {
            "theme": themes[row["theme_code"]],
            "flagged": int(row["flagged"]),
            "seen": int(row["seen"]),
            "share": float(row["share"]),
        }
        for row in as_rows(ordered)
    ]


def _listed(codes: Any, short: dict[str, str]) -> str | None:
    return ", ".join(short.get(code, code) for code in str(codes).split(";")) if text.has(codes) else None


def _own_row(row: dict[str, Any], short: dict[str, str], lang: str) -> dict[str, Any]:
    return {
        "theme": text.name(row, lang, "theme_name"),
        "weak": _listed(row["weak_indices"], short),
        "seen": _listed(row["seen_indices"], short),
        "worst": plain(row["worst_share"]),
        "flagged": bool(row["flagged"]),
    }


def _evidence_row(
    row: dict[str, Any], themes: dict[str, str], short: dict[str, str], lang: str
) -> dict[str, Any]:
    return {
        "theme": themes[row["theme_code"]],
        "index": short.get(row["index_code"], row["index_code"]),
        "year": int(row["year"]),
        "component": text.name(row, lang, "component_name"),
        "share": plain(row["share"]),
        "rank": plain(row["rank"]),
        "weak": bool(row["weak"]),
        "refs": {"share": ref_of(row), "rank": ref_of(row)},
    }


def _crosswalk_row(
    row: dict[str, Any], short: dict[str, str], versions: dict[str, str], lang: str
) -> dict[str, Any]:
    return {
        "theme": text.name(row, lang),
        "index": short.get(row["index_code"], row["index_code"]),
        "component": row["component_code"],
        "framework": versions.get(row["framework_id"], plain(row["framework_id"])),
        "why": text.name(row, lang, "why"),
    }
