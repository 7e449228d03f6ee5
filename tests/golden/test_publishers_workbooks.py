"""The publishers' own workbooks, read by the shipped mappings alone, give the pack's figures.

The workbooks are not part of the project: they are looked for in ../shared/data/workbooks, or where
CCHC_WORKBOOKS says, and the tests skip when they are not there.

Differences that the comparison allows, all of them explained:
- The pack rounds: PCI scores of 2014, 2017 and 2018 to 6 decimals, PAPI sub-dimensions of 2015 and 2016 to 9.
  A figure agrees when it lies within half a unit of the pack's last decimal.
- The workbooks hold doubles with binary noise (35.259381999999995), which the pack kept in places and the
  reader takes off (35.259382). Decimals beyond the twelfth are therefore not compared.
- PAPI 2014 of two provinces was not published: the cells are blank and the total is a formula that makes 0 of
  them. The pack has blank rows, the reader has none.
"""

from __future__ import annotations

import os
from decimal import Decimal
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from etl.intake.extract import Extract
from etl.intake.layouts import extract
from etl.intake.mapping_file import ImportMapping, load_mapping
from etl.pack import read_pack
from etl.readers.files import open_workbook
from etl.readers.workbook import Workbook
from tests.fixtures.intake.books import ROOT, pack_names, told

FOLDER = Path(os.environ.get("CCHC_WORKBOOKS", ROOT.parent / "shared" / "data" / "workbooks"))
# Figures (scores and ranks) in each workbook, by mapping: counted in the pack, so that none is missed.
FIGURES = {
    "pci_2009_scores": ("PCI_2009.xls", 693 + 63),
    "pci_2009_indicators": ("PCI_2009.xls", 5355),
    "pci_2013_scores": ("PCI_2013.xlsx", 693 + 63),
    "pci_2013_indicators": ("PCI_2013.xlsx", 6930),
    "pci_2014_scores": ("PCI_2014.xlsx", 693 + 63),
    "pci_2014_indicators": ("PCI_2014.xlsx", 7056),
    "pci_2017_scores": ("PCI_2017.xlsx", 693 + 63),
    "pci_2017_indicators": ("PCI_2017.xlsx", 8064),
    "pci_2018_scores": ("PCI_2018.xlsx", 693 + 63),
    "pci_2018_indicators": ("PCI_2018.xlsx", 8064),
    "papi_2011_2016": ("PAPI_2011-2016.xlsx", 10904),
}
# The twelfth decimal: beyond it doubles hold noise.
NOISE = Decimal("1e-12")

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the publishers' workbooks are not here")


@cache
def workbook(name: str) -> Workbook:
    """A workbook, opened once."""
    return open_workbook(FOLDER / name)


@cache
def read(name: str) -> tuple[ImportMapping, Extract]:
    """A mapping and what it reads."""
    plan = load_mapping(ROOT / "data" / "mappings" / f"{name}.yaml")
    return plan, extract(workbook(FIGURES[name][0]), plan, pack_names())


@cache
def pack_rows(kind: str) -> pd.DataFrame:
    """Rows of the pack in use, with unit ids."""
    rows = read_pack(ROOT / "data")[kind]
    rows = rows[rows["use"] == ""]
    return rows.assign(
        unit_id=[
            pack_names().find(*pair).unit_id for pair in zip(rows["unit_set"], rows["unit"], strict=True)
        ]
    )


def by_cell(rows: pd.DataFrame) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Score and rank by year, unit and component, those with either."""
    keys = zip(rows["year"], rows["unit_id"], rows["component"], strict=True)
    figures = zip(rows["score"], rows["rank"], strict=True)
    return {key: figure for key, figure in zip(keys, figures, strict=True) if any(figure)}


def agrees(packed: str, found: str) -> bool:
    """The same figure to the pack's decimals, at most twelve."""
    if not packed or not found:
        return packed == found
    a, b = Decimal(packed), Decimal(found)
    return abs(a - b) <= max(Decimal(5).scaleb(int(a.as_tuple().exponent) - 1), NOISE)


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_the_packs(name: str) -> None:
    plan, found = read(name)
    assert told(found, "error") == []
    assert told(found, "warning") == []
    ids = [pack_names().find("63", unit).unit_id for unit in found.rows["unit"]]
    mine = by_cell(found.rows.assign(unit_id=ids))
    packed = pack_rows(plan.kind)
    packed = packed[(packed["index_code"] == plan.index) & packed["year"].isin(set(found.rows["year"]))]
    theirs = by_cell(packed)
    assert set(mine) == set(theirs)
    wrong = [
        (key, theirs[key], mine[key])
        for key in theirs
        if not agrees(theirs[key][0], mine[key][0]) or theirs[key][1] != mine[key][1]
    ]
    assert wrong == []
    assert sum(bool(score) + bool(rank) for score, rank in mine.values()) == FIGURES[name][1]


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_knows_its_cell(name: str) -> None:
    _, found = read(name)
    book = workbook(FIGURES[name][0])
    for row in found.rows.itertuples():
        cell = book.sheet(row.sheet).at(row.row, row.column)
        assert Decimal(row.score) == pytest.approx(Decimal(repr(cell)), abs=NOISE)


def test_zeros_that_add_up_blanks_are_no_figures() -> None:
    _, found = read("papi_2011_2016")
    assert [place for check, place in told(found, "note") if check == "sum_of_blanks"] == [
        "2014_PAPI!AF17",
        "2014_PAPI!AF58",
    ]
