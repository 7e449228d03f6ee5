"""The annex as XLSX: every table, formulas that work totals out from their leaves, native charts.

Text never becomes a formula: what people typed is written as text, with the apostrophe of Excel where it
looks like one.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from exports import is_formula_like, is_number
from exports.briefing.charts import ticks
from exports.briefing.draw import TONES
from exports.briefing.model import Briefing, Chapter, Chart, Col, Row, Table
from exports.briefing.report import foot, printed, title
from exports.briefing.words import Words, has
from exports.briefing.xlsx_formulas import nodes, worked_out
from exports.xlsx import FIXED_DATE, _Styles, sheet_name

HEAD = 4  # row of the header
TYPES = {"bars": "bar", "columns": "column", "lines": "line"}
NARROW, WIDTH_UNIT, WIDEST = 9.0, 11.0, 70.0
LINE, HIGHEST, TALL = 16.0, 400.0, 36.0
LOSS_WIDTHS = [48.0] + [15.0] * 12
LONG, SPAN = 5, 5  # in a sheet of several tables a long text takes so many more columns
CENTERED = 1.3  # a text column this narrow (a rank, a count) is centred
NUMERIC = ("number", "short", "signed", "share", "whole")


@dataclass
class _Book:
    """The workbook being written: its styles, words, and the names of sheets given so far."""

    book: Workbook
    styles: _Styles
    w: Words
    briefing: Briefing
    names: set[str]

    def sheet(self, name: str, heading: str) -> Worksheet:
        """A new sheet with its heading, set up for A4 landscape with the release at the foot."""
        name = sheet_name(name)
        while name.lower() in self.names:
            name = f"{name[:28]} +"
        self.names.add(name.lower())
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, heading, self.styles.title)
        sheet.write_string(1, 0, foot(self.briefing), self.styles.note)
        if self.briefing.pin.simulated:
            sheet.write_string(2, 0, self.w.t("common.simulated"), self.styles.label)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.set_footer(f"&L{foot(self.briefing)}&R&P/&N")
        return sheet


def annex(briefing: Briefing) -> bytes:
    """The workbook as bytes; the same briefing gives the same bytes."""
    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties(
        {
            "title": title(briefing),
            "comments": foot(briefing),
            "subject": briefing.pin.release_id,
            "created": FIXED_DATE,
        }
    )
    held = _Book(book, _Styles(book), Words(briefing.wish.lang), briefing, set())
    _overall(held)
    for chapter in briefing.chapters:
        if "full" in chapter.tables:
            _tree(held, chapter)
        _losses(held, chapter)
    for key in ("causes", "assign", "targets", "sources"):
        if key in briefing.tables:
            _plain_sheet(held, held.w.t(f"sheet.{key}"), briefing.tables[key])
    book.close()
    return stream.getvalue()


def _overall(held: _Book) -> None:
    b, w = held.briefing, held.w
    for key in ("overview", "compare", "years"):
        if key not in b.tables:
            continue
        sheet, last = _plain_sheet(held, w.t(f"sheet.{key}"), b.tables[key])
        chart = b.charts.get({"overview": "standing", "years": "ranks"}.get(key, ""))
        if chart is not None:
            _chart(held, sheet, chart, last + 3)
            sheet.fit_to_pages(1, 1)  # a chart is not cut by the end of a page


def _plain_sheet(held: _Book, name: str, table: Table) -> tuple[Worksheet, int]:
    sheet = held.sheet(name, table.title)
    last = _table(held, sheet, table, HEAD)
    sheet.autofilter(HEAD, 0, HEAD + max(len(table.rows), 1), len(table.cols) - 1)
    sheet.freeze_panes(HEAD + 1, 1)
    sheet.repeat_rows(HEAD)
    return sheet, last


def _height(texts: list[str], widths: list[float]) -> float:
    """Points that a row needs: programs do not all grow a row for text that wraps."""
    lines = [
        sum(max(1, -(-len(part) // width)) for part in text.split("\n"))
        for text, width in zip(texts, widths, strict=False)
    ]
    return min(LINE * max(lines, default=1) + 2, HIGHEST)


def _table(
    held: _Book,
    sheet: Worksheet,
    table: Table,
    top: int,
    given: list[float] | None = None,
) -> int:
    """Write a table with its header at row `top`; returns the last row used."""
    widths = given or [min(max(NARROW, col.width * WIDTH_UNIT), WIDEST) for col in table.cols]
    for n, col in enumerate(table.cols):
        sheet.write_string(top, n, col.label, held.styles.header)
        sheet.set_column(n, n, widths[n])
    sheet.set_row(top, _height([col.label.upper() + " " for col in table.cols], widths))
    long = next((n for n, col in enumerate(table.cols) if given and col.width >= LONG), None)
    room = [sum(widths[n : n + SPAN + 1]) if n == long else one for n, one in enumerate(widths)]
    tall = TALL if any(col.kind == "blank" for col in table.cols) else 0.0
    for r, (row, texts) in enumerate(zip(table.rows, printed(table, held.w), strict=True), top + 1):
        sheet.set_row(r, max(_height(texts, room), tall))
        for n, col in enumerate(table.cols):
            if n == long:
                sheet.merge_range(r, n, r, n + SPAN, "", held.styles.of(text_wrap=True, valign="top"))
            _cell(held, sheet, (r, n), row, col)
    last = top + max(len(table.rows), 1)
    if table.note:
        sheet.write_string(last + 1, 0, table.note, held.styles.note)
        last += 1
    return last


def _format(col: Col, row: Row | None = None) -> str:
    decimals = col.places(row or {})
    places = "." + "0" * decimals if decimals else ""
    if col.kind == "share":
        return f"0{places}%"
    if col.kind == "whole":
        return "0"
    plain = f"#,##0{places}"
    return (
        f"+{plain};-{plain};{plain}" if col.kind == "signed" else "General" if col.kind == "short" else plain
    )


def _cell(held: _Book, sheet: Worksheet, place: tuple[int, int], row: Row, col: Col) -> None:
    """A number as a number, text as text, never as a formula; a blank to fill in keeps its border."""
    value = row.get(col.key)
    look: dict[str, Any] = {"text_wrap": True, "valign": "top"}
    look |= (
        {"border": 1}
        if col.kind == "blank"
        else {"align": "center"}
        if col.width < CENTERED
        else {"indent": 1}
    )
    style = held.styles.of(**look)
    if col.kind in NUMERIC and has(value) and is_number(float(value)):
        sheet.write_number(*place, float(value), held.styles.of(num_format=_format(col, row), valign="top"))
    elif not has(value):
        sheet.write_blank(*place, None, style)
    elif is_formula_like(str(value)):
        sheet.write_string(*place, str(value), held.styles.of(quote_prefix=True, **look))
    else:
        sheet.write_string(*place, str(value), style)


def _tree(held: _Book, chapter: Chapter) -> None:
    """All components of an index; two more columns work them out from the leaves, with formulas."""
    table, w = chapter.tables["full"], held.w
    sheet = held.sheet(w.t("sheet.index", index=chapter.short), table.title)
    sheet.write_string(2, 0, w.t("sheet.formula_note"), held.styles.note)
    if held.briefing.pin.simulated:
        sheet.write_string(3, 0, w.t("common.simulated"), held.styles.label)
    _table(held, sheet, table, HEAD)
    keys, rows = [col.key for col in table.cols], table.rows
    value_at, work_at = keys.index("value"), len(keys)
    for n, key in enumerate(("recomputed", "residual")):
        sheet.write_string(HEAD, work_at + n, w.t(f"c.{key}"), held.styles.header)
    sheet.set_column(work_at, work_at + 1, 12)
    at = {str(row["code"]): HEAD + 1 + n for n, row in enumerate(rows)}
    cells = {code: xl_rowcol_to_cell(r, work_at) for code, r in at.items()}
    tree = held.briefing.trees.get(chapter.code)
    made = (
        worked_out(nodes(tree), {str(r["code"]): r["value"] for r in rows}, cells) if tree is not None else {}
    )
    number = held.styles.of(num_format=_format(Col("", "", "number", chapter.decimals)), valign="top")
    gap = held.styles.of(num_format=_format(Col("", "", "signed", 6)), valign="top")
    for row in rows:
        code, r = str(row["code"]), at[str(row["code"])]
        shown = xl_rowcol_to_cell(r, value_at)
        if code in made:
            sheet.write_formula(r, work_at, made[code].formula, number, made[code].value)
            if has(row["value"]):
                difference = made[code].value - row["value"]
                sheet.write_formula(
                    r, work_at + 1, f"=ROUND({cells[code]}-{shown},6)", gap, round(difference, 6)
                )
        elif has(row["value"]):
            sheet.write_formula(r, work_at, f"={shown}", number, row["value"])
    _live(held, sheet, keys, rows, chapter.decimals)
    sheet.autofilter(HEAD, 0, HEAD + len(rows), work_at + 1)
    sheet.freeze_panes(HEAD + 1, 2)
    sheet.repeat_rows(HEAD)


def _live(held: _Book, sheet: Worksheet, keys: list[str], rows: Sequence[Any], decimals: int) -> None:
    """Lost points, change and gap as formulas, where both of their parts are there."""
    for result, one, other in (
        ("lost", "max", "value"),
        ("change", "value", "before"),
        ("gap", "value", "leader_value"),
    ):
        if not {result, one, other} <= set(keys):
            continue
        for n, row in enumerate(rows):
            if all(has(row[key]) for key in (result, one, other)):
                left, right = (xl_rowcol_to_cell(HEAD + 1 + n, keys.index(key)) for key in (one, other))
                if abs(row[one] - row[other] - row[result]) > 1e-9:
                    continue  # weights or a direction stand between: the release's own figure stays
                kind = "number" if result == "lost" else "signed"
                style = held.styles.of(num_format=_format(Col("", "", kind, decimals)), valign="top")
                sheet.write_formula(HEAD + 1 + n, keys.index(result), f"={left}-{right}", style, row[result])


def _losses(held: _Book, chapter: Chapter) -> None:
    """The analysis tables of an index below one another, with native charts beside."""
    keys = [k for k in ("fields", "fourway", "lost", "sources", "selfscore", "classes", "overcome", "leaders")
            if k in chapter.tables and chapter.tables[k].rows]  # fmt: skip
    if not keys:
        return
    sheet = held.sheet(held.w.t("sheet.lost", index=chapter.short), chapter.name)
    row = HEAD
    for key in keys:
        table = chapter.tables[key]
        sheet.write_string(row, 0, table.title, held.styles.label)
        row = _table(held, sheet, table, row + 1, LOSS_WIDTHS) + 2
    breaks = []
    for chart in chapter.charts.values():
        breaks.append(row)
        row = _chart(held, sheet, chart, row) + 2
    sheet.set_h_pagebreaks(breaks)


def _chart(held: _Book, sheet: Worksheet, chart: Chart, row: int) -> int:
    """A native chart with its numbers in cells above it, to be changed; returns the last row."""
    sheet.write_string(row, 0, chart.title, held.styles.label)
    sheet.set_row(row + 1, 2 * LINE)
    for n, one in enumerate(chart.series, 1):
        sheet.write_string(row + 1, n, one.name, held.styles.header)
    style = held.styles.of(
        num_format=_format(Col("", "", "share" if chart.percent else "number", chart.decimals))
    )
    for k, name in enumerate(chart.categories):
        sheet.write_string(row + 2 + k, 0, name, held.styles.of())
        for n, one in enumerate(chart.series, 1):
            if has(one.values[k]):
                sheet.write_number(row + 2 + k, n, float(one.values[k]), style)  # type: ignore[arg-type]
    first, last = row + 2, row + 1 + len(chart.categories)
    native = held.book.add_chart({"type": TYPES[chart.kind]})
    for n, one in enumerate(chart.series, 1):
        native.add_series(_series(sheet.get_name(), (first, last, n), one.tone, row + 1, chart))
    native.set_title({"name": chart.title, "name_font": {"size": 12}})
    native.set_legend({"position": "top"} if len(chart.series) > 1 else {"none": True})
    _axes(native, chart)
    native.set_size({"width": 900, "height": max(300, 60 + 17 * len(chart.categories) * len(chart.series))})
    sheet.insert_chart(last + 2, 0, native, {"description": chart.alt})
    return last + 2 + max(15, (60 + 17 * len(chart.categories) * len(chart.series)) // 20)


def _axes(native: Any, chart: Chart) -> None:
    """Bars from the top down and from nothing; ranks with 1 on top."""
    if chart.kind == "bars":
        native.set_y_axis({"reverse": True})
        native.set_x_axis({"min": 0, "visible": False, "major_gridlines": {"visible": False}})
    elif chart.reverse:
        most, step = ticks(chart)
        native.set_y_axis({"reverse": True, "min": 1, "max": most, "major_unit": step})
        native.set_x_axis({"label_position": "high"})
    else:
        native.set_y_axis({"min": 0, "visible": False, "major_gridlines": {"visible": False}})


def _series(sheet: str, place: tuple[int, int, int], tone: str, head: int, chart: Chart) -> dict[str, Any]:
    first, last, column = place
    color = TONES[tone]
    drawn: dict[str, Any] = {
        "name": [sheet, head, column],
        "categories": [sheet, first, 0, last, 0],
        "values": [sheet, first, column, last, column],
        "data_labels": {"value": True},
    }
    if chart.kind == "lines":
        return drawn | {
            "line": {"color": color, "width": 2},
            "marker": {"type": "circle", "fill": {"color": color}},
        }
    return drawn | {"fill": {"color": color}, "gap": 45}
