"""What a reader of the documents sees: pages that do not break tables, numbers that add up beside the charts,
words for who cannot see, and no finding about parts that nobody holds.
"""

from __future__ import annotations

import io
import re
from dataclasses import replace

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from pptx import Presentation

from etl.warehouse.queries import Warehouse
from exports.briefing import docx_report, pdf_report, pptx_slides, xlsx_annex
from exports.briefing.deck import deck
from exports.briefing.draw import LEFT, svg
from exports.briefing.model import Briefing
from exports.briefing.words import Words
from tests.fixtures.briefing import briefing_of, chapter

STEP = re.compile(r"([\d.,+−]+) − [^\d+−]*([\d.,+−]+) = [^\d+−]*([\d.,+−]+)")


@pytest.fixture(scope="module")
def made(warehouse: Warehouse) -> Briefing:
    """The briefing of Quảng Ninh, of whose PCI only two of ten sub-indices are held."""
    return briefing_of(warehouse, "quang-ninh", 2023)


@pytest.fixture(scope="module")
def shown(made: Briefing) -> Presentation:
    """The slides, read again."""
    return Presentation(io.BytesIO(pptx_slides.slides(made)))


def told(text: str) -> float:
    """A number as Vietnamese write it."""
    return float(text.rstrip(".,").replace("−", "-").replace("+", "").replace(".", "").replace(",", "."))


def test_findings_about_a_part_say_so(made: Briefing) -> None:
    pci, dti = chapter(made, "PCI"), chapter(made, "DTI")
    assert "trong 2/10 nội dung có điểm" in pci.charts["fields"].title
    assert "trong 2/10 nội dung có điểm" in pci.charts["lost"].title
    assert pci.sentences["fourway"].startswith("Xét theo 2/10 chỉ số thành phần có điểm")
    assert "trong 4/9 nội dung có điểm" in dti.sentences["leaders"]


def test_points_of_scales_of_their_own_are_drawn_and_summed_as_shares(made: Briefing) -> None:
    dti = chapter(made, "DTI")
    lost = dti.charts["lost"]
    drawn = lost.series[0].values
    assert lost.percent
    assert list(drawn) == sorted(drawn, reverse=True)  # in points the order would contradict the title
    assert "thang riêng" in dti.tables["lost"].note
    assert sum(row["lost_share"] for row in dti.tables["classes"].rows) == pytest.approx(sum(drawn))


def test_every_slide_has_source_and_arithmetic_that_comes_out(shown: Presentation) -> None:
    steps = 0
    for slide in shown.slides:
        notes = slide.notes_slide.notes_text_frame.text
        assert "Nguồn: " in notes
        assert "Cách tính: " in notes
        for one, other, left in STEP.findall(notes.partition("Cách tính")[0]):
            assert told(one) - told(other) == pytest.approx(told(left), abs=0.011)
            steps += 1
    assert steps >= 4


def test_tables_and_charts_of_slides_have_words_for_who_cannot_see(shown: Presentation) -> None:
    frames = [s for slide in shown.slides for s in slide.shapes if s.has_table or s.has_chart]
    assert len(frames) > 8
    assert all(len(s._element.nvGraphicFramePr.cNvPr.get("descr")) > 15 for s in frames)


def test_a_short_table_stays_on_one_page_with_its_note_and_ends_without_a_line(made: Briefing) -> None:
    report = Document(io.BytesIO(docx_report.report(made)))
    short = [t for t in report.tables if t.rows[0]._tr.trPr is not None and 1 < len(t.rows) <= 12]
    assert len(short) > 8
    for table in short:
        kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
        assert all(kept[:-1])
        after = table._tbl.getnext()
        note = "".join(one.text or "" for one in after.iter(qn("w:t")))
        assert bool(kept[-1]) == bool(note) or table._tbl.getnext() is None
    last = report.paragraphs[-1]
    assert last.text == ""
    assert last.paragraph_format.line_spacing == Pt(1)


def test_the_pdf_of_the_report_names_its_pictures_and_who_gets_it(made: Briefing) -> None:
    data = pdf_report.report(made)
    assert data.count(b"/Alt") >= 4
    assert b"/Lang" in data


def test_the_line_that_the_title_names_stands_out(made: Briefing) -> None:
    chart = made.charts["ranks"]
    named = [one for one in chart.series if chart.title.startswith(one.name)]
    assert [one.tone for one in named] == ["own"]
    others = [one.tone for one in chart.series if one is not named[0]]
    assert "own" not in others
    assert len(set(others)) == len(others)


def test_shares_on_a_slide_say_of_what(made: Briefing) -> None:
    told = [one for one in deck(made) if one.chart and one.chart.key == "lost" and one.chart.percent]
    assert told
    assert all("tổng số điểm mất của chỉ số" in one.lead for one in told)


def test_titles_of_slides_are_written_smaller_before_they_need_a_second_line(shown: Presentation) -> None:
    titles = [slide.shapes.title.text_frame.paragraphs[0].runs[0] for slide in list(shown.slides)[1:]]
    assert {run.font.size.pt for run in titles if len(run.text) > 58} == {22}
    assert {run.font.size.pt for run in titles if len(run.text) <= 58} == {28}


def test_bars_with_short_names_take_the_room_of_the_page(made: Briefing) -> None:
    short = made.charts["standing"]
    long = replace(short, categories=tuple("Tên dài của một thành phần " * 2 for _ in short.categories))
    begins = [float(re.search(r'<rect x="([\d.]+)" y="2', svg(one, Words("vi")))[1]) for one in (short, long)]
    assert begins[0] < begins[1] == LEFT


def test_targets_say_how_often_and_in_what_unit(made: Briefing) -> None:
    rows = made.tables["targets"].rows
    assert all(row["due"] for row in rows)
    assert "hằng năm" in {row["due"] for row in rows}
    assert all("%" in row["result"] for row in rows if "%" in row["target"])


def test_a_goal_set_by_two_documents_stands_once(made: Briefing) -> None:
    rows = made.tables["targets"].rows
    assert [row["name"] for row in rows if "DTI" in row["name"]] == [
        "Thứ hạng DTI trong 3 địa phương dẫn đầu"
    ]
    assert all(row["gap"] is None or isinstance(row["gap"], float) for row in rows)


def test_a_sheet_with_a_chart_is_one_page_and_ranks_have_whole_steps(made: Briefing) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_annex.annex(made)))
    for name in ("Tổng hợp", "Các năm"):
        assert book[name]._charts
        setup = book[name].page_setup
        assert book[name].sheet_properties.pageSetUpPr.fitToPage
        assert {setup.fitToWidth, setup.fitToHeight} <= {None, 1}  # one page is what stands for none told
    (ranks,) = book["Các năm"]._charts
    assert ranks.y_axis.majorUnit == int(ranks.y_axis.majorUnit) > 0
