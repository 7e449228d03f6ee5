"""Text tables: encodings and separators told from the content, old fonts refused, uneven rows told."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from etl.readers.encodings import separator_of
from etl.readers.finish import finish
from etl.readers.legacy import converted, is_syllable, legacy_font
from etl.readers.limits import WORKBOOK
from etl.readers.refusal import RefusedError
from etl.readers.texts import read_text
from etl.readers.workbook import Workbook

TABLE = "TT;Tỉnh, thành phố;Điểm\n1;Hà Nội;92,18\n2;Thừa Thiên Huế;89,5\n3;Bà Rịa - Vũng Tàu;88\n"
ROWS = [["TT", "Tỉnh, thành phố", "Điểm"], ["1", "Hà Nội", "92,18"], ["2", "Thừa Thiên Huế", "89,5"],
        ["3", "Bà Rịa - Vũng Tàu", "88"]]  # fmt: skip


def cp1258(text: str) -> bytes:
    """A text as Windows stored it before Unicode: letters with their tone beside them."""
    out = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tones = [mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323"]
        base = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tones))
        out.append(base + "".join(tones))
    return "".join(out).encode("cp1258")


def read(content: bytes, folder: Path) -> Workbook:
    path = folder / "given"
    path.write_bytes(content)
    workbook = read_text(path, WORKBOOK)
    finish(workbook)
    return workbook


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TABLE.encode(), "UTF-8"),
        (TABLE.encode("utf-8-sig"), "UTF-8 with BOM"),
        (unicodedata.normalize("NFD", TABLE).encode(), "UTF-8"),
        (TABLE.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + TABLE.encode("utf-16-be"), "UTF-16"),
        (TABLE.encode("utf-16-le"), "UTF-16-LE"),
        (TABLE.encode("utf-16-be"), "UTF-16-BE"),
        (cp1258(TABLE), "Windows-1258"),
        (TABLE.replace("\n", "\r\n").encode(), "UTF-8"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_encoding_gives_the_same_composed_texts(content: bytes, encoding: str, tmp_path: Path) -> None:
    workbook = read(content, tmp_path)
    assert workbook.sheets[0].rows == ROWS
    assert (workbook.encoding, workbook.separator, workbook.kind) == (encoding, ";", "csv")
    assert workbook.notices == []


@pytest.mark.parametrize("separator", ["\t", ";", "|", ","])
def test_the_separator_is_the_one_that_cuts_alike(separator: str, tmp_path: Path) -> None:
    text = f'Tên{separator}A{separator}"B\nhai dòng"\n"Huế, {separator}x"{separator}1.5{separator}2.5\n'
    workbook = read(text.encode(), tmp_path)
    assert workbook.separator == separator
    assert workbook.sheets[0].rows == [["Tên", "A", "B\nhai dòng"], [f"Huế, {separator}x", "1.5", "2.5"]]


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("Bảng 1: điểm, hạng\n\nTỉnh;Điểm\nHà Nội;92,18\nHuế;89,50\nĐà Nẵng;91,10\n", ";"),
        ("name,score\nA,1.5\nB,2.5\n", ","),
        ("Tỉnh;A;B\nHuế;1,5;2,5\nHà Nội;3,5;4,5\n", ";"),
        ("one column\nof words\n", "\t"),
        ("sep=|\na|b\n1|2\n", "|"),
    ],
)
def test_decimal_commas_do_not_pass_for_separators(text: str, separator: str) -> None:
    assert separator_of(text) == separator


def test_a_line_that_only_tells_the_separator_is_no_row_of_the_table(tmp_path: Path) -> None:
    workbook = read(b"sep=;\na;b\n1;2\n", tmp_path)
    assert workbook.sheets[0].rows == [[], ["a", "b"], ["1", "2"]]


def test_blank_lines_keep_the_numbers_of_the_rows(tmp_path: Path) -> None:
    workbook = read(b"title\n\na,b\n , \n1,2\n", tmp_path)
    assert workbook.sheets[0].rows == [["title"], [], ["a", "b"], [], ["1", "2"]]


def test_rows_with_more_or_fewer_cells_are_told(tmp_path: Path) -> None:
    text = "a,b,c\n" + "1,2,3\n" * 5 + "1,2,3,4\n" + "1,2\n" * 4
    assert read(text.encode(), tmp_path).notices == [
        "Rows with more cells than the 3 that most rows have: 1 (row 7).",
        "Rows with fewer cells than the 3 that most rows have: 4 (row 8, 9, 10 ...).",
    ]


def test_errors_of_spreadsheets_in_a_text_are_errors(tmp_path: Path) -> None:
    sheet = read(b"a,b\n1,#REF!\nErr:502,2\n", tmp_path).sheets[0]
    assert sheet.errors == {(2, 2): "#REF!", (3, 1): "Err:502"}
    assert sheet.rows == [["a", "b"], ["1"], [None, "2"]]


@pytest.mark.parametrize(
    ("content", "says", "place"),
    [
        (b'a,b\n"1,2\n3,4\n', "cannot be cut into cells", "row 2"),
        (b'a,b\n"1"x,2\n', "cannot be cut into cells", "row 2"),
        (b"a,b\n\x81\x8d,2\n", "encoding of the text cannot be told", "row 2"),
        (b"a,b\n" + (b"1," + b"2" * 996 + b"\n") * 2_000 + b"\xff,3\n", "changes its encoding", "after row"),
        ("Haø Noäi,1\nQuaûng Ninh,2\nÑaø Naüng,3\n".encode("cp1252"), "old VNI font", ""),
        ("H\u00b5 N\u00e9i,1\nQu\u00b6ng Ninh,2\n".encode("latin-1"), "old TCVN3 font", ""),
        ("H\u00b5 N\u00e9i,1\nQu\u00b6ng Ninh,2\n".encode(), "old TCVN3 font", "A1"),
        (b"\x01\x02\x03,\x04\n" * 9, "not read", ""),
    ],
)
def test_a_text_that_cannot_be_trusted_is_refused(
    content: bytes, says: str, place: str, tmp_path: Path
) -> None:
    with pytest.raises(RefusedError) as told:
        read(content, tmp_path)
    problem = told.value.problem("a.csv")
    assert says in problem.what
    assert place in problem.place


@pytest.mark.parametrize(
    ("typed", "font", "meant"),
    [
        ("Hµ Néi, Thõa Thiªn HuÕ, §µ N½ng, B¾c K¹n", "TCVN3", "Hà Nội, Thừa Thiên Huế, Đà Nẵng, Bắc Kạn"),
        ("Hå ChÝ Minh, B×nh §Þnh, Qu¶ng Ng·i", "TCVN3", "Hồ Chí Minh, Bình Định, Quảng Ngãi"),
        ("Haø Noäi, Thöøa Thieân Hueá, Ñaø Naüng", "VNI", "Hà Nội, Thừa Thiên Huế, Đà Nẵng"),
        ("BÌNH ÑÒNH, QUAÛNG NGAÕI, HAØ TÓNH", "VNI", "BÌNH ĐỊNH, QUẢNG NGÃI, HÀ TĨNH"),
    ],
)
def test_old_fonts_are_known_by_what_they_mean(typed: str, font: str, meant: str) -> None:
    assert converted(typed, font) == meant
    found = legacy_font([typed])
    assert found is not None
    assert found.font == font
    assert legacy_font([meant]) is None


def test_every_word_of_a_province_is_a_syllable(root: Path) -> None:
    lines = (root / "data" / "reference" / "provinces.csv").read_text(encoding="utf-8").splitlines()
    assert legacy_font(lines) is None
    names = [line.split(",")[3].replace("-", " ").replace("TP.", "") for line in lines[1:]]
    assert [word for name in names for word in name.split() if not is_syllable(word)] == []


@pytest.mark.parametrize(
    "text",
    ["Société générale, Orléans, déjà vu, naïve, Zürich", "5 m², 3 µg, © 2024 ®, 10°, ±1", "plain ASCII", ""],
)
def test_other_languages_and_signs_are_no_old_font(text: str) -> None:
    assert legacy_font([text]) is None
