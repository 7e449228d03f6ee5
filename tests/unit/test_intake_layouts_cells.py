"""Cells of figures: numbers, texts, percents, and everything that must not become a figure."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from etl.intake.extract import Extract
from etl.readers.workbook import Merge
from tests.fixtures.intake.books import first, read, scores, sheet, told

UNITS = [
    "Hà Nội",
    "Hải Phòng",
    "Đà Nẵng",
    "Cần Thơ",
    "An Giang",
    "Bắc Ninh",
    "Cà Mau",
    "Lào Cai",
    "Sơn La",
    "Phú Yên",
]


def column(*values: Any, plan: dict[str, Any] | None = None, **details: Any) -> Extract:
    """What is read of one column with these values, a unit each; extra of the column's plan and the sheet."""
    rows = [["Tỉnh", "Điểm"], *([unit, value] for unit, value in zip(UNITS, values, strict=False))]
    given = {"header": "Điểm", "component": "PAR", **(plan or {})}
    table = {"header_rows": [1], "unit": {"header": "Tỉnh"}, "columns": [given]}
    table |= {key: details.pop(key) for key in ("merged", "hidden") if key in details}
    return read(sheet(rows, **details), table)


def texts(found: Extract) -> list[str]:
    """Scores in order of rows."""
    return list(found.rows["score"])


def test_real_numbers_become_their_shortest_text() -> None:
    found = column(84.64, 9.0, 1e-05, 12345678.5, 0)
    assert texts(found) == ["84.64", "9", "0.00001", "12345678.5", "0"]


def test_texts_keep_the_decimals_printed() -> None:
    assert texts(column("84,640", "9,0", "80,00")) == ["84.640", "9.0", "80.00"]
    assert texts(column("84.640", "9.0")) == ["84.640", "9.0"]


def test_thousands_are_read_once_the_column_decides() -> None:
    assert texts(column("1.234,5", "2.000", "7,25")) == ["1234.5", "2000", "7.25"]
    assert texts(column("1,234.5", "2,000")) == ["1234.5", "2000"]


def test_a_column_that_can_be_read_two_ways_is_refused_at_its_cell() -> None:
    found = column("1.234", "5.678")
    assert told(found)[0] == ("ambiguous_number", "S!B2")
    assert texts(found) == []


def test_the_mapping_may_decide_what_the_column_does_not() -> None:
    assert texts(column("1.234", "5.678", plan={"numbers": "comma"})) == ["1234", "5678"]
    assert texts(column("1.234", "5.678", plan={"numbers": "dot"})) == ["1.234", "5.678"]


def test_a_column_with_commas_and_dots_before_decimals_is_refused() -> None:
    found = column("84,64", "91.87")
    assert told(found)[0] == ("ambiguous_number", "S!B3")
    assert texts(found) == []


@pytest.mark.parametrize("numbers", ["auto", "comma"])
def test_a_thousand_among_decimals_is_refused(numbers: str) -> None:
    """91.234 among 84,64 is more likely ninety-one mistyped than ninety-one thousand."""
    found = column("84,64", "91.234", plan={"numbers": numbers})
    assert told(found) == [("ambiguous_number", "S!B3")]
    assert texts(found) == ["84.64"]


@pytest.mark.parametrize(
    ("value", "check"),
    [
        ("khá", "not_a_number"),
        ("12 điểm", "not_a_number"),
        ("5/10", "not_a_number"),
        ("1.2.3", "not_a_number"),
        (True, "not_a_number"),
        (float("inf"), "not_a_number"),
        (dt.datetime(2024, 5, 12), "date_in_figures"),
        (dt.time(8, 30), "date_in_figures"),
        ("#REF!", "error_cell"),
        ("#N/A", "error_cell"),
    ],
)
def test_what_is_no_number_is_refused_at_its_cell(value: Any, check: str) -> None:
    found = column(84.64, value)
    assert told(found) == [(check, "S!B3")]
    assert texts(found) == ["84.64"]


def test_error_cells_and_formulas_without_a_result_are_refused() -> None:
    found = column(84.64, None, None, errors={(3, 2): "#DIV/0!"}, uncached=frozenset({(4, 2)}))
    assert told(found) == [("error_cell", "S!B3"), ("formula_without_value", "S!B4")]
    assert first(found, "error_cell").problem.found == "#DIV/0!"


def test_merged_figures_are_refused_once_an_area() -> None:
    found = column(84.64, None, 80, merges=[Merge(2, 2, 3, 2)])
    assert told(found) == [("merged_cells", "S!B2")]
    assert first(found, "merged_cells").problem.found == "B2:B3"


def test_merged_figures_count_for_every_cell_where_the_mapping_says_so() -> None:
    found = column(84.64, None, 80, merges=[Merge(2, 2, 3, 2)], merged="repeat")
    assert told(found) == []
    assert texts(found) == ["84.64", "84.64", "80"]


@pytest.mark.parametrize("word", ["-", "–", "...", "…", "x", "N/A", "không công bố", "Chưa có số liệu"])
def test_words_for_not_published_are_blank_and_told(word: str) -> None:
    found = column(84.64, 80, word)
    assert told(found) == []
    assert texts(found) == ["84.64", "80"]
    assert ("blank_unit_row", "S!A4") in told(found, "note")


def test_such_a_word_beside_other_figures_is_told_with_its_cell() -> None:
    rows = [["Tỉnh", "Điểm", "Hạng"], ["Hà Nội", "-", 3]]
    plan = {
        "header_rows": [1],
        "unit": {"header": "Tỉnh"},
        "columns": [
            {"header": "Điểm", "component": "PAR"},
            {"header": "Hạng", "component": "PAR", "role": "rank"},
        ],
    }
    found = read(sheet(rows), plan)
    assert ("placeholder", "S!B2") in told(found, "note")
    assert scores(found) == {("Hà Nội", "PAR"): ""}
    assert scores(found, "rank") == {("Hà Nội", "PAR"): "3"}


def test_a_footnote_mark_on_a_figure_is_left_out_and_told() -> None:
    found = column("84,64*", "80,5")
    assert texts(found) == ["84.64", "80.5"]
    assert ("footnote_mark", "S!B2") in told(found, "note")


def test_a_percent_counts_as_its_fraction_times_the_factor() -> None:
    percent = frozenset({(2, 2), (3, 2)})
    assert texts(column(0.9417, 0.8, percent=percent, plan={"factor": 100})) == ["94.17", "80"]
    assert texts(column("94,170%", "80,5%", plan={"factor": 100})) == ["94.170", "80.5"]
    kept = column(0.9417, 0.8, percent=percent)
    assert texts(kept) == ["0.9417", "0.8"]
    assert ("percent_as_fraction", "S!B2") in told(kept, "warning")
    assert told(column(0.9417, 0.8, percent=percent, plan={"percent": True}), "warning") == []


def test_percents_and_plain_numbers_in_one_column_are_refused_at_the_odd_cell() -> None:
    found = column(0.9417, 80, 0.9, percent=frozenset({(2, 2), (4, 2)}))
    assert told(found)[0] == ("mixed_percent", "S!B3")
    assert texts(found) == []
    assert told(column("94,17%", "80,5"))[0][0] == "mixed_percent"


def test_nought_is_the_same_with_and_without_percent() -> None:
    found = column(0.94, 0, plan={"percent": True}, percent=frozenset({(2, 2)}))
    assert told(found) == []
    assert texts(found) == ["0.94", "0"]


def test_a_mapping_that_expects_percents_refuses_plain_numbers_and_the_other_way() -> None:
    assert told(column(94.17, 80, plan={"percent": True}))[0] == ("mixed_percent", "S!B2")
    found = column(0.94, 0.8, percent=frozenset({(2, 2), (3, 2)}), plan={"percent": False})
    assert told(found)[0] == ("mixed_percent", "S!B2")
    assert texts(found) == []


def test_a_factor_on_plain_numbers_is_a_warning_unless_the_mapping_expects_them() -> None:
    assert told(column(8.5, plan={"factor": 10}), "warning") == [("factor_on_plain", "S!B2")]
    found = column(8.5, plan={"factor": 10, "percent": False})
    assert told(found, "warning") == []
    assert texts(found) == ["85"]


@pytest.mark.parametrize("value", [2.5, 0, -1, "2,5"])
def test_a_rank_is_a_whole_number_from_one(value: Any) -> None:
    found = column(value, 3, plan={"role": "rank"})
    assert told(found) == [("rank_not_whole", "S!B2")]
    assert list(found.rows["rank"]) == ["3"]


@pytest.mark.parametrize(
    ("value", "warned"), [(8312, True), (0.0831, True), (8.3, False), (0, False), (60, False)]
)
def test_a_figure_ten_times_all_others_or_a_tenth_asks_for_a_look(value: float, warned: bool) -> None:
    found = column(8.5, 9.25, 7.5, 6.75, 8, 9, 8.25, 7, value)
    assert told(found) == []
    assert (("out_of_scale", "S!B10") in told(found, "warning")) is warned


def test_hidden_columns_are_refused_read_or_left_out_as_the_mapping_says() -> None:
    hidden = {"hidden_columns": frozenset({2})}
    refused = column(84.64, **hidden)
    assert ("hidden_columns", "S!B2") in told(refused)
    assert texts(refused) == []
    shown = column(84.64, hidden="read", **hidden)
    assert told(shown) == []
    assert texts(shown) == ["84.64"]
    assert ("hidden_columns", "S!B2") in told(shown, "note")
    assert texts(column(84.64, hidden="skip", **hidden)) == []


def test_hidden_rows_are_refused_read_or_left_out_as_the_mapping_says() -> None:
    hidden = {"hidden_rows": frozenset({3})}
    refused = column(84.64, 80, **hidden)
    assert told(refused) == [("hidden_rows", "S!A3")]
    shown = column(84.64, 80, hidden="read", **hidden)
    assert texts(shown) == ["84.64", "80"]
    left = column(84.64, 80, hidden="skip", **hidden)
    assert told(left) == []
    assert texts(left) == ["84.64"]
    assert ("hidden_rows", "S!A3") in told(left, "note")


def test_many_findings_of_a_kind_are_counted() -> None:
    rows = [["Tỉnh", "Điểm"], *([f"Không ai {n}", 80] for n in range(500))]
    plan = {
        "header_rows": [1],
        "unit": {"header": "Tỉnh"},
        "columns": [{"header": "Điểm", "component": "PAR"}],
    }
    found = read(sheet(rows), plan)
    unknown = [f for f in found.findings if f.check == "reading.unknown_unit"]
    assert len(unknown) == 201
    assert unknown[-1].problem.what.startswith("300 more")
