"""Highlights: one more kind of entry in the response log.

SQLite cannot change a check, so the table is made anew beside the old one and takes its name, its guards and
its index. The rows are copied with their ids, so that the chain of hashes is the one it was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

BEFORE = "kind IN ('answer', 'flag', 'strike', 'certainty', 'note')"
AFTER = "kind IN ('answer', 'flag', 'strike', 'certainty', 'note', 'highlight')"
COPY = "response_log_anew"
FILL = "INSERT INTO response_log_anew SELECT * FROM response_log"
GUARD = (
    "CREATE TRIGGER response_log_no_{name} BEFORE {verb} ON response_log "
    "BEGIN SELECT RAISE(ABORT, 'response_log is append-only'); END"
)


def upgrade() -> None:
    """Let a highlight into the log."""
    _allow(AFTER)


def downgrade() -> None:
    """Allow none any more. Where one is in the log this fails: nothing is ever taken out of it."""
    _allow(BEFORE)


def _allow(kinds: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _make_anew(kinds)
        return
    op.drop_constraint("response_log_kind", "response_log", type_="check")
    op.create_check_constraint("response_log_kind", "response_log", kinds)


def _make_anew(kinds: str) -> None:
    op.execute(f"DROP TABLE IF EXISTS {COPY}")
    op.create_table(
        COPY,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("client", sa.String(length=40), nullable=False),
        sa.Column("client_seq", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("value_hash", sa.String(length=64), nullable=False),
        sa.Column("server_at", sa.BigInteger(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("entry_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(kinds, name="response_log_kind"),
        sa.ForeignKeyConstraint(
            ["attempt_id", "position"],
            ["booklet_item.attempt_id", "booklet_item.position"],
            name="response_log_booklet",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("attempt_id", "client", "client_seq", name="response_log_replay"),
        sa.UniqueConstraint("attempt_id", "position", "kind", "version", name="response_log_version"),
        sa.UniqueConstraint("attempt_id", "prev_hash", name="response_log_chain"),
    )
    op.execute(FILL)
    op.drop_table("response_log")
    op.rename_table(COPY, "response_log")
    op.create_index("response_log_newest", "response_log", ["attempt_id", "id"], unique=False)
    for verb in ("UPDATE", "DELETE"):
        op.execute(GUARD.format(name=verb.lower(), verb=verb))
