"""Tables of the workspace (SQLAlchemy ORM); the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAME, LINE, ADDRESS = 200, 500, 4000  # characters at most
# Names of constraints are fixed, so that a migration can drop them on every database.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(sa.TypeDecorator[datetime]):
    """A moment, kept as UTC without a zone because SQLite knows none, given back with its zone."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """To UTC without a zone. A moment without a zone is refused: nobody could say when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Back with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = sa.MetaData(naming_convention=NAMING)


class Row(Base):
    """What every row that people write has: an id that stays the same in exports, a version that every write
    raises by one, who made and who last changed it, and who deleted it (rows are never really deleted)."""

    __abstract__ = True

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    created_by: Mapped[str] = mapped_column(sa.String(NAME))
    updated_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_by: Mapped[str] = mapped_column(sa.String(NAME))
    deleted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    deleted_by: Mapped[str | None] = mapped_column(sa.String(NAME))

    # An UPDATE names the version it read: of two at once the second finds no row and fails.
    __mapper_args__ = {"version_id_col": version}


class About:
    """The criterion in a year that a row is about: unit, index, component (code as published), year."""

    unit_id: Mapped[str] = mapped_column(sa.String(NAME), index=True)
    index_code: Mapped[str] = mapped_column(sa.String(NAME))
    component_code: Mapped[str] = mapped_column(sa.String(NAME))
    year: Mapped[int]


class Cause(About, Row):
    """Why points were lost, as people see it: `kind` objective (khách quan) or subjective (chủ quan)."""

    __tablename__ = "cause"

    kind: Mapped[str] = mapped_column(sa.String(NAME))
    text: Mapped[str] = mapped_column(sa.Text)


class Assignment(About, Row):
    """Work handed out, with the "6 rõ": who, what, until when, answerable, which product, which authority.

    `year` is the measured year whose loss it answers; `status` is what people said, never worked out.
    `target_value` is the score that the criterion is to have the next time it is measured, in points of the
    framework of `year`; None where only words were written.
    """

    __tablename__ = "assignment"

    target: Mapped[str] = mapped_column(sa.Text)
    target_value: Mapped[float | None]
    task: Mapped[str] = mapped_column(sa.Text)
    lead: Mapped[str] = mapped_column(sa.String(LINE), index=True)
    partners: Mapped[str] = mapped_column(sa.Text)
    deadline: Mapped[date] = mapped_column(index=True)
    product: Mapped[str] = mapped_column(sa.Text)
    authority: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.String(NAME))


class Progress(Row):
    """A report on an assignment: the day, how far in percent, in words."""

    __tablename__ = "progress"

    assignment_id: Mapped[str] = mapped_column(sa.ForeignKey("assignment.id"), index=True)
    day: Mapped[date]
    percent: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text)


class Evidence(Row):
    """A document that bears a report out: its title and its address."""

    __tablename__ = "evidence"

    progress_id: Mapped[str] = mapped_column(sa.ForeignKey("progress.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(LINE))
    address: Mapped[str] = mapped_column(sa.String(ADDRESS))


class Comment(Row):
    """A remark on any other row: the table and the id of that row, and the text."""

    __tablename__ = "comment"

    about_kind: Mapped[str] = mapped_column(sa.String(NAME))
    about_id: Mapped[str] = mapped_column(sa.String(32), index=True)
    text: Mapped[str] = mapped_column(sa.Text)


class Saved(Row):
    """A scenario or a view under a name: path and query of its address, and the release it was made on."""

    __tablename__ = "saved"
    __table_args__ = (
        sa.Index(
            "uq_saved_live",
            "kind",
            "name",
            unique=True,
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        ),
    )

    kind: Mapped[str] = mapped_column(sa.String(NAME))
    name: Mapped[str] = mapped_column(sa.String(NAME))
    path: Mapped[str] = mapped_column(sa.String(NAME))
    query: Mapped[str] = mapped_column(sa.Text)
    release_id: Mapped[str] = mapped_column(sa.String(NAME))


class Briefing(Row):
    """A briefing as it was issued: what it was made of and its whole content, never changed afterwards.

    `content` is the document's blocks as JSON, `digest` the SHA-256 of the file that was handed out.
    """

    __tablename__ = "briefing"

    unit_id: Mapped[str] = mapped_column(sa.String(NAME), index=True)
    year: Mapped[int]
    indices: Mapped[str] = mapped_column(sa.String(LINE))
    release_id: Mapped[str] = mapped_column(sa.String(NAME))
    title: Mapped[str] = mapped_column(sa.String(LINE))
    digest: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[Any] = mapped_column(sa.JSON)


class Change(Base):
    """One line of history: who did what to which row, when, and the values before and after.

    `seq` orders the lines; `before` is null for a new row.
    """

    __tablename__ = "change"
    __table_args__ = (sa.Index("ix_change_row", "kind", "row_id"),)

    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(sa.String(NAME))
    action: Mapped[str] = mapped_column(sa.String(NAME))
    kind: Mapped[str] = mapped_column(sa.String(NAME))
    row_id: Mapped[str] = mapped_column(sa.String(32))
    version: Mapped[int]
    before: Mapped[Any] = mapped_column(sa.JSON(none_as_null=True), nullable=True)
    after: Mapped[Any] = mapped_column(sa.JSON(none_as_null=True))

    def fields(self) -> tuple[str, ...]:
        """Names of the values that this change made different."""
        before, after = self.before or {}, self.after or {}
        return tuple(name for name in after if before.get(name) != after[name])
