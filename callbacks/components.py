"""Wiring of the components page: state to view, view to page."""

from dataclasses import replace

import pandas as pd

from callbacks.provenance import component_hrefs, unit_hrefs
from callbacks.ranking import nothing
from callbacks.services import Page, Rendered, Services
from callbacks.subject import ROOT_VIEW, held_codes, known, read_subject, source_lines
from callbacks.url_state import Repair, ViewState, search_of
from etl.warehouse.queries import Warehouse
from indices.persistence import years_under
from layouts.frames import as_rows
from layouts.pages import components
from layouts.pages.components_view import LOST, OTHERS, TABS, ComponentsView
from layouts.subject import Subject
from layouts.text import t

SOURCE_VIEW = "source"
TAB = "xem"


def build_view(services: Services, state: ViewState) -> ComponentsView | None:
    """All that the page shows; None when the index has no figure."""
    subject = read_subject(services, state)
    if subject is None:
        return None
    warehouse, index, year = services.warehouse, state.index, subject.year
    tree = known(services, "components", index, year)
    codes = main_codes(tree, held_codes(services, subject, tree), index)
    fields = warehouse.scores(index, year, component_code=[index, *codes], view=ROOT_VIEW)
    fields = fields[fields["unit_set"] == subject.unit_set].reset_index(drop=True)
    own = warehouse.scores(index, year, unit_id=subject.own_id, view=ROOT_VIEW)
    sources = source_lines(services, pd.concat([own["source_id"], fields["source_id"]]))
    return ComponentsView(
        subject=replace(subject, sources=sources),
        tree=tree,
        codes=codes,
        own=own,
        fields=fields,
        by_source=sources_of_points(warehouse, subject),
        written=tuple(as_rows(known(services, "comparability", index))),
        hrefs=component_hrefs(services, state, tree["component_code"]),
        asked=state.extra(TAB),
        tab_hrefs={tab: tab_href(services, state, tab) for tab in TABS},
        unit_hrefs=others_hrefs(services, state) if state.extra(TAB) == OTHERS else {},
        under=under_maximum(warehouse, subject) if state.extra(TAB) == LOST else {},
        filled=() if own["component_code"].isin(codes).any() else filled_years(services, subject, state),
    )


def tab_href(services: Services, state: ViewState, tab: str) -> str:
    """Address of a part of the page."""
    extras = ((TAB, tab),) if tab else ()
    return PAGE.path + search_of(replace(state, extras=extras), services.facts())


def others_hrefs(services: Services, state: ViewState) -> dict[str, str]:
    """This part of the page for every province, by unit id."""
    return unit_hrefs(services, state, {TAB: OTHERS}, PAGE.path)


def under_maximum(warehouse: Warehouse, subject: Subject) -> dict[str, int]:
    """Years running under the maximum, up to the year shown, by component."""
    rows = warehouse.scores(str(subject.index["index_code"]), unit_id=subject.own_id, view=ROOT_VIEW)
    now = rows["year"] == subject.year
    return dict(zip(rows["component_code"][now], map(int, years_under(rows)[now]), strict=True))


def main_codes(tree: pd.DataFrame, held: set[str], root: str) -> tuple[str, ...]:
    """The components right under the total; where none of these has a figure, the first ones below
    that do.
    """
    under = tree[tree["parent_code"] == root]
    if held & set(under["component_code"]):
        return tuple(under["component_code"])
    parents = dict(zip(tree["component_code"], tree["parent_code"], strict=True))
    found = [
        code
        for code in tree["component_code"]
        if code in held and code != root and _reaches(code, parents, root)
    ]
    first = [code for code in found if not held & (_above(code, parents) - {root})]
    return tuple(first) or tuple(under["component_code"])


def _above(code: str, parents: dict[str, str]) -> set[str]:
    """All codes over a code."""
    found: set[str] = set()
    while isinstance(code := parents.get(code, ""), str) and code and code not in found:
        found.add(code)
    return found


def _reaches(code: str, parents: dict[str, str], root: str) -> bool:
    return root in _above(code, parents)


def filled_years(services: Services, subject: Subject, state: ViewState) -> tuple[tuple[int, str], ...]:
    """Years in which our province has component scores of this index, latest first, with their addresses."""
    index = str(subject.index["index_code"])
    rows = services.warehouse.scores(index, unit_id=subject.own_id, view=ROOT_VIEW)
    rows = rows[(rows["component_code"] != index) & rows["value"].notna()]
    facts = services.facts()
    return tuple(
        (year, PAGE.path + search_of(replace(state, year=year), facts))
        for year in sorted(set(rows["year"].astype(int)), reverse=True)
    )


def sources_of_points(warehouse: Warehouse, subject: Subject) -> pd.DataFrame:
    """Our rows by source of points (appraised, survey, ...), without what each source is made of; empty when
    the index has no such view."""
    index = str(subject.index["index_code"])
    rows = warehouse.scores(index, subject.year, unit_id=subject.own_id, view=SOURCE_VIEW)
    return rows[rows["parent_code"] == index].reset_index(drop=True)


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state."""
    view = build_view(services, state)
    if view is None:
        return Rendered(nothing(state), t("nav.components", state.lang))
    title = f"{t('nav.components', state.lang)} {view.subject.label(state.lang)}"
    shown = t(f"breakdown.tab.{components.TAB_WORDS[view.tab]}", state.lang)
    asked = components.TAB_WORDS.get(view.asked, "")
    named = t(f"breakdown.tab.{asked}", state.lang) if asked else view.asked
    wrong = (Repair("value", named, shown),) if view.asked != view.tab else ()
    return Rendered(components.layout(view, state.lang), title, wrong)


PAGE = Page(
    id="components",
    path="/thanh-phan",
    group="results",
    controls=("province", "index", "year"),
    render=render,
    extras=(TAB,),
)
