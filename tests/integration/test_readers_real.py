"""The publishers' own workbooks, where they lie beside the project: every cell as openpyxl sees it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import openpyxl
import pytest

from etl.readers.files import open_workbook
from etl.readers.workbook import Sheet

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "workbooks"
FILES = sorted(FOLDER.glob("*.xlsx"))
OLD = sorted(FOLDER.glob("*.xls"))

pytestmark = pytest.mark.skipif(not FILES, reason="the publishers' workbooks are not here")


def plain(value: object) -> object:
    """A value of openpyxl in the neutral form."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value) if value.strip() else None
    return value


def check_values(sheet: Sheet, found: openpyxl.worksheet.worksheet.Worksheet) -> None:
    """Values and percents of one sheet."""
    percent = set()
    for row in found.iter_rows():
        for cell in row:
            assert sheet.at(cell.row, cell.column) == plain(cell.value), f"{sheet.name}!{cell.coordinate}"
            if cell.value is not None and "%" in cell.number_format:
                percent.add((cell.row, cell.column))
    assert sheet.percent == percent


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_published_workbook_is_read_cell_by_cell_like_openpyxl(path: Path) -> None:
    workbook = open_workbook(path)
    values = openpyxl.load_workbook(path, data_only=True)
    written = openpyxl.load_workbook(path)
    assert [sheet.name for sheet in workbook.sheets] == values.sheetnames
    for sheet in workbook.sheets:
        check_values(sheet, values[sheet.name])
        found = written[sheet.name]
        formulas = {(c.row, c.column) for row in found.iter_rows() for c in row if c.data_type == "f"}
        assert sheet.formulas == formulas
        assert sheet.state == found.sheet_state
        assert sheet.hidden_rows == {
            row for row, about in found.row_dimensions.items() if about.hidden and row <= sheet.height
        }
        assert {(m.first_row, m.first_column, m.last_row, m.last_column) for m in sheet.merges} == {
            (m.min_row, m.min_col, m.max_row, m.max_col) for m in found.merged_cells.ranges
        }


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.name)
def test_an_old_published_workbook_is_read(path: Path) -> None:
    workbook = open_workbook(path)
    assert workbook.kind == "xls"
    assert len(workbook.sheets) > 1
    assert all(sheet.height > 60 for sheet in workbook.sheets)
    assert workbook.notices == []
