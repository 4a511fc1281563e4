"""Breaks between parts, parts whose questions come one after another, and what the server's outages cost."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KEPT = (
    (
        "opens",
        "opens_at",
        "keep_opening",
        "NEW.opens_at IS {differs} OLD.opens_at",
        "the end of a break never moves",
    ),
    (
        "present",
        "present",
        "keep_present",
        "(NEW.present IS NULL OR NEW.present < OLD.present)",
        "a question that was left stays left",
    ),
)


def upgrade() -> None:
    """Add the columns with their guards, and the server's heartbeat."""
    op.add_column("attempt_part", sa.Column("opens_at", sa.BigInteger()))
    op.add_column("attempt_part", sa.Column("present", sa.Integer()))
    op.create_index(
        "attempt_part_waiting",
        "attempt_part",
        ["opens_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.add_column("time_grant", sa.Column("part", sa.Integer()))
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("beat_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name="heartbeat_only"),
        sa.PrimaryKeyConstraint("id"),
    )
    for name, column, function, moved, said in KEPT:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER attempt_part_{name} BEFORE UPDATE OF {column} ON attempt_part "
                f"WHEN OLD.{column} IS NOT NULL AND {moved.format(differs='NOT')} "
                f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
            continue
        op.execute(
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF OLD.{column} IS NOT NULL AND {moved.format(differs='DISTINCT FROM')} "
            f"THEN RAISE EXCEPTION '{said}'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER attempt_part_{name} BEFORE UPDATE OF {column} ON attempt_part "
            f"FOR EACH ROW EXECUTE FUNCTION {function}()"
        )


def downgrade() -> None:
    """Forget breaks and places; the deadlines that an outage moved stay where they are."""
    for name, _, function, _, _ in KEPT:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER attempt_part_{name}")
        else:
            op.execute(f"DROP TRIGGER attempt_part_{name} ON attempt_part")
            op.execute(f"DROP FUNCTION {function}()")
    op.drop_table("heartbeat")
    op.drop_column("time_grant", "part")
    op.drop_index("attempt_part_waiting", table_name="attempt_part")
    op.drop_column("attempt_part", "present")
    op.drop_column("attempt_part", "opens_at")
