"""Real workbooks through the real readers, checks and commands: from a file to a figure in service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner, Result

from etl.__main__ import app
from etl.build import build
from etl.intake.drafts import State
from etl.intake.findings import Level
from etl.intake.mapping_file import ColumnMap, ImportMapping, KeyColumn, SheetMap, SourceOfFile, mapping_yaml
from etl.intake.service import Intake
from etl.intake.steps import Steps
from etl.settings import Settings
from etl.warehouse.queries import Warehouse
from indices.errors import SourceError
from tests.fixtures.etl.packs import INDEX, SCORES, copy_of, read_rows, small_pack

HEADERS = ("Tỉnh, thành phố", "Điểm tổng hợp", "Xếp hạng", "Gia nhập thị trường")
COLUMNS = {INDEX: 1, "PCI.1": 3}
CITIZEN = "001085012345"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = small_pack(tmp_path_factory.mktemp("first") / "pack")
    build(settings)
    return settings


@pytest.fixture
def pack(first: Settings, tmp_path: Path) -> Settings:
    return copy_of(first, tmp_path / "pack")


def mapping() -> ImportMapping:
    columns = (
        ColumnMap(header=HEADERS[1], component=INDEX),
        ColumnMap(header=HEADERS[2], component=INDEX, role="rank"),
        ColumnMap(header=HEADERS[3], component="PCI.1"),
    )
    plan = SheetMap(sheet="PCI", header_rows=(3,), unit=KeyColumn(header=HEADERS[0]), columns=columns)
    source = SourceOfFile(publisher="VCCI", date="2020-05-05")
    return ImportMapping(name="pci-2019", index=INDEX, year=2019, source=source, sheets=(plan,))


def book(path: Path, changes: dict[str, float] | None = None, citizens: bool = False) -> Path:
    """The published results of 2019 as a publisher lays them out; `changes`: unit -> total."""
    rows = read_rows_by_unit(path)
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("PCI")
        sheet.write(0, 0, "Kết quả PCI năm 2019")
        sheet.write_row(2, 0, [*HEADERS, *(["Số CCCD"] if citizens else [])])
        for number, (unit, figures) in enumerate(rows.items(), start=3):
            total = (changes or {}).get(unit, figures[INDEX])
            sheet.write_row(number, 0, [unit, total, figures["rank"], figures["PCI.1"]])
            if citizens:
                sheet.write_string(number, 4, str(int(CITIZEN) + number).zfill(12))
    return path


def read_rows_by_unit(path: Path) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in read_rows(path.parent / "pack" / "data" / SCORES):
        if row["component"] in COLUMNS:
            figures = found.setdefault(row["unit"], {})
            figures[row["component"]] = float(row["score"])
            figures |= {"rank": float(row["rank"])} if row["component"] == INDEX else {}
    return found


def test_a_workbook_becomes_figures_that_know_their_cells(pack: Settings, tmp_path: Path) -> None:
    intake = Intake(pack)
    path = book(tmp_path / "Kết quả PCI 2019.xlsx", {"Quảng Ninh": 73.41})
    upload = intake.receive(path.name, path.read_bytes(), "An")
    draft = intake.stage(upload.file_id, mapping(), "An")
    assert (draft.state, draft.rows) == (State.STAGED, 126)
    assert draft.summary["changed"] == 1
    intake.publish(draft.id, "An")
    warehouse = Warehouse(pack.releases_dir / "current.json")
    facts = warehouse.facts(INDEX, 2019, "63:22", INDEX)
    fact = facts[facts["use"] == ""].iloc[0]
    line = 4 + list(read_rows_by_unit(path)).index("Quảng Ninh")
    assert fact[["published", "file", "place", "rank_place", "row", "source_publisher"]].tolist() == [
        73.41, "Kết quả PCI 2019.xlsx", f"PCI!B{line}", f"PCI!C{line}", line, "VCCI",
    ]  # fmt: skip
    assert intake.file(upload.file_id).read_bytes() == path.read_bytes()
    assert warehouse.imports()["sha256"].tolist() == [upload.file_id]


def test_what_the_checks_find_is_kept_with_its_cell(pack: Settings, tmp_path: Path) -> None:
    path = book(tmp_path / "PCI 2019.xlsx", {"Quảng Ninh": 173.4})
    intake = Intake(pack)
    draft = intake.stage(intake.receive(path.name, path.read_bytes(), "An").file_id, mapping(), "An")
    line = 4 + list(read_rows_by_unit(path)).index("Quảng Ninh")
    errors = [found for found in intake.findings(draft.id) if found.level is Level.ERROR]
    assert draft.state is State.REFUSED
    assert ("PCI", line, 2) in {(found.sheet, found.row, found.column) for found in errors}


def test_the_same_file_again_is_told(pack: Settings, tmp_path: Path) -> None:
    path = book(tmp_path / "PCI 2019.xlsx")
    intake = Intake(pack)
    file_id = intake.receive(path.name, path.read_bytes(), "An").file_id
    intake.publish(intake.stage(file_id, mapping(), "An").id, "An")
    assert intake.receive(path.name, path.read_bytes(), "An").known
    again = intake.stage(file_id, mapping(), "An")
    assert "duplicates.file" in {found.check for found in intake.findings(again.id)}


def test_a_person_stays_out_of_everything_that_is_kept(pack: Settings, tmp_path: Path) -> None:
    path = book(tmp_path / "PCI 2019.xlsx", citizens=True)
    intake = Intake(pack)
    upload = intake.receive(path.name, path.read_bytes(), "An")
    assert upload.cleaned
    draft = intake.stage(upload.file_id, mapping(), "An")
    assert draft.state is State.STAGED
    assert "privacy.column" in {found.check for found in intake.findings(draft.id)}
    cells = [
        str(value) for sheet in intake.workbook(upload.file_id).sheets for row in sheet.rows for value in row
    ]
    assert not any(CITIZEN[:8] in cell for cell in cells)
    texts = [p for p in pack.imports_dir.rglob("*") if p.is_file() and p.suffix != ".xlsx"]
    assert not any(CITIZEN[:8] in p.read_text(encoding="utf-8") for p in texts)
    known = intake.receive("again.xlsx", path.read_bytes(), "An")
    assert (known.file_id, known.known) == (upload.file_id, True)


def test_what_cannot_be_read_is_not_kept(pack: Settings) -> None:
    for data in (b"MZ\x90\x00 not a workbook", b"", b"PK\x03\x04 torn"):
        with pytest.raises(SourceError):
            Intake(pack).receive("bang diem.xlsx", data, "An")
    assert not (pack.imports_dir / "files").exists()
    assert Intake(pack).history() == []


def test_a_file_is_looked_at_before_it_is_staged(pack: Settings, tmp_path: Path) -> None:
    path = book(tmp_path / "Kết quả PCI 2019.xlsx")
    intake = Intake(pack)
    inspection = intake.inspect(intake.receive(path.name, path.read_bytes(), "An").file_id)
    assert [sheet.name for sheet in inspection.sheets] == ["PCI"]
    assert inspection.mapping is not None
    assert (inspection.mapping.index, inspection.mapping.year) == (INDEX, 2019)


def run(pack: Settings, *words: str) -> Result:
    places = [f"--{n}={getattr(pack, f'{n}_dir')}" for n in ("data", "definitions", "releases", "imports")]
    return CliRunner().invoke(app, [*words, *places])


def told(result: Result) -> dict:
    assert result.exit_code == 0, result.output
    content = json.loads(result.stdout)
    assert isinstance(content, dict)
    return content


@pytest.fixture
def files(pack: Settings, tmp_path: Path) -> tuple[str, str]:
    """A workbook and its mapping on disk."""
    name = tmp_path / "pci-2019.yaml"
    name.write_text(mapping_yaml(mapping()), encoding="utf-8")
    return str(book(tmp_path / "PCI 2019.xlsx", {"Quảng Ninh": 73.41})), str(name)


def test_the_commands_from_import_to_undo(pack: Settings, files: tuple[str, str]) -> None:
    draft = told(run(pack, "import", files[0], "--mapping", files[1], "--who", "An", "--json"))
    assert (draft["state"], draft["who"], draft["summary"]["changed"]) == ("staged", "An", 1)
    assert [row["new"] for row in draft["diff"]["changes"]] == [73.41]
    shown = told(run(pack, "imports", "show", draft["id"], "--json"))
    assert shown["diff"] == draft["diff"]
    done = told(run(pack, "imports", "publish", draft["id"], "--who", "Bình", "--json"))
    assert (done["state"], done["served"], done["published_by"]) == ("published", True, "Bình")
    listed = json.loads(run(pack, "imports", "--json").stdout)
    assert [(each["id"], each["state"]) for each in listed] == [(draft["id"], "published")]
    assert run(pack, "imports", "discard", draft["id"]).exit_code == 6
    assert told(run(pack, "imports", "undo", draft["id"], "--json"))["state"] == "undone"
    assert "73.41" not in run(pack, "list").stdout


def test_people_read_words(pack: Settings, files: tuple[str, str]) -> None:
    said = run(pack, "import", files[0], "--mapping", files[1], "--publish")
    assert said.exit_code == 4
    for words in (
        "staged",
        "Against release",
        "1 changed",
        "conflicts:",
        "Not published (1 conflicts, 1 unrec",
    ):
        assert words in said.stdout, words
    listed = run(pack, "imports").stdout
    assert "PCI 2019.xlsx" in listed
    assert "PCI 2019" in listed
    draft_id = listed.split()[listed.split().index("(UTC)") + 1]
    assert "is discarded" in run(pack, "imports", "discard", draft_id).stdout


def test_what_raises_no_doubt_is_published_at_once(
    pack: Settings, tmp_path: Path, files: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The figures are held already, which the checks would warn of; here they have nothing to say."""
    path = book(tmp_path / "PCI 2019.xlsx")
    assert run(pack, "import", str(path), "--mapping", files[1], "--publish").exit_code == 4
    unchecked = Steps(check=lambda *_: [])
    monkeypatch.setattr("etl.cli.imports.Intake", lambda settings: Intake(settings, unchecked))
    done = told(run(pack, "import", str(path), "--mapping", files[1], "--publish", "--json"))
    assert (done["state"], done["summary"]["confirmed"]) == ("published", 126)


def test_a_refused_file_has_the_exit_code_of_a_wrong_source(pack: Settings, tmp_path: Path) -> None:
    path = book(tmp_path / "PCI 2019.xlsx", {"Quảng Ninh": 173.4})
    (tmp_path / "m.yaml").write_text(mapping_yaml(mapping()), encoding="utf-8")
    said = run(pack, "import", str(path), "--mapping", str(tmp_path / "m.yaml"))
    assert said.exit_code == 4
    assert "refused" in said.stdout
    assert "error:" in said.stdout


def test_a_saved_mapping_that_fits_needs_not_be_named(pack: Settings, files: tuple[str, str]) -> None:
    lost = run(pack, "import", files[0])
    assert lost.exit_code == 4
    assert "No mapping says clearly" in lost.stderr
    folder = pack.imports_dir / "mappings"
    folder.mkdir(parents=True)
    (folder / "pci-2019.yaml").write_text(Path(files[1]).read_text(encoding="utf-8"), encoding="utf-8")
    assert told(run(pack, "import", files[0], "--json"))["mapping"] == "pci-2019"
    assert told(run(pack, "import", files[0], "--mapping", "pci-2019", "--json"))["state"] == "staged"
    assert run(pack, "import", files[0], "--mapping", "pci-2091").exit_code == 4


def test_an_unknown_import_is_told(pack: Settings) -> None:
    for word in ("show", "publish", "discard", "undo"):
        said = run(pack, "imports", word, "nothing")
        assert said.exit_code == 4
        assert "no such import" in said.stderr
    assert "No imports yet" in run(pack, "imports").stdout
