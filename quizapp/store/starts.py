"""What Begin reads and writes, each by one statement: a whole room begins at once, and each way costs.

All that a start rests on is read in one view of the data, and the booklet is dealt from it with no lock held.
The statement that writes goes through only where all of that still stands.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from quizapp.assessment.assembly import BookletEntry
from quizapp.assessment.attempt import Attempt, Mode, Part
from quizapp.store import exams, time_grants, waiting
from quizapp.store.exams import OfferedExam
from quizapp.store.tables import to_microseconds
from quizapp.store.transaction import hot
from quizapp.store.waiting import WaitingBooklet


@dataclass(frozen=True)
class Before:
    """What there is before an account begins: the exam, its own open attempt, and the booklet that waits.

    `given` says that extra time stands for whoever begins.
    """

    offered: OfferedExam
    already: str | None
    waiting: WaitingBooklet | None
    given: bool


@dataclass(frozen=True)
class NewAttempt:
    """What a new attempt is written from."""

    public_id: str
    account_id: int
    bank_id: int
    revision: int
    exam_slug: str
    exam_version: str
    mode: Mode
    seed: int
    started_at: datetime


def before(conn: Connection, account_id: int, bank_slug: str, exam_slug: str, mode: Mode) -> Before | None:
    """What an account finds that asks to begin an exam in a mode; None where it is not offered."""
    row = _before.one(
        conn,
        account_id=account_id,
        bank_slug=bank_slug,
        exam_slug=exam_slug,
        mode=mode.value,
        timed=mode is Mode.TIMED,
    )
    if row is None:
        return None
    already, given, *waits = row[len(exams.OFFERED) :]
    booklet = waiting.unpacked(*waits) if waits[0] is not None else None
    return Before(exams.offered_in(row), already, booklet, bool(given))


_GIVEN = f"EXISTS ({time_grants.STANDING})"
_before = hot(f"""
SELECT {", ".join(exams.OFFERED)},
       a.public_id, :timed AND {_GIVEN},
       {", ".join(f"w.{name}" for name in waiting.COLUMNS)}
  FROM {exams.ON_OFFER}
  LEFT JOIN attempt a ON a.account_id = :account_id AND a.bank_id = b.id AND a.exam_slug = e.slug
   AND a.mode = :mode AND a.state = 'open'
  LEFT JOIN waiting_booklet w ON w.account_id = :account_id AND w.bank_id = b.id AND w.exam_slug = e.slug
 WHERE e.offered AND b.slug = :bank_slug AND e.slug = :exam_slug
""")  # noqa: S608 - names of columns, no values


class _Writing:
    """Writes an attempt by some INSERT, and where that wrote a row, what comes with it.

    PostgreSQL does it by one statement. SQLite knows no INSERT within another, and has no way to go.
    """

    def __init__(self, attempt: str) -> None:
        self._at_once = hot(f"""
WITH begun AS ({attempt} RETURNING id),
     {", ".join(f"{name} AS ({sql.format(begun='begun')})" for name, sql in _REST.items())}
SELECT id FROM begun""")  # noqa: S608 - our own statements
        self._attempt = hot(f"{attempt} RETURNING id")
        self._rest = [hot(sql.format(begun="(SELECT :attempt_id AS id)")) for sql in _REST.values()]

    def __call__(self, conn: Connection, **values: object) -> int | None:
        """The id of the attempt; None where nothing was written."""
        if conn.dialect.name == "postgresql":
            row = self._at_once.one(conn, **values)
            return int(row[0]) if row else None
        row = self._attempt.one(conn, **values)
        if row is None:
            return None
        for one in self._rest:
            one(conn, attempt_id=row[0], **values)
        return int(row[0])


# What comes with an attempt: its parts, its booklet, and that no other one waits any longer.
_REST = {
    "parts": """
INSERT INTO attempt_part
       (attempt_id, part, state, opened_at, deadline_at, extra_seconds, opens_at, present)
SELECT begun.id, CAST(p.value ->> 0 AS INTEGER), p.value ->> 1, CAST(p.value ->> 2 AS BIGINT),
       CAST(p.value ->> 3 AS BIGINT), CAST(p.value ->> 4 AS INTEGER), CAST(p.value ->> 5 AS BIGINT),
       CAST(p.value ->> 6 AS INTEGER)
  FROM {begun} begun CROSS JOIN json_each(:parts) p
""",
    "booklet": """
INSERT INTO booklet_item
       (attempt_id, position, part, item_id, item_version, concept, option_order, seen_before)
SELECT begun.id, CAST(q.value ->> 0 AS INTEGER), CAST(q.value ->> 1 AS INTEGER),
       CAST(q.value ->> 2 AS BIGINT), q.value ->> 3, q.value ->> 4, q.value ->> 5,
       CAST(q.value ->> 6 AS BOOLEAN)
  FROM {begun} begun CROSS JOIN json_each(:questions) q
""",
    "waited": """
DELETE FROM waiting_booklet
 WHERE account_id = :account_id AND bank_id = :bank_id AND exam_slug = :exam_slug AND :timed
   AND EXISTS (SELECT 1 FROM {begun} begun)
""",
}
_ATTEMPT = """
INSERT INTO attempt
       (public_id, account_id, bank_id, revision, exam_slug, exam_version, mode, seed, state, started_at)
SELECT :public_id, :account_id, :bank_id, :revision, CAST(:exam_slug AS TEXT), :exam_version, :mode, :seed,
       'open', :started_at
"""
_WHERE_ALL_STANDS = f"""
  FROM bank b JOIN exam e ON e.bank_id = b.id
 WHERE b.id = :bank_id AND b.revision = :revision
   AND e.slug = :exam_slug AND e.version = :offered_version AND e.offered
   AND :given = (:timed AND {_GIVEN})
   AND NOT EXISTS (SELECT 1 FROM json_each(:questions) q
                    WHERE (SELECT i.status FROM item i WHERE i.id = CAST(q.value ->> 2 AS BIGINT)) <> 'live')
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - our own statement
_add, _add_where_all_stands = _Writing(_ATTEMPT), _Writing(_ATTEMPT + _WHERE_ALL_STANDS)


def add(
    conn: Connection,
    new: NewAttempt,
    begun: Attempt,
    entries: Sequence[BookletEntry],
    orders: Sequence[tuple[str, ...]],
    rests_on: Before | None = None,
) -> int | None:
    """Write a new attempt with its parts and its frozen booklet; the new row's id.

    With `rests_on` None, and nothing written, where any of that has changed since it was read: another
    revision or version is offered, an item was retired, extra time was given first, or the attempt is open.
    """
    values = {
        "public_id": new.public_id,
        "account_id": new.account_id,
        "bank_id": new.bank_id,
        "revision": new.revision,
        "exam_slug": new.exam_slug,
        "exam_version": new.exam_version,
        "mode": new.mode.value,
        "seed": new.seed,
        "timed": new.mode is Mode.TIMED,
        "started_at": to_microseconds(new.started_at),
        "parts": json.dumps([_part_row(number, one) for number, one in enumerate(begun.parts)]),
        "questions": json.dumps([_question_row(*one) for one in zip(entries, orders, strict=True)]),
    }
    if rests_on is None:
        return _add(conn, **values)
    return _add_where_all_stands(
        conn,
        **values,
        offered_version=rests_on.offered.version,
        given=rests_on.given,
    )


def _part_row(number: int, part: Part) -> tuple[object, ...]:
    extra = part.extra // timedelta(seconds=1)
    opened, deadline, opens = map(_stored, (part.opened_at, part.deadline_at, part.opens_at))
    return number, part.state.value, opened, deadline, extra, opens, part.present


def _stored(instant: datetime | None) -> int | None:
    return None if instant is None else to_microseconds(instant)


def _question_row(entry: BookletEntry, order: tuple[str, ...]) -> tuple[object, ...]:
    item = entry.item
    return (
        *(entry.position, entry.part, item.item_id, item.version, item.concept),
        *(json.dumps(order), item.seen),
    )
