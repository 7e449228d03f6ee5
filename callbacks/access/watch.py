"""Asked by the workspace about every write: may this person, on this row? And the line in the log with it."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from callbacks.people import current
from people import audit
from people.audit import Entry
from people.rights import PLAN_WRITE, Person
from workspace.errors import DeniedError
from workspace.models import Assignment, Comment, Evidence, Progress

# Kinds of rows that a department editor may write on the work of the own department.
OWN: Final = ("progress", "evidence", "comment")


def watch(session: Session, action: str, row: Any, before: dict[str, Any] | None) -> None:
    """Raise DeniedError for a write that the person's role does not allow; else add its line to the log."""
    person, kind = current(), row.__tablename__
    if not person.signed_in:
        return
    if not person.may(PLAN_WRITE) and not (kind in OWN and _own(session, person, row)):
        raise DeniedError(kind)
    session.add(Entry(person, audit.CHANGED, f"{action} {kind} {row.id}").line())


def _own(session: Session, person: Person, row: Any) -> bool:
    """Whether a row belongs to an assignment of the person's own department."""
    work = _assignment(session, row)
    return work is not None and person.may_write_for(work.lead)


def _assignment(session: Session, row: Any) -> Assignment | None:
    """The assignment that a row is, reports on, proves or speaks of."""
    if isinstance(row, Evidence):
        row = session.get(Progress, row.progress_id)
    if isinstance(row, Progress):
        return session.get(Assignment, row.assignment_id)
    if isinstance(row, Comment):
        if row.about_kind == Assignment.__tablename__:
            return session.get(Assignment, row.about_id)
        return _assignment(session, session.get(Progress, row.about_id))
    return row if isinstance(row, Assignment) else None
