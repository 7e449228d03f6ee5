"""Sessions: a secret in the browser's cookie, its digest here. Ending one here ends it everywhere at once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from people.settings import Settings
from workspace.accounts import Account, SignIn
from workspace.database import Workspace

TOUCH = timedelta(minutes=1)  # how often it is written down that somebody is still there


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def start(session: Session, account_id: str, settings: Settings) -> str:
    """The token of a new session; sessions that ran out go."""
    now, token = datetime.now(UTC), secrets.token_urlsafe(32)
    session.execute(sa.delete(SignIn).where(SignIn.ends_at < now))
    ends = now + timedelta(hours=settings.session_hours)
    session.add(SignIn(token=digest(token), account_id=account_id, at=now, seen_at=now, ends_at=ends))
    session.flush()
    return token


def account_of(workspace: Workspace, token: str, settings: Settings) -> Account | None:
    """Whose session a token is; None when it ended, ran out, was idle too long, or the account was closed."""
    now = datetime.now(UTC)
    with workspace.reading() as session:
        asked = sa.select(SignIn, Account).join(Account, Account.id == SignIn.account_id)
        found = session.execute(asked.where(SignIn.token == digest(token))).one_or_none()
    if found is None:
        return None
    held, account = found
    idle = timedelta(minutes=settings.session_idle_minutes)
    if account.disabled or held.ends_at <= now or held.seen_at + idle <= now:
        return None
    if now - held.seen_at > TOUCH:
        with workspace.writing() as session:
            session.execute(sa.update(SignIn).where(SignIn.token == held.token).values(seen_at=now))
    return account


def end(session: Session, token: str) -> None:
    """End one session."""
    session.execute(sa.delete(SignIn).where(SignIn.token == digest(token)))


def end_all(session: Session, account_id: str) -> None:
    """End every session of an account."""
    session.execute(sa.delete(SignIn).where(SignIn.account_id == account_id))
