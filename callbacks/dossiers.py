"""The page of dossiers: months of a province from the cube of the release, brought to points and tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import pandas as pd

from callbacks.records import records
from callbacks.services import Page, Rendered, Services
from callbacks.subject import known, source_lines
from callbacks.url_state import Repair, ViewState, parse, search_of
from etl.dossiers.counting import Basis, monthly, scored
from etl.warehouse import dossiers as told
from etl.warehouse.dossiers import DossierInfo
from indices.dossier_cube import Cube, months_of
from indices.dossier_report import form, late_bands, online_by_level
from indices.dossier_rules import DossierRules
from indices.dossier_score import improved, in_time
from layouts.pages import dossiers
from layouts.pages.dossiers_view import Choice, DossiersView, NoDossiers
from layouts.text import LANGS, day, t, word

PATH: Final = "/ho-so-766"
PERIOD: Final = "ky"
LATE_SHOWN: Final = 200
LATE_COLUMNS: Final = (
    "id", "unit", "level", "field", "procedure", "received", "due", "finished", "late_days", "days",
)  # fmt: skip
QUARTER: Final = 3
# What dossiers name by codes.
KINDS: Final = ("unit", "procedure", "field")
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


@dataclass(frozen=True)
class _Ground:
    """What all pages of a release share: what it says of dossiers, lists of units and procedures."""

    info: DossierInfo
    units: pd.DataFrame
    procedures: pd.DataFrame

    @property
    def basis(self) -> Basis:
        """What counts are scored by."""
        return Basis(self.info.rules, self.procedures, self.info.given)

    @cached_property
    def _loads(self) -> list[dict[str, Any]]:
        return records(self.info.loads)

    def loads(self, province: str) -> list[dict[str, Any]]:
        """The loads of a province, the oldest first."""
        return [load for load in self._loads if load["province"] == province]

    def months(self, province: str) -> list[str]:
        """Months that loads of a province cover."""
        return months_of([(load["first_month"], load["last_month"]) for load in self.loads(province)])


def ground(services: Services) -> _Ground | None:
    """What the release says of its dossiers; None where it holds none."""
    return services.kept(("dossier-ground",), lambda: _ground(services))


def _ground(services: Services) -> _Ground | None:
    release = services.warehouse
    info = told.dossier_info(release)
    return info and _Ground(info, told.dossier_units(release), told.dossier_procedures(release))


class _Reading:
    """One province, period and language: what every part of the page is read with."""

    def __init__(self, services: Services, state: ViewState, period: Period, held: _Ground) -> None:
        self.services, self.state, self.period, self.held = services, state, period, held
        self.basis, self.rules = held.basis, held.info.rules
        absent, key = held.info.absent, ("dossier-cube", state.province)
        self.cube: Cube = services.kept(
            key, lambda: told.dossier_cube(services.warehouse, state.province, absent)
        )

    @property
    def lang(self) -> str:
        """The reader's language."""
        return self.state.lang

    def counts(self, *by: str) -> pd.DataFrame:
        """Counts of the period by some dimensions."""
        return self.cube.counts(self.period.first, self.period.last, by)

    def names(self, kind: str) -> Mapping[str, str]:
        """Names of units, procedures or fields by code."""
        return _names(self.services, self.held, kind, self.lang)

    def level(self, code: str) -> str:
        """A level in words."""
        return word("dossiers.level", code if code != "?" else "unknown", self.lang)

    def points(self) -> list[dict[str, Any]]:
        """A row an indicator, group and the total."""
        found = scored(self.cube, self.period.first, self.period.last, self.basis)
        rows = records(found.table(self.rules))
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
        # The months of a year are the same whichever of its periods is shown.
        key = ("dossier-months", self.state.province, shown[0], shown[-1])
        found = self.services.kept(key, lambda: monthly(self.cube, shown[0], shown[-1], self.basis))
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
        levels = dict(zip(self.held.units["unit"], self.held.units["level"], strict=True))
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
        found = told.late_dossiers(self.services.warehouse, *self._span(), LATE_SHOWN)
        kinds = {kind: self.names(kind) for kind in KINDS}
        return [
            {name: row[name] for name in LATE_COLUMNS}
            | {kind: names.get(row[kind], row[kind]) for kind, names in kinds.items()}
            for row in records(found)
        ]

    def _span(self) -> tuple[str, str, str]:
        return self.state.province, self.period.first, self.period.last

    def bands(self) -> list[dict[str, Any]]:
        """How many were settled how late."""
        found = told.late_days(self.services.warehouse, *self._span())
        return late_bands(found, self.rules.late_bands)

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


def _names(services: Services, held: _Ground, kind: str, lang: str) -> Mapping[str, str]:
    """Names of units, procedures or fields by code."""

    def made() -> Mapping[str, str]:
        frame = held.units if kind == "unit" else held.procedures
        column = "field" if kind == "field" else "name"
        told = dict(zip(frame[kind], frame[f"{column}_{lang}"], strict=True))
        return told | {"?": t("dossiers.unknown", lang)}

    names: Mapping[str, str] = services.kept(("dossier-names", kind, lang), made)
    return names


def _component_names(services: Services, rules: DossierRules, lang: str) -> Mapping[str, str]:
    """Names of the indicators from the framework of the release; their codes where it does not have it."""

    def made() -> Mapping[str, str]:
        coverage = known(services, "frameworks")
        mine = coverage[coverage["framework_id"] == rules.framework]
        if mine.empty:
            return {}
        year = max(int(one) for one in str(mine["years"].iloc[0]).split(";"))
        rows = records(known(services, "components", rules.index, year))
        return {row["component_code"]: row[f"name_{lang}"] or row["name_vi"] for row in rows}

    names: Mapping[str, str] = services.kept(("dossier-components", lang), made)
    return names


def ready(services: Services) -> None:
    """Read the counts of every province that has dossiers, and draw the page of one in each language (that
    which a reader sees first, if it has some): what views share was then read, and done once."""
    held = ground(services)
    if held is None:
        return
    default, _ = parse(None, services.facts(), by_index=False)
    states = [replace(default, province=slug) for slug in dict.fromkeys(held.info.loads["province"])]
    for state in states:
        months = held.months(state.province)
        _Reading(services, state, chosen(state, periods(months)), held).months(months)
    first = default if default in states else states[0]
    for lang in LANGS:
        render(services, replace(first, lang=lang))


def build_view(services: Services, state: ViewState) -> DossiersView | NoDossiers:
    """What the page shows; what would fill it where nothing is loaded."""
    held, name = ground(services), _province(services, state)
    months = held.months(state.province) if held else []
    if held is None or not months:
        return NoDossiers(name, _others(services, state, held))
    period = chosen(state, periods(months))
    key = ("dossiers", state.province, period.key, state.lang)
    return services.kept(key, lambda: _view(_Reading(services, state, period, held), months, name))


def _view(read: _Reading, months: list[str], name: str) -> DossiersView:
    whole = read.counts()
    counts = records(whole)[0]
    loads, simulated = read.held.loads(read.state.province), read.held.info.simulated
    meta = {
        "release_id": read.services.release_id(),
        "source": [t("dossiers.source", read.lang), *source_lines(read.services, [loads[-1]["source_id"]])],
        "filters": [name, read.period.words(read.lang)],
        "simulated": simulated,
    }
    return DossiersView(
        province=name,
        period=read.period.words(read.lang),
        choices=_choices(read, months),
        counts=counts,
        share=_number(in_time(whole).iloc[0]),
        points=read.points(),
        months=read.months(months),
        units=read.units(),
        late=read.late(),
        late_total=int(counts["settled_late"] + counts["open_late"]),
        bands=read.bands(),
        online=read.online(),
        form=read.form(),
        # A release of made-up figures says so over every page already.
        simulated=simulated and not read.services.release().simulated,
        loaded=day(str(loads[-1]["at"]), read.lang),
        odd=sum(load["n_odd"] for load in loads),
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


def _others(services: Services, state: ViewState, held: _Ground | None) -> list[tuple[str, str]]:
    slugs = sorted(set(held.info.loads["province"])) if held else []
    states = [replace(state, province=slug, extras=()) for slug in slugs]
    return [(_province(services, one), _address(services, one, "")) for one in states]


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state, with a repair for a period that is not loaded."""
    view, title = build_view(services, state), t("nav.dossiers", state.lang)
    if isinstance(view, NoDossiers):
        return Rendered(dossiers.empty_page(view, state.lang), title)
    asked = state.extra(PERIOD)
    held = ground(services)
    known_keys = {one.key for one in periods(held.months(state.province))} if held else set()
    repairs = (Repair("value", asked, view.period),) if asked and asked not in known_keys else ()
    return Rendered(dossiers.layout(view, state.lang), f"{title} · {view.province}", repairs)


PAGE = Page(
    id="dossiers",
    path=PATH,
    group="ground",
    controls=("province",),
    render=render,
    extras=(PERIOD,),
    ready=ready,
)
