"""Names of units: exact, then without accents and case; ambiguous and unknown ones refused."""

from __future__ import annotations

import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.facts import unit_names
from etl.mapping import UnitNames, fold, nearest
from etl.pack import read_pack
from etl.settings import ROOT
from etl.tables_reference import TARGET_SETS, kebab


@pytest.fixture(scope="module")
def names() -> UnitNames:
    return unit_names(read_pack(ROOT / "data"))


@pytest.mark.parametrize(
    ("written", "unit_id"),
    [
        ("Quảng Ninh", "63:22"),
        (unicodedata.normalize("NFD", "Quảng Ninh"), "63:22"),
        ("QUẢNG NINH", "63:22"),
        ("quang ninh", "63:22"),
        ("  Quảng   Ninh ", "63:22"),
        ("Đắk Lắk", "63:66"),
        ("dak lak", "63:66"),
        ("Thừa Thiên Huế", "63:46"),
        ("TP. Hồ Chí Minh", "63:79"),
        ("Hà Tây", "63:28"),
    ],
)
def test_a_province_is_found_however_it_is_written(names: UnitNames, written: str, unit_id: str) -> None:
    assert names.find("63", written).unit_id == unit_id


def test_the_same_name_is_another_unit_in_the_other_set(names: UnitNames) -> None:
    assert names.find("34", "Quảng Ninh").unit_id == "34:22"
    assert names.find("34", "Lào Cai").unit_id == "34:15"
    assert names.find("63", "Lào Cai").unit_id == "63:10"


def test_a_part_of_a_name_is_no_match(names: UnitNames) -> None:
    assert names.find("63", "Ninh").unit_id is None
    assert names.find("63", "").unit_id is None


@pytest.mark.parametrize("short", ["QN", "qn", "ĐN", "dn", "HP", "CT"])
def test_ambiguous_abbreviations_are_refused(names: UnitNames, short: str) -> None:
    match = names.find("63", short)
    assert match.unit_id is None
    assert match.candidates


def test_an_unknown_name_comes_with_the_nearest_known(names: UnitNames) -> None:
    match = names.find("63", "Quảng Nin")
    assert match.unit_id is None
    assert "Quảng Ninh" in match.near


def test_an_internal_unit_is_known_by_province_and_name(names: UnitNames) -> None:
    match = names.find("units", "Tây Ninh › Thanh tra tỉnh")
    assert match.unit_id is not None
    assert match.unit_id.startswith("u:72:")


def test_the_first_set_that_knows_a_name_wins(names: UnitNames) -> None:
    assert names.find_in(TARGET_SETS, "Quảng Ninh").unit_id == "63:22"
    assert names.find_in(TARGET_SETS, "Huế").unit_id == "63:46"
    assert names.find_in(TARGET_SETS, "Atlantis").unit_id is None


def test_two_units_of_one_folded_name_are_ambiguous() -> None:
    units = pd.DataFrame(
        {"unit_set": ["63"] * 2, "name": ["Bình Ân", "Binh An"], "unit_id": ["63:98", "63:99"]}
    )
    none = pd.DataFrame(columns=["unit_set", "alias", "unit_id", "candidates"], dtype="str")
    names = UnitNames.from_frames(none, none, units)
    assert names.find("63", "Bình Ân").unit_id == "63:98"
    assert names.find("63", "BINH AN").candidates == ("63:98", "63:99")


def test_folding_drops_accents_case_and_the_stroke_of_d() -> None:
    assert fold("Đắk  NÔNG") == "dak nong"
    assert kebab("Bà Rịa - Vũng Tàu") == "ba-ria-vung-tau"


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_and_ignores_the_form(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert fold(unicodedata.normalize("NFD", text)) == once


def test_nearest_says_nothing_when_nothing_is_near() -> None:
    assert nearest("xyzzy", ["Quảng Ninh"]) == []
    assert nearest("scor", ["score", "rank"])[0] == "score"
