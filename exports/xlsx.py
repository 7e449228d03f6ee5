"""A table as a workbook: the table on one sheet, its sources, release and filters on another."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from exports import Column, Labels, Table, as_text, is_formula_like, is_number
from exports.csv import provenance

FONT = "Times New Roman"  # what administrative documents are set in
HEADER_ROW = 3
MAX_WIDTH = 60
# A workbook says when it was made on its source sheet; a clock in its properties would change the bytes.
FIXED_DATE = datetime.fromtimestamp(0, UTC).replace(tzinfo=None)
_SHEET_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def to_xlsx(table: Table, labels: Labels) -> bytes:
    """`table` as XLSX bytes: numbers as numbers with the decimals shown, no formula ever run from text.

    Sheet 1: title, unit, header, rows (frozen, filterable). Sheet 2: source, release id, filters, time,
    notes. The same table and labels always give the same bytes.
    """
    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"title": table.title, "comments": table.release_id, "created": FIXED_DATE})
    styles = _Styles(book)
    _write_table(book.add_worksheet(sheet_name(labels.table_sheet)), table, labels, styles)
    _write_provenance(book.add_worksheet(sheet_name(labels.source_sheet)), table, labels, styles)
    book.close()
    return stream.getvalue()


def sheet_name(text: str) -> str:
    """`text` as a sheet name: at most 31 characters, none that Excel refuses."""
    return text.translate(_SHEET_FORBIDDEN).strip()[:31] or "-"


def number_format(column: Column) -> str:
    """Excel's format for a column's numbers: the reader's own Excel puts the comma or the point."""
    places = "" if not column.decimals else "." + "0" * column.decimals
    plain = f"0{places}%" if column.percent else f"#,##0{places}"
    return f"+{plain};-{plain};{plain}" if column.signed else plain


class _Styles:
    """The few cell formats of a workbook, made once and shared by its sheets."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.title = self.of(bold=True, font_size=14)
        self.note = self.of(italic=True, font_color="#4B5563")
        self.header = self.of(bold=True, text_wrap=True, valign="vcenter", bottom=2, align="center")
        self.label = self.of(bold=True, valign="top")
        self.wrap = self.of(text_wrap=True, valign="top")

    def of(self, **properties: Any) -> Format:
        """The format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"font_name": FONT, "font_size": 12, **properties})
        return self._made[key]


def _write_table(sheet: Worksheet, table: Table, labels: Labels, styles: _Styles) -> None:
    _text(sheet, 0, 0, table.title, styles.title)
    _text(sheet, 1, 0, f"{labels.unit}: {table.unit}" if table.unit else "", styles.note)
    for n, column in enumerate(table.columns):
        _text(sheet, HEADER_ROW, n, column.header, styles.header)
        sheet.set_column(n, n, _width(table, column))
    for r, row in enumerate(table.rows, HEADER_ROW + 1):
        for n, column in enumerate(table.columns):
            _cell(sheet, (r, n), row.get(column.field), column, styles)
    last = HEADER_ROW + max(len(table.rows), 1)
    if table.columns:
        sheet.autofilter(HEADER_ROW, 0, last, len(table.columns) - 1)
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _write_provenance(sheet: Worksheet, table: Table, labels: Labels, styles: _Styles) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    for r, (label, text) in enumerate(provenance(table, labels)):
        _text(sheet, r, 0, label, styles.label)
        _text(sheet, r, 1, text, styles.wrap)


def _cell(sheet: Worksheet, place: tuple[int, int], value: Any, column: Column, styles: _Styles) -> None:
    if is_number(value):
        properties = {} if column.decimals is None else {"num_format": number_format(column)}
        sheet.write_number(*place, value, styles.of(**properties))
    elif text := as_text(value):
        # quote_prefix is Excel's own apostrophe: still shown as written, also after the cell is edited.
        style = styles.of(quote_prefix=True) if is_formula_like(text) else styles.of()
        sheet.write_string(*place, text, style)


def _text(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    if text:
        sheet.write_string(row, column, text, style)


def _width(table: Table, column: Column) -> float:
    longest = max((len(str(row.get(column.field) or "")) for row in table.rows), default=0)
    if column.decimals is not None:
        longest = 10
    return min(max(longest, len(column.header) / 2, 8) + 2, MAX_WIDTH)
