"""Work is handed out, refused where it is not clear, changed and closed, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Watch, running_server, settle

pytestmark = pytest.mark.browser
PLAN = "/ke-hoach?tinh=quang-ninh&cs=PAPI&nam=2023"


@pytest.fixture(scope="module")
def own_address(release_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an app with an empty workspace answers."""
    file = tmp_path_factory.mktemp("workspace") / "w.sqlite"
    settings = {"CCHC_WORKSPACE": "true", "CCHC_WORKSPACE_PATH": str(file), "CCHC_DATABASE_URL": ""}
    with running_server(release_dir, **settings) as found:
        yield found


def typed(page: Page, **values: str) -> None:
    """Fill fields by their labels (underscores are spaces) and press Save."""
    for label, value in values.items():
        page.get_by_role("textbox", name=label.replace("_", " "), exact=True).fill(value)
    page.get_by_role("button", name="Lưu").click()


def test_an_assignment_is_written_refused_changed_and_closed(browser: Browser, own_address: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    watch = Watch(page, own_address)
    page.goto(own_address + PLAN)
    settle(page)
    page.get_by_role("link", name="Giao việc").click()
    typed(
        page, Mã_tiêu_chí="D1", Nhiệm_vụ="Niêm yết", Cơ_quan_chủ_trì="Sở Y tế", Thời_hạn="mai", Người_ghi="An"
    )
    expect(page.locator(".plan-told")).to_contain_text("Thời hạn: viết ngày dạng")
    serious = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in serious] == []
    typed(page, Thời_hạn="30/6/2024")
    expect(page.locator(".lede")).to_contain_text("1 quá hạn; nhiều nhất là Sở Y tế (1)")
    page.get_by_role("link", name="Niêm yết").click()
    typed(page, Sản_phẩm="Báo cáo")
    expect(page.locator(".plan-table")).to_contain_text("Chưa rõ: mục tiêu, thẩm quyền")
    page.get_by_role("link", name="Niêm yết").click()
    expect(page.get_by_role("textbox", name="Người ghi")).to_have_value("An")
    page.get_by_role("combobox", name="Trạng thái").or_(
        page.get_by_role("textbox", name="Trạng thái")
    ).click()
    page.get_by_role("option", name="Đã xong").click()
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator(".lede")).to_contain_text("1 đã xong, không việc nào quá hạn")
    assert (watch.errors, watch.outside) == ([], [])
    page.close()
