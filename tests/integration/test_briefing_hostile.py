"""What people typed stays text in every document: no field, no link, no code of the typesetter."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from etl.warehouse.queries import Warehouse
from exports.briefing import docx_report, pdf_report, pptx_slides, xlsx_annex
from exports.briefing.model import Assignment, Briefing, Cause, Written
from tests.fixtures.briefing import briefing_of

HOSTILE = (
    '#read("pyproject.toml")', '"); #read("app.py") ("', "#import sys: *", "$ #panic() $", '\\"#eval("1")',
    "<w:instrText>DDEAUTO c cmd</w:instrText>", '<w:hyperlink r:id="rId1"/>', "]]><x>", "&xxe;", "{=1+1}",
    "=cmd|' /C calc'!A0", "+1+cmd", "@SUM(1)", "-2+3",
)  # fmt: skip
OF_THE_PROJECT = "requires-python"  # what a read file would show


@pytest.fixture(scope="module")
def made(warehouse: Warehouse) -> Briefing:
    """A briefing of one index whose causes and assignments are hostile."""
    causes = tuple(Cause("DTI", "HDKTS", "objective", text) for text in HOSTILE)
    works = tuple(Assignment("DTI", "HDKTS", task=text, lead=text) for text in HOSTILE)
    return briefing_of(warehouse, "quang-ninh", 2023, Written(causes, works), indices=("DTI",))


def parts(data: bytes, suffix: str) -> str:
    """All parts of a package of that ending, one after the other."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "".join(package.read(name).decode() for name in package.namelist() if name.endswith(suffix))


def test_what_people_typed_stays_text_in_every_document(made: Briefing, tmp_path: Path) -> None:
    report = docx_report.report(made)
    body = parts(report, ".xml")
    assert "&lt;w:instrText&gt;DDEAUTO" in body
    assert "DDEAUTO" not in "".join(re.findall(r"<w:instrText[^>]*>[^<]*", body))
    for data in (report, pptx_slides.slides(made), xlsx_annex.annex(made)):
        outside = re.findall(r'Target="([^"]*)"[^>]*TargetMode="External"', parts(data, ".rels"))
        assert outside == []
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(pdf_report.report(made))
    if (reader := shutil.which("pdftotext")) is not None:
        text = subprocess.run([reader, str(pdf), "-"], capture_output=True, text=True, check=True).stdout
        assert '#read("pyproject.toml")' in " ".join(text.split())
        assert OF_THE_PROJECT not in text
    assert b"/JavaScript" not in pdf.read_bytes()
    assert b"/Launch" not in pdf.read_bytes()
