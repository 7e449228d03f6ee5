"""Deadlines as a calendar that other programs subscribe to (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from icalendar import Calendar, Event

from workspace.follow import DONE, STOPPED
from workspace.models import Assignment
from workspace.words import FEED, FIELDS, VALUES, word

PRODUCT = "-//cchc//workspace//"
DOMAIN = "cchc.invalid"  # the second half of a UID: no address, and none that anybody could own
ONE_DAY = timedelta(days=1)
TOLD = ("target", "partners", "product", "authority")


def calendar(
    works: Iterable[Assignment], lang: str, link: Callable[[Assignment], str] | None = None
) -> bytes:
    """The deadlines of assignments as the bytes of an .ics file.

    Each is an event of a whole day: a day has no zone, so that no calendar moves it. Its UID is that of the
    row, so that a changed deadline moves the event; one that was stopped is cancelled. `link`: its address.
    """
    made = Calendar()
    made.add("prodid", PRODUCT + lang)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", word(FEED, "name", lang))
    for work in works:
        made.add_component(_event(work, lang, link(work) if link else ""))
    return bytes(made.to_ical())


def _event(work: Assignment, lang: str, address: str) -> Event:
    event = Event()
    done = word(VALUES, work.status, lang) + ": " if work.status in (DONE, STOPPED) else ""
    event.add("uid", f"{work.id}@{DOMAIN}")
    event.add("summary", f"{done}{work.lead}: {work.task}")
    event.add("dtstart", _day(work.deadline))
    event.add("dtend", _day(work.deadline + ONE_DAY))
    event.add("dtstamp", work.updated_at)
    event.add("last-modified", work.updated_at)
    event.add("sequence", work.version - 1)
    event.add("status", "CANCELLED" if work.status == STOPPED else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("categories", [work.index_code])
    event.add("description", _description(work, lang))
    if address:
        event.add("url", address)
    return event


def _day(day: date) -> date:
    return date(day.year, day.month, day.day)


def _description(work: Assignment, lang: str) -> str:
    about = f"{work.index_code} {work.year}, {work.component_code}"
    lines = [f"{word(FIELDS, 'component_code', lang)}: {about}"]
    lines += [f"{word(FIELDS, name, lang)}: {getattr(work, name)}" for name in TOLD if getattr(work, name)]
    return "\n".join(lines)
