"""Empty, loading, slow and failed in a real browser: nothing jumps, no dead end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.axe import in_both_themes
from tests.browser.conftest import running_server, settle, shoot
from tests.browser.test_pages import LANGUAGES, PATHS
from tests.thorough import AT_LENGTH, covering

pytestmark = pytest.mark.browser

WIDTHS = [1440, 390]
# What a page may move while it loads (cumulative layout shift); 0.1 is "good" by the web vitals.
MOST_SHIFT = 0.1
UPDATES = "**/_dash-update-component*"
SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => list.getEntries().forEach(entry => {
  if (!entry.hadRecentInput) {
    const named = node => node && (node.id || node.className || node.nodeName);
    window.shifts.push([entry.value, entry.sources.map(source => named(source.node))]);
  }
})).observe({ type: "layout-shift", buffered: true });
"""


def shift(page: Page, address: str) -> tuple[float, list[object]]:
    """Cumulative layout shift of a page from the first paint until it stands, and the largest shifts."""
    page.goto(address)
    settle(page)
    page.wait_for_timeout(400)
    found = page.evaluate("window.shifts")
    return sum(value for value, _ in found), sorted(found, key=lambda one: -one[0])[:4]


@pytest.mark.parametrize(("path", "width"), covering(PATHS, WIDTHS))
def test_nothing_jumps_while_a_page_loads(first_page: Page, address: str, path: str, width: int) -> None:
    """Neither in a browser that was never here nor, at the other width, in one that has the scripts already;
    at length each page comes to each width as the first.
    """
    first_page.add_init_script(SHIFTS)
    for wide in [width] if AT_LENGTH else sorted(WIDTHS, key=lambda one: one != width):
        first_page.set_viewport_size({"width": wide, "height": 900})
        total, largest = shift(first_page, f"{address}{path}?lang=vi")
        assert total < MOST_SHIFT, (wide, largest)


@pytest.fixture
def bare(browser: Browser) -> Iterator[Page]:
    """A page that may meet failed answers."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN")
    yield context.new_page()
    context.close()


def test_an_empty_installation_shows_the_way_to_load_figures(bare: Page, tmp_path: Path) -> None:
    """And one whose release has gone says so; axe finds nothing serious in either."""
    with running_server(tmp_path) as address:
        for lang, title in (("vi", "Chưa có số liệu"), ("en", "No figures yet")):
            bare.goto(f"{address}/xep-hang?lang={lang}")
            expect(bare.get_by_role("heading", level=1)).to_have_text(title)
            expect(bare.get_by_text("python -m etl build")).to_be_visible()
            shoot(bare, f"trang-thai_chua-co-so-lieu_{lang}")
            assert in_both_themes(bare) == {}
        pointer = '{"release_id": "gone", "file": "release_gone.duckdb"}'
        (tmp_path / "current.json").write_text(pointer, encoding="utf-8")
        for lang in LANGUAGES:
            bare.goto(f"{address}/xep-hang?lang={lang}")
            expect(bare.get_by_role("heading", level=1)).to_be_visible()
            expect(bare.get_by_text("python -m etl rollback")).to_be_visible()
            assert in_both_themes(bare) == {}


def test_a_slow_answer_is_shown_and_goes_away(bare: Page, address: str) -> None:
    bare.goto(f"{address}/?lang=vi")
    settle(bare)
    waiting: list[Route] = []
    held = [True]
    bare.route(UPDATES, lambda route: waiting.append(route) if held[0] else route.continue_())
    bare.locator("a[data-nav][href*='/xep-hang']").first.evaluate("link => link.click()")
    bare.wait_for_function("() => document.documentElement.dataset.busy === '1'")
    held[0] = False
    for route in waiting:
        route.continue_()
    settle(bare)
    bare.wait_for_function("() => !document.documentElement.dataset.busy")


def test_no_answer_is_said_with_another_try(bare: Page, address: str) -> None:
    bare.goto(f"{address}/?lang=en")
    settle(bare)
    bare.route(UPDATES, lambda route: route.abort())
    bare.locator("a[data-nav][href*='/xep-hang']").first.evaluate("link => link.click()")
    notice = bare.locator("#unreachable")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("The server does not answer")
    bare.unroute(UPDATES)
    notice.get_by_role("button").locator("visible=true").click()
    settle(bare)
    expect(bare.locator("#page h1")).to_be_visible()
    expect(notice).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_component_in_every_state_is_shown(page: Page, address: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{address}/kieu?lang=vi")
    settle(page)
    for kind in (
        ".pill",
        ".notice-failure",
        ".ag-row",
        ".js-plotly-plot",
        ".chip",
        ".empty",
        ".bone",
        ".bullet",
    ):
        expect(page.locator(f".page-styles {kind}").first).to_be_visible()
    shoot(page, f"kieu_vi_1440_{scheme}")


def test_what_draws_charts_is_asked_for_with_the_page_and_once(page: Page, address: str) -> None:
    """The scripts that a chart needs are on their way before the page is drawn, and come once."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(address)))
    page.goto(f"{address}/")
    page.wait_for_selector(".js-plotly-plot .main-svg", state="attached")
    drawn = next(number for number, path in enumerate(asked) if "/_dash-update-component" in path)
    scripts = [path for path in asked if "plotly" in path or "async-graph" in path]
    assert len(scripts) == len(set(scripts)) == 2
    assert all(asked.index(path) < drawn for path in scripts)
