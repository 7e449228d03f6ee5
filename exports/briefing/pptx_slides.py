"""The slides as PPTX, 16:9: native charts and tables that can be edited, notes for the speaker."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from pptx import Presentation
from pptx.chart.chart import Chart as NativeChart
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide as NativeSlide
from pptx.slide import SlideLayout
from pptx.util import Emu, Inches, Pt

from exports.briefing.charts import ticks
from exports.briefing.deck import Slide, deck
from exports.briefing.draw import TONES
from exports.briefing.model import Briefing, Chart, Table
from exports.briefing.report import foot, issuer, printed, title, widths, words_fit
from exports.briefing.templates import TITLES, titled
from exports.briefing.words import Words

WIDE, HIGH = Inches(13.333), Inches(7.5)
SIDE, TOP, FOOT_AT = Inches(0.6), Inches(1.8), Inches(7.05)
ROOM_HIGH = Inches(5.15)
FONT = "Times New Roman"
INK, MUTED, SHADE, RULE = (RGBColor.from_string(c) for c in ("17212B", "54606D", "E8EDF2", "144A80"))
KINDS = {
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "lines": XL_CHART_TYPE.LINE_MARKERS,
}
AFTER_NUMBER = Inches(0.22)
COMMA = "[$-42A]"  # Vietnamese, for programs that write numbers by the format and not by the computer
LEAST = 1.9  # the height of a row in letters
LONG_TITLE, LONG_LEAD, FEW = 58, 260, 4


def slides(briefing: Briefing, template: Path | None = None) -> bytes:
    """The presentation as bytes; `template`: a .pptx of the province, whose master and layouts are kept."""
    w = Words(briefing.wish.lang)
    presentation = Presentation(str(template)) if template else Presentation()
    if template is None:
        presentation.slide_width, presentation.slide_height = WIDE, HIGH
    _empty(presentation)
    made = deck(briefing)
    for number, slide in enumerate(made, 1):
        _add(presentation, slide, f"{number}/{len(made)}", briefing, w)
    core = presentation.core_properties
    core.title, core.subject, core.author, core.comments = (
        title(briefing),
        briefing.pin.release_id,
        "",
        foot(briefing),
    )
    core.created = core.modified = datetime.fromtimestamp(0, UTC).replace(tzinfo=None)
    stream = io.BytesIO()
    presentation.save(stream)
    return stream.getvalue()


def _empty(presentation: Deck) -> None:
    """Take out the slides a template came with."""
    listed = presentation.slides._sldIdLst
    for one in list(listed):
        presentation.part.drop_rel(one.rId)
        listed.remove(one)


def _add(presentation: Deck, slide: Slide, number: str, b: Briefing, w: Words) -> None:
    native = presentation.slides.add_slide(_layout(presentation))
    _title(native, slide, b, w)
    for shape in list(native.placeholders):  # what the layout asks for besides, none of which is filled
        if shape.placeholder_format.type not in TITLES:
            shape._element.getparent().remove(shape._element)
    if slide.chart is not None:
        _chart(native, slide.chart, w)
    elif slide.table is not None:
        _table(native, slide.table, w)
    elif slide.lines:
        _lines(native, slide.lines)
    _foot(native, number, b, w)
    native.notes_slide.notes_text_frame.text = slide.notes


def _layout(presentation: Deck) -> SlideLayout:
    """The layout with a title and the least besides; whatever order a template keeps them in."""
    every = list(presentation.slide_layouts)
    return min((one for one in every if titled(one)), key=lambda one: len(list(one.placeholders)))


def _title(native: NativeSlide, slide: Slide, b: Briefing, w: Words) -> None:
    shape = native.shapes.title
    if shape is None:
        shape = native.shapes.add_textbox(SIDE, Inches(0.35), WIDE - 2 * SIDE, Inches(0.9))
    top, high = (Inches(2.3), Inches(1.6)) if slide.cover else (Inches(0.3), Inches(0.8))
    shape.left, shape.top, shape.width, shape.height = SIDE, top, WIDE - 2 * SIDE, high
    size = 38 if slide.cover else 28 if len(slide.title) <= LONG_TITLE else 22
    _say(shape.text_frame, slide.title, size, bold=True)
    shape.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM if slide.cover else MSO_ANCHOR.MIDDLE
    if slide.cover:
        _cover(native, slide, b, w)
    elif slide.lead:
        box = native.shapes.add_textbox(SIDE, Inches(1.08), WIDE - 2 * SIDE, Inches(0.6))
        _say(box.text_frame, slide.lead, 16 if len(slide.lead) < LONG_LEAD else 13, color=MUTED)


def _cover(native: NativeSlide, slide: Slide, b: Briefing, w: Words) -> None:
    rule = native.shapes.add_shape(1, SIDE + Inches(0.1), Inches(4.05), Inches(2.2), Inches(0.06))
    rule.fill.solid()
    rule.fill.fore_color.rgb = RULE
    rule.line.fill.background()
    lines = [slide.lead, issuer(b)]
    lines += [w.t("common.simulated")] if b.pin.simulated else []
    box = native.shapes.add_textbox(SIDE, Inches(4.25), WIDE - 2 * SIDE, Inches(1.5))
    box.text_frame.word_wrap = True
    for n, text in enumerate(lines):
        paragraph = box.text_frame.paragraphs[0] if n == 0 else box.text_frame.add_paragraph()
        _run(paragraph, text, 22 if n == 0 else 16, color=MUTED)


def _say(frame, text: str, size: int, bold: bool = False, color: RGBColor = INK) -> None:  # type: ignore[no-untyped-def]
    frame.word_wrap = True
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT
    _run(paragraph, text, size, bold, color)


def _run(paragraph, text: str, size: float, bold: bool = False, color: RGBColor = INK) -> None:  # type: ignore[no-untyped-def]
    run = paragraph.add_run()
    run.text, run.font.size, run.font.bold, run.font.name = text, Pt(size), bold, FONT
    run.font.color.rgb = color


def _lines(native: NativeSlide, lines: tuple[str, ...]) -> None:
    box = native.shapes.add_textbox(SIDE, Inches(1.5), WIDE - 2 * SIDE, Inches(5.2))
    box.text_frame.word_wrap = True
    size = 24 if sum(map(len, lines)) < 600 else 19
    for n, text in enumerate(lines):
        paragraph = box.text_frame.paragraphs[0] if n == 0 else box.text_frame.add_paragraph()
        paragraph.space_after = Pt(14)
        _run(paragraph, f"– {text}", size)


def _foot(native: NativeSlide, number: str, b: Briefing, w: Words) -> None:
    mark = f"{w.t('common.simulated')} · " if b.pin.simulated else ""
    box = native.shapes.add_textbox(SIDE, FOOT_AT, Inches(11), Inches(0.3))
    _say(box.text_frame, mark + foot(b), 10, color=MUTED)
    box = native.shapes.add_textbox(WIDE - SIDE - Inches(1), FOOT_AT, Inches(1), Inches(0.3))
    _say(box.text_frame, number, 10, color=MUTED)
    box.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT


def _table(native: NativeSlide, table: Table, w: Words) -> None:
    """A native table; its letters shrink with what it has to hold."""
    texts = printed(table, w)
    size, blank = _size(table, texts), any(col.kind == "blank" for col in table.cols)
    least = Pt(size * LEAST) if not blank else Inches(0.62)
    width = WIDE - 2 * SIDE
    shape = native.shapes.add_table(
        len(texts) + 1, len(table.cols), SIDE, TOP, width, least * (len(texts) + 1)
    )
    shape.name = table.title
    heads = ", ".join(col.label for col in table.cols)
    told = " ".join(filter(None, [f"{table.title}. {heads}.", table.note]))
    shape._element.nvGraphicFramePr.cNvPr.set("descr", told)
    made = shape.table
    sizes = widths(table, texts, size, width / Pt(1))
    for n, col in enumerate(table.cols):
        made.columns[n].width = Emu(int(sizes[n] * Pt(1)))
        _cell(made.cell(0, n), col.label, size, True, col.right)
        _apart(made.cell(0, n), table, n)
        _borders(made.cell(0, n), blank)
    for r, (row, line) in enumerate(zip(table.rows, texts, strict=True), 1):
        for n, (col, text) in enumerate(zip(table.cols, line, strict=True)):
            _cell(made.cell(r, n), text, size, bool(row.get("_strong")), col.right)
            _apart(made.cell(r, n), table, n)
            _borders(made.cell(r, n), blank)
        made.rows[r].height = least
    if table.note:
        box = native.shapes.add_textbox(SIDE, Inches(6.75), width, Inches(0.3))
        _say(box.text_frame, table.note, 11, color=MUTED)


def _size(table: Table, texts: list[list[str]]) -> int:
    """The largest of a few sizes at which the rows fit and no word is broken."""
    room = (WIDE - 2 * SIDE) / Pt(1)
    for size in (20, 18, 16, 14, 12, 11, 10):
        sizes = widths(table, texts, size, room)
        lines = sum(
            max(
                max(_rows(text, size, one) for text, one in zip(line, sizes, strict=True)) * size * 1.2 + 8,
                size * LEAST,
            )
            for line in [[col.label for col in table.cols], *texts]
        )
        if lines <= ROOM_HIGH / Pt(1) and words_fit(table, texts, size, room):
            return size
    return 9


def _rows(text: str, size: int, width: float) -> float:
    """How many lines a text takes in a column."""
    return sum(max(1, -(-len(part) * size * 0.5 // max(width - 12, 10))) for part in text.split("\n"))


def _cell(cell, text: str, size: int, strong: bool, right: bool) -> None:  # type: ignore[no-untyped-def]
    cell.margin_left = cell.margin_right = Inches(0.07)
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.solid()
    cell.fill.fore_color.rgb = SHADE if strong else RGBColor(255, 255, 255)
    for n, part in enumerate(text.split("\n")):
        paragraph = cell.text_frame.paragraphs[0] if n == 0 else cell.text_frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        _run(paragraph, part, size, strong)


def _apart(cell, table: Table, n: int) -> None:  # type: ignore[no-untyped-def]
    """Room before a text that follows a number set to the right: the two would read as one."""
    if n and table.cols[n - 1].right and not table.cols[n].right:
        cell.margin_left = AFTER_NUMBER


def _borders(cell, upright: bool) -> None:  # type: ignore[no-untyped-def]
    """Lines under every row; upright ones only where people are to write."""
    properties = cell._tc.get_or_add_tcPr()

    def drawn(side: str) -> bool:
        return upright or side in ("a:lnT", "a:lnB")

    for n, side in enumerate(("a:lnL", "a:lnR", "a:lnT", "a:lnB")):
        line = properties.makeelement(qn(side), {"w": "6350" if drawn(side) else "0"})
        fill = line.makeelement(qn("a:solidFill"), {})
        fill.append(fill.makeelement(qn("a:srgbClr"), {"val": "BFC7CF"}))
        line.append(fill if drawn(side) else line.makeelement(qn("a:noFill"), {}))
        properties.insert(n, line)


def _chart(native: NativeSlide, chart: Chart, w: Words) -> None:
    """A native chart over its own small workbook, so that anyone can change it."""
    data = CategoryChartData(number_format=_format(chart, w))
    data.categories = list(chart.categories)
    for one in chart.series:
        data.add_series(one.name, list(one.values))
    frame = native.shapes.add_chart(KINDS[chart.kind], SIDE, TOP, WIDE - 2 * SIDE, ROOM_HIGH, data)
    frame.name = chart.title
    frame._element.nvGraphicFramePr.cNvPr.set("descr", chart.alt)
    _dress(frame.chart, chart, _format(chart, w))


def _format(chart: Chart, w: Words) -> str:
    places = "." + "0" * chart.decimals if chart.decimals else ""
    plain = f"0{places}%" if chart.percent else f"#,##0{places}"
    return (COMMA if w.lang == "vi" else "") + plain


def _dress(native: NativeChart, chart: Chart, shown: str) -> None:
    native.has_title = False
    native.has_legend = len(chart.series) > 1
    if native.has_legend:
        native.legend.position = (
            XL_LEGEND_POSITION.BOTTOM if chart.kind == "lines" else XL_LEGEND_POSITION.TOP
        )
        native.legend.include_in_layout = False
        native.legend.font.size, native.legend.font.name = Pt(13), FONT
    native.font.size, native.font.name = Pt(13), FONT
    value, category = native.value_axis, native.category_axis
    value.has_major_gridlines = chart.kind == "lines"
    value.visible = chart.kind == "lines"
    category.tick_labels.font.size = Pt(13 if len(chart.categories) <= 8 else 11)
    category.format.line.color.rgb = MUTED
    category.reverse_order = chart.kind == "bars"  # a bar chart is drawn from below
    if chart.kind == "lines":
        value.reverse_order, value.minimum_scale, value.major_gridlines.format.line.color.rgb = True, 1, SHADE
        category.tick_label_position = XL_TICK_LABEL_POSITION.HIGH  # below: the axis is upside down
        value.maximum_scale, value.major_unit = ticks(chart)
    else:
        value.minimum_scale = 0
    plot = native.plots[0]
    if chart.kind != "lines":
        plot.gap_width, plot.overlap = (45 if len(chart.categories) > FEW else 120), -4
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked, labels.font.size = shown, False, Pt(12)
    labels.position = XL_LABEL_POSITION.OUTSIDE_END if chart.kind != "lines" else XL_LABEL_POSITION.ABOVE
    for drawn, one in zip(plot.series, chart.series, strict=True):
        color = RGBColor.from_string(TONES[one.tone].lstrip("#"))
        if chart.kind == "lines":
            drawn.format.line.color.rgb, drawn.smooth = color, False
            drawn.marker.format.fill.solid()
            drawn.marker.format.fill.fore_color.rgb = color
        else:
            drawn.format.fill.solid()
            drawn.format.fill.fore_color.rgb = color
