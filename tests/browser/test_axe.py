"""Axe finds nothing serious: every page, both languages, light and dark, and the states a page can be in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import stopping
from tests.browser.conftest import new_context, running_server, settle, watched
from tests.browser.test_pages import LANGUAGES, PATHS, open_page

pytestmark = pytest.mark.browser
THEMES = ("light", "dark")
# Parts of pages that another address draws, and what stands on them when something was chosen.
PARTS = [
    "/thanh-phan?cs=PAPI&nam=2024&tinh=ha-giang&xem=diem-mat",
    "/thanh-phan?cs=PAPI&nam=2024&tinh=ha-giang&xem=noi-khac",
    "/kiem-dinh?cs=PAPI&nam=2024&tinh=ha-giang&phan=trong-so",
    "/kiem-dinh?cs=PAPI&nam=2024&tinh=ha-giang&phan=thanh-phan",
    "/kiem-dinh?cs=PAPI&nam=2024&tinh=ha-giang&phan=chu-de",
    "/mo-phong?cs=PAPI&nam=2024&tinh=bac-ninh&gd=D1:6&dich=hang:4",
    "/tieu-chi?cs=PAPI&nam=2024&tinh=ha-giang&tp=D1.1",
    "/xep-hang?cs=PAPI&nam=2024&tinh=khong-co",
]


def in_both_themes(page: Page) -> dict[str, list[tuple[str, str, list[str]]]]:
    """What axe finds in the light and, after the button in the header, in the dark; only where it does."""
    found = {"light": stopping(page)}
    page.locator("[data-theme-toggle]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    found["dark"] = stopping(page, only_colours=True)
    page.locator("[data-theme-toggle]").click()
    return {theme: violations for theme, violations in found.items() if violations}


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_serious(page: Page, address: str, path: str) -> None:
    for lang in LANGUAGES:
        open_page(page, address, path, lang=lang)
        assert in_both_themes(page) == {}


@pytest.mark.parametrize("path", PARTS)
def test_parts_of_pages_too(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}{path}&lang=vi")
    settle(page)
    assert in_both_themes(page) == {}


def test_the_drawer_of_a_figure_too(page: Page, address: str) -> None:
    open_page(page, address, "/", tinh="quang-ninh", lang="vi")
    page.locator(".card .figure-mark").first.click()
    expect(page.locator(".figure-source")).to_be_visible()
    assert stopping(page) == []
    page.keyboard.press("Escape")
    page.locator("[data-theme-toggle]").click()
    page.locator(".card .figure-mark").first.click()
    expect(page.locator(".figure-source")).to_be_visible()
    assert stopping(page) == []


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
    assert stopping(page) == []
    for _ in range(12):
        page.keyboard.press("ArrowDown")
    assert options.evaluate("one => one.scrollTop > 0")


def test_search_results_too(page: Page, address: str) -> None:
    open_page(page, address, "/xep-hang", lang="vi")
    page.keyboard.press("/")
    page.keyboard.type("dat")
    expect(page.get_by_role("option").first).to_be_visible()
    assert stopping(page) == []


@pytest.fixture
def lonely(browser: Browser) -> Iterator[Page]:
    """A page that may meet a server without figures."""
    made = new_context(browser)
    yield made.new_page()
    made.close()


@pytest.mark.parametrize("pointer", ["", '{"release_id": "gone", "file": "release_gone.duckdb"}'])
def test_without_figures_and_with_a_broken_release_too(lonely: Page, tmp_path: Path, pointer: str) -> None:
    if pointer:
        (tmp_path / "current.json").write_text(pointer, encoding="utf-8")
    with running_server(tmp_path) as address:
        for lang in LANGUAGES:
            lonely.goto(f"{address}/xep-hang?lang={lang}")
            expect(lonely.get_by_role("heading", level=1)).to_be_visible()
            assert in_both_themes(lonely) == {}


def test_the_plan_switched_on_too(browser: Browser, release_dir: Path, tmp_path: Path) -> None:
    own = {
        "CCHC_WORKSPACE": "true",
        "CCHC_WORKSPACE_PATH": str(tmp_path / "w.sqlite"),
        "CCHC_DATABASE_URL": "",
    }
    made = new_context(browser)
    with running_server(release_dir, **own) as address, watched(made, address) as page:
        for more in ("", "&sua=moi", "&nn=moi"):
            page.goto(f"{address}/ke-hoach?tinh=quang-ninh&cs=PAPI&nam=2023{more}")
            settle(page)
            assert in_both_themes(page) == {}
    made.close()
