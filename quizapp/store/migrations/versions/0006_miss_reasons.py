"""Why questions went wrong, as candidates note it in a review."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "miss_reason",
        sa.Column("attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('did_not_know', 'misread', 'calculation', 'ran_out_of_time', 'guessed')",
            name="miss_reason_reason",
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id", "position"],
            ["booklet_item.attempt_id", "booklet_item.position"],
            name="miss_reason_booklet",
        ),
        sa.PrimaryKeyConstraint("attempt_id", "position"),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("miss_reason")
