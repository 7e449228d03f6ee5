"""The list behind the search box: everything a reader may look for, and where each entry leads."""

from __future__ import annotations

from typing import Any

import pytest

from app import Settings, create_app
from callbacks import search
from callbacks.pages import PAGES, find
from callbacks.services import Services
from callbacks.url_state import parse


@pytest.fixture(scope="module")
def vietnamese(services: Services) -> list[search.Entry]:
    """The entries in Vietnamese."""
    return search.entries(services, PAGES, "vi")


def test_every_kind_is_there(vietnamese: list[search.Entry]) -> None:
    counts = {kind: sum(e["kind"] == kind for e in vietnamese) for kind in search.KINDS}
    assert counts["province"] >= 97
    assert counts["index"] == 10
    assert counts["page"] == sum(page.listed for page in PAGES)
    assert counts["component"] > 100
    assert counts["target"] > 40


@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("dak lak", "province", "Đắk Lắk"),
        ("ba ria vung tau", "province", "Bà Rịa - Vũng Tàu"),
        ("nang luc canh tranh", "index", "PCI"),
        ("thu tuc hanh chinh", "component", "Thủ tục hành chính công"),
        ("xep hang", "page", "Xếp hạng"),
    ],
)
def test_entries_are_found_without_accents(
    vietnamese: list[search.Entry], typed: str, kind: str, name: str
) -> None:
    assert (kind, name) in {(e["kind"], e["name"]) for e in vietnamese if typed in e["words"]}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_entry_leads_to_a_page_that_needs_no_repair(services: Services, lang: str) -> None:
    for entry in search.entries(services, PAGES, lang):
        page = find(entry["path"])
        assert page is not None
        query = "&".join(f"{key}={value}" for key, value in entry["query"].items())
        assert parse(query, services.facts(), "index" in page.controls, page.extras)[1] == []
        assert entry["name"]
        assert entry["about"]


def test_the_list_is_served_once_and_then_known(release_dir: Any) -> None:
    client = create_app(Settings(releases_dir=release_dir)).server.test_client()
    first = client.get("/tim/en.json")
    assert any(entry["name"] == "Ranking" for entry in first.get_json())
    again = client.get("/tim/en.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/tim/fr.json").status_code == 404
