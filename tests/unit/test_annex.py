"""Criteria annexes in every shape that decisions and spreadsheets give them, and what is wrong in one."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from etl.intake.annex.labels import labels_of, leading_label
from etl.intake.annex.maxima import Points, points_of
from etl.intake.annex.read import Annex, read_annex
from etl.intake.annex.sources import source_types
from etl.intake.findings import Finding, Level
from etl.readers.workbook import Merge, Value, Workbook
from etl.settings import ROOT
from indices.errors import SourceError
from tests.fixtures.annex.annexes import (
    STYLES,
    code_of,
    decision_shaped,
    sheet_of,
    table,
    walk,
    workbook_of,
)

ITEMS = decision_shaped()
HEAD: list[Value] = ["STT", "Tiêu chí", "Điểm tối đa"]
Rows = list[list[Value]]


def read(rows: Rows, scale: float = 10.0, **more: Any) -> Annex:
    """The annex of some rows under the shortest header."""
    return read_annex(workbook_of([HEAD, *rows], **more), scale)


def codes(annex: Annex) -> list[str]:
    """The codes that came out."""
    return [criterion.code for criterion in annex.criteria]


def told(annex: Annex, check: str) -> list[Finding]:
    """Findings of one check."""
    return [found for found in annex.findings if found.check == f"annex.{check}"]


def errors(annex: Annex) -> set[str]:
    """Checks that found an error."""
    return {found.check.removeprefix("annex.") for found in annex.findings if found.level is Level.ERROR}


SMALL: Rows = [["1", "Một", 6], ["1.1", "Một một", 4], ["1.2", "Một hai", 2], ["2", "Hai", 4]]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("steps", [True, False])
def test_every_style_of_numbering_gives_the_same_tree(style: str, steps: bool) -> None:
    annex = read_annex(workbook_of(table(ITEMS, style, steps)), 100)
    assert codes(annex) == [code_of(item, style) for item in walk(ITEMS)]
    assert [c.maximum for c in annex.criteria] == [item.points for item in walk(ITEMS)]
    assert [c.name for c in annex.criteria] == [item.name for item in walk(ITEMS)]
    assert [c.parent for c in annex.criteria] == [c.code.rpartition(".")[0] for c in annex.criteria]
    assert (annex.total, errors(annex)) == (100, set())


def test_the_annex_is_shaped_like_a_decision() -> None:
    depths = [len(item.path) for item in walk(ITEMS)]
    assert [depths.count(depth) for depth in (1, 2, 3)] == [8, 37, 88]


def test_numbers_in_the_names_are_read_without_a_column_of_numbers() -> None:
    rows: Rows = [["Lĩnh vực/Tiêu chí", "Điểm tối đa"]]
    rows += [[f"{STYLES['worded'](item, 0)}. {item.name}", item.points] for item in walk(ITEMS)]
    annex = read_annex(workbook_of(rows), 100)
    assert codes(annex) == [code_of(item, "dotted") for item in walk(ITEMS)]
    assert annex.criteria[2].name == ITEMS[0].children[0].children[0].name


def test_six_point_ten_stays_six_point_ten_where_a_spreadsheet_made_it_six_point_one() -> None:
    rows: Rows = [[6, "Sáu", 12], *([6 + k / 10, f"Tiêu chí {k}", 1] for k in range(1, 10))]
    rows += [[6.1, "Tiêu chí 10", 1], [6.11, "Tiêu chí 11", 1], [6.12, "Tiêu chí 12", 1]]
    annex = read(rows, 12)
    assert codes(annex)[-4:] == ["6.9", "6.10", "6.11", "6.12"]
    assert annex.criteria[10].name == "Tiêu chí 10"
    assert [found.problem.expected for found in told(annex, "changed_number")] == ["6.10"]
    assert errors(annex) == set()


def test_days_are_read_back_by_their_place_and_said() -> None:
    rows: Rows = [
        [1, "Một", 6],
        [dt.datetime(2026, 1, 1), "a", 3],
        [dt.datetime(2026, 2, 1), "b", 3],
        [2, "Hai", 4],
    ]
    annex = read(rows)
    assert codes(annex) == ["1", "1.1", "1.2", "2"]
    assert [found.row for found in told(annex, "changed_number")] == [3, 4]
    american: Rows = [
        [1, "Một", 6],
        [dt.datetime(2026, 1, 1), "a", 3],
        [dt.datetime(2026, 1, 2), "b", 3],
        [2, "Hai", 4],
    ]
    assert codes(read(american)) == ["1", "1.1", "1.2", "2"]
    deep: Rows = [
        [1, "Một", 10],
        ["1.1", "a", 10],
        [dt.datetime(2001, 1, 1), "b", 4],
        [dt.datetime(2002, 1, 1), "c", 6],
    ]
    assert codes(read(deep)) == ["1", "1.1", "1.1.1", "1.1.2"]


def test_letters_follow_the_vietnamese_alphabet_and_may_skip() -> None:
    letters = ["a)", "b)", "c)", "d)", "đ)", "e)", "g)", "h)", "i)", "k)"]
    rows: Rows = [["1", "Một", 10], *([letter, f"Mục {letter}", 1] for letter in letters)]
    assert codes(read(rows)) == ["1", *(f"1.{letter[0].replace('đ', 'dd')}" for letter in letters)]


HEADERS: dict[str, tuple[Rows, tuple[Merge, ...]]] = {
    "two rows": (
        [
            ["STT", "Lĩnh vực, tiêu chí", "Điểm", None, None],
            [None, None, "Tối đa", "Tự đánh giá", "Thẩm định"],
        ],
        (Merge(1, 1, 2, 1), Merge(1, 2, 2, 2), Merge(1, 3, 1, 5)),
    ),
    "three rows": (
        [
            ["TT", "Nội dung", "Điểm", None],
            [None, None, "Mức điểm", "Kết quả"],
            [None, None, "tối đa", "tự chấm"],
        ],
        (Merge(1, 1, 3, 1), Merge(1, 2, 3, 2), Merge(1, 3, 1, 4)),
    ),
    "title over all": (
        [["BỘ TIÊU CHÍ, ĐIỂM TỐI ĐA VÀ CÁCH TÍNH ĐIỂM", None, None], ["STT", "Tiêu chí", "Điểm chuẩn"]],
        (Merge(1, 1, 1, 3),),
    ),
    "title in one cell": (
        [["BẢNG TIÊU CHÍ VÀ ĐIỂM TỐI ĐA"], [], ["Số TT", "Tiêu chí thành phần", "Thang điểm"]],
        (),
    ),
    "only points": ([["STT", "Tiêu chí", "Điểm"]], ()),
    "breaks and blanks": ([["  stt ", "LĨNH VỰC /\nTIÊU CHÍ", "ĐIỂM\nTỐI ĐA"]], ()),
    "numbered columns": ([["STT", "Tiêu chí", "Điểm tối đa"], ["(1)", "(2)", "(3)"]], ()),
    "plainly numbered": ([["STT", "Tiêu chí", "Điểm tối đa"], [1, 2, 3]], ()),
}


@pytest.mark.parametrize("shape", HEADERS)
def test_headers_of_every_shape(shape: str) -> None:
    head, merges = HEADERS[shape]
    annex = read_annex(workbook_of([*head, *SMALL], merges=list(merges)), 10)
    assert codes(annex) == ["1", "1.1", "1.2", "2"]
    assert [c.maximum for c in annex.criteria] == [6, 4, 2, 4]
    assert errors(annex) == set()


def test_a_blank_first_column_and_more_columns_do_no_harm() -> None:
    head: list[Value] = [
        None,
        "STT",
        "Tiêu chí",
        "Cách tính điểm",
        "Tài liệu kiểm chứng",
        "Điểm tối đa",
        "Tự đánh giá",
    ]
    rows: Rows = [[None, row[0], row[1], "như sau", "văn bản", row[2], 1] for row in SMALL]
    annex = read_annex(workbook_of([head, *rows]), 10)
    assert codes(annex) == ["1", "1.1", "1.2", "2"]
    assert annex.criteria[1].texts["evidence"] == "văn bản"


def test_a_field_merged_over_number_and_name() -> None:
    rows: Rows = [["I. NHÓM MỘT", None, 6], [1, "a", 4], [2, "b", 2], ["II. NHÓM HAI", None, 4], [1, "c", 4]]
    annex = read(rows, merges=[Merge(2, 1, 2, 2), Merge(5, 1, 5, 2)])
    assert codes(annex) == ["1", "1.1", "1.2", "2", "2.1"]
    assert annex.criteria[0].name == "NHÓM MỘT"


def test_a_name_that_goes_on_in_the_next_row_is_one_name() -> None:
    rows: Rows = [
        ["1", "Ban hành kế hoạch", None],
        [None, "và tổ chức thực hiện", 10],
        [None, "- Kịp thời: 10", 10],
    ]
    annex = read(rows)
    assert (annex.criteria[0].name, annex.criteria[0].maximum) == (
        "Ban hành kế hoạch và tổ chức thực hiện",
        10,
    )
    assert len(annex.criteria[0].steps) == 1


def test_maxima_merged_over_scoring_steps_belong_to_the_criterion() -> None:
    rows: Rows = [["1", "Một", 10], [None, "- Tốt", None], [None, "- Khá", None]]
    annex = read(rows, merges=[Merge(2, 3, 4, 3), Merge(2, 1, 4, 1)])
    assert [c.maximum for c in annex.criteria] == [10]
    assert errors(annex) == set()


def test_one_maximum_for_several_criteria_is_not_known_of_any() -> None:
    rows: Rows = [["1", "Một", 10], ["1.1", "a", 10], ["1.2", "b", None]]
    annex = read(rows, merges=[Merge(3, 3, 4, 3)])
    assert [c.maximum for c in annex.criteria] == [10, None, None]
    assert [found.row for found in told(annex, "shared_maximum")] == [4]
    assert {found.row for found in told(annex, "maximum_missing")} == {3, 4}


def test_the_total_stands_where_it_likes_and_footnotes_are_said() -> None:
    for rows in (
        [["", "TỔNG ĐIỂM", 10], *SMALL],
        [*SMALL, ["Tổng cộng", None, 10], [], ["Ghi chú: như trên"]],
    ):
        annex = read(rows)
        assert (annex.total, codes(annex)) == (10, ["1", "1.1", "1.2", "2"])
    assert told(annex, "footnote")[0].row == 8


def test_the_header_repeated_on_every_page_is_no_criterion() -> None:
    assert codes(read([*SMALL[:2], HEAD, *SMALL[2:]])) == ["1", "1.1", "1.2", "2"]


# What is wrong, the rows, and the cell that must be named (row, column; the header is row 1).
WRONG: dict[str, tuple[str, Rows, tuple[int, int]]] = {
    "parts do not add up": (
        "sum",
        [["1", "Một", 6], ["1.1", "a", 3], ["1.2", "b", 2], ["2", "Hai", 4]],
        (2, 3),
    ),
    "top does not add up": ("total", [["1", "Một", 6], ["2", "Hai", 3]], (2, 3)),
    "another total is stated": ("total", [*SMALL, [None, "Tổng cộng", 9]], (1, 3)),
    "a number twice": ("duplicate", [*SMALL[:3], ["1.2", "c", 0], SMALL[3]], (5, 1)),
    "a number goes back": ("duplicate", [["1", "Một", 6], ["2", "Hai", 4], ["1", "Ba", 0]], (4, 1)),
    "a parent is missing": ("parent", [["1", "Một", 6], ["2.1", "Hai một", 4]], (3, 1)),
    "a day as maximum": ("day", [["1", "Một", 6], ["2", "Hai", dt.datetime(2026, 5, 1)]], (3, 3)),
    "no name": ("name", [["1", "Một", 6], ["2", None, 4]], (3, 1)),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_an_error_at_its_cell(case: str) -> None:
    check, rows, cell = WRONG[case]
    annex = read(rows)
    found = [one for one in told(annex, check) if one.level is Level.ERROR]
    assert [(one.row, one.column) for one in found] == [cell]


def test_a_day_that_fits_nowhere_is_refused() -> None:
    annex = read([["1", "Một", 10], [dt.datetime(2026, 7, 9), "a", 10]])
    assert [found.row for found in told(annex, "number")] == [3]


def test_a_gap_is_a_warning_and_a_lost_number_is_named_by_its_points() -> None:
    rows: Rows = [["1", "Một", 6], ["1.1", "a", 3], [None, "Mất số", 1], ["1.3", "b", 2], ["2", "Hai", 4]]
    annex = read(rows)
    gap = told(annex, "gap")[0]
    assert (gap.level, gap.row, gap.problem.expected) == (Level.WARNING, 5, "1.2")
    assert told(annex, "sum")[0].problem.hint == "row 4 has these points and no number"


def test_missing_and_unreadable_maxima_stay_unknown_and_are_told() -> None:
    annex = read([["1", "Một", None], ["1.1", "a", "theo hướng dẫn"], ["1.2", "b", None], ["2", "Hai", 4]])
    assert [c.maximum for c in annex.criteria] == [None, None, None, 4]
    assert told(annex, "maximum")[0].problem.found == "theo hướng dẫn"
    assert [found.row for found in told(annex, "maximum_missing")] == [3, 4]
    known = read([["1", "Một", None], ["1.1", "a", 6], ["2", "Hai", 4]])
    assert known.criteria[0].maximum is None
    assert told(known, "maximum_missing")[0].problem.hint == "its parts add up to 6"


def test_points_on_top_and_points_taken_off() -> None:
    rows: Rows = [
        *SMALL,
        [None, "Tổng cộng", 10],
        ["3", "Điểm thưởng", 2],
        ["3.1", "Sáng kiến", 2],
        [None, "Điểm trừ", "-1"],
    ]
    annex = read(rows)
    held = {c.code: (c.extra, c.minimum, c.maximum) for c in annex.criteria[4:]}
    assert held == {"3": ("bonus", 0, 2), "3.1": ("bonus", 0, 2), "PENALTY": ("penalty", -1, 0)}
    assert [found.row for found in told(annex, "extra")] == [7, 9]
    assert errors(annex) == set()


def test_numbers_go_on_after_points_without_a_number() -> None:
    rows: Rows = [["I", "Một", 6], [1, "a", 6], [None, "Điểm cộng", 1], ["II", "Hai", 4], [1, "b", 4]]
    assert codes(read(rows)) == ["1", "1.1", "BONUS", "2", "2.1"]


def test_hidden_rows_columns_and_sheets_are_not_read_and_said() -> None:
    rows: Rows = [*SMALL[:2], ["1.2", "Ẩn", 9], *SMALL[2:]]
    annex = read(rows, hidden_rows=frozenset({4}), hidden_columns=frozenset({4}))
    assert codes(annex) == ["1", "1.1", "1.2", "2"]
    assert told(annex, "hidden")[0].problem.found == "4"
    book = Workbook(
        "a.xlsx", "xlsx", [sheet_of([HEAD, *SMALL], "Nháp", state="hidden"), sheet_of([HEAD, *SMALL])]
    )
    assert [found.sheet for found in told(read_annex(book, 10), "hidden")] == ["Nháp"]


def test_formulas_without_a_result_and_error_cells_are_refused() -> None:
    assert errors(read(SMALL, uncached=frozenset({(3, 3)}))) == {"formula"}
    assert errors(read(SMALL, errors={(3, 3): "#REF!"})) == {"formula"}


def test_two_columns_that_could_be_the_maximum_are_refused() -> None:
    rows: Rows = [
        ["STT", "Tiêu chí", "Điểm tối đa cũ", "Điểm tối đa mới"],
        *([*row, row[2]] for row in SMALL),
    ]
    assert errors(read_annex(workbook_of(rows), 10)) == {"columns"}


def test_without_an_annex_or_with_several_the_sheets_are_named() -> None:
    with pytest.raises(SourceError, match="No table of criteria was found") as none:
        read_annex(workbook_of([["Tên", "Số"], ["a", 1]]), 10)
    assert none.value.problems[0].found == "sheets searched: Phụ lục"
    two = Workbook("a.xlsx", "xlsx", [sheet_of([HEAD, *SMALL], "Tỉnh"), sheet_of([HEAD, *SMALL], "Bộ")])
    with pytest.raises(SourceError, match="Tỉnh, Bộ"):
        read_annex(two, 10)
    assert read_annex(two, 10, "Bộ").sheet == "Bộ"
    with pytest.raises(SourceError, match="no such sheet"):
        read_annex(two, 10, "Xã")
    with pytest.raises(SourceError, match="empty"):
        read_annex(workbook_of([HEAD, [None, "chưa có", None]]), 10)


POINTS: list[tuple[Value, Points | None]] = [
    (0.5, Points(0.5)),
    ("0,5", Points(0.5)),
    ("9.50", Points(9.5)),
    ("2 điểm", Points(2)),
    ("Tối đa 1,5 điểm", Points(1.5)),
    ("0 - 1", Points(1)),
    ("từ 0 đến 2", Points(2)),
    ("-2", Points(0, -2)),
    ("≤ 1", Points(1)),
    ("10%", Points(10)),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("cell", "expected"), POINTS)
def test_points_as_annexes_write_them(cell: Value, expected: Points | None) -> None:
    assert points_of(cell) == expected


@pytest.mark.parametrize("cell", ["theo quy định", "1 - 2", "±1", "1.000", "1.000,5", "2; 3"])
def test_points_that_are_not_one_clear_number(cell: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        points_of(cell)


def test_a_percent_cell_counts_as_the_number_shown() -> None:
    assert points_of(0.1, percent=True) == Points(10)


def test_labels_of_odd_cells() -> None:
    assert labels_of("-") == labels_of("Ghi chú") == labels_of(None) == labels_of(True) == []
    assert [label.parts for label in labels_of("1,1")] == [(1, 1)]
    assert [(label.kind, label.parts) for label in labels_of("IV")] == [("roman", (4,))]
    assert {label.kind for label in labels_of("i)")} == {"roman", "letter"}
    assert leading_label("1.1. Kế hoạch năm 2026") == ("1.1.", "Kế hoạch năm 2026")
    assert leading_label("100% hồ sơ đúng hạn") == ("", "100% hồ sơ đúng hạn")


def sourced(column: str, note: str = "", **told_by: str) -> dict[str, str]:
    """Source types of a small annex with a column of sources and one of notes."""
    head: list[Value] = [*HEAD, "Hình thức đánh giá", "Ghi chú"]
    rows: Rows = [
        ["1", "Một", 10, None, None],
        ["1.1", "Chỉ số a", 4, column, note],
        ["1.2", "b", 6, None, None],
    ]
    return source_types(read_annex(workbook_of([head, *rows]), 10).criteria, told_by)


def test_where_the_scores_come_from() -> None:
    assert sourced("Thẩm định") == {"1": "derived", "1.1": "appraised", "1.2": ""}
    assert sourced("Điều tra XHH")["1.1"] == "survey"
    assert sourced("", "Theo kết quả SIPAS")["1.1"] == "sipas"
    assert sourced("Thẩm định và điều tra")["1.1"] == ""
    assert sourced("Thẩm định", **{"1": "statistics"}) == {
        "1": "derived",
        "1.1": "statistics",
        "1.2": "statistics",
    }
    assert sourced("", **{"1": "appraised", "1.2": "survey"}) == {
        "1": "derived",
        "1.1": "appraised",
        "1.2": "survey",
    }


def test_a_source_merged_over_rows_holds_for_all_of_them() -> None:
    head: list[Value] = [*HEAD, "Hình thức đánh giá"]
    rows: Rows = [["1", "Một", 4, "Thẩm định"], ["2", "Hai", 6, None]]
    annex = read_annex(workbook_of([head, *rows], merges=[Merge(2, 4, 3, 4)]), 10)
    assert source_types(annex.criteria, {}) == {"1": "appraised", "2": "appraised"}


def test_every_check_of_an_annex_is_documented() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "etl/intake/annex").glob("*.py"))
    checks = set(re.findall(r'"(annex\.[a-z_]+)"', code))
    listed = re.findall(r"\| `(annex\.[a-z_]+)` \|", (ROOT / "docs/importing.md").read_text(encoding="utf-8"))
    assert checks == set(listed)
    assert len(listed) == len(set(listed)) > 15
