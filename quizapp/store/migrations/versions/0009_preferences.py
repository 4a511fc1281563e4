"""How an account wants its pages: its keys, the size of its text, its colours, and the pace hint."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

COLUMNS = {"single_keys": "on", "text_size": "normal", "colours": "system", "pace_hint": "off"}


def upgrade() -> None:
    """Add the columns."""
    for name, usual in COLUMNS.items():
        op.add_column("account", sa.Column(name, sa.String(length=8), nullable=False, server_default=usual))


def downgrade() -> None:
    """Forget what people chose."""
    for name in reversed(COLUMNS):
        op.drop_column("account", name)
