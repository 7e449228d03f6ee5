"""The pairs layout: each component with its own column of names, as tables ordered by rank have."""

from __future__ import annotations

from typing import Any

from tests.fixtures.intake.books import first, read, scores, sheet, told

NAMES = [
    "Hà Nội", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "An Giang", "Bắc Ninh", "Cà Mau", "Lào Cai", "Sơn La", "Huế",
    "Phú Yên",
]  # fmt: skip
PLAN: dict[str, Any] = {
    "layout": "pairs",
    "header_rows": [1],
    "columns": [
        {"column": "C", "header": "Chỉ số 1", "component": "1", "unit_column": "B"},
        {"column": "E", "header": "Tổng", "component": "PAR", "unit_column": "D"},
        {"column": "F", "header": "Hạng", "component": "PAR", "role": "rank", "unit_column": "D"},
    ],
}


def table() -> list[list[Any]]:
    """Eleven units, each component in its own order."""
    rows: list[list[Any]] = [["STT", "Tỉnh", "Chỉ số 1", None, "Tổng", "Hạng"]]
    for n, (one, other) in enumerate(zip(NAMES, reversed(NAMES), strict=True)):
        rows.append([n + 1, one, 9.5 - n / 4, other, 90 - n / 2, n + 1])
    return rows


def test_every_component_goes_by_its_own_names() -> None:
    found = read(sheet(table()), PLAN)
    assert told(found) == told(found, "warning") == []
    assert scores(found)[("Hà Nội", "1")] == "9.5"
    assert scores(found)[("Hà Nội", "PAR")] == "85"
    assert scores(found, "rank")[("Hà Nội", "PAR")] == "11"
    row = found.rows[(found.rows["unit"] == "Hà Nội") & (found.rows["component"] == "PAR")].iloc[0]
    assert (row["row"], row["column"], row["unit_row"], row["unit_column"]) == (12, 5, 12, 4)


def test_a_look_up_below_the_table_is_left_to_the_last_row() -> None:
    rows = [*table(), [], ["STT", "Tỉnh", "Chỉ số 1"], [None, "Hà Nội", 9.5, None, 85, 11]]
    found = read(sheet(rows), PLAN | {"last_row": 12})
    assert told(found) == []
    assert ("rows_outside", "S!A14") in told(found, "note")
    assert ("duplicate_unit", "S!B15") in told(read(sheet(rows), PLAN))


def test_a_unit_pushed_below_the_last_row_is_an_error() -> None:
    rows = table()
    rows.insert(4, [])
    found = read(sheet(rows), PLAN | {"last_row": 12})
    assert told(found) == [("row_outside", "S!B13")]
    assert first(found, "row_outside").problem.found == "Phú Yên"


def test_part_of_a_table_sorted_otherwise_is_a_warning_at_the_first_cell_out_of_order() -> None:
    rows = table()
    for row, value in zip(range(4, 7), (8.0, 8.25, 8.5), strict=True):
        rows[row][2] = value
    found = read(sheet(rows), PLAN)
    assert told(found, "warning") == []
    rows[5][2] = 8.75
    rows[4][2] = 8.5
    found = read(sheet(rows), PLAN)
    assert ("order_broken", "S!C6") in told(found, "warning")


def test_a_name_that_stands_for_another_is_told_twice() -> None:
    rows = table()
    rows[3][1] = "Hà Nội"
    found = read(sheet(rows), PLAN)
    assert told(found) == [("duplicate_unit", "S!B4")]
    assert ("units_differ", "S!B2") in told(found, "warning")
    assert first(found, "units_differ").problem.found == "Đà Nẵng"


def test_names_without_figures_and_figures_without_names() -> None:
    rows = table()
    rows[3][2] = None
    rows[5][1] = None
    found = read(sheet(rows), PLAN)
    assert told(found) == [("figures_without_unit", "S!B6")]
    assert ("blank_unit_row", "S!B4") in told(found, "note")


def test_an_unknown_name_is_refused_at_its_cell() -> None:
    rows = table()
    rows[3][3] = "Hà Nộii"
    found = read(sheet(rows), PLAN)
    assert told(found) == [("unknown_unit", "S!D4")]


def test_totals_are_left_out_and_a_moved_header_is_refused() -> None:
    found = read(sheet([*table(), [None, "Trung bình", 8, None, 87]]), PLAN)
    assert told(found) == []
    assert ("skipped_row", "S!B13") in told(found, "note")
    shifted = [[None, *row] for row in table()]
    assert ("header_moved", "S!C1") in told(read(sheet(shifted), PLAN))


def test_a_pair_without_its_names_or_component_is_a_wrong_mapping() -> None:
    loose = {"column": "C", "header": "Chỉ số 1", "component": "1"}
    assert told(read(sheet(table()), PLAN | {"columns": [loose]}))[0][0] == "mapping"
