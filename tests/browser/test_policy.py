"""The content security policy in a real browser: nothing of the app breaks it (of whole pages: test_pages),
nothing foreign runs.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle
from tests.browser.test_pages import LISTEN, REFUSED, download, open_page

pytestmark = pytest.mark.browser
FOREIGN = """() => {
  const script = document.createElement("script");
  script.textContent = "window.ran = 1";
  document.body.append(script);
  const box = document.createElement("div");
  box.innerHTML = `<img src="data:," onerror="window.ran = 2">
    <a id="lead" href="javascript:window.ran = 3">x</a>
    <iframe srcdoc="<script>parent.ran = 4</script>"></iframe><object data="data:text/html,x"></object>`;
  document.body.append(box);
  document.getElementById("lead").click();
  setTimeout("window.ran = 5", 0);
}"""


@pytest.fixture
def listening(page: Page) -> Page:
    """A page that keeps what its policy refused."""
    page.add_init_script(LISTEN)
    return page


def test_tables_search_files_and_drawers_work_under_it(listening: Page, address: str) -> None:
    page = listening
    open_page(page, address, "/xep-hang", cs="PCI", nam=2019, tinh="quang-ninh", lang="vi")
    page.locator(".ag-header-cell-label").first.click()
    assert "Quảng Ninh" in download(page, "csv").decode("utf-8-sig")
    assert download(page, "xlsx")[:2] == b"PK"
    page.locator("#control-province").click()
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".search-input").first.fill("ha noi")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    page.goto(f"{address}/?tinh=quang-ninh")
    settle(page)
    page.locator(".card .figure-mark").first.click()
    expect(page.locator(".figure-source")).to_be_visible()
    assert page.evaluate(REFUSED) == []


def test_what_is_not_the_apps_own_does_not_run(page: Page, address: str) -> None:
    """Scripts, handlers, addresses and frames that somebody else wrote into a page; texts made programs."""
    other = page.context.new_page()  # what is refused is told in the console, which `page` takes for an error
    other.add_init_script(LISTEN)
    open_page(other, address, "/", tinh="quang-ninh")
    other.evaluate(FOREIGN)
    other.wait_for_function("() => window.refused.length > 4")
    assert other.evaluate("window.ran") is None
    refused = {line.split()[0] for line in other.evaluate(REFUSED)}
    assert {"script-src-elem", "script-src-attr", "object-src"} <= refused
    other.close()
