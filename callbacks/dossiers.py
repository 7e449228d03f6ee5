"""The page of dossiers: months of a province from the cubes of its store, brought to points and tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from callbacks.records import records
from callbacks.services import Page, Rendered, Services
from callbacks.subject import known
from callbacks.url_state import Repair, ViewState, search_of
from etl.dossiers.counting import Basis, Span, load_basis, monthly, scored
from etl.dossiers.load import settings_stamp
from etl.warehouse.dossiers import DossierStore, Manifest
from indices.dossier_report import form, late_bands, online_by_level
from indices.dossier_rules import DossierRules
from indices.dossier_score import improved, in_time
from layouts.pages import dossiers
from layouts.pages.dossiers_view import Choice, DossiersView, NoDossiers
from layouts.text import day, t, word

PATH: Final = "/ho-so-766"
PERIOD: Final = "ky"
LATE_SHOWN: Final = 200
QUARTER: Final = 3
_FORM = re.compile(r"(\d{4})(?:-(\d{2})|-q([1-4]))?")


@dataclass(frozen=True)
class Period:
    """Months from the first to the last, as an address writes them: 2024-03, 2024-q1, 2024."""

    key: str
    first: str
    last: str

    def words(self, lang: str) -> str:
        """The period in words."""
        year, month, quarter = _parts(self.key)
        if month:
            return t("dossiers.period.month", lang, month=int(month), year=year)
        if quarter:
            return t("dossiers.period.quarter", lang, quarter=quarter, year=year)
        return t("dossiers.period.year", lang, year=year)

    def short(self, lang: str) -> str:
        """The period in few words, beside others of its year."""
        _, month, quarter = _parts(self.key)
        if month:
            return t("dossiers.period.month_short", lang, month=int(month))
        return t("dossiers.period.quarter_short", lang, quarter=quarter) if quarter else self.words(lang)


def _parts(key: str) -> tuple[str, str, str]:
    found = _FORM.fullmatch(key)
    return (found[1], found[2] or "", found[3] or "") if found else ("", "", "")


def periods(months: list[str]) -> list[Period]:
    """Every month that is loaded, and quarters and years of which at least one month is, in order."""
    made: list[Period] = []
    for year in sorted({month[:4] for month in months}):
        mine = [month for month in months if month.startswith(year)]
        made += [Period(month, month, month) for month in mine]
        quarters = sorted({(int(month[5:]) - 1) // QUARTER for month in mine})
        for number in quarters:
            inside = [month for month in mine if (int(month[5:]) - 1) // QUARTER == number]
            made.append(Period(f"{year}-q{number + 1}", inside[0], inside[-1]))
        made.append(Period(year, mine[0], mine[-1]))
    return made


def chosen(state: ViewState, offered: list[Period]) -> Period:
    """The period asked for, else the last month."""
    asked = state.extra(PERIOD)
    by_key = {one.key: one for one in offered}
    months = [one for one in offered if one.first == one.last == one.key]
    return by_key.get(asked, months[-1])


class _Reading:
    """One store, one province, one language: what every part of the page is read with."""

    def __init__(self, services: Services, state: ViewState, store: DossierStore, period: Period) -> None:
        self.services, self.state, self.store, self.period = services, state, store, period
        stamp = ("dossier-basis", settings_stamp(store.folder))
        self.basis: Basis = services.kept(stamp, lambda: load_basis(store.folder))
        self.rules, self.catalogue = self.basis.rules, self.basis.catalogue

    @property
    def lang(self) -> str:
        """The reader's language."""
        return self.state.lang

    def counts(self, *by: str) -> pd.DataFrame:
        """Counts of the period by some dimensions."""
        return self.store.counts(self.state.province, self.period.first, self.period.last, by)

    def names(self, kind: str) -> Mapping[str, str]:
        """Names of units, procedures or fields by code."""
        frame = self.catalogue.units if kind == "unit" else self.catalogue.procedures
        column = "field" if kind == "field" else "name"
        told = dict(zip(frame[kind], frame[f"{column}_{self.lang}"], strict=True))
        return told | {"?": t("dossiers.unknown", self.lang)}

    def level(self, code: str) -> str:
        """A level in words."""
        return word("dossiers.level", code if code != "?" else "unknown", self.lang)

    def points(self) -> list[dict[str, Any]]:
        """A row an indicator, group and the total."""
        span = Span(self.state.province, self.period.first, self.period.last)
        rows = records(scored(self.store, span, self.basis).table(self.rules))
        names = _component_names(self.services, self.rules, self.lang)
        return [row | self._about(row, names) for row in rows]

    def _about(self, row: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
        code = str(row["code"])
        tops = {group.code for group in self.rules.tops()}
        is_group = code == self.rules.index or self.rules.group(code) is not None
        days = not is_group and not self.rules.indicator(code).scored and row["share"] is not None
        depth = 0 if code == self.rules.index else 1 if code in tops else 2
        return {
            "name": names.get(code, code),
            "depth": depth,
            "days": days,
            "state": self._state(row, is_group),
        }

    def _state(self, row: dict[str, Any], is_group: bool) -> str:
        """Why there are points or not."""
        if is_group:
            return "part" if row["open"] and row["open"] > 0 else "known"
        if not self.rules.indicator(str(row["code"])).scored:
            return "informs"
        if row["points"] is not None:
            return "known"
        return "no_maximum" if row["maximum"] is None else "no_figure"

    def months(self, months: list[str]) -> list[dict[str, Any]]:
        """A row a month of the year that is shown."""
        shown = [one for one in months if one[:4] == self.period.last[:4]]
        span = Span(self.state.province, shown[0], shown[-1])
        # The months of a year are the same whichever of its periods is shown.
        key = ("dossier-months", *held_by(self.store), span)
        found = self.services.kept(key, lambda: monthly(self.store, span, self.basis))
        shares, points = in_time(found.counts), found.scored.points[self.rules.index]
        return [
            row | self._month(row["month"]) | {"share": _number(share), "points": float(known_points)}
            for row, share, known_points in zip(records(found.counts), shares, points, strict=True)
            if row["month"] in shown
        ]

    def _month(self, month: str) -> dict[str, Any]:
        one = Period(month, month, month)
        inside = self.period.first <= month <= self.period.last
        return {"label": one.words(self.lang), "short": one.short(self.lang), "chosen": inside}

    def units(self) -> list[dict[str, Any]]:
        """A row a unit, most late first."""
        counts = self.counts("unit")
        found = improved(counts, self.rules, self.basis.given)
        levels = dict(zip(self.catalogue.units["unit"], self.catalogue.units["level"], strict=True))
        names = self.names("unit")
        frame = counts.assign(late_all=found["late"], gain=found["gain"], share=in_time(counts))
        for link in self.rules.links:
            frame[f"gain_{link.index}"] = found[f"gain_{link.index}"]
        frame = frame.sort_values(["late_all", "received"], ascending=False)
        return [
            row
            | {"name": names.get(row["unit"], row["unit"]), "level": self.level(levels.get(row["unit"], "?"))}
            for row in records(frame)
        ]

    def late(self) -> list[dict[str, Any]]:
        """The dossiers that are late by most."""
        found = self.store.late(self.state.province, self.period.first, self.period.last, LATE_SHOWN)
        kinds = {kind: self.names(kind) for kind in ("unit", "procedure", "field")}
        for name in ("received", "due", "finished"):
            found[name] = found[name].astype("datetime64[s]").dt.strftime("%Y-%m-%d")
        return [
            row | {kind: names.get(row[kind], row[kind]) for kind, names in kinds.items()}
            for row in records(found)
        ]

    def bands(self) -> list[dict[str, Any]]:
        """How many were settled how late."""
        found = self.store.late_days(self.state.province, self.period.first, self.period.last)
        days = found["late_days"].astype(int).repeat(found["count"].astype(int))
        return late_bands(days, self.rules.late_bands)

    def online(self) -> list[dict[str, Any]]:
        """The share received online by level against the target of the year."""
        year = int(self.period.last[:4])
        rows = online_by_level(self.counts("level"), self.rules.online_targets, year)
        return [row | {"name": self.level(row["level"])} for row in rows]

    def form(self) -> list[dict[str, Any]]:
        """The lines of form II.06a."""
        fields = self.names("field")
        named = {"total": t("dossiers.form.total", self.lang)}
        lines = form(self.counts("level", "field"))
        for line in lines:
            if line["kind"] == "level":
                line["name"] = self.level(line["name"])
            else:
                line["name"] = named.get(line["kind"]) or fields.get(line["name"], line["name"])
        return lines


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _component_names(services: Services, rules: DossierRules, lang: str) -> Mapping[str, str]:
    """Names of the indicators from the framework of the release; their codes where it does not have it."""
    coverage = known(services, "frameworks")
    mine = coverage[coverage["framework_id"] == rules.framework]
    if mine.empty:
        return {}
    year = max(int(one) for one in str(mine["years"].iloc[0]).split(";"))
    rows = records(known(services, "components", rules.index, year))
    return {row["component_code"]: row[f"name_{lang}"] or row["name_vi"] for row in rows}


def held_by(store: DossierStore) -> tuple[str, tuple[int, ...]]:
    """What views hold for: these loads, lists and settings."""
    return store.manifest().store_id, settings_stamp(store.folder)


def build_view(services: Services, state: ViewState) -> DossiersView | NoDossiers:
    """What the page shows; what would fill it where nothing is loaded."""
    store: DossierStore | None = services.dossiers
    name = _province(services, state)
    manifest = store.manifest() if store else Manifest()
    months = manifest.months(state.province)
    if store is None or not months:
        return NoDossiers(name, _others(services, state, manifest))
    period = chosen(state, periods(months))
    key = ("dossiers", *held_by(store), state.province, period.key, state.lang)
    return services.kept(key, lambda: _view(_Reading(services, state, store, period), manifest, months, name))


def _view(read: _Reading, manifest: Manifest, months: list[str], name: str) -> DossiersView:
    counts = records(read.counts())[0]
    last = [load for load in manifest.loads if load["province"] == read.state.province]
    meta = {
        "release_id": manifest.store_id,
        "source": [t("dossiers.source", read.lang)],
        "filters": [name, read.period.words(read.lang)],
        "simulated": manifest.simulated,
    }
    return DossiersView(
        province=name,
        period=read.period.words(read.lang),
        choices=_choices(read, months),
        counts=counts,
        share=_number(in_time(pd.DataFrame([counts])).iloc[0]),
        points=read.points(),
        months=read.months(months),
        units=read.units(),
        late=read.late(),
        late_total=int(counts["settled_late"] + counts["open_late"]),
        bands=read.bands(),
        online=read.online(),
        form=read.form(),
        # A release of made-up figures says so over every page already.
        simulated=manifest.simulated and not read.services.release().simulated,
        loaded=day(str(last[-1]["at"]), read.lang),
        odd=sum(sum(load["report"]["found"].values()) for load in last),
        links=tuple(link.index for link in read.rules.links),
        meta=meta,
    )


def _choices(read: _Reading, months: list[str]) -> list[Choice]:
    """The periods of the year that is shown, and the other years."""
    offered, year = periods(months), read.period.last[:4]
    shown = [one for one in offered if one.last.startswith(year) or one.key == one.last[:4]]
    return [
        Choice(one.short(read.lang), _address(read.services, read.state, one.key), one == read.period)
        for one in shown
    ]


def _address(services: Services, state: ViewState, period: str) -> str:
    extras = ((PERIOD, period),) if period else ()
    return PATH + search_of(replace(state, extras=extras), services.facts())


def _province(services: Services, state: ViewState) -> str:
    choices = services.facts().provinces
    return next((one.name(state.lang) for one in choices if one.key == state.province), state.province)


def _others(services: Services, state: ViewState, manifest: Manifest) -> list[tuple[str, str]]:
    slugs = sorted({str(load["province"]) for load in manifest.loads})
    states = [replace(state, province=slug, extras=()) for slug in slugs]
    return [(_province(services, one), _address(services, one, "")) for one in states]


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state, with a repair for a period that is not loaded."""
    view, title = build_view(services, state), t("nav.dossiers", state.lang)
    if isinstance(view, NoDossiers):
        return Rendered(dossiers.empty_page(view, state.lang), title)
    asked = state.extra(PERIOD)
    known_keys = {one.key for one in periods(services.dossiers.manifest().months(state.province))}
    repairs = (Repair("value", asked, view.period),) if asked and asked not in known_keys else ()
    return Rendered(dossiers.layout(view, state.lang), f"{title} · {view.province}", repairs)


PAGE = Page(
    id="dossiers",
    path=PATH,
    group="ground",
    controls=("province",),
    render=render,
    extras=(PERIOD,),
    live=True,
)
