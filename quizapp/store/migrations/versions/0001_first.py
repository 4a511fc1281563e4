"""The first schema: accounts, banks, items, exams, attempts with their append-only log, comments, uploads."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

IDENTITY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TRIGGERS = {
    "sqlite": [
        "CREATE TRIGGER response_log_no_update BEFORE UPDATE ON response_log BEGIN SELECT RAISE(ABORT, 'response_log is append-only'); END",
        "CREATE TRIGGER response_log_no_delete BEFORE DELETE ON response_log BEGIN SELECT RAISE(ABORT, 'response_log is append-only'); END",
        "CREATE TRIGGER response_value_no_update BEFORE UPDATE ON response_value BEGIN SELECT RAISE(ABORT, 'response_value is append-only'); END",
        "CREATE TRIGGER item_version_no_update BEFORE UPDATE ON item_version BEGIN SELECT RAISE(ABORT, 'item_version is append-only'); END",
        "CREATE TRIGGER item_version_no_delete BEFORE DELETE ON item_version BEGIN SELECT RAISE(ABORT, 'item_version is append-only'); END",
        "CREATE TRIGGER item_secret_no_update BEFORE UPDATE ON item_secret BEGIN SELECT RAISE(ABORT, 'item_secret is append-only'); END",
        "CREATE TRIGGER item_secret_no_delete BEFORE DELETE ON item_secret BEGIN SELECT RAISE(ABORT, 'item_secret is append-only'); END",
        "CREATE TRIGGER exam_version_no_update BEFORE UPDATE ON exam_version BEGIN SELECT RAISE(ABORT, 'exam_version is append-only'); END",
        "CREATE TRIGGER exam_version_no_delete BEFORE DELETE ON exam_version BEGIN SELECT RAISE(ABORT, 'exam_version is append-only'); END",
        "CREATE TRIGGER attempt_part_deadline BEFORE UPDATE OF deadline_at ON attempt_part WHEN OLD.deadline_at IS NOT NULL AND (NEW.deadline_at IS NULL OR NEW.deadline_at < OLD.deadline_at) BEGIN SELECT RAISE(ABORT, 'a deadline never moves earlier'); END",
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        "CREATE OR REPLACE FUNCTION keep_deadline() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.deadline_at IS NOT NULL AND (NEW.deadline_at IS NULL OR NEW.deadline_at < OLD.deadline_at) THEN RAISE EXCEPTION 'a deadline never moves earlier'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER response_log_no_update BEFORE UPDATE ON response_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER response_log_no_delete BEFORE DELETE ON response_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER response_value_no_update BEFORE UPDATE ON response_value FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER item_version_no_update BEFORE UPDATE ON item_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER item_version_no_delete BEFORE DELETE ON item_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER item_secret_no_update BEFORE UPDATE ON item_secret FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER item_secret_no_delete BEFORE DELETE ON item_secret FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER exam_version_no_update BEFORE UPDATE ON exam_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER exam_version_no_delete BEFORE DELETE ON exam_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER attempt_part_deadline BEFORE UPDATE OF deadline_at ON attempt_part FOR EACH ROW EXECUTE FUNCTION keep_deadline()",
    ],
}


def upgrade() -> None:
    """Create every table, index and trigger."""
    op.create_table(
        "account",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("role IN ('candidate', 'author', 'admin')", name="account_role"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
        sa.UniqueConstraint("fs_uniquifier"),
    )
    op.create_table(
        "bank",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("licence", sa.String(length=40), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("shipped_digest", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
    )
    op.create_table(
        "exam_version",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "installation",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "item_version",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("bank_slug", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_index("item_version_item", "item_version", ["bank_slug", "slug"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", IDENTITY, nullable=False),
        sa.Column("bank_id", IDENTITY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("exam_slug", sa.String(length=64), nullable=False),
        sa.Column("exam_version", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=16), nullable=True),
        sa.Column("answers_received", sa.Integer(), nullable=True),
        sa.Column("last_received_at", sa.BigInteger(), nullable=True),
        sa.Column("receipt", sa.String(length=64), nullable=True),
        sa.CheckConstraint("closed_by IN ('candidate', 'time', 'admin')", name="attempt_closed_by"),
        sa.CheckConstraint("mode IN ('timed', 'tutor')", name="attempt_mode"),
        sa.CheckConstraint("state IN ('open', 'closed')", name="attempt_state"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["bank_id"],
            ["bank.id"],
        ),
        sa.ForeignKeyConstraint(
            ["exam_version"],
            ["exam_version.version"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("public_id"),
    )
    op.create_index("attempt_account", "attempt", ["account_id", "started_at"], unique=False)
    op.create_index(
        "attempt_one_open",
        "attempt",
        ["account_id", "bank_id", "exam_slug", "mode"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "bank_revision",
        sa.Column("bank_id", IDENTITY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("account_id", IDENTITY, nullable=True),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.CheckConstraint("origin IN ('shipped', 'upload')", name="bank_revision_origin"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["bank_id"],
            ["bank.id"],
        ),
        sa.PrimaryKeyConstraint("bank_id", "revision"),
    )
    op.create_table(
        "draw_position",
        sa.Column("bank_id", IDENTITY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unit_key", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_id"],
            ["bank.id"],
        ),
        sa.PrimaryKeyConstraint("bank_id", "revision", "topic", "difficulty", "position"),
        sa.UniqueConstraint("bank_id", "revision", "unit_key", name="draw_position_unit"),
    )
    op.create_table(
        "ended_session",
        sa.Column("session_digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", IDENTITY, nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("session_digest"),
    )
    op.create_table(
        "exam",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("bank_id", IDENTITY, nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_id"],
            ["bank.id"],
        ),
        sa.ForeignKeyConstraint(
            ["version"],
            ["exam_version.version"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("bank_id", "slug", name="exam_slug"),
    )
    op.create_table(
        "item",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("bank_id", IDENTITY, nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("subtopic", sa.String(length=16), nullable=False),
        sa.Column("concept", sa.String(length=100), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("interaction", sa.String(length=32), nullable=False),
        sa.Column("unit_key", sa.String(length=100), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('draft', 'live', 'retired')", name="item_status"),
        sa.ForeignKeyConstraint(
            ["bank_id"],
            ["bank.id"],
        ),
        sa.ForeignKeyConstraint(
            ["version"],
            ["item_version.version"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("bank_id", "slug", name="item_slug"),
    )
    op.create_index("item_concept", "item", ["bank_id", "concept"], unique=False)
    op.create_index("item_topic", "item", ["bank_id", "topic", "ordinal"], unique=False)
    op.create_index("item_unit", "item", ["bank_id", "unit_key"], unique=False)
    op.create_table(
        "item_secret",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"],
            ["item_version.version"],
        ),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "upload",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", IDENTITY, nullable=True),
        sa.Column("bank_slug", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.CheckConstraint("state IN ('staged', 'applied', 'discarded')", name="upload_state"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("public_id"),
    )
    op.create_table(
        "attempt_part",
        sa.Column("attempt_id", IDENTITY, nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("deadline_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=16), nullable=True),
        sa.CheckConstraint("closed_by IN ('candidate', 'time', 'admin')", name="attempt_part_closed_by"),
        sa.CheckConstraint("state IN ('waiting', 'open', 'closed')", name="attempt_part_state"),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempt.id"],
        ),
        sa.PrimaryKeyConstraint("attempt_id", "part"),
    )
    op.create_index(
        "attempt_part_due",
        "attempt_part",
        ["deadline_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "booklet_item",
        sa.Column("attempt_id", IDENTITY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("item_id", IDENTITY, nullable=False),
        sa.Column("item_version", sa.String(length=64), nullable=False),
        sa.Column("concept", sa.String(length=100), nullable=False),
        sa.Column("option_order", sa.Text(), nullable=False),
        sa.Column("seen_before", sa.Boolean(), nullable=False),
        sa.Column("displayed_at", sa.BigInteger(), nullable=True),
        sa.Column("revealed_at", sa.BigInteger(), nullable=True),
        sa.Column("marks", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempt.id"],
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["item.id"],
        ),
        sa.ForeignKeyConstraint(
            ["item_version"],
            ["item_version.version"],
        ),
        sa.PrimaryKeyConstraint("attempt_id", "position"),
    )
    op.create_index("booklet_item_item", "booklet_item", ["item_id"], unique=False)
    op.create_table(
        "comment",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("account_id", IDENTITY, nullable=True),
        sa.Column("item_id", IDENTITY, nullable=False),
        sa.Column("item_version", sa.String(length=64), nullable=False),
        sa.Column("attempt_id", IDENTITY, nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "category IN ('key', 'unclear', 'outdated', 'typo', 'other')", name="comment_category"
        ),
        sa.CheckConstraint("state IN ('open', 'resolved')", name="comment_state"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempt.id"],
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["item.id"],
        ),
        sa.ForeignKeyConstraint(
            ["item_version"],
            ["item_version.version"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("comment_newest", "comment", ["state", "created_at"], unique=False)
    op.create_table(
        "late_response",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("attempt_id", IDENTITY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("client", sa.String(length=40), nullable=False),
        sa.Column("client_seq", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempt.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("attempt_id", "client", "client_seq", name="late_response_replay"),
    )
    op.create_table(
        "seen_item",
        sa.Column("account_id", IDENTITY, nullable=False),
        sa.Column("item_id", IDENTITY, nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["item.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "item_id"),
    )
    op.create_table(
        "response_log",
        sa.Column("id", IDENTITY, nullable=False),
        sa.Column("attempt_id", IDENTITY, nullable=False),
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
        sa.CheckConstraint(
            "kind IN ('answer', 'flag', 'strike', 'certainty', 'note')", name="response_log_kind"
        ),
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
    op.create_index("response_log_newest", "response_log", ["attempt_id", "id"], unique=False)
    op.create_table(
        "response_value",
        sa.Column("log_id", IDENTITY, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["log_id"],
            ["response_log.id"],
        ),
        sa.PrimaryKeyConstraint("log_id"),
    )
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    """Drop every table, and PostgreSQL's trigger functions with them."""
    for name in (
        "response_value",
        "response_log",
        "seen_item",
        "late_response",
        "comment",
        "booklet_item",
        "attempt_part",
        "upload",
        "item_secret",
        "item",
        "exam",
        "ended_session",
        "draw_position",
        "bank_revision",
        "attempt",
        "item_version",
        "installation",
        "exam_version",
        "bank",
        "account",
    ):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change")
        op.execute("DROP FUNCTION keep_deadline")
