"""The audit page and what can be taken away, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_pages import open_page

pytestmark = pytest.mark.browser


def test_an_analyst_audits_an_index_and_takes_the_table_away(page: Page, address: str) -> None:
    open_page(page, address, "/kiem-dinh", cs="PCI", nam=2021, tinh="quang-ninh", lang="vi")
    assert "63" in page.inner_text("h1")
    page.get_by_role("link", name="Trọng số", exact=True).click()
    page.wait_for_function("() => document.querySelector('h1').innerText.includes('29,1%')")
    assert "phan=trong-so" in page.url
    assert "20%" in page.inner_text("h1")
    with page.expect_download() as waited:
        page.get_by_role("button", name="Tải bảng “Mọi thành phần của PCI 2021” dạng CSV").click()
    text = Path(waited.value.path()).read_text(encoding="utf-8-sig")
    assert "PCI.9 Đào tạo lao động" in text
    assert "PCI 2021" in text
    page.go_back()
    page.wait_for_function("() => !document.querySelector('h1').innerText.includes('29,1%')")


def test_the_interface_and_whole_tables_answer_from_the_data_page(page: Page, address: str) -> None:
    open_page(page, address, "/du-lieu", lang="vi", bang="DTI")
    with page.expect_download() as waited:
        page.get_by_role("link", name="Tải bảng score dạng CSV").click()
    assert waited.value.suggested_filename.startswith("score_DTI_")
    page.get_by_role("button", name="Chép trích dẫn: BibTeX").click()
    expect(page.get_by_text("Đã chép")).to_be_visible()
    page.get_by_role("link", name="Giao diện JSON cho chương trình").click()
    page.wait_for_function("() => location.pathname === '/api'")
    answer = page.request.get(
        f"{address}/api/v1/scores?index=PCI&year=2019&unit=quang-ninh&level=index&view=main"
    )
    assert answer.json()["rows"][0]["rank"] == 1
