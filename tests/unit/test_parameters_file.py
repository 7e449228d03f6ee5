"""Writing pooled ranges: other lines stay byte for byte, new rows find their place, numbers are exact."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.parameters_file import with_ranges, write_ranges

HEADER = "year,code,weight,ref_min,ref_max,slope,intercept,proof,max_error"
TEXT = f"""{HEADER}
1,A,0.5,1,2,,,proven,
1,"B, b",0.5,1.50,2,,,,
3,A,0.25,1,2.5,,,,
"""


def rows(text: str) -> dict[tuple[str, str], dict[str, str]]:
    """Rows by year and code."""
    return {(row["year"], row["code"]): row for row in csv.DictReader(io.StringIO(text))}


def test_a_row_keeps_its_other_cells_and_the_other_lines_their_bytes() -> None:
    found = with_ranges(TEXT, {(1, "A"): (0.5, 3.0)})
    assert found == TEXT.replace("1,A,0.5,1,2,", "1,A,0.5,0.5,3,")


def test_new_rows_stand_after_those_of_their_year_or_of_the_years_before() -> None:
    found = with_ranges(TEXT, {(1, "C"): (0.0, 1.0), (2, "A"): (1.0, 2.25), (4, "A"): (1.0, 9.0)})
    assert list(rows(found)) == [
        ("1", "A"), ("1", "B, b"), ("1", "C"), ("2", "A"), ("3", "A"), ("4", "A")
    ]  # fmt: skip
    assert found.splitlines()[3] == "1,C,,0,1,,,,"


def test_line_ends_of_windows_stay() -> None:
    found = with_ranges(TEXT.replace("\n", "\r\n"), {(3, "A"): (1.0, 2.75), (9, "A"): (1.0, 3.0)})
    assert found.count("\r\n") == found.count("\n") == 5


def test_a_last_line_without_an_end_gets_one() -> None:
    assert with_ranges(TEXT.rstrip("\n"), {(4, "A"): (1.0, 2.0)}) == TEXT + "4,A,,1,2,,,,\n"


def test_a_file_that_is_not_there_begins_with_the_header(tmp_path: Path) -> None:
    path = tmp_path / "parameters.csv"
    write_ranges(path, {(1, "A"): (0.1, 0.2)})
    assert path.read_text(encoding="utf-8") == f"{HEADER}\n1,A,,0.1,0.2,,,,\n"
    assert os.listdir(tmp_path) == ["parameters.csv"]


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_numbers_come_back_exactly_and_a_second_run_changes_nothing(low: float, high: float) -> None:
    ranges = {(1, "A"): (low, high), (5, "N"): (high, low)}
    once = with_ranges(TEXT, ranges)
    assert with_ranges(once, ranges) == once
    row = rows(once)["1", "A"]
    assert (float(row["ref_min"]), float(row["ref_max"])) == (low, high)


@pytest.mark.parametrize("name", ["pci_2009_2012", "pci_2013_2016", "pci_2017_2021"])
def test_a_shipped_file_changes_in_the_one_line(root: Path, name: str) -> None:
    text = (root / "indices/definitions" / name / "parameters.csv").read_text(encoding="utf-8")
    cell = next(key for key, row in rows(text).items() if row["ref_min"])
    found = with_ranges(text, {(int(cell[0]), cell[1]): (-1.0, 1e6)})
    pairs = zip(text.splitlines(), found.splitlines(), strict=True)
    changed = [(old, new) for old, new in pairs if old != new]
    assert len(changed) == 1
    assert with_ranges(text, {}) == text
