"""How the work stands on a day."""

from __future__ import annotations

from datetime import date

import pytest

from tests.workspace import samples
from workspace import follow

TODAY = date(2024, 6, 30)


@pytest.mark.parametrize(
    ("deadline", "status", "expected"),
    [
        (date(2024, 6, 29), "open", "overdue"),
        (date(2024, 6, 30), "open", "soon"),
        (date(2024, 7, 14), "open", "soon"),
        (date(2024, 7, 15), "open", "open"),
        (date(2024, 6, 29), "done", "done"),
        (date(2024, 6, 29), "stopped", "stopped"),
    ],
)
def test_the_deadline_tells_how_open_work_stands(deadline: date, status: str, expected: str) -> None:
    assert follow.standing(samples.assignment(deadline=deadline, status=status), TODAY) == expected


def test_what_of_the_six_clear_things_is_missing_is_named() -> None:
    assert follow.unclear(samples.assignment()) == ()
    assert follow.unclear(samples.assignment(product="", authority="")) == ("product", "authority")


def test_who_carries_most_overdue_work_comes_first() -> None:
    late, done = {"deadline": date(2024, 1, 1)}, {"status": "done"}
    works = [
        samples.assignment(lead="A"),
        samples.assignment(lead="A", deadline=date(2025, 1, 1)),
        samples.assignment(lead="B", **late),
        samples.assignment(lead="C", **late, **done),
    ]
    told = follow.burdens(works, TODAY)
    assert [(b.lead, b.counts["overdue"], b.unfinished, b.counts["done"]) for b in told] == [
        ("B", 1, 1, 0),
        ("A", 0, 2, 0),
        ("C", 0, 0, 1),
    ]
