"""Workbooks in .xls and .ods: values and what stands beside them."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableProperties
from odf.table import CoveredTableCell, Table, TableCell, TableColumn, TableRow
from odf.text import P

from etl.readers.finish import finish
from etl.readers.limits import WORKBOOK
from etl.readers.ods import read_ods
from etl.readers.refusal import RefusedError
from etl.readers.workbook import Merge, Sheet, Workbook
from etl.readers.xls import read_xls
from tests.hostile import encrypted_xls, good_xls, ods_package


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reading process works in a folder of its own."""
    monkeypatch.chdir(tmp_path)


def old_book() -> bytes:
    """A workbook of xlwt with all that an old workbook can say."""
    book = xlwt.Workbook()
    sheet, hidden = book.add_sheet("Một"), book.add_sheet("Ẩn")
    hidden.visibility = 1
    hidden.write(0, 0, 1)
    sheet.write(0, 0, "Hà Nội")
    sheet.write(0, 1, 5)
    sheet.write(0, 2, 92.18)
    sheet.write(0, 3, True)
    for column in range(4):
        sheet.row(1).set_cell_number(column, column, xlwt.easyxf(num_format_str="General"))
    sheet.write(2, 0, 0.5, xlwt.easyxf(num_format_str="0.0%"))
    sheet.write(2, 1, 50, xlwt.easyxf(num_format_str='0" %"'))
    sheet.write(2, 2, dt.date(2024, 1, 5), xlwt.easyxf(num_format_str="DD/MM/YYYY"))
    sheet.row(2).set_cell_error(3, 0x17)
    sheet.write_merge(4, 5, 0, 2, "merged")
    sheet.row(1).hidden = True
    sheet.col(3).hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_old(content: bytes) -> Workbook:
    path = Path("given.dat")
    path.write_bytes(content)
    workbook = read_xls(path, WORKBOOK)
    finish(workbook)
    return workbook


def test_an_old_workbook_says_all_that_a_new_one_does() -> None:
    workbook = read_old(old_book())
    sheet, hidden = workbook.sheets
    assert sheet.rows[0] == ["Hà Nội", 5, 92.18, True]
    assert sheet.rows[2] == [0.5, 50, dt.date(2024, 1, 5)]
    assert sheet.percent == {(3, 1)}
    assert sheet.errors == {(3, 4): "#REF!"}
    assert sheet.hidden_rows == {2}
    assert sheet.hidden_columns == {4}
    assert sheet.merges == [Merge(5, 1, 6, 3)]
    assert (sheet.state, hidden.state) == ("visible", "hidden")
    assert workbook.notices == ["Sheet Ẩn is hidden."]


def test_old_formulas_without_any_result_are_told() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("A")
    sheet.write(0, 0, 5)
    sheet.write(0, 1, xlwt.Formula("A1*2"))
    out = io.BytesIO()
    book.save(out)
    found = read_old(out.getvalue()).sheets[0]
    assert found.formulas == found.uncached == {(1, 2)}
    assert found.rows == [[5]]


def test_a_blank_result_among_computed_ones_is_a_result() -> None:
    """Excel stores the blank of =IF(...;"") as such; only where all are blank was nothing computed."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("A")
    for column in range(2):
        sheet.write(0, column, xlwt.Formula("1+1"))
    stream = bytearray(book.get_biff_data())
    at = stream.index(b"\x03\x00\x00\x00\x00\x00\xff\xff")
    stream[at : at + 8] = b"\x00\x00\x00\x00\x00\x00\x00\x40"
    found = read_old(xls_of(bytes(stream))).sheets[0]
    assert found.formulas == {(1, 1), (1, 2)}
    assert found.uncached == frozenset()
    assert found.rows == [[2]]


def xls_of(stream: bytes) -> bytes:
    out = io.BytesIO()
    xlwt.CompoundDoc.XlsDoc().save(out, stream)
    return out.getvalue()


def test_a_locked_old_workbook_is_refused() -> None:
    with pytest.raises(RefusedError, match="password"):
        read_old(encrypted_xls())


def test_an_old_workbook_that_breaks_off_is_refused() -> None:
    content = good_xls()
    for length in (600, 2000, len(content) // 2):
        with pytest.raises(RefusedError, match="damaged"):
            read_old(content[:length])


def cell(text: str = "", **attributes: object) -> TableCell:
    """A cell with its shown text."""
    made = TableCell(**attributes)
    if text:
        made.addElement(P(text=text))
    return made


def row_of(*cells: TableCell, **attributes: object) -> TableRow:
    made = TableRow(**attributes)
    for one in cells:
        made.addElement(one)
    return made


def open_book() -> bytes:
    """A workbook of odfpy with all that an OpenDocument sheet can say."""
    book = OpenDocumentSpreadsheet()
    unseen = Style(name="unseen", family="table")
    unseen.addElement(TableProperties(display="false"))
    book.automaticstyles.addElement(unseen)
    table = Table(name="Một")
    table.addElement(TableColumn(numbercolumnsrepeated=2))
    table.addElement(TableColumn(visibility="collapse"))
    table.addElement(
        row_of(
            cell("92,18", valuetype="float", value="92.18", numbercolumnsrepeated=2),
            cell("50%", valuetype="percentage", value="0.5"),
            cell("Hà Nội", valuetype="string"),
            cell("5/1", valuetype="date", datevalue="2024-01-05"),
            cell("true", valuetype="boolean", booleanvalue="true"),
        )
    )
    table.addElement(
        row_of(cell("7", valuetype="float", value="7"), visibility="collapse", numberrowsrepeated=2)
    )
    table.addElement(
        row_of(
            cell("gộp", valuetype="string", numbercolumnsspanned=2, numberrowsspanned=1), CoveredTableCell()
        )
    )
    table.addElement(
        row_of(cell("", formula="of:=1+1"), cell("2", formula="of:=1+1", valuetype="float", value="2"))
    )
    table.addElement(row_of(cell("#N/A", formula="of:=NA()", valuetype="string", stringvalue="#N/A")))
    table.addElement(row_of(TableCell(numbercolumnsrepeated=16384), numberrowsrepeated=1_048_000))
    book.spreadsheet.addElement(table)
    book.spreadsheet.addElement(Table(name="Ẩn", stylename=unseen))
    out = io.BytesIO()
    book.write(out)
    return out.getvalue()


def read_open(content: bytes) -> Workbook:
    path = Path("given.dat")
    path.write_bytes(content)
    workbook = read_ods(path, WORKBOOK)
    finish(workbook)
    return workbook


def test_an_open_document_says_all_that_others_do() -> None:
    workbook = read_open(open_book())
    sheet: Sheet = workbook.sheets[0]
    assert sheet.rows[0] == [92.18, 92.18, 0.5, "Hà Nội", dt.date(2024, 1, 5), True]
    assert [row[:1] for row in sheet.rows[1:4]] == [[7], [7], ["gộp"]]
    assert sheet.rows[4] == [None, 2]
    assert sheet.height == 5
    assert sheet.percent == {(1, 3)}
    assert sheet.hidden_rows == {2, 3}
    assert sheet.hidden_columns == {3}
    assert sheet.merges == [Merge(4, 1, 4, 2)]
    assert sheet.formulas == {(5, 1), (5, 2), (6, 1)}
    assert sheet.uncached == {(5, 1)}
    assert sheet.errors == {(6, 1): "#N/A"}
    assert [s.state for s in workbook.sheets] == ["visible", "hidden"]
    assert workbook.notices == ["Sheet Ẩn is hidden."]


def test_macros_and_links_of_an_open_document_are_told_and_indented_tables_read() -> None:
    ns = "urn:oasis:names:tc:opendocument:xmlns"
    content = f"""<office:document-content xmlns:office="{ns}:office:1.0" xmlns:table="{ns}:table:1.0">
        <office:body><office:spreadsheet><table:table table:name="A"><table:table-row>
        <table:table-cell table:formula="of:='file:///a.ods'#A1" office:value-type="float" office:value="1"/>
        </table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""
    manifest = '<manifest:manifest xmlns:manifest="m"/>'
    parts = {"content.xml": content, "META-INF/manifest.xml": manifest, "Basic/Standard/script.xml": "<a/>"}
    workbook = read_open(ods_package(parts))
    assert workbook.sheets[0].rows == [[1]]
    notices = workbook.notices
    assert [notice.split(";")[0] for notice in notices] == [
        "The file holds macros",
        "Formulas refer to other files",
    ]


@pytest.mark.parametrize("content", ["<a>", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', ""])
def test_an_open_document_that_does_not_hold_together_is_refused(content: str) -> None:
    manifest = '<manifest:manifest xmlns:manifest="m"/>'
    with pytest.raises(RefusedError):
        read_open(ods_package({"content.xml": content, "META-INF/manifest.xml": manifest}))
