"""Numbers as texts: what is read, what is refused, how the hint mends it."""

from __future__ import annotations

import pandas as pd
import pytest

from etl.numbers import decimals, integer_hint, number_hint, to_double, to_integer


def texts(*values: str) -> pd.Series:
    return pd.Series(list(values), dtype="str")


def test_doubles_keep_every_digit_and_blanks_are_missing() -> None:
    found = to_double(texts("92.18", "", "-3.5", "1e-05", "66.5657042306"))
    assert found[0] == 92.18
    assert pd.isna(found[1])
    assert found[2:].tolist() == [-3.5, 0.00001, 66.5657042306]


@pytest.mark.parametrize(
    "bad", ["92,18", "1.234,5", "1,234.5", "94%", "abc", "1 234", "NaN", "inf", "0x1F", "1_000"]
)
def test_what_is_no_plain_number_is_missing(bad: str) -> None:
    assert pd.isna(to_double(texts(bad))[0])


def test_integers_are_whole_or_missing() -> None:
    assert to_integer(texts("7", "", "7.0", "-1")).tolist() == [7, pd.NA, pd.NA, pd.NA]


def test_decimals_are_counted_from_the_text() -> None:
    found = decimals(texts("92.180", "92", "", "0.33174181", "1.5e-05", "2.5e1", "x"))
    assert found.tolist() == [3, 0, pd.NA, 8, 6, 0, pd.NA]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("92,18", "92.18"),
        ("1.234,5", "thousand separators"),
        ("1,234.5", "thousand separators"),
        ("1 234", "thousand separators"),
        ("94.1%", "percent"),
        ("n/a", "empty"),
        ("chín", "plain digits"),
    ],
)
def test_hints_say_how_to_mend(text: str, part: str) -> None:
    assert part in number_hint(text)


def test_integer_hints() -> None:
    assert integer_hint("7.0") == "write 7"
    assert "whole number" in integer_hint("bảy")
