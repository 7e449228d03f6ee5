"""`python -m etl inspect` and `mappings` on real files: what they show, save, find again and refuse."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from typer.testing import CliRunner, Result

from etl.__main__ import app
from etl.readers.workbook import Workbook
from tests.fixtures.guide import tables as books


@pytest.fixture(autouse=True)
def imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of imports of its own."""
    folder = tmp_path / "imports"
    monkeypatch.setenv("CCHC_IMPORTS_DIR", str(folder))
    return folder


def run(*words: object) -> Result:
    """One command."""
    return CliRunner().invoke(app, [str(word) for word in words])


def told(result: Result) -> dict[str, Any]:
    """What a command says as JSON."""
    assert result.exit_code == 0, result.output
    content: dict[str, Any] = json.loads(result.stdout)
    return content


def xlsx(folder: Path, workbook: Workbook) -> Path:
    """The workbook as a file of Excel, merged cells and hidden sheets too."""
    path = folder / workbook.name
    with xlsxwriter.Workbook(str(path)) as file:
        for sheet in workbook.sheets:
            page = file.add_worksheet(sheet.name)
            for r, row in enumerate(sheet.rows):
                for c, value in enumerate(row):
                    if value is not None:
                        page.write(r, c, value)
            for area in sheet.merges:
                first = sheet.at(area.first_row, area.first_column)
                corners = (area.first_row, area.first_column, area.last_row, area.last_column)
                page.merge_range(*(corner - 1 for corner in corners), first)
            if sheet.state == "hidden":
                page.hide()
    return path


def text(folder: Path, workbook: Workbook, separator: str = ",") -> Path:
    """The first sheet as a text file."""
    path = folder / workbook.name
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=separator).writerows(workbook.sheets[0].rows)
    return path


def test_inspect_shows_sheets_proposal_and_first_rows(tmp_path: Path) -> None:
    file = xlsx(tmp_path, books.wide("PAPI", 2022))
    done = run("inspect", file)
    assert done.exit_code == 0, done.output
    for words in (
        "PAPI_2022.xlsx", "Sheet1", "wide", "papi_2021_2024", "2022 stands in title, file", "D1.1 score",
        "First rows as stored", "Sheet1!C5", "2331 rows; 0 errors", "1 of these wait for a person",
    ):  # fmt: skip
        assert words in done.stdout, words


def test_inspect_speaks_json(tmp_path: Path) -> None:
    found = told(run("inspect", xlsx(tmp_path, books.grouped("PAR", 2023)), "--json"))
    assert found["mapping"]["index"] == "PAR"
    assert found["mapping"]["sheets"][0]["header_rows"] == [2, 3]
    assert [d["what"] for d in found["missing"]] == ["source"]
    assert found["rows"] == 63 * 8
    assert len(found["preview"]) == 10
    assert found["sheets"][0]["plan"]["layout"] == "wide"
    assert [f for f in found["findings"] if f["level"] == "error"] == []


@pytest.mark.parametrize("separator", [",", ";"])
def test_inspect_reads_text_files(tmp_path: Path, separator: str) -> None:
    found = told(run("inspect", text(tmp_path, books.public_sipas(2024), separator), "--json"))
    assert found["kind"] == "csv"
    assert found["mapping"]["index"] == "SIPAS"
    assert found["rows"] == 63 + 34


def test_a_proposal_is_saved_found_again_and_used(tmp_path: Path, imports: Path) -> None:
    file = xlsx(tmp_path, books.wide("PCI", 2018))
    first = told(run("inspect", file, "--save", "my-pci", "--json"))
    assert first["saved"] == str(imports / "mappings" / "my-pci.yaml")
    again = told(run("inspect", file, "--mapping", "my-pci", "--json"))
    assert again["previewed"] == "my-pci"
    mine = next(fit for fit in again["fitting"] if fit["name"] == "my-pci")
    assert (mine["share"], mine["other_year"], mine["saved"]) == (1.0, False, True)
    assert again["preview"] == first["preview"]
    listed = json.loads(run("mappings", "--json").stdout)
    assert {"my-pci": "saved"}.items() <= {row["name"]: row["origin"] for row in listed}.items()
    assert "index: PCI" in run("mappings", "show", "my-pci").stdout
    assert "my-pci" in run("mappings").stdout
    taken = run("inspect", file, "--save", "my-pci")
    assert taken.exit_code == 4
    assert "there already" in taken.output


def test_last_years_mapping_is_copied_for_this_year(tmp_path: Path, imports: Path) -> None:
    told(run("inspect", xlsx(tmp_path, books.wide("PCI", 2018)), "--save", "pci-2018", "--json"))
    copied = told(run("mappings", "next", "pci-2018", 2019, "--json"))
    assert copied["name"] == "pci-2019"
    assert (imports / "mappings" / "pci-2019.yaml").exists()
    found = told(run("inspect", xlsx(tmp_path, books.wide("PCI", 2019)), "--mapping", "pci-2019", "--json"))
    assert found["rows"] == 63 * 11
    assert {row["year"] for row in found["preview"]} == {"2019"}


def test_what_a_person_knows_is_taken_over(tmp_path: Path) -> None:
    workbook = books.changed(
        books.wide("PCI", 2018, name="data.xlsx"), lambda s: s.rows.__setitem__(0, ["Data"])
    )
    file = xlsx(tmp_path, workbook)
    unsure = told(run("inspect", file, "--json"))
    assert {"year", "framework"} <= {d["what"] for d in unsure["missing"]}
    sure = told(run("inspect", file, "--given", "index=PCI,year=2018", "--json"))
    assert [d["what"] for d in sure["missing"]] == ["source"]
    wrong = run("inspect", file, "--given", "yeer=2018")
    assert wrong.exit_code == 2
    assert "year=…" in wrong.output


def test_what_cannot_be_proposed_is_said(tmp_path: Path) -> None:
    file = xlsx(tmp_path, books.book("letter.xlsx", Sheet1=[["Dear colleagues,"], ["see you on Monday"]]))
    done = run("inspect", file)
    assert done.exit_code == 0
    assert "No mapping can be proposed" in done.stdout
    refused = run("inspect", file, "--save", "letter")
    assert refused.exit_code == 4
    assert "no proposal to save" in refused.output


def test_unknown_names_and_files_are_refused(tmp_path: Path) -> None:
    file = xlsx(tmp_path, books.wide("PCI", 2018))
    assert run("inspect", tmp_path / "nothing.xlsx").exit_code == 2
    assert run("inspect", file, "--mapping", "nobody").exit_code == 4
    assert run("mappings", "show", "nobody").exit_code == 4
    bad = run("inspect", file, "--save", "Not A Name")
    assert bad.exit_code == 4
    assert "name" in bad.output
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 this is no workbook")
    assert run("inspect", broken).exit_code == 4
