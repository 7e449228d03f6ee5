"""Numbers written in any style come back exactly, and never as another number."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from etl.readers.numbers import NotANumberError, Style, decide, figure, fixed, float_text, to_number

SIGNS = {Style.COMMA: (",", "."), Style.DOT: (".", ",")}
styles = st.sampled_from([Style.COMMA, Style.DOT])


@st.composite
def printed(draw: st.DrawFn) -> Decimal:
    """A figure with zero to five printed decimals, noughts at the end kept."""
    places = draw(st.integers(0, 5))
    return Decimal(draw(st.integers(-(10**9), 10**9))).scaleb(-places)


def written(number: Decimal, style: Style, group: str, mark: str = "") -> str:
    """A figure as a person writes it in a style; `group`: what stands between thousands."""
    decimal, grouping = SIGNS[style]
    whole, _, fraction = f"{abs(number):f}".partition(".")
    if group:
        between = grouping if group == "style" else group
        whole = f"{int(whole):,}".replace(",", between)
    minus = "-" if number < 0 else ""
    return f"{minus}{whole}{decimal + fraction if fraction else ''}{mark}"


groups = st.sampled_from(["", "style", " ", "\u00a0"])
marks = st.sampled_from(["", "*", "(1)", " (2)", "%", " %"])


@given(st.lists(st.tuples(printed(), groups, marks), min_size=1, max_size=20), styles)
def test_a_column_never_comes_out_as_other_figures(
    cells: list[tuple[Decimal, str, str]], style: Style
) -> None:
    texts = [written(number, style, group, mark) for number, group, mark in cells]
    decision = decide(texts)
    assert decision.style in (style, Style.PLAIN, Style.AMBIGUOUS)
    for text, (number, _, _) in zip(texts, cells, strict=True):
        try:
            found = to_number(text, decision)
        except NotANumberError:
            assert decision.style is Style.AMBIGUOUS
        else:
            assert found == f"{number if number else abs(number):f}"


@given(printed(), groups, marks, styles)
def test_a_person_who_names_the_style_gets_every_figure(
    number: Decimal, group: str, mark: str, style: Style
) -> None:
    found = figure(written(number, style, group, mark), fixed(style))
    assert Decimal(found.number) == number
    assert found.percent == ("%" in mark)


@given(st.lists(st.text(max_size=12), max_size=8))
def test_any_texts_are_decided_or_refused(texts: list[str]) -> None:
    decision = decide(texts)
    for text in texts:
        try:
            found = to_number(text, decision)
        except NotANumberError:
            continue
        assert Decimal(found).is_finite()
        assert set(found) <= set("0123456789.-")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_comes_back_as_itself_or_without_its_noise(value: float) -> None:
    text = float_text(value)
    assert "e" not in text.lower()
    back = float(text)
    assert back == value or (back != 0 and abs(back / value - 1) < 1e-14)


@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_short_decimals_survive_a_double(digits: int, places: int) -> None:
    number = Decimal(digits).scaleb(-places)
    assert Decimal(float_text(float(number))) == number
