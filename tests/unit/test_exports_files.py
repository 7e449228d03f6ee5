"""Files people take away: numbers stay numbers, text never runs, source and release are inside."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from exports import Column, Labels, Table, as_text, is_number, table_from_payload, visible_columns
from exports.csv import csv_cell, number_text, safe_text, to_csv
from exports.xlsx import number_format, sheet_name, to_xlsx

LABELS = Labels(
    table_sheet="Table",
    source_sheet="Sources",
    source="Source",
    release="Release",
    filters="Scope",
    no_filters="All",
    time="Time",
    notes="Note",
    unit="Unit",
    blank="A blank is not published.",
)
COLUMNS = (
    Column("name", "Province"),
    Column("score", "Score", 2, unit="points"),
    Column("change", "Change", 2, signed=True),
    Column("share", "Share", 1, percent=True),
    Column("flags", "Flags"),
)
ROWS = (
    {"name": "Quảng Ninh", "score": 73.396484, "change": 3.0361, "share": 0.733965, "flags": ["a", "b"]},
    {"name": "=HYPERLINK(1)", "score": None, "change": -0.001, "share": None, "flags": []},
)


@pytest.fixture
def table() -> Table:
    """A table with every kind of cell."""
    return Table(
        title="Ranking",
        columns=COLUMNS,
        rows=ROWS,
        release_id="0123456789ab",
        sources=("S001 · VCCI",),
        filters=("PCI",),
        notes=("Ranks as published.",),
        unit="points",
        time="22/11/2026",
    )


def read_csv(content: bytes, delimiter: str) -> list[list[str]]:
    """The cells of a CSV file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


def test_csv_opens_in_a_vietnamese_spreadsheet(table: Table) -> None:
    content = to_csv(table, LABELS)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = read_csv(content, ";")
    assert rows[0] == ["Province", "Score (points)", "Change", "Share", "Flags"]
    assert rows[1] == ["Quảng Ninh", "73,40", "3,04", "73,4%", "a; b"]
    assert rows[2] == ["'=HYPERLINK(1)", "", "0,00", "", ""]


def test_csv_with_decimal_points_uses_commas_between_cells(table: Table) -> None:
    english = Table(**{**table.__dict__, "decimal_comma": False})
    assert read_csv(to_csv(english, LABELS), ",")[1][1] == "73.40"


def test_csv_says_where_it_comes_from_after_an_empty_line(table: Table) -> None:
    rows = read_csv(to_csv(table, LABELS), ";")
    empty = rows.index([])
    assert empty == 3
    assert rows[empty + 1 :] == [
        ["Table", "Ranking"],
        ["Unit", "points"],
        ["Source", "S001 · VCCI"],
        ["Release", "0123456789ab"],
        ["Scope", "PCI"],
        ["Time", "22/11/2026"],
        ["Note", "Ranks as published."],
        ["Note", "A blank is not published."],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_text_that_looks_like_a_formula_is_made_safe(text: str) -> None:
    assert safe_text(text) == "'" + text
    assert safe_text("a" + text) == "a" + text


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [(1234.5, 2, "1234,50"), (-0.004, 2, "0,00"), (-0.31, 2, "-0,31"), (7, 0, "7"), (0.5, None, "0,5")],
)
def test_csv_numbers_read_back_as_the_same_number(value: float, decimals: int | None, shown: str) -> None:
    assert number_text(value, decimals, decimal_comma=True) == shown
    assert csv_cell(value, Column("a", "A", decimals), decimal_comma=True) == shown


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), True, "7"])
def test_what_is_not_a_number(value: object) -> None:
    assert not is_number(value)


def test_missing_values_are_empty_text() -> None:
    assert as_text(None) == as_text(float("nan")) == as_text([]) == ""


def test_workbook_holds_numbers_as_numbers(table: Table) -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(table, LABELS)))
    sheet = book["Table"]
    assert sheet["A1"].value == "Ranking"
    assert [cell.value for cell in sheet[4]] == ["Province", "Score (points)", "Change", "Share", "Flags"]
    assert sheet["B5"].value == pytest.approx(73.396484)
    assert sheet["B5"].number_format == "#,##0.00"
    assert sheet["C5"].number_format == "+#,##0.00;-#,##0.00;#,##0.00"
    assert sheet["D5"].number_format == "0.0%"
    assert sheet["E5"].value == "a; b"
    assert sheet["B6"].value is None
    assert sheet.freeze_panes == "A5"
    assert sheet.auto_filter.ref == "A4:E6"


def test_workbook_runs_no_text(table: Table) -> None:
    cell = openpyxl.load_workbook(io.BytesIO(to_xlsx(table, LABELS)))["Table"]["A6"]
    assert (cell.data_type, cell.value) == ("s", "=HYPERLINK(1)")
    assert cell.quotePrefix


def test_workbook_names_source_release_and_filters(table: Table) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(table, LABELS)))["Sources"]
    said = {(row[0].value, row[1].value) for row in sheet.iter_rows()}
    assert {("Source", "S001 · VCCI"), ("Release", "0123456789ab"), ("Scope", "PCI")} <= said


def test_the_same_table_gives_the_same_bytes(table: Table) -> None:
    assert to_xlsx(table, LABELS) == to_xlsx(table, LABELS)
    assert to_csv(table, LABELS) == to_csv(table, LABELS)


@pytest.mark.parametrize(("asked", "made"), [("a/b:c*?[d]", "a b c   d"), ("x" * 40, "x" * 31), ("", "-")])
def test_sheet_names_that_excel_accepts(asked: str, made: str) -> None:
    assert sheet_name(asked) == made


def test_number_formats() -> None:
    assert number_format(Column("a", "A", 0)) == "#,##0"
    assert number_format(Column("a", "A", 4)) == "#,##0.0000"


def test_columns_follow_what_the_reader_sees() -> None:
    columns = [{"field": "a"}, {"field": "b"}, {"field": "c"}]
    state = [{"colId": "c"}, {"colId": "a"}, {"colId": "b", "hide": True}]
    assert [column["field"] for column in visible_columns(columns, state)] == ["c", "a"]
    assert visible_columns(columns, None) == columns


def test_a_payload_becomes_a_table_with_the_rows_of_the_grid() -> None:
    payload = {
        "title": "T",
        "columns": [{"field": "a", "label": "A", "decimals": 1, "unknown": 1}],
        "rows": [{"a": 1}, {"a": 2}],
        "meta": {"source": "one", "release_id": "r", "filters": {"year": 7, "none": None}, "note": "n"},
    }
    table = table_from_payload(payload, rows=[{"a": 2}])
    assert [row["a"] for row in table.rows] == [2]
    assert (table.sources, table.filters, table.notes) == (("one",), ("year: 7",), ("n",))
    assert len(table_from_payload(payload).rows) == 2
