"""Accounts, sessions and the log of who did what; triggers keep the log as it was written."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAME, LINE, ID, DIGEST = 200, 500, 32, 64
TABLES = ("audit_log", "sign_in", "account")
YOUNG_DAYS = 30  # a line of the log younger than this cannot be dropped, whatever the retention says
SQLITE = (
    "CREATE TRIGGER audit_log_unchanged BEFORE UPDATE ON audit_log "
    "BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END",
    "CREATE TRIGGER audit_log_kept BEFORE DELETE ON audit_log "
    f"WHEN old.at > datetime('now', '-{YOUNG_DAYS} days') "
    "BEGIN SELECT RAISE(ABORT, 'this line of the log is too young to go'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION audit_log_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'UPDATE' THEN RAISE EXCEPTION 'the log is never changed'; END IF; "
    f"IF old.at > (now() AT TIME ZONE 'UTC') - interval '{YOUNG_DAYS} days' "
    "THEN RAISE EXCEPTION 'this line of the log is too young to go'; END IF; RETURN old; END $$",
    "CREATE TRIGGER audit_log_kept BEFORE UPDATE OR DELETE ON audit_log "
    "FOR EACH ROW EXECUTE FUNCTION audit_log_kept()",
)


def upgrade() -> None:
    """Make the tables, their indexes and the triggers of the log."""
    op.create_table(
        "account",
        sa.Column("id", sa.String(ID), nullable=False),
        *_names("login name email role"),
        sa.Column("department", sa.String(LINE), nullable=False),
        sa.Column("password", sa.String(LINE)),
        sa.Column("subject", sa.String(LINE)),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.DateTime),
        sa.Column("created_at", sa.DateTime, nullable=False),
        *_names("created_by"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
    )
    _sessions_and_log()
    for table, column, unique in (
        ("account", "login", True),
        ("account", "subject", True),
        ("account", "email", False),
        ("sign_in", "account_id", False),
        ("audit_log", "at", False),
        ("audit_log", "account_id", False),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column], unique=unique)
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def _sessions_and_log() -> None:
    moments = [sa.Column(name, sa.DateTime, nullable=False) for name in ("at", "seen_at", "ends_at")]
    op.create_table(
        "sign_in",
        sa.Column("token", sa.String(DIGEST), nullable=False),
        sa.Column("account_id", sa.String(ID), nullable=False),
        *moments,
        sa.PrimaryKeyConstraint("token", name="pk_sign_in"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_sign_in_account_id"),
    )
    op.create_table(
        "audit_log",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("account_id", sa.String(ID), nullable=False),
        *_names("who role action"),
        sa.Column("what", sa.Text, nullable=False),
        *_names("origin"),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_log"),
    )


def downgrade() -> None:
    """Drop the tables of people; on PostgreSQL their function too."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_log_kept()")


def _names(names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(NAME), nullable=False) for name in names.split()]
