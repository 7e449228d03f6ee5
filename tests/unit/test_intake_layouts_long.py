"""The long layout: a row a figure, keys in columns; filters, merged keys, codes, both public tables."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from etl.intake.extract import Extract
from etl.intake.layouts import extract
from etl.intake.mapping_file import load_mapping
from etl.readers.files import open_workbook
from etl.readers.workbook import Merge
from tests.fixtures.intake.books import ROOT, first, pack_names, read, scores, sheet, told

HEADER = ["Tỉnh", "Năm", "Loại", "Mã", "Điểm", "Tự chấm"]
PLAN: dict[str, Any] = {
    "layout": "long",
    "header_rows": [1],
    "unit": {"header": "Tỉnh"},
    "year_from": {"header": "Năm"},
    "component_from": {"header": "Mã"},
    "columns": [{"header": "Điểm"}, {"header": "Tự chấm", "role": "self_score"}],
}


def table(*rows: list[Any], **details: Any) -> Any:
    """A sheet of the header and rows."""
    return sheet([HEADER, *rows], **details)


def test_a_row_is_a_figure_with_its_keys() -> None:
    found = read(table(["Hà Nội", 2022, "tỉnh", "1.1", 2.5, 3], ["Hà Nội", 2023, "tỉnh", "1.1", 2, 2]), PLAN)
    assert told(found) == []
    assert list(found.rows["year"]) == ["2022", "2023"]
    assert list(found.rows["component"]) == ["1.1", "1.1"]
    row = found.rows.iloc[0]
    assert (row["score"], row["row"], row["column"]) == ("2.5", 2, 5)
    assert (row["self_score"], row["self_row"], row["self_column"]) == ("3", 2, 6)


def test_names_of_components_become_codes() -> None:
    plan = PLAN | {"components": {"Thể chế": "2", "Tổng điểm": "PAR"}}
    rows = [["Hà Nội", 2023, "", "THE CHE", 8, 9], ["Hà Nội", 2023, "", "tổng điểm", 80, 85]]
    found = read(table(*rows), plan)
    assert told(found) == []
    assert scores(found) == {("Hà Nội", "2"): "8", ("Hà Nội", "PAR"): "80"}


def test_an_unknown_component_is_refused_at_its_cell() -> None:
    plan = PLAN | {"components": {"Thể chế": "2"}}
    found = read(table(["Hà Nội", 2023, "", "Thể chê khác", 8, 9]), plan)
    assert told(found)[0] == ("unknown_component", "S!D2")
    assert first(found, "unknown_component").problem.expected == "Thể chế"
    assert told(read(table(["Hà Nội", 2023, "", "Thể chế", 8, 9]), PLAN))[0][0] == "unknown_component"


def test_a_figure_without_a_component_is_refused() -> None:
    found = read(table(["Hà Nội", 2023, "", None, 8, 9]), PLAN)
    assert told(found)[0] == ("figures_without_component", "S!D2")


def test_codes_that_stand_as_numbers_are_a_warning() -> None:
    found = read(table(["Hà Nội", 2023, "", 1.1, 8, 9], ["Hà Nội", 2023, "", 1.2, 8, 9]), PLAN)
    assert told(found, "warning") == [("code_as_number", "S!D2")]


def test_filters_keep_rows_and_what_they_drop_is_counted() -> None:
    plan = PLAN | {"filters": [{"header": "Loại", "values": ["Tinh"]}]}
    rows = [["Hà Nội", 2023, "tỉnh", "1", 8, 9], ["Bộ Y tế", 2023, "bộ", "1", 9, 9]]
    found = read(table(*rows), plan)
    assert told(found) == []
    assert len(found.rows) == 1
    assert first(found, "filtered").problem.what.startswith("1 rows")


def test_filters_that_leave_nothing_are_refused_with_what_the_column_holds() -> None:
    plan = PLAN | {"filters": [{"header": "Loại", "values": ["province"]}]}
    rows = [["Hà Nội", 2023, "tỉnh", "1", 8, 9], ["Bộ Y tế", 2023, "bộ", "1", 9, 9]]
    found = read(table(*rows), plan)
    assert told(found)[0] == ("filtered", "S!C2")
    assert first(found, "filtered").problem.found == "bộ, tỉnh"


def test_keys_merged_over_rows_count_for_each() -> None:
    rows = [["Hà Nội", 2023, "", "1", 8, 9], [None, None, "", "2", 7, 9]]
    found = read(table(*rows, merges=[Merge(2, 1, 3, 1), Merge(2, 2, 3, 2)]), PLAN)
    assert told(found) == []
    assert scores(found) == {("Hà Nội", "1"): "8", ("Hà Nội", "2"): "7"}


def test_the_same_keys_twice_are_refused() -> None:
    found = read(table(["Hà Nội", 2023, "", "1", 8, 9], ["Ha Noi", 2023, "", "1", 8, 9]), PLAN)
    assert told(found) == [("duplicate_unit", "S!A3")]


def test_a_unit_set_that_the_mapping_does_not_know_is_refused() -> None:
    plan = PLAN | {"unit_set_from": {"header": "Loại"}, "unit_sets": {"cũ": "63", "mới": "34"}}
    rows = [
        ["Lào Cai", 2023, "cũ", "1", 8, 9],
        ["Lào Cai", 2023, "MOI", "1", 7, 9],
        ["Huế", 2023, "?", "1", 7, 9],
    ]
    found = read(table(*rows), plan)
    assert told(found) == [("unknown_unit_set", "S!C4")]
    assert list(found.rows["unit_set"]) == ["63", "34"]


def test_old_and_new_provinces_of_one_name_are_two_units() -> None:
    plan = PLAN | {"unit_set_from": {"header": "Loại"}, "unit_sets": {"63": "63", "34": "34"}}
    found = read(table(["Lào Cai", 2023, 63, "1", 8, 9], ["Lào Cai", 2023, 34, "1", 7, 9]), plan)
    assert told(found) == []
    assert list(found.rows["score"]) == ["8", "7"]


# The public long tables, with invented figures, through real CSV files.
PAR_HEADER = [
    "year", "unit_type", "unit_code", "unit_name", "par_index", "par_rank", "ranked", "score_moha",
    "score_survey",
]  # fmt: skip
SIPAS_HEADER = ["year", "geo_code", "geo_name", "geo_short", "geo_system", "sipas_rank", "sipas_index"]


def public(tmp_path: Path, name: str, header: list[str], *rows: list[Any]) -> Extract:
    """What the shipped mapping reads of a CSV file with these rows."""
    path = tmp_path / "bang.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])
    plan = load_mapping(ROOT / "data" / "mappings" / f"{name}.yaml")
    return extract(open_workbook(path), plan, pack_names())


PAR_ROWS: list[list[Any]] = [
    [2013, "province", "48", "Đà Nẵng", "81.25", 1, 1, "55.10", "26.15"],
    [2013, "ministry", "B01", "Bộ Y tế", "79.10", 3, 1, "50.00", "29.10"],
    [2022, "province", "48", "Đà Nẵng", "87.50", 2, 1, "61.00", "26.50"],
    [2022, "province", "01", "Hà Nội", "", "", 0, "", ""],
]


def test_the_public_par_table_is_read_by_its_shipped_mapping(tmp_path: Path) -> None:
    found = public(tmp_path, "par_public_table", PAR_HEADER, *PAR_ROWS)
    assert told(found) == []
    rows = found.rows[["year", "unit", "component", "score", "rank"]]
    assert [tuple(row) for row in rows.itertuples(index=False)] == [
        ("2013", "Đà Nẵng", "PAR", "81.25", "1"),
        ("2022", "Đà Nẵng", "PAR", "87.50", "2"),
        ("2013", "Đà Nẵng", "SRC.appraised", "55.10", ""),
        ("2013", "Đà Nẵng", "SRC.survey", "26.15", ""),
    ]


def test_a_public_par_table_of_later_years_has_totals_alone(tmp_path: Path) -> None:
    found = public(tmp_path, "par_public_table", PAR_HEADER, *PAR_ROWS[2:])
    assert told(found) == []
    assert list(found.rows["component"]) == ["PAR"]


def test_a_public_par_table_without_provinces_is_refused(tmp_path: Path) -> None:
    found = public(
        tmp_path, "par_public_table", PAR_HEADER, [2022, "thứ khác", "1", "Hà Nội", 80, 1, 1, "", ""]
    )
    assert told(found)[0] == ("filtered", "bang!B2")


def test_the_public_sipas_table_is_read_with_old_and_new_provinces(tmp_path: Path) -> None:
    rows = [
        [2023, "15", "Yên Bái", "Yên Bái", "old", 12, "82.5"],
        [2023, "15", "Lào Cai", "Lào Cai", "new", 3, "83.25"],
        [2024, "92", "Cần Thơ", "Cần Thơ", "63", 5, "84,1"],
    ]
    refused = public(tmp_path, "sipas_public_table", SIPAS_HEADER, *rows)
    assert told(refused)[0] == ("ambiguous_number", "bang!G2")
    rows[2][-1] = "84.1"
    found = public(tmp_path, "sipas_public_table", SIPAS_HEADER, *rows)
    assert told(found) == []
    assert list(zip(found.rows["unit_set"], found.rows["unit"], found.rows["score"], strict=True)) == [
        ("63", "Yên Bái", "82.5"),
        ("34", "Lào Cai", "83.25"),
        ("63", "Cần Thơ", "84.1"),
    ]
    assert list(found.rows["rank"]) == ["12", "3", "5"]


def test_a_sipas_table_with_another_word_for_the_system_is_refused(tmp_path: Path) -> None:
    found = public(tmp_path, "sipas_public_table", SIPAS_HEADER, [2023, "1", "Hà Nội", "", "v2", 1, "80.5"])
    assert told(found)[0] == ("unknown_unit_set", "bang!E2")


@pytest.mark.parametrize("missing", ["par_index", "unit_name", "year"])
def test_a_public_table_without_a_column_is_refused(tmp_path: Path, missing: str) -> None:
    header = ["khác" if name == missing else name for name in PAR_HEADER]
    found = public(tmp_path, "par_public_table", header, *PAR_ROWS)
    assert "header_moved" in [check for check, _ in told(found)]
    assert missing != "par_index" or "PAR" not in set(found.rows["component"])
