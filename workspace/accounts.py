"""Tables of people: accounts, sessions, and the log of who did what. `people` works on them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workspace.models import LINE, NAME, Base, UtcTime


class Account(Base):
    """Somebody who may sign in: by `password` (an Argon2 hash), or as `subject` of a provider ("issuer|sub").

    `login` is kept in small letters. `failures` counts wrong passwords since the last right one; until
    `locked_until` even the right one is refused. `must_change`: somebody else chose the password.
    """

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    login: Mapped[str] = mapped_column(sa.String(NAME), unique=True, index=True)
    name: Mapped[str] = mapped_column(sa.String(NAME))
    email: Mapped[str] = mapped_column(sa.String(NAME), index=True)
    role: Mapped[str] = mapped_column(sa.String(NAME))
    department: Mapped[str] = mapped_column(sa.String(LINE))
    password: Mapped[str | None] = mapped_column(sa.String(LINE))
    subject: Mapped[str | None] = mapped_column(sa.String(LINE), unique=True, index=True)
    disabled: Mapped[bool]
    must_change: Mapped[bool]
    failures: Mapped[int]
    locked_until: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    created_by: Mapped[str] = mapped_column(sa.String(NAME))


class SignIn(Base):
    """A session: `token` is the SHA-256 of what the browser holds, so a copy of the table opens nothing."""

    __tablename__ = "sign_in"

    token: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    ends_at: Mapped[datetime] = mapped_column(UtcTime)


class AuditLine(Base):
    """One line of the log: who (as named then) did what. A trigger refuses to change or drop a young line."""

    __tablename__ = "audit_log"

    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    account_id: Mapped[str] = mapped_column(sa.String(32), index=True)
    who: Mapped[str] = mapped_column(sa.String(NAME))
    role: Mapped[str] = mapped_column(sa.String(NAME))
    action: Mapped[str] = mapped_column(sa.String(NAME))
    what: Mapped[str] = mapped_column(sa.Text)
    origin: Mapped[str] = mapped_column(sa.String(NAME))


class AccessKey(Base):
    """A secret for a program of a person: `kind` feed (the calendar) or program (the JSON interface).

    `digest` is the SHA-256 of the secret, which nobody can read here again. `ends_at`: None for a feed, which
    lasts until it is revoked.
    """

    __tablename__ = "access_key"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(NAME))
    name: Mapped[str] = mapped_column(sa.String(NAME))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True, index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcTime)
