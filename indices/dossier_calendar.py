"""Working days and working hours: which days offices work, deadlines, the time between two moments.

Days are numpy `datetime64[D]`, moments `datetime64[m]`. Which days are holidays comes from the caller: rules
change, and a province may work a Saturday to make up for a bridge day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]
Counts = npt.NDArray[np.int64]

MINUTES = 60
# Offices without a list of hours of their own: four in the morning, four in the afternoon.
HOURS = ((7 * MINUTES + 30, 11 * MINUTES + 30), (13 * MINUTES + 30, 17 * MINUTES + 30))


@dataclass(frozen=True)
class WorkCalendar:
    """Working days from `first` to `last` and the minutes of the day at which offices work.

    `worked`: one flag a day from `first`. Days outside the span raise
    ValueError: a deadline is never guessed.
    """

    first: np.datetime64
    worked: npt.NDArray[np.bool_]
    hours: Sequence[tuple[int, int]] = HOURS
    _up_to: Counts = field(init=False, repr=False)
    _days: Counts = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Number the working days once."""
        object.__setattr__(self, "_up_to", np.concatenate([[0], np.cumsum(self.worked)]))
        object.__setattr__(self, "_days", np.flatnonzero(self.worked))

    @property
    def last(self) -> np.datetime64:
        """The last day that is known."""
        return np.datetime64(self.first + np.timedelta64(len(self.worked) - 1, "D"))

    def knows(self, days: Days) -> npt.NDArray[np.bool_]:
        """Which days lie in the span; a missing one does not."""
        return np.asarray((days >= self.first) & (days <= self.last))

    def _place(self, days: Any) -> Counts:
        asked = np.asarray(days, "datetime64[D]")
        if not np.all(self.knows(asked)):
            raise ValueError(f"a day outside the calendar ({self.first} to {self.last})")
        return (asked - self.first).astype(np.int64)

    def works(self, days: Any) -> npt.NDArray[np.bool_]:
        """Whether offices work on each day."""
        return np.asarray(self.worked[self._place(days)])

    def between(self, start: Any, end: Any) -> Counts:
        """Working days after `start` up to and with `end`; negative when the end comes first."""
        return np.asarray(self._up_to[self._place(end) + 1] - self._up_to[self._place(start) + 1])

    def add_days(self, start: Any, count: Any) -> Days:
        """The day `count` working days after `start`; the start itself for none."""
        place, ahead = self._place(start), np.asarray(count, np.int64)
        number = self._up_to[place + 1] + ahead
        if np.any(number > len(self._days)) or np.any(number < 0):
            raise ValueError(f"a deadline outside the calendar ({self.first} to {self.last})")
        found = self._days[np.maximum(number - 1, 0)]
        return np.asarray(self.first + np.where(ahead == 0, place, found).astype("timedelta64[D]"))

    def minutes(self, moments: Any) -> Counts:
        """Working minutes from the start of the calendar to each moment."""
        asked = np.asarray(moments, "datetime64[m]")
        days = asked.astype("datetime64[D]")
        clock = (asked - days).astype(np.int64)
        inside = sum(np.clip(clock, start, end) - start for start, end in self.hours)
        place = self._place(days)
        return np.asarray(self._up_to[place] * self._day + np.where(self.worked[place], inside, 0))

    def add_hours(self, start: Any, hours: Any) -> Days:
        """The moment so many working hours after another one; a start outside office hours waits for them."""
        wanted = self.minutes(start) + np.round(np.asarray(hours, float) * MINUTES).astype(np.int64)
        # The end of a working day belongs to that day, not to the morning after it.
        whole, rest = np.divmod(np.maximum(wanted - 1, 0), self._day)
        if np.any(whole >= len(self._days)):
            raise ValueError(f"a deadline outside the calendar ({self.first} to {self.last})")
        minute = self._clock(rest + 1)
        day = self.first + self._days[whole].astype("timedelta64[D]")
        return np.asarray(day.astype("datetime64[m]") + minute.astype("timedelta64[m]"))

    @property
    def _day(self) -> int:
        return sum(end - start for start, end in self.hours)

    def _clock(self, worked: Counts) -> Counts:
        """The minute of the day at which so many minutes of it have been worked."""
        minute, left = np.zeros_like(worked), worked.copy()
        for start, end in self.hours:
            here = (left > 0) & (minute == 0)
            ends = here & (left <= end - start)
            minute = np.where(ends, start + left, minute)
            left = np.where(here & ~ends, left - (end - start), left)
        return np.asarray(minute)


def make_calendar(
    first: date, last: date, off: Iterable[date] = (), worked: Iterable[date] = ()
) -> WorkCalendar:
    """Monday to Friday without the days in `off`; the days in `worked` are worked whatever they are."""
    start = np.datetime64(first, "D")
    days = np.arange(start, np.datetime64(last, "D") + 1)
    # 1970-01-01 was a Thursday.
    weekday = (days.astype(np.int64) + 3) % 7
    flags = weekday < 5
    for given, value in ((off, False), (worked, True)):
        listed = np.array(sorted(given), "datetime64[D]")
        inside = listed[(listed >= days[0]) & (listed <= days[-1])] if len(listed) else listed
        flags[(inside - start).astype(np.int64)] = value
    return WorkCalendar(start, flags)
