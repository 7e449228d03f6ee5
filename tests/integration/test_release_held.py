"""The score table held in memory gives the very frames that the query gives, on the real release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etl.warehouse import selects
from etl.warehouse.connect import ReleaseFile
from etl.warehouse.queries import Warehouse


@pytest.fixture(scope="module")
def held(release_dir: Path) -> Any:
    """The served release, its scores in memory."""
    file = ReleaseFile(Warehouse(release_dir / "current.json").release_file(), hold=True)
    yield file
    file.close()


@pytest.mark.parametrize(
    "limits",
    [
        {},
        {"index_code": "PCI", "year": 2021, "view": "main"},
        {"index_code": ["PCI", "PAPI", "DTI"], "unit_id": "63:22", "level": "index", "view": "main"},
        {"index_code": "PAPI", "year": [2020, 2021], "level": ["dimension", "subdimension"], "view": None},
        {"index_code": "PCI", "series_code": "PCI", "view": "main"},
        {"unit_id": "no such unit"},
        {"component_code": []},
        {"year": [1, 2021], "component_code": ["PCI", "no such component"]},
    ],
    ids=str,
)
def test_rows_from_memory_are_the_rows_of_the_query(held: ReleaseFile, limits: dict[str, Any]) -> None:
    pd.testing.assert_frame_equal(held.scores(limits), held.frame(selects.scores(limits)), check_exact=True)


def test_a_frame_is_the_callers_own(held: ReleaseFile) -> None:
    limits = {"index_code": "PCI", "year": 2021, "component_code": "PCI", "view": "main"}
    first = held.scores(limits)
    assert len(first) > 50
    first[["value", "rank"]] = 0
    first["unit_name_vi"] = "x"
    assert held.scores(limits)["value"].min() > 1
    assert set(held.scores(limits)["unit_name_vi"]) != {"x"}
