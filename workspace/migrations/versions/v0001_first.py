"""The first tables."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NAME, LINE, ADDRESS, ID, DIGEST = 200, 500, 4000, 32, 64
LIVE = sa.text("deleted_at IS NULL")
TABLES = ("change", "briefing", "saved", "comment", "evidence", "progress", "assignment", "cause")


def upgrade() -> None:
    """Make every table and index."""
    _table("cause", *_about(), *_names("kind"), *_texts("text"))
    _table(
        "assignment",
        *_about(),
        *_texts("target task partners product authority"),
        sa.Column("lead", sa.String(LINE), nullable=False),
        sa.Column("deadline", sa.Date, nullable=False),
        *_names("status"),
    )
    _table(
        "progress",
        _parent("assignment"),
        sa.Column("day", sa.Date, nullable=False),
        *_whole("percent"),
        *_texts("text"),
    )
    _table(
        "evidence",
        _parent("progress"),
        sa.Column("title", sa.String(LINE), nullable=False),
        sa.Column("address", sa.String(ADDRESS), nullable=False),
    )
    _table(
        "comment",
        *_names("about_kind"),
        sa.Column("about_id", sa.String(ID), nullable=False),
        *_texts("text"),
    )
    _table("saved", *_names("kind name path release_id"), *_texts("query"))
    _briefing_and_history()
    _indexes()


def _briefing_and_history() -> None:
    """The snapshots of briefings and the history of everything."""
    _table(
        "briefing",
        *_names("unit_id release_id"),
        *_whole("year"),
        sa.Column("indices", sa.String(LINE), nullable=False),
        sa.Column("title", sa.String(LINE), nullable=False),
        sa.Column("digest", sa.String(DIGEST), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
    )
    op.create_table(
        "change",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        *_names("by action kind"),
        sa.Column("row_id", sa.String(ID), nullable=False),
        *_whole("version"),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_change"),
    )


def _indexes() -> None:
    single = {
        "cause": ("unit_id",),
        "assignment": ("unit_id", "lead", "deadline"),
        "progress": ("assignment_id",),
        "evidence": ("progress_id",),
        "comment": ("about_id",),
        "briefing": ("unit_id",),
    }
    for table, columns in single.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index("ix_change_row", "change", ["kind", "row_id"])
    op.create_index(
        "uq_saved_live", "saved", ["kind", "name"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE
    )


def downgrade() -> None:
    """Drop everything: the workspace is empty then."""
    for table in TABLES:
        op.drop_table(table)


def _table(name: str, *columns: sa.Column[Any]) -> None:
    """A table of rows that people write: their columns, then those that every such row has."""
    op.create_table(name, *_kept(), *columns, *_keys(name, columns))


def _kept() -> Iterator[sa.Column[Any]]:
    yield sa.Column("id", sa.String(ID), nullable=False)
    yield sa.Column("version", sa.Integer, nullable=False)
    for moment, person in (("created_at", "created_by"), ("updated_at", "updated_by")):
        yield sa.Column(moment, sa.DateTime, nullable=False)
        yield sa.Column(person, sa.String(NAME), nullable=False)
    yield sa.Column("deleted_at", sa.DateTime)
    yield sa.Column("deleted_by", sa.String(NAME))


def _keys(name: str, columns: tuple[sa.Column[Any], ...]) -> Iterator[sa.Constraint]:
    yield sa.PrimaryKeyConstraint("id", name=f"pk_{name}")
    for column in columns:
        if parent := column.info.get("parent"):
            yield sa.ForeignKeyConstraint([column.name], [f"{parent}.id"], name=f"fk_{name}_{column.name}")


def _parent(table: str) -> sa.Column[Any]:
    return sa.Column(f"{table}_id", sa.String(ID), nullable=False, info={"parent": table})


def _about() -> list[sa.Column[Any]]:
    return [*_names("unit_id index_code component_code"), *_whole("year")]


def _names(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(NAME), nullable=False) for name in names.split()]


def _texts(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names.split()]


def _whole(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names.split()]
