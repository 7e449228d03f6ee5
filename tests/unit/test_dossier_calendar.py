"""Working days of Vietnam, deadlines in days and hours, what a province adds to the holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.dossiers.rules import load_calendar, load_rules
from indices.dossier_calendar import WorkCalendar, make_calendar
from indices.errors import DefinitionError

FIRST, LAST = date(2024, 1, 1), date(2025, 12, 31)


@pytest.fixture(scope="module")
def vietnam() -> WorkCalendar:
    """The shipped calendar."""
    return load_calendar(load_rules())


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2024-02-09", False),  # eve of the lunar new year
        ("2024-02-15", True),
        ("2024-04-18", False),  # Hung Kings, tenth of the third lunar month
        ("2024-04-30", False),
        ("2024-05-01", False),
        ("2024-09-02", False),
        ("2024-09-04", True),
        ("2024-03-02", False),  # a Saturday
        ("2025-01-29", False),  # lunar new year
    ],
)
def test_holidays_are_not_worked(vietnam: WorkCalendar, day: str, works: bool) -> None:
    assert bool(vietnam.works(np.datetime64(day))) is works


def test_a_deadline_passes_over_the_new_year(vietnam: WorkCalendar) -> None:
    # 6 February 2024 was a Tuesday; 8 to 14 February were off.
    assert str(vietnam.add_days(np.datetime64("2024-02-06"), 3)) == "2024-02-16"
    assert int(vietnam.between(np.datetime64("2024-02-06"), np.datetime64("2024-02-16"))) == 3


def test_a_province_adds_bridge_days_and_saturdays(tmp_path: Path) -> None:
    (tmp_path / "working_days.csv").write_text(
        "date,works,note\n2024-03-04,0,bridge\n2024-03-09,1,instead\n2024-04-30,1,worked\n", encoding="utf-8"
    )
    mine = load_calendar(load_rules(tmp_path), tmp_path)
    days = np.array(["2024-03-04", "2024-03-09", "2024-04-30"], "datetime64[D]")
    assert mine.works(days).tolist() == [False, True, True]


def test_a_day_that_cannot_be_read_is_told_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "working_days.csv").write_text("date,works\n2024-03-04,0\n4/3/2024,0\n", encoding="utf-8")
    with pytest.raises(DefinitionError) as error:
        load_calendar(load_rules(), tmp_path)
    assert [problem.place for problem in error.value.problems] == ["row 3"]


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2024-03-04T08:00", 2, "2024-03-04T10:00"),
        ("2024-03-04T10:30", 2, "2024-03-04T14:30"),  # over noon
        ("2024-03-04T16:30", 2, "2024-03-05T08:30"),  # over night
        ("2024-03-08T16:30", 8, "2024-03-11T16:30"),  # over the week-end
        ("2024-03-09T10:00", 1, "2024-03-11T08:30"),  # handed in on a Saturday
        ("2024-03-04T07:30", 8, "2024-03-04T17:30"),  # a whole day ends with the day
    ],
)
def test_hours_count_while_offices_are_open(
    vietnam: WorkCalendar, start: str, hours: float, end: str
) -> None:
    assert str(vietnam.add_hours(np.datetime64(start, "m"), hours)) == end


def test_nothing_is_guessed_outside_the_calendar() -> None:
    narrow = make_calendar(FIRST, LAST)
    with pytest.raises(ValueError, match="outside the calendar"):
        narrow.add_days(np.datetime64("2025-12-30"), 10)
    with pytest.raises(ValueError, match="outside the calendar"):
        narrow.works(np.datetime64("2026-01-01"))


@given(
    st.dates(FIRST, date(2025, 6, 30)),
    st.integers(0, 90),
    st.sets(st.dates(FIRST, LAST), max_size=30),
)
def test_deadlines_are_those_of_counting_day_by_day(start: date, count: int, off: set[date]) -> None:
    calendar = make_calendar(FIRST, LAST, off)
    day, left = start, count
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in off
    assert calendar.add_days(np.datetime64(start), count) == np.datetime64(day)
    assert int(calendar.between(np.datetime64(start), np.datetime64(day))) == count


@given(st.datetimes(datetime(2024, 1, 1), datetime(2025, 6, 30)), st.integers(1, 200))
def test_minutes_between_are_the_hours_that_were_added(start: datetime, hours: int) -> None:
    calendar = make_calendar(FIRST, LAST)
    moment = np.datetime64(start.replace(second=0, microsecond=0), "m")
    end = calendar.add_hours(moment, hours)
    assert int(calendar.minutes(end) - calendar.minutes(moment)) == hours * 60
