"""A person's data stays out of everything that is read further; figures stay in. All persons are invented."""

from __future__ import annotations

import datetime as dt
import json
import logging

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.intake.extract import Extract, rows_frame
from etl.intake.findings import At, Finding, Level, finding
from etl.intake.privacy import MARK, clean_extract, clean_table, clean_text, clean_workbook
from etl.intake.privacy.words import kind_of_header
from etl.readers.workbook import Merge, Sheet, Workbook

IDS = ["001199012345", "022088123456", "079301234567", "036190002222", "048205111111", "091175000123"]
OLD_IDS = ["012345678", "161234567", "225678901", "273456789", "381234567", "100234567"]
PHONES = [
    "0912345678",
    "0987 654 321",
    "+84 912 345 678",
    "0203.382.1234",
    "(+84) 24 3825 1234",
    "036.789.1234",
]
PEOPLE = [
    "Nguyễn Văn An",
    "TRẦN THỊ BÌNH",
    "Lê Hoàng Cường",
    "Pham Thi Dung",
    "Vũ Đức Em",
    "Đặng Thị Phương Giang",
]
MAILS = ["an.nguyen@example.vn", "b_tran@mail.example.com"]


def book(*rows: list, name: str = "S") -> Workbook:
    """A workbook of one sheet."""
    return Workbook("f.xlsx", "xlsx", [Sheet(name, [list(row) for row in rows])])


def everything(workbook: Workbook, findings: list[Finding]) -> str:
    """All that is kept or told of a workbook, as one text."""
    cells = [str(value) for sheet in workbook.sheets for row in sheet.rows for value in row]
    return "\n".join([*cells, *(json.dumps(f.as_json(), ensure_ascii=False) for f in findings)])


def kinds(findings: list[Finding]) -> list[tuple[str, str]]:
    """Check and place of findings."""
    return [(f.check, f.problem.place) for f in findings]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Họ và tên", "name"), ("HO TEN", "name"), ("Họ tên người trả lời", "name"), ("full_name", "name"),
        ("Số CCCD/CMND", "id"), ("Căn cước công dân", "id"), ("Hộ chiếu", "id"),
        ("SĐT", "phone"), ("Điện thoại liên hệ", "phone"), ("Số điện thoại", "phone"),
        ("E-mail", "email"), ("Địa chỉ", "address"), ("Ngày, tháng, năm sinh", "birth"),
        ("Tên đơn vị", ""), ("Tỉnh, thành phố", ""), ("Điểm", ""), ("Năm", ""), ("Tên tiêu chí", ""),
        ("Tỷ lệ hồ sơ trả kết quả qua điện thoại", ""), ("Số lượng người dân có CCCD gắn chip", ""),
        ("đt nghề_cấp huyện", ""), ("tel_cap08", ""), ("ĐT", "phone"), ("Địa chỉ website", ""),
        ("Mức độ hài lòng về họ tên in trên giấy", ""), ("Tài liệu kiểm chứng", ""),
        ("Địa chỉ trang thông tin điện tử công khai thủ tục hành chính", ""), ("", ""),
    ],
)  # fmt: skip
def test_headers_of_personal_columns(header: str, kind: str) -> None:
    assert kind_of_header(header) == kind


@pytest.mark.parametrize("piece", [*IDS, *OLD_IDS, *PHONES, *MAILS])
def test_pieces_in_a_text_are_taken_out(piece: str) -> None:
    cleaned, found = clean_text(f"Liên hệ {piece} để đối chiếu; điểm 92,18")
    assert piece not in cleaned
    assert cleaned == f"Liên hệ {MARK} để đối chiếu; điểm 92,18"
    assert sum(found.values()) == 1


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Người lập biểu: Nguyễn Thị Hoa, ngày 02/01/2024", f"Người lập biểu: {MARK}, ngày 02/01/2024"),
        ("Theo ông Trần Văn Bảy, hồ sơ đã đủ", f"Theo ông {MARK}, hồ sơ đã đủ"),
        ("đồng chí Lê Thị Tám chấm", f"đồng chí {MARK} chấm"),
        ("Họ và tên: nguyen van a", f"Họ và tên: {MARK}"),
    ],
)
def test_names_in_a_text_are_taken_out(text: str, left: str) -> None:
    assert clean_text(text)[0] == left


@pytest.mark.parametrize(
    "text",
    [
        "Bà Rịa - Vũng Tàu", "UBND phường Nguyễn Trãi", "TP. Hồ Chí Minh",
        "Quyết định số 876/QĐ-BNV ngày 10/11/2022",
        "123456789", "1.234.567.890", "0.912345678", "92,18", "Tổng vốn 123456789 đồng", "1.234.567 người",
        "Nghị quyết 124/NQ-HĐND", "mã 1.2.3.4", "từ 01.01.2024 đến 31.12.2024", "1.5 + 2.25", "12.345.678,90",
        "Mã 03.04.05.06.07", "Tiêu chí 3.1.2: 0,5 điểm", "123 456 789 012", "=SUM(A1:A9)", "Sheet1!C7",
    ],
)  # fmt: skip
def test_what_is_no_person_stays(text: str) -> None:
    assert clean_text(text) == (text, {})


def test_columns_are_told_by_their_header_and_counted_only() -> None:
    rows = [
        [i, person, number, 900000000.0 + i, mail, dt.date(1980, 1, i + 1), 80.5 + i]
        for i, (person, number, mail) in enumerate(zip(PEOPLE, IDS, MAILS * 3, strict=True))
    ]
    header = ["STT", "Họ và tên", "Số CCCD", "Điện thoại", "Email", "Ngày sinh", "Điểm"]
    cleaned, found = clean_workbook(book(["Phiếu"], header, *rows))
    assert cleaned.sheets[0].rows[1] == header
    assert [row[0] for row in cleaned.sheets[0].rows[2:]] == list(range(6))
    assert [row[6] for row in cleaned.sheets[0].rows[2:]] == [80.5 + i for i in range(6)]
    assert {value for row in cleaned.sheets[0].rows[2:] for value in row[1:6]} == {None}
    columns = ["B", "C", "D", "E", "F"]
    assert kinds(found) == [("privacy.column", f"S!{letter}2") for letter in columns]
    assert {f.level for f in found} == {Level.WARNING}
    assert [f.problem.found.split(" × ")[1] for f in found] == ["6"] * 5
    told = everything(cleaned, found)
    assert [piece for piece in (*PEOPLE, *IDS, *MAILS, "90000000", "1980") if piece in told] == []


@pytest.mark.parametrize(
    "texts", [IDS, OLD_IDS, [*PHONES], [*PEOPLE], [*MAILS * 2, "c@d.vn", "e@f.vn", "g@h.vn"]]
)
def test_columns_without_a_header_are_told_by_their_content(texts: list[str]) -> None:
    rows = [[f"Xã {n}", text, 50.0 + n] for n, text in enumerate(texts)]
    cleaned, found = clean_workbook(book(["Xã", "Cột 2", "Điểm"], *rows))
    assert [text for text in texts if text in everything(cleaned, found)] == []
    assert [row[2] for row in cleaned.sheets[0].rows[1:]] == [row[2] for row in rows]
    assert sum(int(f.problem.found.split(" × ")[1]) for f in found) >= len(set(texts))


def test_citizen_ids_that_lost_their_zero_are_found_in_numbers() -> None:
    rows = [[n, float(number), 1.0] for n, number in enumerate(IDS)]
    cleaned, found = clean_workbook(book(["a", "b", "c"], *rows))
    assert [row[1] for row in cleaned.sheets[0].rows[1:]] == [None] * 6
    assert [f.check for f in found] == ["privacy.column"]


@pytest.mark.parametrize(
    "figures",
    [
        [123456789.0, 98765432.0, 234567891.0, 345678912.0, 456789123.0],
        ["123456789", "98765432", "234567891", "45678912", "456789123"],
        [91234567890.0, 99234567890.0, 12345678901.0, 55555555555.0, 71234567890.0],
        ["0.912345678", "0.812345678", "0.712345678", "0.612345678", "0.512345678"],
        ["1.234.567.890", "2.234.567.890", "3.234.567.890", "4.234.567.890", "5.234.567.890"],
    ],
)
def test_figures_stay(figures: list) -> None:
    rows = [
        [name, figure]
        for name, figure in zip(["Hà Nội", "Hà Giang", "Cao Bằng", "Lào Cai", "Sơn La"], figures, strict=True)
    ]
    workbook = book(["Tỉnh", "Dân số"], *rows)
    assert clean_workbook(workbook) == (workbook, [])


def test_a_column_of_provinces_stays_although_names_of_people_begin_alike() -> None:
    names = [
        "Hà Nội",
        "Hà Giang",
        "Cao Bằng",
        "Hồ Chí Minh",
        "Thái Bình",
        "Lâm Đồng",
        "Thái Nguyên",
        "Hà Nam",
    ]
    workbook = book(["Tỉnh", "Điểm"], *([name, 80.0] for name in names))
    assert clean_workbook(workbook) == (workbook, [])


def test_criteria_and_questions_that_mention_phones_stay() -> None:
    workbook = book(
        ["STT", "Tiêu chí", "Điểm tối đa"],
        ["1", "Hộp thư điện tử công vụ", 1.0],
        ["1.1", "Điện thoại đường dây nóng", 0.5],
        ["1.2", "Email", 0.5],
        ["1.3", "Tiêu chí khác", 0.5],
    )
    assert clean_workbook(workbook) == (workbook, [])
    answers = book(["id", "email", "q1"], [1, 1, 4], [2, 0, 5], [3, 1, 3])
    assert clean_workbook(answers) == (answers, [])


def test_labels_with_a_value_beside_them_and_signatures() -> None:
    workbook = book(
        ["Đơn vị:", "Sở Nội vụ", None, None],
        ["Người lập biểu", "Phạm Văn Chín"],
        ["Điện thoại", "0912345678"],
        ["STT", "Tiêu chí", "Tối đa", "Điểm"],
        ["1", "Kế hoạch", 1.0, 0.5],
        [None, None, None, "THỦ TRƯỞNG ĐƠN VỊ"],
        [None, None, None, "(Ký, ghi rõ họ tên)"],
        [None, None, None, None],
        [None, None, None, "Bùi Thị Mười"],
    )
    cleaned, found = clean_workbook(workbook)
    told = everything(cleaned, found)
    assert [piece for piece in ("Phạm Văn Chín", "0912345678", "Bùi Thị Mười") if piece in told] == []
    assert "Sở Nội vụ" in told
    assert cleaned.sheets[0].rows[4] == ["1", "Kế hoạch", 1.0, 0.5]
    assert len(found) == 3


def test_a_header_merged_over_two_columns_covers_both() -> None:
    workbook = book(["Họ và tên", None, "Điểm"], ["Nguyễn Văn", "An", 1.0], ["Trần Thị", "Bình", 2.0])
    workbook.sheets[0].merges.append(Merge(1, 1, 1, 2))
    cleaned, found = clean_workbook(workbook)
    assert cleaned.sheets[0].rows[1:] == [[None, None, 1.0], [None, None, 2.0]]
    assert len(found) == 2


def test_nothing_personal_is_left_in_rows_and_findings_of_an_extract() -> None:
    workbook = book(
        ["Họ tên cán bộ", "Điểm", "Ghi chú"],
        ["Nguyễn Văn An", 80.0, "gọi 0912345678"],
        ["Trần Thị Bình", 81.0, "CCCD 001199012345"],
        ["Lê Văn Cường", 82.0, "đủ"],
    )
    rows = [
        {"unit": "Nguyễn Văn An", "score": "80", "component": "X"},
        {"unit": "Hà Nội", "score": "81", "component": "X", "note": "CCCD 001199012345, ông Trần Thị Bình"},
    ]
    unknown = finding(
        "units.unknown", Level.ERROR, At("f.xlsx", "S", 4, 1), "Unknown", found="Lê Văn Cường (4)"
    )
    cleaned = clean_extract(Extract(rows_frame(rows), [unknown]), workbook)
    told = cleaned.rows.to_csv() + everything(Workbook("", "", []), cleaned.findings)
    assert [
        p
        for p in ("Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Cường", "0912345678", "001199012345")
        if p in told
    ] == []
    assert list(cleaned.rows["unit"]) == ["Hà Nội"]
    assert list(cleaned.rows["score"]) == ["81"]
    assert cleaned.findings[0].problem.place == "S!A4"
    assert {f.check for f in cleaned.findings[1:]} == {"privacy.column", "privacy.cells"}


def test_columns_of_a_survey_are_dropped_or_cleaned() -> None:
    many = 500
    table = pa.table(
        {
            "id": list(range(many)),
            "ho_ten": [PEOPLE[n % 6] for n in range(many)],
            "q1": [n % 5 + 1 for n in range(many)],
            "x7": [f"09{n:08d}" for n in range(many)],
            "cmt": pa.array([100000000 + n for n in range(many)], type=pa.int64()),
            "gop_y": pa.array(
                [None if n % 2 else f"Đề nghị gọi lại 0912 345 {n:03d}" for n in range(many)],
                type=pa.string(),
            ),
            "tinh": pa.array(["Hà Nội", "Cao Bằng"] * (many // 2)).dictionary_encode(),
        }
    )
    cleaned, found = clean_table(table, "s.parquet")
    assert cleaned.column_names == ["id", "q1", "gop_y", "tinh"]
    assert cleaned["q1"].equals(table["q1"])
    assert cleaned["tinh"].equals(table["tinh"])
    assert set(cleaned["gop_y"].to_pylist()) == {None, f"Đề nghị gọi lại {MARK}"}
    told_of = [(f.check, f.problem.found.split(" × ")[1]) for f in found]
    assert told_of == [("privacy.column", "500")] * 3 + [("privacy.cells", "250")]
    told = everything(Workbook("", "", []), found)
    assert [piece for piece in (*PEOPLE, "0912", "100000") if piece in told] == []


def test_labels_of_questions_count_like_headers() -> None:
    table = pa.table({"v1": ["a b", "c d", "e f"], "v2": [1, 2, 3]})
    cleaned, _ = clean_table(table, "s.sav", labels={"v1": "Họ và tên người trả lời"})
    assert cleaned.column_names == ["v2"]


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.DEBUG):
        clean_workbook(book(["Họ và tên", "Điểm", "Ghi chú"], *([p, 1.0, IDS[0]] for p in PEOPLE)))
        clean_table(pa.table({"CCCD": IDS}), "s.csv")
    printed = "".join(capsys.readouterr()) + caplog.text
    assert [piece for piece in (*PEOPLE, *IDS) if piece in printed] == []


@given(st.lists(st.sampled_from([*IDS, *OLD_IDS, *PHONES, *MAILS]), min_size=1, max_size=4), st.data())
def test_however_pieces_stand_in_a_text_none_is_left(pieces: list[str], data: st.DataObject) -> None:
    glue = st.sampled_from([" ", ", ", "; ", " - ", "\n", " và ", ". ", " / ", " (", ") "])
    text = "Ghi chú 05 " + "".join(piece + data.draw(glue) for piece in pieces) + "hết"
    cleaned, found = clean_text(text)
    assert [piece for piece in pieces if piece in cleaned] == []
    assert sum(found.values()) == len(pieces)


@given(st.floats(min_value=-1e12, max_value=1e12, allow_nan=False), st.integers(min_value=0, max_value=12))
def test_a_text_that_is_a_figure_is_never_changed(value: float, decimals: int) -> None:
    dot = f"{value:.{decimals}f}"
    for text in (dot, dot.replace(".", ","), f"{value:,.{decimals}f}", f"{value:,.0f}".replace(",", ".")):
        assert clean_text(text) == (text, {})


@given(
    st.lists(st.floats(min_value=0, max_value=1e9, allow_nan=False), min_size=1, max_size=40), st.booleans()
)
def test_numeric_columns_without_a_personal_header_are_never_touched(
    values: list[float], as_texts: bool
) -> None:
    figures = [f"{value:.2f}" for value in values] if as_texts else values
    workbook = book(["Tỉnh", "Điểm"], *(["Hà Nội", figure] for figure in figures))
    assert clean_workbook(workbook) == (workbook, [])
