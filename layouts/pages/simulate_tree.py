"""The levers: the real tree, areas with their parts, each with its value, maximum, slider and number box.

The boxes and sliders are made by assets/simulate.js from what stands in `data-lever`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.components.figure import figure_mark
from layouts.pages.simulate_view import SCENARIO, WEIGHTS, Lever, SimulateView
from layouts.text import number, t

OPEN_UNDER = 12  # a tree of no more levers than this is shown open


def tree(view: SimulateView, lang: str) -> Component:
    """All levers of the mode, nested as the framework is."""
    levers = view.shown
    weights = bool(view.mode)
    below: dict[str, list[Lever]] = {}
    for lever in levers.values():
        below.setdefault(lever.parent if lever.parent in levers else "", []).append(lever)
    changed = view.result.scenario.weights if weights else view.result.scenario.values
    other = view.result.scenario.values if weights else view.result.scenario.weights
    own = view.result.own.unit_id
    keys = {} if weights else {code: view.key(own, code) for code in levers}
    inner = {} if weights else view.result.inner
    made = Tree(below, changed, inner, keys, view.asked, len(levers) <= OPEN_UNDER, lang)
    marks = {
        "data-simulate": view.stamp,
        "data-lang": lang,
        "data-kind": WEIGHTS if weights else SCENARIO,
        "data-other": json.dumps(dict(other)),
        "data-everyone": "1" if view.everyone else "",
        "data-address": json.dumps(dict(view.address)),
        "data-words": json.dumps({key: t(f"simulate.lever.{key}", lang) for key in WORDS}),
    }
    head = _head(weights, lang)
    return html.Div([head, made.listed("")], id="simulate-tree", className="simulate-tree", **marks)


WORDS = ("slider", "box", "reset", "was", "derived", "kept", "nameless")


def _head(weights: bool, lang: str) -> Component:
    columns = ("component", "now", "most", "move", "new")
    key = "weights" if weights else "values"
    return html.Div(
        [html.Span(t(f"simulate.columns.{key}.{name}", lang), className=f"lever-{name}") for name in columns],
        className="lever-head",
        **{"aria-hidden": "true"},
    )


@dataclass(frozen=True)
class Tree:
    """Draws levers by parent; a branch is open when something in it is changed or asked for, or the tree is
    short. keys: of the published figures by code; asked: the lever the address leads to.
    """

    below: Mapping[str, list[Lever]]
    changed: Mapping[str, float]
    inner: Mapping[str, float]
    keys: Mapping[str, str]
    asked: str
    opened: bool
    lang: str

    def listed(self, code: str, hidden: bool = False) -> Component:
        """The levers right under a code."""
        marks: dict[str, Any] = {"data-under": code} if code else {}
        return html.Ul(
            [self._item(lever) for lever in self.below.get(code, ())],
            className="levers" if code else "levers levers-top",
            hidden=hidden,
            **marks,
        )

    def _item(self, lever: Lever) -> Component:
        parts = lever.code in self.below
        shown = self.opened or self._touched(lever.code)
        return html.Li(
            [self._lever(lever, parts, shown), self.listed(lever.code, not shown) if parts else None]
        )

    def _touched(self, code: str) -> bool:
        kids = self.below.get(code, ())
        return any(k.code in self.changed or k.code == self.asked or self._touched(k.code) for k in kids)

    def _lever(self, lever: Lever, parts: bool, shown: bool) -> Component:
        lang = self.lang
        most = number(lever.high, lever.places, lang)
        limit = most if lever.capped else t("simulate.lever.observed", lang, value=most)
        return html.Div(
            [
                html.Div(
                    [self._toggle(lever, shown) if parts else None, self._name(lever)],
                    className="lever-component",
                ),
                html.Span(self._now(lever), className="lever-now num"),
                html.Span(limit, className="lever-most num"),
                html.Div(className="lever-slot", **{"data-lever": json.dumps(self._spec(lever, parts))}),
            ],
            className="lever lever-branch" if parts else "lever",
            **({"data-asked": "1"} if lever.code == self.asked else {}),
        )

    def _now(self, lever: Lever) -> Any:
        """The figure as it stands, which opens its source; a weight is the framework's, not a figure."""
        shown = number(lever.base, lever.places, self.lang)
        return figure_mark(shown, self.keys.get(lever.code, ""), self.lang)

    def _toggle(self, lever: Lever, shown: bool) -> Component:
        said = t("simulate.lever.parts", self.lang, name=lever.name(self.lang))
        marks = {"aria-expanded": "true" if shown else "false", "aria-label": said, "data-toggle": lever.code}
        return html.Button(
            html.Span(className="lever-caret"), type="button", className="lever-toggle", **marks
        )

    def _name(self, lever: Lever) -> Component:
        name = html.Span(lever.name(self.lang), className="lever-name")
        less = html.Span(t("simulate.lever.less", self.lang), className="note") if lever.less else None
        return html.Span([name, " " if less else None, less])

    def _spec(self, lever: Lever, parts: bool) -> dict[str, Any]:
        """What the script needs of a lever. `set`: changed in the scenario, `shown`: where it stands then."""
        value = self.changed.get(lever.code)
        shown = self.inner.get(lever.code, lever.base) if value is None else value
        return {
            "code": lever.code,
            "name": lever.name(self.lang),
            "base": lever.base,
            "low": lever.low,
            "high": lever.high,
            "places": lever.places,
            "best": lever.best,
            "less": lever.less,
            "parent": lever.parent,
            "set": value,
            "shown": shown,
            "inner": parts,
        }
