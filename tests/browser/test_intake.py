"""A new user brings a file: from the empty page to a published release and back, in a real browser."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from etl.build import build
from etl.settings import Settings
from tests.browser.axe import stopping
from tests.browser.conftest import ROOT, Watch, settle, shoot, wait_for
from tests.fixtures.annex.annexes import HEADER, write_book
from tests.fixtures.etl.packs import INDEX, read_rows, small_pack
from tests.ports import free_port

pytestmark = pytest.mark.browser
SECONDS = 120_000


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small installation of its own, with a release."""
    made = small_pack(tmp_path_factory.mktemp("own"))
    build(made)
    return made


@pytest.fixture(scope="module")
def own_address(settings: Settings) -> Iterator[str]:
    """Where an app over that installation answers."""
    port = free_port()
    names = ("data_dir", "definitions_dir", "releases_dir", "imports_dir")
    places = {f"CCHC_{name.upper()}": str(getattr(settings, name)) for name in names}
    words = [
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "1",
        "--threads",
        "4",
        "--timeout",
        "120",
    ]
    process = subprocess.Popen(
        [sys.executable, *words, "--no-control-socket", "app:server"], cwd=ROOT, env={**os.environ, **places}
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


@pytest.fixture
def own_page(browser: Browser, own_address: str) -> Iterator[Page]:
    """A page that fails the test on console errors and outside requests."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="vi-VN")
    found = context.new_page()
    watch = Watch(found, own_address)
    yield found
    context.close()
    assert watch.outside == []
    assert watch.errors == []


def scores(settings: Settings) -> list[tuple[float, str]]:
    """Totals of the pack's last year, a point more each, best first."""
    rows = read_rows(settings.data_dir / f"sources/{INDEX}/scores_2019.csv")
    return sorted(((float(r["score"]) + 1, r["unit"]) for r in rows if r["component"] == INDEX), reverse=True)


def a_file(settings: Settings, folder: Path) -> Path:
    """A plain table of totals and ranks of a year that the pack does not hold."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Chỉ số năng lực cạnh tranh cấp tỉnh (PCI) năm 2021"])
    book.active.append(["Tỉnh", "PCI", "Xếp hạng"])
    for place, (score, unit) in enumerate(scores(settings), 1):
        book.active.append([unit, round(score, 2), place])
    path = folder / "pci_2021.xlsx"
    book.save(path)
    return path


def test_from_an_empty_start_to_a_release_and_back(
    own_page: Page, own_address: str, settings: Settings, tmp_path: Path
) -> None:
    page = own_page
    page.goto(f"{own_address}/nap-du-lieu?lang=vi")
    settle(page)
    expect(page.get_by_text("Chưa nạp tệp nào")).to_be_visible()
    page.get_by_label("Người thực hiện").fill("Nguyễn Văn An")
    page.keyboard.press("Tab")
    page.set_input_files("#intake-upload input[type=file]", a_file(settings, tmp_path))
    page.wait_for_selector("#intake-check", timeout=SECONDS)
    shoot(page, "nap_xac_nhan_vi_1440")
    assert stopping(page) == []
    expect(page.get_by_text("Những dòng đầu sẽ được lưu")).to_be_visible()
    page.click("#intake-check")
    page.wait_for_selector("#intake-publish", timeout=SECONDS)
    shoot(page, "nap_kiem_tra_vi_1440")
    assert stopping(page) == []
    expect(page.get_by_text("Bản nháp sẵn sàng công bố")).to_be_visible()
    if page.locator("#intake-confirm").is_visible():
        page.check("#intake-confirm")
    page.click("#intake-publish")
    page.wait_for_selector("#intake-undo:visible", timeout=SECONDS)
    assert stopping(page) == []
    page.goto(f"{own_address}/xep-hang?lang=vi&cs={INDEX}&nam=2021")
    settle(page)
    assert f"{scores(settings)[0][0]:.2f}".replace(".", ",") in page.inner_text("main")
    page.goto(f"{own_address}/nap-du-lieu?lang=vi")
    settle(page)
    page.get_by_role("link", name="pci_2021.xlsx").click()
    page.wait_for_selector("#intake-undo:visible", timeout=SECONDS)
    page.click("#intake-undo")
    expect(page.get_by_text("Đã hoàn tác; có thể công bố lại")).to_be_visible(timeout=SECONDS)


def test_without_a_name_nothing_is_sent(
    own_page: Page, own_address: str, settings: Settings, tmp_path: Path
) -> None:
    own_page.goto(f"{own_address}/nap-du-lieu?lang=vi")
    settle(own_page)
    own_page.set_input_files("#intake-upload input[type=file]", a_file(settings, tmp_path))
    expect(own_page.get_by_role("alert")).to_contain_text("Ghi tên người thực hiện trước")


def test_a_form_to_fill_in_can_be_taken(own_page: Page, own_address: str) -> None:
    own_page.goto(f"{own_address}/nap-du-lieu?lang=vi")
    settle(own_page)
    with own_page.expect_download() as waiting:
        own_page.locator(".template-list a").first.click()
    assert Path(waiting.value.path()).read_bytes()[:2] == b"PK"


def test_an_annex_becomes_a_draft_framework_line_by_line(
    own_page: Page, own_address: str, tmp_path: Path
) -> None:
    rows = [["BỘ TIÊU CHÍ kèm theo Quyết định số 7/QĐ-UBND"], [], list(HEADER[:3])]
    rows += [["1", "Vườn cam", 60], ["2", "Bến thuyền", 40], ["2.1", "Neo đậu", 25], ["2.2", "Đón khách", 15]]
    path = write_book(tmp_path / "phu_luc.xlsx", rows)
    page = own_page
    page.goto(f"{own_address}/nap-du-lieu?lang=vi")
    settle(page)
    page.get_by_label("Người thực hiện").fill("Nguyễn Văn An")
    page.keyboard.press("Tab")
    page.set_input_files("#intake-upload input[type=file]", path)
    page.wait_for_selector("#annex-look", timeout=SECONDS)
    settle(page)
    if "cộng đủ 100,00 điểm" not in page.inner_text("main"):
        page.click("#annex-index")
        page.get_by_role("option").first.click()
    expect(page.get_by_text("4 tiêu chí, cộng đủ 100,00 điểm")).to_be_visible(timeout=SECONDS)
    shoot(page, "nap_phu_luc_vi_1440")
    assert stopping(page) == []
    page.click("#annex-save")
    expect(page.get_by_role("alert")).to_contain_text("dòng chưa có quyết định", timeout=SECONDS)
    page.click("#annex-seen-all")
    page.wait_for_function(
        "() => [...document.querySelectorAll('#annex-changes input[type=checkbox]')].every(x => x.checked)"
    )
    page.click("#annex-save")
    page.wait_for_selector("#intake-publish:visible", timeout=SECONDS)
    expect(page.get_by_text("Bản nháp sẵn sàng công bố")).to_be_visible()
    page.click("#intake-discard")
    expect(page.get_by_text("Đã bỏ bản nháp này")).to_be_visible(timeout=SECONDS)
