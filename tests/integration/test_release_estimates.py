"""Themes and back-casts in the real release: what they say, and that estimates stay apart from scores."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from etl.build import build, load_material
from etl.warehouse.queries import Warehouse
from indices.errors import SourceError
from indices.themes import parse_themes, theme_weaknesses
from tests.fixtures.etl.packs import Row, change, small_pack
from tests.unit.packdata import reference, registry

# Code: (the old province that has it, the new province that has it).
CHANGED_MEANING = {
    "15": ("Yên Bái", "Lào Cai"),
    "24": ("Bắc Giang", "Bắc Ninh"),
    "44": ("Quảng Bình", "Quảng Trị"),
    "52": ("Bình Định", "Gia Lai"),
    "80": ("Long An", "Tây Ninh"),
    "82": ("Tiền Giang", "Đồng Tháp"),
    "91": ("Kiên Giang", "An Giang"),
}


@pytest.fixture(scope="module")
def totals(warehouse: Warehouse) -> pd.DataFrame:
    """Totals of the old provinces of one complete year, by name."""
    rows = warehouse.scores("PCI", 2019, component_code="PCI", view="main")
    return rows.set_index("unit_name_vi")


def test_an_estimate_is_in_a_table_of_its_own_and_says_what_it_is(warehouse: Warehouse) -> None:
    rows = warehouse.backcast()
    assert set(rows["kind"]) == {"estimate"}
    assert set(rows["unit_set"]) == {"34"}
    assert rows["rule"].isin(["mean", "population"]).all()
    assert (
        rows[["coverage", "rule_why_vi", "rule_why_en", "unit_name_vi", "component_name_vi"]]
        .notna()
        .all(axis=None)
    )
    assert not rows.duplicated(["index_code", "year", "component_code", "unit_id"]).any()
    new = warehouse.scores(["DTI", "PAPI", "PAR", "PCI", "PGI", "SIPAS"])
    new = new[new["unit_set"] == "34"]
    assert set(zip(new["index_code"], new["year"], strict=True)) == {("DTI", 2024)}  # what was published


@pytest.mark.parametrize("code", CHANGED_MEANING)
def test_codes_that_changed_meaning_are_estimated_from_their_own_parts(
    warehouse: Warehouse, totals: pd.DataFrame, code: str
) -> None:
    row = warehouse.backcast("PCI", 2019, unit_id=f"34:{code}", component_code="PCI").iloc[0]
    parts = CHANGED_MEANING[code]
    assert row["unit_name_vi"] == parts[1]
    people = reference("population").query("use_for_weights == '1'").sort_values("year")
    people = people.drop_duplicates("unit_id", keep="last").set_index("unit_id")["population"].astype(float)
    ids = totals.loc[list(parts), "unit_id"]
    assert set(row["constituents"].split(";")) == set(ids)
    weights = people[ids].to_numpy()
    expected = float((totals.loc[list(parts), "value"].to_numpy() * weights).sum() / weights.sum())
    assert row["value"] == pytest.approx(expected, abs=1e-9)
    assert row["value"] != pytest.approx(totals.loc[parts[0], "value"], abs=1e-6)


def test_an_unmerged_province_keeps_its_figure_but_it_is_an_estimate(
    warehouse: Warehouse, totals: pd.DataFrame
) -> None:
    row = warehouse.backcast("PCI", 2019, unit_id="34:22", component_code="PCI").iloc[0]
    assert row["value"] == totals.loc["Quảng Ninh", "value"]
    assert (row["kind"], row["n_constituents"], row["constituents"]) == ("estimate", 1, "63:22")


def test_estimates_of_the_plain_mean_are_what_was_published_for_the_new_provinces(
    warehouse: Warehouse,
) -> None:
    made = warehouse.backcast("DTI", 2024, component_code="DTI").set_index("unit_id")
    told = warehouse.scores("DTI", 2024, component_code="DTI", view="main")
    told = told[(told["unit_set"] == "34") & told["published"].notna()].set_index("unit_id")["published"]
    assert len(told) == 4
    assert (made.loc[told.index, "value"] - told).abs().max() <= 0.0001
    assert set(made["rule"]) == {"mean"}


def test_a_missing_part_gives_no_figure_but_the_reason(warehouse: Warehouse) -> None:
    rows = warehouse.backcast("PAPI", 2023, component_code="PAPI").set_index("unit_id")
    assert "34:22" not in rows.index  # its only part was withheld: there is nothing to estimate from
    assert "34:79" in rows.index
    lacking = rows[rows["value"].isna()]
    assert set(lacking["reason"]) == {"constituent_missing"}
    assert (lacking["coverage"] < 1).all()
    assert rows["rank"].isna().all()


def test_complete_years_are_ranked_and_raw_indicators_are_not_averaged(warehouse: Warehouse) -> None:
    rows = warehouse.backcast("PCI", 2019)
    total = rows[rows["component_code"] == "PCI"]
    assert sorted(total["rank"]) == list(range(1, 35))
    assert total.sort_values("value", ascending=False)["rank"].is_monotonic_increasing
    assert set(rows["level"]) == {"index", "sub_index"}


def test_the_rules_are_told_with_their_reasons(warehouse: Warehouse) -> None:
    rules = warehouse.backcast_rules().set_index("index_code")
    assert rules.loc["DTI", "rule"] == "mean"
    assert rules[["why_vi", "why_en"]].notna().all(axis=None)
    assert set(warehouse.backcast()["index_code"]) <= set(rules.index)


def test_the_crosswalk_is_the_table_of_the_pack(warehouse: Warehouse) -> None:
    found, given = warehouse.themes(), reference("themes")
    assert found["component_code"].tolist() == given["component_code"].tolist()
    assert found["theme_code"].tolist() == given["theme_code"].tolist()


@pytest.mark.parametrize("year", [2015, 2024])
@pytest.mark.parametrize("unit", ["63:22", "63:01", "63:96"])
def test_weaknesses_are_those_of_the_scores_up_to_the_year(
    warehouse: Warehouse, unit: str, year: int
) -> None:
    score = warehouse.scores(unit_id=unit)
    themes, problems = parse_themes(reference("themes").to_dict("records"), registry())
    assert problems == []
    expected = theme_weaknesses(score[score["year"] <= year], themes).themes.set_index("theme_code")
    found = warehouse.theme_weaknesses(unit, year).set_index("theme_code")
    assert set(found.index) == set(expected.index)
    for column in ("flagged", "n_weak", "n_seen", "seen_indices", "n_components"):
        assert found[column].to_dict() == expected[column].to_dict(), column
    assert found["theme_name_vi"].to_dict() == expected["name_vi"].to_dict()


def test_a_flagged_theme_names_the_indices_and_their_components(warehouse: Warehouse) -> None:
    found = warehouse.theme_weaknesses("63:22", 2024)
    assert found["flagged"].any()
    first = found[found["flagged"]].iloc[0]
    evidence = warehouse.theme_evidence("63:22", 2024, str(first["theme_code"]))
    weak = evidence[evidence["weak"]]
    assert set(weak["index_code"]) == set(first["weak_indices"].split(";"))
    assert len(weak) == first["n_components"]
    assert weak["share"].min() == pytest.approx(first["worst_share"])
    assert (weak["weak_count"] >= 1).all()
    assert weak[["component_name_vi", "value", "rank"]].notna().any(axis=None)
    assert (evidence["year"] >= 2021).all()


def test_only_years_with_a_figure_are_there(warehouse: Warehouse) -> None:
    rows = warehouse.theme_weaknesses("63:22")
    newest = warehouse.theme_evidence("63:22").groupby("as_of_year")["year"].max()
    assert (newest.index == newest).all()
    assert set(rows["as_of_year"]) == set(newest.index)


def test_a_pack_of_one_index_ignores_what_is_said_of_the_others(tmp_path: Path) -> None:
    settings = small_pack(tmp_path)
    build(settings)
    found = Warehouse(settings.releases_dir / "current.json")
    assert set(found.theme_evidence()["index_code"]) == {"PCI"}
    assert not found.theme_weaknesses()["flagged"].any()
    assert set(found.backcast()["index_code"]) == {"PCI"}


def wrong_component(rows: list[Row]) -> None:
    next(row for row in rows if row["index_code"] == "PCI")["component_code"] = "PCI.77"


def doubled_rule(rows: list[Row]) -> None:
    rows.append(rows[0])


def wrong_share(rows: list[Row]) -> None:
    rows[0]["min_coverage"] = "1.5"


@pytest.mark.parametrize(
    ("file", "slip", "told"),
    [
        ("reference/themes.csv", wrong_component, "unknown component"),
        ("reference/backcast.csv", doubled_rule, "two back-casts"),
        ("reference/backcast.csv", wrong_share, "share is out of range"),
    ],
)
def test_a_slip_in_the_reference_tables_is_told(tmp_path: Path, file: str, slip: object, told: str) -> None:
    settings = small_pack(tmp_path)
    change(settings, file, slip)  # type: ignore[arg-type]
    with pytest.raises(SourceError, match=told) as caught:
        load_material(settings)
    assert {problem.file for problem in caught.value.problems} == {file}
