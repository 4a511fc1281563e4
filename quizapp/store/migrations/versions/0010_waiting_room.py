"""Booklets that are dealt before their candidates begin."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "waiting_booklet",
        sa.Column("account_id", _ID, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("bank_id", _ID, sa.ForeignKey("bank.id"), nullable=False),
        sa.Column("exam_slug", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("exam_version", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("dealt_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "bank_id", "exam_slug"),
    )


def downgrade() -> None:
    """Let nobody wait; whoever begins is dealt a booklet then."""
    op.drop_table("waiting_booklet")
