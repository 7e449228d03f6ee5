"""A framework that fills gaps and treats outliers, through the real ETL; every figure worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from etl.build import build
from etl.warehouse.queries import Warehouse
from indices.errors import DefinitionError
from tests.fixtures.etl.packs import NewIndex, add_index, small_pack

INDEX, YEAR = "PRX", 2019
META = """\
id: prx_first
index: PRX
name: {vi: Chỉ số thử, en: Trial index}
decision: {number: "", date: null}
years: [2019]
unit_set: "63"
scale: {min: 0, max: 1, unit: ratio, decimals: 3}
ranking: {precision: null, ties: min, tolerance: 1.0e-9, headline: rank}
missing: refuse
prepare: {impute: group_median, groups: region_code, outliers: {skew: 2, kurtosis: 3.5, points: 5}}
"""
COMPONENTS = """\
code,parent,level,name_vi,name_en,min_score,max_score,weight,direction,normalise,ref_min,ref_max,rule,factor,offset,span,source_type,status,years,note,denominator
PRX,,index,Tổng,Total,0,1,,+,,,,arithmetic_mean,,,,statistics,proven,,,
PRX.a,PRX,indicator,Chỉ tiêu a,Indicator a,,,1,+,min_max_year,,,,,,,statistics,proven,,,
PRX.b,PRX,indicator,Chỉ tiêu b,Indicator b,,,1,+,min_max_year,,,,,,,statistics,proven,,,
PRX.c,PRX,indicator,Chỉ tiêu c,Indicator c,,,2,+,min_max_year,,,,,,,statistics,proven,,,PRX.d
PRX.d,PRX,indicator,Dân số,Population,,,0,+,,,,,,,,statistics,proven,,,
"""
# By unit: a, b, c, d (what c is divided by); blank: not published. The last is in a group of its own.
FIGURES = {
    "Hà Nội": ("1", "10", "10", "10"),
    "Hải Phòng": ("2", "20", "20", "10"),
    "Quảng Ninh": ("3", "40", "30", "10"),
    "Bắc Ninh": ("4", "", "40", "10"),
    "Hà Nam": ("5", "30", "50", "10"),
    "Gia Lai": ("6", "0", "60", "10"),
    "Kon Tum": ("7", "50", "", "5"),
    "Lâm Đồng": ("8", "", "80", "10"),
    "Đắk Lắk": ("100", "100", "100", "10"),
}
LEAVES = ("PRX.a", "PRX.b", "PRX.c", "PRX.d")
# a: 100 is set to 8, the next; z = (a - 1) / 7. b: medians 25 (10 20 30 40) and 50 (0 50 100); z = b / 100.
# c over d: 1 to 6, 8 (median of 6 8 10; 8 x 5 = 40 in its own unit), 8, 10; z = (c/d - 1) / 9.
EXPECTED = {
    "Hà Nội": (0 / 7 + 0.10 + 2 * 0 / 9) / 4,
    "Quảng Ninh": (2 / 7 + 0.40 + 2 * 2 / 9) / 4,
    "Bắc Ninh": (3 / 7 + 0.25 + 2 * 3 / 9) / 4,
    "Kon Tum": (6 / 7 + 0.50 + 2 * 7 / 9) / 4,
    "Lâm Đồng": (7 / 7 + 0.50 + 2 * 7 / 9) / 4,
    "Đắk Lắk": (7 / 7 + 1.00 + 2 * 9 / 9) / 4,
}
FILLED = {("Bắc Ninh", "PRX.b"): (25, 25), ("Lâm Đồng", "PRX.b"): (50, 50), ("Kon Tum", "PRX.c"): (40, 8)}


def trial(meta: str = META, components: str = COMPONENTS) -> NewIndex:
    """The index; one more province has its published total and nothing below it."""
    rows = {
        unit: {code: figure for code, figure in zip(LEAVES, row, strict=True) if figure}
        for unit, row in FIGURES.items()
    }
    return NewIndex(INDEX, "prx_first", YEAR, meta, components, rows | {"Cà Mau": {INDEX: "0.5"}}, 10)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    settings = small_pack(tmp_path_factory.mktemp("pack"))
    add_index(settings, trial())
    build(settings)
    return Warehouse(settings.releases_dir / "current.json")


@pytest.fixture(scope="module")
def scores(warehouse: Warehouse) -> pd.DataFrame:
    return warehouse.scores(INDEX, YEAR).set_index(["unit_name_vi", "component_code"])


@pytest.mark.parametrize("unit", EXPECTED)
def test_totals_are_those_worked_out_by_hand(scores: pd.DataFrame, unit: str) -> None:
    assert scores.loc[(unit, INDEX), "recomputed"] == pytest.approx(EXPECTED[unit], abs=1e-12)


@pytest.mark.parametrize("cell", FILLED)
def test_a_filled_figure_is_told_as_such_and_never_as_published(
    scores: pd.DataFrame, warehouse: Warehouse, cell: tuple[str, str]
) -> None:
    row = scores.loc[cell]
    value, entered = FILLED[cell]
    assert (row["value"], row["entered"]) == (pytest.approx(value), pytest.approx(entered))
    assert (row["value_kind"], row["treatment"], row["n_imputed"]) == ("imputed", "imputed", 1)
    for name in ("published", "recomputed", "rank", "gap_mean", "source_id", "leader_value", "change"):
        assert pd.isna(row[name]), name
    assert warehouse.facts(INDEX, YEAR, str(row["unit_id"]), cell[1]).empty


def test_a_treated_figure_stays_as_published_beside_what_it_was_set_to(scores: pd.DataFrame) -> None:
    row = scores.loc[("Đắk Lắk", "PRX.a")]
    assert (row["published"], row["value"], row["value_kind"]) == (100, 100, "published")
    assert (row["entered"], row["treatment"]) == (8, "winsorised")
    others = scores.xs("PRX.a", level="component_code").drop("Đắk Lắk")
    assert others["treatment"].isna().all()
    assert (others["entered"] == others["published"]).all()


def test_totals_say_how_many_filled_figures_they_rest_on(scores: pd.DataFrame) -> None:
    total = scores.xs(INDEX, level="component_code")["n_imputed"].dropna()
    filled = {unit for unit, _ in FILLED}
    assert total.to_dict() == {unit: int(unit in filled) for unit in FIGURES}


def test_means_and_ranks_of_a_component_leave_filled_figures_out(scores: pd.DataFrame) -> None:
    rows = scores.xs("PRX.b", level="component_code")
    known = rows[rows["value_kind"] == "published"]
    assert (len(known), set(known["n_values"])) == (7, {7})
    assert known["mean"].unique() == pytest.approx([250 / 7])


def test_a_unit_with_a_total_alone_is_not_made_up(scores: pd.DataFrame) -> None:
    assert [code for unit, code in scores.index if unit == "Cà Mau"] == [INDEX]
    assert scores.loc[("Cà Mau", INDEX), "value_kind"] == "published"


@pytest.mark.parametrize("unit", ["Bắc Ninh", "Kon Tum", "Đắk Lắk"])
def test_the_trace_tells_what_was_done(warehouse: Warehouse, scores: pd.DataFrame, unit: str) -> None:
    unit_id = str(scores.loc[(unit, INDEX), "unit_id"])
    step = warehouse.trace(INDEX, YEAR, unit_id, INDEX)
    assert step.value == pytest.approx(EXPECTED[unit], abs=1e-12)
    assert sum(child.contribution for child in step.children) == pytest.approx(EXPECTED[unit], abs=1e-12)
    for child in step.children:
        row = scores.loc[(unit, child.code)]
        assert child.kind == row["value_kind"]
        assert child.value == pytest.approx(row["value"])
        assert child.treatment == ("" if pd.isna(row["treatment"]) else row["treatment"])
        if child.code != "PRX.d":
            assert child.entered == pytest.approx(row["entered"])
        assert (child.source is None) == (child.kind == "imputed")


def test_an_index_that_asks_for_nothing_is_as_it_was(warehouse: Warehouse, tmp_path: Path) -> None:
    plain = small_pack(tmp_path)
    build(plain)
    known = Warehouse(plain.releases_dir / "current.json").scores("PCI")
    pd.testing.assert_frame_equal(warehouse.scores("PCI"), known)
    assert known[["entered", "treatment", "n_imputed"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("meta", "components", "told"),
    [
        (META.replace("groups: region_code, ", ""), COMPONENTS, "groups go with a grouped imputation"),
        (META.replace("group_median", "median"), COMPONENTS, "groups go with a grouped imputation"),
        (META.replace("group_median", "guess"), COMPONENTS, "'group_median'"),
        (
            META,
            COMPONENTS.replace("+,min_max_year,,", "+,goalposts,0,9"),
            "outliers are treated on a stored scale",
        ),
    ],
)
def test_a_slip_is_told(tmp_path: Path, meta: str, components: str, told: str) -> None:
    settings = small_pack(tmp_path)
    add_index(settings, trial(meta, components))
    with pytest.raises(DefinitionError, match=told):
        build(settings)
