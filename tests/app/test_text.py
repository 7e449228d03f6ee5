"""Words and numbers of the screen."""

from __future__ import annotations

import re
import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts import text


def test_every_language_has_the_same_keys() -> None:
    keys = [set(text.texts(lang)) for lang in text.LANGS]
    assert keys[0] == keys[1]


def test_every_language_asks_for_the_same_values() -> None:
    def asked(shown: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(shown) if name}

    differing = {k for k in text.texts("vi") if asked(text.texts("vi")[k]) != asked(text.texts("en")[k])}
    assert differing == set()


def test_only_codes_that_are_numbers_are_told_with_a_name() -> None:
    assert text.numbered("1.2", "Cải cách thể chế") == "1.2. Cải cách thể chế"
    assert text.numbered("HDKTS", "Hoạt động kinh tế số") == "Hoạt động kinh tế số"
    assert text.numbered("HDKTS", "") == "HDKTS"


def test_keys_with_a_plural_have_both_forms() -> None:
    ones = {key.removesuffix(".one") for key in text.texts("vi") if key.endswith(".one")}
    others = {key.removesuffix(".other") for key in text.texts("vi") if key.endswith(".other")}
    assert ones <= others


@pytest.mark.parametrize("lang", text.LANGS)
def test_a_missing_key_or_value_raises(lang: str) -> None:
    with pytest.raises(text.MissingTextError):
        text.t("no.such.key", lang)
    with pytest.raises(text.MissingTextError):
        text.t("card.rank", lang)


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (92.18, 2, "92,18", "92.18"),
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (0.7484, 4, "0,7484", "0.7484"),
        (-0.06, 2, "−0,06", "−0.06"),
        (-0.001, 2, "0,00", "0.00"),
        (None, 2, "–", "–"),
        (float("nan"), 2, "–", "–"),
    ],
)
def test_numbers_follow_the_language(value: float | None, decimals: int, vi: str, en: str) -> None:
    assert (text.number(value, decimals, "vi"), text.number(value, decimals, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("value", "signed", "arrow"),
    [
        (1.95, "+1,95", "▲ 1,95"),
        (-0.055, "−0,06", "▼ 0,06"),
        (0.0, "0,00", "= 0,00"),
        (0.004, "0,00", "= 0,00"),
    ],
)
def test_changes_carry_their_direction(value: float, signed: str, arrow: str) -> None:
    assert (text.signed(value, 2, "vi"), text.arrow(value, 2, "vi")) == (signed, arrow)


@given(st.floats(-1e6, 1e6, allow_nan=False), st.integers(0, 4))
def test_sign_and_arrow_never_disagree_with_the_number_shown(value: float, decimals: int) -> None:
    digits = re.sub(r"[^0-9]", "", text.number(value, decimals, "vi"))
    nothing = set(digits) == {"0"}
    assert text.arrow(value, decimals, "vi").startswith("=") is nothing
    assert (text.signed(value, decimals, "vi")[0] in "+−") is not nothing


@pytest.mark.parametrize(
    ("number", "vi", "en"),
    [
        ("QĐ 876/QĐ-BNV", "QĐ 876/QĐ-BNV", "Decision 876/QĐ-BNV"),
        ("Phương pháp PCI 2005 (VCCI)", "Phương pháp PCI 2005 (VCCI)", "Method of PCI 2005 (VCCI)"),
        ("simulated", "mô phỏng", "simulated"),
        ("12/2026", "12/2026", "12/2026"),
        (None, "", ""),
    ],
)
def test_decisions_are_called_in_the_language(number: str | None, vi: str, en: str) -> None:
    row = {"decision_number": number}
    assert (text.decision(row, "vi"), text.decision(row, "en")) == (vi, en)


def test_names_inside_a_sentence_begin_small_unless_they_are_letters() -> None:
    assert text.lower_first("Sở, ban, ngành") == "sở, ban, ngành"
    assert text.lower_first("UBND cấp xã") == "UBND cấp xã"
    assert text.lower_first("") == ""


def test_ranks_dates_and_lists() -> None:
    assert text.rank_of(2, 63) == "2/63"
    assert text.rank_of(2, None) == "2"
    assert text.rank_of(None, 63) == "–"
    assert text.day(date(2026, 11, 22), "vi") == "22/11/2026"
    assert text.day("2026-11-22T05:00:00+00:00", "en") == "22 November 2026"
    assert text.listing(["A", "B", "C"], "vi") == "A, B và C"
    assert text.tn("common.places", 1, "en") == "1 place"
    assert text.percent(0.606, 1, "vi") == "60,6%"
