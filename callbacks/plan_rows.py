"""Rows of the workspace as the plan shows them."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from callbacks.people import current
from callbacks.plan_base import NO_FORM, ONE, REASON, address, called, values_of
from callbacks.services import Services
from callbacks.url_state import ViewState
from layouts.pages.plan_view import Desk, Gone, Reason, Work
from layouts.text import day, moment
from people.rights import PLAN_WRITE
from workspace import follow, store
from workspace.models import Assignment, Cause, Progress, Row

LABELS = {"assignment": "task", "cause": "text", "progress": "text", "evidence": "title", "comment": "text"}
SHORT = 80  # characters of a deleted row that its line repeats


def last_reports(session: Session) -> Mapping[str, Progress]:
    """The latest report of every assignment that has one: by its day, then by when it was written."""
    rows = sorted(store.listed(session, Progress), key=lambda row: (row.day, row.created_at))
    return {row.assignment_id: row for row in rows}


def work_of(
    services: Services, state: ViewState, row: Assignment, today: date, report: Progress | None
) -> Work:
    """An assignment as a screen shows it."""
    criterion, index = called(services, row, state.lang)
    standing = follow.standing(row, today)
    return Work(
        values=values_of(row) | {"id": row.id},
        standing=standing,
        late=(today - row.deadline).days if standing == follow.OVERDUE else 0,
        criterion=criterion,
        index=index,
        unclear=follow.unclear(row),
        href=address(services, state, **NO_FORM, **{ONE: row.id}),
        percent=report.percent if report else None,
        reported=report.day if report else None,
    )


def reason_of(services: Services, state: ViewState, row: Cause) -> Reason:
    """A cause as a screen shows it."""
    href = address(services, state, **NO_FORM | {REASON: row.id})
    return Reason(values_of(row), *called(services, row, state.lang), row.updated_by, href)


def gone_of(rows: Sequence[Row], lang: str) -> tuple[Gone, ...]:
    """Deleted rows, the last deleted first."""
    ordered = sorted(rows, key=lambda row: row.updated_at, reverse=True)
    return tuple(_gone(row, lang) for row in ordered)


def _gone(row: Row, lang: str) -> Gone:
    kind, at = row.__tablename__, row.deleted_at or row.updated_at
    told = str(getattr(row, LABELS[kind]))
    label = told if len(told) <= SHORT else told[:SHORT].rstrip() + "…"
    return Gone(kind, row.id, row.version, label, row.deleted_by or row.updated_by, moment(at, lang))


def desk_of(services: Services, lang: str) -> Desk:
    """Who writes, and the day that was set where one was."""
    rehearsed = day(services.shelf.today(), lang) if services.shelf.rehearsed else ""
    person = current()
    return Desk(person.name if person.signed_in else "", rehearsed, person.may(PLAN_WRITE))
