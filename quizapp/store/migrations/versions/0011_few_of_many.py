"""Indexes of the few rows among very many that pages ask for: sample items, and attempts that are open."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add them."""
    op.create_index(
        "item_sample",
        "item",
        ["bank_id"],
        sqlite_where=sa.text("sample IS 1"),
        postgresql_where=sa.text("sample IS true"),
    )
    op.create_index(
        "attempt_open",
        "attempt",
        ["mode"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    """Look through all rows again."""
    op.drop_index("attempt_open", "attempt")
    op.drop_index("item_sample", "item")
