"""The path to a goal: which goal and what is within reach, the steps in words, the way to try them."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from layouts.components.controls import NavLink, rich
from layouts.components.notice import empty
from layouts.components.twin import Column, Table, buttons, store
from layouts.pages import simulate_words as words
from layouts.pages.simulate_view import POINTS, RANK, REACHES, RouteView, SimulateView
from layouts.text import t

GOAL_KIND, GOAL_VALUE, GOAL_REACH, ROUTE = (
    "simulate-goal-kind", "simulate-goal-value", "simulate-goal-reach", "simulate-route",
)  # fmt: skip
TABLE_ID = "simulate-path"
USUAL = "ky-luc"
SHOWN = 8  # steps of a path shown at once


def path_section(view: SimulateView, lang: str) -> Component:
    """Goal, reach, path; what is missing where only the total is held."""
    title = html.H2(t("simulate.path.title", lang))
    if not view.parts:
        said = empty(t("simulate.path.no_parts", lang), t("simulate.path.no_parts_help", lang))
        return html.Section([title, said], className="simulate-path")
    return html.Section(
        [
            title,
            html.P(t("simulate.path.help", lang), className="note"),
            _ready(view, lang),
            _form(view, lang),
            html.Div(_waiting(lang), id=ROUTE, role="status"),
        ],
        className="simulate-path",
    )


def _ready(view: SimulateView, lang: str) -> Component | None:
    """Goals offered ready-made; their addresses keep what is on the screen (data-soft)."""
    links = [
        NavLink(
            one.label,
            one.href,
            current="true" if one.chosen else None,
            className="chip",
            **{"data-soft": "goal"},
        )
        for one in view.ready
    ]
    label = {"aria-label": t("simulate.path.ready", lang)}
    return html.Nav(links, className="chips no-print", **label) if links else None


def _form(view: SimulateView, lang: str) -> Component:
    kind = view.goal.kind if view.goal else POINTS
    value = view.goal.value if view.goal else round(view.result.own.before or 0.0, view.subject.decimals)
    kinds = [{"value": one, "label": t(f"simulate.path.kind.{one}", lang)} for one in (RANK, POINTS)]
    reaches = [{"value": one, "label": t(f"simulate.path.reach_name.{one}", lang)} for one in REACHES]
    return html.Div(
        [
            html.Div(
                [
                    html.Span(
                        t("simulate.path.goal", lang), className="simulate-label", id="simulate-goal-label"
                    ),
                    dmc.SegmentedControl(id=GOAL_KIND, data=kinds, value=kind, size="sm"),
                ],
                role="group",
                **{"aria-labelledby": "simulate-goal-label"},
            ),
            dmc.NumberInput(
                id=GOAL_VALUE,
                label=t("simulate.path.value", lang),
                value=int(value) if kind == RANK else value,
                min=0,
                decimalSeparator="," if lang == "vi" else ".",
                thousandSeparator="." if lang == "vi" else ",",
                decimalScale=view.subject.decimals,
                debounce=350,
                className="simulate-number",
            ),
            dmc.Select(
                id=GOAL_REACH,
                label=t("simulate.path.reach_label", lang),
                data=reaches,
                value=view.goal.reach if view.goal else USUAL,
                allowDeselect=False,
                className="simulate-reach",
                comboboxProps={"shadow": "sm", "transitionProps": {"duration": 0}},
            ),
        ],
        className="simulate-form no-print",
        **{
            "data-start": str(view.result.own.before or 0.0),
            "data-rank": str(view.result.own.rank_before or 1),
        },
    )


def _waiting(lang: str) -> Component:
    """What stands here until the path is found: years before are read for it, the page does not wait."""
    return html.P(t("simulate.path.searching", lang), className="note")


def route(view: SimulateView, lang: str) -> Component:
    """The path found: its sentence, its steps, what it rests on, the button that tries it."""
    if view.goal is None or view.route is None:
        return html.P(t("simulate.path.none", lang), className="note")
    found = view.route
    children = [html.H3(words.route_headline(view, found, lang))]
    if found.steps:
        table = steps_table(view, found, lang)
        apply = NavLink(t("simulate.path.apply", lang), found.href, className="button button-strong")
        children += [
            *_steps(view, found, lang),
            html.P(" ".join(_grounds(found, lang)), className="note"),
            html.Div([apply, buttons(table, lang)], className="simulate-actions no-print"),
            store(table),
        ]
    return html.Div(children)


def _steps(view: SimulateView, found: RouteView, lang: str) -> list[Component]:
    """The steps as a list; a long one shows its first and opens to the rest."""
    items = [html.Li(rich(words.step_words(view, step, lang))) for step in found.steps]
    first = html.Ol(items[:SHOWN], className="simulate-steps")
    if len(items) <= SHOWN + 1:
        return [html.Ol(items, className="simulate-steps")]
    rest = html.Ol(
        items[SHOWN:], className="simulate-steps", start=SHOWN + 1, style={"counterReset": f"step {SHOWN}"}
    )
    more = html.Summary(t("simulate.path.more", lang, count=len(items) - SHOWN))
    return [first, html.Details([more, rest], className="simulate-more")]


def _grounds(found: RouteView, lang: str) -> list[str]:
    effort = "points" if found.by_points else "shares"
    proof = "proven" if found.proven else "not_proven"
    keys = (f"simulate.path.effort.{effort}", f"simulate.path.{proof}", "simulate.path.held")
    return [t(key, lang) for key in keys]


def steps_table(view: SimulateView, found: RouteView, lang: str) -> Table:
    """The steps as they are taken away."""
    places = view.subject.decimals
    columns = [
        Column("name", t("common.component", lang)),
        Column("start", t("simulate.path.column.start", lang), max(2, places)),
        Column("end", t("simulate.path.column.end", lang), max(2, places)),
        Column("gain", t("simulate.path.column.gain", lang), places),
        Column("total", t("simulate.path.column.total", lang), places),
        Column("rank", t("simulate.path.column.rank", lang), 0),
    ]
    rows = [
        {
            "name": view.levers[step.code].name(lang),
            "start": step.start,
            "end": step.end,
            "gain": step.gain,
            "total": step.total,
            "rank": step.rank,
        }
        for step in found.steps
    ]
    title = t("simulate.path.table", lang, what=view.subject.label(lang))
    notes = (words.route_headline(view, found, lang), *_grounds(found, lang))
    return Table(TABLE_ID, title, columns, rows, meta=view.subject.meta((view.subject.asked,), notes))
