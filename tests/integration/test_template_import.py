"""A template from the command line, filled in and imported without any mapping, up to the release."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from openpyxl import load_workbook
from openpyxl.workbook import Workbook as Book
from typer.testing import CliRunner

from etl.__main__ import app
from etl.build import build
from etl.settings import Settings
from etl.warehouse.queries import Warehouse
from tests.fixtures.etl.packs import small_pack

FIGURES = {"PCI": 71.25, "PCI:rank": 4, "PCI.1": 8.13, "PCI.10": 6.02}


@pytest.fixture
def pack(tmp_path: Path) -> Settings:
    """A small real pack with a release in service."""
    settings = small_pack(tmp_path)
    build(settings)
    return settings


def run(settings: Settings, *words: str) -> Result:
    """A command on the pack of the settings."""
    folders = {"data": settings.data_dir, "definitions": settings.definitions_dir}
    options = [part for name, folder in folders.items() for part in (f"--{name}", str(folder))]
    return CliRunner().invoke(app, [*words, *options, "--releases", str(settings.releases_dir)])


def filled(settings: Settings, year: str = "2020") -> Path:
    """A template of the year with figures of one province."""
    path = settings.data_dir.parent / "template.xlsx"
    done = run(settings, "template", "--index", "PCI", "--year", year, "--out", str(path))
    assert done.exit_code == 0, done.output
    assert "63 units" in done.output
    book = load_workbook(path)
    sheet = book["Số liệu"]
    columns = {str(cell.value): cell.column for cell in sheet[7]}
    row = next(cell.row for cell in sheet["A"] if cell.value == "Quảng Ninh")
    for header, value in FIGURES.items():
        sheet.cell(row, columns[header]).value = value
    book["Nguồn"]["B5"] = "Báo cáo thử"
    book.save(path)
    return path


def test_a_filled_template_is_imported_without_a_mapping(pack: Settings) -> None:
    done = run(pack, "import", str(filled(pack)), "--who", "Nguyễn Văn A", "--json")
    assert done.exit_code == 0, done.output
    draft = json.loads(done.stdout)
    assert (draft["state"], draft["index"], draft["years"]) == ("staged", "PCI", [2020])
    assert draft["mapping"] == "template-pci-2020-scores"
    published = run(pack, "imports", "publish", draft["id"])
    assert published.exit_code == 0, published.output
    warehouse = Warehouse(pack.releases_dir / "current.json")
    rows = warehouse.scores("PCI", 2020).set_index("component_code")
    assert set(rows["unit_name_vi"]) == {"Quảng Ninh"}
    assert (rows.loc["PCI", "published"], rows.loc["PCI", "rank"]) == (71.25, 4)
    assert (rows.loc["PCI.1", "published"], rows.loc["PCI.10", "published"]) == (8.13, 6.02)
    fact = warehouse.facts("PCI", 2020, component_code="PCI").iloc[0]
    assert fact["place"].startswith("Số liệu!B")
    assert (fact["source_document"], fact["source_publisher"]) == ("Báo cáo thử", "VCCI")


def test_an_old_template_is_refused_with_a_clear_sentence(pack: Settings) -> None:
    path = filled(pack)
    components = pack.definitions_dir / "pci_2017_2021" / "components.csv"
    text = components.read_text(encoding="utf-8")
    components.write_text(text.replace("Gia nhập thị trường", "Vào thị trường"), encoding="utf-8")
    done = run(pack, "import", str(path))
    assert done.exit_code == 4
    assert "older version of its framework" in done.output
    assert "python -m etl template" in done.output


def test_a_plain_workbook_needs_a_mapping(pack: Settings, tmp_path: Path) -> None:
    book = Book()
    book.active["A1"] = "Tỉnh"  # type: ignore[index]
    book.save(tmp_path / "plain.xlsx")
    done = run(pack, "import", str(tmp_path / "plain.xlsx"))
    assert (done.exit_code, "--mapping" in done.output) == (4, True)


def test_a_year_without_a_framework_says_what_to_do(pack: Settings) -> None:
    done = run(pack, "template", "--index", "PCI", "--year", "2031", "--out", str(pack.data_dir / "x.xlsx"))
    assert done.exit_code == 3
    told = " ".join(done.output.split())
    assert "No framework of PCI covers 2031" in told
    assert "python -m etl annex FILE --index PCI --years 2031 --like pci_2017_2021" in told


def test_a_template_that_may_be_filled_in_is_not_written_over(pack: Settings) -> None:
    path = filled(pack)
    words = ["template", "--index", "PCI", "--year", "2020", "--out", str(path)]
    refused = run(pack, *words)
    assert (refused.exit_code, "exists already" in refused.output) == (4, True)
    done = run(pack, *words, "--force", "--province", "Hải Phòng", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["units"], told["framework"]) == (0, 1, "pci_2017_2021")
