"""Who may write what into the plan. Asked on every write, whatever the page showed."""

from sqlalchemy.orm import Session

from callbacks.people import current, may
from people.rights import PLAN_WRITE
from workspace import store
from workspace.errors import DeniedError
from workspace.models import Assignment
from workspace.records import RECORDS, Record


def lead_of(session: Session, record: Record) -> str | None:
    """The body whose assignment a row is about; None where it is about none of them, or is one itself.

    Raises MissingError where what it is about does not stand.
    """
    for kind, row_id in record.parents():
        row = store.get(session, RECORDS[kind].ROW, row_id)
        return row.lead if isinstance(row, Assignment) else lead_of(session, RECORDS[kind].of(row))
    return None


def must_write(session: Session, record: Record) -> None:
    """Refuse, with DeniedError, who may not write this: all of it is for who may write the plan, reports,
    documents and comments on an assignment also for the body that carries it."""
    lead = lead_of(session, record)
    allowed = may(PLAN_WRITE) if lead is None else current().may_write_for(lead)
    if not allowed:
        raise DeniedError(record.table())


def must_write_all() -> None:
    """Refuse, with DeniedError, who may not write the whole plan."""
    if not may(PLAN_WRITE):
        raise DeniedError("workspace")
