"""The texts of the documents: both languages hold the same keys and values, numbers are written right."""

from __future__ import annotations

import re

import pytest

from exports.briefing.draw import wrapped
from exports.briefing.typeset import quoted
from exports.briefing.words import Words, rank_of, texts


def test_both_languages_say_the_same_things() -> None:
    vi, en = texts("vi"), texts("en")
    assert set(vi) == set(en)
    assert len(vi) > 200


def test_both_languages_use_the_same_values() -> None:
    vi, en = ({k: set(re.findall(r"{(\w+)", v)) for k, v in texts(lang).items()} for lang in ("vi", "en"))
    assert {k: (vi[k], en[k]) for k in vi if vi[k] != en[k]} == {}


def test_a_missing_text_or_value_raises() -> None:
    with pytest.raises(KeyError):
        Words("vi").t("no.such.text")
    with pytest.raises(KeyError):
        Words("vi").t("s.ranked")


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (Words("vi").day("2026-11-27"), "27/11/2026"),
        (Words("en").day("2026-11-27"), "27 November 2026"),
        (Words("vi").day("2026-01"), "01/2026"),
        (Words("en").day("2026-01"), "January 2026"),
        (Words("en").day("2024"), "2024"),
        (Words("en").day(None), "–"),
        (Words("vi").number(1234.5), "1.234,50"),
        (Words("en").number(1234.5), "1,234.50"),
        (Words("vi").signed(-0.06), "−0,06"),
        (Words("vi").signed(0.001), "0,00"),
        (Words("vi").signed(2.08), "+2,08"),
        (Words("vi").short(9.50), "9,5"),
        (Words("vi").short(10.0), "10"),
        (Words("vi").percent(0.606), "60,6%"),
        (Words("vi").number(float("nan")), "–"),
        (Words("vi").listing(["A", "B", "C"]), "A, B và C"),
        (rank_of(2, None), "2"),
        (rank_of(None, 63), "–"),
    ],
)
def test_numbers_and_lists(made: str, shown: str) -> None:
    assert made == shown


def test_text_cannot_become_a_command_of_the_typesetter() -> None:
    assert quoted('a "b" \\ #x\n') == '"a \\"b\\" \\\\ #x\\n"'


def test_names_beside_bars_take_two_lines_at_most() -> None:
    lines = wrapped(
        "Xây dựng và phát triển chính quyền điện tử, chính quyền số và nhiều việc khác nữa của tỉnh"
    )
    assert len(lines) == 2
    assert all(len(line) <= 38 for line in lines)


def test_halves_round_as_a_spreadsheet_shows_them() -> None:
    assert Words("vi").percent(0.7125) == "71,3%"
    assert Words("vi").percent(0.5105) == "51,1%"
    assert Words("vi").number(-0.125) == "−0,13"
