"""Large tables by columns: types, texts, labels, names; the same from every kind of file."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
import xlsxwriter
import xlwt

from etl.readers.files import open_workbook, read_columns
from indices.errors import SourceError
from tests.packages import xlsx
from tests.unit.test_readers_old import open_book
from tests.unit.test_readers_text import cp1258

NAMES = ["ma", "Tỉnh", "q1", "q2", "w"]
RECORDS = [["001", "Hà Nội", 1, 1.5, 0.25], ["002", "Huế", 2, 2.0, 1.0], ["003", None, 99, None, 2.0]]
EXPECTED = {"ma": ["001", "002", "003"], "Tỉnh": ["Hà Nội", "Huế", None], "q1": [1, 2, 99],
            "q2": [1.5, 2.0, None], "w": [0.25, 1.0, 2.0]}  # fmt: skip
TYPES = [pa.string(), pa.string(), pa.int64(), pa.float64(), pa.float64()]


def as_csv(path: Path, separator: str = ",", codec: str = "utf-8") -> None:
    lines = [NAMES, *[["" if v is None else str(v) for v in record] for record in RECORDS]]
    text = "".join(separator.join(line) + "\n" for line in lines)
    path.write_bytes(cp1258(text) if codec == "cp1258" else text.encode(codec))


def as_xlsx(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        for at, record in enumerate([NAMES, *RECORDS]):
            sheet.write_row(at, 0, record)


def as_parquet(path: Path) -> None:
    pq.write_table(pa.table(EXPECTED), path)


def as_sav(path: Path) -> None:
    frame = pd.DataFrame(
        {"ma": EXPECTED["ma"], "Tỉnh": ["Hà Nội", "Huế", ""], **{n: EXPECTED[n] for n in NAMES[2:]}}
    )
    pyreadstat.write_sav(
        frame, path, column_labels={"q1": "Câu 1"}, variable_value_labels={"q1": {1: "Có", 99: "Không biết"}},
        missing_ranges={"q1": [99]},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("write", "kind"),
    [
        (as_csv, "csv"),
        (lambda path: as_csv(path, ";", "utf-8-sig"), "csv"),
        (lambda path: as_csv(path, "\t", "utf-16"), "csv"),
        (lambda path: as_csv(path, ",", "cp1258"), "csv"),
        (as_xlsx, "xlsx"),
        (as_parquet, "parquet"),
        (as_sav, "sav"),
    ],
)
def test_every_kind_of_file_gives_the_same_columns(write: object, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "given"
    write(path)  # type: ignore[operator]
    table = read_columns(path)
    assert table.schema.metadata[b"kind"] == kind.encode()
    assert table.to_pydict() == EXPECTED
    assert table.schema.types == TYPES


def test_labels_of_a_survey_file_are_kept(tmp_path: Path) -> None:
    as_sav(tmp_path / "given")
    about = read_columns(tmp_path / "given").schema.metadata
    assert json.loads(about[b"labels"]) == {"q1": "Câu 1"}
    assert json.loads(about[b"value_labels"]) == {"q1": {"1": "Có", "99": "Không biết"}}


def test_a_column_of_a_text_file_is_text_as_soon_as_one_cell_is_no_plain_number(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    path.write_text(
        "code;comma;mixed;plain;minus;blank;big\n007;1,5;1;1;-1;;1234567890123456\n8;2;x;2;2.50;;2\n"
    )
    table = read_columns(path)
    assert table.to_pydict() == {
        "code": ["007", "8"], "comma": ["1,5", "2"], "mixed": ["1", "x"], "plain": [1, 2],
        "minus": [-1.0, 2.5], "blank": [None, None], "big": ["1234567890123456", "2"],
    }  # fmt: skip


def test_the_sheet_and_the_row_of_the_names_can_be_told(tmp_path: Path) -> None:
    path = tmp_path / "given.xlsx"
    book = openpyxl.Workbook()
    book.active.title, book.active.sheet_state = "Unseen", "hidden"
    book.active.append(["no"])
    for name in ("First", "Second"):
        sheet = book.create_sheet(name)
        sheet["B3"], sheet["C3"], sheet["B4"], sheet["C4"] = "id", "on", name, dt.date(2024, 1, 5)
    book.save(path)
    first = read_columns(path, header_row=3)
    assert first.schema.metadata[b"sheet"] == b"First"
    assert first.to_pydict() == {"id": ["First"], "on": [dt.datetime(2024, 1, 5)]}
    assert read_columns(path, sheet="Second", header_row=3).column("id").to_pylist() == ["Second"]
    for sheet, row, says in (("Third", 1, "no sheet of this name"), ("First", 90, "no rows below")):
        with pytest.raises(SourceError, match=says):
            read_columns(path, "a.xlsx", sheet, row)


def test_banners_above_the_names_of_a_text_file_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    path.write_text('"A title\nin two lines"\n\nid,q1\n1,2\n')
    assert read_columns(path, header_row=3).to_pydict() == {"id": [1], "q1": [2]}


def test_columns_without_a_name_are_called_by_their_place_and_dropped_when_blank(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    path.write_text("id,,q1,\n1,x,2,\n")
    assert read_columns(path).to_pydict() == {"id": [1], "unnamed 2": ["x"], "q1": [2]}


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".ods"])
def test_two_columns_of_one_name_are_refused(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"given{suffix}"
    if suffix == ".csv":
        path.write_text("q1,q2,q1\n1,2,3\n")
    elif suffix == ".xlsx":
        with xlsxwriter.Workbook(path) as book:
            book.add_worksheet().write_row(0, 0, ["q1", "q2", "q1"])
            book.worksheets()[0].write_row(1, 0, [1, 2, 3])
    else:
        path.write_bytes(open_book())
    with pytest.raises(SourceError, match="same name"):
        read_columns(path)


def test_names_that_only_look_numbered_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "given.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, ["q1", "q1_1", "q1_2"])
        book.worksheets()[0].write_row(1, 0, [1, 2, 3])
    assert read_columns(path).to_pydict() == {"q1": [1], "q1_1": [2], "q1_2": [3]}


def test_what_columns_cannot_show_is_told(tmp_path: Path) -> None:
    path = tmp_path / "given.xlsx"
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>q1</t></is></c></row>' + "".join(
        f'<row r="{at}" hidden="{at % 2}"><c r="A{at}"><v>{at}</v></c><c r="B{at}"><f>1+1</f></c></row>'
        for at in range(2, 8)
    )
    path.write_bytes(
        xlsx(rows + '<row r="8"><c r="A8" t="e"><v>#N/A</v></c></row>', '<dimension ref="1:9"/>')
    )
    table = read_columns(path)
    assert json.loads(table.schema.metadata[b"notices"]) == [
        "Rows that are hidden, read all the same: 3.",
        "Formulas without a stored result, read as blank: 6.",
        "Cells with an error, read as blank: 1.",
    ]
    assert table.column("q1").to_pylist() == [2, 3, 4, 5, 6, 7, None]


def test_a_row_with_a_wrong_number_of_cells_is_refused_and_named(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    path.write_text("a,b\n1,2\n1,2,3\n")
    with pytest.raises(
        SourceError, match=r"row 3: A row has the wrong number of cells; found: 3 cells; expected: 2"
    ):
        read_columns(path)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "cp1258"])
def test_a_text_file_that_was_cut_off_is_told_by_row_and_nothing_is_quoted(
    tmp_path: Path, codec: str
) -> None:
    path = tmp_path / "given.csv"
    path.write_bytes("mã,tên,số\n1,An,2\n2,Bình,3\n3,Nguy".encode(codec, "ignore"))
    with pytest.raises(SourceError, match=r"row 4: The file ends in the middle of a row") as error:
        read_columns(path)
    assert "Nguy" not in str(error.value)
    assert "send it again" in str(error.value)


def test_a_parquet_file_opens_as_a_sheet_too(tmp_path: Path) -> None:
    path = tmp_path / "given.parquet"
    table = pa.table({
        "name": pa.array(["Huế", None]),
        "exact": pa.array(["92.180", "1.000"]).cast(pa.decimal128(6, 3)),
        "on": pa.array([dt.date(2024, 1, 5), None]),
        "raw": pa.array([b"a", b"b"]),
        "code": pa.array(["x", "x"]).dictionary_encode(),
    })  # fmt: skip
    pq.write_table(table, path)
    workbook = open_workbook(path, "Điểm năm.parquet")
    assert workbook.kind == "parquet"
    assert workbook.sheets[0].name == "Điểm năm"
    assert workbook.sheets[0].rows == [
        ["name", "exact", "on", "raw", "code"],
        ["Huế", "92.180", dt.date(2024, 1, 5), "a", "x"],
        [None, "1.000", None, "b", "x"],
    ]


def test_a_parquet_file_that_is_too_long_or_nested_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "given.parquet"
    pq.write_table(pa.table({"a": pa.array([1] * 100_001)}), path)
    with pytest.raises(SourceError, match="reaches further down"):
        open_workbook(path)
    pq.write_table(pa.table({"a": [[1, 2]]}), path)
    with pytest.raises(SourceError, match="lists or structures"):
        read_columns(path)


def test_old_workbooks_give_columns_too(tmp_path: Path) -> None:
    path = tmp_path / "given"
    book = io.BytesIO()
    frame = xlwt.Workbook()
    sheet = frame.add_sheet("A")
    for at, (name, value) in enumerate((("id", 1), ("q", 2.5))):
        sheet.write(0, at, name)
        sheet.write(1, at, value)
    frame.save(book)
    path.write_bytes(book.getvalue())
    assert read_columns(path).to_pydict() == {"id": [1], "q": [2.5]}
