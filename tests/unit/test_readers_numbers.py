"""Numbers as people type them: decided by their column, exact, or refused."""

from __future__ import annotations

import datetime as dt

import pytest

from etl.readers.numbers import (
    Decision,
    Figure,
    NotANumberError,
    Style,
    decide,
    figure,
    fixed,
    float_text,
    is_nothing,
    scaled,
    to_number,
)


@pytest.mark.parametrize(
    ("column", "style", "numbers"),
    [
        (["92,18", "1.234"], Style.COMMA, ["92.18", "1234"]),
        (["92.18", "1,234"], Style.DOT, ["92.18", "1234"]),
        (["1.234,5", "12"], Style.COMMA, ["1234.5", "12"]),
        (["1,234.50"], Style.DOT, ["1234.50"]),
        (["1.234.567", "1.234"], Style.COMMA, ["1234567", "1234"]),
        (["1,234,567", "0.5"], Style.DOT, ["1234567", "0.5"]),
        (["0,123"], Style.COMMA, ["0.123"]),
        (["1234,567"], Style.COMMA, ["1234.567"]),
        (["1 234,5", "1\u00a0234\u202f567"], Style.COMMA, ["1234.5", "1234567"]),
        (["1'234.5", "1\u2019234"], Style.DOT, ["1234.5", "1234"]),
        (["12", "3 456"], Style.PLAIN, ["12", "3456"]),
        (["-1,5", "\u22121,5", "\u20131,5", "+1,5"], Style.COMMA, ["-1.5", "-1.5", "-1.5", "1.5"]),
        ([",5", "2,25"], Style.COMMA, ["0.5", "2.25"]),
        (["1,5e-3", "2,0"], Style.COMMA, ["0.0015", "2.0"]),
    ],
)
def test_the_column_decides(column: list[str], style: Style, numbers: list[str]) -> None:
    decision = decide([*column, "Tổng cộng", "", "-", "(1)", "12.05.2024"])
    assert decision.style is style
    assert [to_number(text, decision) for text in column] == numbers


def test_what_is_both_is_refused_until_something_decides() -> None:
    alone = decide(["1.234", "5", "987.654"])
    assert alone.style is Style.AMBIGUOUS
    assert alone.open == ("1.234", "987.654")
    assert to_number("5", alone) == "5"
    with pytest.raises(NotANumberError, match=r"two ways: 1\.234"):
        to_number("1.234", alone)
    decided = decide(["1.234", "5", "0,5"])
    assert decided.open == ("1.234",)
    assert to_number("1.234", decided) == "1234"
    assert to_number("1.234", fixed("dot")) == "1.234"


def test_a_column_that_proves_both_reads_neither() -> None:
    mixed = decide(["92,18", "92.18", "7"])
    assert (mixed.style, mixed.comma, mixed.dot) == (Style.MIXED, "92,18", "92.18")
    assert to_number("7", mixed) == "7"
    for text in ("92,18", "92.18"):
        with pytest.raises(NotANumberError, match="two ways"):
            to_number(text, mixed)


@pytest.mark.parametrize(("text", "style"), [("92.18", "comma"), ("92,18", "dot"), ("1.234,5", "dot")])
def test_a_number_written_otherwise_than_its_column_is_refused(text: str, style: str) -> None:
    with pytest.raises(NotANumberError, match="otherwise than its column"):
        to_number(text, fixed(style))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("92,18*", Figure("92.18", mark="*")),
        ("92,18(1)", Figure("92.18", mark="(1)")),
        ("92,18 (1) (2)", Figure("92.18", mark="(1) (2)")),
        ("92,18\u00b9", Figure("92.18", mark="\u00b9")),
        ("94,17%", Figure("94.17", percent=True)),
        ("94,17 % [2]", Figure("94.17", percent=True, mark="[2]")),
        ("94,17* %", Figure("94.17", percent=True, mark="*")),
        ("'92,18", Figure("92.18")),
        ("\u00a092,180 ", Figure("92.180")),
        ("-0,0", Figure("0.0")),
    ],
)
def test_what_stands_around_the_digits(text: str, found: Figure) -> None:
    assert figure(text, fixed("comma")) == found


@pytest.mark.parametrize(
    "text",
    ["", "-", "(1)", "*", "12.05.2024", "1,23,456.7", "12a", "5.", "1..5", "chín", "1e5", "١٢", "1,5,5", "%",
     "1 23", "3/4", "12:30", "--5"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text: str) -> None:
    for decision in (fixed("comma"), fixed("dot"), decide([text])):
        with pytest.raises(NotANumberError):
            to_number(text, decision)


@pytest.mark.parametrize("value", [True, dt.date(2024, 1, 5), dt.datetime(2024, 1, 5), dt.time(1), None])
def test_cells_of_other_kinds_are_no_numbers(value: object) -> None:
    with pytest.raises(NotANumberError):
        figure(value, Decision(Style.PLAIN))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (92.0, "92"),
        (92, "92"),
        (120.0, "120"),
        (58.17699, "58.17699"),
        (0.1 + 0.2, "0.3"),
        (1.1 * 3, "3.3"),
        (8.674999237060547, "8.674999237060547"),
        (1 / 3, "0.3333333333333333"),
        (1e-7, "0.0000001"),
        (1e21, "1000000000000000000000"),
        (-0.0, "0"),
        (-2.5, "-2.5"),
    ],
)
def test_numbers_of_cells_become_their_exact_text(value: float, text: str) -> None:
    assert float_text(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused(value: float) -> None:
    with pytest.raises(NotANumberError):
        float_text(value)


@pytest.mark.parametrize(
    ("number", "factor", "found"),
    [("94.17", 0.01, "0.9417"), ("0.9417", 100, "94.17"), ("5", 100.0, "500"), ("92.180", 1, "92.180"),
     ("0.1", 3, "0.3"), ("-2.50", 10, "-25.0")],
)  # fmt: skip
def test_factors_are_exact_and_keep_the_printed_decimals(number: str, factor: float, found: str) -> None:
    assert scaled(number, factor) == found


@pytest.mark.parametrize("value", [None, "", " ", "-", "–", "--", "...", "…", "N/A", "x", "\u00a0"])
def test_cells_that_say_there_is_no_figure(value: str | None) -> None:
    assert is_nothing(value)


@pytest.mark.parametrize("value", ["0", "-1", "Hà Nội", 0, 0.0, False])
def test_cells_that_say_something(value: object) -> None:
    assert not is_nothing(value)  # type: ignore[arg-type]
