"""The simulation page in a real browser: keys and drags give the engine's figures, the address keeps them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from callbacks.engine import read_engine
from callbacks.services import Services
from etl.warehouse.queries import Warehouse
from layouts.text import number
from tests.browser.conftest import settle, shoot

pytestmark = pytest.mark.browser

VIEW = "/mo-phong?cs=PAPI&nam=2024&tinh=bac-ninh"
SLIDER = "Tham gia của người dân ở cấp cơ sở: thanh kéo"
FOUND = 30_000  # ms: the first path of an index reads its earlier years
BOX = "Tham gia của người dân ở cấp cơ sở: giá trị trong kịch bản"


@pytest.fixture(scope="module")
def services(release_dir: Path) -> Services:
    """The same release as the server's, asked directly."""
    return Services(Warehouse(release_dir / "current.json"), "quang-ninh")


def expected(services: Services, values: dict[str, float]) -> tuple[str, int]:
    """Total, as written, and rank of Bắc Ninh that the engine gives for these values."""
    units = services.warehouse.units("63")
    unit = str(units[units["slug"] == "bac-ninh"]["unit_id"].iloc[0])
    made = read_engine(services, "PAPI", 2024).run({(unit, code): v for code, v in values.items()})
    return number(made.loc[unit, "after"], 2, "vi"), int(made.loc[unit, "rank_after"])


def shows(page: Page, total: str, rank: int) -> None:
    """The band and the finding tell this total and this rank."""
    expect(page.locator("#simulate-band")).to_contain_text(total)
    expect(page.locator("#simulate-band")).to_contain_text(f"{rank}/61")
    expect(page.locator("#page h1")).to_contain_text(total)


def open_view(page: Page, address: str, more: str = "") -> None:
    """The page of Bắc Ninh with further parameters."""
    page.goto(f"{address}{VIEW}{more}")
    settle(page)


def test_keys_on_a_slider_give_the_engines_figures_and_the_address_keeps_them(
    page: Page, address: str, services: Services
) -> None:
    open_view(page, address)
    shows(page, *expected(services, {}))
    slider = page.get_by_label(SLIDER)
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("PageUp")
    typed = float(page.get_by_label(BOX).input_value().replace(",", "."))
    assert typed > 6
    total, rank = expected(services, {"D1": typed})
    shows(page, total, rank)
    page.wait_for_url(re.compile(rf"gd=D1:{str(typed).replace('.', ',')}(&|$)"))
    page.reload()
    settle(page)
    shows(page, total, rank)
    assert page.get_by_label(BOX).input_value() == number(typed, 2, "vi")
    assert page.locator(".notices").inner_text() == ""


def test_a_drag_and_a_typed_number(page: Page, address: str, services: Services) -> None:
    open_view(page, address)
    place = page.get_by_label(SLIDER).bounding_box()
    assert place is not None
    middle = place["y"] + place["height"] / 2
    page.mouse.move(place["x"] + 0.5 * place["width"], middle)
    page.mouse.down()
    page.mouse.move(place["x"] + 0.8 * place["width"], middle, steps=8)
    page.mouse.up()
    dragged = float(page.get_by_label(BOX).input_value().replace(",", "."))
    assert 7 < dragged < 9.5
    shows(page, *expected(services, {"D1": dragged}))
    page.get_by_label(BOX).fill("5,9")
    page.keyboard.press("Enter")
    shows(page, *expected(services, {"D1": 5.9}))
    page.get_by_role("button", name="Trả về hiện nay: Tham gia").click()
    shows(page, *expected(services, {}))
    page.wait_for_url(lambda url: "gd=" not in url)


def test_parts_carry_up_to_their_area(page: Page, address: str, services: Services) -> None:
    open_view(page, address)
    page.get_by_role("button", name="Các phần của Tham gia").click()
    part = page.get_by_label("Tri thức công dân: giá trị trong kịch bản")
    before = float(page.get_by_label(BOX).input_value().replace(",", "."))
    part.fill("2")
    part.press("Tab")
    shows(page, *expected(services, {"D1.1": 2.0}))
    expect(page.get_by_label(BOX)).not_to_have_value(number(before, 2, "vi"))
    page.get_by_label(BOX).fill("7,5")
    page.keyboard.press("Enter")
    shows(page, *expected(services, {"D1": 7.5}))
    page.wait_for_url(re.compile(r"gd=D1:7,5(&|$)"))


def test_a_path_is_put_into_the_simulation(page: Page, address: str) -> None:
    open_view(page, address, "&dich=hang:4&tran=ky-luc")
    expect(page.locator("#simulate-route")).to_contain_text("Đạt hạng 4", timeout=FOUND)
    page.get_by_role("link", name="Đặt vào mô phỏng").click()
    settle(page)
    expect(page.locator("#simulate-band")).to_contain_text("4/61")
    assert "gd=" in page.url
    page.go_back()
    settle(page)
    expect(page.locator("#simulate-band")).to_contain_text("8/61")


def test_a_goal_is_typed(page: Page, address: str) -> None:
    open_view(page, address)
    box = page.get_by_label("Bao nhiêu")
    box.fill("5")
    box.press("Tab")
    expect(page.locator("#simulate-route")).to_contain_text("Đạt hạng 5", timeout=FOUND)
    page.wait_for_url(re.compile("dich=hang:5"))


def keep(page: Page, name: str) -> None:
    """Save the scenario on the screen under a name."""
    page.get_by_label("Tên kịch bản").fill(name)
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#simulate-list").get_by_role("link", name=name, exact=True)).to_be_visible()


def test_save_open_compare_delete(page: Page, address: str, services: Services) -> None:
    open_view(page, address)
    page.get_by_label(BOX).fill("6")
    page.keyboard.press("Enter")
    keep(page, "Tham gia 6")
    page.get_by_label(BOX).fill("7")
    page.keyboard.press("Enter")
    keep(page, "Tham gia 7")
    page.reload()
    settle(page)
    page.get_by_role("link", name="Tham gia 6", exact=True).click()
    settle(page)
    shows(page, *expected(services, {"D1": 6.0}))
    for name in ("Tham gia 6", "Tham gia 7"):
        page.get_by_role("link", name=f"So sánh: {name}").click()
        settle(page)
    table = page.locator(".simulate-compare table")
    for value in (6.0, 7.0):
        expect(table).to_contain_text(expected(services, {"D1": value})[0])
    shoot(page, "mo-phong_so-sanh")
    shared = page.url
    page.get_by_role("button", name="Xóa: Tham gia 6").click()
    expect(page.get_by_role("button", name="Xóa: Tham gia 6")).to_have_count(0)
    page.goto(shared)
    settle(page)
    expect(page.locator(".simulate-compare table")).to_contain_text("Tham gia 7")


def test_another_language_and_everyone(page: Page, address: str, services: Services) -> None:
    open_view(page, address)
    page.get_by_label(BOX).fill("6")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("gd=D1:6"))
    page.get_by_role("button", name="Hiện cả 61 tỉnh").click()
    expect(page.locator(".simulate-table tbody tr")).to_have_count(61)
    settle(page)
    page.locator(".languages a[hreflang=en]").click()
    settle(page)
    total, _ = expected(services, {"D1": 6.0})
    expect(page.locator("#page h1")).to_contain_text(total.replace(",", "."))
    expect(page.locator(".simulate-table tbody tr")).to_have_count(61)
