"""Every formula of the annex, worked out by LibreOffice: what is stored with it, and the published totals."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from etl.warehouse.queries import Warehouse
from exports.briefing import xlsx_annex
from exports.briefing.words import Words
from tests.fixtures.briefing import briefing_of

PACKS = [("quang-ninh", 2021), ("da-nang", 2023)]  # between them every index whose rule has a formula
NEAR = 1e-6
HEAD = 5  # row of the header of a sheet


@pytest.mark.slow
def test_libreoffice_works_out_what_stands_there(warehouse: Warehouse, tmp_path: Path) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not on this computer")
    for slug, year in PACKS:
        (tmp_path / f"{slug}.xlsx").write_bytes(xlsx_annex.annex(briefing_of(warehouse, slug, year)))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "again")]
    files = [str(tmp_path / f"{slug}.xlsx") for slug, _ in PACKS]
    subprocess.run([*command, *files], check=True, timeout=180, capture_output=True)
    checked = 0
    for slug, _ in PACKS:
        ours = openpyxl.load_workbook(tmp_path / f"{slug}.xlsx", data_only=True)
        formulas = openpyxl.load_workbook(tmp_path / f"{slug}.xlsx")
        again = openpyxl.load_workbook(tmp_path / "again" / f"{slug}.xlsx", data_only=True)
        checked += compared(formulas, ours, again)
        residuals(again)
    assert checked > 200


def compared(formulas: Workbook, ours: Workbook, again: Workbook) -> int:
    """How many formulas there are; each gives what was stored with it."""
    places = [
        (sheet.title, cell.coordinate)
        for sheet in formulas
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    for sheet, place in places:
        assert again[sheet][place].value == pytest.approx(ours[sheet][place].value, abs=NEAR), (sheet, place)
    return len(places)


def residuals(again: Workbook) -> None:
    """What the leaves make differs from what was published by no more than its rounding."""
    label = Words("vi").t("c.residual")
    for sheet in again:
        head = [cell.value for cell in sheet[HEAD]]
        if label in head:
            at = head.index(label)
            gaps = [row[at] for row in sheet.iter_rows(min_row=HEAD + 1, values_only=True)]
            assert all(abs(gap) < 0.011 for gap in gaps if isinstance(gap, (int, float))), sheet.title
