"""What became of each dossier: early, on time or late, from when it is overdue, how long it took.

Rows come in with one line a dossier and whole days; all of it is vectorised, so that a million take a second.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from indices.dossier_calendar import Days, WorkCalendar
from indices.dossier_rules import DossierRules

UNFINISHED, EARLY, ON_TIME, LATE = 0, 1, 2, 3
NO_DAY = np.datetime64("NaT", "D")
DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class _Dates:
    """The days of every dossier, missing ones NaT."""

    received: Days
    due: Days
    finished: Days
    asked: Days
    answered: Days


def settle(rows: pd.DataFrame, rules: DossierRules, calendar: WorkCalendar) -> pd.DataFrame:
    """The rows with `due` moved by the wait for the citizen, `outcome` (0 unfinished, 1 early, 2 on time,
    3 late), `overdue_from` (the first day on which an unfinished one is overdue), `late_days` and
    `taken_days` (working days; the wait is not counted).

    Needs days `received`, `due`, `finished`, `asked`, `answered` and the number `requests`; all days that
    are there must lie in the calendar (ValueError).
    """
    dates = _Dates(*(days_of(rows[name]) for name in ("received", "due", "finished", "asked", "answered")))
    over = rows["requests"].to_numpy(np.int64) > rules.most_requests
    pause = _pause(dates, calendar)
    due = _moved(dates, pause, calendar) if rules.pause_extends_due else dates.due
    outcome = _outcome(dates.finished, due, over)
    overdue = _overdue_from(dates, due, over, rules)
    made = rows.assign(due=due, outcome=outcome, overdue_from=overdue)
    late = (outcome == LATE) & ~np.isnat(due) & (dates.finished > due)
    made["late_days"] = _between(calendar, due, dates.finished, late)
    done = ~np.isnat(dates.finished)
    taken = _between(calendar, dates.received, dates.finished, done)
    made["taken_days"] = np.maximum(taken - np.where(done, pause, 0), 0)
    return made


def days_of(values: pd.Series[pd.Timestamp]) -> Days:
    """A column of dates as whole days: the time of day is ignored."""
    return values.to_numpy("datetime64[D]")


def _between(
    calendar: WorkCalendar, start: Days, end: Days, where: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Working days between two columns where a condition holds, else 0."""
    found = np.zeros(len(start), np.int64)
    found[where] = calendar.between(start[where], end[where])
    return found


def _pause(dates: _Dates, calendar: WorkCalendar) -> npt.NDArray[np.int64]:
    """Working days spent waiting for the citizen; without an answer, up to the end of the dossier."""
    until = np.where(np.isnat(dates.answered), dates.finished, dates.answered)
    waited = ~np.isnat(dates.asked) & ~np.isnat(until) & (until > dates.asked)
    return _between(calendar, dates.asked, until, waited)


def _moved(dates: _Dates, pause: npt.NDArray[np.int64], calendar: WorkCalendar) -> Days:
    """The promised day later by the wait, unless it had passed before the citizen was asked."""
    moves = ~np.isnat(dates.due) & (pause > 0) & (dates.asked <= dates.due)
    due = dates.due.copy()
    due[moves] = calendar.add_days(dates.due[moves], pause[moves])
    return due


def _outcome(finished: Days, due: Days, over: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
    done = ~np.isnat(finished)
    outcome = np.where(done, ON_TIME, UNFINISHED)
    outcome = np.where(done & (finished < due), EARLY, outcome)
    return np.where(done & ((finished > due) | over), LATE, outcome).astype(np.int8)


def _overdue_from(dates: _Dates, due: Days, over: npt.NDArray[np.bool_], rules: DossierRules) -> Days:
    """The day after the promised one; never while the citizen keeps us waiting; asked too often: at once."""
    waits = np.isnat(dates.finished) & np.isnat(dates.answered) & (dates.asked <= due)
    first = np.where(waits & rules.pause_extends_due, NO_DAY, due + DAY)
    asked = np.where(np.isnat(dates.asked), dates.received, dates.asked)
    return np.asarray(np.where(over, asked, first))
