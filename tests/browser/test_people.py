"""Sign-in in a real browser, two processes: the wanted page, what a role sees, an ended session, forms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from people import accounts
from tests.browser.conftest import Watch, running_server, settle
from tests.people.conftest import GOOD, KEY
from tests.people.serving import one_of_each, workspace_in

pytestmark = pytest.mark.browser
SCREENS = ("/nguoi-dung", "/nguoi-dung/moi", "/nhat-ky", "/mat-khau", "/khoa", "/xep-hang")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with an account of every role."""
    made = tmp_path_factory.mktemp("people")
    one_of_each(made)
    return made


@pytest.fixture(scope="module")
def own_address(release_dir: Path, folder: Path) -> Iterator[str]:
    """Where an app with local accounts answers."""
    settings = {
        "CCHC_SIGN_IN": "local", "CCHC_SECRET_KEY": KEY, "CCHC_WORKSPACE": "true", "CCHC_DATABASE_URL": "",
        "CCHC_WORKSPACE_PATH": str(folder / "workspace.sqlite"),
    }  # fmt: skip
    with running_server(release_dir, **settings) as found:
        yield found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser with no cookie yet."""
    made = browser.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN")
    yield made
    made.close()


def enter(page: Page, login: str) -> None:
    """Fill in the form with the keyboard alone: the first field has it already."""
    expect(page.get_by_label("Tên đăng nhập")).to_be_focused()
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type(GOOD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    settle(page)


def test_a_reader_gets_to_the_wanted_page_and_no_further(
    context: BrowserContext, own_address: str, folder: Path
) -> None:
    page = context.new_page()
    watch = Watch(page, own_address)
    page.goto(own_address + "/xep-hang?tinh=ha-noi")
    enter(page, "reader")
    assert page.url == own_address + "/xep-hang?tinh=ha-noi"
    expect(page.locator(".person-bar")).to_contain_text("Người reader")
    expect(page.get_by_role("link", name="Nạp dữ liệu")).to_be_hidden()
    page.get_by_role("link", name="Thành phần").first.click()
    settle(page)
    assert watch.errors == []
    page.goto(own_address + "/nap-du-lieu")
    expect(page.locator("h1")).to_have_text("Bạn chưa có quyền mở trang này")
    expect(page.locator("#control-province")).to_be_hidden()
    page.get_by_role("link", name="Về trang Tổng quan").click()
    settle(page)
    held = workspace_in(folder)
    with held.writing() as session:
        row = accounts.find(session, "reader")
        assert row is not None
        accounts.disable(session, row.id, True)
        accounts.disable(session, row.id, False)
    held.close()
    page.get_by_role("link", name="Xu hướng").first.click()
    page.wait_for_url("**/dang-nhap?tiep=**")
    enter(page, "reader")
    assert "/xu-huong" in page.url
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.locator("h1")).to_have_text("Đăng nhập")
    page.goto(own_address + "/xep-hang")
    expect(page.locator("h1")).to_have_text("Đăng nhập")
    assert watch.outside == []


@pytest.mark.parametrize(("width", "scheme", "lang"), [(1440, "light", "vi"), (390, "dark", "en")])
def test_every_screen_is_accessible_and_fits(
    browser: Browser, own_address: str, width: int, scheme: str, lang: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    watch = Watch(page, own_address)
    page.goto(own_address + "/dang-nhap")
    looked_at(page)
    enter(page, "administrator")
    for path in SCREENS:
        page.goto(f"{own_address}{path}?lang={lang}")
        page.wait_for_load_state("networkidle")
        looked_at(page)
    assert (watch.errors, watch.outside) == ([], [])
    context.close()


def looked_at(page: Page) -> None:
    """No accessibility problem of any weight that counts, and nothing beyond the edge."""
    serious = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert [(page.url, v["id"], [n["target"] for n in v["nodes"]]) for v in serious] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_administrator_adds_somebody_who_must_choose_a_password(
    context: BrowserContext, own_address: str
) -> None:
    page = context.new_page()
    page.goto(own_address + "/nguoi-dung")
    expect(page.get_by_label("Tên đăng nhập")).to_be_focused()
    page.keyboard.type("administrator")
    page.keyboard.press("Tab")
    page.keyboard.type(GOOD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Thêm người").click()
    page.get_by_label("Tên đăng nhập").fill("moi.toi")
    page.get_by_label("Họ và tên").fill("Lê Mới")
    page.get_by_label("Vai trò").select_option("editor")
    page.get_by_label("Cơ quan").fill("Sở Y tế")
    page.get_by_label("Mật khẩu đầu tiên").fill("ngắn")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("alert")).to_contain_text("ít nhất 12 ký tự")
    expect(page.get_by_label("Họ và tên")).to_have_value("Lê Mới")
    page.get_by_label("Mật khẩu đầu tiên").fill(GOOD)
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("status")).to_contain_text("Đã lưu")
    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_label("Tên đăng nhập").fill("moi.toi")
    page.get_by_label("Mật khẩu").fill(GOOD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.locator("h1")).to_have_text("Đổi mật khẩu")
