"""Mappings by name: shipped and saved, found again by the headers of a file, copied for another year."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from etl.intake.layouts import extract
from etl.intake.mapping_file import ImportMapping, load_mapping
from etl.intake.mappings import Mappings, for_next_year
from etl.intake.propose import propose
from etl.readers.workbook import Workbook
from etl.settings import Settings
from indices.errors import SourceError
from tests.fixtures.guide import tables as books


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A pack folder with no shipped mapping, and a folder of imports."""
    (tmp_path / "data" / "mappings").mkdir(parents=True)
    return Settings(data_dir=tmp_path / "data", imports_dir=tmp_path / "imports")


def proposed(workbook: Workbook, name: str) -> ImportMapping:
    """The proposal for a workbook under a name."""
    found = propose(workbook, books.context()).mapping
    assert found is not None
    return found.model_copy(update={"name": name})


def test_a_saved_mapping_comes_back_the_same(settings: Settings) -> None:
    known = Mappings(settings)
    mapping = proposed(books.wide("PCI", 2018), "pci-2018")
    path = known.save(mapping, who="Ann\n of home affairs")
    assert path == settings.imports_dir / "mappings" / "pci-2018.yaml"
    assert path.read_text(encoding="utf-8").startswith("# saved ")
    assert "by Ann of home affairs\n" in path.read_text(encoding="utf-8")
    assert known.get("pci-2018") == mapping == load_mapping(path)
    assert [(k.name, k.origin) for k in known.all()] == [("pci-2018", "saved")]


def test_a_name_that_is_taken_is_refused_unless_it_is_to_be_replaced(settings: Settings) -> None:
    known = Mappings(settings)
    first = proposed(books.wide("PCI", 2018), "mine")
    second = first.model_copy(update={"title_en": "second"})
    third = first.model_copy(update={"title_en": "third"})
    known.save(first)
    with pytest.raises(SourceError, match="there already"):
        known.save(second)
    assert known.get("mine") == first
    known.save(second, replace=True)
    known.save(third, replace=True)
    assert known.get("mine") == third
    old = sorted((settings.imports_dir / "mappings" / "versions").glob("*.yaml"))
    assert [path.name for path in old] == ["mine.1.yaml", "mine.2.yaml"]
    assert [load_mapping(path) for path in old] == [first, second]
    assert [k.name for k in known.all()] == ["mine"]
    assert list((settings.imports_dir / "mappings").glob("*.tmp")) == []


def test_of_many_who_save_at_once_one_wins(settings: Settings) -> None:
    mapping = proposed(books.wide("PCI", 2018), "mine")
    outcomes: list[str] = []

    def save(number: int) -> None:
        try:
            Mappings(settings).save(mapping.model_copy(update={"title_en": str(number)}))
            outcomes.append("saved")
        except SourceError:
            outcomes.append("refused")

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 7 + ["saved"]
    assert Mappings(settings).get("mine").title_en in {str(number) for number in range(8)}


def test_a_shipped_mapping_is_never_touched(settings: Settings) -> None:
    known = Mappings(settings)
    mapping = proposed(books.wide("PCI", 2018), "shipped")
    shipped = settings.data_dir / "mappings" / "shipped.yaml"
    known.save(mapping)
    (settings.imports_dir / "mappings" / "shipped.yaml").rename(shipped)
    before = shipped.read_text(encoding="utf-8")
    with pytest.raises(SourceError, match="there already"):
        known.save(mapping)
    known.save(mapping.model_copy(update={"title_en": "own"}), replace=True)
    assert shipped.read_text(encoding="utf-8") == before
    assert [(k.name, k.origin) for k in known.all()] == [("shipped", "saved")]
    assert known.get("shipped").title_en == "own"


def test_unknown_and_broken_mappings_are_told(settings: Settings) -> None:
    known = Mappings(settings)
    known.save(proposed(books.wide("PCI", 2018), "pci-2018"))
    with pytest.raises(SourceError, match="pci-2018"):
        known.get("pci-2019")
    folder = settings.imports_dir / "mappings"
    (folder / "broken.yaml").write_text("index: [", encoding="utf-8")
    (folder / "other.yaml").write_text(
        (folder / "pci-2018.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    listed = {kept.name: kept for kept in known.all()}
    assert listed["pci-2018"].problems == ()
    assert listed["broken"].mapping is None
    assert listed["other"].problems[0].what == "The mapping is named otherwise than its file"
    for name in ("broken", "other"):
        with pytest.raises(SourceError):
            known.get(name)


def test_the_mapping_that_fits_a_file_comes_first(settings: Settings) -> None:
    known = Mappings(settings)
    papi, pci = books.wide("PAPI", 2022), books.wide("PCI", 2018)
    known.save(proposed(papi, "papi-2022"))
    known.save(proposed(pci, "pci-2018"))
    known.save(proposed(books.pairs("PCI", 2014), "pci-pairs"))
    fits = known.fitting(pci)
    assert [(f.name, f.share, f.other_year) for f in fits] == [("pci-2018", 1.0, False)]
    assert fits[0].matched == fits[0].anchors == 1 + 11 + 1
    assert known.fitting(books.book("x.xlsx", Sheet1=[["a", 1]])) == []


def test_a_header_that_moved_or_went_lowers_the_fit(settings: Settings) -> None:
    known = Mappings(settings)
    workbook = books.wide("PCI", 2018)
    known.save(proposed(workbook, "pci-2018"))

    def moved(sheet: books.Sheet) -> None:
        sheet.rows[2][3:5] = sheet.rows[2][4:2:-1]

    def gone(sheet: books.Sheet) -> None:
        sheet.rows[2][3] = "Something else"

    half = known.fitting(books.changed(workbook, moved))[0]
    less = known.fitting(books.changed(workbook, gone))[0]
    assert (half.matched, half.share) == (13, pytest.approx(12 / 13))
    assert (less.matched, less.lost) == (12, (books.components("PCI", 2018)[1].name_vi,))


def test_last_years_mapping_fits_this_years_file_and_is_copied(settings: Settings) -> None:
    known = Mappings(settings)

    def of(year: int) -> Workbook:
        made = books.wide("PCI", year)

        def dated(sheet: books.Sheet) -> None:
            sheet.name, sheet.rows[2][2] = f"PCI {year}", f"PCI {year}"

        return books.changed(made, dated)

    known.save(proposed(of(2018), "pci-2018"))
    new = of(2019)
    fit = known.fitting(new)[0]
    assert (fit.name, fit.share, fit.other_year) == ("pci-2018", 1.0, True)
    copy = for_next_year(known.get("pci-2018"), 2019)
    assert (copy.name, copy.year, copy.sheets[0].sheet) == ("pci-2019", 2019, "PCI 2019")
    assert copy.sheets[0].columns[0].header == "PCI 2019"
    assert copy.source.document == ""
    known.save(copy)
    assert [(f.name, f.other_year) for f in known.fitting(new)] == [("pci-2019", False), ("pci-2018", True)]
    rows = extract(new, copy, books.context().names).rows
    assert set(rows["year"]) == {"2019"}
    assert len(rows) == 63 * 11


def test_of_a_file_with_several_years_the_newest_sheet_is_copied() -> None:
    sheets = []
    for year in (2015, 2016):
        sheet = books.wide("PAPI", year).sheets[0]
        sheet.name, sheet.rows[0] = f"{year}_PAPI", ["PAPI"]
        sheets.append(sheet)
    mapping = proposed(Workbook("PAPI.xlsx", "xlsx", sheets), "papi")
    copy = for_next_year(mapping, 2017, "papi-next")
    assert [(s.sheet, s.year) for s in copy.sheets] == [("2017_PAPI", None)]
    assert (copy.name, copy.year) == ("papi-next", 2017)
    assert copy.sheets[0].columns == mapping.sheets[1].columns


def test_every_shipped_mapping_can_be_listed_and_read() -> None:
    for kept in Mappings(Settings()).all():
        assert kept.problems == ()
        assert kept.mapping is not None
