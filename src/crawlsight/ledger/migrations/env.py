"""Run migrations on the connection that the ledger opens; there is no other way to run them."""

from alembic import context

from crawlsight.ledger.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
