"""What staff see of tests that are being sat: who, how much is answered, and when it was last saved."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from quizapp.store.responses import NO_VALUE
from quizapp.store.tables import account, attempt, response_log, response_value


@dataclass(frozen=True)
class Progress:
    """How far an attempt has come; `email` is None for an erased account."""

    email: str | None
    answered: int
    last_saved_at: datetime | None


def count(conn: Connection) -> int:
    """How many timed attempts are open."""
    asked = select(func.count()).where(attempt.c.mode == "timed", attempt.c.state == "open")
    return conn.execute(asked).scalar_one()


def progress(conn: Connection, attempt_ids: Collection[int]) -> dict[int, Progress]:
    """The progress of each of some attempts, in three statements however many there are."""
    log = response_log.c
    owners = conn.execute(
        select(attempt.c.id, account.c.email)
        .join(account, account.c.id == attempt.c.account_id)
        .where(attempt.c.id.in_(attempt_ids))
    )
    saved = conn.execute(
        select(log.attempt_id, func.max(log.server_at))
        .where(log.attempt_id.in_(attempt_ids))
        .group_by(log.attempt_id)
    )
    newest = (
        select(log.attempt_id, log.position, func.max(log.version).label("version"))
        .where(log.attempt_id.in_(attempt_ids), log.kind == "answer")
        .group_by(log.attempt_id, log.position)
        .subquery()
    )
    here = and_(
        log.attempt_id == newest.c.attempt_id,
        log.position == newest.c.position,
        log.version == newest.c.version,
        log.kind == "answer",
    )
    answers = conn.execute(
        select(log.attempt_id, func.count())
        .select_from(newest)
        .join(response_log, here)
        .join(response_value, response_value.c.log_id == log.id)
        .where(response_value.c.value != NO_VALUE[1])
        .group_by(log.attempt_id)
    )
    answered = {one: int(many) for one, many in answers}
    last: dict[int, datetime | None] = {one: at or None for one, at in saved}
    return {one: Progress(email, answered.get(one, 0), last.get(one)) for one, email in owners}
