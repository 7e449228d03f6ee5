"""Work is handed out, refused where it is not clear, changed and closed, in a real browser."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Watch, settle

pytestmark = pytest.mark.browser
PLAN = "/ke-hoach?tinh=quang-ninh&cs=PAPI&nam=2023"


def typed(page: Page, **values: str) -> None:
    """Fill fields by their labels (underscores are spaces) and press Save."""
    for label, value in values.items():
        page.get_by_role("textbox", name=label.replace("_", " "), exact=True).fill(value)
    page.get_by_role("button", name="Lưu", exact=True).click()


def test_an_assignment_is_written_refused_changed_and_closed(browser: Browser, own_address: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    watch = Watch(page, own_address)
    page.goto(own_address + PLAN)
    settle(page)
    page.get_by_role("link", name="Giao việc").click()
    typed(
        page, Mã_tiêu_chí="D1", Nhiệm_vụ="Niêm yết", Cơ_quan_chủ_trì="Sở Y tế", Thời_hạn="mai", Người_ghi="An"
    )
    expect(page.locator("#plan-tell")).to_contain_text("Thời hạn: viết ngày dạng")
    serious = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in serious] == []
    typed(page, Thời_hạn="30/6/2024")
    expect(page.locator(".lede")).to_contain_text("1 việc quá hạn, của Sở Y tế")
    page.locator(".plan-table").get_by_role("link", name="Niêm yết").click()
    page.get_by_role("link", name="Sửa việc này").click()
    typed(page, Sản_phẩm="Báo cáo")
    expect(page.locator(".plan-six")).to_contain_text("Báo cáo")
    page.get_by_role("link", name="Sửa việc này").click()
    expect(page.get_by_role("textbox", name="Người ghi")).to_have_value("An")
    page.get_by_role("combobox", name="Trạng thái").or_(
        page.get_by_role("textbox", name="Trạng thái")
    ).click()
    page.get_by_role("option", name="Đã xong").click()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator(".page-work .pill").first).to_contain_text("Đã xong")
    page.get_by_role("link", name="Kế hoạch khắc phục").click()
    expect(page.locator(".lede")).to_contain_text("1 đã xong, không việc nào quá hạn")
    assert (watch.errors, watch.outside) == ([], [])
    page.close()


def test_two_people_at_one_form_lose_nothing_and_a_deleted_report_comes_back(
    browser: Browser, own_address: str
) -> None:
    first = browser.new_page(viewport={"width": 390, "height": 844})
    watch = Watch(first, own_address)
    first.goto(f"{own_address}/ke-hoach?tinh=ha-noi&cs=PAPI&nam=2023&sua=moi")
    settle(first)
    work = {"Mã_tiêu_chí": "D1", "Nhiệm_vụ": "Rà soát", "Cơ_quan_chủ_trì": "Sở Y tế"}
    typed(first, **work, Thời_hạn="30/6/2024", Người_ghi="An")
    first.locator(".plan-list").get_by_role("link", name="Rà soát").click()
    first.get_by_role("link", name="Sửa việc này").click()
    first.get_by_role("textbox", name="Nhiệm vụ").fill("Rà soát lại")
    second = browser.new_page(viewport={"width": 1440, "height": 900})
    second.goto(first.url)
    settle(second)
    typed(second, Cơ_quan_chủ_trì="Sở Tài chính", Nhiệm_vụ="Việc khác", Người_ghi="Bình")
    expect(second.locator("h1")).to_have_text("Việc khác")
    first.get_by_role("button", name="Lưu", exact=True).click()
    expect(first.locator("#plan-tell")).to_contain_text("nay là “Việc khác”; bạn đang ghi “Rà soát lại”")
    expect(first.get_by_role("textbox", name="Cơ quan chủ trì")).to_have_value("Sở Tài chính")
    expect(first.get_by_role("textbox", name="Nhiệm vụ")).to_have_value("Rà soát lại")
    first.get_by_role("button", name="Lưu", exact=True).click()
    expect(first.locator("h1")).to_have_text("Rà soát lại")
    expect(first.locator(".plan-six")).to_contain_text("Sở Tài chính")
    first.get_by_role("link", name="Báo cáo tiến độ").click()
    typed(first, **{"Đã_làm_(%)": "40", "Đã_làm_gì": "<b>Đã trình</b>"})
    expect(first.locator(".plan-text")).to_have_text("<b>Đã trình</b>")
    first.get_by_role("link", name="Sửa: 40%").click()
    first.get_by_role("button", name="Xóa").click()
    expect(first.get_by_text("Chưa có báo cáo nào.")).to_be_visible()
    first.locator("summary").filter(has_text="Đã xóa").click()
    first.get_by_role("button", name="Khôi phục").click()
    expect(first.locator(".plan-text")).to_have_text("<b>Đã trình</b>")
    assert (watch.errors, watch.outside) == ([], [])
    first.close()
    second.close()
