"""Keys: secrets that a person gives to a program, which then reads in their name without a session."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from people.errors import RuleError
from people.sessions import digest
from workspace.accounts import AccessKey, Account
from workspace.database import Workspace
from workspace.models import NAME
from workspace.records import one_line

FEED: Final = "feed"
PROGRAM: Final = "program"
KINDS: Final = (FEED, PROGRAM)
MOST: Final = 20  # keys of one person
LONGEST_DAYS: Final = 366
MARK: Final = "cchc_"  # so that whoever finds one in a file knows what it is, and scanners for secrets do


def make(session: Session, account_id: str, kind: str, name: str, days: int) -> str:
    """The secret of a new key, told this once. Raises RuleError.

    `days`: how long a program's key is good; the address of a calendar is good until it is revoked.
    """
    name = str(one_line(name))
    if kind not in KINDS or not name or len(name) > NAME:
        raise RuleError("key_name", f"A key needs a kind and a name of 1 to {NAME} characters")
    if kind == PROGRAM and not 1 <= days <= LONGEST_DAYS:
        raise RuleError("key_days", f"A key is good for 1 to {LONGEST_DAYS} days", most=LONGEST_DAYS)
    if len(listed(session, account_id)) >= MOST:
        raise RuleError("key_many", f"A person has {MOST} keys at most", most=MOST)
    now, secret = datetime.now(UTC), MARK + secrets.token_urlsafe(32)
    row = AccessKey(
        id=uuid.uuid4().hex, account_id=account_id, kind=kind, name=name, digest=digest(secret), at=now
    )
    row.ends_at = now + timedelta(days=days) if kind == PROGRAM else None
    session.add(row)
    session.flush()
    return secret


def listed(session: Session, account_id: str) -> list[AccessKey]:
    """The keys of a person, the newest first; those that ran out go."""
    own = AccessKey.account_id == account_id
    session.execute(sa.delete(AccessKey).where(own, AccessKey.ends_at < datetime.now(UTC)))
    return list(session.scalars(sa.select(AccessKey).where(own).order_by(AccessKey.at.desc())))


def revoke(session: Session, account_id: str, key_id: str) -> str:
    """End a key of a person; its name. Raises RuleError where they have none of that id."""
    row = session.get(AccessKey, key_id)
    if row is None or row.account_id != account_id:
        raise RuleError("key_missing", "There is no such key")
    session.delete(row)
    return row.name


def end_all(session: Session, account_id: str) -> None:
    """End every key of an account."""
    session.execute(sa.delete(AccessKey).where(AccessKey.account_id == account_id))


def holder(workspace: Workspace, secret: str, kind: str) -> tuple[Account, str] | None:
    """Whose key a secret is, and its name; None when it was revoked, ran out, is of another kind, or the
    account is closed."""
    asked = sa.select(AccessKey, Account).join(Account, Account.id == AccessKey.account_id)
    with workspace.reading() as session:
        found = session.execute(
            asked.where(AccessKey.digest == digest(secret), AccessKey.kind == kind)
        ).one_or_none()
    if found is None:
        return None
    key, account = found
    if account.disabled or (key.ends_at is not None and key.ends_at <= datetime.now(UTC)):
        return None
    return account, key.name
