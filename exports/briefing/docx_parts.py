"""What python-docx has no call for: fields, repeated header rows, alternative texts, widths, bookmarks."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from docx.document import Document as Doc
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Emu, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from exports.briefing import docx_template as styles
from exports.briefing.model import Table
from exports.briefing.report import printed, widths
from exports.briefing.words import Words

SHADE = "E8EDF2"
CROWDED = 12
LONG = 700  # letters of a cell from which its row may break over pages
MANY = 8  # columns from which the letters of a table are smaller
TOGETHER = 16  # rows of a table that stays on one page with its caption and note
FIRST_ROWS = 3  # rows of a longer one that stay with its caption
TALL = 620  # twips of a row that is to be filled in by hand
EMU_A_POINT = 12700
CELL_ID = "BriefingCell"  # what Word makes of the style's name
SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
# Drawn on the table itself: a template need not have a style of tables.
BORDERS = (
    "<w:tblBorders>"
    + "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for side in SIDES)
    + "</w:tblBorders>"
)


def field(paragraph: Paragraph, code: str, shown: str = "1") -> None:
    """A field of Word (PAGE, SEQ ...) with the text shown until it is worked out."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", shown), ("end", "")):
        run = paragraph.add_run()
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            if kind == "begin":
                mark.set(qn("w:dirty"), "true")  # worked out when the file is opened
            run._r.append(mark)
        elif kind == "shown":
            run.text = text
        else:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {text} "
            run._r.append(instruction)


def bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """A name for a paragraph, which the contents lead to."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(end)


def contents(document: Doc, entries: Sequence[tuple[int, str, str]], width: int) -> None:
    """The contents, (level, text, bookmark) each: a link with a page number that is a field of its own.

    Not one TOC field: its page numbers would stay blank in programs that do not work it out on opening.
    """
    for level, text, mark in entries:
        line = document.add_paragraph(style=styles.CELL)
        line.paragraph_format.left_indent = Cm(0.6 * (level - 1))
        line.paragraph_format.right_indent = Cm(1.2)
        line.paragraph_format.tab_stops.add_tab_stop(Emu(width), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), mark)
        run = line.add_run(f"{text}\t")
        run.font.size, run.bold = Pt(12), level == 1
        link.append(run._r)
        line._p.append(link)
        field(line, f"PAGEREF {mark} \\h", "")


def picture(run: Run, image: object, width: int, alt: str) -> None:
    """An inline picture with its alternative text."""
    shape = run.add_picture(image, width=Emu(width))
    properties = shape._inline.docPr
    properties.set("descr", alt)
    properties.set("title", alt.partition(".")[0])


def grid(document: Doc, table: Table, width: int, w: Words) -> None:
    """A table with a header row that repeats on every page, rows that do not break, set widths. A short one
    stays on one page, with its note; of a longer one the first rows stay together.

    Written as XML in one go: cell by cell, python-docx takes seconds for an annex of a hundred rows.
    """
    texts = printed(table, w)
    size = 16 if len(table.cols) > CROWDED else 18 if len(table.cols) >= MANY else 21  # half points
    sizes = [int(20 * one) for one in widths(table, texts, size / 2, width / EMU_A_POINT)]
    tall = any(col.kind == "blank" for col in table.cols)
    rows = [_row([(col.label, True, "center") for col in table.cols], sizes, size, header=True)]
    kept = _kept(table)
    for n, (row, line) in enumerate(zip(table.rows, texts, strict=True)):
        strong = bool(row.get("_strong"))
        cells = [(t, strong, "right" if c.right else "left") for c, t in zip(table.cols, line, strict=True)]
        rows.append(_row(cells, sizes, size, tall=tall, stays=n < kept))
    columns = "".join(f'<w:gridCol w:w="{one}"/>' for one in sizes)
    made = parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        f'<w:tblW w:w="{sum(sizes)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/>{BORDERS}<w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    document.element.body.insert(len(document.element.body) - 1, made)


def _kept(table: Table) -> int:
    """How many rows from the first stay on the page of what comes after them."""
    count = len(table.rows)
    if count > TOGETHER or any(len(str(v)) > LONG for row in table.rows for v in row.values()):
        return min(FIRST_ROWS, count - 1)
    return count if table.note else count - 1


def _row(cells: Sequence[tuple[str, bool, str]], sizes: Sequence[int], size: int, **asked: bool) -> str:
    """A row. asked: header, tall (to be filled in by hand), stays (on the page of the next one)."""
    header, tall = asked.get("header", False), asked.get("tall", False)
    look = (size, header, header or asked.get("stays", False))
    whole = all(len(text) <= LONG for text, _, _ in cells)  # a row higher than a page must break
    flags = ("<w:cantSplit/>" if whole else "") + (f'<w:trHeight w:val="{TALL}"/>' if tall else "")
    flags += "<w:tblHeader/>" if header else ""
    made = "".join(_cell(*cell, width, *look) for cell, width in zip(cells, sizes, strict=True))
    return f"<w:tr><w:trPr>{flags}</w:trPr>{made}</w:tr>"


def _cell(text: str, strong: bool, side: str, width: int, *look: int) -> str:
    size, header, stays = look
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>' if header else ""
    middle = '<w:vAlign w:val="center"/>' if header else ""
    bold = "<w:b/>" if strong else ""
    keep = "<w:keepNext/>" if stays else ""
    lines = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{CELL_ID}"/>{keep}<w:jc w:val="{side}"/></w:pPr><w:r><w:rPr>{bold}'
        f'<w:sz w:val="{size}"/></w:rPr><w:t xml:space="preserve">{escape(printable(line))}</w:t></w:r></w:p>'
        for line in text.split("\n")
    )
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}{middle}</w:tcPr>{lines}</w:tc>'


def printable(text: str) -> str:
    """A text without the control characters that XML cannot hold (people paste them)."""
    return "".join(c for c in text if c >= " " or c == "\t")
