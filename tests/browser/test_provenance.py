"""From the overview to the criterion that lost most and its source cell: in three clicks, by keyboard."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from etl.warehouse.queries import Warehouse
from layouts.text import number
from tests.browser.conftest import settle

pytestmark = pytest.mark.browser


def opened(page: Page) -> str:
    """The text of the drawer once it has opened."""
    page.wait_for_selector(".figure-source")
    return page.inner_text(".mantine-Drawer-content")


def test_from_the_overview_to_the_source_cell_in_three_clicks(
    page: Page, address: str, warehouse: Warehouse
) -> None:
    page.goto(f"{address}/?tinh=quang-ninh&lang=vi")
    settle(page)
    page.locator(".weak-table a").first.click()
    page.wait_for_url("**/tieu-chi**")
    settle(page)
    mark = page.locator(".stats .figure-mark").first
    index, year, unit, code = mark.get_attribute("data-figure").split("|")[:4]
    mark.click()
    fact = warehouse.facts(index, int(year), unit, code).iloc[0]
    said = opened(page)
    assert fact["source_publisher"] in said
    assert f"{fact['file']}, dòng {fact['row']}" in said
    assert number(fact["published"], int(fact["decimals"]), "vi") in said


def test_the_same_way_by_keyboard_alone(page: Page, address: str) -> None:
    page.goto(f"{address}/?tinh=quang-ninh&lang=vi")
    settle(page)
    page.locator(".weak-table a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/tieu-chi**")
    settle(page)
    mark = page.locator(".stats .figure-mark").first
    for _ in range(80):
        page.keyboard.press("Tab")
        if mark.evaluate("node => node === document.activeElement"):
            break
    expect(mark).to_be_focused()
    page.keyboard.press("Enter")
    assert "Trích dẫn" in opened(page)
    page.keyboard.press("Escape")
    expect(page.locator(".figure-source")).to_have_count(0)
    expect(mark).to_be_focused()


def test_a_cell_of_a_table_opens_its_source_by_enter(page: Page, address: str, warehouse: Warehouse) -> None:
    page.goto(f"{address}/xep-hang?tinh=quang-ninh&cs=PCI&nam=2019&lang=vi")
    settle(page)
    cell = page.locator(".ag-center-cols-container .ag-row[row-index='1'] .cell-figure").first
    cell.click()
    assert "Đồng Tháp" in opened(page)
    page.keyboard.press("Escape")
    expect(page.locator(".figure-source")).to_have_count(0)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    fact = warehouse.facts("PCI", 2019, "63:22", "PCI").iloc[0]
    said = opened(page)
    assert "Quảng Ninh" in said
    assert number(fact["published"], int(fact["decimals"]), "vi") in said


def test_the_drawer_is_accessible_and_leads_to_the_derivation(page: Page, address: str) -> None:
    page.goto(f"{address}/tieu-chi?tinh=quang-ninh&cs=PCI&nam=2019&tp=PCI.2&lang=vi")
    settle(page)
    page.locator(".two-columns > section:last-child .figure-mark").first.click()
    opened(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Chép trích dẫn").click()
    expect(page.get_by_role("button", name="Đã chép")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.inner_text("#figure-citation")
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == []
    page.get_by_role("link", name="Xem cách tính từng bước").click()
    expect(page.locator(".figure-source")).to_have_count(0)
    settle(page)
    assert re.search(r"tinh=(?!quang-ninh)", page.url)
    assert "Cách tính:" in page.inner_text("main")
