"""Pages in English, walked: no words of the interface in Vietnamese, grids included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from dash.development.base_component import Component

from callbacks import pages
from callbacks.services import Services
from callbacks.url_state import Facts
from layouts.text import texts
from tests.app.conftest import of_type, state_of

GRID_TEXTS = "table.grid."


def said(value: Any) -> Iterator[str]:
    """Every text anywhere in a component: children, properties, columns and options of grids, figures."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Component):
        yield from said(value.to_plotly_json()["props"])
    elif isinstance(value, dict):
        for part in value.values():
            yield from said(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from said(part)


def vietnamese_only() -> set[str]:
    """Whole texts of the interface that read otherwise in English and have letters beyond ASCII."""
    english = set(texts("en").values())
    return {
        text
        for key, text in texts("vi").items()
        if "{" not in text and not text.isascii() and text not in english and not key.startswith("lang.")
    }


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.id)
def test_a_page_in_english_says_nothing_in_vietnamese(services: Services, facts: Facts, page: Any) -> None:
    state = state_of("?lang=en", facts, "index" in page.controls, page.extras)
    drawn = page.render(services, state)
    foreign = vietnamese_only()
    assert len(foreign) > 300
    assert sorted(set(said(drawn.children)) & foreign) == []
    assert drawn.title not in foreign


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_grids_speak_the_language_of_the_page(services: Services, facts: Facts, lang: str) -> None:
    page = next(page for page in pages.PAGES if page.id == "ranking")
    state = state_of(f"?lang={lang}&cs=PCI", facts, True, page.extras)
    grids = of_type(page.render(services, state).children, "AgGrid")
    wanted = {
        key.removeprefix(GRID_TEXTS): text for key, text in texts(lang).items() if key.startswith(GRID_TEXTS)
    }
    assert grids
    assert len(wanted) > 5
    assert all(grid.dashGridOptions["localeText"] == wanted for grid in grids)
