"""The publishers' own workbooks, read by proposals alone, give the pack's figures.

The workbooks are not part of the project: they are looked for in ../shared/data/workbooks, or where
CCHC_WORKBOOKS says, and the tests skip when they are not there.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from etl.intake.findings import errors_of
from etl.intake.inspection import Given, Inspection
from etl.intake.layouts import extract
from etl.intake.mappings import Mappings
from etl.intake.propose import propose
from etl.pack import read_pack
from etl.readers.files import open_workbook
from etl.readers.workbook import Workbook
from etl.settings import ROOT, Settings
from tests.fixtures.guide import tables as books

FOLDER = Path(os.environ.get("CCHC_WORKBOOKS", ROOT.parent / "shared" / "data" / "workbooks"))
# The sheet with the totals: layout, rows of the header, column of units (the first, in pairs), index, year.
SUMMARIES = {
    "PCI_2009.xls": ("Tong Hop", "wide", (2, 3), "C", "PCI", "2009"),
    "PCI_2013.xlsx": ("Summary_VN", "pairs", (1,), "B", "PCI", "2013"),
    "PCI_2014.xlsx": ("Summary_VN", "pairs", (1,), "B", "PCI", "2014"),
    "PCI_2017.xlsx": ("Summary", "wide", (1,), "A", "PCI", "2017"),
    "PCI_2018.xlsx": ("Summary", "wide", (1,), "A", "PCI", "2018"),
    "PAPI_2011-2016.xlsx": ("2011_PAPI", "wide", (1, 2), "C", "PAPI", "2011"),
}
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the publishers' workbooks are not here")


@cache
def workbook(name: str) -> Workbook:
    """One of the workbooks; skips when it is not there."""
    if not (FOLDER / name).exists():
        pytest.skip(f"{name} is not here")
    return open_workbook(FOLDER / name, name)


@cache
def proposal(name: str) -> Inspection:
    """What is proposed for it without any help."""
    return propose(workbook(name), books.context())


@cache
def published() -> dict[tuple[str, str, str, str], float]:
    """Scores of the pack by index, year, unit id and component."""
    rows = read_pack(ROOT / "data")["scores"]
    names = books.context().names
    used = rows[(rows["unit_set"] == "63") & (rows["score"] != "")]
    return {
        (i, y, str(names.lookup("63", u).unit_id), c): float(s)
        for i, y, u, c, s in used[["index_code", "year", "unit", "component", "score"]].itertuples(
            index=False
        )
    }


@pytest.mark.parametrize("name", SUMMARIES)
def test_the_proposal_needs_nobody_but_for_the_publisher(name: str) -> None:
    sheet, layout, header, unit, index, year = SUMMARIES[name]
    found = proposal(name)
    assert [(d.what, d.sheet, d.column, d.why) for d in found.missing if d.what != "source"] == []
    view = next(view for view in found.sheets if view.name == sheet)
    assert (view.layout, view.header_rows, view.read) == (layout, header, True)
    assert view.plan is not None
    assert (view.plan.unit.column or view.plan.columns[0].unit_column) in (unit, "C")
    decided = next(d for d in found.decisions if d.what == "unit" and d.sheet == sheet)
    assert decided.value.split(",")[0] == unit
    assert next(d.value for d in found.decisions if d.what == "index") == index
    assert next(d.value for d in found.decisions if d.what == "year") == year


@pytest.mark.parametrize("name", SUMMARIES)
def test_figures_by_proposal_alone_are_those_of_the_pack(name: str) -> None:
    found = proposal(name)
    assert found.mapping is not None
    read = extract(workbook(name), found.mapping, books.context().names)
    assert [e.problem.text() for e in errors_of(read.findings)] == []
    scored = read.rows[read.rows["score"] != ""]
    names = books.context().names
    wrong, checked = [], 0
    for row in scored.itertuples():
        key = (
            found.mapping.index,
            str(row.year),
            str(names.lookup("63", str(row.unit)).unit_id),
            str(row.component),
        )
        checked += 1
        if published().get(key) != pytest.approx(float(str(row.score)), abs=1e-6):
            wrong.append((key, row.score, published().get(key)))
    assert wrong == []
    assert checked >= 63 * 11


@pytest.mark.parametrize("name", SUMMARIES)
@pytest.mark.parametrize("kind", ["scores", "indicators"])
def test_columns_agree_with_the_shipped_mappings(name: str, kind: str) -> None:
    """Every column of scores, nine of ten columns of raw indicators; none wrong with confidence."""
    shipped = [
        kept.mapping for kept in Mappings(Settings()).all() if kept.origin == "shipped" and kept.mapping
    ]
    stem = name.split(".")[0].lower().replace("-", "_")
    theirs = [m for m in shipped if m.name.startswith(stem) and m.kind == kind]
    if not theirs:
        pytest.skip("no shipped mapping of this kind")
    given = Given(kind="indicators") if kind == "indicators" else Given()
    found = propose(workbook(name), books.context(), given)
    mine = {(v.name, c.column): c.component for v in found.sheets if v.plan for c in v.plan.columns}
    sure = {(d.sheet, d.column) for d in found.decisions if d.what == "column" and d.sure}
    expected = {
        (plan.sheet, c.column): c.component
        for m in theirs
        for plan in m.sheets
        for c in plan.columns
        if c.role == "score"
    }
    expected = {key: code for key, code in expected.items() if key[0] and key[1]}
    right = [key for key, code in expected.items() if mine.get(key) == code]
    assert len(right) >= (len(expected) if kind == "scores" else 0.9 * len(expected))
    assert [key for key in expected.keys() & sure if mine.get(key) != expected[key]] == []
