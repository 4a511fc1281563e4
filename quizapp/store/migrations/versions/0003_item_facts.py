"""Which facts each item rests on, so that a fact that changes or expires names its items."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

HELD = "SELECT i.id, s.secret FROM item i JOIN item_secret s ON s.version = i.version"


def upgrade() -> None:
    """Add the table, and fill it from what the items say."""
    table = op.create_table(
        "item_fact",
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fact", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"]),
        sa.PrimaryKeyConstraint("item_id", "fact"),
    )
    op.create_index("item_fact_fact", "item_fact", ["fact"], unique=False)
    held = op.get_bind().execute(sa.text(HELD))
    op.bulk_insert(
        table,
        [
            {"item_id": item_id, "fact": fact}
            for item_id, secret in held
            for fact in sorted(set(json.loads(secret)["facts"]))
        ],
    )


def downgrade() -> None:
    """Forget it again."""
    op.drop_table("item_fact")
