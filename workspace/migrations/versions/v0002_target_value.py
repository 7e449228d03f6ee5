"""The score that an assignment is to bring its criterion to."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Assignments may name a score; those that stand name none."""
    op.add_column("assignment", sa.Column("target_value", sa.Double))


def downgrade() -> None:
    """The scores named are lost."""
    with op.batch_alter_table("assignment") as table:
        table.drop_column("target_value")
