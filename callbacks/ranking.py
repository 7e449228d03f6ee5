"""Wiring of the ranking page: state to view, view to page, and the component select to the URL."""

from dataclasses import replace
from typing import Any

import pandas as pd
from dash import Dash, Input, State, html, set_props
from dash.development.base_component import Component

from callbacks import ranking_more as more
from callbacks.provenance import component_hrefs, unit_hrefs
from callbacks.services import Page, Rendered, Services
from callbacks.subject import ROOT_VIEW, held_codes, known, read_subject, series_of, source_lines
from callbacks.url_state import Repair, ViewState, parse, search_of
from etl.warehouse.queries import Warehouse
from layouts import ids, text
from layouts.components.notice import empty
from layouts.frames import as_rows
from layouts.pages import internal, ranking, ranking_estimates
from layouts.pages.ranking import COMPONENT_SELECT
from layouts.pages.ranking_parts import RankingView
from layouts.subject import Subject
from layouts.text import t

COMPONENT = "tp"
# What the lines over the years are drawn from.
HISTORY = (
    "unit_id", "unit_name_vi", "unit_name_en", "unit_set",
    "year", "framework_id", "value", "rank", "comparability",
)  # fmt: skip


def build_view(services: Services, state: ViewState) -> RankingView | None:
    """All that the page shows; None when the index has no figure."""
    subject = read_subject(services, state)
    if subject is None:
        return None
    index = state.index
    tree = known(services, "components", index, subject.year)
    choices = component_choices(tree, held_codes(services, subject, tree), index, state.lang)
    code = state.extra(COMPONENT)
    code = code if any(code == offered for offered, _, _ in choices) else index
    series = series_of(tree).get(code, code)
    scores, history = read_series(services, subject, series)
    about = as_rows(tree[tree["component_code"] == code])
    written = known(services, "comparability", index)
    provinces = known(services, "units")
    provinces = provinces[provinces["province_unit_id"].isna()]
    view = RankingView(
        subject=replace(subject, sources=source_lines(services, scores["source_id"])),
        code=code,
        component=about[0] if about else {"name_vi": code, "name_en": code},
        scores=_with_points(services.warehouse, subject, scores),
        history=history,
        units=known(services, "units", subject.unit_set),
        tiles=known(services, "tiles", subject.unit_set),
        choices=choices,
        criterion_href=component_hrefs(services, replace(state, year=subject.year), [code])[code],
        hrefs=_hrefs(services, replace(state, year=subject.year), "" if code == index else code),
        written=tuple(as_rows(written[written["component_code"].fillna("").isin(["", code])])),
        own_provinces=tuple(provinces[provinces["slug"] == state.province]["unit_id"]),
        province_names={row["unit_id"]: text.name(row, state.lang) for row in as_rows(provinces)},
    )
    return with_switches(services, view, state)


def read_series(services: Services, subject: Subject, series: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of a series in the year of a subject, and of all years (HISTORY): the same for every province."""
    index, year, units = str(subject.index["index_code"]), subject.year, subject.unit_set

    def read() -> tuple[pd.DataFrame, pd.DataFrame]:
        asked = services.warehouse.scores
        scores = asked(index, year, series_code=series, view=ROOT_VIEW)
        history = asked(index, columns=HISTORY, series_code=series, view=ROOT_VIEW)
        both = (rows[rows["unit_set"] == units].reset_index(drop=True) for rows in (scores, history))
        return next(both), next(both)

    found: tuple[pd.DataFrame, pd.DataFrame] = services.kept(("series", index, year, units, series), read)
    return found


def _hrefs(services: Services, state: ViewState, code: str) -> dict[str, str]:
    """Addresses of all provinces for the index, year, component and language of a state."""
    key = ("hrefs", state.index, state.year, state.lang, code)
    made: dict[str, str] = services.kept(key, lambda: unit_hrefs(services, state, {COMPONENT: code}))
    return made


def with_switches(services: Services, view: RankingView, state: ViewState) -> RankingView:
    """The view with its rank bands, its region, and the links to other regions and to the new provinces."""
    known_regions = set(view.units["region_code"].dropna()) if "region_code" in view.units else set()
    asked = state.extra(more.REGION)
    view = replace(
        view, bands=more.read_bands(services, view), region=asked if asked in known_regions else ""
    )
    offered = view.is_total and any(
        text.has(row["value"]) for row in more.estimates_of(services, view.subject)
    )
    facts = services.facts()
    return replace(
        view,
        switches=(*more.set_switch(state, facts, offered), *more.region_switch(view, state, facts)),
    )


def _with_points(warehouse: Warehouse, subject: Subject, scores: pd.DataFrame) -> pd.DataFrame:
    """For departments: the points obtained and the maximum that applies to each, where the pack has them."""
    if not subject.internal:
        return scores
    rows = warehouse.scores(str(subject.index["index_code"]), subject.year, level="part", view=ROOT_VIEW)
    points = rows.drop_duplicates("unit_id").set_index("unit_id")
    return scores.assign(
        points=scores["unit_id"].map(points["value"]), points_max=scores["unit_id"].map(points["max_score"])
    )


def component_choices(
    tree: pd.DataFrame, held: set[str], index: str, lang: str
) -> tuple[tuple[str, str, int], ...]:
    """(code, name, depth) of the components that have figures that year, the total first."""
    rows = as_rows(tree[tree["component_code"].isin(held - {index})])
    names = [(str(row["component_code"]), component_label(row, lang), int(row["depth"])) for row in rows]
    return ((index, t("ranking.whole", lang), 0), *names)


def component_label(row: Any, lang: str) -> str:
    """A component as readers call it."""
    return text.numbered(str(row["component_code"]), text.name(row, lang))


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state, with a repair when its component is unknown."""
    view = build_view(services, state)
    if view is None:
        return Rendered(nothing(state), t("nav.ranking", state.lang))
    title = f"{t('nav.ranking', state.lang)} {view.subject.label(state.lang)}"
    repairs = repairs_of(view, state)
    if state.extra(more.UNIT_SET) == more.NEW:
        estimates = more.build_estimates(services, view.subject, state)
        if estimates is not None:
            return Rendered(ranking_estimates.layout(estimates, state.lang), title, repairs)
    page = internal.layout(view, state.lang) if view.subject.internal else ranking.layout(view, state.lang)
    return Rendered(page, title, repairs)


def repairs_of(view: RankingView, state: ViewState) -> tuple[Repair, ...]:
    """Page parameters that could not be used."""
    every = t("common.all", state.lang)
    asked = {
        COMPONENT: (view.code, text.name(view.component, state.lang)),
        more.REGION: (view.region, every),
        more.UNIT_SET: (more.NEW, t("bands.set_old", state.lang)),
    }
    return tuple(
        Repair("value", state.extra(key), shown)
        for key, (used, shown) in asked.items()
        if state.extra(key) and state.extra(key) != used
    )


def nothing(state: ViewState) -> Component:
    """What stands here for an index without any figure."""
    title = t("ranking.nothing", state.lang, index=state.index)
    return html.Article([html.H1(title), empty(title, t("ranking.nothing_help", state.lang))])


def chosen_component(code: str | None, search: str | None, services: Services) -> str | None:
    """The query string after another component was chosen; None when the URL already says so."""
    facts = services.facts()
    state, _ = parse(search, facts, True, PAGE.extras)
    if code is None or code == state.extra(COMPONENT, state.index):
        return None
    kept = {key: value for key, value in state.extras if key not in (COMPONENT, more.UNIT_SET)}
    chosen = kept | ({} if code == state.index else {COMPONENT: code})
    return search_of(replace(state, extras=tuple(sorted(chosen.items()))), facts)


def register(app: Dash, services: Services) -> None:
    """Attach the component select: it only writes the URL."""

    @app.callback(Input(COMPONENT_SELECT, "value"), State(ids.URL, "search"), prevent_initial_call=True)
    def _choose(code: str | None, search: str | None) -> None:
        changed = chosen_component(code, search, services)
        if changed is not None:
            set_props(ids.URL, {"search": changed})


PAGE = Page(
    id="ranking",
    path="/xep-hang",
    group="results",
    controls=("province", "index", "year"),
    render=render,
    extras=(COMPONENT, more.REGION, more.UNIT_SET),
    register=register,
    validation=lambda: [ranking.component_select_placeholder()],
)
