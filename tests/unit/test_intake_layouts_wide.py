"""The wide layout: a row a unit, a column a component; headers, units and what a row may be."""

from __future__ import annotations

from typing import Any

import pytest

from etl.readers.workbook import Merge
from tests.fixtures.intake.books import first, mapping, read, scores, sheet, told

HEADER = ["TT", "Tỉnh", "Điểm chung", "Lĩnh vực 1", "Xếp hạng"]
PLAN: dict[str, Any] = {
    "header_rows": [1],
    "unit": {"column": "B", "header": "Tỉnh"},
    "columns": [
        {"column": "C", "header": "Điểm chung", "component": "PAR"},
        {"column": "D", "header": "Lĩnh vực 1", "component": "1"},
        {"column": "E", "header": "Xếp hạng", "component": "PAR", "role": "rank"},
    ],
}
ROWS = [[1, "Hà Nội", 84.64, 8.5, 2], [2, "Hải Phòng", 91.87, 9, 1], [3, "TT- Huế", 80.5, 7.25, 3]]


def table(*rows: list[Any], header: list[Any] | None = None) -> list[list[Any]]:
    """The header and rows."""
    return [header or HEADER, *rows]


def by_header(*headers: str) -> dict[str, Any]:
    """The plan with its columns named by header alone."""
    columns = [{k: v for k, v in column.items() if k != "column"} for column in PLAN["columns"]]
    return {**PLAN, "unit": {"header": "Tỉnh"}, "columns": columns}


def test_figures_come_with_their_cells() -> None:
    found = read(sheet(table(*ROWS), "Tổng hợp"), PLAN | {"sheet": "Tổng hợp"})
    assert told(found) == told(found, "warning") == []
    row = found.rows.iloc[0]
    assert (row["year"], row["unit_set"], row["unit"], row["component"]) == ("2023", "63", "Hà Nội", "PAR")
    assert (row["score"], row["rank"], row["sheet"]) == ("84.64", "2", "Tổng hợp")
    assert (row["row"], row["column"], row["rank_row"], row["rank_column"]) == (2, 3, 2, 5)
    assert (row["unit_row"], row["unit_column"]) == (2, 2)
    assert scores(found)[("TT- Huế", "1")] == "7.25"
    assert len(found.rows) == 6


def test_columns_that_are_not_read_are_told() -> None:
    found = read(sheet(table(*ROWS)), PLAN)
    assert told(found, "note") == [("unread_columns", "S!A1")]


def test_an_inserted_column_is_refused_at_its_cell() -> None:
    rows = [[a, b, "mới", *rest] for a, b, *rest in table(*ROWS)]
    found = read(sheet(rows), PLAN)
    moved = first(found, "header_moved")
    assert moved.problem.place == "S!C1"
    assert moved.problem.found == "mới"
    assert moved.problem.expected == "Điểm chung (D1)"
    assert found.rows.empty


def test_columns_named_by_header_alone_are_found_where_they_stand() -> None:
    rows = [[a, b, "mới", *rest] for a, b, *rest in table(*ROWS)]
    found = read(sheet(rows), by_header())
    assert told(found) == []
    assert scores(found)[("Hà Nội", "PAR")] == "84.64"
    assert found.rows.iloc[0]["column"] == 4


@pytest.mark.parametrize(
    "header",
    [
        ["TT", "Tỉnh", "Lĩnh vực 1", "Điểm chung", "Xếp hạng"],
        ["TT", "Tỉnh", "Điểm", "Lĩnh vực 1", "Xếp hạng"],
        ["TT", "Tỉnh", None, "Lĩnh vực 1", "Xếp hạng"],
    ],
    ids=["swapped", "other words", "blank"],
)
def test_a_changed_header_is_refused(header: list[Any]) -> None:
    found = read(sheet(table(*ROWS, header=header)), PLAN)
    assert ("header_moved", "S!C1") in told(found)
    assert found.rows.empty


def test_a_header_that_moved_down_is_refused_with_its_new_place() -> None:
    found = read(sheet([["Bảng 1"], *table(*ROWS)]), PLAN)
    assert "C2" in first(found, "header_moved").problem.expected
    assert found.rows.empty


def test_a_header_that_stands_twice_needs_its_letter() -> None:
    rows = table(*ROWS, header=["TT", "Tỉnh", "Điểm chung", "Điểm chung", "Xếp hạng"])
    found = read(sheet(rows), by_header())
    assert ("header_moved", "S!D1") in told(found)
    assert "letter" in first(found, "header_moved").problem.hint


@pytest.mark.parametrize("header", ["DIEM CHUNG", "điểm  chung", "Điểm\nchung", "Điê\u0309m chung"])
def test_accents_case_and_blanks_of_a_header_do_not_matter(header: str) -> None:
    found = read(sheet(table(*ROWS, header=["TT", "Tinh", header, "Linh vuc 1", "Xep hang"])), PLAN)
    assert told(found) == []
    assert len(found.rows) == 6


def test_two_header_rows_join_and_merged_cells_count_in_all_they_span() -> None:
    rows = [
        ["TT", "Tỉnh", "Lĩnh vực 1", None, "Lĩnh vực 2", None],
        [None, None, "Điểm", "Hạng", "Điểm", "Hạng"],
        [1, "Hà Nội", 8.5, 2, 7.5, 1],
    ]
    merges = [Merge(1, 1, 2, 1), Merge(1, 2, 2, 2), Merge(1, 3, 1, 4), Merge(1, 5, 1, 6)]
    plan = {
        "header_rows": [1, 2],
        "unit": {"header": "Tỉnh"},
        "columns": [
            {"header": "Lĩnh vực 1 / Điểm", "component": "1"},
            {"header": "Lĩnh vực 1 / Hạng", "component": "1", "role": "rank"},
            {"header": "Lĩnh vực 2 / *", "column": "E", "component": "2"},
        ],
    }
    found = read(sheet(rows, merges=merges), plan)
    assert told(found) == []
    assert scores(found) == {("Hà Nội", "1"): "8.5", ("Hà Nội", "2"): "7.5"}
    assert scores(found, "rank")[("Hà Nội", "1")] == "2"


def test_blank_first_columns_banners_numbering_and_totals_are_no_data() -> None:
    rows = [
        [None, "BẢNG ĐIỂM NĂM 2023"],
        [],
        [None, *HEADER],
        [None, "(1)", "(2)", "(3)", "(4)", "(5)"],
        [None, "A", "B", 1, 2, 3],
        *[[None, *row] for row in ROWS],
        [None, None, "Trong đó:", None, None, None],
        [None, "Tổng cộng", None, 257.01, 24.75, None],
        [None, None, "Trung bình", 85.67, 8.25, None],
        [None, "Ghi chú: số liệu do ông A cung cấp"],
    ]
    columns = [{**c, "column": chr(ord(c["column"]) + 1)} for c in PLAN["columns"]]
    plan = {"header_rows": [3], "unit": {"column": "C", "header": "Tỉnh"}, "columns": columns}
    found = read(sheet(rows), plan)
    assert told(found) == []
    assert len(found.rows) == 6
    notes = told(found, "note")
    assert [place for check, place in notes if check == "numbering_row"] == ["S!B4", "S!B5"]
    assert [place for check, place in notes if check == "skipped_row"] == ["S!C9", "S!B10", "S!C11"]
    assert ("footnote", "S!B12") in notes
    assert not any("ông A" in str(f) for f in found.findings)


def test_rows_that_the_mapping_skips_are_told() -> None:
    found = read(sheet(table(*ROWS, [4, "Vùng I: cả vùng", 80, 8, None])), PLAN | {"skip": ["Vùng *"]})
    assert told(found) == []
    assert ("skipped_row", "S!A5") in told(found, "note")
    assert len(found.rows) == 6


def test_an_unknown_unit_is_refused_with_the_nearest_names() -> None:
    found = read(sheet(table(*ROWS, [4, "Hải Pòng", 80, 8, 4])), PLAN)
    assert told(found) == [("unknown_unit", "S!B5")]
    assert "Hải Phòng" in first(found, "unknown_unit").problem.expected


def test_a_name_that_may_be_several_is_refused() -> None:
    found = read(sheet(table([1, "QN", 80, 8, 1])), PLAN)
    assert "Quảng Nam" in first(found, "unknown_unit").problem.expected
    assert found.rows.empty


@pytest.mark.parametrize("name", ["1. Hà Nội", "Hà Nội*", "Hà Nội (1)", "HÀ NỘI", "ha noi", "IV. Hà Nội¹"])
def test_numbering_and_footnote_marks_around_a_name_do_not_matter(name: str) -> None:
    found = read(sheet(table([1, name, 80, 8, 1])), PLAN)
    assert told(found) == []
    assert set(found.rows["component"]) == {"PAR", "1"}


def test_figures_without_a_unit_are_refused() -> None:
    found = read(sheet(table(*ROWS, [4, None, 80, 8, 4])), PLAN)
    assert told(found) == [("figures_without_unit", "S!B5")]


def test_a_unit_that_stands_twice_is_refused_naming_both_cells() -> None:
    found = read(sheet(table(*ROWS, [4, "Ha Noi", 84.64, 8.5, 2])), PLAN)
    assert told(found) == [("duplicate_unit", "S!B5")]
    assert "B2" in first(found, "duplicate_unit").problem.expected


def test_a_unit_merged_over_two_rows_of_figures_is_refused() -> None:
    rows = table([1, "Hà Nội", 80, 8, 1], [None, None, 81, 8, 1])
    found = read(sheet(rows, merges=[Merge(2, 2, 3, 2)]), PLAN)
    assert ("figures_without_unit", "S!B3") in told(found)


def test_a_unit_without_figures_is_noted_and_gives_no_row() -> None:
    found = read(sheet(table(*ROWS, [4, "Bắc Giang", None, "-", None])), PLAN)
    assert told(found) == []
    assert ("blank_unit_row", "S!B5") in told(found, "note")
    assert "Bắc Giang" not in set(found.rows["unit"])


def test_a_blank_figure_is_not_published_and_never_nought() -> None:
    found = read(sheet(table(*ROWS, [4, "Bắc Giang", 80, None, None])), PLAN)
    assert ("Bắc Giang", "1") not in scores(found)
    assert scores(found, "rank")[("Bắc Giang", "PAR")] == ""
    assert ("blank_figure", "S!D5") in told(found, "note")


def test_a_blank_in_a_column_that_is_nearly_full_asks_for_a_look() -> None:
    provinces = ["Hà Giang", "Cao Bằng", "Bắc Kạn", "Tuyên Quang", "Lào Cai", "Điện Biên", "Lai Châu"]
    rows = [[n, name, 80, 8, None] for n, name in enumerate(provinces)]
    found = read(sheet(table(*ROWS, *rows, [9, "Sơn La", 80, None, None])), PLAN)
    assert ("blank_figure", "S!D12") in told(found, "warning")


def test_a_row_pushed_aside_is_refused_and_scratch_beside_the_table_is_not() -> None:
    found = read(sheet(table(*ROWS, [4, "Bắc Giang", None, 80.5, 8, 4])), PLAN)
    assert told(found) == [("row_shifted", "S!C5")]
    assert first(found, "row_shifted").problem.found == "F5"
    assert "Bắc Giang" not in set(found.rows["unit"])
    scratch = [[*row, 99] for row in ROWS]
    found = read(sheet(table(*scratch, [4, "Bắc Giang", None, 8, 4, 99])), PLAN)
    assert told(found) == []
    assert told(found, "warning") == [("stray_figure", "S!F2")]


def test_units_of_a_province_are_looked_up_under_it() -> None:
    plan = mapping(PLAN, unit_set="units", unit_of="Tây Ninh", index="IPAR")
    found = read(sheet(table([1, "Sở Tài chính", 80, 8, 1])), plan)
    assert told(found) == []
    assert set(found.rows["unit"]) == {"Tây Ninh › Sở Tài chính"}


def test_a_column_named_by_its_letter_alone_is_a_warning() -> None:
    plan = PLAN | {"columns": [{"column": "C", "component": "PAR"}]}
    found = read(sheet(table(*ROWS)), plan)
    assert told(found, "warning") == [("column_not_anchored", "S!C2")]


@pytest.mark.parametrize(
    "columns",
    [
        [{"column": "C", "header": "Điểm chung"}],
        [{"component": "PAR"}],
        [{"column": "?", "component": "PAR"}],
        [PLAN["columns"][0], {**PLAN["columns"][0], "component": "1"}],
    ],
    ids=["no component", "no place", "no letter", "one column twice"],
)
def test_a_mapping_that_makes_no_sense_is_told(columns: list[dict[str, Any]]) -> None:
    found = read(sheet(table(*ROWS)), PLAN | {"columns": columns})
    assert "mapping" in [check for check, _ in told(found)]
    assert found.rows.empty


def test_years_may_stand_in_a_column() -> None:
    rows = [["Năm", "Tỉnh", "Điểm chung"], [2022, "Hà Nội", 80], [2023, "Hà Nội", 81], ["23", "Hà Nội", 82]]
    plan = {
        "header_rows": [1],
        "unit": {"header": "Tỉnh"},
        "year_from": {"header": "Năm"},
        "columns": [{"header": "Điểm chung", "component": "PAR"}],
    }
    found = read(sheet(rows), plan)
    assert told(found) == [("no_year", "S!A4")]
    assert list(found.rows["year"]) == ["2022", "2023"]


def test_one_unit_a_sheet_with_its_years_below_each_other() -> None:
    rows = [["Năm", "Điểm chung"], [2022, 80], [2023, 81]]
    plan = {
        "header_rows": [1],
        "unit_name": "Hà Nội",
        "year_from": {"header": "Năm"},
        "columns": [{"header": "Điểm chung", "component": "PAR"}],
    }
    found = read(sheet(rows), plan)
    assert told(found) == []
    assert list(zip(found.rows["unit"], found.rows["year"], strict=True)) == [
        ("Hà Nội", "2022"),
        ("Hà Nội", "2023"),
    ]
    assert set(found.rows["unit_column"]) == {0}
