"""The week in one letter: what is overdue, what falls due, what was reported, finished and said.

Text and HTML of the same letter, made from the workspace alone: criteria stand with their codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from html import escape

import sqlalchemy as sa
from babel.dates import format_date
from sqlalchemy.orm import Session

from indices.errors import Problem
from workspace import store
from workspace.errors import WorkspaceError
from workspace.follow import DONE, OPEN, OVERDUE, SOON, burdens, standing
from workspace.models import Assignment, Change, Comment, Progress
from workspace.words import DIGEST, word

WEEK = re.compile(r"(\d{4})-W(\d{1,2})")
DAYS = timedelta(days=7)
DATES = {"vi": "dd/MM/yyyy", "en": "d MMMM yyyy"}
STYLE = "font-family:'Times New Roman',serif;font-size:14pt;max-width:42em"


@dataclass(frozen=True)
class Section:
    """A heading and its lines; a section without lines says `none`."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Letter:
    """One digest: its title, its finding in a sentence, its sections, and the language of it all."""

    lang: str
    title: str
    finding: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Week:
    """A week of the ISO calendar by its Monday, and the day by which it tells what is overdue."""

    monday: date
    told_on: date

    @property
    def name(self) -> str:
        """2000-W07."""
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02d}"

    def holds(self, moment: datetime) -> bool:
        """Whether a moment lies in the week (UTC)."""
        start = datetime.combine(self.monday, time(), UTC)
        return start <= moment < start + DAYS


def week_of(asked: str, today: date) -> Week:
    """The week named (2000-W07; blank: that of today). A week that is over is told as on its Sunday.

    Raises WorkspaceError for what names no week.
    """
    year, number, _ = today.isocalendar()
    found = WEEK.fullmatch(asked or f"{year}-W{number}")
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        monday = None
    if monday is None:
        expected = "YYYY-Www, as ISO 8601 has it"
        raise WorkspaceError([Problem("This is no week", found=asked, expected=expected)])
    return Week(monday, min(today, monday + DAYS - timedelta(days=1)))


def letter(session: Session, week: Week, lang: str, unit_id: str = "") -> Letter:
    """The digest of a week, of every unit or of one."""
    works = [row for row in store.listed(session, Assignment) if unit_id in ("", row.unit_id)]
    by_id = {work.id: work for work in works}
    states = {work.id: standing(work, week.told_on) for work in works}
    late = sorted((w for w in works if states[w.id] == OVERDUE), key=lambda w: (w.deadline, w.lead))
    due = sorted((w for w in works if states[w.id] in (SOON, OPEN) and w.deadline < week.monday + 2 * DAYS),
                 key=lambda w: (w.deadline, w.lead))  # fmt: skip
    parts = (
        ("overdue", [_late(work, week, lang) for work in late]),
        ("due", [_work(work, lang) for work in due]),
        ("finished", [_work(by_id[i], lang) for i in _finished(session, week) if i in by_id]),
        ("reports", list(_reports(session, week, by_id, lang))),
        ("comments", list(_comments(session, week, by_id))),
        ("burdens", [_burden(one.lead, one.counts, lang) for one in burdens(works, week.told_on)]),
    )
    return Letter(
        lang=lang,
        title=word(DIGEST, "title", lang).format(
            week=week.name, start=_day(week.monday, lang), told=_day(week.told_on, lang)
        ),
        finding=_finding(works, late, lang),
        sections=tuple(Section(word(DIGEST, key, lang), tuple(lines)) for key, lines in parts),
    )


def _finding(works: list[Assignment], late: list[Assignment], lang: str) -> str:
    if not late:
        return word(DIGEST, "in_time", lang).format(total=len(works))
    leads = [work.lead for work in late]
    most = min(set(leads), key=lambda lead: (-leads.count(lead), lead))
    return word(DIGEST, "late", lang).format(
        late=len(late), lead=most, count=leads.count(most), total=len(works)
    )


def _day(day: date, lang: str) -> str:
    return format_date(day, DATES[lang], locale=lang)


def _work(work: Assignment, lang: str) -> str:
    about = f"{work.index_code} {work.year}, {work.component_code}"
    values = {"lead": work.lead, "task": _line(work.task), "day": _day(work.deadline, lang), "about": about}
    return word(DIGEST, "work", lang).format(**values)


def _late(work: Assignment, week: Week, lang: str) -> str:
    days = (week.told_on - work.deadline).days
    return f"{_work(work, lang)} {word(DIGEST, 'days', lang).format(days=days)}"


def _burden(lead: str, counts: dict[str, int], lang: str) -> str:
    values = {
        "lead": lead,
        "late": counts[OVERDUE],
        "open": counts[SOON] + counts[OPEN],
        "done": counts[DONE],
    }
    return word(DIGEST, "burden", lang).format(**values)


def _line(text: str) -> str:
    return " ".join(text.split())


def _finished(session: Session, week: Week) -> Iterator[str]:
    """Ids of the assignments whose status became done in the week, each once."""
    asked = sa.select(Change).where(Change.kind == Assignment.__tablename__).order_by(Change.seq)
    seen = {}
    for line in session.scalars(asked):
        if week.holds(line.at) and "status" in line.fields():
            seen[line.row_id] = line.after["status"] == DONE
    yield from (row_id for row_id, done in seen.items() if done)


def _reports(session: Session, week: Week, works: dict[str, Assignment], lang: str) -> Iterator[str]:
    """Reports whose day lies in the week."""
    rows = sorted(store.listed(session, Progress), key=lambda row: (row.day, row.created_at))
    for row in rows:
        if week.monday <= row.day < week.monday + DAYS and row.assignment_id in works:
            work = works[row.assignment_id]
            values = {"lead": work.lead, "task": _line(work.task), "by": row.updated_by}
            told = word(DIGEST, "report", lang)
            yield told.format(**values, day=_day(row.day, lang), percent=row.percent, text=_line(row.text))


def _comments(session: Session, week: Week, works: dict[str, Assignment]) -> Iterator[str]:
    """Comments written in the week on assignments."""
    for row in store.listed(session, Comment):
        if row.about_id in works and week.holds(row.created_at):
            work = works[row.about_id]
            yield f"{row.created_by}: {_line(row.text)} ({work.lead}: {_line(work.task)})"


def to_text(found: Letter) -> str:
    """The letter as plain text."""
    lines = [found.title, "", found.finding]
    for section in found.sections:
        lines += ["", section.heading, *(f"- {line}" for line in _lines(section, found.lang))]
    return "\n".join(lines) + "\n"


def to_html(found: Letter) -> str:
    """The letter as one HTML file that asks nothing of anybody; what people typed stands there as text."""
    parts = [f"<h1>{escape(found.title)}</h1>", f"<p><strong>{escape(found.finding)}</strong></p>"]
    for section in found.sections:
        items = "".join(f"<li>{escape(line)}</li>" for line in _lines(section, found.lang))
        parts.append(f"<h2>{escape(section.heading)}</h2><ul>{items}</ul>")
    head = f'<meta charset="utf-8"><title>{escape(found.title)}</title>'
    body = f'<body style="{STYLE}">{"".join(parts)}</body>'
    return f'<!doctype html><html lang="{found.lang}"><head>{head}</head>{body}</html>\n'


def _lines(section: Section, lang: str) -> Iterable[str]:
    return section.lines or (word(DIGEST, "none", lang),)
