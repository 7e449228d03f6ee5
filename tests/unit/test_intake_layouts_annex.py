"""The annex layout: the score sheet of one unit, a row a criterion."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.fixtures.intake.books import first, mapping, read, scores, sheet, told

HEADER = [
    "STT", "Tiêu chí", "Điểm tối đa", "Số liệu kê khai", "Cách tính điểm", "Tài liệu kiểm chứng",
    "Tự đánh giá", "Thẩm định",
]  # fmt: skip
PLAN: dict[str, Any] = {
    "layout": "annex",
    "header_rows": [3],
    "unit_cell": "A2",
    "component_from": {"column": "A", "header": "STT"},
    "components": {"Tổng cộng": "PAR"},
    "columns": [
        {"column": "C", "header": "Điểm tối đa", "role": "max_score"},
        {"column": "G", "header": "Tự đánh giá", "role": "self_score"},
        {"column": "H", "header": "Thẩm định"},
        {"column": "F", "header": "Tài liệu*", "role": "note"},
    ],
}
ROWS: list[list[Any]] = [
    ["1", "CHỈ ĐẠO, ĐIỀU HÀNH", 3, None, None, None, 2.5, 2],
    ["1.1", "Kế hoạch", 2, "x", None, "KH 01", 1.5, "1,25"],
    [None, "Ban hành kịp thời: 1"],
    ["1.2", "Báo cáo", 1, "4", None, None, 1, "0,75"],
    [None, "Trong đó:", None, None, None, None, 1, 1],
    [None, "Tổng cộng", 3, None, None, None, 2.5, 2],
]


def table(*rows: list[Any], unit: str = "Đơn vị: Tỉnh Hà Giang", **details: Any) -> Any:
    """A score sheet with title, unit and header."""
    return sheet([["PHỤ LỤC"], [unit], HEADER, *rows], **details)


def test_a_criterion_has_maximum_self_score_and_score() -> None:
    found = read(table(*ROWS), PLAN)
    assert told(found) == told(found, "warning") == []
    assert set(found.rows["unit"]) == {"Tỉnh Hà Giang"}
    rows = found.rows.set_index("component")
    assert list(rows.index) == ["1", "1.1", "1.2", "PAR"]
    one = rows.loc["1.1"]
    assert (one["score"], one["self_score"], one["max_score"], one["note"]) == ("1.25", "1.5", "2", "KH 01")
    assert (one["row"], one["column"], one["self_row"], one["self_column"]) == (5, 8, 5, 7)
    assert rows.loc["PAR", "score"] == "2"
    assert ("skipped_row", "S!B8") in told(found, "note")


def test_the_unit_may_be_named_by_the_mapping_or_the_sheet() -> None:
    plan = {key: value for key, value in PLAN.items() if key != "unit_cell"}
    assert set(read(table(*ROWS), plan | {"unit_name": "Hà Giang"}).rows["unit"]) == {"Hà Giang"}
    book = [table(*ROWS, unit="", name="Hà Giang"), table(*ROWS, unit="", name="Cao Bằng")]
    found = read(book, mapping(plan | {"pattern": "(?P<unit>.*)"}))
    assert told(found) == []
    assert set(found.rows["unit"]) == {"Hà Giang", "Cao Bằng"}


def test_a_sheet_of_another_unit_than_the_mapping_says_is_a_warning() -> None:
    plan = {key: value for key, value in PLAN.items() if key != "unit_cell"} | {"unit_name": "Cao Bằng"}
    assert told(read(table(*ROWS), plan), "warning") == [("other_unit", "S!A2")]


def test_a_sheet_without_its_unit_is_refused() -> None:
    plan = {key: value for key, value in PLAN.items() if key != "unit_cell"}
    assert told(read(table(*ROWS), plan))[0][0] == "mapping"
    assert told(read(table(*ROWS, unit=""), PLAN))[0] == ("unknown_unit", "S!A2")
    assert told(read(table(*ROWS, unit="Đơn vị: Không đâu"), PLAN))[0][0] == "unknown_unit"
    assert told(read(table(*ROWS), PLAN | {"unit_cell": "A2:B3"}))[0][0] == "mapping"


def test_codes_as_numbers_are_read_in_order_and_refused_out_of_it() -> None:
    good = [[1.1, "a", 1, None, None, None, 1, 1], [1.2, "b", 1, None, None, None, 1, 1]]
    assert list(read(table(*good), PLAN).rows["component"]) == ["1.1", "1.2"]
    codes: list[Any] = ["1.8", "1.9", 1.1, "1.11"]
    rows = [[code, "a", 1, None, None, None, 1, 1] for code in codes]
    found = read(table(*rows), PLAN)
    assert told(found) == [("code_as_number", "S!A6")]
    assert list(found.rows["component"]) == ["1.8", "1.9", "1.11"]


def test_a_code_that_became_a_date_is_refused() -> None:
    found = read(table([dt.datetime(2024, 2, 1), "a", 1, None, None, None, 1, 1]), PLAN)
    assert told(found)[0] == ("date_in_codes", "S!A4")


def test_a_doubled_criterion_is_refused() -> None:
    found = read(table(*ROWS[:2], ["1.1.", "Kế hoạch", 2, None, None, None, 1, 1]), PLAN)
    assert told(found) == [("duplicate_unit", "S!A6")]
    assert scores(found)[("Tỉnh Hà Giang", "1.1")] == "1.25"


def test_points_without_a_number_are_refused() -> None:
    found = read(table(*ROWS[:2], [None, "Điểm thưởng", 2, None, None, None, 1, 1]), PLAN)
    assert told(found) == [("figures_without_component", "S!A6")]


def test_blanks_are_not_published_and_sums_of_blanks_are_no_points() -> None:
    rows = [
        ["1", "A", 3, None, None, None, 2.5, 0],
        ["1.1", "a", 2, None, None, None, 1.5, None],
        ["1.2", "b", 1, None, None, None, 1, None],
        ["2", "B", 2, None, None, None, 1, 2],
        ["2.1", "c", 2, None, None, None, 1, 2],
    ]
    found = read(table(*rows, formulas=frozenset({(4, 8), (7, 8)})), PLAN)
    assert told(found) == []
    assert first(found, "sum_of_blanks").problem.place == "S!H4"
    by_code = found.rows.set_index("component")["score"]
    assert dict(by_code) == {"1": "", "1.1": "", "1.2": "", "2": "2", "2.1": "2"}


def test_a_sheet_not_yet_appraised_has_no_scores() -> None:
    rows = [["1", "A", 3, None, None, None, 2.5, 0], ["1.1", "a", 3, None, None, None, 2.5, None]]
    made = read(table(*rows, formulas=frozenset({(4, 8)})), PLAN)
    assert set(made.rows["score"]) == {""}
    assert set(made.rows["self_score"]) == {"2.5"}
    typed = read(table(*rows), PLAN)
    assert told(typed, "warning")[0] == ("lone_zero", "S!H4")
    assert list(typed.rows["score"]) == ["0", ""]
