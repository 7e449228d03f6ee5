"""Every shipped mapping reads a look-alike of its workbook, through a real file, figure by figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.intake.extract import Extract
from etl.intake.layouts import extract
from etl.intake.mapping_file import load_mapping
from etl.readers.files import open_workbook
from tests.fixtures.intake.books import ROOT, pack_names, told
from tests.fixtures.intake.lookalikes import Expected, lookalike, provinces, write

FILES = sorted((ROOT / "data" / "mappings").glob("*.yaml"))
WORKBOOKS = [path for path in FILES if "_public_" not in path.name]


def test_the_mappings_are_shipped() -> None:
    assert len(WORKBOOKS) == 11
    assert [path.stem for path in FILES if load_mapping(path).name != path.stem] == []


def by_key(found: Extract) -> Expected:
    """What was read, by year, canonical name and component, figures that are there."""
    names = {names_id(name): name for name in provinces()}
    return {
        (row.year, names[names_id(row.unit)], row.component): {
            role: getattr(row, role) for role in ("score", "rank", "note") if getattr(row, role)
        }
        for row in found.rows.itertuples()
    }


def names_id(name: str) -> str | None:
    """The id of a province."""
    return pack_names().find("63", name).unit_id


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_a_lookalike_is_read_whole(path: Path, tmp_path: Path) -> None:
    plan = load_mapping(path)
    book = lookalike(plan)
    file = tmp_path / ("bang.xls" if plan.source.address.endswith(".xls") else "bang.xlsx")
    write(book, file)
    found = extract(open_workbook(file), plan, pack_names())
    assert told(found, "error") == []
    assert told(found, "warning") == []
    assert len(found.rows) == len(book.expected) > 600
    assert by_key(found) == book.expected
    assert ("hidden_sheet", "Ẩn") in told(found, "note")
