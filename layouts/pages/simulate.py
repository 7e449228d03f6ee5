"""Simulation: what if our components (or the weights) were others; the path to a goal; named scenarios."""

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from layouts.components.controls import NavLink
from layouts.components.notice import empty, notice
from layouts.pages import saved as shared
from layouts.pages import simulate_path as paths
from layouts.pages import simulate_saved as saved
from layouts.pages import simulate_words as words
from layouts.pages.ranking import kicker
from layouts.pages.simulate_results import band, near
from layouts.pages.simulate_tree import tree
from layouts.pages.simulate_view import SimulateView
from layouts.subject import Subject
from layouts.text import t

FINDING, BAND, NEAR, ECHO = "simulate-finding", "simulate-band", "simulate-near", "simulate-echo"
SCENARIO_STORE = "simulate-scenario"


def layout(view: SimulateView, lang: str) -> Component:
    """The page: finding, label, band in sight, levers beside neighbours, path, scenarios."""
    children = [
        kicker(view.subject, lang),
        html.H1(words.headline(view, lang), id=FINDING),
        html.P(" ".join(words.holds(view, lang)), className="simulate-label-line", role="note"),
        notice(t("simulate.made_on", lang, release=view.made_on), "info", lang) if view.made_on else None,
        html.Div(band(view, lang), id=BAND, className="simulate-band", role="status"),
        html.Div(
            [levers(view, lang), html.Div(near(view, lang), id=NEAR), paths.path_section(view, lang)],
            className="simulate-grid",
        ),
        saved.saved_section(view, lang),
        shared.section("scenario", lang) if view.shared else None,
        dcc.Store(id=SCENARIO_STORE),
        dcc.Store(id=ECHO),
    ]
    return html.Article([child for child in children if child is not None], className="page-simulate")


def levers(view: SimulateView, lang: str) -> Component:
    """The tree with its levers; where only the total is held, why there are no others."""
    title = t("simulate.levers.weights" if view.mode else "simulate.levers.title", lang)
    notes = [t("simulate.levers.note_weights" if view.mode else "simulate.levers.note", lang)]
    if not view.mode and any(not lever.capped for lever in view.levers.values()):
        notes.append(t("simulate.levers.observed", lang))
    if not view.parts:
        notes = [t("simulate.levers.only_total", lang, what=view.subject.label(lang))]
    return html.Section(
        [
            html.H2(title),
            _modes(view, lang),
            html.P(" ".join(notes), className="note"),
            tree(view, lang),
        ],
        className="simulate-levers",
    )


def _modes(view: SimulateView, lang: str) -> Component | None:
    """Values or weights, where the framework has weights; the scenario goes along (data-soft)."""
    if not view.weighted:
        return None
    pairs = (("values", not view.mode), ("weights", bool(view.mode)))
    links = [
        NavLink(
            t(f"simulate.mode.{name}", lang),
            view.hrefs[name],
            current="true" if chosen else None,
            className="chip",
            **{"data-soft": "1"},
        )
        for name, chosen in pairs
    ]
    return html.Nav(links, className="chips no-print", **{"aria-label": t("simulate.mode.label", lang)})


def blocked(subject: Subject, lang: str) -> Component:
    """Why there is nothing to simulate: departments, no unit of that year, result withheld, no total."""
    reason = "internal" if subject.internal else "no_unit" if subject.own is None else "no_total"
    reason = "withheld" if subject.own_withheld else reason
    title = t(f"simulate.blocked.{reason}", lang, province=subject.province, what=subject.label(lang))
    said = empty(title, t(f"simulate.blocked.{reason}_help", lang))
    return html.Article([kicker(subject, lang), html.H1(title), said], className="page-simulate")


def placeholders() -> list[Component]:
    """Every id that a callback of the page names."""
    return [
        html.Div(id=FINDING), html.Div(id=BAND), html.Div(id=NEAR), dcc.Store(id=ECHO),
        dcc.Store(id=SCENARIO_STORE), dmc.NumberInput(id=paths.GOAL_VALUE), dmc.Select(id=paths.GOAL_REACH),
        dmc.SegmentedControl(id=paths.GOAL_KIND, data=[]), html.Div(id=paths.ROUTE),
        dcc.Store(id=saved.KEPT), dmc.TextInput(id=saved.NAME), html.Button(id=saved.SAVE),
        html.Div(id=saved.LIST), html.Span(id=saved.SAID),
    ]  # fmt: skip
