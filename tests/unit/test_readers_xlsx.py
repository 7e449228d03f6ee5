"""Workbooks in .xlsx: values, and everything that stands beside them, against what openpyxl sees."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from etl.readers.finish import finish
from etl.readers.limits import WORKBOOK
from etl.readers.refusal import RefusedError
from etl.readers.workbook import Merge, Sheet, Workbook, column_letters
from etl.readers.xlsx import read_xlsx
from etl.readers.xlsx_book import shows_percent
from tests.packages import packed, sheet_xml, xlsx, xlsx_parts


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reading process works in a folder of its own."""
    monkeypatch.chdir(tmp_path)


def read(content: bytes) -> Workbook:
    """A workbook in this process, finished as the reading process does it."""
    path = Path("given.xlsx")
    path.write_bytes(content)
    workbook = read_xlsx(path, WORKBOOK)
    finish(workbook)
    return workbook


def first(content: bytes) -> Sheet:
    return read(content).sheets[0]


def written(fill: object) -> bytes:
    """A workbook of openpyxl that `fill` has filled."""
    book = openpyxl.Workbook()
    fill(book)  # type: ignore[operator]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (16384, "XFD")]
)
def test_columns_have_the_letters_of_spreadsheets(column: int, letters: str) -> None:
    assert column_letters(column) == letters == openpyxl.utils.get_column_letter(column)


def test_values_keep_their_place_and_kind() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet["B3"], sheet["C3"], sheet["D3"], sheet["E3"] = "Hà Nội", 92.18, True, dt.date(2024, 1, 5)
        sheet["F3"], sheet["B5"], sheet["C5"] = dt.datetime(2024, 1, 5, 12, 30), " ", 7

    sheet = first(written(fill))
    assert (sheet.height, sheet.width) == (5, 6)
    moment = dt.datetime(2024, 1, 5, 12, 30)
    assert sheet.rows[2] == [None, "Hà Nội", 92.18, True, dt.date(2024, 1, 5), moment]
    assert sheet.rows[4] == [None, None, 7]
    assert sheet.at(3, 4) is True


def test_texts_are_composed_whatever_their_form() -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Ha\u0300 No\u0323\u0302i</t></is></c>'
        '<c r="B1" t="s"><v>0</v></c><c r="C1" t="str"><f>A1</f><v>Hu\u00ea\u0301</v></c></row>'
    )
    shared = '<si><r><t xml:space="preserve">Đà </t></r><r><t>Nẵng</t></r></si>'
    assert first(xlsx(rows, shared=shared)).rows == [["Hà Nội", "Đà Nẵng", "Huế"]]


def test_dates_of_both_calendars() -> None:
    row = '<row r="1"><c r="A1" s="1"><v>43831</v></c></row>'
    assert first(xlsx(row)).at(1, 1) == dt.date(2020, 1, 1)
    assert first(xlsx(row, book='<workbookPr date1904="1"/>')).at(1, 1) == dt.date(2024, 1, 2)


def test_hidden_rows_columns_and_sheets_are_told() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet.title = "Shown"
        for row in range(1, 7):
            sheet.append([row] * 5)
        sheet.row_dimensions[2].hidden = True
        sheet.row_dimensions[90].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.column_dimensions.group("D", "F", hidden=True)
        for name, state in (("Hidden", "hidden"), ("Deep", "veryHidden")):
            book.create_sheet(name).sheet_state = state
            book[name]["A1"] = 1

    workbook = read(written(fill))
    assert workbook.sheets[0].hidden_rows == {2}
    assert workbook.sheets[0].hidden_columns == {2, 4, 5}
    assert [sheet.state for sheet in workbook.sheets] == ["visible", "hidden", "very_hidden"]
    assert workbook.notices == ["Sheet Hidden is hidden.", "Sheet Deep is hidden."]


def test_rows_and_columns_without_height_or_width_are_hidden() -> None:
    rows = "".join(
        f'<row r="{row}" ht="{height}"><c r="A{row}"><v>1</v></c><c r="B{row}"><v>2</v></c></row>'
        for row, height in ((1, "15"), (2, "0"), (3, "0.75"), (4, "0.0"))
    )
    sheet = first(xlsx(rows, '<cols><col min="2" max="16384" width="0"/></cols>'))
    assert sheet.hidden_rows == {2, 4}
    assert sheet.hidden_columns == {2}


def test_merges_keep_their_area() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.active["A1"] = "header"
        book.active.merge_cells("A1:C2")
        book.active["B5"] = 1

    assert first(written(fill)).merges == [Merge(1, 1, 2, 3)]


@pytest.mark.parametrize(
    ("code", "percent"),
    [
        ("0%", True), ("0.00%", True), ("[Red]-0.0%;0.0%", True), ('0.0" %"', False), ("0.0\\%", False),
        ('0.0"tỷ lệ %"', False), ("General", False), ("[>1%]0", False), ("0_%", False), ("# ##0.0\\ %", True),
    ],
)  # fmt: skip
def test_percent_formats_multiply_and_quoted_signs_do_not(code: str, percent: bool) -> None:
    assert shows_percent(code) is percent


def test_percent_cells_are_told() -> None:
    rows = "".join(
        f'<c r="{column}1" s="{style}"><v>0.5</v></c>'
        for column, style in zip("ABCDE", range(5), strict=True)
    )
    sheet = first(xlsx(f'<row r="1">{rows}<c r="F1" s="2"/></row>'))
    assert sheet.percent == {(1, 3), (1, 5)}
    assert sheet.at(1, 3) == 0.5


def test_error_cells_hold_no_value() -> None:
    rows = (
        '<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C1">'
        '<v>1</v></c><c r="D1" t="inlineStr"><is><t>#N/A</t></is></c></row>'
    )
    sheet = first(xlsx(rows))
    assert sheet.errors == {(1, 1): "#REF!", (1, 2): "#DIV/0!", (1, 4): "#N/A"}
    assert sheet.rows == [[None, None, 1]]


def test_formulas_give_their_stored_results_or_are_told_to_have_none() -> None:
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+1</f></c><c r="C1"><f>1+1</f><v></v></c>'
        '<c r="D1" t="str"><f>""</f><v></v></c><c r="E1"><f t="shared" si="0"/><v>0</v></c>'
        '<c r="F1"><v/></c></row>'
    )
    sheet = first(xlsx(rows))
    assert sheet.formulas == {(1, column) for column in range(1, 6)}
    assert sheet.uncached == {(1, 2), (1, 3)}
    assert sheet.rows == [[2, None, None, None, 0]]


def test_formulas_that_no_program_ever_computed_have_no_result() -> None:
    """openpyxl stores none, XlsxWriter a nought in each: neither is a figure."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, 5)
        sheet.write_formula(0, 1, "=A1*2")
    found = first(out.getvalue())
    assert found.uncached == {(1, 2)}
    assert found.rows == [[5]]

    def fill(book: openpyxl.Workbook) -> None:
        book.active.append([5, "=A1*2"])

    assert first(written(fill)).uncached == {(1, 2)}


def test_computed_noughts_stay_noughts() -> None:
    calculated = '<calcPr fullCalcOnLoad="1"/>'
    zero = '<c r="A1"><f>1-1</f><v>0</v></c>'
    assert first(xlsx(f'<row r="1">{zero}</row>')).uncached == frozenset()
    both = f'<row r="1">{zero}<c r="B1"><f>2-1</f><v>1</v></c></row>'
    assert first(xlsx(both, book=calculated)).rows == [[0, 1]]


@pytest.mark.parametrize("reference", ["1:69", "$1:$69", "A:C", ""])
def test_a_used_area_told_as_whole_rows_is_read(reference: str) -> None:
    """LibreOffice writes it when whole rows carry a format; calamine alone fails on it."""
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1.5</v></c></row>'
    before = f'<sheetPr/><dimension ref="{reference}"/>'
    after = '<mergeCells><mergeCell ref="2:3"/><mergeCell ref="A4:B4"/></mergeCells>'
    sheet = first(xlsx(rows, before, after, shared="<si><t>Tên</t></si>"))
    assert sheet.rows == [["Tên", 1.5]]
    assert sheet.merges == [Merge(2, 1, 3, 16384), Merge(4, 1, 4, 2)]


def test_cells_without_references_follow_each_other() -> None:
    rows = "<row><c><v>1</v></c><c/><c s='2'><v>3</v></c></row><row/><row r='5'><c><v>5</v></c></row>"
    sheet = first(xlsx(rows))
    assert sheet.rows == [[1, None, 3], [], [], [], [5]]
    assert sheet.percent == {(1, 3)}


def test_names_of_elements_may_carry_a_prefix() -> None:
    xml = sheet_xml('<row r="1" hidden="1"><c r="A1" s="2"><f>1</f><v>2</v></c></row>')
    for word in ("worksheet", "sheetData", "row", "c ", "f", "v"):
        xml = xml.replace(f"<{word}", f"<x:{word}").replace(f"</{word.strip()}", f"</x:{word.strip()}")
    sheet = first(packed(xlsx_parts({"A": xml.replace("xmlns=", "xmlns:x=")})))
    assert (sheet.rows, sheet.hidden_rows, sheet.percent, sheet.formulas) == ([[2]], {1}, {(1, 1)}, {(1, 1)})


def test_what_else_the_file_carries_is_told_and_left_alone() -> None:
    more = {
        "xl/vbaProject.bin": b"macro",
        "xl/externalLinks/externalLink1.xml": "<a/>",
        "xl/connections.xml": "<a/>",
    }
    notices = read(
        packed(xlsx_parts({"A": sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>')}) | more)
    ).notices
    assert [notice.split(";")[0] for notice in notices] == [
        "The file holds macros",
        "Formulas refer to other files",
        "The file holds queries to other sources",
    ]


def test_formatted_rows_without_values_are_left_out_and_told() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>' + "".join(
        f'<row r="{at}" s="1"/>' for at in range(2, 2002)
    )
    workbook = read(xlsx(rows))
    assert workbook.sheets[0].height == 1
    assert workbook.notices == ["Sheet A: 2,000 formatted rows without a value were left out."]


def test_charts_are_no_sheets() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("Data").write(0, 0, 1)
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Data!$A$1:$A$2"})
        book.add_chartsheet("Chart").set_chart(chart)
    assert [sheet.name for sheet in read(out.getvalue()).sheets] == ["Data"]


def test_texts_typed_for_an_old_font_are_refused_with_their_cell() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.active.title = "Tong"
        for name in ("TØnh", "Hµ Néi", "Qu¶ng Ninh"):
            book.active.append([1, name])

    with pytest.raises(RefusedError) as told:
        read(written(fill))
    assert (
        told.value.problem("a.xlsx")
        .text()
        .startswith("a.xlsx › Tong!B1: The texts are typed for an old TCVN3")
    )
    assert "reads Tỉnh" in told.value.details["found"]


@pytest.mark.parametrize(
    "broken",
    [
        '<row r="0"><c r="A0"><v>1</v></c></row>',
        '<row r="x"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="ZZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></row>',
        '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
        '<row r="9999999"><c r="A9999999"><v>1</v></c></row>',
    ],
)
def test_a_sheet_that_does_not_hold_together_is_refused(broken: str) -> None:
    with pytest.raises(RefusedError, match="damaged"):
        read(xlsx(broken))


def test_parts_that_are_missing_or_doubled_are_refused() -> None:
    parts = xlsx_parts({"A": sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>')})
    for gone in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        beside = {"xl/worksheets/other.xml": "<a/>"}
        with pytest.raises(RefusedError, match="damaged"):
            read(packed({name: part for name, part in parts.items() if name != gone} | beside))
    with zipfile.ZipFile("given.xlsx", "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("xl/workbook.xml", parts["xl/workbook.xml"])
    with pytest.raises(RefusedError, match="damaged"):
        read_xlsx(Path("given.xlsx"), WORKBOOK)
