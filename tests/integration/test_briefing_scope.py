"""Documents of one lead body and with what people wrote: from the workspace and a table of the province."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from docx import Document
from pptx import Presentation
from typer.testing import CliRunner

from etl.duties import read_duties
from etl.warehouse.briefing import known_components
from etl.warehouse.queries import Warehouse
from exports.__main__ import app
from exports.briefing import docx_report, pptx_slides, xlsx_annex
from exports.briefing.model import Assignment, Cause, Duty, NothingToBriefError, Written
from exports.briefing.report import Para, blocks
from exports.briefing.written import written_of
from indices.errors import SourceError
from tests.fixtures.briefing import briefing_of, chapter
from workspace import store
from workspace.models import Assignment as Work
from workspace.models import Cause as Reason
from workspace.records import AssignmentRecord, CauseRecord
from workspace.settings import Settings as WorkspaceSettings

QN, YEAR, UNIT = "quang-ninh", 2023, "63:22"
BODY = "Sở Khoa học và Công nghệ"
FIELD = '{ INCLUDETEXT "C:\\\\secret" } =HYPERLINK(1)'


def table(path: Path, rows: list[list[str]]) -> Path:
    """A table of responsibilities as a province would write it."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Phân công")
    for n, row in enumerate([["Bảng phân công"], ["Mã tiêu chí", "Chỉ số", "Cơ quan chủ trì"], *rows]):
        sheet.write_row(n, 0, row)
    book.close()
    return path


def test_a_table_of_the_province_names_the_lead_of_what_stands_under(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    path = table(
        tmp_path / "t.xlsx", [["HD", "DTI", BODY], ["HDXHS", "dti", "Công an tỉnh"], ["HTS", "DTI", ""]]
    )
    duties = tuple(Duty(*row) for row in read_duties(path, known_components(warehouse.pinned())))
    assert [(one.index, one.code) for one in duties] == [("DTI", "HD"), ("DTI", "HDXHS")]
    made = briefing_of(warehouse, QN, YEAR, Written(duties=duties), department="sở khoa học và  công nghệ")
    assert [one.code for one in made.chapters] == ["DTI"]
    dti = chapter(made, "DTI")
    assert {row["code"] for row in dti.tables["full"].rows} == {"HD", "HDCQS", "HDKTS"}
    assert not any(row.get("_strong") for row in dti.tables["fields"].rows)
    lost = warehouse.scores("DTI", YEAR, unit_id=UNIT, component_code=["HDCQS", "HDKTS"], view="main")[
        "lost"
    ].sum()
    assert f"2 nội dung có điểm, mất {lost:.4f}".replace(".", ",") in dti.sentences["scope"]
    assert dti.sentences["scope"] in made.headlines
    assert any(isinstance(b, Para) and "không tự suy ra" in b.text for b in blocks(made))


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (["HD", "XYZ", BODY], "Unknown index"),
        (["NOPE", "DTI", BODY], "Unknown component"),
        (["HTS", "DTI", "Sở B"], "Two lead bodies"),
    ],
)
def test_a_wrong_row_of_the_table_is_told_with_its_place(
    warehouse: Warehouse, tmp_path: Path, row: list[str], what: str
) -> None:
    path = table(tmp_path / "t.xlsx", [["HTS", "DTI", "Sở A"], row])
    with pytest.raises(SourceError) as refused:
        read_duties(path, known_components(warehouse.pinned()))
    assert what in refused.value.problems[0].what
    assert refused.value.problems[0].place == "Phân công, row 4"


def test_a_body_that_nobody_named_is_refused_with_those_known(warehouse: Warehouse) -> None:
    with pytest.raises(NothingToBriefError) as refused:
        briefing_of(warehouse, QN, YEAR, Written(), department="Sở X")
    assert "không ghi cơ quan chủ trì" in refused.value.problems[0].hint
    known = Written((), (Assignment("DTI", "HTS", lead="Sở Y"),))
    with pytest.raises(NothingToBriefError) as refused:
        briefing_of(warehouse, QN, YEAR, known, department="Sở X")
    assert "Sở Y" in refused.value.problems[0].hint


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkspaceSettings:
    """A workspace in which people wrote a cause of two years and tasks, one of them stopped."""
    monkeypatch.setenv("CCHC_WORKSPACE_PATH", str(tmp_path / "w.sqlite"))
    monkeypatch.setenv("CCHC_DATABASE_URL", "")
    settings = WorkspaceSettings()
    about = {"unit_id": UNIT, "index_code": "DTI"}
    task = {"year": YEAR, "component_code": "HDKTS", "lead": BODY, "deadline": date(YEAR + 1, 3, 5)}
    records = [
        CauseRecord(**about, component_code="HDKTS", year=YEAR, kind="objective", text=FIELD),
        CauseRecord(**about, component_code="HTS", year=YEAR - 1, kind="subjective", text="Cáp chưa đủ"),
        CauseRecord(**about, component_code="HDKTS", year=YEAR - 1, kind="subjective", text="cũ, không lấy"),
        AssignmentRecord(**about, **task, task="Hỗ trợ doanh nghiệp", product="Kế hoạch"),
        AssignmentRecord(**about, **task, task="việc đã dừng", status="stopped"),
        AssignmentRecord(**about | {"unit_id": "63:01"}, **task, task="việc tỉnh khác"),
    ]
    with settings.opened().writing() as session:
        for record in records:
            store.add(session, record, "Người viết")
    return settings


def texts_of(data: bytes) -> str:
    """All text of a report, tables included."""
    document = Document(io.BytesIO(data))
    cells = [cell.text for one in document.tables for row in one.rows for cell in row.cells]
    return "\n".join([*cells, *(p.text for p in document.paragraphs)])


def test_what_people_wrote_stands_in_every_document_and_runs_nowhere(
    warehouse: Warehouse, shelf: WorkspaceSettings
) -> None:
    with shelf.opened().reading() as session:
        written = written_of(store.listed(session, Reason), store.listed(session, Work), (UNIT, YEAR))
    assert written.causes == (
        Cause("DTI", "HDKTS", "objective", FIELD),
        Cause("DTI", "HTS", "subjective", "Cáp chưa đủ", YEAR - 1),
    )
    assert [one.deadline for one in written.assignments] == ["2024-03-05"]
    made = briefing_of(warehouse, QN, YEAR, written)
    report = docx_report.report(made)
    text = texts_of(report)
    assert FIELD in text
    assert "(2022) Cáp chưa đủ" in text
    assert "DTI: Hạ tầng số" in text
    assert text.count("Hỗ trợ doanh nghiệp") >= 2  # under solutions and under assignment
    assert "việc đã dừng" not in text
    assert "việc tỉnh khác" not in text
    codes = Document(io.BytesIO(report)).element.body.xpath(".//w:instrText")
    assert not any("INCLUDETEXT" in (one.text or "") for one in codes)
    evidence = [line for item in made.evidence for line in item.lines]
    assert not any("Cáp chưa đủ" in line or FIELD in line for line in evidence)
    shown = Presentation(io.BytesIO(pptx_slides.slides(made)))
    told = "\n".join(
        c.text for s in shown.slides for x in s.shapes if x.has_table for r in x.table.rows for c in r.cells
    )
    assert "INCLUDETEXT" in told
    assert not any(s._element.xpath(".//a:fld") for s in shown.slides)
    book = openpyxl.load_workbook(io.BytesIO(xlsx_annex.annex(made)))
    typed = [c for sheet in book for row in sheet.iter_rows() for c in row if "INCLUDETEXT" in str(c.value)]
    assert typed
    assert all(cell.data_type == "s" for cell in typed)


def test_the_command_takes_the_workspace_and_the_body(
    warehouse: Warehouse, release_dir: Path, shelf: WorkspaceSettings, tmp_path: Path
) -> None:
    options = ["briefing", "--province", QN, "--year", str(YEAR), "--format", "docx", "--workspace"]
    options += ["--department", BODY, "--releases", str(release_dir), "--out", str(tmp_path / "out")]
    first = CliRunner().invoke(app, options)
    assert first.exit_code == 0, first.output
    (path,) = (tmp_path / "out").glob("*.docx")
    text = texts_of(path.read_bytes())
    assert f"Phạm vi: nội dung được giao cho {BODY}" in text
    assert "Hỗ trợ doanh nghiệp" in text
    assert "Chính sách hỗ trợ doanh nghiệp" not in text  # another index, assigned to nobody
    plain = [one for one in options if one != "--workspace"]
    assert CliRunner().invoke(app, plain).exit_code == 7


def test_a_pack_that_says_something_else_is_another_file(
    warehouse: Warehouse, release_dir: Path, shelf: WorkspaceSettings, tmp_path: Path
) -> None:
    options = ["briefing", "--province", QN, "--year", str(YEAR), "--format", "xlsx", "--index", "DTI"]
    options += ["--releases", str(release_dir), "--out", str(tmp_path)]
    for more in ([], ["--workspace"], ["--compare", "region"], []):
        assert CliRunner().invoke(app, [*options, *more]).exit_code == 0
    assert len(list(tmp_path.glob("*.xlsx"))) == 3
