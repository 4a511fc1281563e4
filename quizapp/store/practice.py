"""Practice in the database: what there is to practise, and how an account has done so far."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, case, exists, func, select

from quizapp.store.tables import attempt, booklet_item, item, response_log


@dataclass(frozen=True)
class Record:
    """How an account has done in a topic, over all of its closed attempts."""

    answered: int
    right: int
    last_at: datetime | None


def topic_sizes(conn: Connection, bank_id: int) -> dict[str, int]:
    """How many live items each topic of a bank holds, samples left out."""
    rows = conn.execute(
        select(item.c.topic, func.count().label("items"))
        .where(item.c.bank_id == bank_id, item.c.status == "live", item.c.sample.is_(False))
        .group_by(item.c.topic)
    )
    return {row.topic: row.items for row in rows}


def subtopic_sizes(conn: Connection, bank_id: int) -> dict[str, int]:
    """How many live items each subtopic of a bank holds, samples left out."""
    rows = conn.execute(
        select(item.c.subtopic, func.count().label("items"))
        .where(item.c.bank_id == bank_id, item.c.status == "live", item.c.sample.is_(False))
        .group_by(item.c.subtopic)
    )
    return {row.subtopic: row.items for row in rows}


def topic_records(conn: Connection, bank_id: int, account_id: int) -> dict[str, Record]:
    """The account's record per topic: questions that were answered, those with full marks, the last time."""
    answered = exists().where(
        and_(
            response_log.c.attempt_id == booklet_item.c.attempt_id,
            response_log.c.position == booklet_item.c.position,
            response_log.c.kind == "answer",
        )
    )
    rows = conn.execute(
        select(
            item.c.topic,
            func.count(),
            func.sum(case((booklet_item.c.marks == "1", 1), else_=0)),
            func.max(attempt.c.finished_at),
        )
        .select_from(attempt)
        .join(booklet_item, booklet_item.c.attempt_id == attempt.c.id)
        .join(item, item.c.id == booklet_item.c.item_id)
        .where(
            attempt.c.account_id == account_id,
            attempt.c.bank_id == bank_id,
            attempt.c.state == "closed",
            answered,
        )
        .group_by(item.c.topic)
    )
    return {topic: Record(count, int(right), last_at) for topic, count, right, last_at in rows}
