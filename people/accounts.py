"""Accounts: made, changed, signed in to. A failed try is kept even though nobody gets in."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from people import keys, passwords, sessions
from people.errors import RuleError
from people.rights import ADMINISTRATOR, Person, roles
from people.settings import Settings
from workspace.accounts import Account
from workspace.database import Workspace
from workspace.models import LINE, NAME
from workspace.records import one_line

LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,99}")
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Profile:
    """What an administrator says of a person."""

    name: str
    role: str
    email: str = ""
    department: str = ""

    def checked(self) -> Profile:
        """The same, cleaned. Raises RuleError for a role nobody knows or a name left empty."""
        name, email, department = (str(one_line(text)) for text in (self.name, self.email, self.department))
        if not name or len(name) > NAME or len(email) > NAME or len(department) > LINE:
            raise RuleError("name", f"A name of 1 to {NAME} characters is needed")
        if self.role not in roles():
            raise RuleError("role", f"There is no such role: {self.role[:NAME]}")
        return Profile(name, self.role, email.casefold(), department)


def person_of(account: Account) -> Person:
    """The person of an account."""
    return Person(account.id, account.login, account.name, account.role, account.department)


def listed(session: Session) -> list[Account]:
    """All accounts, by the name one signs in with."""
    return list(session.scalars(sa.select(Account).order_by(Account.login)))


def find(session: Session, login: str) -> Account | None:
    """The account of a login, whatever its capitals."""
    return session.scalar(sa.select(Account).where(Account.login == login.strip().casefold()))


def get(session: Session, account_id: str) -> Account:
    """The account of an id, locked until the transaction ends. Raises RuleError."""
    row = session.get(Account, account_id, with_for_update=True)
    if row is None:
        raise RuleError("missing", "There is no such account")
    return row


def add(session: Session, login: str, profile: Profile, by: str) -> Account:
    """A new account, without a password yet. Raises RuleError."""
    login, known = login.strip().casefold(), profile.checked()
    if not LOGIN.fullmatch(login):
        raise RuleError(
            "bad_login", "A login has 2 to 100 of a-z, 0-9 and . _ @ + -, a letter or digit first"
        )
    if find(session, login) is not None:
        raise RuleError("taken", f"Somebody signs in as {login} already")
    row = Account(id=uuid.uuid4().hex, login=login, created_at=datetime.now(UTC), created_by=by)
    row.password, row.subject, row.locked_until = None, None, None
    row.disabled, row.must_change, row.failures = False, False, 0
    _say(row, known)
    session.add(row)
    session.flush()
    return row


def change(session: Session, account_id: str, profile: Profile) -> Account:
    """The account with another profile. Raises RuleError, also where no administrator would be left."""
    row = get(session, account_id)
    known = profile.checked()
    if known.role != ADMINISTRATOR:
        _keep_one(session, row)
    _say(row, known)
    return row


def set_password(
    session: Session, account_id: str, password: str, shortest: int, must_change: bool
) -> Account:
    """The account with a new password; every session and every key of it ends. Raises RuleError."""
    row = get(session, account_id)
    passwords.check(password, row.login, shortest)
    row.password, row.must_change = passwords.hashed(password), must_change
    row.failures, row.locked_until = 0, None
    sessions.end_all(session, row.id)
    keys.end_all(session, row.id)
    return row


def disable(session: Session, account_id: str, disabled: bool) -> Account:
    """The account closed (its sessions end) or open again. Raises RuleError."""
    row = get(session, account_id)
    if disabled:
        _keep_one(session, row)
        sessions.end_all(session, row.id)
    row.disabled = disabled
    return row


def unlock(session: Session, account_id: str) -> Account:
    """The account without failed tries."""
    row = get(session, account_id)
    row.failures, row.locked_until = 0, None
    return row


def sign_in(workspace: Workspace, login: str, password: str, settings: Settings) -> tuple[Person, str] | None:
    """The person and the token of a new session; None, kept as a failed try, for whoever is not let in.

    The hash is computed outside of any transaction: nobody waits for it.
    """
    with workspace.reading() as session:
        seen = find(session, login)
    right = passwords.matches(seen.password if seen else None, password)
    if seen is None:
        return None
    with workspace.writing() as session:
        row, now = get(session, seen.id), datetime.now(UTC)
        if row.locked_until is not None and row.locked_until > now:
            return None
        if not right or row.password != seen.password:
            _failed(row, settings.lock_after, now)
            return None
        if row.disabled:
            return None
        row.failures, row.locked_until = 0, None
        if passwords.outdated(str(row.password)):
            row.password = passwords.hashed(password)
        return person_of(row), sessions.start(session, row.id, settings)


def _failed(row: Account, lock_after: int, now: datetime) -> None:
    row.failures += 1
    over = row.failures - lock_after
    if over >= 0:
        row.locked_until = now + min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT)


def _say(row: Account, profile: Profile) -> None:
    row.name, row.role, row.email = profile.name, profile.role, profile.email
    row.department = profile.department


def _keep_one(session: Session, row: Account) -> None:
    """Refuse to take the last administrator's rights away: nobody could give them back on a page."""
    others = sa.select(sa.func.count()).where(
        Account.role == ADMINISTRATOR, Account.disabled.is_(False), Account.id != row.id
    )
    if row.role == ADMINISTRATOR and not row.disabled and not session.scalar(others):
        raise RuleError("last", "This is the last administrator")
