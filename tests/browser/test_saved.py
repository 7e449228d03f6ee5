"""Scenarios kept on the server: what one person keeps of Mô phỏng, another one opens in another browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import stopping
from tests.browser.conftest import Watch, new_context, settle

pytestmark = pytest.mark.browser

VIEW = "/mo-phong?cs=PAPI&nam=2024&tinh=bac-ninh"
BOX = "Tham gia của người dân ở cấp cơ sở: giá trị trong kịch bản"
NAME = "Tham gia lên 6"


def opened(browser: Browser, address: str) -> tuple[Page, Watch]:
    """The page in a browser that was never here."""
    page = new_context(browser).new_page()
    watch = Watch(page, address)
    page.goto(address + VIEW)
    settle(page)
    return page, watch


def test_a_scenario_kept_for_everybody_opens_elsewhere(browser: Browser, own_address: str) -> None:
    mine, watch = opened(browser, own_address)
    expect(mine.locator("#saved-list")).to_contain_text("Chưa lưu gì")
    mine.get_by_label(BOX).fill("6")
    mine.keyboard.press("Enter")
    mine.wait_for_url(re.compile("gd=D1:6"))
    settle(mine)
    finding = mine.inner_text("#page h1")
    mine.get_by_label("Đặt tên").fill(NAME)
    mine.get_by_label("Người ghi").fill("Nguyễn Văn An")
    mine.get_by_role("button", name="Lưu cho mọi người").click()
    expect(mine.locator("#saved-list").get_by_role("link", name=NAME)).to_be_visible()
    assert stopping(mine) == []
    mine.context.close()

    theirs, watch_theirs = opened(browser, own_address)
    expect(theirs.locator("#saved-list")).to_contain_text("Nguyễn Văn An")
    theirs.locator("#saved-list").get_by_role("link", name=NAME).click()
    theirs.wait_for_url(re.compile("gd=D1:6"))
    expect(theirs.locator("#page h1")).to_have_text(finding)
    settle(theirs)
    theirs.get_by_role("button", name=f"Xóa: {NAME}").click()
    expect(theirs.locator("#saved-list")).to_contain_text("chưa điền")
    theirs.get_by_label("Người ghi").fill("Trần Thị Bình")
    theirs.get_by_role("button", name=f"Xóa: {NAME}").click()
    expect(theirs.locator("#saved-list")).to_contain_text("Chưa lưu gì")
    theirs.context.close()
    assert watch.errors == watch_theirs.errors == []
