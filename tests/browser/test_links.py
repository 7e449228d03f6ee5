"""A link is the view: the same elsewhere, back and forward, mended where it asks for what is not there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from layouts import ids
from tests.browser.conftest import new_context, settle
from tests.browser.test_pages import LANGUAGES, PATHS, open_page
from tests.thorough import covering

pytestmark = pytest.mark.browser
VIEWS = {
    "/mo-phong?cs=PAPI&nam=2024&tinh=bac-ninh&gd=D1:6": "en",
    "/kiem-dinh?cs=PCI&nam=2019&tinh=ha-giang&phan=trong-so": "en",
    "/thanh-phan?cs=PAPI&nam=2023&tinh=ha-giang&xem=noi-khac": "en",
    "/xep-hang?cs=PAPI&nam=2023&tinh=ha-giang&tp=D3": "vi",
    "/so-sanh?cs=PAPI&nam=2024&tinh=ha-giang&voi=lao-cai,yen-bai": "vi",
}


def view_of(page: Page) -> list[str]:
    """What a reader takes for the view: language, controls, headline, the chosen part."""
    settle(page)
    controls = page.locator("main input[id], #controls input").all()
    chosen = page.locator("main .chip[aria-current]").all_inner_texts()
    lang = page.evaluate("document.documentElement.lang")
    return [lang, page.inner_text("#page h1"), *(box.input_value() for box in controls), *chosen]


@pytest.mark.parametrize(("asked", "lang"), VIEWS.items(), ids=[one.partition("?")[0] for one in VIEWS])
def test_a_link_opens_the_same_view_in_another_browser(
    page: Page, browser: Browser, address: str, asked: str, lang: str
) -> None:
    page.goto(f"{address}{asked}&lang={lang}")
    before = view_of(page)
    assert before[0] == lang
    expect(page.locator(".notices")).to_be_empty()
    other = new_context(browser)
    found = other.new_page()
    found.goto(page.url)
    assert view_of(found) == before
    other.close()


STEPS = [
    ("/thanh-phan?cs=PAPI&nam=2024&tinh=ha-giang", "Điểm mất", "xem=diem-mat"),
    ("/kiem-dinh?cs=PCI&nam=2019&tinh=ha-giang", "Trọng số", "phan=trong-so"),
    ("/xep-hang?cs=PAPI&nam=2024&tinh=ha-giang", "Tây Nguyên", "vung="),
]


@pytest.mark.parametrize(("asked", "link", "said"), STEPS, ids=[one[2] for one in STEPS])
def test_back_and_forward_restore_each_part(
    page: Page, address: str, asked: str, link: str, said: str
) -> None:
    page.goto(f"{address}{asked}&lang=vi")
    first, start = view_of(page), page.url
    page.locator("main").get_by_role("link", name=link, exact=True).first.click()
    expect(page).to_have_url(re.compile(said))
    second, end = view_of(page), page.url
    assert second != first
    page.go_back()
    expect(page).to_have_url(start)
    assert view_of(page) == first
    page.go_forward()
    expect(page).to_have_url(end)
    assert view_of(page) == second


def test_going_back_before_a_page_has_come_leads_to_where_one_was(page: Page, address: str) -> None:
    """The answer to the page that was left comes late: what its selects would hold is nobody's choice."""
    open_page(page, address, "/xep-hang", cs="PCI", nam=2019, tinh="quang-ninh", lang="vi")
    start, held = page.url, []
    page.route(
        "**/_dash-update-component*",
        lambda route: (
            held.append(route) if "/tieu-chi" in (route.request.post_data or "") else route.continue_()
        ),
    )
    with page.expect_request(lambda request: "/tieu-chi" in (request.post_data or "")):
        page.locator("main .ag-row a").get_by_text("Hà Nam", exact=True).first.click()
    expect(page).to_have_url(re.compile(r"/tieu-chi\?tinh=ha-nam"))
    page.go_back()
    expect(page).to_have_url(start)
    assert held
    for route in held:
        route.continue_()
    settle(page)
    expect(page).to_have_url(start)
    expect(page.locator(f"#{ids.PROVINCE}")).to_have_value("Quảng Ninh")


def choose(page: Page, control: str, name: str) -> None:
    """Choose in a select of the bar."""
    page.locator(f".control-{control} input").click()
    page.get_by_role("option", name=name, exact=True).click()


def test_another_index_drops_the_component_of_the_old_one_without_a_word(page: Page, address: str) -> None:
    open_page(page, address, "/xep-hang", cs="PAPI", nam=2024, tinh="ha-giang", tp="D3", lang="vi")
    choose(page, "index", "PCI")
    expect(page).to_have_url(re.compile("cs=PCI"))
    expect(page.locator("main .kicker")).to_contain_text("PCI")
    settle(page)
    assert "tp=" not in page.url
    expect(page.locator(".notices")).to_be_empty()


BROKEN = [
    ("/xep-hang?cs=PAPI&nam=2024&tp=D99", "D99"),
    ("/xep-hang?cs=PAPI&nam=2024&vung=cuc-bac", "cuc-bac"),
    ("/tieu-chi?cs=PAPI&nam=2024&tp=khong-co", "khong-co"),
    ("/mo-phong?cs=PAPI&nam=2024&tinh=bac-ninh&gd=D1:99", "D1:99"),
    ("/mo-phong?cs=PAPI&nam=2024&tinh=bac-ninh&tp=X9", "X9"),
    ("/xu-huong?cs=PAPI&tp=D99", "D99"),
    ("/so-sanh?cs=PAPI&nam=2024&voi=atlantis", "atlantis"),
    ("/kiem-dinh?cs=PAPI&phan=khong-co", "khong-co"),
    ("/thanh-phan?cs=PAPI&xem=khong-co", "khong-co"),
]


def test_what_a_link_asks_in_vain_is_told(page: Page, address: str) -> None:
    silent = []
    for asked, wrong in BROKEN:
        page.goto(f"{address}{asked}&lang=vi")
        settle(page)
        if wrong not in page.inner_text(".notices"):
            silent.append(asked)
        expect(page.locator("main h1")).not_to_be_empty()
    assert silent == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_is_shown_as_on_paper(page: Page, address: str, lang: str) -> None:
    """print=1: light, without navigation and controls, in the language asked for; no link carries it on."""
    page.emulate_media(color_scheme="dark")
    for path in [path for path, tongue in covering(PATHS, LANGUAGES) if tongue == lang]:
        page.goto(f"{address}{path}?lang={lang}&print=1")
        expect(page.locator("h1").first).to_be_visible(timeout=60_000)
        expect(page.locator(".site-nav").locator("visible=true")).to_have_count(0)
        expect(page.locator(".controls").locator("visible=true")).to_have_count(0)
        expect(page.locator(".print-bar")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("data-theme", "light")
        expect(page.locator("html")).to_have_attribute("lang", lang)
        expect(page.locator("a[href*='print=1']")).to_have_count(0)
