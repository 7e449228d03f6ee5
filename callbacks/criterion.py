"""Wiring of the criterion page: one component with all that is known of it, down to its source cells."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import Dash, Input, Output, State, no_update, set_props

from callbacks import causes, compare, components, ranking, simulate, trends
from callbacks.provenance import COMPONENT, CRITERION_PATH, VIEW, unit_hrefs
from callbacks.records import records
from callbacks.services import Page, Rendered, Services
from callbacks.subject import held_codes, known, read_subject, series_of, source_lines
from callbacks.url_state import Repair, ViewState, parse, search_of
from indices.persistence import years_under
from indices.trace import Step
from layouts import ids, text
from layouts.figure_ref import MAIN
from layouts.pages import causes as causes_page
from layouts.pages import criterion
from layouts.pages.components_parts import component_name
from layouts.pages.criterion_view import CriterionView
from layouts.pages.trends_view import TrendsView
from layouts.subject import Subject
from layouts.text import has, t

LIKES = 3
OF_UNITS = (
    "index_code", "year", "view", "component_code", "unit_id", "unit_name_vi", "unit_name_en", "unit_order",
    "value", "rank", "source_id",
)  # fmt: skip
LONGEST_NAME = 30


def build_view(services: Services, state: ViewState) -> CriterionView | None:
    """All that the page shows; None when the index has no figure."""
    subject = read_subject(services, state)
    if subject is None:
        return None
    name = tree_name(services, state, subject)
    tree = known(services, "components", state.index, subject.year, name)
    code = code_asked(services, state, tree)
    about = next(row for row in records(tree) if row["component_code"] == code)
    rows = services.warehouse.scores(state.index, subject.year, component_code=code, view=name)
    rows = rows[rows["unit_set"] == subject.unit_set]
    own = services.warehouse.scores(state.index, subject.year, unit_id=subject.own_id, view=name)
    history = read_history(services, state, subject, (tree, code, name))
    trace = read_trace(services, state.index, subject, (code, name))
    used = [step.source.source_id for step in trace.walk() if step.source] if trace else []
    subject = replace(subject, sources=source_lines(services, [*used, *rows["source_id"]]))
    return CriterionView(
        subject=subject,
        code=code,
        tree=name,
        about=about,
        path=path_to(services, state, tree, code),
        choices=choices(services, state, subject, tree),
        own=next(iter(records(own[own["component_code"] == code])), None),
        rows=records(rows[list(OF_UNITS)]),
        parts=parts_of(tree, own, code),
        years=read_years(services, subject, history, about, state.lang),
        under=under_maximum(history, subject.year),
        likes=likes_of(services, state, subject),
        hrefs=unit_hrefs(services, state, own_extras(state, code)),
        trace=trace,
        part_hrefs=component_hrefs(services, state, tree),
        leads=leads(services, state, code) if name == MAIN else (),
        written=records(known(services, "comparability", state.index)),
    )


def tree_name(services: Services, state: ViewState, subject: Subject) -> str:
    """The roll-up asked for, where the index has it that year; else the main one."""
    asked = state.extra(VIEW, MAIN)
    fits = asked.isidentifier() and len(asked) <= LONGEST_NAME
    return asked if fits and len(known(services, "components", state.index, subject.year, asked)) else MAIN


def code_asked(services: Services, state: ViewState, tree: pd.DataFrame) -> str:
    """The component of the address; under its code of this year where it was renumbered; else the total."""
    asked, codes = state.extra(COMPONENT), set(tree["component_code"])
    if asked in codes:
        return asked
    now = {series: code for code, series in series_of(tree).items()}
    year = int(tree["year"].iloc[0])
    others = sorted(services.facts().years(state.index), key=lambda other: abs(other - year))
    for other in others if asked else ():
        series = series_of(known(services, "components", state.index, other)).get(asked)
        if series in now:
            return now[series]
    return state.index


def _address(services: Services, state: ViewState, path: str, **changes: Any) -> str:
    extras = {key: value for key, value in changes.pop("extras", {}).items() if value}
    return path + search_of(replace(state, extras=tuple(sorted(extras.items())), **changes), services.facts())


def own_extras(state: ViewState, code: str) -> dict[str, str]:
    """The page's parameters with another component."""
    return {COMPONENT: "" if code == state.index else code, VIEW: state.extra(VIEW)}


def component_hrefs(services: Services, state: ViewState, tree: pd.DataFrame) -> dict[str, str]:
    """The criterion page of every component of a tree, by code."""
    return {
        code: _address(services, state, CRITERION_PATH, extras=own_extras(state, code))
        for code in tree["component_code"]
    }


def path_to(
    services: Services, state: ViewState, tree: pd.DataFrame, code: str
) -> tuple[tuple[str, str], ...]:
    """Name and address of everything over a component, the total first."""
    rows = {row["component_code"]: row for row in records(tree)}
    found: list[tuple[str, str]] = []
    above = rows[code]["parent_code"]
    while above in rows:
        href = _address(services, state, CRITERION_PATH, extras=own_extras(state, above))
        found.append((component_name(rows[above], state.lang, "name"), href))
        above = rows[above]["parent_code"]
    return tuple(reversed(found))


def choices(
    services: Services, state: ViewState, subject: Subject, tree: pd.DataFrame
) -> tuple[tuple[str, str, int], ...]:
    """The components to choose from: those with figures, in the main tree; all of another tree."""
    codes = set(tree["component_code"])
    held = held_codes(services, subject, tree) if tree["view"].iloc[0] == MAIN else codes
    return ranking.component_choices(tree, held, state.index, state.lang)


def parts_of(tree: pd.DataFrame, own: pd.DataFrame, code: str) -> list[Mapping[str, Any]]:
    """What stands right under a component, with our scores: rows of the tree, score fields where held."""
    children = records(tree[tree["parent_code"] == code])
    scores = {row["component_code"]: row for row in records(own[own["parent_code"] == code])}
    return [{**scores.get(row["component_code"], {}), **row, "score": scores.get(row["component_code"])}
            for row in children]  # fmt: skip


def read_history(
    services: Services, state: ViewState, subject: Subject, at: tuple[pd.DataFrame, str, str]
) -> pd.DataFrame:
    """Our score rows of a component over the years, followed under its older codes."""
    tree, code, name = at
    series = series_of(tree).get(code, code)
    series = series if has(series) else code
    frame = services.warehouse.scores(state.index, unit_id=subject.own_id, series_code=series, view=name)
    return frame.sort_values("year").reset_index(drop=True)


def read_years(
    services: Services, subject: Subject, history: pd.DataFrame, about: Mapping[str, Any], lang: str
) -> TrendsView | None:
    """The history as the trend page draws it; None without a year."""
    rows = [row for row in records(history) if has(row["value"])]
    return trends.years_view(rows, about, subject, services, lang) if rows else None


def under_maximum(history: pd.DataFrame, year: int) -> int:
    """Years running under the maximum, up to the year shown."""
    if history.empty:
        return 0
    counts = years_under(history)[history["year"] == year]
    return int(counts.iloc[0]) if len(counts) else 0


def likes_of(services: Services, state: ViewState, subject: Subject) -> tuple[str, ...]:
    """Unit ids of the provinces most like ours (indices.similar), nearest first."""
    if subject.own is None or subject.internal:
        return ()
    key = ("likes", state.index, subject.year, subject.own_id)
    found: tuple[str, ...] = services.kept(key, lambda: _likes(services, subject))
    return found


def _likes(services: Services, subject: Subject) -> tuple[str, ...]:
    material = compare.read_material(services, subject)
    return tuple(compare.likes_of(services, subject, material).index[:LIKES])


def read_trace(services: Services, index: str, subject: Subject, at: tuple[str, str]) -> Step | None:
    """The derivation of our figure; None where there is nothing to derive."""
    try:
        return services.warehouse.trace(index, subject.year, subject.own_id, *at)
    except KeyError:
        return None


def leads(services: Services, state: ViewState, code: str) -> tuple[tuple[str, str], ...]:
    """Where else this component can be looked at."""
    part = {} if code == state.index else {COMPONENT: code}
    return (
        ("ranking", _address(services, state, ranking.PAGE.path, extras=part)),
        ("trends", _address(services, state, trends.PAGE.path, extras=part)),
        ("components", _address(services, state, components.PAGE.path)),
        ("simulate", _address(services, state, simulate.PAGE.path, extras=part)),
    )


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state, with a repair when its component is unknown."""
    view = build_view(services, state)
    if view is None:
        return Rendered(ranking.nothing(state), t("nav.criterion", state.lang))
    name, asked = text.name(view.about, state.lang), state.extra(COMPONENT)
    wrong = (Repair("value", asked, name),) if asked not in ("", view.code) else ()
    title = f"{name} · {view.subject.label(state.lang)}"
    return Rendered(criterion.layout(view, state.lang), title, wrong)


def chosen_component(code: str | None, search: str | None, services: Services) -> str | None:
    """The query string after another component was chosen; None when the URL already says so."""
    facts = services.facts()
    state, _ = parse(search, facts, True, PAGE.extras)
    if code is None or code == state.extra(COMPONENT, state.index):
        return None
    kept = {key: value for key, value in own_extras(state, code).items() if value}
    return search_of(replace(state, extras=tuple(sorted(kept.items()))), facts)


def register(app: Dash, services: Services) -> None:
    """Attach the component select: it only writes the URL."""

    @app.callback(Input(criterion.SELECT, "value"), State(ids.URL, "search"), prevent_initial_call=True)
    def _choose(code: str | None, search: str | None) -> None:
        changed = chosen_component(code, search, services)
        if changed is not None:
            set_props(ids.URL, {"search": changed})

    @app.callback(
        Output(causes_page.ANSWER, "children"),
        Input(causes_page.ASK, "n_clicks"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _why(clicks: int | None, search: str | None) -> Any:
        return told_why(services, search) if clicks else no_update


def told_why(services: Services, search: str | None) -> Any:
    """Why the criterion of an address lost points: what the data show and what people wrote."""
    state, _ = parse(search, services.facts(), True, PAGE.extras)
    subject = read_subject(services, state)
    if subject is None:
        return []
    code = code_asked(services, state, known(services, "components", state.index, subject.year, MAIN))
    return causes.why(services, state, causes.Criterion(state.province, state.index, subject.year, code))


PAGE = Page(
    id="criterion",
    path=CRITERION_PATH,
    group="results",
    controls=("province", "index", "year"),
    render=render,
    extras=(COMPONENT, VIEW),
    register=register,
    validation=lambda: [dmc.Select(id=criterion.SELECT), *causes_page.placeholders()],
    listed=False,
    under=components.PAGE.id,
)
