"""The log of who did what: written in passing, read and taken away by the administrator, kept for a time."""

from __future__ import annotations

import atexit
import csv
import io
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from indices.errors import DataError
from people.rights import Person
from workspace.accounts import AuditLine
from workspace.database import Workspace
from workspace.models import NAME

SIGNED_IN, SIGNED_OUT, FAILED = "signed_in", "signed_out", "failed"
SAW, EXPORTED, CHANGED, PUBLISHED, IMPORTED = "saw", "exported", "changed", "published", "imported"
PEOPLE, REFUSED = "people", "refused"
ACTIONS: Final = (
    SIGNED_IN, SIGNED_OUT, FAILED, SAW, EXPORTED, CHANGED, IMPORTED, PUBLISHED, PEOPLE, REFUSED,
)  # fmt: skip
LONGEST: Final = 1000  # characters of what was done
EVERY: Final = 2.0  # seconds after which page views are written down together
MOST_WAITING: Final = 200
ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r")
HEADER: Final = ("seq", "at_utc", "account", "who", "role", "action", "what", "origin")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """What somebody did: `what` is an address, a row or a file name; `origin` a network address."""

    person: Person
    action: str
    what: str = ""
    origin: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def line(self) -> AuditLine:
        """The line of the log."""
        who = printable(self.person.name or self.person.login)[:NAME]
        return AuditLine(
            at=self.at, account_id=self.person.id, who=who,
            role=self.person.role if self.person.id else "", action=self.action,
            what=printable(self.what)[:LONGEST], origin=self.origin[:NAME],
        )  # fmt: skip


def printable(text: str) -> str:
    """Text without control characters and halves of characters, which databases refuse."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


class Recorder:
    """Writes entries to the log: those that matter at once, page views together every two seconds."""

    def __init__(self, workspace: Callable[[], Workspace], days: int) -> None:
        """`days`: how long a line is kept."""
        self._workspace, self._days = workspace, days
        self._waiting: list[Entry] = []
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._pruned: datetime | None = None
        atexit.register(self.flush)

    def now(self, entry: Entry) -> None:
        """Write an entry, and those before it, before going on. Raises WorkspaceError."""
        self._write([*self._taken(), entry])

    def soon(self, entry: Entry) -> None:
        """Write an entry within two seconds, with others."""
        with self._lock:
            self._waiting.append(entry)
            full = len(self._waiting) >= MOST_WAITING
            if self._timer is None and not full:
                self._timer = threading.Timer(EVERY, self.flush)
                self._timer.daemon = True
                self._timer.start()
        if full:
            self.flush()

    def flush(self) -> None:
        """Write what waits; what cannot be written is told in the server's log by number, never by name."""
        entries = self._taken()
        if not entries:
            return
        try:
            self._write(entries)
        except DataError as error:
            logger.error("%s lines of the log could not be written: %s", len(entries), type(error).__name__)

    def _taken(self) -> list[Entry]:
        with self._lock:
            entries, self._waiting = self._waiting, []
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        return entries

    def _write(self, entries: list[Entry]) -> None:
        with self._workspace().writing() as session:
            session.add_all([entry.line() for entry in entries])
            now = datetime.now(UTC)
            if self._pruned is None or now - self._pruned > timedelta(days=1):
                self._pruned = now
                prune(session, self._days)


@dataclass(frozen=True)
class Wanted:
    """Which lines of the log: by action, by a part of the name or of what was done; newest first."""

    action: str = ""
    text: str = ""
    limit: int = 100
    offset: int = 0


def lines(session: Session, wanted: Wanted) -> list[AuditLine]:
    """The lines asked for, the newest first."""
    asked = _asked(wanted).order_by(AuditLine.seq.desc()).limit(wanted.limit).offset(wanted.offset)
    return list(session.scalars(asked))


def count(session: Session, wanted: Wanted) -> int:
    """How many lines there are of those asked for."""
    return session.scalar(sa.select(sa.func.count()).select_from(_asked(wanted).subquery())) or 0


def _asked(wanted: Wanted) -> sa.Select[AuditLine]:
    asked = sa.select(AuditLine)
    if wanted.action:
        asked = asked.where(AuditLine.action == wanted.action)
    if wanted.text:
        like = wanted.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        asked = asked.where(
            sa.or_(*(c.ilike(f"%{like}%", escape="\\") for c in (AuditLine.who, AuditLine.what)))
        )
    return asked


def prune(session: Session, days: int) -> int:
    """Drop lines older than `days`; returns how many. The database refuses to drop those under 30 days."""
    before = datetime.now(UTC) - timedelta(days=days)
    found = session.scalars(sa.select(AuditLine.seq).where(AuditLine.at < before)).all()
    if found:
        session.execute(sa.delete(AuditLine).where(AuditLine.at < before))
    return len(found)


def to_csv(found: Iterable[AuditLine]) -> bytes:
    """The lines as CSV (UTF-8 with mark); a text that a spreadsheet would run is made inert."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for one in found:
        cells = (one.account_id, one.who, one.role, one.action, one.what, one.origin)
        writer.writerow([one.seq, f"{one.at:%Y-%m-%d %H:%M:%S}", *(inert(cell) for cell in cells)])
    return out.getvalue().encode("utf-8-sig")


def inert(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(ACTIVE) or text.lstrip().startswith(ACTIVE) else text
