"""Alembic revisions, oldest first; on SQLite additive only."""
