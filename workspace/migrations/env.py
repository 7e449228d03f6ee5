"""What Alembic runs: the steps on the connection and in the transaction that `Workspace` has opened."""

from alembic import context

from workspace import accounts

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=accounts.AuditLine.metadata,
    transactional_ddl=True,  # SQLite's too: `Workspace` begins its transactions itself
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
