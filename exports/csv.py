"""A table as CSV: UTF-8 with a byte order mark, and the separators the reader's spreadsheet expects."""

from __future__ import annotations

import csv
import io
from typing import Any

from exports import Column, Labels, Table, as_text, is_formula_like, is_number


def to_csv(table: Table, labels: Labels) -> bytes:
    """`table` as CSV bytes: header, rows, an empty line, then title, source, release, filters and time.

    With a decimal comma the separator is a semicolon, as spreadsheets of such locales write it.
    Numbers carry the decimals shown; an unpublished value is an empty cell.
    """
    stream = io.StringIO(newline="")
    separator = ";" if table.decimal_comma else ","
    writer = csv.writer(stream, delimiter=separator, lineterminator="\r\n")
    writer.writerow([safe_text(column.header) for column in table.columns])
    for row in table.rows:
        writer.writerow([csv_cell(row.get(c.field), c, table.decimal_comma) for c in table.columns])
    writer.writerow([])
    writer.writerows([safe_text(cell) for cell in line] for line in provenance(table, labels))
    return b"\xef\xbb\xbf" + stream.getvalue().encode("utf-8")


def provenance(table: Table, labels: Labels) -> list[list[str]]:
    """Where the figures come from, a label and a text a line: the same lines in every kind of file."""
    lines = [[labels.table_sheet, table.title]]
    if table.unit:
        lines.append([labels.unit, table.unit])
    lines += [[labels.source, source] for source in table.sources]
    lines.append([labels.release, table.release_id])
    lines += [[labels.filters, item] for item in table.filters or (labels.no_filters,)]
    if table.time:
        lines.append([labels.time, table.time])
    lines += [[labels.notes, note] for note in (*table.notes, labels.blank)]
    return lines


def csv_cell(value: Any, column: Column, decimal_comma: bool) -> str:
    """One cell: a number with its decimals, text made safe, nothing for a value that is not published."""
    if is_number(value) and column.percent:
        return number_text(100 * value, column.decimals, decimal_comma) + "%"
    if is_number(value):
        return number_text(value, column.decimals, decimal_comma)
    return safe_text(as_text(value))


def number_text(value: float, decimals: int | None, decimal_comma: bool) -> str:
    """`value` without thousands separators, so that every program reads it back as the same number."""
    text = str(value) if decimals is None else f"{value:.{decimals}f}"
    if decimals is not None and float(text) == 0:
        text = text.lstrip("-")  # -0.00 would be read as a fall
    return text.replace(".", ",") if decimal_comma else text


def safe_text(text: str) -> str:
    """`text` that no spreadsheet runs: an apostrophe stands before what looks like a formula."""
    return f"'{text}" if is_formula_like(text) else text
