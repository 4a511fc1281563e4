"""Where Alembic meets our database: one transaction a run, no batch rebuilds."""

from alembic import context
from sqlalchemy import NullPool, create_engine

from quizapp.store.tables import metadata

engine = create_engine(context.config.attributes["url"], poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
