"""The page of a province's own indices: departments, communes and blocs, never ranked across provinces."""

from dataclasses import replace
from typing import Any

import pandas as pd

from callbacks import ranking
from callbacks.components import main_codes
from callbacks.records import records
from callbacks.services import Page, Rendered, Services
from callbacks.subject import ROOT_VIEW, held_codes, known
from callbacks.url_state import Facts, Repair, ViewState, parse, search_of
from layouts import text
from layouts.pages import internal
from layouts.pages.ranking_parts import RankingView
from layouts.text import t

PATH, INDEX = "/noi-bo", "bo"
COMPONENTS_SHOWN = 14


def internal_indices(services: Services) -> list[dict[str, object]]:
    """Indices whose units are departments or localities and that have figures, in the order of the pack."""
    rows = known(services, "indices")
    held = set(known(services, "coverage")["index_code"])
    return [row for row in records(rows[rows["scope"] == "internal"]) if row["index_code"] in held]


def build_view(services: Services, state: ViewState) -> RankingView | None:
    """The chosen internal index of the province; None where the release has none."""
    offered = internal_indices(services)
    codes = [str(row["index_code"]) for row in offered]
    if not codes:
        return None
    asked = state.extra(INDEX)
    chosen = asked if asked in codes else max(codes, key=lambda one: _newest(services, one, state))
    part = state.extra(ranking.COMPONENT)
    inner = replace(state, index=chosen, extras=((ranking.COMPONENT, part),) if part else ())
    view = ranking.build_view(services, inner)
    if view is None:
        return None
    facts = services.facts()
    indices = tuple(
        (
            text.name(row, state.lang),
            _address(state, facts, {INDEX: str(row["index_code"])}),
            row["index_code"] == chosen,
        )
        for row in offered
    )
    components = tuple(
        (name, _address(state, facts, {INDEX: chosen, ranking.COMPONENT: code}), code == view.code)
        for code, name, _ in view.choices[:COMPONENTS_SHOWN]
    )
    parts = read_parts(services, view, state.lang)
    return replace(view, switches=(("index", indices), ("component", components)), parts=parts)


def later_rows(services: Services, asked: Any) -> list[dict[str, Any]] | None:
    """The rows of a long bloc of which the page on the screen asks {"table", "lang", "search"}; None for no
    such table.
    """
    given = asked if isinstance(asked, dict) else {}
    if not isinstance(given.get("search"), str):
        return None
    with services.warehouse.steady():
        state = parse(given["search"], services.facts(), False, PAGE.extras)[0]
        view = build_view(services, state)
        return None if view is None else internal.later_rows(view, given.get("table"), state.lang)


def read_parts(services: Services, view: RankingView, lang: str) -> pd.DataFrame:
    """Score rows of the main components of every unit that year."""
    index, year = str(view.subject.index["index_code"]), view.subject.year
    tree = known(services, "components", index, year)
    codes = compared_codes(tree, held_codes(services, view.subject, tree), index)
    rows = services.warehouse.scores(index, year, component_code=list(codes), view=ROOT_VIEW)
    held = rows[rows["value"].notna() & (rows["unit_set"] == view.subject.unit_set)]
    names = {row["component_code"]: ranking.component_label(row, lang) for row in records(tree)}
    return held.assign(component_name=held["component_code"].map(names)).reset_index(drop=True)


def compared_codes(tree: pd.DataFrame, held: set[str], root: str) -> tuple[str, ...]:
    """The first components below the total among which there is something to compare.

    Points obtained over points that apply is one component alone; what differs between units is in its parts.
    """
    codes = main_codes(tree, held, root)
    while len(codes) == 1:
        under = tuple(
            code for code in tree[tree["parent_code"] == codes[0]]["component_code"] if code in held
        )
        if not under:
            break
        codes = under
    return codes


def _newest(services: Services, index: str, state: ViewState) -> int:
    """The last year with a score of a unit of the province in an index; 0 for none, for a rank alone too."""
    units = known(services, "units")
    provinces = units[(units["slug"] == state.province) & units["province_unit_id"].isna()]["unit_id"]
    own = units[units["province_unit_id"].isin(provinces)]["unit_id"].tolist()
    rows = services.warehouse.scores(index, unit_id=own, component_code=index) if own else None
    years = [] if rows is None else rows[rows["value"].notna()]["year"]
    return int(max(years, default=0))


def _address(state: ViewState, facts: Facts, extras: dict[str, str]) -> str:
    return PATH + search_of(replace(state, extras=tuple(sorted(extras.items()))), facts)


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state, with a repair for an index or a component that is not there."""
    view = build_view(services, state)
    title = t("nav.internal", state.lang)
    if view is None:
        return Rendered(ranking.nothing(state), title)
    used = {INDEX: str(view.subject.index["index_code"]), ranking.COMPONENT: view.code}
    shown = {INDEX: view.subject.short(state.lang), ranking.COMPONENT: text.name(view.component, state.lang)}
    repairs = tuple(
        Repair("value", state.extra(key), shown[key])
        for key, value in used.items()
        if state.extra(key) and state.extra(key) != value
    )
    search = search_of(state, services.facts())
    return Rendered(internal.layout(view, state.lang, search), f"{title} · {view.subject.asked}", repairs)


PAGE = Page(
    id="internal",
    path=PATH,
    group="ground",
    controls=("province", "year"),
    render=render,
    extras=(INDEX, ranking.COMPONENT),
)
