"""Axe finds nothing serious in the states a page can be in, light and dark; of whole pages: test_pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.axe import in_both_themes, stopping, turn
from tests.browser.conftest import settle, watched
from tests.browser.test_pages import open_page

pytestmark = pytest.mark.browser
# Parts of pages that another address draws, and what stands on them when something was chosen.
PARTS = [
    "/thanh-phan?cs=PAPI&nam=2024&tinh=ha-giang&xem=diem-mat",
    "/thanh-phan?cs=PAPI&nam=2024&tinh=ha-giang&xem=noi-khac",
    "/kiem-dinh?cs=PAPI&nam=2024&tinh=ha-giang&phan=trong-so",
    "/kiem-dinh?cs=PAPI&nam=2024&tinh=ha-giang&phan=thanh-phan",
    "/kiem-dinh?cs=PAPI&nam=2024&tinh=ha-giang&phan=chu-de",
    "/mo-phong?cs=PAPI&nam=2024&tinh=bac-ninh&gd=D1:6&dich=hang:4",
    "/tieu-chi?cs=PAPI&nam=2024&tinh=ha-giang&tp=D1.1",
]


@pytest.mark.parametrize("path", PARTS)
def test_parts_of_pages_too(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}{path}&lang=vi")
    settle(page)
    assert in_both_themes(page) == {}


def test_a_notice_too(page: Page, address: str) -> None:
    open_page(page, address, "/xep-hang", cs="PAPI", nam=2024, tinh="khong-co", lang="vi")
    expect(page.locator(".notices")).not_to_be_empty()
    assert in_both_themes(page, whole=False) == {}


def test_the_drawer_of_a_figure_too(page: Page, address: str) -> None:
    open_page(page, address, "/", tinh="quang-ninh", lang="vi")
    page.locator(".card .figure-mark").first.click()
    expect(page.locator(".figure-source")).to_be_visible()
    assert stopping(page) == []
    page.keyboard.press("Escape")
    turn(page, "dark")
    page.locator(".card .figure-mark").first.click()
    expect(page.locator(".figure-source")).to_be_visible()
    assert stopping(page, only_colours=True) == []


@pytest.mark.parametrize(
    ("path", "several"),
    [("/xep-hang?tinh=quang-ninh&cs=PCI&nam=2019", False), ("/so-sanh?tinh=quang-ninh", True)],
)
def test_an_open_list_of_options_too(page: Page, address: str, path: str, several: bool) -> None:
    """It scrolls, a keyboard can reach it, and the arrows of the field move through it."""
    page.goto(f"{address}{path}&lang=vi")
    settle(page)
    kind = ".mantine-MultiSelect-inputField" if several else ".mantine-Select-input"
    page.locator(kind).locator("visible=true").first.click()
    options = page.get_by_role("listbox").locator("visible=true").first
    expect(options).to_be_visible()
    assert options.evaluate("one => one.scrollHeight > one.clientHeight")
    assert stopping(page, whole=False) == []
    for _ in range(12):
        page.keyboard.press("ArrowDown")
    assert options.evaluate("one => one.scrollTop > 0")


def test_search_results_too(page: Page, address: str) -> None:
    open_page(page, address, "/xep-hang", lang="vi")
    page.keyboard.press("/")
    page.keyboard.type("dat")
    expect(page.get_by_role("option").first).to_be_visible()
    assert stopping(page, whole=False) == []


def test_the_plan_switched_on_too(context: BrowserContext, own_address: str) -> None:
    with watched(context, own_address) as page:
        for more in ("", "&sua=moi", "&nn=moi"):
            page.goto(f"{own_address}/ke-hoach?tinh=quang-ninh&cs=PAPI&nam=2022{more}")
            settle(page)
            assert in_both_themes(page) == {}
