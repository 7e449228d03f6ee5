"""Traces out of the real release: every derivation gives the value of the score table and leads to a cell."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from etl.warehouse.queries import Warehouse
from indices.decompose import YearPair, decompose, year_values
from indices.errors import ReleaseError
from indices.trace import Step, to_frame
from tests.unit.packdata import registry

OWN = "63:22"
# Index, year, unit, component, view: linear, rescaled, curved and plain rules, views, both sets, own units.
CASES = [
    ("PCI", 2013, OWN, "PCI", "main"),
    ("PCI", 2013, OWN, "PCI.6", "main"),
    ("PCI", 2014, "63:01", "PCI.5", "main"),
    ("PAPI", 2019, "63:15", "PAPI", "main"),
    ("PAPI", 2019, "63:15", "PAPI.W", "weighted"),
    ("PAPI", 2023, "63:01", "PAPI", "main"),
    ("DTI", 2020, OWN, "DTI", "main"),
    ("DTI", 2022, OWN, "DTI", "main"),
    ("DTI", 2022, "63:01", "CQS", "pillar"),
    ("DTI", 2024, "34:01", "DTI", "main"),
    ("PAR", 2023, "63:66", "PAR", "source"),
    ("PAR", 2021, "63:38", "PAR", "main"),
    ("SIPAS", 2021, OWN, "SIPAS", "main"),
    ("PGI", 2023, OWN, "PGI", "main"),
    ("Q766", 2024, OWN, "Q766", "main"),
    ("IPAR", 2023, None, "IPAR", "main"),
]


def same(left: float | None, right: float) -> bool:
    """Equal to rounding noise, or both missing."""
    if left is None or pd.isna(left):
        return math.isnan(right)
    return left == pytest.approx(right, abs=1e-9)


@pytest.mark.parametrize(("index", "year", "unit", "code", "view"), CASES)
def test_the_traced_values_are_those_of_the_score_table(
    warehouse: Warehouse, index: str, year: int, unit: str | None, code: str, view: str
) -> None:
    rows = warehouse.scores(index, year, view=view)
    unit = unit or str(rows["unit_id"].iloc[0])
    held = rows[rows["unit_id"] == unit].set_index("component_code")
    step = warehouse.trace(index, year, unit, code, view)
    assert step.code == code
    met = 0
    for one in step.walk():
        if one.code not in held.index:
            assert one.kind == "missing"
            continue
        row, met = held.loc[one.code], met + 1
        assert same(row["value"], one.value), one.code
        assert same(row["recomputed"], one.recomputed), one.code
        assert same(row["residual"], one.residual), one.code
        assert row["value_kind"] == one.kind or (pd.isna(row["value"]) and one.kind == "missing")
    assert met > 0


def test_a_withheld_result_is_missing_down_to_its_leaves(warehouse: Warehouse) -> None:
    step = warehouse.trace("PAPI", 2023, OWN, "PAPI")
    assert {one.kind for one in step.walk()} == {"missing"}
    assert len(step.leaves()) > 20


def parts(step: Step) -> float:
    """base + Σ contributions + remainder."""
    return step.base + step.remainder + float(np.nansum([child.contribution for child in step.children]))


def test_a_sub_index_goes_down_to_its_indicators(warehouse: Warehouse) -> None:
    step = warehouse.trace("PCI", 2013, OWN, "PCI.6")
    assert (step.rule, step.kind, len(step.children)) == ("rescaled_sum", "published", 14)
    assert step.recomputed == pytest.approx(step.published, abs=1e-6)
    assert parts(step) == pytest.approx(step.recomputed, abs=1e-9)
    assert sum(child.weight for child in step.children) == pytest.approx(1.0, abs=1e-3)
    for child in step.children:
        assert child.normalisation == "min_max"
        assert 0 <= child.entering <= 1
        assert child.contribution == pytest.approx(9 * child.weight * child.entering, abs=1e-9)
    assert step.formula is not None
    assert step.formula.words
    assert "z(6.01)" in step.formula.symbols


def test_by_source_the_points_of_one_province_add_up(warehouse: Warehouse) -> None:
    step = warehouse.trace("PAR", 2023, "63:66", "PAR", "source")
    told = {child.code: child.published for child in step.children}
    assert [round(value, 2) for value in told.values()] == [57.92, 18.29, 2.97, 8.15]
    assert step.recomputed == pytest.approx(87.33, abs=1e-9)
    assert parts(step) == pytest.approx(87.33, abs=1e-9)


@pytest.mark.parametrize(("index", "year", "unit", "code", "view"), CASES[:4])
def test_leaves_lead_to_the_very_cell(
    warehouse: Warehouse, root: Path, index: str, year: int, unit: str, code: str, view: str
) -> None:
    name = warehouse.units("63").set_index("unit_id").loc[unit, "name_vi"]
    leaves = [leaf for leaf in warehouse.trace(index, year, unit, code, view).leaves() if leaf.source]
    assert len(leaves) >= 5
    for leaf in leaves:
        assert leaf.source is not None
        with (root / "data" / leaf.source.file).open(encoding="utf-8", newline="") as handle:
            line = list(csv.DictReader(handle))[(leaf.source.row or 0) - 2]
        assert (line["unit"], line["component"], line["source_id"]) == (
            name,
            leaf.code,
            leaf.source.source_id,
        )
        assert float(line["score"]) == leaf.published


def test_a_trace_is_a_table_too(warehouse: Warehouse) -> None:
    table = to_frame(warehouse.trace("DTI", 2022, OWN, "DTI"))
    assert table["path"].iloc[0] == "DTI"
    assert {"value", "entering", "weight", "contribution", "words", "source_file"} <= set(table.columns)


@pytest.mark.parametrize(
    ("index", "year", "unit", "code", "view"),
    [
        ("PCI", 1066, OWN, "PCI", "main"),
        ("PCI", 2013, OWN, "nothing", "main"),
        ("PCI", 2013, "63:99", "PCI", "main"),
        ("PCI", 2013, OWN, "PCI", "nothing"),
        ("NONE", 2013, OWN, "PCI", "main"),
    ],
)
def test_what_the_release_lacks_is_a_key_error(
    warehouse: Warehouse, index: str, year: int, unit: str, code: str, view: str
) -> None:
    with pytest.raises(KeyError):
        warehouse.trace(index, year, unit, code, view)


def test_the_definitions_come_out_of_the_release_as_they_went_in(warehouse: Warehouse) -> None:
    known = registry()
    for info in known.indices:
        found = warehouse.registry(info.index_code)
        mine = [framework for framework in known.frameworks if framework.index == info.index_code]
        assert found.indices == (info,)
        assert {f.id: f for f in found.frameworks} == {f.id: f for f in mine}
        assert found.rules == {key: rule for key, rule in known.rules.items() if key[0] == info.index_code}


def test_a_trace_of_a_missing_release_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError):
        Warehouse(tmp_path / "current.json").trace("PCI", 2013, OWN, "PCI")


@pytest.mark.parametrize(
    ("index", "years", "status"),
    [
        ("PCI", (2018, 2019), "decomposed"),
        ("PCI", (2012, 2013), "not_decomposable"),
        ("PAPI", (2022, 2023), "decomposed"),
    ],
)
def test_a_change_is_split_out_of_the_release_as_out_of_the_definitions(
    warehouse: Warehouse, index: str, years: tuple[int, int], status: str
) -> None:
    found = warehouse.decomposition(index, *years)
    score = warehouse.scores(index, list(years))
    values = [year_values(score, index, year) for year in years]
    expected = decompose(registry(), YearPair(index, *years), *values)
    assert (found.status, found.reason, found.inputs) == (expected.status, expected.reason, expected.inputs)
    assert found.status == status
    pd.testing.assert_frame_equal(found.table, expected.table)
    total = found.table["performance"] + found.table["framework"]
    assert (total - found.table["total"]).abs().max() < 1e-9 or found.table.empty


def test_groups_that_a_definition_cuts_have_names_and_bounds(warehouse: Warehouse) -> None:
    cut = warehouse.groups("PAR", 2023)
    assert cut["group_code"].tolist() == ["A", "B", "C-D"]
    assert cut["score_from"].tolist() == [90.0, 80.0, 0.0]
    assert cut[["name_vi", "name_en"]].notna().all(axis=None)
    assert cut["source_id"].isna().all()
    told = warehouse.groups("PCI", 2007)
    assert told["source_id"].notna().all()
    codes = warehouse.scores("PAR", 2023, component_code="PAR", view="main")["group_code"].dropna()
    assert set(codes) <= set(cut["group_code"])


def test_stored_ranges_stand_in_the_tree_of_their_year(warehouse: Warehouse) -> None:
    tree = warehouse.components("PCI", 2013).set_index("component_code")
    assert tree.loc["6.01", ["normalise", "ref_min", "ref_max"]].tolist() == [
        "min_max",
        pytest.approx(0.182609, abs=1e-6),
        pytest.approx(0.428571, abs=1e-6),
    ]
