"""The source of any figure on any page: what the release says of its cell, shown in one drawer."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from dash import Dash, Input, Output, State
from dash.development.base_component import Component

from callbacks.records import records
from callbacks.services import Services
from callbacks.subject import known
from callbacks.url_state import ViewState, parse, search_of
from etl.filekinds import IN_USE
from layouts import ids, text
from layouts.components import provenance
from layouts.components.provenance import FigureView, Row
from layouts.figure_ref import MAIN, FigureRef
from layouts.subject import Subject
from layouts.text import has, t

CRITERION_PATH = "/tieu-chi"
COMPONENT, VIEW = "tp", "cay"


def criterion_href(services: Services, ref: FigureRef, slug: str, lang: str) -> str:
    """Address of the criterion page of a figure: its province, index, year, component and tree."""
    extras = [(COMPONENT, ref.component)] + ([(VIEW, ref.view)] if ref.view != MAIN else [])
    state = ViewState(slug, ref.index, ref.year, lang, tuple(sorted(extras)))
    return CRITERION_PATH + search_of(state, services.facts())


def component_hrefs(services: Services, state: ViewState, codes: Iterable[str]) -> dict[str, str]:
    """The criterion page of each component of the state's index and year, by code."""
    plain = replace(state, extras=())
    return {
        code: CRITERION_PATH
        + search_of(
            replace(plain, extras=() if code == state.index else ((COMPONENT, code),)), services.facts()
        )
        for code in codes
    }


def unit_hrefs(
    services: Services, state: ViewState, extras: Mapping[str, str], path: str = CRITERION_PATH
) -> dict[str, str]:
    """A page of every province, by unit id: the state's index and year, and those parameters."""
    facts, kept = services.facts(), tuple(sorted((key, value) for key, value in extras.items() if value))
    slugs = {choice.key for choice in facts.provinces}
    return {
        row["unit_id"]: path + search_of(replace(state, province=row["slug"], extras=kept), facts)
        for row in records(known(services, "units"))
        if row["slug"] in slugs
    }


def read_figure(services: Services, ref: FigureRef, state: ViewState) -> FigureView | None:
    """Everything the release knows of a figure; None where it holds no such cell."""
    found = records(
        services.warehouse.scores(
            ref.index, ref.year, unit_id=ref.unit, component_code=ref.component, view=ref.view
        )
    )
    if not found:
        return None
    row = found[0]
    facts = records(services.warehouse.facts(ref.index, ref.year, ref.unit, ref.component))
    used = next((fact for fact in facts if fact["use"] in IN_USE), None)
    framework = _row(services, "frameworks", framework_id=row["framework_id"])
    info = _row(services, "indices", index_code=ref.index)
    subject = Subject(info, framework, ref.year, str(row["unit_set"]), "")
    release = services.release()
    return FigureView(
        row=row,
        used=used,
        others=tuple(fact for fact in facts if fact is not used and has(fact["published"])),
        names=_names(row, info, framework, state.lang),
        decimals=_decimals(row, subject),
        unit_word=subject.unit_word(state.lang) if ref.component == ref.index else "",
        trace_href=criterion_href(services, ref, _slug(services, row, state), state.lang),
        release_id=release.release_id,
        simulated=release.simulated,
        known=_accepted(services, row, state.lang),
        imported=_import(services, used),
    )


def _decimals(row: Row, subject: Subject) -> int:
    """Decimals of its index; a raw indicator is written as it was printed."""
    raw = row["level"] == "indicator" and has(row["decimals"])
    return min(int(row["decimals"]), 3) if raw else subject.decimals


def _names(row: Row, info: Row, framework: Row, lang: str) -> dict[str, str]:
    return {
        "index": text.short_name(info, lang),
        "full": text.name(info, lang),
        "publisher": text.name(info, lang, "publisher"),
        "component": text.name(row, lang, "component_name"),
        "unit": text.name(row, lang, "unit_name"),
        "decision": text.decision(framework, lang),
    }


def _row(services: Services, table: str, **where: Any) -> Row:
    rows = records(known(services, table))
    return next(row for row in rows if all(row[key] == value for key, value in where.items()))


def _slug(services: Services, row: Row, state: ViewState) -> str:
    """The province whose page tells of the figure: that of the unit; for departments the one on show."""
    slugs = {choice.key for choice in services.facts().provinces}
    return row["unit_slug"] if row["unit_slug"] in slugs else state.province


def _accepted(services: Services, row: Row, lang: str) -> str:
    """Why a known difference of this cell is accepted; empty where there is none."""
    if row["residual_class"] != "listed":
        return ""
    for known_one in records(known(services, "known_differences")):
        same = all(known_one[key] == row[key] for key in ("index_code", "year", "component_code"))
        if same and known_one["unit_id"] in (None, "", row["unit_id"]):
            return text.name(known_one, lang, "reason")
    return ""


def _import(services: Services, used: Row | None) -> Row:
    """The file of people that a figure came in with."""
    if not used or not has(used["import_id"]):
        return {}
    held = {one["import_id"]: one for one in records(known(services, "imports"))}
    return held.get(used["import_id"], {})


def answer(asked: Any, search: str | None, services: Services) -> tuple[bool, str, Component]:
    """Whether the drawer opens, its title, and what stands in it."""
    state, _ = parse(search, services.facts(), False)
    ref = FigureRef.parse((asked or {}).get("figure"))
    view = read_figure(services, ref, state) if ref else None
    if view is None:
        return True, t("provenance.heading", state.lang), provenance.unknown(state.lang)
    return True, provenance.title(view, state.lang), provenance.body(view, state.lang)


def register(app: Dash, services: Services) -> None:
    """One callback for every figure of every page."""

    @app.callback(
        Output(ids.FIGURE_DRAWER, "opened"),
        Output(ids.FIGURE_DRAWER, "title"),
        Output(ids.FIGURE_DRAWER, "children"),
        Output(ids.FIGURE_DRAWER, "closeButtonProps"),
        Input(ids.FIGURE_ASKED, "data"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _open(asked: Any, search: str | None) -> tuple[Any, ...]:
        lang = parse(search, services.facts(), False)[0].lang
        return (*answer(asked, search, services), {"aria-label": t("provenance.close", lang)})
