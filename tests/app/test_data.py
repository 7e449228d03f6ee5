"""The data page: what the release holds, where sources disagree, how well it recomputes, what is missing."""

from __future__ import annotations

import pytest

from callbacks import data
from callbacks.services import Services
from callbacks.url_state import Facts
from etl.warehouse.queries import Warehouse
from layouts.pages import data_parts as parts
from layouts.pages.data_frameworks import framework_rows
from layouts.pages.data_parts import DataView, loose_day, year_spans
from tests.app.conftest import of_type, shown, state_of


@pytest.fixture(scope="module")
def view(warehouse: Warehouse) -> DataView:
    """The whole release at a glance."""
    return data.build_view(warehouse)


@pytest.fixture(scope="module")
def page(services: Services, facts: Facts):
    """The drawn page in Vietnamese."""
    return data.render(services, state_of("", facts)).children


def test_coverage_says_complete_partial_and_none(view: DataView) -> None:
    cells = parts.coverage_cells(view, "vi")
    assert (cells["PCI"][2019].state, cells["PCI"][2019].words) == ("complete", "63/63")
    assert cells["PAR"][2023].state == "partial"
    assert cells["PAR"][2023].words.endswith("/63")
    assert 2010 not in cells["PAPI"]


def test_the_page_names_release_and_time(page, warehouse: Warehouse) -> None:
    assert warehouse.release().release_id in shown(page)


def test_cells_lead_to_their_ranking(page) -> None:
    links = [link.href for link in of_type(page, "A") if getattr(link, "title", "")]
    assert any("cs=PCI" in href and "nam=2019" in href and href.startswith("/xep-hang") for href in links)


def test_both_values_of_a_conflict_stand_side_by_side(view: DataView) -> None:
    rows = parts.conflict_rows(view, "vi")
    hai_phong = [
        r for r in rows if r["index"] == "PAR Index" and r["year"] == 2023 and r["unit"] == "Hải Phòng"
    ]
    assert any(r["used"].startswith("91,87") and r["other"].startswith("91,81") for r in hai_phong)
    assert all(r["why"] for r in rows)


def test_reconciliation_counts_add_up(view: DataView) -> None:
    rows = parts.reconciliation_rows(view, "vi")
    pci = next(row for row in rows if row["index"] == "PCI" and row["year"] == 2019)
    assert pci["cells"] > 0
    assert pci["cells"] == sum(pci[name] for name in parts.CLASSES[:5])
    assert pci["listed"] <= pci["differs"] + pci["listed"]


def test_frameworks_carry_decision_years_and_proof(view: DataView) -> None:
    rows = framework_rows(view, "vi")
    par = next(row for row in rows if row["decision"] == "QĐ 876/QĐ-BNV")
    assert (par["years"], par["date"]) == ("2022–2023", "10/11/2022")
    assert "chưa rõ" in par["proof"]


def test_every_source_is_listed_with_its_trust_in_words(view: DataView) -> None:
    rows = parts.source_rows(view, "vi")
    assert len(rows) == len(view.sources)
    assert {row["trust"] for row in rows} <= {
        "cơ quan công bố",
        "bản của cơ quan công bố",
        "báo chí",
        "suy ra từ nguồn khác",
        "đáng ngờ",
    }


def test_what_is_missing_is_said(view: DataView, page) -> None:
    assert any(name == "PAR Index" for name, _, _ in parts.incomplete(view))
    assert "Bảng tiêu chí chi tiết" in shown(page)


@pytest.mark.parametrize(
    ("years", "spans"),
    [("2013;2014;2016", "2013–2014, 2016"), ("", ""), ("2020", "2020"), ("2021,2020", "2020–2021")],
)
def test_years_are_written_as_spans(years: str, spans: str) -> None:
    assert year_spans(years) == spans


@pytest.mark.parametrize(
    ("date", "shown_date"),
    [("2026-01", "01/2026"), ("2022-11-10", "10/11/2022"), ("2024", "2024"), (None, None), ("", None)],
)
def test_dates_are_written_as_far_as_known(date: str | None, shown_date: str | None) -> None:
    assert loose_day(date, "vi") == shown_date


def test_tables_are_named_and_downloadable(page) -> None:
    tables = {store.id["table"] for store in of_type(page, "Store")}
    assert {button.id["table"] for button in of_type(page, "Button")} == tables
    assert len(of_type(page, "AgGrid")) == 4
