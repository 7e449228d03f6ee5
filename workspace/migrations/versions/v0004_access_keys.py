"""Keys of programs: the calendar of the plan and the JSON interface, without a session."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NAME, ID, DIGEST = 200, 32, 64


def upgrade() -> None:
    """Make the table and its indexes."""
    op.create_table(
        "access_key",
        sa.Column("id", sa.String(ID), nullable=False),
        sa.Column("account_id", sa.String(ID), nullable=False),
        sa.Column("kind", sa.String(NAME), nullable=False),
        sa.Column("name", sa.String(NAME), nullable=False),
        sa.Column("digest", sa.String(DIGEST), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("ends_at", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_access_key"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_access_key_account_id"),
    )
    op.create_index("ix_access_key_account_id", "access_key", ["account_id"])
    op.create_index("ix_access_key_digest", "access_key", ["digest"], unique=True)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("access_key")
