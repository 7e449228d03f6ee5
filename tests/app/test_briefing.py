"""The conference page: its view, its links, and packs made beside the app by the real command."""

from __future__ import annotations

import hashlib
import io
import time
from collections import OrderedDict
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from flask import Flask, g

from callbacks import briefing, issued
from callbacks.briefing_jobs import Jobs, JobView
from callbacks.services import Services
from callbacks.url_state import Facts, ViewState
from etl.warehouse.queries import Warehouse
from indices.errors import DataError
from layouts.pages.briefing import Made, progress
from people.rights import Person
from tests.app.conftest import shown, state_of
from workspace import store
from workspace.errors import DeniedError
from workspace.records import AssignmentRecord
from workspace.settings import Settings, Shelf


def state(search: str, facts: Facts) -> ViewState:
    """The state of an address of the page."""
    return state_of(search, facts, extras=briefing.PAGE.extras)


@pytest.fixture
def making(warehouse: Warehouse, release_dir: Path, tmp_path: Path) -> Services:
    """Services that may make packs."""
    return Services(warehouse, "quang-ninh", None, Jobs(release_dir, tmp_path / "jobs"))


def ended(jobs: Jobs, token: str) -> JobView:
    """The job after it has ended."""
    until = time.monotonic() + 120
    while (seen := jobs.look(token)).state == "running" and time.monotonic() < until:
        time.sleep(0.2)
    return seen


def test_page_tells_what_the_documents_will_say(services: Services, facts: Facts) -> None:
    page = briefing.render(services, state("?tinh=quang-ninh&nam=2023", facts))
    text = shown(page.children)
    assert "Quảng Ninh dẫn đầu PAR Index, SIPAS, PCI và PGI năm 2023." in text
    assert "Không có kết quả năm 2023: PAPI." in text
    assert "Phân công thực hiện" in text
    assert services.release_id() in text


def test_without_a_year_the_fullest_is_shown(services: Services, facts: Facts) -> None:
    assert briefing.build_view(services, state("?tinh=quang-ninh", facts)).year == 2023


def test_a_year_without_figures_is_refused_in_words(services: Services, facts: Facts) -> None:
    view = briefing.build_view(services, state("?tinh=ha-tay&nam=2023", facts))
    assert "Hà Tây" in view.refusal


def test_indices_are_put_in_and_taken_out_by_links(services: Services, facts: Facts) -> None:
    view = briefing.build_view(services, state("?tinh=quang-ninh&nam=2023&chi-so=DTI,NOPE", facts))
    assert [label for label, _, chosen in view.indices if chosen] == ["DTI"]
    links = {label: href for label, href, _ in view.indices}
    assert "chi-so=PAR,DTI" in links["PAR Index"]
    assert "chi-so" not in links["Tất cả"]
    assert [name for name, _, _ in view.contents][-1]


def test_a_pack_is_made_beside_the_app_and_taken_by_its_token(making: Services, facts: Facts) -> None:
    asked = state("?tinh=quang-ninh&nam=2023&chi-so=DTI", facts)
    token = making.jobs.start(briefing.options_of(making, briefing.wish_of(making, asked), ("docx",)), 1)
    seen = ended(making.jobs, token)
    assert (seen.state, len(seen.files)) == ("done", 1)
    server = Flask(__name__)
    briefing.add_routes(server, making)
    client, name = server.test_client(), seen.files[0][0]
    got = client.get(f"/briefings/{token}/{name}")
    assert got.status_code == 200
    assert Document(io.BytesIO(got.data)).tables
    for wrong in (
        f"/briefings/{token}/told.json",
        f"/briefings/{token}/..%2Fx",
        f"/briefings/{'x' * 32}/{name}",
    ):
        assert client.get(wrong).status_code == 404
    text = shown(progress(briefing.job_of(making, token), "vi"))
    assert name in text


def test_a_refused_pack_says_why(making: Services) -> None:
    token = making.jobs.start(["--province", "ha-tay", "--year", "2023", "--format", "pdf"], 2)
    seen = ended(making.jobs, token)
    assert seen.state == "refused"
    assert "2023" in seen.problems[0]


def test_no_more_packs_at_once_than_two(making: Services, facts: Facts) -> None:
    options = ["--province", "quang-ninh", "--year", "2023", "--format", "xlsx"]
    tokens = [making.jobs.start(options, 1) for _ in range(3)]
    assert tokens[2] == ""
    assert all(ended(making.jobs, token).state == "done" for token in tokens[:2])


def test_old_packs_are_cleaned_up(making: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    options = ["--province", "nowhere", "--year", "2023"]
    token = making.jobs.start(options, 1)
    ended(making.jobs, token)
    monkeypatch.setattr("callbacks.briefing_jobs.KEPT_SECONDS", -1)
    ended(making.jobs, making.jobs.start(options, 1))
    assert making.jobs.look(token).state == "unknown"


def test_progress_is_told_in_words() -> None:
    text = shown(progress(Made("t", "running", (("a.docx", 2048),), 5), "vi"))
    assert "xong 1/5" in text
    assert "a.docx" in text
    assert progress(None, "vi") == []


def test_what_people_wrote_goes_into_the_pack_and_scopes_it(
    warehouse: Warehouse,
    facts: Facts,
    release_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CCHC_WORKSPACE_PATH", str(tmp_path / "w.sqlite"))
    monkeypatch.setenv("CCHC_DATABASE_URL", "")
    shelf = Shelf(Settings())
    given = Services(warehouse, "quang-ninh", None, Jobs(release_dir, tmp_path / "jobs"), shelf)
    empty = briefing.build_view(given, state("?tinh=quang-ninh&nam=2023", facts))
    assert (empty.bodies, empty.written) == ((), (0, 0))
    task = {"unit_id": "63:22", "index_code": "DTI", "component_code": "HDKTS", "year": 2023, "lead": "Sở A"}
    with shelf.workspace().writing() as session:
        store.add(session, AssignmentRecord(**task, task="Việc được giao", deadline=date(2024, 1, 2)), "Lan")
    page = shown(briefing.render(given, state("?tinh=quang-ninh&nam=2023", facts)).children)
    assert "Đã ghi ở trang Kế hoạch: 0 nguyên nhân, 1 nhiệm vụ" in page
    asked = state("?tinh=quang-ninh&nam=2023&don-vi=S%E1%BB%9F%20A", facts)
    view = briefing.build_view(given, asked)
    assert [(label, chosen) for label, _, chosen in view.bodies] == [("Toàn tỉnh", False), ("Sở A", True)]
    assert any("phần được giao: 1 nội dung" in line for line in view.headlines)
    options = briefing.options_of(given, briefing.wish_of(given, asked), ("docx",))
    token = given.jobs.start(options, 1)
    assert ended(given.jobs, token).state == "done"
    path = given.jobs.file(token, given.jobs.look(token).files[0][0])
    cells = [c.text for one in Document(str(path)).tables for row in one.rows for c in row.cells]
    assert "Việc được giao" in cells


def test_without_assignments_the_page_says_that_no_lead_body_is_known(
    services: Services, facts: Facts
) -> None:
    page = shown(briefing.render(services, state("?tinh=quang-ninh&nam=2023", facts)).children)
    assert "Bộ số liệu không ghi cơ quan chủ trì" in page


def test_where_the_workspace_cannot_be_read_documents_are_made_from_the_release(
    making: Services, facts: Facts, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database at all" * 100)
    settings = Settings(workspace=True, workspace_path=broken, database_url="")
    services = Services(making.warehouse, "quang-ninh", None, making.jobs, Shelf(settings))
    asked = state("?tinh=quang-ninh&nam=2023&chi-so=PCI", facts)
    page = shown(briefing.render(services, asked).children)
    assert "chưa có nguyên nhân, nhiệm vụ do người phụ trách ghi và sổ phát hành" in page
    assert "file is not a database" in page  # why
    assert "SHA-256" not in page
    options = briefing.options_of(services, briefing.wish_of(services, asked), ("docx",))
    assert "--workspace" not in options
    token = services.jobs.start(options, 1)
    assert ended(services.jobs, token).state == "done"


def test_where_the_table_of_lead_bodies_is_gone_documents_are_made_without_it(
    making: Services, facts: Facts, tmp_path: Path
) -> None:
    services = replace(making, responsibilities=tmp_path / "gone.xlsx", _views=OrderedDict())
    asked = state("?tinh=quang-ninh&nam=2023&chi-so=PCI", facts)
    assert "Chưa đọc được bảng phân công trách nhiệm" in shown(briefing.render(services, asked).children)
    options = briefing.options_of(services, briefing.wish_of(services, asked), ("docx",))
    assert "--responsibilities" not in options


def test_what_is_issued_stands_in_the_register_with_the_hash_of_every_file(
    making: Services, facts: Facts, tmp_path: Path
) -> None:
    settings = Settings(workspace=True, workspace_path=tmp_path / "issued.sqlite", database_url="")
    services = Services(making.warehouse, "quang-ninh", None, making.jobs, Shelf(settings))
    search = "?tinh=quang-ninh&nam=2023&chi-so=PCI"
    wish = briefing.wish_of(services, state(search, facts))
    token = services.jobs.start(briefing.options_of(making, wish, ("xlsx",)), 1)
    assert ended(services.jobs, token).state == "done"
    asked = briefing.asked_to_issue(services, f"{search}&goi={token}")
    issued.issue(services, asked, "An")
    view = briefing.build_view(services, state(f"{search}&goi={token}", facts)).issued
    assert view is not None
    (row,) = view.rows
    (file,) = row.files
    body = services.jobs.file(token, file.name).read_bytes()
    assert (file.sha256, file.size) == (hashlib.sha256(body).hexdigest(), len(body))
    assert (row.by, row.release_id, row.indices) == ("An", services.release_id(), "PCI")
    assert file.sha256[:12] in shown(briefing.render(services, state(search, facts)).children)
    with pytest.raises(DataError, match="already"):
        issued.issue(services, asked, "An")
    with pytest.raises(DataError, match="unfinished"):
        issued.issue(services, replace(asked, token=""), "An")
    with Flask("people").test_request_context():
        g.person = Person(id="1", name="Dung", role="editor", department="Sở Nội vụ")
        with pytest.raises(DeniedError):
            issued.issue(services, asked, "Dung")
