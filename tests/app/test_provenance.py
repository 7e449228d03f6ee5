"""The source of a figure: what the drawer says equals what the release holds, wherever one is marked."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest
from dash.development.base_component import Component

from callbacks import compare, components, criterion, data, overview, provenance, ranking, targets, trends
from callbacks.services import Page, Services
from callbacks.url_state import Facts
from layouts.components.provenance import citation
from layouts.figure_ref import FigureRef, before_of, ref_of
from layouts.ids import TABLE_LATER
from layouts.text import number
from tests.app.conftest import of_type, parts, shown, state_of

PCI_ENTRY = "PCI|2019|63:22|PCI.1"
ENTRY = "?tinh=quang-ninh&cs=PCI&nam=2019"
PAGES = [ranking, components, compare, trends, criterion]


def drawn(page: Page, search: str, services: Services, facts: Facts) -> Component:
    """A page by its address."""
    return page.render(services, state_of(search, facts, "index" in page.controls, page.extras)).children


def marked(page: Component) -> set[str]:
    """Keys of all figures of a page that open their source: marks and cells of tables that came with it."""
    keys = {key for part in parts(page) if (key := getattr(part, "data-figure", None))}
    for table in of_type(page, "AgGrid"):
        keys |= of_rows(table.rowData or [])
    return keys


def of_rows(rows: list[dict[str, Any]]) -> set[str]:
    """Keys of the cells of a table."""
    return {key for row in rows for key in (row.get("refs") or {}).values()}


def followed(page: Component, services: Services) -> set[str]:
    """Keys of the cells of tables whose rows come after the page."""
    later = [s.data for s in of_type(page, "Store") if isinstance(s.id, dict) and s.id["type"] == TABLE_LATER]
    return {key for asked in later for key in of_rows(data.later_rows(services, asked) or [])}


def test_a_key_is_read_back_as_it_was_written() -> None:
    for ref in (FigureRef("PCI", 2019, "63:22", "PCI.1"), FigureRef("PAR", 2023, "63:40", "SRC.a", "source")):
        assert FigureRef.parse(ref.key) == ref


@pytest.mark.parametrize("key", ["", None, "PCI", "PCI|x|63:22|PCI.1", "PCI|2019||PCI.1", "a|1|b|c|d|e", 7])
def test_what_is_no_key_is_refused(key: object) -> None:
    assert FigureRef.parse(key) is None


def test_the_figure_compared_with_keeps_its_older_code() -> None:
    row = {"index_code": "PAR", "year": 2024, "unit_id": "63:22", "component_code": "1.2", "prev_year": 2023}
    assert before_of(row) == "PAR|2023|63:22|1.2"
    assert before_of(row | {"prev_code": "1.3"}) == "PAR|2023|63:22|1.3"
    assert ref_of(row | {"unit_id": None}) == ""


def test_the_drawer_says_what_the_release_holds(services: Services) -> None:
    opened, title, body = provenance.answer({"figure": PCI_ENTRY}, ENTRY, services)
    fact = services.warehouse.facts("PCI", 2019, "63:22", "PCI.1").iloc[0]
    row = services.warehouse.scores("PCI", 2019, unit_id="63:22", component_code="PCI.1").iloc[0]
    said = shown(body)
    assert opened
    assert number(row["value"], 2, "vi") in title
    assert number(fact["published"], int(fact["decimals"]), "vi") in said
    assert number(row["recomputed"], 6, "vi") in said
    for field in ("source_publisher", "source_document", "source_address", "source_id", "file"):
        assert str(fact[field]) in said
    assert f"dòng {fact['row']}" in said
    assert f"{row['rank']}/{row['n_ranked']}" in said


def test_the_place_in_the_document_is_named(services: Services) -> None:
    fact = services.warehouse.facts("PAPI", 2024, "63:22", "D1.1").iloc[0]
    assert fact["place"]
    assert fact["place"] in shown(provenance.answer({"figure": "PAPI|2024|63:22|D1.1"}, ENTRY, services)[2])


def test_a_figure_of_another_view_is_found(services: Services) -> None:
    units = services.warehouse.units()
    unit = units[units["slug"] == "dak-lak"]["unit_id"].iloc[0]
    rows = services.warehouse.scores("PAR", 2023, unit_id=unit, component_code="SRC.appraised", view="source")
    key = ref_of(rows.iloc[0].to_dict())
    assert key.endswith("|source")
    assert number(rows["value"].iloc[0], 2, "vi") in provenance.answer({"figure": key}, ENTRY, services)[1]


def test_other_sources_for_the_same_cell_are_listed(services: Services) -> None:
    conflicts = services.warehouse.conflicts()
    one = conflicts[conflicts["value_other"].notna() & conflicts["value_used"].notna()].iloc[0]
    key = FigureRef(one["index_code"], int(one["year"]), one["unit_id"], one["component_code"]).key
    _, _, body = provenance.answer({"figure": key}, ENTRY, services)
    facts = services.warehouse.facts(
        one["index_code"], int(one["year"]), one["unit_id"], one["component_code"]
    )
    other = facts[facts["use"] == one["use"]].iloc[0]
    assert other["source_document"] in shown(body)


def test_the_citation_names_publisher_decision_year_and_release(services: Services, facts: Facts) -> None:
    ref = FigureRef.parse(PCI_ENTRY)
    assert ref
    for lang, words in (("vi", "Bản phát hành số liệu"), ("en", "Data release")):
        view = provenance.read_figure(services, ref, state_of(f"{ENTRY}&lang={lang}", facts))
        assert view
        said = citation(view, lang)
        assert said.startswith("VCCI, Bảng tính PCI 2019.")
        assert view.names["decision"] in said
        assert " 2019, " in said
        assert f"{words} {services.release_id()}." in said
        assert number(view.row["value"], 2, lang) in said


def test_a_figure_that_is_not_held_is_said_not_to_be(services: Services) -> None:
    for asked in ({"figure": "PCI|1999|63:22|PCI.1"}, {"figure": "'; DROP TABLE score; --"}, {}, None):
        opened, title, body = provenance.answer(asked, "?lang=en", services)
        assert opened
        assert title == "Source of the figure"
        assert "does not hold" in shown(body)


@pytest.mark.parametrize("module", PAGES, ids=lambda module: module.PAGE.id)
def test_every_marked_figure_of_a_page_has_its_source(module, services: Services, facts: Facts) -> None:
    keys = marked(drawn(module.PAGE, ENTRY, services, facts))
    assert keys - {""}
    refs = [FigureRef.parse(key) for key in sorted(keys - {""})][:40]
    assert all(refs)
    for ref in refs:
        assert ref
        view = provenance.read_figure(services, ref, state_of(ENTRY, facts))
        assert view, ref
        assert view.used is not None or not math.isnan(view.row["recomputed"] or math.nan)


def test_the_cards_of_the_overview_open_their_source(services: Services, facts: Facts) -> None:
    page = drawn(overview.PAGE, "?tinh=quang-ninh", services, facts)
    shown_marks = {
        getattr(part, "data-figure"): shown(part)
        for part in parts(page)
        if getattr(part, "data-figure", None)
    }
    totals = {key: words for key, words in shown_marks.items() if re.match(r"(\w+)\|\d+\|[^|]+\|\1$", key)}
    assert len(totals) >= 6
    for key, words in totals.items():
        ref = FigureRef.parse(key)
        assert ref
        row = services.warehouse.scores(ref.index, ref.year, unit_id=ref.unit, component_code=ref.component)
        value = row["value"].iloc[0]
        assert any(number(value, places, "vi") in words for places in range(5)), key


@pytest.mark.parametrize(
    ("module", "search", "least"),
    [
        (targets, "?tinh=quang-ninh", 3),
        (data, "", 3),
        (ranking, "?tinh=tay-ninh&cs=IPAR&nam=2023", 1),
        (components, f"{ENTRY}&xem=diem-mat", 10),
        (components, f"{ENTRY}&xem=noi-khac", 10),
        (components, f"{ENTRY}&xem=doi-chieu", 10),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_figures_of_the_other_pages_open_their_source(
    module, search: str, least: int, services: Services, facts: Facts
) -> None:
    page = drawn(module.PAGE, search, services, facts)
    keys = (marked(page) | followed(page, services)) - {""}
    assert len(keys) >= least
    for key in sorted(keys)[:20]:
        ref = FigureRef.parse(key)
        assert ref
        assert provenance.read_figure(services, ref, state_of("", facts)), key


def test_marks_are_not_taken_away_with_a_table(services: Services, facts: Facts) -> None:
    page = drawn(criterion.PAGE, f"{ENTRY}&tp=PCI.1", services, facts)
    for store in of_type(page, "Store"):
        fields = {column["field"] for column in store.data["columns"]}
        assert all(set(row) <= fields for row in store.data["rows"])
        assert "refs" not in json.dumps(store.data["rows"])


def test_a_mark_is_named_for_a_screen_reader(services: Services, facts: Facts) -> None:
    page = drawn(criterion.PAGE, f"{ENTRY}&tp=PCI.1", services, facts)
    marks = [button for button in of_type(page, "Button") if getattr(button, "data-figure", None)]
    assert marks
    assert all("xem nguồn" in shown(mark) and mark.type == "button" for mark in marks)
