"""The calendar as another program reads it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from tests.workspace import samples
from workspace import feed, store
from workspace.database import Workspace
from workspace.models import Assignment
from workspace.store import ref_of


@pytest.fixture
def works(workspace: Workspace) -> Workspace:
    """Two assignments, one with everything a calendar file could stumble over."""
    with workspace.writing() as session:
        odd = "Việc; có, dấu\\ và\nxuống dòng\r\nBEGIN:VEVENT " + "dài " * 60
        store.add(session, samples.assignment(task=odd), "An")
        store.add(session, samples.assignment(status="stopped", deadline=date(2024, 12, 31)), "An")
    return workspace


def events(workspace: Workspace) -> list[object]:
    """The events of the calendar of everything."""
    with workspace.reading() as session:
        rows = store.listed(session, Assignment)
        body = feed.calendar(rows, "vi", lambda row: f"https://example.vn/?giao={row.id}")
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    read = Calendar.from_ical(body)
    assert read.walk("VTIMEZONE") == []  # whole days have no zone, stamps are UTC
    return list(read.walk("VEVENT"))


def test_deadlines_are_whole_days_and_texts_come_back_as_typed(works: Workspace) -> None:
    first, last = events(works)
    assert (first["dtstart"].dt, first["dtend"].dt) == (date(2024, 6, 30), date(2024, 7, 1))
    assert first["dtstart"].params["value"] == "DATE"
    with works.reading() as session:
        row = store.listed(session, Assignment)[0]
    assert str(first["summary"]) == f"Sở Nội vụ: {row.task}"
    assert first["dtstamp"].dt.utcoffset() == timedelta(0)
    assert str(first["url"]).endswith(row.id)
    assert (str(last["status"]), last["dtend"].dt) == ("CANCELLED", date(2025, 1, 1))


def test_a_changed_deadline_moves_the_same_event(works: Workspace) -> None:
    before = events(works)[0]
    with works.writing() as session:
        row = store.listed(session, Assignment)[0]
        moved = samples.assignment(task="Việc khác", deadline=date(2024, 8, 1))
        store.change(session, ref_of(row), moved, "Bình")
    after = events(works)[0]
    assert str(after["uid"]) == str(before["uid"])
    assert (int(before["sequence"]), int(after["sequence"])) == (0, 1)
    assert after["dtstart"].dt == date(2024, 8, 1)
