"""The documents as files: read again with the usual libraries, every number is the release's."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from babel.numbers import format_decimal
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from pptx import Presentation

from etl.build import build as build_release
from etl.demo.plan import load_plan
from etl.demo.write import write_demo
from etl.settings import ROOT, Settings
from etl.warehouse.briefing import provinces_of
from etl.warehouse.queries import Warehouse
from exports.briefing import docx_report, docx_template, pdf_report, pdf_summary, pptx_slides, xlsx_annex
from exports.briefing.model import Assignment, Briefing, Cause, Written
from tests.fixtures.briefing import briefing_of
from tests.thorough import AT_LENGTH

SLUG, YEAR, UNIT = "quang-ninh", 2023, "63:22"
TYPED = "=HYPERLINK(1)"
WRITTEN = Written(
    (Cause("DTI", "HDKTS", "objective", TYPED), Cause("DTI", "HDKTS", "subjective", "+84 <b>&\x07")),
    (Assignment("DTI", "HDKTS", task="@SUM(A1)", lead="-1+2"), Assignment("DTI", "HTS", task="a\x07\nb")),
)


@pytest.fixture(scope="module")
def made(warehouse: Warehouse) -> Briefing:
    """The briefing of the real release, with hostile text typed by people."""
    return briefing_of(warehouse, SLUG, YEAR, WRITTEN)


@pytest.fixture(scope="module")
def report(made: Briefing) -> Document:
    """The report, read again."""
    return Document(io.BytesIO(docx_report.report(made)))


@pytest.fixture(scope="module")
def shown(made: Briefing) -> Presentation:
    """The slides, read again."""
    return Presentation(io.BytesIO(pptx_slides.slides(made)))


def vi(value: float, decimals: int) -> str:
    """A number as Vietnamese write it, formatted here and not by the product."""
    text = format_decimal(round(value, decimals), format="#,##0." + "0" * decimals, locale="vi")
    return text.replace("-", "−")


def cells(table: object) -> list[list[str]]:
    """The texts of a table of Word or PowerPoint."""
    return [[cell.text for cell in row.cells] for row in table.rows]  # type: ignore[attr-defined]


def test_report_holds_every_component_of_the_release(report: Document, warehouse: Warehouse) -> None:
    found = {}
    for table in report.tables:
        rows = cells(table)
        if rows[0][0] == "Mã" and f"Điểm {YEAR}" in rows[0]:
            at = {name: n for n, name in enumerate(rows[0])}
            found |= {row[0]: {name: row[n] for name, n in at.items()} for row in rows[1:]}
    for index in ("DTI", "PCI"):
        rows = warehouse.scores(index, YEAR, unit_id=UNIT, view="main")
        rows = rows[rows["value"].notna() & (rows["level"] != "indicator")]
        decimals = 4 if index == "DTI" else 2
        for row in rows.to_dict("records"):
            told = found[row["component_code"]]
            assert told[f"Điểm {YEAR}"] == vi(row["value"], decimals)
            if row["comparability"] != "not_comparable" and pd.notna(row["change"]):
                assert told["Thay đổi điểm"].lstrip("+") == vi(row["change"], decimals)
            if pd.notna(row["rank"]):
                assert told["Hạng"] == f"{int(row['rank'])}/{int(row['n_ranked'])}"
    assert len(found) > 8


def test_report_shows_the_totals_of_the_release(report: Document, warehouse: Warehouse) -> None:
    overview = next(cells(t) for t in report.tables if cells(t)[0][:2] == ["Chỉ số", "Điểm"])
    names = dict(warehouse.indices()[["short_name_vi", "index_code"]].itertuples(index=False))
    for row in overview[1:]:
        code = names[row[0]]
        held = warehouse.scores(code, YEAR, unit_id=UNIT, component_code=code, view="main")
        held = held[held["value"].notna()]
        assert row[1] == (vi(held["value"].iloc[0], 4 if code == "DTI" else 2) if len(held) else "–")


def test_report_is_laid_out_as_the_decree_asks(report: Document) -> None:
    first = report.sections[0]
    assert (round(first.page_width.cm, 1), round(first.page_height.cm, 1)) == (21.0, 29.7)
    assert 2.0 <= first.top_margin.cm <= 2.5
    assert 3.0 <= first.left_margin.cm <= 3.5
    assert 1.5 <= first.right_margin.cm <= 2.0
    normal = report.styles["Normal"].font
    assert (normal.name, normal.size.pt) == ("Times New Roman", 13)
    head = cells(report.tables[0])
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in head[0][1]
    assert "SỞ NỘI VỤ" in head[0][0]
    assert any(section.orientation == WD_ORIENT.LANDSCAPE for section in report.sections)
    headings = [p.text for p in report.paragraphs if p.style.name == "Heading 1"]
    assert headings[0].startswith("I. ")
    assert headings[-1].startswith("Phụ lục")


def test_report_repeats_headers_names_pictures_and_says_the_release(report: Document, made: Briefing) -> None:
    grids = [t for t in report.tables[1:] if len(t.rows) > 1]
    assert len(grids) > 8
    assert all(t.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for t in grids)
    pictures = report.element.body.findall(f".//{qn('wp:docPr')}")
    assert len(pictures) >= 4
    assert all(len(p.get("descr")) > 30 for p in pictures)
    for section in report.sections:
        assert made.pin.release_id in section.footer.paragraphs[0].text
    marks = {m.get(qn("w:name")) for m in report.element.body.findall(f".//{qn('w:bookmarkStart')}")}
    links = {m.get(qn("w:anchor")) for m in report.element.body.findall(f".//{qn('w:hyperlink')}")}
    assert links
    assert links <= marks


def test_report_goes_into_a_template_of_the_province(made: Briefing, tmp_path: Path) -> None:
    own = docx_template.open_template()
    own.styles["Normal"].font.name = "Arial"
    own.add_paragraph("text of the template, to be taken out")
    own.save(tmp_path / "own.docx")
    read = Document(io.BytesIO(docx_report.report(made, tmp_path / "own.docx")))
    assert read.styles["Normal"].font.name == "Arial"
    assert "to be taken out" not in "\n".join(p.text for p in read.paragraphs)


def test_slides_have_native_charts_with_the_numbers_of_the_release(
    shown: Presentation, warehouse: Warehouse
) -> None:
    slides = list(shown.slides)
    assert 12 <= len(slides) <= 18
    assert shown.slide_width / shown.slide_height == pytest.approx(16 / 9, abs=0.01)
    charts = [s.chart for slide in slides for s in slide.shapes if s.has_chart]
    assert len(charts) >= 4
    own = warehouse.scores("DTI", YEAR, unit_id=UNIT, view="main").set_index("component_name_vi")
    lost = next(
        c for c in charts if "Hoạt động kinh tế số" in list(c.plots[0].categories) and len(c.series) == 1
    )
    for name, value in zip(lost.plots[0].categories, lost.plots[0].series[0].values, strict=True):
        assert value == pytest.approx(own.loc[name, "lost_share"])  # of scales of their own
    assert not any(s.shape_type == 13 for slide in slides for s in slide.shapes)  # no pictures of charts


def test_slides_have_notes_with_source_arithmetic_and_release(shown: Presentation, made: Briefing) -> None:
    for slide in shown.slides:
        notes = slide.notes_slide.notes_text_frame.text
        assert made.pin.release_id in notes
        assert "Cách tính" in notes
        foot = "\n".join(s.text_frame.text for s in slide.shapes if s.has_text_frame)
        assert made.pin.release_id in foot


def test_workbook_holds_numbers_and_never_runs_what_people_typed(
    made: Briefing, warehouse: Warehouse
) -> None:
    data = xlsx_annex.annex(made)
    assert data == xlsx_annex.annex(made)
    book = openpyxl.load_workbook(io.BytesIO(data))
    typed = [
        c
        for sheet in book
        for row in sheet.iter_rows()
        for c in row
        if c.value in (TYPED, "@SUM(A1)", "-1+2")
    ]
    assert len(typed) == 3
    assert all(cell.data_type != "f" and cell.quotePrefix for cell in typed)
    formulas = [c.value for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert formulas
    assert all(re.fullmatch(r"=[A-Z0-9.()+\-*/, ]+", text) for text in formulas)
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["DTI"]
    head = [cell.value for cell in values[5]]
    own = warehouse.scores("DTI", YEAR, unit_id=UNIT, view="main").set_index("component_code")
    for row in values.iter_rows(min_row=6, values_only=True):
        if row[0] in own.index and pd.notna(own.loc[row[0], "value"]):
            assert row[head.index(f"Điểm {YEAR}")] == own.loc[row[0], "value"]
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert sum(name.startswith("xl/charts/chart") for name in parts.namelist()) >= 4


def test_pdf_is_archival_and_the_summary_is_one_page(made: Briefing) -> None:
    report, summary = pdf_report.report(made), pdf_summary.summary(made)
    for data in (report, summary):
        assert data.startswith(b"%PDF-1.7")
        assert b"<pdfaid:part>2</pdfaid:part>" in data
        assert b"/StructTreeRoot" in data
    assert pages(summary) == 1
    assert pages(report) > 6
    assert pdf_report.report(made) == report


def test_a_letter_in_no_font_costs_the_standard_and_not_the_document(warehouse: Warehouse) -> None:
    odd = Written((Cause("DTI", "HDKTS", "objective", "\U0001f600"),))
    data = pdf_report.report(briefing_of(warehouse, SLUG, YEAR, odd, indices=("DTI",)))
    assert data.startswith(b"%PDF")
    assert b"<pdfaid:part>" not in data


def pages(data: bytes) -> int:
    """How many pages a PDF says it has."""
    return max(int(count) for count in re.findall(rb"/Type ?/Pages ?/Count (\d+)", data))


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A release of simulated figures, which has every criterion."""
    plan = load_plan()
    few = plan.satisfaction_survey.model_copy(update={"respondents": 10})
    real = Settings(data_dir=ROOT / "data", definitions_dir=ROOT / "indices/definitions")
    demo = write_demo(
        plan.model_copy(update={"satisfaction_survey": few}), real, tmp_path_factory.mktemp("d") / "p"
    )
    build_release(demo.settings)
    return Warehouse(demo.settings.releases_dir / "current.json")


@pytest.mark.slow
def test_a_full_pack_works_its_totals_out_as_libreoffice_does(simulated: Warehouse, tmp_path: Path) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not on this computer")
    made = briefing_of(simulated, SLUG, 2024, indices=("PAR",))
    (tmp_path / "annex.xlsx").write_bytes(xlsx_annex.annex(made))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1",
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(tmp_path / "annex.xlsx")],
        check=True,
        timeout=180,
        capture_output=True,
    )
    text = (tmp_path / "annex-PAR Index.csv").read_text(encoding="utf-8").splitlines()
    table = pd.read_csv(io.StringIO("\n".join(text[4:])), dtype={"Mã": str})
    own = simulated.scores("PAR", 2024, unit_id=UNIT, view="main").set_index("component_code")
    worked = table.set_index("Mã")["Tính lại từ lá"]
    assert len(worked) == len(own)
    for code, value in worked.items():
        assert value == pytest.approx(own.loc[code, "value"], abs=1e-6)
    assert table["Chênh so với công bố"].abs().max() < 1e-6


@pytest.mark.slow
def test_simulated_figures_are_marked_in_every_document(simulated: Warehouse) -> None:
    made = briefing_of(simulated, SLUG, 2024)
    mark = "SỐ LIỆU MÔ PHỎNG"
    report = Document(io.BytesIO(docx_report.report(made)))
    assert all(mark in section.header.paragraphs[0].text for section in report.sections)
    shown = Presentation(io.BytesIO(pptx_slides.slides(made)))
    assert all(
        any(mark in s.text_frame.text for s in slide.shapes if s.has_text_frame) for slide in shown.slides
    )
    book = openpyxl.load_workbook(io.BytesIO(xlsx_annex.annex(made)))
    assert all(any(mark in str(c.value) for row in s.iter_rows(max_row=4) for c in row) for s in book)
    assert pages(pdf_summary.summary(made)) == 1


@pytest.mark.slow
def test_provinces_of_all_letters_give_whole_documents(warehouse: Warehouse) -> None:
    slugs = provinces_of(warehouse, YEAR, "63")
    asked = list(enumerate(slugs[::6]))
    for n, slug in asked if AT_LENGTH else asked[::5]:
        made = briefing_of(warehouse, slug, 2012 + n)
        assert Document(io.BytesIO(docx_report.report(made))).tables
        assert len(Presentation(io.BytesIO(pptx_slides.slides(made))).slides) >= 8
        assert openpyxl.load_workbook(io.BytesIO(xlsx_annex.annex(made))).sheetnames
        assert pages(pdf_summary.summary(made)) == 1
        assert pages(pdf_report.report(made)) > 2
