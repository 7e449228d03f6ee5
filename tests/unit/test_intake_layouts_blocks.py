"""The blocks layout: a heading row with the unit's name, its components below."""

from __future__ import annotations

from typing import Any

from etl.readers.workbook import Merge
from tests.fixtures.intake.books import first, read, scores, sheet, told

PLAN: dict[str, Any] = {
    "layout": "blocks",
    "header_rows": [1],
    "unit": {"column": "A", "header": "Nội dung"},
    "component_from": {"column": "A", "header": "Nội dung"},
    "components": {"Thể chế": "2", "Thủ tục": "3"},
    "columns": [
        {"column": "B", "header": "Tự chấm", "role": "self_score"},
        {"column": "C", "header": "Thẩm định"},
    ],
}
HEADER = ["Nội dung", "Tự chấm", "Thẩm định"]


def table(*rows: list[Any], **details: Any) -> Any:
    """A sheet of the header and rows."""
    return sheet([HEADER, *rows], **details)


BLOCKS: list[list[Any]] = [
    ["I. Tỉnh Hà Giang"],
    ["Thể chế", 8, 7.5],
    ["Thủ tục", 9, 8],
    ["Đơn vị: Cao Bằng"],
    ["Thể chế", 7, 7],
    ["Thủ tục", 8, 7.25],
]


def test_components_belong_to_the_heading_above_them() -> None:
    found = read(table(*BLOCKS), PLAN)
    assert told(found) == told(found, "warning") == []
    assert list(zip(found.rows["component"], found.rows["score"], strict=True)) == [
        ("2", "7.5"),
        ("3", "8"),
        ("2", "7"),
        ("3", "7.25"),
    ]
    last = found.rows.iloc[3]
    assert (last["self_score"], last["row"], last["column"]) == ("8", 7, 3)
    assert (last["unit_row"], last["unit_column"]) == (5, 1)


def test_a_heading_merged_across_the_table_is_no_figure() -> None:
    found = read(table(*BLOCKS, merges=[Merge(2, 1, 2, 3), Merge(5, 1, 5, 3)]), PLAN)
    assert told(found) == []
    assert len(found.rows) == 4


def test_names_and_components_may_stand_in_two_columns() -> None:
    rows = [["Tỉnh", "Mã", "Điểm"], ["Hà Giang"], [None, "1.1", 2], [None, "1.2", 3], ["Cao Bằng", "1.1", 1]]
    plan = {
        "layout": "blocks",
        "header_rows": [1],
        "unit": {"header": "Tỉnh"},
        "component_from": {"header": "Mã"},
        "columns": [{"header": "Điểm"}],
    }
    found = read(sheet(rows), plan)
    assert told(found) == [("figures_without_component", "S!C5")]
    assert scores(found) == {("Hà Giang", "1.1"): "2", ("Hà Giang", "1.2"): "3"}


def test_a_figure_beside_the_name_is_what_its_column_says() -> None:
    rows = [["Hà Giang", None, 84.5], ["Thể chế", 8, 7.5]]
    columns = [PLAN["columns"][0], {**PLAN["columns"][1], "component": "PAR"}]
    found = read(table(*rows), PLAN | {"columns": columns})
    assert told(found) == []
    assert scores(found) == {("Hà Giang", "PAR"): "84.5", ("Hà Giang", "2"): "7.5"}


def test_an_unknown_heading_loses_its_block_and_not_to_the_unit_before() -> None:
    rows = [*BLOCKS[:3], ["Cao Bằngg"], *BLOCKS[4:]]
    found = read(table(*rows), PLAN)
    assert told(found) == [("unknown_unit", "S!A5")]
    assert "Cao Bằng" in first(found, "unknown_unit").problem.expected
    assert len(found.rows) == 2


def test_an_unknown_component_is_refused() -> None:
    found = read(table(*BLOCKS[:3], ["Công vụ", 5, 5]), PLAN)
    assert told(found) == [("unknown_component", "S!A5")]
    assert len(found.rows) == 2


def test_sections_and_footnotes_without_figures_are_told() -> None:
    rows = [["A. Vùng núi phía Bắc"], *BLOCKS, ["Ghi chú: số liệu sơ bộ"]]
    found = read(table(*rows), PLAN)
    assert told(found) == []
    assert [place for check, place in told(found, "note") if check == "footnote"] == ["S!A2", "S!A9"]
    assert len(found.rows) == 4


def test_figures_before_the_first_heading_are_refused() -> None:
    found = read(table(["Thể chế", 8, 7], *BLOCKS), PLAN)
    assert told(found) == [("figures_without_unit", "S!A2")]
    assert len(found.rows) == 4


def test_a_doubled_block_and_a_doubled_component_are_refused() -> None:
    twice = read(table(*BLOCKS, *BLOCKS[:3]), PLAN)
    assert ("duplicate_unit", "S!A8") in told(twice)
    again = read(table(*BLOCKS[:3], ["Thể chế", 1, 1]), PLAN)
    assert told(again) == [("duplicate_unit", "S!A5")]
    assert len(again.rows) == 2


def test_a_heading_that_is_missing_shows_as_doubled_components() -> None:
    found = read(table(*BLOCKS[:3], *BLOCKS[4:]), PLAN)
    assert told(found) == [("duplicate_unit", "S!A5"), ("duplicate_unit", "S!A6")]
    assert len(found.rows) == 2


def test_a_block_that_lacks_a_component_of_the_others_is_a_warning() -> None:
    found = read(table(*BLOCKS, ["Bắc Kạn"], *BLOCKS[1:3], *(["Lai Châu"], BLOCKS[1])), PLAN)
    assert told(found, "warning") == []
    names = [
        "Bắc Kạn",
        "Lai Châu",
        "Sơn La",
        "Yên Bái",
        "Lào Cai",
        "Điện Biên",
        "Phú Thọ",
        "Hà Nam",
        "Nam Định",
    ]
    more = [row for name in names[:-1] for row in ([name], *BLOCKS[1:3])]
    found = read(table(*BLOCKS, *more, [names[-1]], BLOCKS[1]), PLAN)
    assert told(found, "warning") == [("block_differs", "S!A32")]


def test_totals_of_blocks_are_left_out_unless_the_mapping_knows_them() -> None:
    rows = [*BLOCKS[:3], ["Tổng cộng", 17, 15.5]]
    assert ("skipped_row", "S!A5") in told(read(table(*rows), PLAN), "note")
    plan = PLAN | {"components": {**PLAN["components"], "Tổng cộng": "PAR"}}
    assert scores(read(table(*rows), plan))[("I. Tỉnh Hà Giang".removeprefix("I. "), "PAR")] == "15.5"
