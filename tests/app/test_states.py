"""Empty, broken, failed: designed pages with the way out, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app import Settings, create_app
from callbacks import shell
from callbacks.services import Services
from etl.warehouse.queries import Warehouse
from indices.errors import ReleaseError
from layouts import ids
from layouts.components import notice
from layouts.text import t
from service.version import VERSION
from tests.app.conftest import of_type, shown


def served(folder: Path) -> Services:
    """Services over a folder of releases."""
    return Services(Warehouse(folder / "current.json"), "quang-ninh")


def unserved(folder: Path, search: str = "") -> shell.Screen:
    """The screen that stands for a release that cannot be shown."""
    services = served(folder)
    with pytest.raises(ReleaseError) as caught:
        shell.show("/xep-hang", search, services)
    return shell.unserved(caught.value, "/xep-hang", search, services)


def broken(folder: Path, content: bytes | None) -> Path:
    """A folder whose pointer names a file with that content; None: no such file."""
    if content is not None:
        (folder / "release_0.duckdb").write_bytes(content)
    told = {"release_id": "0", "file": "release_0.duckdb", "built_at": "2026-01-01T00:00:00+00:00"}
    (folder / "current.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_empty_folder_says_how_to_load_figures(tmp_path: Path, lang: str) -> None:
    screen = unserved(tmp_path, f"?lang={lang}")
    text = shown(screen.page)
    assert t("state.no_data", lang) in text
    assert "python -m etl build" in text
    assert "make demo" in text
    assert screen.document["lang"] == lang
    assert [control.shown for control in screen.controls] == [False, False, False]
    assert "/xep-hang?lang=en" in [link.href for link in of_type(screen.header, "A")]


@pytest.mark.parametrize("content", [None, b"", b"no database at all" * 1000])
def test_a_release_that_does_not_open_gives_a_number_and_the_way_back(
    tmp_path: Path, content: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    screen = unserved(broken(tmp_path, content))
    text = shown(screen.page)
    assert t("state.broken", "vi") in text
    assert "python -m etl rollback" in text
    number = of_type(of_type(screen.page, "P")[-1], "Strong")[0].children
    assert number in caplog.text
    assert "Traceback" not in text


def test_a_damaged_pointer_is_no_empty_installation(tmp_path: Path) -> None:
    (tmp_path / "current.json").write_text("{", encoding="utf-8")
    assert t("state.broken", "vi") in shown(unserved(tmp_path).page)


def answer(client: Any, pathname: str) -> str:
    """What the app answers to an address, through Dash itself."""
    outputs = [{"id": i, "property": "children"} for i in (ids.HEADER, ids.NOTICES, ids.PAGE, ids.FOOTER)]
    outputs.append({"id": ids.DOCUMENT, "property": "data"})
    inputs = [{"id": ids.URL, "property": p, "value": v} for p, v in (("pathname", pathname), ("search", ""))]
    name = "..".join(["", "...".join(f"{o['id']}.{o['property']}" for o in outputs), ""])
    state = [{"id": ids.WRITTEN, "property": "data", "value": None}]
    body = {"output": name, "state": state, "outputs": outputs, "inputs": inputs, "changedPropIds": []}
    found = client.post("/_dash-update-component", json=body)
    assert found.status_code == 200
    return json.dumps(found.get_json(), ensure_ascii=False)


def test_the_app_starts_without_a_release_and_shows_it_once_there_is_one(
    tmp_path: Path, release_dir: Path
) -> None:
    client = create_app(Settings(releases_dir=tmp_path, imports=False)).server.test_client()
    health = client.get("/healthz")
    assert (health.status_code, health.get_json()) == (503, {"status": "no release", "version": VERSION})
    assert t("state.no_data", "vi") in answer(client, "/")
    for path in release_dir.iterdir():
        (tmp_path / path.name).symlink_to(path)
    assert client.get("/healthz").status_code == 200
    assert t("state.no_data", "vi") not in answer(client, "/")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_failed_page_gives_its_number_and_another_try(lang: str) -> None:
    page = notice.failure_page(lang, "A1B2C3")
    assert "A1B2C3" in shown(page)
    button = of_type(page, "Button")[0]
    assert button.children == t("notice.retry", lang)
    assert button.to_plotly_json()["props"]["data-retry"] == "1"


def test_loading_keeps_the_place_of_a_page_and_says_so() -> None:
    bones = notice.skeleton("vi")
    assert t("shell.loading", "vi") in shown(bones)
    assert of_type(bones, "Div")[1].to_plotly_json()["props"]["aria-hidden"] == "true"
