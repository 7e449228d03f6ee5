"""Targets when results arrive under the new provinces, through the real ETL."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from etl.build import build
from etl.warehouse.queries import Warehouse
from indices.errors import SourceError
from tests.fixtures.etl.packs import INDEX, SCORES, Row, change, read_rows, small_pack, write_rows

UNITS = ("Quảng Ninh", "Đồng Tháp")
GOAL: Row = {"operator": ">=", "value": "70", "due_year": "", "cadence": "every_year", "unit_set": ""}
GOALS = [
    GOAL | {"target_id": "T-OWN", "unit": "Quảng Ninh", "measure": f"score:{INDEX}"},
    GOAL | {"target_id": "T-RANK", "unit": "Quảng Ninh", "measure": f"rank:{INDEX}", "operator": "rank<="},
    GOAL | {"target_id": "T-MERGED", "unit": "Đồng Tháp", "measure": f"score:{INDEX}"},
    GOAL | {"target_id": "T-NEW", "unit": "Đồng Tháp", "measure": f"score:{INDEX}", "unit_set": "34"},
]


def renewed(folder: Path) -> Path:
    """A pack whose last year is published for two of the new provinces; the folder of its releases."""
    settings = small_pack(folder)

    def only_new(rows: list[Row]) -> None:
        rows[:] = [row | {"unit_set": "34"} for row in rows if row["unit"] in UNITS]

    def published(rows: list[Row]) -> None:
        new = {"unit_set": "34", "n_units": "34", "complete": "0"}
        rows[:] = [row | new if row["year"] == "2019" else row for row in rows]

    def goals(rows: list[Row]) -> None:
        like = rows[0]
        rows[:] = [like | goal for goal in GOALS]

    change(settings, SCORES, only_new)
    change(settings, f"sources/{INDEX}/publication.csv", published)
    change(settings, "targets/targets.csv", goals)
    build(settings)
    return settings.releases_dir


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return Warehouse(renewed(tmp_path_factory.mktemp("pack")) / "current.json")


@pytest.fixture(scope="module")
def status(warehouse: Warehouse) -> pd.DataFrame:
    return warehouse.targets().set_index("target_id")


def test_the_target_of_an_unmerged_province_is_measured_by_the_new_one(status: pd.DataFrame) -> None:
    own = status.loc["T-OWN"]
    assert (own["unit_id"], own["measured_unit_id"]) == ("63:22", "34:22")
    assert (own["measured_year"], own["previous_year"]) == (2019, 2018)
    assert own["measured_value"] == pytest.approx(73.40, abs=0.005)
    assert own["previous_value"] == pytest.approx(70.36, abs=0.005)
    assert own["status"] == "met"


def test_its_rank_is_taken_but_not_compared_over_the_merger(status: pd.DataFrame) -> None:
    own = status.loc["T-RANK"]
    assert (own["measured_year"], own["measured_value"]) == (2019, 1)
    assert pd.isna(own["previous_value"])


def test_the_target_of_a_merged_province_keeps_its_own_last_figure(status: pd.DataFrame) -> None:
    own = status.loc["T-MERGED"]
    assert (own["unit_id"], own["measured_unit_id"], own["measured_year"]) == ("63:87", "63:87", 2018)


def test_a_target_may_name_the_set_of_its_province(status: pd.DataFrame) -> None:
    own = status.loc["T-NEW"]
    assert (own["unit_id"], own["measured_unit_id"], own["measured_year"]) == ("34:82", "34:82", 2019)


def test_the_score_table_itself_keeps_the_two_units_apart(warehouse: Warehouse) -> None:
    scores = warehouse.scores(INDEX, component_code=INDEX, unit_id=["63:22", "34:22"])
    assert sorted(zip(scores["unit_id"], scores["year"], strict=True)) == [("34:22", 2019), ("63:22", 2018)]
    assert scores.loc[scores["unit_id"] == "34:22", "change"].isna().all()


def test_a_name_that_its_set_does_not_know_is_refused(tmp_path: Path) -> None:
    settings = small_pack(tmp_path)
    path = settings.data_dir / "targets" / "targets.csv"
    rows = read_rows(path)
    write_rows(path, [rows[0] | {"unit": "Tiền Giang", "unit_set": "34"}])
    with pytest.raises(SourceError, match="The unit is not known"):
        build(settings)
