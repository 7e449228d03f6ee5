"""Every page in both languages in a real browser: real figures, no console error, no outside request, axe."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import THEMES, in_both_themes, stopping, turn
from tests.browser.conftest import settle, shoot
from tests.thorough import AT_LENGTH, covering

pytestmark = pytest.mark.browser

PATHS = ["/", "/xep-hang", "/thanh-phan", "/so-sanh", "/xu-huong", "/muc-tieu", "/du-lieu", "/nap-du-lieu"]
PATHS += ["/api", "/hoi-nghi", "/kiem-dinh", "/mo-phong", "/noi-bo", "/tieu-chi", "/khao-sat"]
PATHS += ["/ho-so-766", "/kieu", "/ke-hoach"]
LANGUAGES = ["vi", "en"]
WIDTHS = [1920, 1440, 768, 720, 360, 320]  # 720: 1440 at 200%, 320: 1280 at 400%

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Words of charts that stand outside their drawing.
CUT_WORDS = """() => [...document.querySelectorAll('.js-plotly-plot')].flatMap(plot => {
  const frame = plot.querySelector('.main-svg').getBoundingClientRect();
  return [...plot.querySelectorAll('.main-svg text')].filter(text => {
    const box = text.getBoundingClientRect();
    const beside = box.left < frame.left - 2 || box.right > frame.right + 2;
    return box.width && (beside || box.bottom > frame.bottom + 3);
  }).map(text => text.textContent);
})"""
# Cells and heads of tables that hold more than can be read, but names of regions: those say the rest when
# pointed at, and stand whole above the table.
CUT_CELLS = """() => [...document.querySelectorAll('.ag-cell-value, .ag-header-cell-text')].filter(one => {
  const cell = one.closest('[col-id]');
  return cell && cell.getAttribute('col-id') !== 'region' && one.scrollWidth > one.clientWidth + 1;
}).map(one => one.textContent)"""
# Buttons, boxes and selects of the page lower than so many pixels.
TOO_SMALL = """(least) => [...document.querySelectorAll(
    'main .button, .controls input, .search-input, .nav-group-title, .theme-button')]
  .filter(one => one.checkVisibility({visibilityProperty: true}))
  .filter(one => one.getBoundingClientRect().height < least - 0.5)
  .map(one => `${one.className} ${one.getBoundingClientRect().height}`)"""


# Every chart as wide as its place, no word of a chart on its way, the page as long as before.
STEADY = """() => {
  const plots = [...document.querySelectorAll(".js-plotly-plot")].filter((one) => one.offsetParent !== null);
  const wide = (one) => one.getBoundingClientRect().width;
  const drawn = (plot) => plot.querySelector(".main-svg");
  const fits = (plot) => drawn(plot) && Math.abs(wide(drawn(plot)) - plot.clientWidth) <= 1;
  const root = document.documentElement;
  const sizes = [...document.querySelectorAll("main, .js-plotly-plot, .main-svg text")].map(
    (one) => { const box = one.getBoundingClientRect(); return [box.left, box.top, box.width, box.height]; });
  const told = JSON.stringify([root.clientWidth, root.scrollWidth, sizes]);
  const same = told === window.steadyWas && plots.every(fits);
  const now = performance.now();
  window.steadyWas = told;
  window.steadySince = same ? window.steadySince || now : 0;
  return same && now - window.steadySince > 250;
}"""
# What the browser refused, from the first line of the page on.
LISTEN = """window.refused = [];
document.addEventListener("securitypolicyviolation", (told) =>
  window.refused.push([told.effectiveDirective, told.blockedURI, told.sourceFile, told.sample].join(" ")));"""
REFUSED = "window.refused"


def steady(page: Page) -> None:
    """Wait until what depends on the width of the window has taken it."""
    page.evaluate("window.steadySince = 0")
    page.wait_for_function(STEADY, polling=50, timeout=60_000)


def open_page(page: Page, address: str, path: str, **query: object) -> None:
    """Open a view by its address and wait until it has drawn."""
    asked = "&".join(f"{k}={v}" for k, v in query.items())
    page.goto(f"{address}{path}?{asked}")
    settle(page)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_page_draws_at_every_width(page: Page, address: str, path: str, lang: str) -> None:
    """Nothing wider than the window, no words of a chart beyond it or over each other, no cell of a table
    that cannot be read whole, nothing too small to press; then nothing serious by axe, a page in one theme in
    each language (at length in both), and nothing that the policy refuses. A width stands in one language,
    the next in the other, so that each is looked at of every page; at length all in both."""
    page.add_init_script(LISTEN)
    turn_of = (PATHS.index(path) + LANGUAGES.index(lang)) % 2
    widths = WIDTHS if AT_LENGTH else WIDTHS[turn_of::2]
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        if width == widths[0]:
            open_page(page, address, path, lang=lang)
        steady(page)
        shoot(page, f"{path.strip('/') or 'tong-quan'}_{lang}_{width}")
        assert page.evaluate(TOO_WIDE) <= 1, f"{path} scrolls sideways at {width}"
        assert page.evaluate(CUT_WORDS) == [], f"{path} cuts words of a chart at {width}"
        assert page.evaluate(CUT_CELLS) == [], f"{path} cuts cells of a table at {width}"
        assert page.evaluate(TOO_SMALL, 44 if width <= 360 else 24) == [], f"{path} at {width}"
        assert page.evaluate("document.documentElement.lang") == lang
    page.set_viewport_size({"width": 1440, "height": 1000})
    steady(page)
    if AT_LENGTH:
        assert in_both_themes(page) == {}
    turn(page, THEMES[turn_of])
    assert stopping(page) == []
    for chart in page.locator(".js-plotly-plot .main-svg").locator("visible=true").all()[:1]:
        chart.hover()
    assert page.evaluate(REFUSED) == []


@pytest.mark.parametrize("asked", ["cs=PCI&nam=2016", "cs=PAPI&nam=2022"])
def test_groups_and_names_of_a_ranking_are_whole(page: Page, address: str, asked: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/xep-hang?{asked}")
    settle(page)
    words = page.locator("[col-id=group] .ag-cell-value").all_text_contents()
    assert set(words) >= ({"Tương đối thấp"} if "PCI" in asked else {"Trung bình cao", "Trung bình thấp"})
    assert page.evaluate(CUT_CELLS) == []


def test_overview_shows_the_published_figures(page: Page, address: str) -> None:
    open_page(page, address, "/", tinh="quang-ninh", lang="vi")
    text = page.inner_text("main")
    for figure in ("92,18", "90,61", "73,20", "47,82", "0,7484", "26,21", "1/63", "17/63"):
        assert figure in text, f"{figure} is not on the overview"
    assert "92.18" not in text


def test_overview_in_english_keeps_decimal_points(page: Page, address: str) -> None:
    open_page(page, address, "/", tinh="quang-ninh", lang="en")
    text = page.inner_text("main")
    assert "92.18" in text
    assert "92,18" not in text


def test_ranking_of_a_full_year(page: Page, address: str) -> None:
    open_page(page, address, "/xep-hang", cs="PCI", nam=2019, tinh="quang-ninh", lang="vi")
    text = page.inner_text("main")
    assert "73,40" in text
    assert "1/63" in text
    expect(page.get_by_text("Hoàng Sa").first).to_be_attached()
    expect(page.get_by_text("Trường Sa").first).to_be_attached()


def test_components_show_lost_points(page: Page, address: str) -> None:
    open_page(page, address, "/thanh-phan", cs="PAPI", nam=2024, tinh="quang-ninh", lang="vi")
    text = page.inner_text("main")
    assert "Quản trị điện tử" in text
    assert "3,94" in text


def test_targets_show_the_score_to_hold(page: Page, address: str) -> None:
    open_page(page, address, "/muc-tieu", tinh="quang-ninh", lang="vi")
    text = page.inner_text("main")
    assert "92,18" in text
    assert "99" in text
    assert "124/NQ-HĐND" in text


def test_data_page_names_the_release(page: Page, address: str, release_dir: Path) -> None:
    open_page(page, address, "/du-lieu", lang="vi")
    release = next(release_dir.glob("release_*.duckdb")).stem.removeprefix("release_")
    assert release in page.inner_text("body")


BAD = [
    ({"tinh": "quang-nin"}, "Quảng Ninh"),
    ({"tinh": "khong-co-tinh-nay"}, ""),
    ({"cs": "PCX", "nam": "1066"}, ""),
    ({"nam": "'; DROP TABLE score; --"}, ""),
    ({"lang": "fr"}, ""),
]


@pytest.mark.parametrize(("bad", "path"), covering(BAD, ["/", "/xep-hang", "/thanh-phan"]))
def test_a_bad_address_is_mended_with_a_notice(
    page: Page, address: str, bad: tuple[dict[str, str], str], path: str
) -> None:
    query, shown = bad
    open_page(page, address, path, **query)
    expect(page.locator(".notices")).not_to_be_empty()
    assert shown in page.inner_text("main")
    assert "Traceback" not in page.inner_text("body")


def test_an_unknown_page_leads_home_with_a_notice(page: Page, address: str) -> None:
    open_page(page, address, "/khong-co", lang="vi")
    expect(page.locator(".notices")).not_to_be_empty()
    assert page.inner_text("main h1")


def test_the_view_is_in_the_address(page: Page, address: str) -> None:
    open_page(page, address, "/", tinh="quang-ninh", lang="vi")
    page.get_by_role("link", name="Xếp hạng").first.click()
    settle(page)
    assert "/xep-hang" in page.url
    assert "quang-ninh" in page.url
    page.go_back()
    settle(page)
    assert "/xep-hang" not in page.url
    assert "92,18" in page.inner_text("main")


def download(page: Page, fmt: str) -> bytes:
    """Bytes of the first table's download in that format."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=fmt.upper()).first.click()
    return Path(waiting.value.path()).read_bytes()


def test_downloads_hold_what_is_shown_with_source_and_release(
    page: Page, address: str, release_dir: Path
) -> None:
    release = next(release_dir.glob("release_*.duckdb")).stem.removeprefix("release_")
    open_page(page, address, "/xep-hang", cs="PCI", nam=2019, tinh="quang-ninh", lang="vi")
    text = download(page, "csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert any("Quảng Ninh" in r and any(cell.startswith("73,40") for cell in r) for r in rows)
    assert release in text
    book = zipfile.ZipFile(io.BytesIO(download(page, "xlsx")))
    inside = "".join(book.read(n).decode("utf-8") for n in book.namelist() if n.endswith(".xml"))
    assert release in inside
    assert "Quảng Ninh" in inside


def drawn_charts(page: Page) -> None:
    """Wait until every chart of the page has its drawing."""
    page.wait_for_function(
        "() => [...document.querySelectorAll('.dash-graph')]"
        ".every(one => one.querySelector('.main-svg .subplot'))"
    )
    settle(page)


@pytest.mark.parametrize(
    "query",
    [
        {"tinh": "quang-ninh", "lang": "vi"},
        {"tinh": "quang-ninh", "lang": "en"},
        {"tinh": "quang-ngai", "lang": "vi"},
        {"tinh": "binh-duong", "lang": "vi"},
        {"tinh": "dong-nai", "lang": "en"},
        {"tinh": "ha-giang", "lang": "vi"},
        {"tinh": "lao-cai-34", "lang": "vi"},
    ],
)
def test_overview_prints_on_one_a4_page(page: Page, address: str, query: dict[str, str]) -> None:
    open_page(page, address, "/", **query)
    drawn_charts(page)
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", printed)
    assert box is not None
    assert [round(float(side)) for side in box.groups()] == [595, 842]


def test_a_page_shown_as_on_paper(page: Page, address: str) -> None:
    """Navigation and controls are gone, colours light, links free of print=1; it prints on one sheet."""
    page.emulate_media(color_scheme="dark")
    open_page(page, address, "/", tinh="quang-ninh", print=1)
    drawn_charts(page)
    for gone in (".site-nav", ".controls", ".languages", "main .button"):
        assert page.locator(gone).locator("visible=true").count() == 0, f"{gone} is on the sheet"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("a[href*='print=1']").count() == 0
    assert "92,18" in page.inner_text("main")
    width = page.evaluate("document.body.getBoundingClientRect().width")
    assert round(width / 96 * 25.4) == 210
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.emulate_media(media="print")
    expect(page.locator(".print-bar")).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Đóng").click()
    expect(page.locator(".site-nav")).to_be_visible()
    assert "print=1" not in page.url


def test_tables_and_charts_are_whole_on_paper(page: Page, address: str) -> None:
    """Every row under a head that each sheet repeats, nothing beyond the edge; the screen is as before."""
    open_page(page, address, "/xep-hang", cs="PCI", nam=2019, tinh="quang-ninh", lang="vi")
    drawn_charts(page)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})
    table = page.locator(".paper-table").first
    expect(table.locator("tbody tr")).to_have_count(63)
    expect(table.locator("tbody tr").first).to_contain_text("73,40")
    assert table.locator(".row-own").count() == 1
    assert table.locator("thead").evaluate("e => getComputedStyle(e).display") == "table-header-group"
    assert page.evaluate(
        "[...document.querySelectorAll('.paper-table, .js-plotly-plot .main-svg')]"
        ".every(one => one.getBoundingClientRect().right <= 719)"
    )
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".paper-table")).to_have_count(0)
