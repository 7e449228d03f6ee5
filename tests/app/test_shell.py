"""The frame: URL to screen, control to URL, errors, fonts, health; handlers called directly."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from app import Settings, create_app
from callbacks import errors, pages, shell
from callbacks.services import Page, Rendered, Services
from callbacks.serving import CompressedOnce
from callbacks.url_state import Facts
from layouts import ids
from tests.app.conftest import of_type, shown


@pytest.fixture(scope="module")
def client(release_dir: Path) -> Any:
    """A client of the whole app, without a server."""
    return create_app(Settings(releases_dir=release_dir)).server.test_client()


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.id)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_page_has_one_heading_and_a_title(page: Page, lang: str, services: Services) -> None:
    screen = shell.show(page.path, f"?lang={lang}", services)
    assert len(of_type(screen.page, "H1")) == 1
    assert screen.document["lang"] == lang
    assert screen.document["title"]
    assert screen.notices == []


def test_navigation_keeps_province_year_and_language(services: Services) -> None:
    screen = shell.show("/", "?tinh=dak-lak&nam=2022&lang=en", services)
    links = [a for a in of_type(screen.header, "A") if getattr(a, "href", "").startswith("/muc-tieu")]
    assert links[0].href == "/muc-tieu?tinh=dak-lak&nam=2022&lang=en"
    current = [a for a in of_type(screen.header, "A") if getattr(a, "aria-current", "") == "page"]
    assert [a.children for a in current] == ["Overview"]


def test_controls_a_page_does_not_obey_are_hidden(services: Services) -> None:
    hidden = {c.id for c in shell.show("/", "", services).controls if not c.shown}
    assert hidden == {ids.INDEX}


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.id)
def test_a_page_as_on_paper_has_a_bar_instead_of_navigation(page: Page, services: Services) -> None:
    screen = shell.show(page.path, "?tinh=dak-lak&lang=en&print=1", services)
    bar = screen.header
    assert of_type(bar, "Nav") == []
    assert [button.children for button in of_type(bar, "Button")] == ["Print"]
    assert [(a.children, a.href) for a in of_type(bar, "A")] == [
        ("Close", f"{page.path}?tinh=dak-lak&lang=en")
    ]
    assert screen.notices == []
    assert not [a.href for a in of_type(screen.page, "A") if "print=1" in (getattr(a, "href", "") or "")]


@pytest.mark.parametrize("search", ["?print=0", "?print=yes", ""])
def test_only_print_1_shows_paper(search: str, services: Services) -> None:
    assert of_type(shell.show("/", search, services).header, "Nav")


@pytest.mark.parametrize(
    ("pathname", "search", "told"),
    [
        ("/khong-co", "", "“/khong-co”"),
        ("/", "?tinh=quang-nin", "“quang-nin”"),
        ("/", "?nam=1066", "“1066”"),
        ("/", "?lang=fr", "“fr”"),
        ("/muc-tieu", "?lv=abc", "“abc”"),
    ],
)
def test_bad_addresses_are_repaired_with_a_notice(
    pathname: str, search: str, told: str, services: Services
) -> None:
    screen = shell.show(pathname, search, services)
    assert told in shown(screen.notices)
    assert of_type(screen.page, "H1")


def test_views_go_least_recently_used_first(warehouse: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callbacks.services.KEPT_VIEWS", 2)
    own = Services(warehouse, "quang-ninh")
    made = [own.kept((n,), lambda n=n: [n]) for n in (1, 2)]
    assert own.kept((1,), list) is made[0]
    own.kept((3,), list)
    assert own.kept((2,), lambda: "anew") == "anew"


def test_a_control_writes_the_url_and_keeps_the_rest(facts: Facts) -> None:
    changed = shell.rewritten(("dak-lak", facts.default_index, ""), "/muc-tieu", "?lang=en&lv=economy", facts)
    assert changed == "?tinh=dak-lak&lang=en&lv=economy"


def test_another_index_starts_without_the_component_of_the_last(services: Services, facts: Facts) -> None:
    search = "?tinh=quang-ninh&cs=PCI&nam=2019&tp=PCI.1"
    changed = shell.rewritten(("quang-ninh", "DTI", "2019"), "/xep-hang", search, facts)
    assert changed is not None
    assert "tp=" not in changed
    assert "cs=DTI" in changed
    told = shown(shell.show("/xep-hang", changed, services).notices)
    assert "PCI.1" not in told
    kept = shell.rewritten(("dak-lak", "PCI", "2018"), "/xep-hang", search, facts)
    assert kept == "?tinh=dak-lak&cs=PCI&nam=2018&tp=PCI.1"


def test_a_stale_component_in_an_address_typed_by_hand_is_told(services: Services) -> None:
    told = shown(shell.show("/xep-hang", "?tinh=quang-ninh&cs=DTI&nam=2024&tp=PCI.1", services).notices)
    assert "“PCI.1”" in told


def test_a_control_that_says_the_same_leaves_the_url_alone(facts: Facts) -> None:
    for search in ("", "?tinh=0000", "?tinh=0000&nam=abc"):
        same = (facts.default_province, facts.default_index, "")
        assert shell.rewritten(same, "/", search, facts) is None


def test_provinces_stand_under_their_set(facts: Facts) -> None:
    groups = {choice.group for choice in facts.provinces}
    assert groups == {"63", "34"}
    assert len({choice.key for choice in facts.provinces}) == len(facts.provinces)


def test_the_first_html_names_its_language_and_asks_nothing_outside(client: Any) -> None:
    html = client.get("/?lang=en").get_data(as_text=True)
    assert '<html lang="en">' in html
    assert 'src="http' not in html
    assert 'href="http' not in html


def test_health_and_fonts(client: Any) -> None:
    assert client.get("/healthz").get_json()["status"] == "ok"
    font = client.get("/fonts/regular.ttf")
    assert font.mimetype == "font/ttf"
    assert font.headers["Cache-Control"] == "public, max-age=86400"
    assert client.get("/fonts/none.ttf").status_code == 404


def test_only_what_never_changes_is_kept_compressed() -> None:
    kept = CompressedOnce()
    kept.set("br;", b"a callback")
    kept.set("br;/fonts/bold.ttf?", b"a font")
    assert kept.get("br;") is None
    assert kept.get("br;/fonts/bold.ttf?") == b"a font"


def _breaks(services: Services, state: Any) -> Rendered:
    raise RuntimeError("drawn wrongly")


def ask(client: Any, pathname: str, search: str, written: str | None = None) -> Any:
    """The answer of the app to a URL, through Dash itself."""
    outputs = (ids.HEADER, ids.NOTICES, ids.PAGE, ids.FOOTER)
    wanted = [{"id": i, "property": "children"} for i in outputs] + [{"id": ids.DOCUMENT, "property": "data"}]
    name = "..".join(["", *["...".join(f"{w['id']}.{w['property']}" for w in wanted)][0:1], ""])
    body = {
        "output": name,
        "outputs": wanted,
        "inputs": [
            {"id": ids.URL, "property": "pathname", "value": pathname},
            {"id": ids.URL, "property": "search", "value": search},
        ],
        "state": [{"id": ids.WRITTEN, "property": "data", "value": written}],
        "changedPropIds": [f"{ids.URL}.pathname"],
    }
    return client.post("/_dash-update-component", json=body)


def test_a_failed_page_shows_a_reference_that_the_log_has_too(
    client: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pages, "find", lambda _: Page("overview", "/", "results", (), _breaks))
    with caplog.at_level(logging.ERROR, logger="app.errors"):
        answer = ask(client, "/", "?tinh=can-tho")
    assert answer.status_code == 200
    told = answer.get_data(as_text=True)
    reference = caplog.records[-1].getMessage().split()[-1]
    assert reference in told
    assert "drawn wrongly" not in told
    assert ids.PAGE in answer.get_json()["sideUpdate"]


def test_a_good_page_through_dash(client: Any) -> None:
    answer = ask(client, "/", "?tinh=quang-ninh")
    assert answer.status_code == 200
    told = answer.get_json()["response"]
    assert ids.PAGE in told
    known = told[ids.DOCUMENT]["data"]
    assert known["address"] == "/?tinh=quang-ninh"
    assert known["controls"][ids.PROVINCE]["value"] == "quang-ninh"


def test_an_address_that_the_page_wrote_itself_draws_the_header_only(client: Any) -> None:
    answer = ask(client, "/", "?tinh=quang-ninh", written="/?tinh=quang-ninh").get_json()
    assert set(answer["response"]) == {ids.HEADER}
    other = ask(client, "/", "?tinh=ha-noi", written="/?tinh=quang-ninh").get_json()
    assert ids.PAGE in other["response"]


def test_references_differ() -> None:
    assert errors.report(ValueError("a")) != errors.report(ValueError("a"))


def test_ids_in_the_frame_are_unique(client: Any) -> None:
    found: list[str] = []

    def walk(node: Any) -> None:
        for part in node if isinstance(node, list) else [node]:
            if isinstance(part, dict) and "props" in part:
                found.extend([str(part["props"]["id"])] if "id" in part["props"] else [])
                walk(part["props"].get("children"))

    walk(client.get("/_dash-layout").get_json())
    assert len(found) == len(set(found))
    assert {ids.URL, ids.PAGE, ids.NOTICES} <= set(found)
