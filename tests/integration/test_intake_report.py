"""Reports that can be sent back, and copies without personal data: real files, written and read again."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from etl.intake.checks.run import CHECKS
from etl.intake.checks.texts import told, words
from etl.intake.findings import At, Finding, Level, finding
from etl.intake.privacy import MARK, clean_copy, clean_workbook
from etl.intake.report import MOST_LISTED, MOST_ON_A_CELL, report, sentence
from etl.intake.rewrite import free_name, to_bytes, values_book
from etl.readers.files import open_workbook, read_columns
from etl.readers.workbook import Workbook

EVIL = '=HYPERLINK("http://example.invalid","x")'


def score_book(path: Path) -> Path:
    """A styled workbook with a formula, a merged area and somebody's note."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Bảng 1"
    rows = [["KẾT QUẢ"], ["Tỉnh", "Điểm", "Hạng"], ["Hà Nội", 91.5, 1], ["Cao Bằng", 120.25, 2]]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet["B3"].fill = PatternFill("solid", fgColor="FFFF00")
    sheet["B3"].font = Font(bold=True)
    sheet["B4"].comment = Comment("của tôi", "A")
    sheet["D4"] = "=B3+B4"
    book.create_sheet("Trang 'hai'")
    book.properties.creator = "Somebody"
    book.save(path)
    return path


def findings() -> list[Finding]:
    """An error, a warning and a note on cells, one on a sheet that is not there, one on the whole file."""
    at = At("f.xlsx", "Bảng 1", 4, 2)
    same = {"found": "Cao Bằng [1.2]: 120.25", "expected": "≤ 100"}
    return [
        finding("self.claimed_more", Level.NOTE, replace(at, row=3), "Claimed more"),
        finding("range.over_maximum", Level.ERROR, at, "Score over the maximum", **same),
        finding("history.jump", Level.WARNING, at, "A jump", found="Cao Bằng [1.2]: 9.5 → 120.25"),
        finding("reading.x", Level.WARNING, replace(at, row=1, column=3), "In a merged area", found=EVIL),
        finding("units.missing", Level.WARNING, At("f.xlsx", "Không có"), "Units are missing"),
        finding("duplicates.file", Level.WARNING, At("f.xlsx"), "The same file again"),
    ]


def opened(data: bytes) -> openpyxl.Workbook:
    """A workbook from bytes."""
    return openpyxl.load_workbook(io.BytesIO(data))


def test_the_same_workbook_comes_back_with_comments_and_a_summary(tmp_path: Path) -> None:
    path = score_book(tmp_path / "f.xlsx")
    book = opened(report(path, findings(), "vi", name="Kết quả.xlsx"))
    assert book.sheetnames == ["Kết quả kiểm tra", "Bảng 1", "Trang 'hai'"]
    sheet = book["Bảng 1"]
    assert (sheet["B3"].fill.fgColor.rgb, sheet["B3"].font.bold) == ("00FFFF00", True)
    assert sheet["D4"].value == "=B3+B4"
    assert book.properties.creator != "Somebody"
    text = sheet["B4"].comment.text
    assert text.startswith("của tôi")
    assert text.index("Lỗi: Điểm vượt điểm tối đa") < text.index("Cảnh báo: Tăng giảm đột biến")
    assert "Trong tệp: Cao Bằng [1.2]: 120,25" in text
    assert "Ghi chú" in sheet["B3"].comment.text
    assert "In a merged area" in sheet["A1"].comment.text


def test_the_summary_counts_and_leads_to_the_cells(tmp_path: Path) -> None:
    book = opened(report(score_book(tmp_path / "f.xlsx"), findings(), "en"))
    page = book["Findings"]
    cells = [[cell.value for cell in row] for row in page.iter_rows()]
    assert [row[:2] for row in cells[3:6]] == [["Error", 1], ["Warning", 4], ["Note", 1]]
    header = next(n for n, row in enumerate(cells) if row[0] == "Level")
    assert [row[0] for row in cells[header + 1 :]] == ["Error", *["Warning"] * 4, "Note"]
    first = page.cell(header + 2, 3)
    assert (first.value, first.hyperlink.location) == ("Bảng 1!B4", "'Bảng 1'!B4")
    lost = next(n for n, row in enumerate(cells) if row[2] == "Không có")
    assert page.cell(lost + 1, 3).hyperlink is None


def test_nothing_that_was_found_can_run(tmp_path: Path) -> None:
    book = opened(report(score_book(tmp_path / "f.xlsx"), findings(), "en"))
    page = book["Findings"]
    evil = [cell for row in page.iter_rows() for cell in row if cell.value == EVIL]
    assert [cell.data_type for cell in evil] == ["s"]
    assert [cell for row in page.iter_rows() for cell in row if cell.data_type == "f"] == []


def test_many_findings_are_cut_and_counted(tmp_path: Path) -> None:
    at = At("f.xlsx", "Bảng 1", 4, 2)
    many = [finding("range.x", Level.NOTE, at, f"Finding {n}") for n in range(MOST_LISTED + 7)]
    book = opened(report(score_book(tmp_path / "f.xlsx"), many, "en"))
    text = book["Bảng 1"]["B4"].comment.text
    assert text.count("Finding") - 1 == MOST_ON_A_CELL
    assert f"and {MOST_LISTED + 7 - MOST_ON_A_CELL} more here" in text
    assert book["Findings"].cell(book["Findings"].max_row, 1).value == "7 more findings are not listed."


def test_a_clean_file_says_so(tmp_path: Path) -> None:
    book = opened(report(score_book(tmp_path / "f.xlsx"), [], "vi"))
    assert "Không phát hiện vấn đề nào." in [row[0].value for row in book["Kết quả kiểm tra"].iter_rows()]


def csv_file(folder: Path) -> Path:
    path = folder / "bang.csv"
    path.write_text(f"Tỉnh,Điểm\nHà Nội,91.5\n{EVIL.replace(',', ';')},80\n", encoding="utf-8-sig")
    return path


def ods_file(folder: Path) -> Path:
    document, table = OpenDocumentSpreadsheet(), Table(name="bang")
    for texts in (["Tỉnh", "Điểm"], ["Hà Nội", "91.5"], ["Cao Bằng", "80"]):
        row = TableRow()
        for text in texts:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=text))
            row.addElement(cell)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    document.save(str(folder / "bang.ods"))
    return folder / "bang.ods"


def parquet_file(folder: Path) -> Path:
    pq.write_table(pa.table({"Tỉnh": ["Hà Nội", "Cao Bằng"], "Điểm": [91.5, 80.0]}), folder / "bang.parquet")
    return folder / "bang.parquet"


@pytest.mark.parametrize("make", [csv_file, ods_file, parquet_file])
def test_other_kinds_come_back_as_a_new_workbook_of_their_values(tmp_path: Path, make) -> None:
    path = make(tmp_path)
    at = At(path.name, "bang", 3, 2)
    book = opened(report(path, [finding("range.over_maximum", Level.ERROR, at, "x")], "en"))
    sheet = book.worksheets[1]
    assert (sheet["A2"].value, str(sheet["B2"].value)) == ("Hà Nội", "91.5")
    assert "Score over the maximum" in sheet["B3"].comment.text
    assert [c for row in sheet.iter_rows() for c in row if c.data_type == "f"] == []


def test_a_copy_by_values_reads_like_the_original(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    rows = [["Tỉnh", "Tỷ lệ", "Lỗi"], ["Hà Nội", 0.941, "x"], [EVIL, None, 3], [None, None, "#REF!"]]
    for row in rows:
        sheet.append(row)
    sheet["A3"].data_type = "s"
    sheet["C4"].data_type = "e"
    sheet["B2"].number_format = "0.0%"
    sheet.merge_cells("A5:B6")
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    book.create_sheet("ẩn").sheet_state = "hidden"
    book["ẩn"]["A1"] = 5
    book.save(path)
    first = open_workbook(path)
    (tmp_path / "b.xlsx").write_bytes(to_bytes(values_book(first)))
    again = open_workbook(tmp_path / "b.xlsx", "a.xlsx")
    assert again == replace(first, notices=again.notices)


def test_names_of_sheets_are_made_to_fit() -> None:
    book = openpyxl.Workbook()
    names = [free_name(book, name) for name in ("a" * 40, "x/y:z", "Sheet", "'")]
    assert names == ["a" * 31, "x y z", "Sheet 2", "-"]


def test_every_word_of_the_report_is_there_in_both_languages() -> None:
    assert set(words("vi")) == set(words("en"))
    for each in CHECKS:
        for language in ("vi", "en"):
            found = finding(each.id, each.level, At("f"), "what", found="1.5", expected="2.5")
            text = sentence(found, language)
            texts = told(each.id, language)
            assert texts is not None
            assert texts.title in text
            assert ("1,5" if language == "vi" else "1.5") in text


# --- copies that may be stored ---------------------------------------------------------------------

PERSONAL = ["Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Cường", "001199012345", "0912345678", "an@example.vn"]


def personal_csv(folder: Path) -> Path:
    path = folder / "phieu.csv"
    lines = ["id,Họ và tên,CCCD,q1,Ghi chú"]
    lines += [f"{n},{PERSONAL[n % 3]},00119901{n:04d},{n % 5},gọi 0912345678" for n in range(60)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def personal_xlsx(folder: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [["Họ và tên", "Điểm", "Ghi chú"], *([p, 80.5, "an@example.vn"] for p in PERSONAL[:3])]:
        sheet.append(row)
    sheet["B2"].comment = Comment("của Nguyễn Văn An", "A")
    book.save(folder / "diem.xlsx")
    return folder / "diem.xlsx"


@pytest.mark.parametrize("make", [personal_csv, personal_xlsx])
def test_what_may_be_stored_holds_nothing_personal(tmp_path: Path, make) -> None:
    path = make(tmp_path)
    copy = clean_copy(path, path.name)
    assert copy is not None
    assert copy.name == f"{path.stem}.xlsx"
    again = open_workbook_bytes(tmp_path, copy.data, copy.name)
    before = open_workbook(path)
    told_of = str(again) + str([f.as_json() for f in copy.findings])
    assert [piece for piece in (*PERSONAL, "00119901") if piece in told_of] == []
    inside = openpyxl.load_workbook(io.BytesIO(copy.data))
    assert [c.comment for s in inside.worksheets for row in s.iter_rows() for c in row if c.comment] == []
    assert [s.height for s in again.sheets] == [s.height for s in before.sheets]
    assert MARK in told_of
    # What is stored is read again without further findings.
    assert clean_workbook(again)[1] == []
    assert clean_copy(tmp_path / f"copy_{copy.name}", copy.name) is None


def open_workbook_bytes(folder: Path, data: bytes, name: str) -> Workbook:
    """The workbook of bytes."""
    path = folder / f"copy_{name}"
    path.write_bytes(data)
    return open_workbook(path, name)


def test_a_large_survey_becomes_a_table_without_personal_columns(tmp_path: Path) -> None:
    many = 120_000
    columns = {f"q{n}": [n % 5] * many for n in range(8)} | {"SĐT": [f"09{n:08d}" for n in range(many)]}
    pq.write_table(pa.table(columns), tmp_path / "s.parquet")
    copy = clean_copy(tmp_path / "s.parquet", "s.parquet")
    assert copy is not None
    assert copy.name == "s.parquet"
    (tmp_path / "t.parquet").write_bytes(copy.data)
    assert read_columns(tmp_path / "t.parquet").column_names == [f"q{n}" for n in range(8)]
    assert b"0900000001" not in copy.data


def test_a_file_without_persons_may_be_stored_as_it_is(tmp_path: Path) -> None:
    assert clean_copy(score_book(tmp_path / "f.xlsx"), "f.xlsx") is None
