"""What people type, bring or put into an address is shown as text: in a real browser, nothing of it runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import new_context, running_server, settle
from tests.browser.hostile import ADDRESSES, ALL, MARK, PAYLOADS
from tests.browser.test_pages import PATHS
from workspace import store
from workspace.database import Workspace, sqlite_url
from workspace.errors import InvalidError
from workspace.records import RECORDS

pytestmark = pytest.mark.browser
WHO = PAYLOADS[1]
ABOUT = {"unit_id": "63:22", "index_code": "PAPI", "component_code": "D1", "year": "2023"}
WORK = ABOUT | {
    "task": ALL, "lead": PAYLOADS[3], "deadline": "30/6/2024", "status": "open", "target": ALL,
    "partners": ALL, "product": ALL, "authority": ALL,
}  # fmt: skip
# Parameters that pages take from their address.
NAMES = ("tinh", "cs", "nam", "tp", "voi", "xem", "phan", "chi-so", "don-vi", "goi", "dv", "cua", "tt", "sua")
# Elements that a payload would have become, beside the app's own.
BECOME = """() => [...document.querySelectorAll(
    "[onerror], [onload], [ontoggle], [onfocus], [onmouseover], iframe, math, details[ontoggle]")]
  .map(one => one.outerHTML.slice(0, 200))
  .concat([...document.querySelectorAll("a[href]")].map(one => one.href)
    .filter(href => !/^(https?:|mailto:)/.test(href)))"""


def seeded(file: Path) -> dict[str, str]:
    """A workspace whose every text is hostile; ids of what lies in it, by kind."""
    workspace = Workspace(sqlite_url(file))
    workspace.upgrade()
    with workspace.writing() as session:

        def add(table: str, **values: Any) -> str:
            return str(store.add(session, RECORDS[table].checked(values), WHO).id)

        work = add("assignment", **WORK)
        cause = add("cause", **ABOUT, kind="objective", text=ALL)
        report = add("progress", assignment_id=work, day="1/6/2024", percent="40", text=ALL)
        add(
            "evidence",
            progress_id=report,
            title=ALL[:500],
            address="https://x.vn/\"onclick='window.stung=1'>",
        )
        for kind, row in (("assignment", work), ("cause", cause), ("progress", report)):
            add("comment", about_kind=kind, about_id=row, text=ALL)
        for kind, path in (("view", "/ke-hoach"), ("scenario", "/mo-phong")):
            add("saved", kind=kind, name=PAYLOADS[1], path=path, query="tinh=ha-noi", release_id=PAYLOADS[0])
        add(
            "briefing", unit_id="63:22", year="2023", indices=PAYLOADS[2], release_id=PAYLOADS[0],
            title=PAYLOADS[1], digest="0" * 64, content={"blocks": []},
        )  # fmt: skip
    workspace.close()
    return {"work": work, "cause": cause}


@pytest.fixture(scope="module")
def held(release_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """Where an app over that workspace answers, and the ids in it."""
    folder = tmp_path_factory.mktemp("hostile")
    found = seeded(folder / "w.sqlite")
    own = {
        "CCHC_WORKSPACE": "true", "CCHC_WORKSPACE_PATH": str(folder / "w.sqlite"), "CCHC_DATABASE_URL": "",
        "CCHC_IMPORTS_DIR": str(folder / "imports"), "CCHC_WARM": "false",
    }  # fmt: skip
    with running_server(release_dir, **own) as address:
        yield address, found


@pytest.fixture(scope="module")
def unwalled(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that minds no policy: the texts alone must hold, without the second wall."""
    made = new_context(browser, bypass_csp=True)
    yield made
    made.close()


@pytest.fixture
def tried(unwalled: BrowserContext) -> Iterator[Page]:
    """A page that fails the test when anything in it ran or asked; what it kept is gone afterwards."""
    page = unwalled.new_page()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    yield page
    page.evaluate("localStorage.clear()")
    page.close()
    unwalled.clear_cookies()
    assert asked == []


def harmless(page: Page) -> None:
    """Nothing of the page ran, nothing in it became an element or an address that would."""
    for kind in ("main a", "main td", ".ag-cell", "main summary"):
        for one in page.locator(kind).locator("visible=true").all()[:3]:
            one.hover(force=True, timeout=5_000)
    assert page.evaluate(f"() => {MARK} === undefined"), page.url
    assert page.evaluate(BECOME) == [], page.url


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/ke-hoach?tinh=quang-ninh&cs=PAPI&nam=2023", True),
        ("/ke-hoach?tinh=quang-ninh&cs=PAPI&nam=2023&xem=bang", True),
        ("/ke-hoach?tinh=quang-ninh&cs=PAPI&nam=2023&giao={work}", True),
        ("/ke-hoach?tinh=quang-ninh&cs=PAPI&nam=2023&sua={work}", False),
        ("/ke-hoach?tinh=quang-ninh&cs=PAPI&nam=2023&nn={cause}", False),
        ("/tieu-chi?tinh=quang-ninh&cs=PAPI&nam=2023&tp=D1", False),
        ("/mo-phong?tinh=quang-ninh&cs=PAPI&nam=2023", False),
        ("/hoi-nghi?tinh=quang-ninh&nam=2023", False),
    ],
)
def test_what_people_wrote_is_text_everywhere(
    tried: Page, held: tuple[str, dict[str, str]], path: str, shown: bool
) -> None:
    address, found = held
    tried.goto(address + path.format(**found))
    settle(tried)
    harmless(tried)
    if shown:
        expect(tried.locator("main")).to_contain_text(PAYLOADS[0])


@pytest.mark.parametrize("path", PATHS)
def test_what_stands_in_the_address_is_text(tried: Page, held: tuple[str, dict[str, str]], path: str) -> None:
    query = "&".join(f"{name}={quote(PAYLOADS[n % len(PAYLOADS)])}" for n, name in enumerate(NAMES))
    tried.goto(f"{held[0]}{path}?{query}#{quote(PAYLOADS[1])}")
    settle(tried)
    harmless(tried)


def test_what_is_searched_for_and_an_unknown_path_are_text(
    tried: Page, held: tuple[str, dict[str, str]]
) -> None:
    tried.goto(f"{held[0]}/{quote(PAYLOADS[1], safe='')}")
    settle(tried)
    expect(tried.locator(".notices")).to_contain_text("img%20src")
    for payload in PAYLOADS:
        tried.locator(".search-input").first.fill(payload)
    tried.wait_for_timeout(300)
    harmless(tried)


def test_a_hostile_workbook_is_shown_as_text(
    tried: Page, held: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    """Names of file and sheets, and every cell, up to the refusal or the preview."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "<svg onload=stung=1>"
    book.active.append(["Chỉ số năng lực cạnh tranh cấp tỉnh (PCI) năm 2021", PAYLOADS[1]])
    book.active.append(["Tỉnh", "PCI", "Xếp hạng", PAYLOADS[0]])
    for place, payload in enumerate(PAYLOADS, 1):
        book.active.append([payload, 60 + place, place, payload])
    path = tmp_path / "<img src=x onerror=window.stung=1>.xlsx"
    book.save(path)
    tried.goto(f"{held[0]}/nap-du-lieu?lang=vi")
    settle(tried)
    tried.get_by_label("Người thực hiện").fill(PAYLOADS[1])
    tried.keyboard.press("Tab")
    tried.set_input_files("#intake-upload input[type=file]", path)
    expect(tried.locator("main")).to_contain_text("<svg onload=stung=1>", timeout=60_000)
    settle(tried)
    harmless(tried)


def test_labels_of_charts_run_nothing(tried: Page, held: tuple[str, dict[str, str]]) -> None:
    """Plotly reads some marks of HTML in its labels: bold, a link, no script."""
    tried.goto(f"{held[0]}/?tinh=quang-ninh")
    settle(tried)
    drawn = """(texts) => {
      const place = document.createElement("div");
      document.querySelector("main").append(place);
      const links = texts.map((text) => `<a href="${text}">x</a>`);
      const all = texts.concat(links, ["<a href='javascript:window.stung=1'>x</a>"]);
      const trace = {type: "bar", x: all, y: all.map((_, n) => n + 1), text: all, hovertext: all};
      const layout = {title: {text: all.join(" ")}, annotations: all.map((text, n) => ({x: n, y: 1, text}))};
      return Plotly.newPlot(place, [trace], layout).then(() => {
        [...place.querySelectorAll("a")].forEach((one) => one.dispatchEvent(new MouseEvent("click")));
        return [...place.querySelectorAll("a")].map((one) => Object.assign(document.createElement("a"),
          {href: one.getAttribute("xlink:href") || one.getAttribute("href") || ""}).protocol);
      });
    }"""
    leads = tried.evaluate(drawn, [*PAYLOADS, *ADDRESSES])
    assert set(leads) <= {"http:", "https:", "mailto:", ":"}  # ":" is of what is no address at all
    assert tried.evaluate(f"() => {MARK} === undefined")


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_is_not_of_the_web_is_refused_where_it_is_written(address: str) -> None:
    with pytest.raises(InvalidError):
        RECORDS["evidence"].checked({"progress_id": "1", "title": "x", "address": address})
