"""Templates of a province: its looks are kept, and what cannot be written into is told at once."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Pt
from pptx import Presentation
from pptx.util import Cm
from typer.testing import CliRunner

from etl.warehouse.queries import Warehouse
from exports.__main__ import app
from exports.briefing import docx_report, docx_template, pptx_slides
from exports.briefing.model import Briefing
from exports.briefing.templates import TemplateError, check
from tests.fixtures.briefing import briefing_of

WIDE, HIGH = Cm(33.867), Cm(19.05)


@pytest.fixture(scope="module")
def made(warehouse: Warehouse) -> Briefing:
    """A briefing of one index."""
    return briefing_of(warehouse, "quang-ninh", 2023, indices=("DTI",))


def saved(document: object, path: Path) -> Path:
    """A template on disk."""
    document.save(str(path))  # type: ignore[attr-defined]
    return path


def bare(styles: tuple[str, ...]) -> object:
    """A letterhead without some of Word's own styles."""
    document = Document()
    for name in styles:
        style = document.styles[name]
        style.element.getparent().remove(style.element)
    document.add_paragraph("Letterhead, to be taken out")
    return document


def test_a_plain_letterhead_gets_the_styles_that_it_lacks(made: Briefing, tmp_path: Path) -> None:
    path = saved(bare(("Heading 1", "Heading 2", "Table Grid")), tmp_path / "letter.docx")
    check(path)
    read = Document(io.BytesIO(docx_report.report(made, path)))
    assert next(p.text for p in read.paragraphs if p.style.name == "Heading 1").startswith("I. ")
    grids = [one._tbl for one in read.tables if one._tbl.xpath(".//w:tblHeader")]
    assert grids
    assert all(grid.tblPr.xpath("./w:tblBorders") for grid in grids)
    assert "to be taken out" not in "\n".join(p.text for p in read.paragraphs)


def test_a_changed_style_is_kept(made: Briefing, tmp_path: Path) -> None:
    own = docx_template.open_template()
    own.styles[docx_template.BODY].font.size = Pt(15)
    path = saved(own, tmp_path / "own.docx")
    check(path)
    read = Document(io.BytesIO(docx_report.report(made, path)))
    assert read.styles[docx_template.BODY].font.size == Pt(15)


def test_renamed_styles_are_told_by_name(tmp_path: Path) -> None:
    own = docx_template.open_template()
    own.styles[docx_template.CAPTION].name = "Chú thích bảng"
    with pytest.raises(TemplateError) as refused:
        check(saved(own, tmp_path / "own.docx"))
    (problem,) = refused.value.problems
    assert problem.expected == docx_template.CAPTION
    assert "Chú thích bảng" in problem.found


def test_a_style_of_another_kind_is_told(tmp_path: Path) -> None:
    own = docx_template.open_template()
    style = own.styles[docx_template.BODY]
    style.element.getparent().remove(style.element)
    own.styles.add_style(docx_template.BODY, WD_STYLE_TYPE.CHARACTER)
    with pytest.raises(TemplateError) as refused:
        check(saved(own, tmp_path / "own.docx"))
    assert refused.value.problems[-1].found == docx_template.BODY


@pytest.mark.parametrize(
    ("name", "what"), [("x.docx", "does not open"), ("x.pptx", "does not open"), ("x.pdf", "kind")]
)
def test_what_is_no_template_is_refused_before_anything_is_made(
    release_dir: Path, tmp_path: Path, name: str, what: str
) -> None:
    (tmp_path / name).write_bytes(b"not a package")
    options = ["briefing", "--province", "quang-ninh", "--year", "2023", "--releases", str(release_dir)]
    options += ["--template", str(tmp_path / name), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, options)
    assert done.exit_code == 9
    assert what in done.output
    assert not (tmp_path / "out").exists()


def test_slides_of_another_size_or_without_titles_are_told(tmp_path: Path) -> None:
    deck = Presentation()  # four to three
    with pytest.raises(TemplateError) as refused:
        check(saved(deck, tmp_path / "a.pptx"))
    assert "33.867" in refused.value.problems[0].expected
    for layout in deck.slide_layouts:
        for shape in list(layout.placeholders):
            shape._element.getparent().remove(shape._element)
    deck.slide_width, deck.slide_height = WIDE, HIGH
    with pytest.raises(TemplateError) as refused:
        check(saved(deck, tmp_path / "b.pptx"))
    assert "title" in refused.value.problems[0].what


def test_slides_go_into_a_template_whatever_the_order_of_its_layouts(made: Briefing, tmp_path: Path) -> None:
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDE, HIGH
    layouts = deck.slide_layouts
    for layout in [one for one in layouts if one.name not in ("Title and Content", "Two Content")]:
        layouts.remove(layout)
    deck.slides.add_slide(layouts[0]).shapes.title.text = "Slide of the template"
    path = saved(deck, tmp_path / "own.pptx")
    check(path)
    read = Presentation(io.BytesIO(pptx_slides.slides(made, path)))
    assert [one.name for one in read.slide_layouts] == ["Title and Content", "Two Content"]
    titles = [slide.shapes.title.text for slide in read.slides]
    assert "Slide of the template" not in titles
    empty = [s for slide in read.slides for s in slide.placeholders if not s.text_frame.text]
    assert empty == []
