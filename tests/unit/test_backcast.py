"""Back-cast to the new units: rules, what is missing, codes that changed meaning, the published DTI."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indices.backcast import (
    COLUMNS,
    ESTIMATE,
    MISSING,
    PARTLY,
    BackcastRule,
    backcast,
    backcast_ranks,
    population_weights,
)
from tests.unit.packdata import facts_of, reference, registry

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
MERGER = pd.DataFrame(
    {"new_unit_id": ["34:01", "34:02", "34:02"], "old_unit_id": ["63:01", "63:02", "63:03"]}
)
PEOPLE = pd.Series({"63:01": 5.0, "63:02": 3.0, "63:03": 1.0})


def values(figures: dict[str, float | None], index: str = "X") -> pd.DataFrame:
    """A frame of one cell a unit."""
    rows = [(index, 2020, index, unit, value) for unit, value in figures.items()]
    return pd.DataFrame(rows, columns=["index_code", "year", "component_code", "unit_id", "value"])


def estimate(figures: dict[str, float | None], rule: BackcastRule) -> pd.DataFrame:
    """Estimates by new unit."""
    return backcast(values(figures), MERGER, PEOPLE, {"X": rule}).set_index("unit_id")


def test_plain_mean() -> None:
    found = estimate({"63:01": 7.0, "63:02": 2.0, "63:03": 4.0}, BackcastRule())
    assert found["value"].to_dict() == {"34:01": 7.0, "34:02": 3.0}
    assert set(found["kind"]) == {ESTIMATE}
    assert set(found["unit_set"]) == {"34"}
    assert found.loc["34:02", "constituents"] == "63:02;63:03"


def test_weighted_by_population() -> None:
    found = estimate({"63:01": 7.0, "63:02": 2.0, "63:03": 4.0}, BackcastRule("population"))
    assert found["value"].to_dict() == {"34:01": 7.0, "34:02": pytest.approx(2.5)}


def test_a_missing_constituent_makes_the_estimate_missing() -> None:
    found = estimate({"63:01": 7.0, "63:02": 2.0, "63:03": None}, BackcastRule("population"))
    assert pd.isna(found.loc["34:02", "value"])
    assert found.loc["34:02", "reason"] == MISSING
    assert found.loc["34:02", "coverage"] == pytest.approx(0.75)


def test_a_coverage_rule_lets_it_stand() -> None:
    found = estimate({"63:02": 2.0}, BackcastRule("population", min_coverage=0.7))
    assert found["value"].to_dict() == {"34:02": 2.0}
    assert found.loc["34:02", "reason"] == PARTLY
    strict = estimate({"63:02": 2.0}, BackcastRule("mean", min_coverage=0.7))
    assert pd.isna(strict.loc["34:02", "value"])


def test_a_constituent_without_population_gives_nothing() -> None:
    frame = backcast(
        values({"63:02": 2.0, "63:03": 4.0}), MERGER, PEOPLE.drop("63:03"), {"X": BackcastRule("population")}
    )
    assert frame["value"].isna().all()
    assert frame["reason"].tolist() == ["weight_missing"]


def test_wrong_rules_and_mergers_are_refused() -> None:
    with pytest.raises(ValueError, match="median"):
        BackcastRule("median")
    twice = pd.concat([MERGER, MERGER.tail(1).assign(new_unit_id="34:09")])
    with pytest.raises(ValueError, match="63:03"):
        backcast(values({"63:03": 1.0}), twice, PEOPLE, {"X": BackcastRule()})


def test_an_index_without_a_rule_is_left_out() -> None:
    found = backcast(values({"63:01": 1.0}, "Y"), MERGER, PEOPLE, {"X": BackcastRule()})
    assert found.empty
    assert list(found.columns) == list(COLUMNS)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(0, 100), min_size=3, max_size=3), st.sampled_from(["mean", "population"]))
def test_an_estimate_lies_between_its_constituents(figures: list[float], rule: str) -> None:
    found = estimate(dict(zip(PEOPLE.index, figures, strict=True)), BackcastRule(rule))
    low, high = min(figures[1:]), max(figures[1:])
    assert low - 1e-9 <= found.loc["34:02", "value"] <= high + 1e-9
    assert found.loc["34:01", "value"] == pytest.approx(figures[0])


def names() -> dict[str, str]:
    """Vietnamese names by unit id."""
    table = reference("provinces")
    return dict(zip(table["unit_id"], table["name_vi"], strict=True))


@pytest.mark.parametrize("code", CHANGED_MEANING)
def test_codes_that_changed_meaning_are_joined_by_name_never_by_code(code: str) -> None:
    old, new = CHANGED_MEANING[code]
    known = names()
    assert known[f"63:{code}"] == old
    assert known[f"34:{code}"] == new
    parts = reference("merger").query("new_unit_id == @unit", local_dict={"unit": f"34:{code}"})
    assert {known[part] for part in parts["old_unit_id"]} == {old, new}
    old_new = next(unit for unit, name in known.items() if unit.startswith("63:") and name == new)
    figures = values({f"63:{code}": 10.0, old_new: 30.0})
    found = backcast(figures, reference("merger"), PEOPLE, {"X": BackcastRule()}).set_index("unit_id")
    assert found["value"].to_dict() == {f"34:{code}": 20.0}


def test_every_old_province_goes_to_one_new_one() -> None:
    merger = reference("merger")
    current = reference("provinces").query("unit_set == '63' and valid_to != '' and valid_to >= '2025'")
    assert set(merger["old_unit_id"]) == set(current["unit_id"])
    assert merger["new_unit_id"].nunique() == 34
    assert merger["old_unit_id"].is_unique


def published_dti() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The totals of the newest year in both sets of provinces."""
    old = facts_of("DTI", 2024)
    old = old[old["component_code"] == "DTI"].rename(columns={"published": "value"})
    new = facts_of("DTI", 2024, "34")
    return old, new[new["component_code"] == "DTI"].set_index("unit_id")


def test_the_plain_mean_gives_the_published_dti_of_the_new_provinces() -> None:
    old, new = published_dti()
    weights = population_weights(reference("population"))
    found = backcast(old, reference("merger"), weights, {"DTI": BackcastRule()})
    by_unit = found.set_index("unit_id")["value"]
    assert by_unit.notna().sum() == 34
    known = {name: unit for unit, name in names().items() if unit.startswith("34:")}
    assert by_unit[known["Hải Phòng"]] == pytest.approx(0.7857, abs=1e-4)
    assert by_unit[known["TP. Hồ Chí Minh"]] == pytest.approx(0.7770, abs=1e-4)
    published = new["published"].dropna()
    assert len(published) >= 4
    assert (by_unit[published.index] - published).abs().max() <= 1e-4
    ranks = backcast_ranks(found, 34).set_axis(found["unit_id"])
    first = new["published_rank"].dropna()
    assert len(first) >= 4
    assert (ranks[first.index] - first).abs().max() == 0


def test_the_population_weighted_dti_is_another_figure() -> None:
    old, new = published_dti()
    weights = population_weights(reference("population"))
    found = backcast(old, reference("merger"), weights, {"DTI": BackcastRule("population")})
    off = found.set_index("unit_id")["value"][new["published"].dropna().index] - new["published"].dropna()
    assert off.abs().max() > 1e-3


def test_the_shipped_rules_can_be_used() -> None:
    rows = reference("backcast")
    known = {info.index_code for info in registry().indices}
    rules = {row.index_code: BackcastRule(row.rule, float(row.min_coverage)) for row in rows.itertuples()}
    assert set(rules) <= known
    assert rows["why_vi"].ne("").all()
    assert rows["why_en"].ne("").all()
    weights = population_weights(reference("population"))
    assert set(reference("merger")["old_unit_id"]) <= set(weights.index)
