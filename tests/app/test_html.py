"""Elements of layouts.html: the JSON of Dash's own, its refusals, and no class of theirs in its registry."""

from __future__ import annotations

import json
from typing import Any

import pytest
from dash import html as plain
from dash._utils import to_json
from dash.development.base_component import Component, ComponentRegistry

from layouts import html as lean


def sheet(h: Any) -> Component:
    """One tree with whatever elements are given: texts, numbers, lists, wildcards, ids, explicit None."""
    cells = [h.Td(n, className="num", colSpan=n) for n in (1, 2)]
    marks = {"data-figure": 'a"<b>', "aria-label": "số"}
    button = h.Button([h.Span("x"), None, 3.5], id={"type": "t", "n": 1}, disabled=False, **marks)
    return h.Div([h.Table(h.Tr(cells)), button, h.P(), h.A("y", href="/x?a=1&b=2", style=None)], n_clicks=0)


def test_an_element_is_written_as_dash_writes_it() -> None:
    ours, theirs = json.loads(to_json(sheet(lean))), json.loads(to_json(sheet(plain)))
    assert ours == theirs
    assert ours["props"]["children"][1]["props"]["data-figure"] == 'a"<b>'


def test_every_element_of_dash_is_there_and_is_one() -> None:
    for name in plain.__all__:
        made = getattr(lean, name)("text")
        assert isinstance(made, getattr(plain, name))
        assert json.loads(to_json(made)) == json.loads(to_json(getattr(plain, name)("text")))
        assert repr(made) == repr(getattr(plain, name)("text"))


@pytest.mark.parametrize("module", [lean, plain])
def test_a_property_that_an_element_does_not_have_is_refused(module: Any) -> None:
    with pytest.raises(TypeError, match="klass"):
        module.Td("x", klass="num")


def test_a_tree_is_walked_as_dash_walks_it() -> None:
    walked = [type(part).__name__ for part in sheet(lean)._traverse() if isinstance(part, Component)]
    assert walked == [type(part).__name__ for part in sheet(plain)._traverse() if isinstance(part, Component)]


def test_dash_lists_the_same_components_as_without_them() -> None:
    assert "layouts" not in ComponentRegistry.registry
    assert "layouts" not in ComponentRegistry.children_props
    assert ComponentRegistry.children_props["dash_html_components"] == {name: [] for name in plain.__all__}
