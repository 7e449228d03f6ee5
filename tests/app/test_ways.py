"""Ways from a figure: to its source, to the page of its component or province, to its lever."""

from __future__ import annotations

from typing import Any

import pytest

from callbacks import shell, simulate
from callbacks.provenance import read_figure
from callbacks.services import Services
from callbacks.url_state import ViewState
from layouts.components.figure import MARK
from layouts.figure_ref import FigureRef
from tests.app.conftest import parts, state_of

HILL = ViewState("ha-giang", "PAPI", 2024, "vi")


def marks(page: Any, classes: str = "") -> list[str]:
    """Keys of the figures that open their source, in parts of a class where one is said."""
    places = [one for one in parts(page) if classes in (getattr(one, "className", None) or "").split()]
    found = [one for place in places or ([] if classes else [page]) for one in parts(place)]
    return [key for one in found if (key := getattr(one, MARK, ""))]


@pytest.mark.parametrize(
    ("path", "search", "classes"),
    [
        ("/", "?tinh=quang-ninh", "target-list"),
        ("/", "?tinh=ha-giang", "lever-table"),
        ("/mo-phong", "?cs=PAPI&nam=2024&tinh=bac-ninh", "simulate-tree"),
        ("/mo-phong", "?cs=PAPI&nam=2024&tinh=bac-ninh", "simulate-table"),
        ("/mo-phong", "?cs=PAPI&nam=2024&tinh=bac-ninh", "simulate-band"),
        ("/hoi-nghi", "?tinh=ha-giang&nam=2024", "briefing-positions"),
    ],
)
def test_figures_of_a_page_open_a_source_the_release_has(
    services: Services, path: str, search: str, classes: str
) -> None:
    keys = marks(shell.show(path, search, services).page, classes)
    assert keys
    for key in keys:
        ref = FigureRef.parse(key)
        assert ref is not None
        assert read_figure(services, ref, HILL) is not None, key


@pytest.mark.parametrize(
    ("search", "table"),
    [
        ("?cs=PCI&nam=2019", "audit-residuals"),
        ("?cs=PAPI&nam=2024&phan=chu-de&tinh=ha-giang", "audit-themes-evidence"),
    ],
)
def test_tables_of_the_audit_name_the_figures_in_their_cells(
    services: Services, search: str, table: str
) -> None:
    page = shell.show("/kiem-dinh", search, services).page
    grid = next(
        one
        for one in parts(page)
        if getattr(one, "id", None) == {"type": "grid", "table": table, "part": "grid"}
    )
    keys = {key for row in grid.rowData for key in row["refs"].values()}
    assert len(keys) >= len(grid.rowData) / 2
    for key in keys:
        ref = FigureRef.parse(key)
        assert ref is not None
        assert read_figure(services, ref, HILL) is not None, key


def test_every_province_of_the_ranking_and_its_charts_leads_to_its_page(services: Services) -> None:
    page = shell.show("/xep-hang", "?cs=PCI&nam=2019&tp=PCI.2", services).page
    links = [href for one in parts(page) if (href := getattr(one, "href", "") or "").startswith("/tieu-chi")]
    named = [href for href in links if "tinh=ha-nam&" in href]
    assert named == ["/tieu-chi?tinh=ha-nam&cs=PCI&nam=2019&tp=PCI.2"] * 2  # under the tiles and the lines
    grid = next(one for one in parts(page) if getattr(one, "rowData", None))
    assert {row["href"] for row in grid.rowData if row["name"] == "Hà Nam"} == set(named)


def test_an_address_leads_to_a_lever_or_to_the_nearest_above_it(services: Services) -> None:
    def found(code: str) -> tuple[str, int]:
        search = f"?cs=PAPI&nam=2024&tinh=bac-ninh&tp={code}"
        rendered = simulate.render(services, state_of(search, services.facts(), True, simulate.PAGE.extras))
        asked = [one for one in parts(rendered.children) if getattr(one, "data-asked", None)]
        keys = [key for one in asked for part in parts(one) if (key := getattr(part, MARK, ""))]
        return (keys[0].split("|")[3] if keys else ""), len(rendered.repairs)

    assert found("D1.1") == ("D1.1", 0)
    assert found("PAPI") == ("", 0)
    assert found("khong-co") == ("", 1)
