"""Rows added, changed, deleted, brought back and listed; every write leaves a line of history.

Functions over a session: the caller opens the transaction (`Workspace.writing`), so that several writes are
kept together or not at all. `by` is the person, as the caller knows them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from workspace.database import WATCH
from workspace.errors import Fault, InvalidError, MissingError, StaleError
from workspace.models import Change, Row
from workspace.records import RECORDS, Name, Record

_PERSON: TypeAdapter[str] = TypeAdapter(Name)
R = TypeVar("R", bound=Row)
SHOWN = 40  # characters of a value that a message repeats


@dataclass(frozen=True)
class Ref:
    """A row as somebody saw it: its kind, its id and the version that stood there."""

    kind: str
    id: str
    version: int


def ref_of(row: Row) -> Ref:
    """The reference of a row as it stands now."""
    return Ref(row.__tablename__, row.id, row.version)


def add(session: Session, record: Record, by: str, row_id: str = "") -> Row:
    """A new row. `row_id` is given only where the row comes from another workspace.

    Raises InvalidError (a name already taken) and MissingError (the row it is about does not stand).
    """
    person, now = _person(by), datetime.now(UTC)
    _check(session, record, row_id)
    row = record.ROW(id=row_id or uuid.uuid4().hex, created_at=now, created_by=person)
    session.add(_written(row, record, person, now))
    session.flush()
    _remember(session, row, "add", None)
    return row


def change(session: Session, ref: Ref, record: Record, by: str) -> Row:
    """The row with what `record` says in place of what `ref` saw.

    A change to the same values writes nothing. Raises StaleError, MissingError and
    InvalidError; nothing is written then.
    """
    person = _person(by)
    if record.table() != ref.kind or record.FROZEN:
        raise InvalidError(ref.kind, [Fault("id", "frozen" if record.FROZEN else "kind", ref.id)])
    row = _seen(session, ref)
    before = record.of(row).values()
    if before == record.values():
        return row
    _check(session, record, row.id)
    _written(row, record, person, datetime.now(UTC))
    session.flush()
    _remember(session, row, "change", before)
    return row


def remove(session: Session, ref: Ref, by: str) -> Row:
    """The row, deleted softly: no list shows it, its history stays and `restore` brings it back."""
    row = _seen(session, ref)
    row.deleted_at, row.deleted_by = datetime.now(UTC), _person(by)
    return _marked(session, row, "delete", row.deleted_by)


def restore(session: Session, ref: Ref, by: str) -> Row:
    """A deleted row, back as it was. Raises InvalidError where its name was taken meanwhile."""
    row = _seen(session, ref, deleted=True)
    record = RECORDS[ref.kind].of(row)
    _check(session, record, row.id)
    row.deleted_at = row.deleted_by = None
    return _marked(session, row, "restore", _person(by))


def get(session: Session, table: type[R], row_id: str) -> R:
    """One live row by its id. Raises MissingError."""
    row = session.get(table, row_id)
    if row is None or row.deleted_at is not None:
        raise MissingError(table.__tablename__, row_id, (row and row.deleted_by) or "")
    return row


def listed(session: Session, table: type[R], **where: Any) -> list[R]:
    """Live rows whose columns equal `where`, oldest first."""
    asked = sa.select(table).where(table.deleted_at.is_(None)).filter_by(**where)
    return list(session.scalars(asked.order_by(table.created_at, table.id)))


def deleted(session: Session, table: type[R], **where: Any) -> list[R]:
    """Deleted rows, the last deleted first."""
    asked = sa.select(table).where(table.deleted_at.is_not(None)).filter_by(**where)
    return list(session.scalars(asked.order_by(table.deleted_at.desc(), table.id)))


def history(session: Session, kind: str, row_id: str) -> list[Change]:
    """All that was done to one row, first to last."""
    asked = sa.select(Change).where(Change.kind == kind, Change.row_id == row_id)
    return list(session.scalars(asked.order_by(Change.seq)))


def _person(by: str) -> str:
    try:
        return _PERSON.validate_python(by)
    except ValidationError:
        raise InvalidError("change", [Fault("by", "missing", by[:SHOWN])]) from None


def _seen(session: Session, ref: Ref, deleted: bool = False) -> Row:
    """The row of a reference, locked until the transaction ends, if it is still as it was seen."""
    table = RECORDS[ref.kind].ROW
    asked = sa.select(table).where(table.id == ref.id).with_for_update()
    row = session.scalar(asked.execution_options(populate_existing=True))
    if row is None or (row.deleted_at is None) == deleted:
        raise MissingError(ref.kind, ref.id, (row and row.deleted_by) or "")
    if row.version != ref.version:
        raise _stale(session, row, ref)
    return row


def _stale(session: Session, row: Row, ref: Ref) -> StaleError:
    since = [line for line in history(session, ref.kind, ref.id) if line.version > ref.version]
    by = tuple(dict.fromkeys(line.by for line in since)) or (row.updated_by,)
    fields = tuple(dict.fromkeys(name for line in since for name in line.fields())) or ("version",)
    return StaleError(f"{ref.kind} {ref.id}", by, row.updated_at, fields)


def _check(session: Session, record: Record, row_id: str) -> None:
    """The rows it is about stand, and no other live row has its name."""
    for kind, parent in record.parents():
        get(session, RECORDS[kind].ROW, parent)
    if not record.UNIQUE:
        return
    same = {name: getattr(record, name) for name in record.UNIQUE}
    if [row for row in listed(session, record.ROW, **same) if row.id != row_id]:
        raise InvalidError(record.table(), [Fault(record.UNIQUE[-1], "taken", str(same[record.UNIQUE[-1]]))])


def _written(row: Row, record: Record, person: str, now: datetime) -> Row:
    for name in type(record).model_fields:
        setattr(row, name, getattr(record, name))
    row.updated_at, row.updated_by = now, person
    return row


def _marked(session: Session, row: Row, action: str, person: str) -> Row:
    row.updated_at, row.updated_by = datetime.now(UTC), person
    session.flush()
    _remember(session, row, action, RECORDS[row.__tablename__].of(row).values())
    return row


def _remember(session: Session, row: Row, action: str, before: dict[str, Any] | None) -> None:
    if watch := session.info.get(WATCH):
        watch(session, action, row, before)
    after = RECORDS[row.__tablename__].of(row).values()
    line = Change(at=row.updated_at, by=row.updated_by, action=action, kind=row.__tablename__, row_id=row.id)
    line.version, line.before, line.after = row.version, before, after
    session.add(line)
    session.flush()
