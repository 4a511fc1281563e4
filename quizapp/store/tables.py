"""Every table of the database, its indexes and its triggers; rows never leave the store.

Times are whole microseconds since 1970-01-01 UTC (`UtcDateTime`), so that both databases hold, compare
and index the very same number. `TRIGGERS` maps a dialect to the statements that `migrations/` runs too.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask_security import UserMixin
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant, stored as whole microseconds since 1970; a naive one is refused."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_microseconds(value)


def to_microseconds(instant: datetime) -> int:
    """The stored form of an aware instant; raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("a naive time cannot be stored")
    return (instant - EPOCH) // timedelta(microseconds=1)


def from_microseconds(stored: int) -> datetime:
    """The aware UTC instant behind a stored number."""
    return EPOCH + timedelta(microseconds=stored)


class Base(DeclarativeBase):
    """The one registry of tables."""


db = SQLAlchemy(model_class=Base)
metadata = Base.metadata
Identity = BigInteger().with_variant(Integer, "sqlite")


class Account(Base, UserMixin):
    """A person who signs in. Erased accounts keep their row, without e-mail or password."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Identity, primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)  # type: ignore[assignment]
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16), default="candidate")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    single_keys: Mapped[str] = mapped_column(String(8), server_default="on")
    text_size: Mapped[str] = mapped_column(String(8), server_default="normal")
    colours: Mapped[str] = mapped_column(String(8), server_default="system")
    pace_hint: Mapped[str] = mapped_column(String(8), server_default="off")

    __table_args__ = (CheckConstraint("role IN ('candidate', 'author', 'admin')", name="account_role"),)

    @property
    def roles(self) -> list[Any]:  # type: ignore[override]
        """The accounts library asks for a list of role objects; ours is one word in `role`."""
        return []


account = Base.metadata.tables["account"]

ended_session = Table(
    "ended_session",
    metadata,
    Column("session_digest", String(64), primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
)

installation = Table(
    "installation",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

bank = Table(
    "bank",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("slug", String(64), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("licence", String(40), nullable=False),
    Column("document", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("shipped_digest", String(64)),
)

bank_revision = Table(
    "bank_revision",
    metadata,
    Column("bank_id", ForeignKey("bank.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("origin", String(16), nullable=False),
    Column("account_id", ForeignKey("account.id")),
    Column("published_at", UtcDateTime, nullable=False),
    Column("summary", Text, nullable=False),
    CheckConstraint("origin IN ('shipped', 'upload')", name="bank_revision_origin"),
)

item_version = Table(
    "item_version",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("bank_slug", String(64), nullable=False),
    Column("slug", String(100), nullable=False),
    Column("public", Text, nullable=False),
    Column("key_digest", String(64), nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    Index("item_version_item", "bank_slug", "slug"),
)

item_secret = Table(
    "item_secret",
    metadata,
    Column("version", ForeignKey("item_version.version"), primary_key=True),
    Column("secret", Text, nullable=False),
)

template_version = Table(
    "template_version",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("document", Text, nullable=False),
)

variant = Table(
    "variant",
    metadata,
    Column("version", ForeignKey("item_version.version"), primary_key=True),
    Column("template", ForeignKey("template_version.version"), nullable=False),
    Column("seed", Integer, nullable=False),
    Index("variant_template", "template"),
)

item = Table(
    "item",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("bank_id", ForeignKey("bank.id"), nullable=False),
    Column("slug", String(100), nullable=False),
    Column("version", ForeignKey("item_version.version"), nullable=False),
    Column("status", String(8), nullable=False),
    Column("retired_at", UtcDateTime),
    Column("sample", Boolean, nullable=False),
    Column("topic", String(16), nullable=False),
    Column("subtopic", String(16), nullable=False),
    Column("concept", String(100), nullable=False),
    Column("level", String(16), nullable=False),
    Column("difficulty", Integer, nullable=False),
    Column("interaction", String(32), nullable=False),
    Column("unit_key", String(100), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("search_text", Text, nullable=False),
    UniqueConstraint("bank_id", "slug", name="item_slug"),
    CheckConstraint("status IN ('draft', 'live', 'retired')", name="item_status"),
    Index("item_unit", "bank_id", "unit_key"),
    Index("item_topic", "bank_id", "topic", "ordinal"),
    Index("item_concept", "bank_id", "concept"),
)
Index(
    "item_sample",
    item.c.bank_id,
    sqlite_where=item.c.sample.is_(True),
    postgresql_where=item.c.sample.is_(True),
)

item_fact = Table(
    "item_fact",
    metadata,
    Column("item_id", ForeignKey("item.id"), primary_key=True),
    Column("fact", String(100), primary_key=True),
    Index("item_fact_fact", "fact"),
)

note = Table(
    "note",
    metadata,
    Column("bank_id", ForeignKey("bank.id"), primary_key=True),
    Column("slug", String(64), primary_key=True),
    Column("topic", String(16), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("document", Text, nullable=False),
    CheckConstraint("kind IN ('note', 'briefing')", name="note_kind"),
)

draw_position = Table(
    "draw_position",
    metadata,
    Column("bank_id", ForeignKey("bank.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("topic", String(16), primary_key=True),
    Column("difficulty", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("unit_key", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    UniqueConstraint("bank_id", "revision", "unit_key", name="draw_position_unit"),
)

seen_item = Table(
    "seen_item",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("item_id", ForeignKey("item.id"), primary_key=True),
    Column("last_at", UtcDateTime, nullable=False),
)

exam_version = Table(
    "exam_version",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("document", Text, nullable=False),
)

exam = Table(
    "exam",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("bank_id", ForeignKey("bank.id"), nullable=False),
    Column("slug", String(64), nullable=False),
    Column("version", ForeignKey("exam_version.version"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("offered", Boolean, nullable=False),
    UniqueConstraint("bank_id", "slug", name="exam_slug"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("public_id", String(32), nullable=False, unique=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("bank_id", ForeignKey("bank.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("exam_slug", String(64), nullable=False),
    Column("exam_version", ForeignKey("exam_version.version"), nullable=False),
    Column("mode", String(8), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("closed_by", String(16)),
    Column("answers_received", Integer),
    Column("last_received_at", UtcDateTime),
    Column("receipt", String(64)),
    CheckConstraint("mode IN ('timed', 'tutor')", name="attempt_mode"),
    CheckConstraint("state IN ('open', 'closed')", name="attempt_state"),
    CheckConstraint("closed_by IN ('candidate', 'time', 'admin')", name="attempt_closed_by"),
    Index("attempt_account", "account_id", "started_at"),
)
Index(
    "attempt_one_open",
    attempt.c.account_id,
    attempt.c.bank_id,
    attempt.c.exam_slug,
    attempt.c.mode,
    unique=True,
    sqlite_where=attempt.c.state == "open",
    postgresql_where=attempt.c.state == "open",
)
Index(
    "attempt_open",
    attempt.c.mode,
    sqlite_where=attempt.c.state == "open",
    postgresql_where=attempt.c.state == "open",
)

waiting_booklet = Table(
    "waiting_booklet",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("bank_id", ForeignKey("bank.id"), primary_key=True),
    Column("exam_slug", String(64), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("exam_version", String(64), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("questions", Text, nullable=False),
    Column("dealt_at", UtcDateTime, nullable=False),
)

attempt_part = Table(
    "attempt_part",
    metadata,
    Column("attempt_id", ForeignKey("attempt.id"), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("state", String(8), nullable=False),
    Column("opened_at", UtcDateTime),
    Column("deadline_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("closed_by", String(16)),
    Column("extra_seconds", Integer, nullable=False, server_default="0"),
    Column("opens_at", UtcDateTime),
    Column("present", Integer),
    CheckConstraint("state IN ('waiting', 'open', 'closed')", name="attempt_part_state"),
    CheckConstraint("closed_by IN ('candidate', 'time', 'admin')", name="attempt_part_closed_by"),
)
Index(
    "attempt_part_due",
    attempt_part.c.deadline_at,
    sqlite_where=attempt_part.c.state == "open",
    postgresql_where=attempt_part.c.state == "open",
)
Index(
    "attempt_part_waiting",
    attempt_part.c.opens_at,
    sqlite_where=attempt_part.c.state == "waiting",
    postgresql_where=attempt_part.c.state == "waiting",
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("beat_at", UtcDateTime, nullable=False),
    CheckConstraint("id = 1", name="heartbeat_only"),
)

time_grant = Table(
    "time_grant",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("bank_id", ForeignKey("bank.id"), nullable=False),
    Column("exam_slug", String(64), nullable=False),
    Column("account_id", ForeignKey("account.id")),
    Column("attempt_id", ForeignKey("attempt.id")),
    Column("amount", Integer, nullable=False),
    Column("measure", String(8), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("given_by", ForeignKey("account.id")),
    Column("given_at", UtcDateTime, nullable=False),
    Column("request_key", String(64), nullable=False),
    Column("part", Integer),
    UniqueConstraint("request_key", "attempt_id", name="time_grant_once"),
    CheckConstraint("amount > 0", name="time_grant_amount"),
    CheckConstraint("measure IN ('minutes', 'seconds', 'percent')", name="time_grant_measure"),
    CheckConstraint("reason IN ('arrangement', 'interruption', 'fault', 'outage')", name="time_grant_reason"),
    Index("time_grant_attempt", "attempt_id"),
)
Index(
    "time_grant_standing",
    time_grant.c.request_key,
    unique=True,
    sqlite_where=time_grant.c.attempt_id.is_(None),
    postgresql_where=time_grant.c.attempt_id.is_(None),
)

time_grant_end = Table(
    "time_grant_end",
    metadata,
    Column("grant_id", ForeignKey("time_grant.id"), primary_key=True),
    Column("ended_by", ForeignKey("account.id"), nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
)

booklet_item = Table(
    "booklet_item",
    metadata,
    Column("attempt_id", ForeignKey("attempt.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("part", Integer, nullable=False),
    Column("item_id", ForeignKey("item.id"), nullable=False),
    Column("item_version", ForeignKey("item_version.version"), nullable=False),
    Column("concept", String(100), nullable=False),
    Column("option_order", Text, nullable=False),
    Column("seen_before", Boolean, nullable=False),
    Column("displayed_at", UtcDateTime),
    Column("revealed_at", UtcDateTime),
    Column("marks", String(20)),
    Index("booklet_item_item", "item_id"),
)

response_log = Table(
    "response_log",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("attempt_id", Identity, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("client", String(40), nullable=False),
    Column("client_seq", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("based_on", Integer, nullable=False),
    Column("value_hash", String(64), nullable=False),
    Column("server_at", UtcDateTime, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("entry_hash", String(64), nullable=False),
    ForeignKeyConstraint(
        ["attempt_id", "position"],
        ["booklet_item.attempt_id", "booklet_item.position"],
        name="response_log_booklet",
    ),
    UniqueConstraint("attempt_id", "client", "client_seq", name="response_log_replay"),
    UniqueConstraint("attempt_id", "position", "kind", "version", name="response_log_version"),
    UniqueConstraint("attempt_id", "prev_hash", name="response_log_chain"),
    CheckConstraint(
        "kind IN ('answer', 'flag', 'strike', 'certainty', 'note', 'highlight')",
        name="response_log_kind",
    ),
    Index("response_log_newest", "attempt_id", "id"),
)

response_value = Table(
    "response_value",
    metadata,
    Column("log_id", ForeignKey("response_log.id"), primary_key=True),
    Column("salt", String(32), nullable=False),
    Column("value", Text, nullable=False),
)

late_response = Table(
    "late_response",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("attempt_id", ForeignKey("attempt.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("client", String(40), nullable=False),
    Column("client_seq", Integer, nullable=False),
    Column("value", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("attempt_id", "client", "client_seq", name="late_response_replay"),
)

miss_reason = Table(
    "miss_reason",
    metadata,
    Column("attempt_id", Identity, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("reason", String(16), nullable=False),
    Column("noted_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(
        ["attempt_id", "position"],
        ["booklet_item.attempt_id", "booklet_item.position"],
        name="miss_reason_booklet",
    ),
    CheckConstraint(
        "reason IN ('did_not_know', 'misread', 'calculation', 'ran_out_of_time', 'guessed')",
        name="miss_reason_reason",
    ),
)

comment = Table(
    "comment",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("account_id", ForeignKey("account.id")),
    Column("item_id", ForeignKey("item.id"), nullable=False),
    Column("item_version", ForeignKey("item_version.version"), nullable=False),
    Column("attempt_id", ForeignKey("attempt.id")),
    Column("position", Integer),
    Column("category", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(8), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    CheckConstraint(
        "category IN ('key', 'unclear', 'outdated', 'typo', 'other')",
        name="comment_category",
    ),
    CheckConstraint("state IN ('open', 'resolved')", name="comment_state"),
    Index("comment_newest", "state", "created_at"),
)

upload = Table(
    "upload",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("public_id", String(32), nullable=False, unique=True),
    Column("account_id", ForeignKey("account.id")),
    Column("bank_slug", String(64), nullable=False),
    Column("file_name", String(255), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("base_revision", Integer, nullable=False),
    Column("report", Text, nullable=False),
    Column("state", String(12), nullable=False),
    CheckConstraint("state IN ('staged', 'applied', 'discarded')", name="upload_state"),
)

_FROZEN = {
    "response_log": ("UPDATE", "DELETE"),
    "response_value": ("UPDATE",),
    "item_version": ("UPDATE", "DELETE"),
    "item_secret": ("UPDATE", "DELETE"),
    "template_version": ("UPDATE", "DELETE"),
    "variant": ("UPDATE", "DELETE"),
    "exam_version": ("UPDATE", "DELETE"),
    "time_grant": ("UPDATE", "DELETE"),
    "time_grant_end": ("UPDATE", "DELETE"),
}


def _sqlite_triggers() -> list[tuple[str, str]]:
    frozen = [
        (
            name,
            f"CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END",
        )
        for name, verbs in _FROZEN.items()
        for verb in verbs
    ]
    deadline = (
        "CREATE TRIGGER attempt_part_deadline BEFORE UPDATE OF deadline_at ON attempt_part "
        "WHEN OLD.deadline_at IS NOT NULL AND (NEW.deadline_at IS NULL OR NEW.deadline_at < OLD.deadline_at) "
        "BEGIN SELECT RAISE(ABORT, 'a deadline never moves earlier'); END"
    )
    opening = (
        "CREATE TRIGGER attempt_part_opens BEFORE UPDATE OF opens_at ON attempt_part "
        "WHEN OLD.opens_at IS NOT NULL AND NEW.opens_at IS NOT OLD.opens_at "
        "BEGIN SELECT RAISE(ABORT, 'the end of a break never moves'); END"
    )
    present = (
        "CREATE TRIGGER attempt_part_present BEFORE UPDATE OF present ON attempt_part "
        "WHEN OLD.present IS NOT NULL AND (NEW.present IS NULL OR NEW.present < OLD.present) "
        "BEGIN SELECT RAISE(ABORT, 'a question that was left stays left'); END"
    )
    return [*frozen, *(("attempt_part", one) for one in (deadline, opening, present))]


def _postgresql_triggers() -> list[tuple[str, str]]:
    refuse = (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    keep_deadline = (
        "CREATE OR REPLACE FUNCTION keep_deadline() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN IF OLD.deadline_at IS NOT NULL AND (NEW.deadline_at IS NULL OR "
        "NEW.deadline_at < OLD.deadline_at) THEN RAISE EXCEPTION 'a deadline never moves earlier'; END IF; "
        "RETURN NEW; END $$"
    )
    keep_opening = (
        "CREATE OR REPLACE FUNCTION keep_opening() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN IF OLD.opens_at IS NOT NULL AND NEW.opens_at IS DISTINCT FROM OLD.opens_at "
        "THEN RAISE EXCEPTION 'the end of a break never moves'; END IF; RETURN NEW; END $$"
    )
    keep_present = (
        "CREATE OR REPLACE FUNCTION keep_present() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN IF OLD.present IS NOT NULL AND (NEW.present IS NULL OR NEW.present < OLD.present) "
        "THEN RAISE EXCEPTION 'a question that was left stays left'; END IF; RETURN NEW; END $$"
    )
    frozen = [
        (
            name,
            f"CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON {name} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        )
        for name, verbs in _FROZEN.items()
        for verb in verbs
    ]
    kept = [
        (
            "attempt_part",
            f"CREATE TRIGGER attempt_part_{name} BEFORE UPDATE OF {column} ON attempt_part "
            f"FOR EACH ROW EXECUTE FUNCTION {function}()",
        )
        for name, column, function in (
            ("deadline", "deadline_at", "keep_deadline"),
            ("opens", "opens_at", "keep_opening"),
            ("present", "present", "keep_present"),
        )
    ]
    functions = (refuse, keep_deadline, keep_opening, keep_present)
    return [*(("account", one) for one in functions), *frozen, *kept]


TRIGGERS = {"sqlite": _sqlite_triggers(), "postgresql": _postgresql_triggers()}

for _dialect, _statements in TRIGGERS.items():
    for _table, _statement in _statements:
        event.listen(
            metadata.tables[_table],
            "after_create",
            DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )
