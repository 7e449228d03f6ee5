"""A year of a department editor, in a real browser with sign-in on: work received from somebody who may hand
it out, progress reported, overdue told, closed, and the next year's figures held against what was promised.

The clock is a setting of the server (the page says so); the figures are the published ones. The release that
the year begins with is the real one without the later measured years of the index.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from etl.warehouse.queries import Warehouse
from layouts.text import number
from tests.browser.conftest import Watch, running_server, settle, shoot
from tests.browser.test_people import enter
from tests.browser.test_plan import typed
from tests.people.conftest import KEY
from tests.people.serving import DEPARTMENT, one_of_each

pytestmark = pytest.mark.browser
INDEX, YEAR, UNIT = "PAPI", 2022, "63:01"
BEGIN, LATE, NEXT = "2023-06-01", "2023-12-10", "2024-05-01"


def without_later_years(releases: Path, folder: Path) -> Path:
    """A copy of the current release as it stood before the figures after YEAR of the index came."""
    shutil.copytree(releases, folder)
    for file in folder.glob("*.duckdb"):
        with duckdb.connect(str(file)) as connection:
            held = connection.execute(
                "SELECT a.table_name FROM information_schema.columns a JOIN information_schema.columns b"
                " USING (table_schema, table_name)"
                " WHERE a.column_name = 'index_code' AND b.column_name = 'year'"
            ).fetchall()
            for (table,) in held:
                connection.execute(f"DELETE FROM {table} WHERE index_code = ? AND year > ?", [INDEX, YEAR])
    return folder


def improved(warehouse: Warehouse) -> tuple[str, dict[int, float]]:
    """The dimension that rose most in the year after YEAR, with both scores: one a promise can be about."""
    years = [
        warehouse.scores(INDEX, year, unit_id=UNIT, level="dimension", view="main").set_index(
            "component_code"
        )
        for year in (YEAR, YEAR + 1)
    ]
    before, after = (frame["value"].astype(float) for frame in years)
    code = str((after - before).idxmax())
    return code, {YEAR: float(before[code]), YEAR + 1: float(after[code])}


@contextmanager
def on(
    browser: Browser, releases: Path, folder: Path, today: str
) -> Iterator[Callable[[str], tuple[Page, str]]]:
    """On a day, the page and address at which somebody (a login) works: a browser of one's own, signed in."""
    settings = {
        "CCHC_SIGN_IN": "local", "CCHC_SECRET_KEY": KEY, "CCHC_WORKSPACE": "true", "CCHC_DATABASE_URL": "",
        "CCHC_WORKSPACE_PATH": str(folder / "workspace.sqlite"), "CCHC_TODAY": today,
    }  # fmt: skip
    with running_server(releases, **settings) as address:
        pages: dict[str, tuple[Page, Watch]] = {}

        def person(login: str) -> tuple[Page, str]:
            if login not in pages:
                page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN").new_page()
                pages[login] = page, Watch(page, address)
                page.goto(f"{address}/xep-hang")
                enter(page, login)
            return pages[login][0], address

        yield person
        for page, watch in pages.values():
            assert (watch.errors, watch.outside) == ([], [])
            page.context.close()


def opened(page: Page, address: str, more: str = "") -> None:
    """The plan of Hà Nội."""
    page.goto(f"{address}/ke-hoach?tinh=ha-noi&cs={INDEX}&nam={YEAR}{more}")
    settle(page)


def test_a_year_of_a_department_editor(browser: Browser, release_dir: Path, tmp_path: Path) -> None:
    warehouse = Warehouse(release_dir / "current.json")
    code, scores = improved(warehouse)
    promised = round((scores[YEAR] + scores[YEAR + 1]) / 2, 2)
    folder, before = tmp_path / "workspace", without_later_years(release_dir, tmp_path / "before")
    folder.mkdir()
    one_of_each(folder)

    with on(browser, before, folder, BEGIN) as person:
        page, address = person("analyst")
        opened(page, address)
        page.get_by_role("link", name="Giao việc").click()
        work = {"Mã_tiêu_chí": code, "Nhiệm_vụ": "Tập huấn cán bộ thôn", "Cơ_quan_chủ_trì": DEPARTMENT}
        goal = {"Điểm_cần_đạt": number(promised, 2, "vi"), "Thời_hạn": "30/11/2023"}
        typed(page, **work, **goal, Sản_phẩm="Kế hoạch tập huấn")
        expect(page.locator(".lede")).to_contain_text("không việc nào quá hạn")
        # The editor receives it, and may report on it, not change it.
        page, address = person("editor")
        opened(page, address)
        expect(page.get_by_role("link", name="Giao việc")).to_be_hidden()
        page.get_by_role("link", name=f"{DEPARTMENT} (1)").click()
        page.locator(".plan-table").get_by_role("link", name="Tập huấn cán bộ thôn").click()
        expect(page.locator(".page-work .pill").first).to_contain_text("Đang làm")
        expect(page.get_by_text("Chưa có số liệu của năm đo sau 2022.")).to_be_visible()
        expect(page.get_by_role("link", name="Sửa việc này")).to_be_hidden()
        page.get_by_role("link", name="Báo cáo tiến độ").click()
        report = {
            "Đã_làm_(%)": "40",
            "Đã_làm_gì": "Xong 12 lớp",
            "Tên_văn_bản_minh_chứng": "Báo cáo 12/BC-SNV",
        }
        typed(page, **report, **{"Địa_chỉ_(http,_https)": "https://example.vn/12"})
        expect(page.locator(".lede")).to_contain_text("Đã làm 40% (báo cáo ngày 01/06/2023)")
        expect(page.get_by_role("link", name="Báo cáo 12/BC-SNV", exact=True)).to_have_attribute(
            "href", "https://example.vn/12"
        )

    with on(browser, before, folder, LATE) as person:
        page, address = person("editor")
        opened(page, address)
        expect(page.locator(".lede")).to_contain_text(f"1 việc quá hạn, của {DEPARTMENT}")
        expect(page.get_by_text("đã đặt ngày 10/12/2023 làm hôm nay")).to_be_visible()
        page.locator(".plan-list").get_by_role("link", name="Tập huấn cán bộ thôn").click()
        expect(page.locator(".lede")).to_contain_text("Quá hạn 10 ngày")
        page.get_by_role("link", name="Báo cáo tiến độ").click()
        typed(page, **{"Đã_làm_(%)": "100", "Đã_làm_gì": "Xong 30 lớp"})
        expect(page.locator(".lede")).to_contain_text("Đã làm 100%")
        expect(page.locator(".lede")).to_contain_text("chờ người giao việc xác nhận")
        # Whoever handed it out confirms.
        page, address = person("analyst")
        opened(page, address)
        page.locator(".plan-list").get_by_role("link", name="Tập huấn cán bộ thôn").click()
        expect(page.locator(".lede")).to_contain_text("chờ người giao việc xác nhận")
        page.get_by_role("link", name="Sửa việc này").click()
        page.get_by_role("combobox", name="Trạng thái").or_(
            page.get_by_role("textbox", name="Trạng thái")
        ).click()
        page.get_by_role("option", name="Đã xong").click()
        page.get_by_role("button", name="Lưu", exact=True).click()
        expect(page.locator(".page-work .pill").first).to_contain_text("Đã xong")
        expect(page.locator(".lede")).not_to_contain_text("xác nhận")
        page.locator("summary").filter(has_text="Đã sửa những gì").click()
        expect(page.locator(".plan-history")).to_contain_text("trạng thái từ “Đang làm” thành “Đã xong”")
        shoot(page, "plan-year-closed")

    with on(browser, release_dir, folder, NEXT) as person:
        page, address = person("editor")
        opened(page, address)
        row = page.locator(".plan-results tbody tr")
        expect(row).to_have_count(1)
        for value in (scores[YEAR], promised, scores[YEAR + 1]):
            expect(row).to_contain_text(number(value, 2, "vi"))
        expect(row.locator(".pill")).to_contain_text("Đạt")
        expect(page.get_by_text("1 việc đã có số liệu năm sau: 1 đạt mức đã hứa.")).to_be_visible()
        found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
        assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found] == []
        shoot(page, "plan-year-next")
