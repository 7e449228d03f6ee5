"""Three users at work in a real browser; every figure met is the warehouse's or the engine's."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import BrowserContext, Download, Locator, Page, expect

from callbacks.engine import read_engine
from callbacks.services import Services
from etl.build import build
from etl.demo.plan import load_plan
from etl.demo.write import write_demo
from etl.settings import Settings
from etl.warehouse.queries import Warehouse
from layouts.text import number
from tests.browser.conftest import ROOT, running_server, settle, watched
from tests.browser.test_pages import open_page

pytestmark = pytest.mark.browser
REGION = "Tây Nguyên"
# Index, year, province, and how many provinces were ranked: three published in full.
REAL = [("PAPI", 2024, "ha-giang"), ("PCI", 2021, "quang-ninh"), ("DTI", 2024, "quang-ninh")]


@pytest.fixture(scope="module")
def services(release_dir: Path) -> Services:
    """The same release as the server's, asked directly."""
    return Services(Warehouse(release_dir / "current.json"), "quang-ninh")


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Services]]:
    """A server over a whole simulated pack (all criteria of every province), and the same asked directly."""
    plan = load_plan()
    few = plan.satisfaction_survey.model_copy(update={"respondents": 10})
    real = Settings(data_dir=ROOT / "data", definitions_dir=ROOT / "indices/definitions")
    folder = tmp_path_factory.mktemp("demo") / "pack"
    made = write_demo(plan.model_copy(update={"satisfaction_survey": few}), real, folder)
    build(made.settings)
    releases = made.settings.releases_dir
    with running_server(releases) as address:
        yield address, Services(Warehouse(releases / "current.json"), "quang-ninh")


def parts_of(services: Services, index: str, year: int, province: str) -> pd.DataFrame:
    """Our figures of the main tree, the total among them."""
    found = services.warehouse.scores(index, year, view="main")
    return found[(found["unit_slug"] == province) & found["value"].notna()]


def figure_of(services: Services, index: str, year: int, province: str, code: str) -> pd.Series:
    """Our figure of one component."""
    rows = parts_of(services, index, year, province)
    return rows[rows["component_code"] == code].iloc[0]


def costliest(rows: pd.DataFrame) -> pd.Series:
    """Of the figures with nothing under them, the one furthest under its maximum, in points of the total."""
    deepest = rows[~rows["component_code"].isin(rows["parent_code"]) & rows["lost"].notna()]
    return deepest.sort_values(["lost_share", "lost"], ascending=False).iloc[0]


def points(services: Services, row: pd.Series, field: str = "value") -> str:
    """A figure of a score row as a Vietnamese page writes it: with the decimals of its index."""
    frameworks = services.warehouse.frameworks().set_index("framework_id")
    return number(row[field], int(frameworks.loc[row["framework_id"], "decimals"]), "vi")


def taken(waiting: Download) -> bytes:
    """The bytes of a download."""
    return Path(waiting.path()).read_bytes()


def test_a_leader_sees_where_we_stand_and_what_must_change(
    page: Page, address: str, services: Services
) -> None:
    """Without a click: the standing and what must change; with one: all of the criterion; two: its source."""
    open_page(page, address, "/", tinh="ha-giang", lang="vi")
    main = page.locator("main")
    expect(main).to_contain_text("hạng 25/63")
    expect(main).to_contain_text("PAPI 2024 giảm 0,52 điểm so với 2023, xuống 19 bậc, còn hạng 30")
    expect(main).to_contain_text("PAPI 2024, hạng 30/61: thêm 0,05 điểm thì lên hạng 29")
    total = figure_of(services, "PAPI", 2024, "ha-giang", "PAPI")
    expect(page.locator(".card[aria-labelledby='card-PAPI']")).to_contain_text(points(services, total))
    lever = page.locator(".lever-table tbody tr").first
    expect(lever).to_contain_text("▲ 12")
    name = lever.get_by_role("link").inner_text()
    lever.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/tieu-chi\?.*tp=D"))
    expect(page.locator("main h1")).to_contain_text(name)
    code = re.findall("tp=([^&]+)", page.url)[0]
    row = figure_of(services, "PAPI", 2024, "ha-giang", code)
    expect(page.locator(".stats")).to_contain_text(points(services, row))
    page.locator(".stats .figure-mark").first.click()
    expect(page.locator(".figure-source")).to_contain_text("UNDP")


def test_a_leader_reads_the_targets_missed(page: Page, address: str, services: Services) -> None:
    """Without a click which targets are missed; with one all of them; with another a figure's source."""
    open_page(page, address, "/", tinh="quang-ninh", lang="vi")
    aims = services.warehouse.targets()
    missed = aims[(aims["unit_name"] == "Quảng Ninh") & (aims["status"] == "behind")]
    shown = page.locator(".target-list li:has(.pill-behind) .target-name")
    expect(shown).to_have_count(len(missed))
    assert sorted(shown.all_inner_texts()) == sorted(missed["name_vi"])
    page.locator(".target-list .figure-mark").first.click()
    expect(page.locator(".figure-source")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".targets-column a").last.click()
    expect(page).to_have_url(re.compile("/muc-tieu"))
    expect(page.locator("main")).to_contain_text(f"{len(missed)} chưa đạt")


def lost_most(page: Page, services: Services, asked: tuple[str, int, str]) -> pd.Series:
    """From an index to the page of the criterion that cost most, and who did better; its row."""
    index, year, province = asked
    rows = parts_of(services, index, year, province)
    worst = costliest(rows)
    page.locator("main").get_by_role("link", name="Điểm mất", exact=True).click()
    expect(page).to_have_url(re.compile("xem=diem-mat"))
    line = page.locator("#page .ag-center-cols-container .ag-row[row-index='0']").first
    expect(line).to_contain_text(worst["component_name_vi"])
    expect(line).to_contain_text(points(services, worst, "lost"))
    line.get_by_role("link", name=worst["component_name_vi"]).click()
    expect(page).to_have_url(re.compile(f"/tieu-chi.*tp={re.escape(worst['component_code'])}(&|$)"))
    expect(page.locator("main h1")).to_contain_text(worst["component_name_vi"])
    everyone = services.warehouse.scores(index, year, component_code=worst["component_code"], view="main")
    everyone = everyone[everyone["unit_set"] == worst["unit_set"]]
    better = everyone[everyone["value"] > worst["value"]].sort_values(["value"], ascending=False)
    expect(page.locator("main")).to_contain_text(better["unit_name_vi"].iloc[0])
    expect(page.locator("main")).to_contain_text(points(services, better.iloc[0]))
    return worst


@pytest.mark.parametrize("asked", REAL, ids=[one[0] for one in REAL])
def test_the_department_finds_what_cost_most_and_who_did_better(
    page: Page, address: str, services: Services, asked: tuple[str, int, str]
) -> None:
    index, year, province = asked
    open_page(page, address, "/thanh-phan", cs=index, nam=year, tinh=province, lang="vi")
    lost_most(page, services, asked)


def test_the_department_on_every_criterion_of_a_simulated_pack(
    context: BrowserContext, simulated: tuple[str, Services]
) -> None:
    """The real pack has few criteria of the index of reform; the simulated one has all, and says so."""
    address, services = simulated
    code = services.facts().default_index
    year = services.facts().years(code)[-1]
    with watched(context, address) as page:
        open_page(page, address, "/thanh-phan", cs=code, nam=year, tinh="ha-giang", lang="vi")
        expect(page.locator(".simulated")).to_be_visible()
        worst = lost_most(page, services, (code, year, "ha-giang"))
        assert worst["level"] in ("criterion", "sub_criterion")
        expect(page.locator(".simulated")).to_be_visible()


def test_from_a_criterion_to_its_lever_and_the_leaders_figure(
    page: Page, address: str, services: Services
) -> None:
    open_page(page, address, "/tieu-chi", cs="PAPI", nam=2024, tinh="bac-ninh", tp="D1.1", lang="vi")
    page.locator("main").get_by_role("link", name="Mô phỏng", exact=True).click()
    expect(page).to_have_url(re.compile("/mo-phong.*tp=D1.1"))
    lever = page.locator(".lever[data-asked]")
    expect(lever).to_contain_text("Tri thức công dân")
    expect(lever.locator("input[type=range]")).to_be_focused()
    row = figure_of(services, "PAPI", 2024, "bac-ninh", "D1.1")
    expect(lever.locator(".figure-mark")).to_contain_text(points(services, row))
    best = services.warehouse.scores("PAPI", 2024, component_code="D1.1", view="main")["value"].max()
    box = lever.get_by_role("textbox")
    box.fill(number(best, 2, "vi"))
    box.press("Enter")
    changed = {(row["unit_id"], "D1.1"): round(best, 2)}
    after = read_engine(services, "PAPI", 2024).run(changed).loc[row["unit_id"]]
    band = page.locator("#simulate-band")
    expect(band).to_contain_text(number(after["after"], 2, "vi"))
    expect(band).to_contain_text(f"{after['rank_after']:.0f}/61")


def column(page: Page, field: str) -> Locator:
    """The cells of one column of the ranking table as they stand, without the row repeated on top."""
    return page.locator(f".ranking-table .ag-center-cols-container .ag-cell[col-id={field}]")


def narrow(page: Page) -> None:
    """Filter the ranking table by region and put the lowest score first, by hand."""
    head = page.locator(".ranking-table .ag-header-cell[col-id=region]")
    head.hover()
    head.locator(".ag-header-cell-filter-button").click()
    page.locator(".ag-filter input:visible").first.fill(REGION)
    expect(column(page, "name")).to_have_count(5)
    page.keyboard.press("Escape")
    score = page.locator(".ranking-table .ag-header-cell[col-id=score]")
    score.locator(".ag-header-cell-label").click()
    expect(score).to_have_attribute("aria-sort", "ascending")


def test_an_analyst_takes_a_filtered_and_sorted_table_away(
    page: Page, address: str, services: Services
) -> None:
    open_page(page, address, "/xep-hang", cs="PAPI", nam=2024, tinh="ha-giang", lang="vi")
    narrow(page)
    held = services.warehouse.scores("PAPI", 2024, component_code="PAPI", view="main")
    units = services.warehouse.units("63")
    units = units[units["region_vi"] == REGION]
    held = held[held["unit_id"].isin(units["unit_id"]) & held["value"].notna()].sort_values("value")
    expect(column(page, "score")).to_have_text([points(services, row) for _, row in held.iterrows()])
    expect(column(page, "name")).to_have_text(held["unit_name_vi"].tolist())
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Tải bảng “Bảng xếp hạng PAPI 2024” dạng XLSX").click()
    book = openpyxl.load_workbook(io.BytesIO(taken(waiting.value)))
    lines = list(book.worksheets[0].iter_rows(values_only=True))
    start = next(n for n, line in enumerate(lines) if "Tỉnh, thành phố" in line)
    table = pd.DataFrame(lines[start + 1 :], columns=lines[start])
    table = table[table["Tỉnh, thành phố"].notna()]
    assert table["Tỉnh, thành phố"].tolist() == held["unit_name_vi"].tolist()
    for name, field in (("Điểm", "value"), ("Hạng", "rank")):
        column_of = next(one for one in table.columns if str(one).startswith(name))
        assert table[column_of].tolist() == pytest.approx(held[field].tolist())
    about = "\n".join(str(cell) for line in book.worksheets[1].iter_rows(values_only=True) for cell in line)
    assert services.release_id() in about
    assert "UNDP" in about
    same_by_the_interface(page, address, held)


def same_by_the_interface(page: Page, address: str, held: pd.DataFrame) -> None:
    """The JSON interface gives these provinces these totals."""
    asked = f"{address}/api/v1/scores?index=PAPI&year=2024&level=index&view=main&limit=1000"
    answer = page.request.get(asked)
    assert answer.ok
    given = {row["unit_name_vi"]: row["value"] for row in answer.json()["rows"]}
    wanted = dict(zip(held["unit_name_vi"], held["value"], strict=True))
    assert {name: given[name] for name in wanted} == pytest.approx(wanted)


def test_a_mark_in_a_chart_opens_what_it_stands_for(page: Page, address: str) -> None:
    """A tile opens its province, a step of lost points its component; the table under it leads there too."""
    open_page(page, address, "/xep-hang", cs="PCI", nam=2019, tinh="quang-ninh", lang="vi")
    tile = page.locator(".tilemap .bars .point").filter(has_text=re.compile(r"^Hà\s?Nam$"))
    tile.locator("path").click(force=True)
    expect(page).to_have_url(re.compile(r"/tieu-chi\?tinh=ha-nam&cs=PCI&nam=2019"))
    settle(page)
    page.go_back()
    settle(page)
    page.locator(".tilemap details.twin summary").click()
    page.locator(".tilemap .twin").get_by_role("link", name="Hà Nam", exact=True).press("Enter")
    expect(page).to_have_url(re.compile(r"/tieu-chi\?tinh=ha-nam&cs=PCI&nam=2019"))
    open_page(page, address, "/thanh-phan", cs="PAPI", nam=2024, tinh="ha-giang", xem="diem-mat", lang="vi")
    page.locator("main .js-plotly-plot .bars .point path").first.click(force=True)
    expect(page).to_have_url(re.compile(r"/tieu-chi\?tinh=ha-giang&cs=PAPI&nam=2024&tp=D8"))
