"""The URL: what it says, what is repaired, and back again. Never an exception, never an empty page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.url_state import Choice, Facts, fold, nearest, parse, search_of

PROVINCES = (
    Choice("quang-ninh", "Quảng Ninh", "Quang Ninh", ("Quảng Ninh", "Tỉnh Quảng Ninh")),
    Choice("dak-lak", "Đắk Lắk", "Dak Lak", ("Đắk Lắk", "Đăk Lăk", "Daklak")),
    Choice("thua-thien-hue", "Thừa Thiên Huế", "Thua Thien Hue", ("TT Huế", "Huế")),
)
INDICES = (
    Choice("AAA", "AAA Index", "AAA Index", ("Chỉ số A",), years=(2019, 2020, 2022)),
    Choice("BBB", "BBB", "BBB", (), years=(2011, 2015)),
)
FACTS = Facts(PROVINCES, INDICES, "quang-ninh", "AAA")


@pytest.mark.parametrize(
    ("asked", "slug", "repaired"),
    [
        ("quang-ninh", "quang-ninh", False),
        ("Quảng Ninh", "quang-ninh", False),
        ("ĐẮK LẮK", "dak-lak", False),
        ("daklak", "dak-lak", False),
        ("Huế", "thua-thien-hue", False),
        ("quang-nin", "quang-ninh", True),
        ("dac lac", "dak-lak", True),
        ("xyz", "quang-ninh", True),
        ("", "quang-ninh", False),
    ],
)
def test_provinces_are_found_or_repaired(asked: str, slug: str, repaired: bool) -> None:
    state, repairs = parse(f"?tinh={asked}", FACTS, by_index=False)
    assert state.province == slug
    assert [(r.parameter, r.asked) for r in repairs] == ([("tinh", asked)] if repaired else [])


@pytest.mark.parametrize(
    ("search", "year", "repaired"),
    [
        ("?cs=AAA&nam=2020", 2020, False),
        ("?cs=AAA&nam=2021", 2022, True),
        ("?cs=AAA&nam=1066", 2019, True),
        ("?cs=BBB&nam=2020", 2015, True),
        ("?cs=AAA&nam=abc", None, True),
        ("?cs=AAA&nam=99999999999999999999", None, True),
        ("?cs=AAA&nam=²", None, True),
        ("?cs=AAA", None, False),
    ],
)
def test_years_are_those_of_the_index(search: str, year: int | None, repaired: bool) -> None:
    state, repairs = parse(search, FACTS, by_index=True)
    assert state.year == year
    assert bool(repairs) is repaired


def test_a_page_of_all_indices_takes_a_year_of_any() -> None:
    assert parse("?cs=AAA&nam=2011", FACTS, by_index=False)[0].year == 2011


@pytest.mark.parametrize(("asked", "lang"), [("en", "en"), ("en-US", "en"), ("fr", "vi"), ("", "vi")])
def test_languages(asked: str, lang: str) -> None:
    assert parse(f"?lang={asked}", FACTS, by_index=False)[0].lang == lang


def test_unknown_index_is_repaired_to_the_nearest() -> None:
    state, repairs = parse("?cs=aab", FACTS, by_index=True)
    assert state.index == "AAA"
    assert repairs[0].parameter == "cs"
    assert parse("?cs=aaa", FACTS, by_index=True)[1] == []


def test_long_nonsense_is_cut_before_it_is_repeated() -> None:
    _, repairs = parse("?tinh=" + "x" * 5000, FACTS, by_index=False)
    assert len(repairs[0].asked) <= 40


def test_extras_pass_as_written_and_come_back() -> None:
    state, _ = parse("?tinh=dak-lak&lv=abc&khac=1", FACTS, False, extras=("lv",))
    assert state.extras == (("lv", "abc"),)
    assert search_of(state, FACTS) == "?tinh=dak-lak&lv=abc"


def test_fold_and_nearest() -> None:
    assert fold("  Đắk-Lắk ") == "dak lak"
    assert nearest("hue", PROVINCES) == "thua-thien-hue"
    assert nearest("0000", PROVINCES) is None


@given(st.text(max_size=60))
def test_any_query_string_gives_a_valid_state(search: str) -> None:
    state, _ = parse(search, FACTS, by_index=True, extras=("lv",))
    assert state.province in {p.key for p in PROVINCES}
    assert state.index in {i.key for i in INDICES}
    assert state.year is None or state.year in FACTS.years(state.index)


@given(st.sampled_from(PROVINCES), st.sampled_from(INDICES), st.integers(0, 2), st.sampled_from(["vi", "en"]))
def test_writing_and_reading_are_inverse(province: Choice, index: Choice, nth: int, lang: str) -> None:
    state, _ = parse("", FACTS, by_index=True)
    year = (None, *index.years)[min(nth, len(index.years))]
    state = replace(state, province=province.key, index=index.key, year=year, lang=lang)
    assert parse(search_of(state, FACTS), FACTS, by_index=True) == (state, [])
