"""Who a provider says somebody is, and which account and role that gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from people import accounts, sessions
from people.accounts import Profile
from people.errors import RuleError
from people.rights import Person, roles
from people.settings import Settings
from workspace.accounts import Account
from workspace.models import LINE, NAME

MADE_BY: Final = "provider"  # who made accounts of people whom only the provider knew


@dataclass(frozen=True)
class Told:
    """What checked claims say: `subject` names one person of one issuer for ever, `role` is "" for none."""

    subject: str
    login: str
    name: str
    email: str
    role: str
    department: str

    @classmethod
    def of(cls, claims: Mapping[str, Any], settings: Settings) -> Told:
        """The claims read by the settings. An e-mail counts only where the provider has checked it."""
        email = _text(claims, "email").casefold()
        checked = claims.get("email_verified") is True or settings.oidc_email_trusted
        subject = f"{settings.oidc_issuer}|{claims.get('sub', '')}"[:LINE]
        usual = email or _text(claims, "preferred_username") or _text(claims, "sub")
        return cls(
            subject=subject,
            login=re.sub(r"[^a-z0-9._@+-]", "-", usual.casefold()).strip("-._@+")[:100],
            name=_text(claims, "name") or usual,
            email=email if checked else "",
            role=_role(claims.get(settings.oidc_role_claim), settings),
            department=_text(claims, settings.oidc_department_claim)
            if settings.oidc_department_claim
            else "",
        )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return " ".join(value.split())[:NAME] if isinstance(value, str) else ""


def _role(claim: object, settings: Settings) -> str:
    """The highest role that a claim (a word, or a list of words) is mapped to; "" for none."""
    words = {claim} if isinstance(claim, str) else set(map(str, claim)) if isinstance(claim, list) else set()
    given = {role for word, role in settings.oidc_roles.items() if word in words}
    return next((role for role in reversed(roles()) if role in given), "")


def admit(session: Session, told: Told, settings: Settings) -> tuple[Person, str] | None:
    """The person and the token of a new session; None where there is no role for them.

    The account is the one that had this subject before, else one of the same checked e-mail, else a new one
    if the claims give a role. Claims that give a role set it, each time somebody signs in.
    """
    row = _known(session, told)
    if row is None and told.role:
        row = _new(session, told)
    if row is None or row.disabled or (row.created_by == MADE_BY and not told.role):
        return None
    if row.subject is None:
        row.subject = told.subject
    if told.role:
        profile = Profile(told.name, told.role, told.email or row.email, told.department or row.department)
        try:
            accounts.change(session, row.id, profile)
        except RuleError:  # the last administrator stays one
            row.name = told.name
    return accounts.person_of(row), sessions.start(session, row.id, settings)


def _known(session: Session, told: Told) -> Account | None:
    row = session.scalar(sa.select(Account).where(Account.subject == told.subject))
    if row is not None or not told.email:
        return row
    same = sa.select(Account).where(Account.email == told.email, Account.subject.is_(None))
    found = session.scalars(same).all()
    return found[0] if len(found) == 1 else None


def _new(session: Session, told: Told) -> Account | None:
    try:
        return accounts.add(
            session, told.login, Profile(told.name, told.role, told.email, told.department), MADE_BY
        )
    except RuleError:  # somebody else signs in under this name already
        return None
