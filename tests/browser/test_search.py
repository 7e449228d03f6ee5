"""The search box with the keyboard alone, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle

pytestmark = pytest.mark.browser


def test_a_slash_finds_a_province_without_accents(page: Page, address: str) -> None:
    page.goto(f"{address}/?lang=vi")
    settle(page)
    page.keyboard.press("/")
    page.keyboard.type("dak lak")
    expect(page.get_by_role("option").first).to_contain_text("Đắk Lắk")
    page.keyboard.press("Enter")
    page.wait_for_url("**tinh=dak-lak**")
    expect(page.locator("main h1")).to_contain_text("Đắk Lắk")


def test_a_component_opens_in_its_index_and_keeps_the_province(page: Page, address: str) -> None:
    page.goto(f"{address}/?tinh=dak-lak&lang=en")
    settle(page)
    page.keyboard.press("/")
    page.keyboard.type("pci land access")
    expect(page.get_by_role("option").first).to_contain_text("Land")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tieu-chi**")
    assert "tinh=dak-lak" in page.url
    assert "cs=PCI" in page.url
    assert "lang=en" in page.url


def test_nothing_found_is_said_and_escape_closes(page: Page, address: str) -> None:
    page.goto(f"{address}/?lang=vi")
    settle(page)
    box = page.get_by_role("combobox", name="Tìm tỉnh")
    box.fill("qqqq")
    nothing = page.locator(".search-none")
    expect(nothing).to_have_text("Không tìm thấy")
    box.press("Escape")
    expect(nothing).to_be_hidden()
    assert box.input_value() == ""
