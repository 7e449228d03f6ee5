"""Sheets of a workbook, years of sheets, figures that stand in two places, and a file nothing is read of."""

from __future__ import annotations

from typing import Any

from etl.intake.layouts import extract
from etl.readers.workbook import Workbook
from tests.fixtures.intake.books import first, mapping, pack_names, read, scores, sheet, told

ROWS = [["Tỉnh", "Điểm"], ["Hà Nội", 80.5], ["Hải Phòng", 90.25]]


def plan(name: str = "", component: str = "PAR", **details: Any) -> dict[str, Any]:
    """The map of a sheet with units and one column of scores."""
    columns = [{"column": "B", "header": "Điểm", "component": component}]
    return {"sheet": name, "header_rows": [1], "unit": {"header": "Tỉnh"}, "columns": columns, **details}


def test_sheets_are_found_by_name_without_accents_and_case() -> None:
    found = read([sheet(ROWS, "TONG HOP"), sheet(ROWS, "Khác")], mapping(plan("Tổng hợp")))
    assert told(found) == []
    assert set(found.rows["sheet"]) == {"TONG HOP"}
    assert told(found, "note") == [("unread_sheet", "Khác")]


def test_a_missing_sheet_is_refused_with_the_nearest_unless_optional() -> None:
    found = read([sheet(ROWS, "Tổng hơp 1")], mapping(plan("Tổng hợp")))
    assert told(found)[0] == ("sheet_missing", "Tổng hợp")
    assert "Tổng hơp 1" in first(found, "sheet_missing").problem.hint
    two = mapping(plan("Tổng hợp", optional=True), plan("Tổng hơp 1", "1"))
    assert told(read([sheet(ROWS, "Tổng hơp 1")], two)) == []


def test_the_only_sheet_needs_no_name_and_two_do() -> None:
    assert told(read([sheet(ROWS)], mapping(plan()))) == []
    assert told(read([sheet(ROWS), sheet([], "Trống")], mapping(plan()))) == []
    assert told(read([sheet(ROWS), sheet(ROWS, "Khác")], mapping(plan())))[0][0] == "sheet_missing"


def test_a_text_file_has_one_sheet_whatever_its_name() -> None:
    assert told(read([sheet(ROWS, "tep-da-luu")], mapping(plan("Tổng hợp")), kind="csv")) == []


def test_the_year_may_stand_in_the_name_of_the_sheet() -> None:
    book = [sheet(ROWS, "PAPI_2015"), sheet(ROWS, "PAPI_2016"), sheet(ROWS, "Ghi chú")]
    found = read(book, mapping(plan(pattern=r"PAPI_(?P<year>\d+)"), year=None))
    assert told(found) == []
    assert list(found.rows["year"]) == ["2015", "2015", "2016", "2016"]


def test_figures_without_a_year_are_refused() -> None:
    assert told(read(sheet(ROWS), mapping(plan(), year=None)))[0] == ("no_year", "S")
    found = read(sheet(ROWS, "Q16"), mapping(plan(pattern=r"Q(?P<year>\d+)"), year=None))
    assert told(found)[0] == ("no_year", "Q16")


def test_hidden_sheets_are_never_read_without_a_word() -> None:
    shown, hidden = sheet(ROWS, "Hiện"), sheet(ROWS, "Ẩn", state="very_hidden")
    found = read([shown, hidden], mapping(plan("Hiện")))
    assert ("hidden_sheet", "Ẩn") in told(found, "note")
    assert ("hidden_sheet", "Ẩn!A1") in told(read([shown, hidden], mapping(plan("Ẩn"))))
    kept = read([shown, hidden], mapping(plan("Ẩn", hidden="read")))
    assert told(kept) == []
    assert ("hidden_sheet", "Ẩn") in told(kept, "note")
    left = read([shown, hidden], mapping(plan("Hiện"), plan("Ẩn", "1", hidden="skip")))
    assert told(left) == []
    assert set(left.rows["component"]) == {"PAR"}


def test_a_figure_in_two_places_must_be_the_same() -> None:
    other = [["Tỉnh", "Điểm"], ["Hà Nội", 80.5001], ["Hải Phòng", "90,3"]]
    two = mapping(plan("Một"), plan("Hai"))
    same = read([sheet(ROWS, "Một"), sheet([ROWS[0], ROWS[1], ["TP. Hải Phòng", "90,3"]], "Hai")], two)
    assert told(same) == []
    assert scores(same) == {("Hà Nội", "PAR"): "80.5", ("Hải Phòng", "PAR"): "90.25"}
    found = read([sheet(ROWS, "Một"), sheet(other[:2], "Hai")], two)
    assert told(found) == []
    other[1][1] = 81
    found = read([sheet(ROWS, "Một"), sheet(other, "Hai")], two)
    assert told(found) == [("two_values", "Hai!B2")]
    assert "Một!B2" in first(found, "two_values").problem.expected


def test_a_rank_on_another_sheet_keeps_the_cell_of_the_score() -> None:
    ranks = [["Tỉnh", "Hạng"], [], ["Hà Nội", 2]]
    rank = plan("Hạng") | {"columns": [{"header": "Hạng", "component": "PAR", "role": "rank"}]}
    for order in ((plan("Điểm"), rank), (rank, plan("Điểm"))):
        found = read([sheet(ROWS, "Điểm"), sheet(ranks, "Hạng")], mapping(*order))
        row = found.rows[found.rows["unit"] == "Hà Nội"].iloc[0]
        assert (row["sheet"], row["row"], row["column"]) == ("Điểm", 2, 2)
        assert (row["rank"], row["rank_row"]) == ("2", 0)


def test_codes_and_other_names_must_be_of_the_same_unit_in_the_whole_file() -> None:
    header = ["Mã", "Tỉnh", "Province", "Điểm"]
    one = [header, [1, "Hà Nội", "Ha Noi", 80], [2, "Hải Phòng", "Hai Phong", 90]]
    two = [header, [1, "Hà Nội", "Ha Noi", 8], [2, "Hải Phòng", "Hai Phong", 9]]
    codes = {"unit_codes": [{"header": "Mã"}, {"header": "Province"}]}
    columns = [{"header": "Điểm", "component": code} for code in ("PAR", "1")]
    maps = [plan(n) | codes | {"columns": [c]} for n, c in zip(("Một", "Hai"), columns, strict=True)]
    assert told(read([sheet(one, "Một"), sheet(two, "Hai")], mapping(*maps))) == []
    two[1][1], two[2][1] = two[2][1], two[1][1]
    found = read([sheet(one, "Một"), sheet(two, "Hai")], mapping(*maps))
    assert told(found) == [("unit_code_differs", "Hai!A2"), ("unit_code_differs", "Hai!A3")]
    alone = read([sheet(two, "Hai")], mapping(plan("Hai") | codes | {"columns": [columns[1]]}))
    assert told(alone)[0] == ("unit_code_differs", "Hai!C2")


def test_a_unit_that_lacks_in_one_table_is_a_warning_there() -> None:
    two = [["Tỉnh", "Điểm"], ["Hà Nội", 8]]
    found = read([sheet(ROWS, "Một"), sheet(two, "Hai")], mapping(plan("Một"), plan("Hai", "1")))
    assert told(found, "warning") == [("units_differ", "Hai!A2")]
    assert first(found, "units_differ").problem.found == "Hải Phòng"


def test_a_sheet_a_region_is_no_unit_that_lacks() -> None:
    book = [sheet(ROWS[:2], "Vùng 1"), sheet([ROWS[0], ROWS[2]], "Vùng 2")]
    found = read(book, mapping(plan(pattern="Vùng .*"), publication={"n_units": 2}))
    assert told(found, "warning") == []


def test_more_or_fewer_units_than_the_mapping_expects_are_a_warning() -> None:
    found = read(sheet(ROWS), mapping(plan(), publication={"n_units": 63}))
    assert told(found, "warning") == [("units_count", "")]
    withheld = read(sheet([*ROWS, ["Bắc Giang", None]]), mapping(plan(), publication={"n_units": 3}))
    assert told(withheld, "warning") == []


def test_rows_outside_the_table_are_told_and_a_unit_there_is_an_error() -> None:
    rows = [["Tỉnh", "Điểm"], ["Tên", "điểm"], ["Hà Nội", 80], ["Hải Phòng", 90], ["Đà Nẵng", 85]]
    found = read(sheet(rows), plan(first_row=3, last_row=5))
    assert told(found) == []
    assert ("rows_outside", "S!A2") in told(found, "note")
    assert told(read(sheet(rows), plan(first_row=4, last_row=4))) == [
        ("row_outside", "S!A3"),
        ("row_outside", "S!A5"),
    ]


def test_a_file_of_which_nothing_is_read_is_an_error() -> None:
    assert ("nothing_read", "") in told(read(sheet([["Tỉnh", "Điểm"]]), plan()))


def test_what_the_reader_noticed_comes_first() -> None:
    book = Workbook("a.xlsm", "xlsx", [sheet(ROWS)], notices=["Macros are not read."])
    found = extract(book, mapping(plan()), pack_names())
    assert found.findings[0].problem.what == "Macros are not read."
