"""What was promised against what came, on figures small enough to follow by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indices.promises import KINDS, Figure, Found, judge, tally


def found(before: float | None, after: float | None, **other: object) -> Found:
    """Figures of two years of one criterion with a maximum of 10, with other facts where said."""
    figures = [None if value is None else Figure(value, 10) for value in (before, after)]
    known = {"year": 2, "code": "1.1", "comparability": "comparable"}
    return Found(**{**known, "before": figures[0], "after": figures[1], **other})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("target", "given", "kind"),
    [
        (7.5, found(6, 7.5), "reached"),
        (7.5, found(6, 7), "short"),
        (None, found(6, 7), "improved"),
        (7.5, found(6, 6), "same"),
        (7.5, found(6, 5.5), "fell"),
        (5, found(6, 5.5), "reached"),  # what was promised, though less than before
        (7.5, found(6, None), "withheld"),
        (7.5, found(6, None, code=""), "gone"),
        (7.5, found(6, None, year=None), "waiting"),
        (7.5, found(6, 8, comparability="not_comparable"), "changed"),
        (7.5, found(None, 8), "reached"),
        (7.5, found(None, 7), "short"),
        (None, found(None, 7), "changed"),
        (0.3, found(0.1, 0.1 + 0.2), "reached"),  # 0,30000000000000004 is 0,3
        (4, found(6, 5, sign=-1), "short"),  # less is better
        (4, found(6, 4, sign=-1), "reached"),
        (4, found(6, 7, sign=-1), "fell"),
    ],
)
def test_each_way_a_promise_ends(target: float | None, given: Found, kind: str) -> None:
    assert judge(target, given).kind == kind


@pytest.mark.parametrize("link", ["merged", "split", "unconfirmed"])
def test_a_criterion_that_went_over_into_others_is_not_compared(link: str) -> None:
    told = judge(7.5, found(6, None, code="", link=link))
    assert (told.kind, told.change, told.after) == (link, None, None)


def test_where_the_maximum_changed_shares_are_compared() -> None:
    halved = Found(2, "1.1", Figure(6, 10), Figure(3.5, 5), "reweighted")
    told = judge(7.5, halved)
    assert (told.kind, told.before, told.target, told.change, told.rescaled) == ("short", 3, 3.75, 0.5, True)
    assert judge(7, halved).kind == "reached"
    assert judge(7, Found(2, "1.1", Figure(6), Figure(3.5, 5), "reweighted")).kind == "changed"


def test_the_count_names_only_what_happened() -> None:
    results = [judge(7.5, found(6, 8)), judge(7.5, found(6, 9)), judge(7.5, found(6, 5))]
    assert tally(results) == {"reached": 2, "fell": 1}


@given(st.floats(0, 10), st.floats(0, 10), st.floats(0, 10) | st.none())
def test_every_promise_with_two_figures_ends_in_one_of_the_ways(
    before: float, after: float, target: float | None
) -> None:
    told = judge(target, found(before, after))
    assert told.kind in KINDS[:5]
    assert told.kind != "reached" or (target is not None and after >= target - 1e-8)
    assert told.kind not in ("improved", "short") or after > before
