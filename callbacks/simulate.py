"""Wiring of the simulation page: the address to a scenario, the scenario to figures, saved ones to a list."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State
from dash.development.base_component import Component

from callbacks.provenance import unit_hrefs
from callbacks.ranking import nothing
from callbacks.services import Page, Rendered, Services
from callbacks.simulate_outcome import run_scenario
from callbacks.simulate_path import find_route, target_goals, usual_goal
from callbacks.simulate_setup import Setup, read_setup
from callbacks.simulate_state import (
    USUAL_REACH,
    plain_name,
    read_asked,
    read_changes,
    read_compared,
    read_goal,
    write_changes,
    write_compared,
    write_goal,
)
from callbacks.url_state import Repair, ViewState, altered, parse, search_of
from layouts import ids, target_words
from layouts.pages import simulate as page
from layouts.pages import simulate_path as path_page
from layouts.pages import simulate_results as results
from layouts.pages import simulate_saved as saved_page
from layouts.pages.simulate_view import (
    ALL,
    ASKED,
    COMPARED,
    EVERYONE,
    GOAL,
    MADE_ON,
    MODE,
    MODE_WEIGHTS,
    RANK,
    REACH,
    REACHES,
    SCENARIO,
    WEIGHTS,
    Goal,
    Ready,
    Result,
    RouteView,
    Scenario,
    SimulateView,
)  # fmt: skip
from layouts.subject import Subject
from layouts.text import has, t


def read_scenario(setup: Setup, state: ViewState) -> tuple[Scenario, list[Repair]]:
    """What the address changes, and what of it had to be repaired."""
    values, first = read_changes(state.extra(SCENARIO), setup.levers, state.lang)
    weights, second = read_changes(state.extra(WEIGHTS), setup.weights, state.lang)
    return Scenario(values, weights), [*first, *second]


def build_view(services: Services, state: ViewState, setup: Setup) -> tuple[SimulateView, tuple[Repair, ...]]:
    """The whole page of a state, and its repairs."""
    scenario, repairs = read_scenario(setup, state)
    goal, wrong = read_goal(state.extra(GOAL), state.extra(REACH))
    reach = state.extra(REACH) if state.extra(REACH) in REACHES else USUAL_REACH
    goal = goal or usual_goal(setup, reach)
    mode = state.extra(MODE)
    unknown = [Repair("value", mode[:40], t("simulate.mode.values", state.lang))] if _odd(mode) else []
    view = results_view(services, state, setup, scenario)
    compared = _compared(setup, state)
    asked, missed = read_asked(state.extra(ASKED), setup.levers, setup.year.tree)
    return replace(
        view,
        asked=asked,
        goal=goal,
        ready=_ready(services, state, setup, goal),
        compared=[result for result, _ in compared],
        compared_hrefs=[hrefs for _, hrefs in compared],
        made_on=_made_on(services, state),
        shared=services.shelf is not None,
    ), (*repairs, *wrong, *unknown, *missed)


def _odd(mode: str) -> bool:
    return mode not in ("", MODE_WEIGHTS)


def results_view(services: Services, state: ViewState, setup: Setup, scenario: Scenario) -> SimulateView:
    """The page without path and comparison: all that a moved lever changes."""
    weighted = setup.weights if setup.parts else {}
    return SimulateView(
        subject=setup.subject,
        levers=setup.levers,
        weighted=weighted,
        result=run_scenario(setup, scenario),
        known=setup.known,
        announced=setup.subject.n_units,
        parts=setup.parts,
        mode=MODE_WEIGHTS if state.extra(MODE) == MODE_WEIGHTS and weighted else "",
        everyone=state.extra(EVERYONE) == ALL,
        hrefs=_hrefs(services, state),
        unit_hrefs=_unit_hrefs(services, replace(state, year=setup.subject.year)),
        address={
            "tinh": state.province,
            "cs": state.index,
            "nam": str(setup.subject.year),
            "release": services.release_id(),
        },
        stamp=str(time.time_ns()),
    )


def _hrefs(services: Services, state: ViewState) -> dict[str, str]:
    clean = {SCENARIO: "", WEIGHTS: "", MADE_ON: ""}
    return {
        "values": address(services, state, **{MODE: ""}),
        "weights": address(services, state, **{MODE: MODE_WEIGHTS}),
        "reset": address(services, state, **clean),
    }


def _unit_hrefs(services: Services, state: ViewState) -> Mapping[str, str]:
    """The page that tells all of a province's total, by unit id: every move of a lever names everyone."""
    made: Mapping[str, str] = services.kept(
        ("hrefs", state.index, state.year, state.lang, ""), lambda: unit_hrefs(services, state, {})
    )
    return made


def address(services: Services, state: ViewState, **changes: str) -> str:
    """Address of this page with some parameters changed; empty ones are left out."""
    return PAGE.path + search_of(altered(state, changes), services.facts())


def _made_on(services: Services, state: ViewState) -> str:
    asked = state.extra(MADE_ON)
    return "" if asked in ("", services.release_id()) else asked[:20]


def _routed(services: Services, state: ViewState, setup: Setup, goal: Goal) -> RouteView | None:
    route = find_route(services, setup, goal)
    if route is None:
        return None
    changes = {step.code: step.end for step in route.steps}
    said = {GOAL: write_goal(goal.kind, goal.value), REACH: goal.reach, SCENARIO: write_changes(changes)}
    return replace(route, href=address(services, state, **said, **{WEIGHTS: "", MADE_ON: "", MODE: ""}))


def _ready(services: Services, state: ViewState, setup: Setup, goal: Goal | None) -> tuple[Ready, ...]:
    """The next better rank, then the targets of the province for this index, each once."""
    shown = write_goal(goal.kind, goal.value) if goal else ""
    better = usual_goal(setup)
    offers = []
    if better is not None:
        said = t("simulate.path.next_rank", state.lang, rank=int(better.value))
        offers.append((said, write_goal(RANK, better.value)))
    offers += [
        (f"{target_words.name(row, state.lang)}: {target_words.goal(row, state.lang)}", told)
        for row, told in target_goals(services, setup)
    ]
    made = {
        told: Ready(label, address(services, state, **{GOAL: told}), told == shown) for label, told in offers
    }
    return tuple(made.values())


def _compared(setup: Setup, state: ViewState) -> list[tuple[Result, tuple[str, str]]]:
    """Outcomes of the scenarios in the address."""
    found = []
    for name, values, weights in read_compared(state.extra(COMPARED)):
        changes = {SCENARIO: values, WEIGHTS: weights}
        asked = replace(state, extras=tuple(changes.items()))
        scenario, _ = read_scenario(setup, asked)
        found.append((run_scenario(setup, replace(scenario, name=name)), (values, weights)))
    return found


def _compare_links(services: Services, state: ViewState, view: SimulateView) -> SimulateView:
    """With the addresses that open a compared scenario, and that leave it out."""
    entries = read_compared(state.extra(COMPARED))
    hrefs = []
    for entry in entries:
        rest = write_compared(other for other in entries if other is not entry)
        opened = {SCENARIO: entry[1], WEIGHTS: entry[2], MADE_ON: ""}
        hrefs.append((address(services, state, **opened), address(services, state, **{COMPARED: rest})))
    return replace(view, compared_hrefs=hrefs)


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state."""
    setup, subject = read_setup(services, state)
    title = t("nav.simulate", state.lang)
    if setup is None:
        return Rendered(nothing(state) if subject is None else page.blocked(subject, state.lang), title)
    view, repairs = build_view(services, state, setup)
    view = _compare_links(services, state, view)
    return Rendered(page.layout(view, state.lang), f"{title} {view.subject.label(state.lang)}", repairs)


def current(services: Services, search: str | None, scenario: Mapping[str, str] | None = None) -> ViewState:
    """The state of the address, with the scenario that is on the screen."""
    state, _ = parse(search, services.facts(), True, PAGE.extras)
    return altered(state, {key: str(value) for key, value in (scenario or {}).items()})


def moved(
    scenario: Mapping[str, str] | None, search: str | None, services: Services
) -> tuple[Component, Component, Component, dict[str, float]] | None:
    """Finding, band, neighbours and inner figures after a lever moved; None without anything to simulate."""
    state = current(services, search, scenario)
    setup, _ = read_setup(services, state)
    if setup is None:
        return None
    view = results_view(services, state, setup, read_scenario(setup, state)[0])
    return (*results.moved_parts(view, state.lang), dict(view.result.inner))


def aimed(
    wanted: tuple[str, float | str | None, str],
    search: str | None,
    scenario: Mapping[str, str] | None,
    services: Services,
) -> Component | None:
    """The path to a goal (kind, number, reach): asked for when the page stands, and when a goal is typed."""
    kind, value, reach = wanted
    state = current(services, search, scenario)
    setup, _ = read_setup(services, state)
    goal = read_goal(write_goal(kind, float(value)), reach)[0] if _number(value) else None
    if setup is None:
        return None
    route = _routed(services, state, setup, goal) if goal else None
    view = results_view(services, state, setup, Scenario())
    return path_page.route(replace(view, goal=goal, route=route), state.lang)


def _number(value: float | str | None) -> bool:
    return isinstance(value, int | float) and has(value)


def saved_rows(saved: Any, search: str | None, services: Services) -> Component:
    """The scenarios kept in this browser: those of the view first, with their outcome."""
    state = current(services, search)
    setup, _ = read_setup(services, state)
    kept = [one for one in saved if isinstance(one, dict)] if isinstance(saved, list) else []
    rows = [_saved(services, state, setup, number, one) for number, one in enumerate(kept)]
    return saved_page.saved_list(rows, setup.subject if setup else None, state.lang)


def _saved(
    services: Services, state: ViewState, setup: Setup | None, number: int, one: Mapping[str, Any]
) -> saved_page.Saved:
    asked, _ = parse(str(one.get("search", "")), services.facts(), True, PAGE.extras)
    here = setup is not None and _same(asked, state, setup.subject)
    result = run_scenario(setup, read_scenario(setup, asked)[0]) if setup is not None and here else None
    release = str(one.get("release", ""))
    stale = release != services.release_id()
    opened = replace(asked, lang=state.lang, extras=())
    keep = {SCENARIO: asked.extra(SCENARIO), WEIGHTS: asked.extra(WEIGHTS), MADE_ON: release if stale else ""}
    name = plain_name(str(one.get("name", "")))
    return saved_page.Saved(
        number=number,
        name=name,
        about=_about(services, asked, state.lang),
        href=address(services, opened, **keep),
        release=release[:20] if stale else "",
        result=result,
        compare_href=_toggled(services, state, (name, keep[SCENARIO], keep[WEIGHTS])) if here else "",
        compared=(name, keep[SCENARIO], keep[WEIGHTS]) in read_compared(state.extra(COMPARED)),
    )


def _same(asked: ViewState, state: ViewState, subject: Subject) -> bool:
    return (asked.province, asked.index, asked.year) == (state.province, state.index, subject.year)


def _about(services: Services, asked: ViewState, lang: str) -> str:
    choices = {choice.key: choice.name(lang) for choice in services.facts().provinces}
    index = services.facts().index(asked.index).name(lang)
    return f"{choices.get(asked.province, asked.province)}, {index} {asked.year or ''}".strip()


def _toggled(services: Services, state: ViewState, entry: tuple[str, str, str]) -> str:
    entries = read_compared(state.extra(COMPARED))
    wanted = [one for one in entries if one != entry] if entry in entries else [*entries, entry]
    return address(services, state, **{COMPARED: write_compared(wanted)})


def register(app: Dash, services: Services) -> None:
    """Attach what moves without a new drawing; assets/simulate.js keeps levers and address in step."""

    @app.callback(
        Output(page.FINDING, "children"),
        Output(page.BAND, "children"),
        Output(page.NEAR, "children"),
        Output(page.ECHO, "data"),
        Input(page.SCENARIO_STORE, "data"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _move(scenario: dict[str, str] | None, search: str | None) -> Any:
        return moved(scenario, search, services)

    @app.callback(
        Output(path_page.ROUTE, "children"),
        Input(path_page.GOAL_VALUE, "value"),
        Input(path_page.GOAL_REACH, "value"),
        State(path_page.GOAL_KIND, "value"),
        State(page.SCENARIO_STORE, "data"),
        State(ids.URL, "search"),
    )
    def _aim(value: Any, reach: str, kind: str, scenario: dict[str, str] | None, search: str | None) -> Any:
        return aimed((kind, value, reach), search, scenario, services)

    @app.callback(
        Output(saved_page.LIST, "children"), Input(saved_page.KEPT, "data"), State(ids.URL, "search")
    )
    def _list(saved: Any, search: str | None) -> Any:
        return saved_rows(saved, search, services)

    _register_clientside(app)


def _register_clientside(app: Dash) -> None:
    """What only the browser knows: levers, the address, what it keeps."""
    parts = {
        "echo": (Input(page.ECHO, "data"),),
        "kind": (Output(path_page.GOAL_VALUE, "value"), Input(path_page.GOAL_KIND, "value")),
        "goal": (
            Input(path_page.GOAL_VALUE, "value"),
            Input(path_page.GOAL_REACH, "value"),
            State(path_page.GOAL_KIND, "value"),
        ),
        "save": (
            Output(saved_page.KEPT, "data"),
            Output(saved_page.NAME, "value"),
            Output(saved_page.SAID, "children"),
            Input(saved_page.SAVE, "n_clicks"),
            Input(saved_page.NAME, "n_submit"),
            State(saved_page.NAME, "value"),
            State(saved_page.KEPT, "data"),
        ),
    }
    for name, used in parts.items():
        app.clientside_callback(ClientsideFunction("simulate", name), *used, prevent_initial_call=True)


PAGE = Page(
    id="simulate",
    path="/mo-phong",
    group="action",
    controls=("province", "index", "year"),
    render=render,
    extras=(SCENARIO, WEIGHTS, MODE, GOAL, REACH, COMPARED, MADE_ON, EVERYONE, ASKED),
    register=register,
    tied=(SCENARIO, GOAL, COMPARED, MADE_ON),
    validation=page.placeholders,
    live=True,
)
