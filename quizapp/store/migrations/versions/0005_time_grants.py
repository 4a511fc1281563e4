"""Extra time: what was given to whom, and how much of it each part of an attempt has."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = ("time_grant", "time_grant_end")
TRIGGERS = {
    "sqlite": "CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    "postgresql": "CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
}


def upgrade() -> None:
    """Add both tables with their guards, and the column."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "time_grant",
        sa.Column("id", number, nullable=False),
        sa.Column("bank_id", number, nullable=False),
        sa.Column("exam_slug", sa.String(length=64), nullable=False),
        sa.Column("account_id", number),
        sa.Column("attempt_id", number),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("given_by", number),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.CheckConstraint("amount > 0", name="time_grant_amount"),
        sa.CheckConstraint("measure IN ('minutes', 'seconds', 'percent')", name="time_grant_measure"),
        sa.CheckConstraint(
            "reason IN ('arrangement', 'interruption', 'fault', 'outage')", name="time_grant_reason"
        ),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"]),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"]),
        sa.ForeignKeyConstraint(["given_by"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("request_key", "attempt_id", name="time_grant_once"),
    )
    op.create_index("time_grant_attempt", "time_grant", ["attempt_id"], unique=False)
    op.create_index(
        "time_grant_standing",
        "time_grant",
        ["request_key"],
        unique=True,
        sqlite_where=sa.text("attempt_id IS NULL"),
        postgresql_where=sa.text("attempt_id IS NULL"),
    )
    op.create_table(
        "time_grant_end",
        sa.Column("grant_id", number, nullable=False),
        sa.Column("ended_by", number, nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["grant_id"], ["time_grant.id"]),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"]),
        sa.PrimaryKeyConstraint("grant_id"),
    )
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            op.execute(TRIGGERS[op.get_bind().dialect.name].format(table=table, verb=verb, name=verb.lower()))
    op.add_column(
        "attempt_part", sa.Column("extra_seconds", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    """Forget who was given time; the deadlines that it moved stay where they are."""
    op.drop_column("attempt_part", "extra_seconds")
    op.drop_table("time_grant_end")
    op.drop_table("time_grant")
