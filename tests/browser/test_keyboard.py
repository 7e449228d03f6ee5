"""The keyboard alone: order, one stop a table, the skip link, Escape, focus in sight; still pages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import settle
from tests.browser.test_pages import open_page

pytestmark = pytest.mark.browser
STOPS = 400  # more Tab stops than any page has
# The element that has the keyboard: its place in the document, what shows that it has it, its kind.
HERE = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const marked = (node) => {
    const style = getComputedStyle(node);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return outlined || style.boxShadow !== "none";
  };
  const all = [...document.querySelectorAll("*")];
  return {at: all.indexOf(one), seen: marked(one) || marked(one.parentElement),
          kind: one.tagName + "." + one.className, grid: Boolean(one.closest(".grid-frame"))};
}"""


def stops(page: Page) -> list[dict[str, object]]:
    """Every stop of the Tab key, from the top of the page to its end."""
    found: list[dict[str, object]] = []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None or (found and here["at"] == found[0]["at"]):
            return found
        found.append(here)
    raise AssertionError(f"the keyboard is caught, or there are more than {STOPS} stops")


@pytest.mark.parametrize(
    "path",
    [
        "/?tinh=ha-giang",
        "/xep-hang?cs=PCI&nam=2019&tinh=quang-ninh",
        "/mo-phong?cs=PAPI&nam=2024&tinh=bac-ninh",
        "/du-lieu?tinh=quang-ninh",
        "/nap-du-lieu?tinh=quang-ninh",
    ],
)
def test_tab_goes_down_the_page_and_is_always_seen(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}{path}&lang=vi")
    settle(page)
    found = stops(page)
    places = [one["at"] for one in found]
    assert places == sorted(places)
    assert [one["kind"] for one in found if not one["seen"]] == []
    tables = page.locator(".grid-frame").locator("visible=true").count()
    assert sum(bool(one["grid"]) for one in found) == tables


def test_the_skip_link_leads_to_the_page(page: Page, address: str) -> None:
    open_page(page, address, "/", tinh="quang-ninh", lang="vi")
    page.keyboard.press("Tab")
    skip = page.locator(".skip-link")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#page")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('page').contains(document.activeElement)")


def cell(page: Page, row: int, field: str) -> Locator:
    """A cell of the ranking table."""
    return page.locator(
        f".ranking-table .ag-center-cols-container .ag-row[row-index='{row}'] .ag-cell[col-id={field}]"
    )


def test_a_table_is_entered_walked_and_left(page: Page, address: str) -> None:
    open_page(page, address, "/xep-hang", cs="PCI", nam=2019, tinh="quang-ninh", lang="vi")
    page.locator(".ranking-table .button-row button").last.focus()
    page.keyboard.press("Tab")
    expect(page.locator(".ranking-table .ag-header-cell[col-id=rank]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(cell(page, 0, "rank")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Home")
    expect(cell(page, 0, "rank")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(cell(page, 1, "rank")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".tilemap summary")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('.ranking-table .grid-frame'))")
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".ranking-table .button-row button").last).to_be_focused()


def test_enter_sorts_a_column_and_follows_a_name(page: Page, address: str) -> None:
    open_page(page, address, "/xep-hang", cs="PCI", nam=2019, tinh="quang-ninh", lang="vi")
    page.locator(".ranking-table .button-row button").last.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".ranking-table .ag-header-cell[col-id=rank]")).to_have_attribute(
        "aria-sort", "ascending"
    )
    page.keyboard.press("ArrowDown")
    name = cell(page, 0, "name")
    while not name.evaluate("node => node === document.activeElement"):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/tieu-chi\?tinh=quang-ninh"))


def test_escape_closes_a_menu_and_keeps_the_keyboard(page: Page, address: str) -> None:
    open_page(page, address, "/xep-hang", cs="PCI", nam=2019, tinh="quang-ninh", lang="vi")
    box = page.locator(".control-province input")
    box.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(box).to_be_focused()
    expect(box).to_have_value("Quảng Ninh")


def test_nothing_moves_for_whoever_asked_for_that(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_page(page, address, "/", tinh="quang-ninh", lang="vi")
    page.locator(".card .figure-mark").first.click()
    expect(page.locator(".figure-source")).to_be_visible()
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((one) => {
          const style = getComputedStyle(one);
          const slow = style.transitionDuration.split(",").some((time) => parseFloat(time) > 0.01);
          return style.animationName !== "none" || slow;
        }).map((one) => one.tagName + "." + one.className).slice(0, 5)"""
    )
    assert moving == []
