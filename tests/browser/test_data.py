"""The data page in a real browser: rows that come after it, files of its tables, and paper."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle

pytestmark = pytest.mark.browser

ROWS = """(table) => {
  const frame = document.querySelector(`#data-${table} .grid-frame`);
  return frame.csApi ? frame.csApi.getDisplayedRowCount() : 0;
}"""


def taken(page: Page, section: str, fmt: str) -> bytes:
    """The file of a section's table."""
    with page.expect_download() as waiting:
        page.locator(f"#data-{section}").get_by_role("button", name=fmt).first.click()
    return Path(waiting.value.path()).read_bytes()


def test_files_hold_the_rows_of_the_grid(page: Page, address: str) -> None:
    page.goto(f"{address}/du-lieu?lang=vi")
    settle(page)
    shown = page.evaluate(ROWS, "sources")
    assert shown > 100
    text = taken(page, "sources", "CSV").decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text), delimiter=";"))
    ends = next((n for n, line in enumerate(lines) if not any(line)), len(lines))
    assert ends - 1 == shown
    held = pq.read_table(io.BytesIO(taken(page, "sources", "Parquet")))
    assert held.num_rows == shown
    sheet = openpyxl.load_workbook(io.BytesIO(taken(page, "conflicts", "XLSX")), read_only=True).worksheets[0]
    cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None}
    assert "Hải Phòng" in cells
    assert any(cell.startswith("91,87") for cell in cells)


def test_nothing_moves_when_the_rows_come(page: Page, address: str) -> None:
    """The tables keep their height, and say that they load, while the rows are on their way."""
    held: list = []
    page.route("**/_dash-update-component*", lambda route: (
        held.append(route) if "table-later" in (route.request.post_data or "") else route.continue_()
    ))  # fmt: skip
    page.goto(f"{address}/du-lieu?lang=vi")
    sources = page.locator("#data-sources")
    expect(sources.locator(".ag-overlay")).to_contain_text("Đang tải")
    before = sources.bounding_box()
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    while len(held) < 2:
        page.wait_for_timeout(50)
    for route in held:
        route.continue_()
    expect(sources.locator(".ag-row").first).to_be_visible()
    settle(page)
    after = sources.bounding_box()
    assert before is not None
    assert after is not None
    assert (after["height"], after["y"]) == pytest.approx((before["height"], before["y"]), abs=1)


def test_paper_holds_every_row(page: Page, address: str) -> None:
    page.goto(f"{address}/du-lieu?lang=vi&print=1")
    settle(page)
    for table in ("sources", "conflicts", "dictionary"):
        count = page.evaluate(ROWS, table)
        assert count > 60
        expect(page.locator(f"#data-{table} .paper-table tbody tr")).to_have_count(count)
        expect(page.locator(f"#data-{table} .ag-root").first).to_be_hidden()


def test_a_table_without_rows_says_so_under_its_head(page: Page, address: str) -> None:
    """Nothing that a filter lets through: the words stand below the names of the columns, and the fade of a
    table that goes on beyond its edge is not on one that fits.
    """
    page.goto(f"{address}/kiem-dinh")
    frame = page.locator(".grid-frame").first
    expect(frame.locator(".ag-center-cols-container .ag-row").first).to_be_visible()
    expect(frame.locator("[data-more]")).to_have_count(0)
    frame.evaluate(
        "frame => frame.csApi.setFilterModel({year: {filterType: 'number', type: 'equals', filter: 1}})"
    )
    said = frame.get_by_text("Không dòng nào khớp bộ lọc")
    expect(said).to_be_visible()
    head, words = frame.locator(".ag-header").bounding_box(), said.bounding_box()
    assert head is not None
    assert words is not None
    assert words["y"] >= head["y"] + head["height"]


def test_cells_on_their_way_are_not_something_to_scroll_to(page: Page, address: str) -> None:
    """Cells that move reach beyond the columns for a moment: the fade of more to the right would stay for
    good, since nothing tells when they have come to their place.
    """
    page.goto(f"{address}/kiem-dinh")
    frame = page.locator(".grid-frame").first
    expect(frame.locator(".ag-center-cols-container .ag-row").first).to_be_visible()
    frame.evaluate(
        """frame => {
            const moving = document.createElement('div');
            moving.className = 'moving';
            moving.style.cssText = 'position: absolute; left: 3000px; width: 100px; height: 10px';
            frame.querySelector('.ag-center-cols-container .ag-row').append(moving);
        }"""
    )
    page.wait_for_timeout(600)  # the marks are set when the page has come to rest
    expect(frame.locator("[data-more]")).to_have_count(0)
