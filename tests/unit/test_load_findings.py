"""What the part `load` makes of its measurements: a limit that was missed is told as missed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.torture.load import QUICK, Found, Heard, findings
from bench.torture.tools.meanwhile import Disturbed, Watched

CALM = Heard({"view /": [20.0] * 99, "frame": [5.0] * 9}, {}, {"one": 50, "two": 49}, 0, 60.0)
CROWD = Heard({"view /": [900.0] * 50}, {}, {"one": 50}, 12, 20.0)
FLAT = Watched([20.0, 40.0, 60.0], [[200.0, 190.0], [201.0, 190.0], [200.0, 190.0]], [1.0, 2.0, 3.0])
TAKEN_UP = ([100.0, 90.0], [200.0, 190.0])
GOOD = Found(TAKEN_UP, CALM, CROWD, CALM, Disturbed(4, [3.0, 4.0], []), FLAT, (26, 27, 26), 0)


def missed(found: Found) -> list[str]:
    return [one.what for one in findings(found, QUICK) if one.kept is False]


def test_nothing_is_missed_where_all_was_kept() -> None:
    assert missed(GOOD) == []


@pytest.mark.parametrize(
    ("found", "what"),
    [
        (replace(GOOD, calm=replace(CALM, errors={"view /: 500": 1})), "50 people for 1 min: answers"),
        (replace(GOOD, calm=replace(CALM, refused=1)), "50 people for 1 min: answers"),
        (replace(GOOD, disturbed=Disturbed(4, [3.0], ["code 4"])), "imports staged meanwhile"),
        (replace(GOOD, calm=replace(CALM, releases={"one two": 1, "two": 9})), "the release changed"),
        (replace(GOOD, handles=(26, 27, 29)), "open files and lines of both workers"),
        (replace(GOOD, restarted=1), "workers that had to be started again"),
        (replace(GOOD, crowd=replace(CROWD, errors={"view /: 500": 1})), "500 people in a hurry for 20 s"),
        (replace(GOOD, after=replace(CALM, refused=1)), "50 people, 5 s later"),
        (replace(GOOD, after=replace(CALM, times={"view /": [900.0] * 9})), "50 people, 5 s later"),
    ],
)  # fmt: skip
def test_what_was_missed_is_told(found: Found, what: str) -> None:
    assert missed(found) == [what]


def test_slow_views_are_not_hidden_by_quick_files() -> None:
    times = {"view /": [20.0] * 90 + [500.0] * 10, "file": [1.0] * 9000}
    assert missed(replace(GOOD, calm=replace(CALM, times=times))) == ["50 people for 1 min: views drawn"]


def test_growth_counts_after_the_warm_up_on_the_mean_of_the_workers() -> None:
    watched = Watched([0.0, 60.0, 120.0, 180.0], [[50.0, 90.0], [99.0, 90.0], [99.0, 92.0], [99.0, 94.0]])
    assert watched.slope(60.0, 60.0) == pytest.approx(1.0)
    taking_turns = Watched([0.0, 60.0, 120.0], [[90.0, 99.0], [95.0, 95.0], [99.0, 90.0]])
    assert taking_turns.slope(0.0, 60.0) == pytest.approx(0.0, abs=0.3)


@pytest.mark.parametrize("grows", [0.0, 3.0])
def test_what_comes_and_goes_with_every_release_is_no_growth(grows: float) -> None:
    """Nor does it hide growth; and one span in which more was drawn than in others decides nothing."""
    seconds = [5.0 * number for number in range(120)]
    held = [[300 + second % 60 + grows * second / 60 + (50 if second >= 540 else 0)] for second in seconds]
    watched = Watched(seconds, held)
    assert watched.slope(180.0, 60.0) == pytest.approx(grows, abs=0.5)
    first, second, *_ = watched.held(180.0, 60.0)[0]
    assert second - first == pytest.approx(grows)


def test_without_a_refusal_nothing_is_said_of_refusals() -> None:
    found = findings(replace(GOOD, crowd=replace(CROWD, refused=0)), QUICK)
    assert [one.kept for one in found if one.what.startswith("500 people")] == [None]
