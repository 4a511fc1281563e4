"""What a review reads back from the database, and the reasons for misses that are noted in it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from quizapp.assessment.attempt import Kind
from quizapp.assessment.hindsight import MissReason, Moment, Said, Sign
from quizapp.store.responses import decode
from quizapp.store.tables import (
    booklet_item,
    item,
    miss_reason,
    response_log,
    response_value,
)


def history(conn: Connection, attempt_id: int) -> tuple[Said, ...]:
    """Every entry of an attempt's log with its value, oldest first; an erased value reads as none."""
    rows = conn.execute(
        select(response_log.c.position, response_log.c.kind, response_log.c.server_at, response_value.c.value)
        .outerjoin(response_value, response_value.c.log_id == response_log.c.id)
        .where(response_log.c.attempt_id == attempt_id)
        .order_by(response_log.c.id)
    )
    return tuple(Said(position, Kind(kind), at, decode(value)) for position, kind, at, value in rows)


def moments(conn: Connection, attempt_id: int, said: Iterable[Said]) -> dict[int, tuple[Moment, ...]]:
    """Every moment at which it is known which question was at work, by part."""
    rows = conn.execute(
        select(
            booklet_item.c.position,
            booklet_item.c.part,
            booklet_item.c.displayed_at,
            booklet_item.c.revealed_at,
        ).where(booklet_item.c.attempt_id == attempt_id)
    ).all()
    part_of = {position: part for position, part, _, _ in rows}
    found: dict[int, list[Moment]] = {part: [] for part in part_of.values()}
    for position, part, displayed_at, revealed_at in rows:
        for at, sign in ((displayed_at, Sign.SHOWN), (revealed_at, Sign.REVEALED)):
            if at is not None:
                found[part].append(Moment(at, position, sign))
    for one in said:
        found[part_of[one.position]].append(Moment(one.at, one.position, Sign.SAVED))
    return {part: tuple(some) for part, some in found.items()}


def siblings(conn: Connection, bank_id: int, concepts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The live items of a bank on some concepts, samples left out: their slugs by concept, in its order."""
    rows = conn.execute(
        select(item.c.concept, item.c.slug)
        .where(
            item.c.bank_id == bank_id,
            item.c.concept.in_(sorted(set(concepts))),
            item.c.status == "live",
            item.c.sample.is_(False),
        )
        .order_by(item.c.ordinal)
    )
    found: dict[str, list[str]] = {}
    for concept, slug in rows:
        found.setdefault(concept, []).append(slug)
    return {concept: tuple(slugs) for concept, slugs in found.items()}


def miss_reasons(conn: Connection, attempt_id: int) -> dict[int, MissReason]:
    """The reasons noted in an attempt, by question."""
    rows = conn.execute(
        select(miss_reason.c.position, miss_reason.c.reason).where(miss_reason.c.attempt_id == attempt_id)
    )
    return {position: MissReason(reason) for position, reason in rows}


def note_miss_reason(
    conn: Connection, attempt_id: int, position: int, reason: MissReason | None, now: datetime
) -> None:
    """Note why a question went wrong, in place of what was noted; None takes it back."""
    conn.execute(
        miss_reason.delete().where(miss_reason.c.attempt_id == attempt_id, miss_reason.c.position == position)
    )
    if reason is not None:
        conn.execute(
            miss_reason.insert().values(
                attempt_id=attempt_id, position=position, reason=reason.value, noted_at=now
            )
        )
