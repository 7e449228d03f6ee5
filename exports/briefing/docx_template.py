"""The style template of the report, made in code by Decree 30/2020: A4, Times New Roman, the margins of
administrative documents. A province may give a .docx of its own instead: same style names, its own looks.
"""

from __future__ import annotations

import io
from pathlib import Path

from docx import Document
from docx.document import Document as Doc
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

FONT = "Times New Roman"
BODY, LEAD, NOTE, CELL, FOOT = (
    "Briefing Body",
    "Briefing Lead",
    "Briefing Note",
    "Briefing Cell",
    "Briefing Foot",
)
BULLET, CAPTION, TITLE = "Briefing Bullet", "Briefing Caption", "Briefing Title"
OWN = (BODY, LEAD, BULLET, NOTE, CAPTION, CELL, FOOT, TITLE)
HEADINGS = ("Heading 1", "Heading 2", "Heading 3")
STANDARD = ("Normal", *HEADINGS)
GRID = "Table Grid"
MARGINS = {"top_margin": 2.0, "bottom_margin": 2.0, "left_margin": 3.0, "right_margin": 1.8}
BLACK = RGBColor(0, 0, 0)


def open_template(path: Path | None = None) -> Doc:
    """The document to write into: the province's own template emptied of text, or the one made here.

    Styles that it lacks are added, so that a plain letterhead will do (`templates.check` tells one whose own
    styles were renamed).
    """
    document = Document(str(path)) if path else Document()
    if path:
        body = document.element.body
        for child in list(body):
            if child.tag != qn("w:sectPr"):
                body.remove(child)
    else:
        _page(document)
    _styles(document, own=path is None)
    return document


def template_bytes() -> bytes:
    """The made template as a file, for a province to change."""
    stream = io.BytesIO()
    open_template().save(stream)
    return stream.getvalue()


def _page(document: Doc) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    for name, size in MARGINS.items():
        setattr(section, name, Cm(size))


def _styles(document: Doc, own: bool) -> None:
    if own:
        set_font(document.styles["Normal"], 13)
        document.styles["Normal"].element.rPr.append(_language())
    names = {style.name for style in document.styles}
    for level, name in enumerate(HEADINGS):
        if own or name not in names:
            style = document.styles[name] if name in names else document.styles.add_style(
                name, WD_STYLE_TYPE.PARAGRAPH, builtin=True)  # fmt: skip
            _heading(style, level)
    for name, size, options in (
        (BODY, 13, {"justify": True, "indent": 1.0, "after": 6, "line": 1.15}),
        (LEAD, 13, {"justify": True, "after": 4, "line": 1.15, "bold": True}),
        (BULLET, 13, {"justify": True, "after": 4, "line": 1.15, "hang": 0.5}),
        (NOTE, 11, {"italic": True, "after": 8}),
        (CAPTION, 12, {"bold": True, "before": 8, "after": 4, "keep": True}),
        (CELL, 10.5, {"before": 1, "after": 1}),
        (FOOT, 9, {}),
        (TITLE, 14, {"bold": True, "center": True, "after": 2}),
    ):
        _paragraph(document, name, size, options)


def _paragraph(document: Doc, name: str, size: float, options: dict) -> None:
    if name in [style.name for style in document.styles]:
        return
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    set_font(style, size, options.get("bold", False), options.get("italic", False))
    shape = style.paragraph_format
    shape.space_before, shape.space_after = Pt(options.get("before", 0)), Pt(options.get("after", 0))
    shape.line_spacing = options.get("line", 1.0)
    shape.keep_with_next = options.get("keep", False)
    if options.get("justify"):
        shape.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    if options.get("center"):
        shape.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if "indent" in options:
        shape.first_line_indent = Cm(options["indent"])
    if "hang" in options:
        shape.left_indent, shape.first_line_indent = Cm(options["hang"]), Cm(-options["hang"])


def _heading(style: ParagraphStyle, level: int) -> None:
    set_font(style, 14 if level == 0 else 13, bold=True, italic=level == 2)
    style.font.all_caps = level == 0
    shape = style.paragraph_format
    shape.space_before, shape.space_after, shape.keep_with_next = Pt(14 if level == 0 else 10), Pt(6), True


def set_font(style: ParagraphStyle, size: float, bold: bool = False, italic: bool = False) -> None:
    """Times New Roman for every kind of letter, black."""
    style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(size), bold, italic
    style.font.color.rgb = BLACK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(kind), FONT)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)


def _language() -> BaseOxmlElement:
    """The language of the text, so that Word does not underline every word."""
    lang = OxmlElement("w:lang")
    lang.set(qn("w:val"), "vi-VN")
    return lang
