"""The import page: from a file to a draft and back, handlers called directly on a small real installation."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from callbacks import intake as page
from callbacks import intake_edit, shell
from callbacks.services import Services
from callbacks.url_state import parse
from etl.build import build
from etl.intake.decisions import REASONS
from etl.settings import Settings
from etl.warehouse.queries import Warehouse
from indices.errors import DataError, SourceError
from layouts.pages import intake_draft
from layouts.text import texts
from tests.app.conftest import of_type, shown
from tests.fixtures.etl.packs import INDEX, read_rows, small_pack

YEAR, NEXT = 2019, 2021
PATH = page.PAGE.path


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> page.Desk:
    """An installation with a small pack and its release."""
    settings = small_pack(tmp_path_factory.mktemp("desk"))
    settings = settings.model_copy(update={"imports_dir": settings.data_dir / "imports"})
    build(settings)
    return page.Desk(settings, most_mb=8)


@pytest.fixture(scope="module")
def services(desk: page.Desk) -> Services:
    """Handlers' services over that installation."""
    return Services(Warehouse(desk.settings.releases_dir / "current.json"), "quang-ninh", desk)


def totals(settings: Settings) -> dict[str, str]:
    """Totals of the last year of the pack by province."""
    rows = read_rows(settings.data_dir / f"sources/{INDEX}/scores_{YEAR}.csv")
    return {row["unit"]: row["score"] for row in rows if row["component"] == INDEX and not row["use"]}


def workbook(settings: Settings, change: Any = lambda rows: None) -> bytes:
    """A workbook of totals and ranks of a later year: those of the pack, a little more."""
    scored = sorted(((round(float(v) + 0.5, 2), unit) for unit, v in totals(settings).items()), reverse=True)
    rows: list[list[Any]] = [["Chỉ số năng lực cạnh tranh cấp tỉnh (PCI)", None, None], ["Năm 2021"], []]
    rows += [["Tỉnh", "PCI", "Xếp hạng"], *([u, v, n] for n, (v, u) in enumerate(scored, 1))]
    change(rows)
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "PCI"
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def sent(data: bytes) -> str:
    """A file as a browser sends it."""
    return "data:application/octet-stream;base64," + base64.b64encode(data).decode()


def screen(services: Services, **extras: str) -> shell.Screen:
    """The page with parameters."""
    return shell.show(PATH, "?" + "&".join(f"{k}={v}" for k, v in extras.items()), services)


def mapped(desk: page.Desk, services: Services, file_id: str) -> dict[str, Any]:
    """What the browser holds of a file that waits for its mapping."""
    found = screen(services, tep=file_id).page
    stores = {store.id: store.data for store in of_type(found, "Store")}
    grids = {grid.id: grid.rowData for grid in of_type(found, "AgGrid") if isinstance(grid.id, str)}
    fields = {f.id: f.value for kind in ("Select", "NumberInput", "TextInput") for f in of_type(found, kind)}
    subject = {name: fields[identity] for name, identity in page.SUBJECT.items()}
    return {"base": stores["intake-base"], "grids": grids, "subject": subject}


def staged(desk: page.Desk, services: Services, data: bytes, name: str = "pci_2021.xlsx") -> str:
    """The draft of a file read as guessed."""
    file_id = page.receive(desk, name, sent(data), "An")
    held = mapped(desk, services, file_id)
    mapping = intake_edit.corrected(
        held["base"], held["subject"], held["grids"]["intake-sheets"], held["grids"]["intake-columns"]
    )
    return page.staged(desk, file_id, mapping, "An")


def test_the_empty_page_says_how_to_begin(services: Services) -> None:
    text = shown(screen(services).page)
    assert "Kéo tệp vào đây" in text
    assert "Chưa nạp tệp nào" in text


def test_a_file_is_read_as_guessed_and_shown_before_it_is_stored(desk: page.Desk, services: Services) -> None:
    file_id = page.receive(desk, "pci_2021.xlsx", sent(workbook(desk.settings)), "An")
    held = mapped(desk, services, file_id)
    assert held["subject"] | {"publisher": "", "name": ""} == {
        "index": INDEX, "year": NEXT, "unit_set": "63", "publisher": "", "name": "",
    }  # fmt: skip
    columns = {row["column"]: (row["component"], row["role"]) for row in held["grids"]["intake-columns"]}
    assert columns == {"B": (INDEX, "score"), "C": (INDEX, "rank")}
    best = max(totals(desk.settings).values(), key=float)
    text = shown(screen(services, tep=file_id).page)
    assert "pci_2021.xlsx" in text
    previews = [
        g.rowData for g in of_type(screen(services, tep=file_id).page, "AgGrid") if isinstance(g.id, dict)
    ]
    assert any(str(round(float(best) + 0.5, 2)).replace(".", ",") in str(row.values()) for row in previews[0])


def test_a_draft_tells_what_would_change_and_is_published_and_undone(
    desk: page.Desk, services: Services
) -> None:
    before = services.release_id()
    draft = staged(desk, services, workbook(desk.settings))
    found = screen(services, nhap=draft)
    assert "Bản nháp sẵn sàng công bố" in shown(found.page)
    assert desk.intake.diff(draft).summary["new"] >= 60
    desk.intake.publish(draft, "Bình")
    assert services.release_id() != before
    assert "Đã nằm trong bản phát hành" in shown(screen(services, nhap=draft).page)
    assert len(services.warehouse.scores(INDEX, NEXT, component_code=INDEX, view="main")) == len(
        totals(desk.settings)
    )
    page.act(desk, intake_draft.UNDO, draft, "Chi")
    assert services.warehouse.scores(INDEX, NEXT).empty
    listed = shown(screen(services).page)
    assert "pci_2021.xlsx" in listed
    assert "Đã hoàn tác" in listed


def test_a_wrong_file_is_refused_with_its_cell_in_the_readers_language(
    desk: page.Desk, services: Services
) -> None:
    def spoil(rows: list[list[Any]]) -> None:
        rows[7][1] = 123.4

    draft = staged(desk, services, workbook(desk.settings, spoil), "sai.xlsx")
    found = screen(services, nhap=draft)
    assert desk.intake.draft(draft).state.value == "refused"
    assert "Không thể công bố" in shown(found.page)
    rows = next(g.rowData for g in of_type(found.page, "AgGrid") if g.id["table"] == "intake-findings")
    assert rows[0]["level"] == "Lỗi"
    assert rows[0]["place"] == "PCI!B8"
    page.act(desk, intake_draft.DISCARD, draft, "An")
    assert desk.intake.draft(draft).state.value == "discarded"


def test_what_must_be_done_before_a_button_works(desk: page.Desk, services: Services) -> None:
    draft = staged(desk, services, workbook(desk.settings), "cho.xlsx")
    assert page.unready(desk, intake_draft.PUBLISH, draft, False, " ") == "intake.need_who"
    warned = desk.intake.draft(draft).findings.get("warning", 0)
    wanted = "intake.need_confirm" if warned else ""
    assert page.unready(desk, intake_draft.PUBLISH, draft, False, "An") == wanted
    assert page.unready(desk, intake_draft.PUBLISH, draft, True, "An") == ""
    assert page.unready(desk, intake_draft.DISCARD, draft, False, "An") == ""


def test_a_damaged_upload_and_an_unknown_file_are_told(desk: page.Desk, services: Services) -> None:
    with pytest.raises(DataError):
        page.receive(desk, "x.xlsx", "no upload at all", "An")
    text = shown(screen(services, tep="0" * 64).page)
    assert "Chọn tệp" in text
    assert of_type(screen(services, nhap="khong-co").page, "Strong")


def test_a_program_is_not_even_kept(desk: page.Desk) -> None:
    with pytest.raises(SourceError, match="program"):
        page.receive(desk, "anh.xlsx", sent(b"MZ" + bytes(2000)), "An")


def test_a_year_that_a_person_gives_is_taken(desk: page.Desk, services: Services) -> None:
    file_id = page.receive(desk, "pci.xlsx", sent(workbook(desk.settings, lambda rows: rows.pop(1))), "An")
    state, _ = parse(f"?tep={file_id}", services.facts(), False, page.PAGE.extras)
    held = mapped(desk, services, file_id)
    changed = page.regiven((INDEX, 2020, "63"), held["base"]["shown"], state)
    assert changed is not None
    assert changed["nam-do"] == "2020"
    again = screen(services, **{name: value for name, value in changed.items() if value}).page
    assert [field.value for field in of_type(again, "NumberInput")] == [2020]
    assert page.regiven((INDEX, held["base"]["shown"]["year"], "63"), held["base"]["shown"], state) is None


def base_of(**sheet: Any) -> dict[str, Any]:
    """A mapping as the page holds it."""
    plan = {
        "sheet": "A", "header_rows": [1], "unit": {"column": "A", "header": "Tỉnh"},
        "columns": [{"column": "B", "component": "X"}, {"column": "C", "component": "Y"}], **sheet,
    }  # fmt: skip
    mapping = {"name": "m", "index": "X", "source": {"publisher": "p"}, "sheets": [plan]}
    return {"mapping": mapping, "states": {"A": "visible", "H": "hidden"}}


SUBJECT = {"index": "X", "year": 2020, "unit_set": "63", "publisher": "p", "name": "m"}
READ = {"sheet": "A", "read": True, "layout": "wide", "header_rows": "1, 2", "first_row": 3, "unit": "A"}


def test_corrections_of_sheets_and_columns_reach_the_mapping() -> None:
    columns = [
        {"sheet_at": 0, "column_at": 0, "component": "Z", "role": "self_score", "factor": 100},
        {"sheet_at": 0, "column_at": 1, "component": "", "role": "score", "factor": 1},
    ]
    made = intake_edit.corrected(base_of(), SUBJECT, [READ | {"last_row": 60}], columns)
    plan = made.sheets[0]
    assert (plan.header_rows, plan.first_row, plan.last_row) == ((1, 2), 3, 60)
    assert [(c.component, c.role, c.factor) for c in plan.columns] == [("Z", "self_score", 100.0)]
    assert plan.unit.header == "Tỉnh"


def test_another_column_of_units_forgets_the_old_header() -> None:
    made = intake_edit.corrected(base_of(), SUBJECT, [READ | {"unit": "d"}], [])
    assert (made.sheets[0].unit.column, made.sheets[0].unit.header) == ("D", "")


def test_a_hidden_sheet_is_read_only_when_ticked() -> None:
    hidden = READ | {"sheet": "H"}
    made = intake_edit.corrected(base_of(), SUBJECT, [READ, hidden], [])
    assert [(plan.sheet, plan.hidden) for plan in made.sheets] == [("A", "refuse"), ("H", "read")]
    made = intake_edit.corrected(base_of(), SUBJECT, [READ, hidden | {"read": False}], [])
    assert [plan.sheet for plan in made.sheets] == ["A"]


@pytest.mark.parametrize(
    ("subject", "sheet", "told"),
    [
        ({"name": "Tên có dấu"}, {}, "name"),
        ({"year": "hai nghìn"}, {}, "year"),
        ({}, {"header_rows": "một"}, "header_rows"),
        ({}, {"layout": "round"}, "layout"),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    subject: dict[str, Any], sheet: dict[str, Any], told: str
) -> None:
    with pytest.raises(SourceError, match=told):
        intake_edit.corrected(base_of(), SUBJECT | subject, [READ | sheet], [])


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_reason_of_a_guess_is_in_both_languages(lang: str) -> None:
    said = texts(lang)
    assert [key for key in REASONS if f"intake.reason.{key.replace('.', '_')}" not in said] == []


def test_the_whole_page_speaks_english_too(desk: page.Desk, services: Services) -> None:
    file_id = page.receive(desk, "pci_2021.xlsx", sent(workbook(desk.settings)), "An")
    text = shown(screen(services, tep=file_id, lang="en").page)
    assert "confirm how it is read" in text
    assert "Xác nhận" not in text


def test_a_server_without_imports_says_so(services: Services) -> None:
    closed = Services(services.warehouse, "quang-ninh")
    assert "Chưa bật" in shown(shell.show(PATH, "", closed).page)


def test_forms_to_fill_in_come_back_without_a_mapping(desk: page.Desk, services: Services) -> None:
    from etl.intake.template.plan import Wish

    body = desk.looker.template(Wish(INDEX, NEXT))
    book = openpyxl.load_workbook(BytesIO(body))
    sheet = book.worksheets[0] if book.worksheets[0].max_row > 30 else book.worksheets[1]
    first = next(
        cell
        for row in sheet.iter_rows(min_row=2)
        for cell in row
        if cell.value is None and not cell.protection.locked
    )
    first.value = 60.5
    out = BytesIO()
    book.save(out)
    file_id = page.receive(desk, "mau.xlsx", sent(out.getvalue()), "An")
    assert "không cần khai cách đọc" in shown(screen(services, tep=file_id).page)


def test_saved_mappings_are_named_files(desk: page.Desk, services: Services) -> None:
    staged(desk, services, workbook(desk.settings), "luu.xlsx")
    folder: Path = desk.settings.imports_dir / "mappings"
    saved = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.glob("*.yaml")]
    assert any(one["index"] == INDEX for one in saved)
