"""Blocks as Typst code: text as strings only, so that nothing in a name can become a command."""

from __future__ import annotations

from exports.briefing.model import Briefing, Chart, Col, Table
from exports.briefing.report import Block, Heading, Para, Turn, foot, printed, widths
from exports.briefing.typeset import FAMILY, image_code, quoted
from exports.briefing.words import Words

SERIF = "Libertinus Serif"
SMALL_FROM = 8
LONG = 700  # letters of a cell from which its row may break over pages
TOGETHER = 16  # rows of a table that stays on one page with its caption and note
ROOM, WIDE_ROOM = 459.0, 705.0  # points between the margins of an upright page and of a lying one
LYING = ("full", "assign")  # tables of lying pages
MARGIN = "(top: 20mm, bottom: 20mm, left: 30mm, right: 18mm)"


def page(b: Briefing, w: Words) -> str:
    """Page, fonts, headings: A4 and the margins of Decree 30/2020; the release at the foot of every page."""
    mark = (
        f'header: align(center, text(size: 9pt, weight: "bold", {quoted(w.t("common.simulated"))})),'
        if b.pin.simulated
        else ""
    )
    return f"""
#set document(title: {quoted(b.province)}, keywords: ({quoted(b.pin.release_id)},))
#set page(paper: "a4", margin: {MARGIN}, {mark} footer: context [
  #set text(size: 8.5pt, fill: rgb("#54606d"))
  #text({quoted(foot(b))}) #h(1fr) #counter(page).display("1/1", both: true)])
#set text(font: {quoted(SERIF)}, size: 12.5pt, lang: {quoted(b.wish.lang)}, hyphenate: false)
#set par(justify: true, leading: 0.72em, spacing: 0.9em)
#set table(stroke: 0.5pt + rgb("#8a95a1"), inset: (x: 4pt, y: 4pt))
#show heading.where(level: 1): it => block(above: 1.4em, below: 0.8em, text(size: 13.5pt, upper(it.body)))
#show heading.where(level: 2): it => block(above: 1.2em, below: 0.7em, text(size: 12.5pt, it.body))
#show table.cell.where(y: 0): set text(weight: "bold")
#show figure: set block(breakable: true)
#show figure.caption: it => block(
  width: 100%, sticky: it.kind == table, align(left, text(weight: "bold", size: 11pt, it)))
#show figure.where(kind: table): set figure.caption(position: top)
"""


def code(block: Block, w: Words) -> str:
    """One block."""
    if isinstance(block, Heading):
        return f"#heading(level: {block.level}, {quoted(block.text)})"
    if isinstance(block, Para):
        return _para(block)
    if isinstance(block, Table):
        return _figure(block, w)
    if isinstance(block, Chart):
        caption = f"{block.title}. {block.subtitle}."
        inner = image_code(block, w)
        supplement = quoted(w.t("common.figure"))
        return f"#figure({inner}, caption: text({quoted(caption)}), kind: image, supplement: {supplement})"
    return _turn(block)


def _turn(turn: Turn) -> str:
    return f"#set page(flipped: {'true' if turn.landscape else 'false'})"


def _para(para: Para) -> str:
    text = f"text({quoted(para.text)})"
    if para.kind == "lead":
        return f'#block(text(weight: "bold", {quoted(para.text)}))'
    if para.kind == "note":
        return f'#block(text(style: "italic", size: 10.5pt, {quoted(para.text)}))'
    if para.kind == "bullet":
        return f"#list({text})"
    return f"#par(first-line-indent: 10mm, {text})"


def _figure(table: Table, w: Words) -> str:
    note = (
        f'#block(above: 0.5em, below: 1.2em, text(style: "italic", size: 10pt, {quoted(table.note)}))'
        if table.note
        else ""
    )
    inner = table_code(table, w)
    supplement = quoted(w.t("common.table"))
    caption = f"caption: text({quoted(table.title)}), kind: table, supplement: {supplement}"
    made = f"#figure({inner}, {caption})\n{note}"
    breaks = len(table.rows) > TOGETHER or any(
        len(str(value)) > LONG for row in table.rows for value in row.values()
    )
    return made if breaks else f"#block(breakable: false, width: 100%)[{made}]"


def table_code(table: Table, w: Words, size: float | None = None) -> str:
    """A table with a header that repeats and rows that do not break."""
    shown = size or (8.5 if len(table.cols) >= SMALL_FROM else 10)
    texts, room = printed(table, w), (WIDE_ROOM if table.key in LYING else ROOM)
    columns = ", ".join(f"{one:.2f}fr" for one in widths(table, texts, shown, room))
    sides = ", ".join("right + top" if col.right else "left + top" for col in table.cols)
    head = ", ".join(f"[#text({quoted(col.label)})]" for col in table.cols)
    tall = any(col.kind == "blank" for col in table.cols)
    cells = [
        _cell(text, col, bool(row.get("_strong")), tall, max(map(len, line)) > LONG)
        for row, line in zip(table.rows, texts, strict=True)
        for col, text in zip(table.cols, line, strict=True)
    ]
    fill = 'fill: (_, y) => if y == 0 { rgb("#e8edf2") }'
    body = ",\n".join(cells)
    return (
        f"{{set text(size: {shown}pt, hyphenate: false); set par(justify: false, leading: 0.5em)\n"
        f"table(columns: ({columns},), align: ({sides},), {fill}, table.header({head}),\n{body})}}"
    )


def _cell(text: str, col: Col, strong: bool, tall: bool, breaks: bool) -> str:
    lines = "#linebreak()".join(f"#text({quoted(line)})" for line in text.split("\n"))
    weight = '#set text(weight: "bold");' if strong else ""
    room = "#v(20pt)" if tall and col.kind == "blank" and not text else ""
    return f"table.cell(breakable: {'true' if breaks else 'false'})[{weight}{lines}{room}]"


def sans(inner: str, size: float, more: str = "") -> str:
    """Code in the letters of the screens."""
    return f"text(font: {quoted(FAMILY)}, size: {size}pt{more}, {inner})"
