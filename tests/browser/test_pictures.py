"""A chart saved as a picture: the file arrives, says what it shows, whence and of which release, in light."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import settle

pytestmark = pytest.mark.browser

CHART = "[data-picture-about]"
PNG = b"\x89PNG\r\n\x1a\n"


def picture(page: Page, fmt: str) -> tuple[str, bytes]:
    """Name and bytes of the picture of the first chart of the page."""
    block = page.locator(CHART).first
    block.locator(".js-plotly-plot").first.wait_for()
    twin = block.locator("details.twin")
    if not twin.get_attribute("open"):
        twin.evaluate("node => { node.open = true; }")
    with page.expect_download() as waiting:
        block.locator(f"[data-picture={fmt}]").click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def visit(page: Page, address: str, scheme: str = "light") -> None:
    """A page with a chart, in a colour scheme."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{address}/xu-huong?cs=PCI&tinh=quang-ninh&lang=vi")
    settle(page)


def test_svg_tells_finding_source_and_release(page: Page, address: str, release_dir: Path) -> None:
    release = next(release_dir.glob("release_*.duckdb")).stem.removeprefix("release_")
    visit(page, address)
    heading = page.locator(f"{CHART} h2").first.inner_text()
    name, body = picture(page, "svg")
    text = body.decode("utf-8")
    assert name.endswith(f"_{release}.svg")
    said = " ".join(
        "".join(node.itertext()) for node in ET.fromstring(text).iter() if node.tag.endswith("text")
    )
    assert f"Bản phát hành {release}" in said
    assert "Nguồn: " in said
    assert heading in re.sub(r"\s+", " ", said)
    assert 'font-family:"Be Vietnam Pro"' in text


def test_svg_is_light_on_white_in_the_dark_theme_too(page: Page, address: str) -> None:
    visit(page, address)
    light = picture(page, "svg")[1].decode()
    visit(page, address, "dark")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    dark = picture(page, "svg")[1].decode()
    assert '<rect width="100%" height="100%" fill="#ffffff"/>' in dark
    colors = [sorted(set(re.findall(r"(?:fill|stroke): rgb\([^)]*\)", text))) for text in (light, dark)]
    assert colors[0]
    assert colors[0] == colors[1]


def test_png_is_a_picture_twice_as_sharp_as_the_screen(page: Page, address: str) -> None:
    visit(page, address)
    wide = page.locator(f"{CHART} .js-plotly-plot").first.evaluate("node => node.offsetWidth")
    name, body = picture(page, "png")
    assert name.endswith(".png")
    assert body.startswith(PNG)
    assert int.from_bytes(body[16:20], "big") == 2 * (wide + 40)
