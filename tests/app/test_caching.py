"""What a browser or program has already is not sent again: every kind of answer, packed and not."""

from __future__ import annotations

import gzip
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from app import create_app
from service.settings import Settings

# Styles, scripts, fonts, charts, entries of the search box, a form to fill in, tables, the release.
LASTING = (
    "/assets/base.css", "/assets/page.js", "/fonts/regular.ttf", "/fonts/regular-tabular.ttf",
    "/_dash-component-suites/plotly/package_data/plotly.min.js", "/tim/vi.json", "/mau/PCI/2020.xlsx",
    "/_favicon.ico", "/_dash-dependencies", "/_dash-layout", "/api/v1/indices", "/api/v1/openapi.json",
    "/api/v1/tables/unit.csv", "/api/v1/tables/unit.xlsx", "/api/v1/tables/unit.parquet",
    "/api/v1/release.duckdb",
)  # fmt: skip


@pytest.fixture(scope="module")
def server(release_dir: Path) -> Any:
    """The app's server over the real release."""
    return create_app(Settings(releases_dir=release_dir, warm=False)).server


def get(server: Any, path: str, packing: str, tag: str = "") -> Any:
    """The answer to a browser of its own that may have one already."""
    sent = {"Accept-Encoding": packing} | ({"If-None-Match": tag} if tag else {})
    return server.test_client().get(path, headers=sent, buffered=True)


@pytest.mark.parametrize("packing", ["identity", "br", "gzip"])
@pytest.mark.parametrize("path", LASTING)
def test_what_one_has_is_not_sent_again(server: Any, path: str, packing: str) -> None:
    first = get(server, path, packing)
    assert (first.status_code, bool(first.data)) == (200, True)
    assert first.headers["Cache-Control"]
    again = get(server, path, packing, first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = get(server, path, packing, '"another"')
    assert (other.status_code, other.data) == (200, first.data)


@pytest.mark.parametrize("path", ["/tim/vi.json", "/api/v1/indices"])
def test_an_answer_packed_later_or_in_another_worker_is_the_same(
    server: Any, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    told = set()
    for moment in (1_700_000_000.0, 1_800_000_000.0):
        monkeypatch.setattr("gzip.time.time", lambda moment=moment: moment)
        answer = get(server, path, "gzip")
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.data) == get(server, path, "identity").data
        told.add((answer.headers["ETag"], answer.data))
    assert len(told) == 1


def test_scripts_of_packages_are_kept_under_an_address_of_their_version(server: Any) -> None:
    page = server.test_client().get("/").get_data(as_text=True)
    scripts = re.findall(r'src="(/_dash-component-suites/[^"]+)"', page)
    assert len(scripts) >= 5
    for path in scripts:
        answer = get(server, path, "br")
        asks_again = "plotly" in path
        named = re.search(r"\.v\d+_\d+_\d+m\d+\.", path) is not None
        assert asks_again or (named and answer.headers["Cache-Control"] == "max-age=31536000"), path


@pytest.mark.parametrize("path", [path for path in LASTING if path.endswith(".xlsx")])
def test_a_workbook_is_the_same_file_whenever_it_is_made(server: Any, path: str) -> None:
    book = load_workbook(io.BytesIO(get(server, path, "identity").data))
    assert book.properties.created == datetime.fromtimestamp(0, UTC).replace(tzinfo=None)


def test_a_page_and_what_must_not_be_kept_have_no_mark(server: Any) -> None:
    assert "ETag" not in get(server, "/xep-hang", "br").headers
    refused = get(server, "/api/v1/no-such-thing", "br")
    assert (refused.headers["Cache-Control"], refused.headers.get("ETag")) == ("no-store", None)
