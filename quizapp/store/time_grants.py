"""Extra time in the database: what was given, to which attempt or to whoever begins later; append-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, func, insert, select

from quizapp.assessment.extra_time import Grant, Measure, Reason
from quizapp.store.tables import account, attempt, bank, time_grant, time_grant_end
from quizapp.store.transaction import hot

MOST = 100
"""Grants on one page."""


@dataclass(frozen=True)
class NewGrant:
    """A grant as it is written.

    With `attempt_id` it is that attempt's, and with `part` too for that part alone; without, it stands for
    the attempts that `account_id`, or anybody, begins later. `request_key` makes a second click harmless.
    Without `given_by` it is the site's.
    """

    bank_id: int
    exam_slug: str
    account_id: int | None
    attempt_id: int | None
    grant: Grant
    reason: Reason
    given_by: int | None
    given_at: datetime
    request_key: str
    part: int | None = None


@dataclass(frozen=True)
class TimeGrant:
    """A grant as it was given; addresses are None for an erased account, `giver` also for the site itself."""

    id: int
    bank_slug: str
    exam_slug: str
    everybody: bool
    email: str | None
    grant: Grant
    reason: Reason
    given_by: int | None
    giver: str | None
    given_at: datetime
    part: int | None


_giver = account.alias("giver")
_ended = select(time_grant_end.c.grant_id).where(time_grant_end.c.grant_id == time_grant.c.id).exists()


def _query() -> Select[Any]:
    return (
        select(
            time_grant,
            bank.c.slug.label("bank_slug"),
            account.c.email,
            _giver.c.email.label("giver"),
        )
        .join(bank, bank.c.id == time_grant.c.bank_id)
        .join(account, account.c.id == time_grant.c.account_id, isouter=True)
        .join(_giver, _giver.c.id == time_grant.c.given_by, isouter=True)
        .order_by(time_grant.c.id)
    )


def _grant(row: RowMapping) -> TimeGrant:
    return TimeGrant(
        id=row["id"],
        bank_slug=row["bank_slug"],
        exam_slug=row["exam_slug"],
        everybody=row["account_id"] is None,
        email=row["email"],
        grant=Grant(row["amount"], Measure(row["measure"])),
        reason=Reason(row["reason"]),
        given_by=row["given_by"],
        giver=row["giver"],
        given_at=row["given_at"],
        part=row["part"],
    )


def add(conn: Connection, new: NewGrant) -> None:
    """Write a grant."""
    conn.execute(
        insert(time_grant).values(
            bank_id=new.bank_id,
            exam_slug=new.exam_slug,
            account_id=new.account_id,
            attempt_id=new.attempt_id,
            amount=new.grant.amount,
            measure=new.grant.measure.value,
            reason=new.reason.value,
            given_by=new.given_by,
            given_at=new.given_at,
            request_key=new.request_key,
            part=new.part,
        )
    )


def given(conn: Connection, request_key: str, attempt_id: int | None) -> bool:
    """Whether this request has given its time already."""
    return _given.one(conn, request_key=request_key, attempt_id=attempt_id or 0) is not None


_given = hot("""
SELECT id FROM time_grant WHERE request_key = :request_key AND coalesce(attempt_id, 0) = :attempt_id
""")


def of_attempt(conn: Connection, attempt_id: int) -> tuple[TimeGrant, ...]:
    """What an attempt was given, the oldest first."""
    asked = _query().where(time_grant.c.attempt_id == attempt_id)
    return tuple(_grant(row) for row in conn.execute(asked).mappings())


def given_back(conn: Connection, attempt_id: int) -> timedelta:
    """What outages have given an attempt so far: of parts that were open side by side, one is counted."""
    once = (
        select(func.max(time_grant.c.amount).label("seconds"))
        .where(time_grant.c.attempt_id == attempt_id, time_grant.c.part.is_not(None))
        .group_by(time_grant.c.given_at)
        .subquery()
    )
    return timedelta(seconds=int(conn.execute(select(func.sum(once.c.seconds))).scalar() or 0))


STANDING = """
SELECT g.id FROM time_grant g
 WHERE g.attempt_id IS NULL AND g.bank_id = b.id AND g.exam_slug = e.slug
   AND (g.account_id = :account_id OR g.account_id IS NULL)
   AND NOT EXISTS (SELECT 1 FROM time_grant_end x WHERE x.grant_id = g.id)
"""
"""The ids of what `standing` gives, within a statement that names the bank `b` and the exam `e`."""


def standing(conn: Connection, account_id: int, bank_id: int, exam_slug: str) -> tuple[TimeGrant, ...]:
    """What an attempt that this account begins now at an exam would be given."""
    values = {"account": account_id, "bank": bank_id, "exam": exam_slug}
    return tuple(_grant(row) for row in conn.execute(_STANDING, values).mappings())


_STANDING = _query().where(
    time_grant.c.attempt_id.is_(None),
    time_grant.c.bank_id == bindparam("bank"),
    time_grant.c.exam_slug == bindparam("exam"),
    (time_grant.c.account_id == bindparam("account")) | time_grant.c.account_id.is_(None),
    ~_ended,
)


def all_standing(conn: Connection) -> tuple[TimeGrant, ...]:
    """Every grant that stands for attempts begun later, the oldest first."""
    asked = _query().where(time_grant.c.attempt_id.is_(None), ~_ended).limit(MOST)
    return tuple(_grant(row) for row in conn.execute(asked).mappings())


def end(conn: Connection, grant_id: int, account_id: int, now: datetime) -> bool:
    """Let a standing grant stand no longer; attempts that have begun keep it. False where there is none."""
    here = (time_grant.c.id == grant_id) & time_grant.c.attempt_id.is_(None)
    if conn.execute(select(time_grant.c.id).where(here)).first() is None:
        return False
    if conn.execute(select(time_grant.c.id).where(here, _ended)).first() is None:
        conn.execute(insert(time_grant_end).values(grant_id=grant_id, ended_by=account_id, ended_at=now))
    return True


def open_attempts(conn: Connection, bank_id: int, exam_slug: str) -> Sequence[str]:
    """The public ids of the timed attempts at an exam that are open, in the order in which they began."""
    asked = (
        select(attempt.c.public_id)
        .where(
            attempt.c.bank_id == bank_id,
            attempt.c.exam_slug == exam_slug,
            attempt.c.mode == "timed",
            attempt.c.state == "open",
        )
        .order_by(attempt.c.id)
    )
    return conn.execute(asked).scalars().all()


def account_of(conn: Connection, email: str) -> int | None:
    """The account that an address belongs to."""
    return conn.execute(select(account.c.id).where(account.c.email == email)).scalar()
