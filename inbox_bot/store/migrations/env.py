"""Alembic runs this file: it migrates over the connection that `store/migrating.py` opened."""

from alembic import context

from inbox_bot.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
