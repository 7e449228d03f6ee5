"""The report as DOCX: heading of the state, title, contents, parts, annexes on landscape pages."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.section import Section
from docx.shared import Cm, Pt
from docx.table import _Cell

from exports.briefing import docx_parts as parts
from exports.briefing import docx_template as styles
from exports.briefing.model import Briefing, Chart, Table
from exports.briefing.report import Block, Heading, Para, Turn, blocks, foot, issuer, title
from exports.briefing.typeset import pictures
from exports.briefing.words import Words

KINDS = {"body": styles.BODY, "bullet": styles.BULLET, "note": styles.NOTE, "lead": styles.LEAD}
BULLET = "– "


@dataclass
class _Writer:
    """Where the writing is: the document, the words, counters of tables and figures, pictures by chart."""

    document: Doc
    briefing: Briefing
    w: Words
    images: dict[int, bytes]
    counts: dict[str, int] = field(default_factory=lambda: {"table": 0, "figure": 0, "mark": 0})

    @property
    def width(self) -> int:
        """Room between the margins of the present section, in EMU."""
        section = self.document.sections[-1]
        return int(section.page_width - section.left_margin - section.right_margin)


def report(briefing: Briefing, template: Path | None = None) -> bytes:
    """The report as the bytes of a .docx file."""
    w = Words(briefing.wish.lang)
    document, found = styles.open_template(template), blocks(briefing)
    charts = [one for one in found if isinstance(one, Chart)]
    made = pictures(charts, w)
    images = {id(chart): image for chart, image in zip(charts, made, strict=True)}
    writer = _Writer(document, briefing, w, images)
    _properties(document, briefing)
    _state_heading(writer)
    _title(writer)
    headings = [one for one in found if isinstance(one, Heading) and one.level < 3]
    _contents(writer, headings)
    _write(writer, found)
    _feet(writer)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _properties(document: Doc, briefing: Briefing) -> None:
    core = document.core_properties
    core.title, core.subject = title(briefing), briefing.pin.release_id
    core.author, core.comments, core.language = "", foot(briefing), briefing.wish.lang
    core.created = core.modified = datetime.fromtimestamp(0, UTC).replace(tzinfo=None)


def _state_heading(writer: _Writer) -> None:
    """Issuing body at the left, the state's name and motto at the right; number, place and date below."""
    w, b = writer.w, writer.briefing
    table = writer.document.add_table(rows=2, cols=2)
    table.autofit = False
    left, right = (table.rows[0].cells[n] for n in (0, 1))
    _centered(left, [(issuer(b), 12, False), (w.t("doc.body"), 13, True)])
    _centered(right, [(w.t("doc.nation"), 12, True), (w.t("doc.motto"), 13, True)])
    _centered(table.rows[1].cells[0], [(w.t("doc.number"), 12, False)])
    _centered(table.rows[1].cells[1], [(w.t("doc.place_date", province=b.province), 13, False)], italic=True)
    for n, part in enumerate((0.38, 0.62)):
        table.columns[n].width = int(writer.width * part)
        for row in table.rows:
            row.cells[n].width = int(writer.width * part)


def _centered(cell: _Cell, lines: list[tuple[str, int, bool]], italic: bool = False) -> None:
    for n, (text, size, bold) in enumerate(lines):
        paragraph = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
        paragraph.style, paragraph.alignment = styles.CELL, WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(text)
        run.font.size, run.bold, run.italic = Pt(size), bold, italic
        run.underline = bool(bold and n == len(lines) - 1)


def _title(writer: _Writer) -> None:
    w, b = writer.w, writer.briefing
    writer.document.add_paragraph(style=styles.CELL)
    lines = [w.t("doc.kind"), title(b), w.t("doc.draft")]
    if b.wish.department:
        lines.append(w.t("doc.scope_department", department=b.wish.department))
    if b.pin.simulated:
        lines.append(w.t("common.simulated"))
    for n, text in enumerate(lines):
        line = writer.document.add_paragraph(style=styles.TITLE)
        run = line.add_run(text)
        run.font.size, run.bold = Pt(16 if n == 0 else 14 if n == 1 else 12), n < 2 or text.isupper()


def _contents(writer: _Writer, headings: list[Heading]) -> None:
    """The contents on the first page, with a link to every heading of two levels."""
    line = writer.document.add_paragraph(style=styles.TITLE)
    line.paragraph_format.space_before = Pt(14)
    line.add_run(writer.w.t("doc.contents")).font.size = Pt(13)
    entries = [(one.level, _shown(one), f"_Toc{n + 1:06d}") for n, one in enumerate(headings)]
    parts.contents(writer.document, entries, writer.width)
    writer.document.add_page_break()


def _shown(heading: Heading) -> str:
    return heading.text.upper() if heading.level == 1 else heading.text


def _write(writer: _Writer, found: tuple[Block, ...]) -> None:
    signed = False
    for n, block in enumerate(found):
        if isinstance(block, Turn):
            if not signed and all(not isinstance(one, Turn) or one.landscape for one in found[n:]):
                last = block.landscape and not any(isinstance(one, Turn) for one in found[n + 1 :])
                if last:
                    _signature(writer)
                    signed = True
            _turn(writer, block)
        elif isinstance(block, Heading):
            _heading(writer, block)
        elif isinstance(block, Para):
            bullet = BULLET if block.kind == "bullet" else ""
            writer.document.add_paragraph(bullet + parts.printable(block.text), style=KINDS[block.kind])
        elif isinstance(block, Table):
            _table(writer, block)
        else:
            _chart(writer, block)


def _heading(writer: _Writer, heading: Heading) -> None:
    line = writer.document.add_paragraph(heading.text, style=styles.HEADINGS[heading.level - 1])
    if heading.level < 3:
        writer.counts["mark"] += 1
        parts.bookmark(line, f"_Toc{writer.counts['mark']:06d}", writer.counts["mark"])


def _caption(writer: _Writer, kind: str, text: str) -> None:
    writer.counts[kind] += 1
    word = writer.w.t(f"common.{kind}")
    line = writer.document.add_paragraph(style=styles.CAPTION)
    line.add_run(f"{word} ")
    parts.field(line, f"SEQ {kind} \\* ARABIC", str(writer.counts[kind]))
    line.add_run(f". {text}")


def _table(writer: _Writer, table: Table) -> None:
    _caption(writer, "table", table.title)
    parts.grid(writer.document, table, writer.width, writer.w)
    note = writer.document.add_paragraph(table.note, style=styles.NOTE if table.note else styles.CELL)
    note.paragraph_format.space_before = Pt(3)
    if not table.note:  # Word asks for a paragraph after a table; as high as a line it could take a page
        note.paragraph_format.line_spacing, note.paragraph_format.space_after = Pt(1), Pt(0)
        note.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY


def _chart(writer: _Writer, chart: Chart) -> None:
    line = writer.document.add_paragraph(style=styles.CELL)
    line.alignment, line.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, True
    image = io.BytesIO(writer.images[id(chart)])
    parts.picture(line.add_run(), image, min(writer.width, int(Cm(16))), chart.alt)
    _caption(writer, "figure", f"{chart.title}. {chart.subtitle}.")
    writer.document.paragraphs[-1].paragraph_format.keep_with_next = False


def _turn(writer: _Writer, turn: Turn) -> None:
    section = writer.document.add_section(WD_SECTION.NEW_PAGE)
    lies = section.orientation == WD_ORIENT.LANDSCAPE
    if lies != turn.landscape:
        section.page_width, section.page_height = section.page_height, section.page_width
        section.orientation = WD_ORIENT.LANDSCAPE if turn.landscape else WD_ORIENT.PORTRAIT


def _signature(writer: _Writer) -> None:
    """Who gets the report, at the left; who signs it, at the right."""
    table = writer.document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    lines = [writer.w.t("doc.recipients"), *writer.w.t("doc.recipients_list").split("|")]
    for n, text in enumerate(lines):
        paragraph = left.paragraphs[0] if n == 0 else left.add_paragraph()
        paragraph.style = styles.CELL
        run = paragraph.add_run(text)
        run.font.size, run.bold, run.italic = Pt(12 if n == 0 else 11), n == 0, n == 0
    right.paragraphs[0].style, right.paragraphs[0].alignment = styles.CELL, WD_ALIGN_PARAGRAPH.CENTER
    run = right.paragraphs[0].add_run(writer.w.t("doc.signer"))
    run.font.size, run.bold = Pt(13), True


def _feet(writer: _Writer) -> None:
    """The release at the foot of every page, with the page number."""
    for section in writer.document.sections:
        _foot(writer, section)
        if writer.briefing.pin.simulated:
            section.header.is_linked_to_previous = False
            line = section.header.paragraphs[0]
            line.style, line.alignment = styles.FOOT, WD_ALIGN_PARAGRAPH.CENTER
            line.add_run(writer.w.t("common.simulated")).bold = True


def _foot(writer: _Writer, section: Section) -> None:
    section.footer.is_linked_to_previous = False
    line = section.footer.paragraphs[0]
    line.style = styles.FOOT
    line.paragraph_format.tab_stops.clear_all()
    width = section.page_width - section.left_margin - section.right_margin
    line.paragraph_format.tab_stops.add_tab_stop(width, 2)
    line.add_run(foot(writer.briefing) + "\t" + writer.w.t("common.page") + " ")
    parts.field(line, "PAGE")
    line.add_run("/")
    parts.field(line, "NUMPAGES")
