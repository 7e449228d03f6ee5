"""The workspace as a workbook and back: nothing lost, nothing run, all or nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.workspace import samples
from workspace import sheets, store
from workspace.database import Workspace, sqlite_url
from workspace.errors import WorkspaceError
from workspace.models import Assignment, Cause, Evidence, Progress, Row
from workspace.records import RECORDS, BriefingRecord, CommentRecord
from workspace.store import ref_of
from workspace.words import LANGS

NASTY = (
    '=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)", "'quoted", "1.10", "0012", "30/06/2024", "TRUE",
    "#N/A", "dòng một\ndòng hai", "\tTab giữa\tô", "<b>&amp;</b>", "𠮷 😀 Điện Biên",
)  # fmt: skip


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with a row of every kind and texts that spreadsheets like to change."""
    workspace = Workspace(sqlite_url(tmp_path / "filled.sqlite"))
    workspace.upgrade()
    with workspace.writing() as session:
        for text in NASTY:
            store.add(session, samples.cause(text=text, component_code="1.10"), "=An")
        work = store.add(session, samples.assignment(), "An")
        report = store.add(session, samples.progress(work.id), "An")
        store.add(session, samples.evidence(report.id), "An")
        about = {"about_kind": "assignment", "about_id": work.id, "text": "Sớm hơn"}
        store.add(session, CommentRecord.checked(about), "An")
        store.add(session, samples.scenario(), "An")
        values = {"unit_id": "63:22", "year": 2023, "indices": "PAR", "release_id": "abc", "title": "Báo cáo"}
        store.add(
            session, BriefingRecord.checked({**values, "digest": "0" * 64, "content": "x" * 40_000}), "An"
        )
    yield workspace
    workspace.close()


def exported(workspace: Workspace, lang: str = "vi") -> bytes:
    """The workbook of a workspace."""
    with workspace.reading() as session:
        return sheets.to_xlsx(session, lang)


def edited(content: bytes, changes: dict[tuple[str, str], Any]) -> bytes:
    """The workbook with other values in cells, as somebody with Excel would save it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for (sheet, cell), value in changes.items():
        book[sheet][cell] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def taken(workspace: Workspace, content: bytes) -> sheets.Taken:
    """A workbook taken in a transaction of its own."""
    with workspace.writing() as session:
        return sheets.take(session, content, "Bình")


def state(workspace: Workspace, skip: tuple[str, ...] = ()) -> dict[str, dict[str, Any]]:
    """Everything that stands there, by kind and id."""
    with workspace.reading() as session:
        return {
            kind: {row.id: record.of(row).values() for row in store.listed(session, record.ROW)}
            for kind, record in RECORDS.items()
            if kind not in skip
        }


@pytest.mark.parametrize("lang", LANGS)
def test_a_workbook_taken_back_unchanged_changes_nothing(filled: Workspace, lang: str) -> None:
    before = state(filled)
    done = taken(filled, exported(filled, lang))
    assert (done.added, done.changed, done.ignored) == (0, 0, ())
    assert done.same == sum(len(rows) for kind, rows in before.items() if kind != "briefing")
    assert state(filled) == before


def test_an_empty_workspace_takes_everything_but_the_issued_briefings(
    filled: Workspace, tmp_path: Path
) -> None:
    other = Workspace(sqlite_url(tmp_path / "other.sqlite"))
    other.upgrade()
    taken(other, exported(filled))
    assert state(other, ("briefing",)) == state(filled, ("briefing",))
    texts = {row["text"] for row in state(other)["cause"].values()}
    assert texts == {text.strip() for text in NASTY}
    other.close()


def test_a_text_that_looks_like_an_escape_of_workbooks_stays_as_typed(filled: Workspace) -> None:
    """Not among the texts above: openpyxl, which edits there, would make it "A" by itself."""
    with filled.writing() as session:
        row = store.add(session, samples.cause(text="_x0041_"), "An")
    assert taken(filled, exported(filled)).changed == 0
    assert state(filled)["cause"][row.id]["text"] == "_x0041_"


def test_what_people_typed_is_never_a_formula(filled: Workspace) -> None:
    content = exported(filled)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    risky = [c for c in cells if isinstance(c.value, str) and c.value.startswith(("=", "+", "-", "@"))]
    assert len(risky) >= 5
    assert all(cell.quotePrefix for cell in risky)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        texts = [packed.read(name) for name in packed.namelist() if name.startswith("xl/worksheets")]
    assert texts
    assert not any(b"<f>" in text or b"<hyperlink" in text for text in texts)


def test_edited_and_new_rows_are_taken_with_history(filled: Workspace) -> None:
    new = {"C": "63:22", "D": "PAR", "E": "2.1", "F": 2023, "G": "Mục tiêu", "I": "Việc mới", "J": "Sở Y tế"}
    changes = {("Phân công", f"{column}3"): value for column, value in (new | {"L": "05/02/2024"}).items()}
    changes |= {("Phân công", "J2"): "Sở Tài chính", ("Phân công", "O2"): "Đã xong"}
    done = taken(filled, edited(exported(filled), changes))
    assert (done.added, done.changed) == (1, 1)
    with filled.reading() as session:
        old, made = store.listed(session, Assignment)
        assert (old.lead, old.status, old.version, old.updated_by) == ("Sở Tài chính", "done", 2, "Bình")
        assert (made.task, made.deadline, made.status) == ("Việc mới", date(2024, 2, 5), "open")
        assert store.history(session, "assignment", old.id)[-1].fields() == ("lead", "status")


def test_a_stale_or_wrong_row_is_told_with_its_place_and_nothing_is_kept(filled: Workspace) -> None:
    content = exported(filled)
    with filled.writing() as session:
        (work,) = store.listed(session, Assignment)
        store.change(session, ref_of(work), samples.assignment(task="Việc đã đổi"), "Chi")
    before = state(filled)
    wrong = {("Phân công", "J2"): "Sở Y tế", ("Tiến độ", "E2"): 140, ("Nguyên nhân", "H2"): "được"}
    with pytest.raises(WorkspaceError) as told:
        taken(filled, edited(content, wrong))
    assert {problem.file for problem in told.value.problems} == {"Phân công!2", "Tiến độ!2"}
    assert "Chi" in str(told.value)
    assert state(filled) == before


def test_a_code_that_a_spreadsheet_made_a_number_is_refused(filled: Workspace) -> None:
    with pytest.raises(WorkspaceError, match=r"component_code.*1\.1"):
        taken(filled, edited(exported(filled), {("Nguyên nhân", "E2"): 1.1}))


def test_a_deleted_row_does_not_come_back_through_a_workbook(filled: Workspace) -> None:
    content = exported(filled)
    with filled.writing() as session:
        (paper,) = store.listed(session, Evidence)
        store.remove(session, ref_of(paper), "Chi")
    with pytest.raises(WorkspaceError, match="deleted by Chi"):
        taken(filled, content)


def test_a_row_left_out_of_the_workbook_stays(filled: Workspace) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported(filled)))
    book["Tiến độ"].delete_rows(2)
    del book["Ý kiến"]
    book.create_sheet("Ghi chú")["A1"] = "của tôi"
    stream = io.BytesIO()
    book.save(stream)
    before = state(filled)
    assert taken(filled, stream.getvalue()).ignored == ("Ghi chú",)
    assert state(filled) == before
    with filled.reading() as session:
        assert len(store.listed(session, Progress)) == 1


def test_an_unknown_column_is_told(filled: Workspace) -> None:
    with pytest.raises(WorkspaceError, match=r"Nobody knows this column.*Thời tiết"):
        taken(filled, edited(exported(filled), {("Phân công", "Z1"): "Thời tiết"}))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"no workbook at all"])
def test_a_file_that_is_no_workbook_is_refused(filled: Workspace, content: bytes) -> None:
    with pytest.raises(WorkspaceError, match="no workbook"):
        taken(filled, content)


def test_a_workbook_that_unpacks_without_end_is_refused(filled: Workspace) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * (sheets.MOST_UNPACKED + 1))
    with pytest.raises(WorkspaceError, match="unpacked"):
        taken(filled, stream.getvalue())


def test_every_field_has_its_word() -> None:
    rows: list[type[Row]] = [record.ROW for record in RECORDS.values()]
    assert Cause in rows
    for record in RECORDS.values():
        for name in sheets.columns(record):
            assert {sheets.word(sheets.FIELDS, name, lang) for lang in LANGS} != {name}, name


def test_a_column_that_an_older_workbook_lacks_stays_as_it_is(workspace: Workspace) -> None:
    with workspace.writing() as session:
        store.add(session, samples.assignment(target_value=7.5), "An")
    book = openpyxl.load_workbook(io.BytesIO(exported(workspace)))
    sheet = book["Phân công"]
    heads = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, heads.index("Điểm cần đạt") + 1).value == 7.5
    sheet.cell(2, heads.index("Nhiệm vụ") + 1).value = "Việc khác"
    sheet.delete_cols(heads.index("Điểm cần đạt") + 1)
    stream = io.BytesIO()
    book.save(stream)
    assert taken(workspace, stream.getvalue()).changed == 1
    with workspace.reading() as session:
        (row,) = store.listed(session, Assignment)
    assert (row.task, row.target_value) == ("Việc khác", 7.5)
