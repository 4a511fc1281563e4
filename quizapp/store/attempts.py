"""Attempts in the database: their parts, booklets and results. The response log is in `responses.py`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import groupby, starmap
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from quizapp.assessment.access import Sitting
from quizapp.assessment.attempt import GRACE, Attempt, ClosedBy, Mode, Part, PartState, parts_of, settle
from quizapp.assessment.blueprint import ExamProfile
from quizapp.assessment.scoring import part_total
from quizapp.store.exams import profile_of, stored_profile
from quizapp.store.tables import (
    attempt,
    attempt_part,
    bank,
    booklet_item,
    exam_version,
    from_microseconds,
    to_microseconds,
)
from quizapp.store.transaction import hot


@dataclass(frozen=True)
class StoredAttempt:
    """An attempt as it was last written, with its frozen exam."""

    id: int
    public_id: str
    account_id: int
    bank_id: int
    bank_slug: str
    exam_slug: str
    mode: Mode
    open: bool
    started_at: datetime
    finished_at: datetime | None
    closed_by: ClosedBy | None
    answers_received: int | None
    last_received_at: datetime | None
    receipt: str | None
    profile: ExamProfile
    attempt: Attempt


@dataclass(frozen=True)
class DealtItem:
    """A question of a booklet as dealt, and what has become of it."""

    position: int
    part: int
    item_id: int
    slug: str
    version: str
    concept: str
    option_order: tuple[str, ...]
    seen_before: bool
    displayed: bool
    revealed: bool
    marks: Fraction | None
    key_changed: bool
    item_changed: bool


@dataclass(frozen=True)
class PastAttempt:
    """An attempt as lists show it."""

    public_id: str
    bank_slug: str
    exam_slug: str
    profile: ExamProfile
    mode: Mode
    open: bool
    started_at: datetime
    finished_at: datetime | None
    asked: int
    marks: Fraction | None


def sitting_of(conn: Connection, account_id: int) -> Sitting:
    """The concepts held in the account's open timed attempts: their keys stay shut everywhere else."""
    concepts = conn.execute(
        select(booklet_item.c.concept)
        .join(attempt, attempt.c.id == booklet_item.c.attempt_id)
        .where(
            attempt.c.account_id == account_id, attempt.c.state == "open", attempt.c.mode == Mode.TIMED.value
        )
        .distinct()
    )
    return Sitting(frozenset(concepts.scalars()))


_open = hot("""
SELECT public_id FROM attempt
 WHERE account_id = :account_id AND bank_id = :bank_id AND exam_slug = :exam_slug AND mode = :mode
   AND state = 'open'
""")


def open_attempt(conn: Connection, account_id: int, bank_id: int, exam_slug: str, mode: Mode) -> str | None:
    """The public id of the account's open attempt at an exam in a mode, if there is one."""
    found = _open.one(conn, account_id=account_id, bank_id=bank_id, exam_slug=exam_slug, mode=mode.value)
    return str(found[0]) if found else None


def _part_columns(part: Part) -> dict[str, object]:
    return {
        "state": part.state.value,
        "opened_at": part.opened_at,
        "deadline_at": part.deadline_at,
        "closed_at": part.closed_at,
        "closed_by": part.closed_by.value if part.closed_by else None,
        "extra_seconds": part.extra // timedelta(seconds=1),
        "opens_at": part.opens_at,
        "present": part.present,
    }


_SELECT = """
SELECT a.id, a.account_id, a.bank_id, b.slug, a.exam_slug, a.exam_version, a.mode, a.state, a.started_at,
       a.finished_at, a.closed_by, a.answers_received, a.last_received_at, a.receipt,
       a.public_id,
       p.part, p.state, p.opened_at, p.deadline_at, p.closed_at, p.closed_by, p.extra_seconds, p.opens_at,
       p.present
  FROM attempt a
  JOIN bank b ON b.id = a.bank_id
  JOIN attempt_part p ON p.attempt_id = a.id
"""
_BY_ID = """
 WHERE a.public_id = :public_id AND (:anybodys OR a.account_id = :account_id)
 ORDER BY p.part
"""
_SAT_NOW = """
 WHERE a.id IN (SELECT o.id FROM attempt o WHERE o.mode = 'timed' AND o.state = 'open'
                 ORDER BY o.bank_id, o.exam_slug, o.started_at, o.id LIMIT :most OFFSET :start)
 ORDER BY a.bank_id, a.exam_slug, a.started_at, a.id, p.part
"""
_find = hot(_SELECT + _BY_ID)
_sat_now = hot(_SELECT + _SAT_NOW)
_hold = hot("SELECT id FROM attempt WHERE public_id = :public_id FOR UPDATE")


def find_attempt(
    conn: Connection, public_id: str, account_id: int | None = None, lock: bool = False
) -> StoredAttempt | None:
    """An attempt by its public id; with `account_id`, only the account's own. `lock` holds its row."""
    if lock and conn.dialect.name == "postgresql":
        # First and apart: a statement that waits for a lock sees all other rows as they were before.
        _hold(conn, public_id=public_id)
    rows = _find(conn, public_id=public_id, anybodys=account_id is None, account_id=account_id or 0)
    return _stored(conn, rows) if rows else None


def sat_now(conn: Connection, start: int, most: int) -> tuple[StoredAttempt, ...]:
    """Timed attempts that were open when last written, by bank and exam, in the order in which they began."""
    rows = _sat_now(conn, start=start, most=most)
    return tuple(_stored(conn, list(own)) for _, own in groupby(rows, key=itemgetter(0)))


# A page reads the attempt that the page before it read, and makes the same of the same rows.
_read: dict[tuple[tuple[Any, ...], ...], StoredAttempt] = {}
_MOST_READ = 1024


def _stored(conn: Connection, rows: Sequence[tuple[Any, ...]]) -> StoredAttempt:
    """An attempt from its rows, one for each part."""
    known = _read.get(tuple(rows))
    if known is None:
        known = _made(profile_of(conn, rows[0][5]), rows)
        if len(_read) >= _MOST_READ:
            _read.clear()
        _read[tuple(rows)] = known
    return known


def _made(profile: ExamProfile, rows: Sequence[tuple[Any, ...]]) -> StoredAttempt:
    row, mode = rows[0], Mode(rows[0][6])
    dealt = parts_of(profile, mode)
    return StoredAttempt(
        id=row[0],
        public_id=row[14],
        account_id=row[1],
        bank_id=row[2],
        bank_slug=row[3],
        exam_slug=row[4],
        mode=mode,
        open=row[7] == "open",
        started_at=from_microseconds(row[8]),
        finished_at=_instant(row[9]),
        closed_by=ClosedBy(row[10]) if row[10] else None,
        answers_received=row[11],
        last_received_at=_instant(row[12]),
        receipt=row[13],
        profile=profile,
        attempt=Attempt(tuple(_part(dealt[one[15]], one[16:]) for one in rows)),
    )


def _part(dealt: Part, row: tuple[Any, ...]) -> Part:
    state, opened_at, deadline_at, closed_at, closed_by, extra_seconds, opens_at, present = row
    return replace(
        dealt,
        state=PartState(state),
        opened_at=_instant(opened_at),
        deadline_at=_instant(deadline_at),
        closed_at=_instant(closed_at),
        closed_by=ClosedBy(closed_by) if closed_by else None,
        extra=timedelta(seconds=extra_seconds),
        opens_at=_instant(opens_at),
        present=present,
    )


def _instant(stored: int | None) -> datetime | None:
    return None if stored is None else from_microseconds(stored)


def write_parts(conn: Connection, attempt_id: int, before: Attempt, after: Attempt) -> None:
    """Write the parts that changed, each only where it still is what it was."""
    for number, (old, new) in enumerate(zip(before.parts, after.parts, strict=True)):
        if old != new:
            conn.execute(
                _PART, {"of": attempt_id, "number": number, "was": old.state.value, **_part_columns(new)}
            )


_PART = update(attempt_part).where(
    attempt_part.c.attempt_id == bindparam("of"),
    attempt_part.c.part == bindparam("number"),
    attempt_part.c.state == bindparam("was"),
)
_CLOSE = update(attempt).where(attempt.c.id == bindparam("closing"), attempt.c.state == "open")


def close_attempt(
    conn: Connection,
    attempt_id: int,
    finished_at: datetime,
    closed_by: ClosedBy,
    answers: int,
    last_received_at: datetime | None,
    receipt: str,
    marks: dict[int, Fraction],
) -> bool:
    """Write the end of an attempt and its marks; False, and nothing written, where it was closed already."""
    closed = conn.execute(
        _CLOSE,
        {
            "closing": attempt_id,
            "state": "closed",
            "finished_at": finished_at,
            "closed_by": closed_by.value,
            "answers_received": answers,
            "last_received_at": last_received_at,
            "receipt": receipt,
        },
    )
    if closed.rowcount == 0:
        return False
    if marks:
        found = [
            {"attempt": attempt_id, "place": place, "earned": str(mark)} for place, mark in marks.items()
        ]
        conn.execute(_MARK, found)
    return True


_MARK = (
    update(booklet_item)
    .where(booklet_item.c.attempt_id == bindparam("attempt"), booklet_item.c.position == bindparam("place"))
    .values(marks=bindparam("earned"))
)


_DEALT = """
SELECT k.position, k.part, k.item_id, i.slug, k.item_version, k.concept, k.option_order, k.seen_before,
       k.displayed_at, k.revealed_at, k.marks,
       newest.key_digest <> dealt.key_digest,
       coalesce(new.template, i.version) <> coalesce(old.template, k.item_version)
  FROM booklet_item k
  JOIN item i ON i.id = k.item_id
  JOIN item_version dealt ON dealt.version = k.item_version
  JOIN item_version newest ON newest.version = i.version
  LEFT JOIN variant old ON old.version = k.item_version
  LEFT JOIN variant new ON new.version = i.version
 WHERE k.attempt_id = :attempt_id"""
_booklet = hot(_DEALT + " ORDER BY k.position")
_booklet_item = hot(_DEALT + " AND k.position = :position")


def dealt_item(conn: Connection, attempt_id: int, position: int) -> DealtItem:
    """One question of an attempt; the position must exist."""
    return booklet(conn, attempt_id, position)[0]


def booklet(conn: Connection, attempt_id: int, position: int | None = None) -> tuple[DealtItem, ...]:
    """The questions of an attempt in order, or one of them, with whether item or key has changed since."""
    if position is None:
        rows = _booklet(conn, attempt_id=attempt_id)
    else:
        rows = _booklet_item(conn, attempt_id=attempt_id, position=position)
    return tuple(
        DealtItem(
            position=row[0],
            part=row[1],
            item_id=row[2],
            slug=row[3],
            version=row[4],
            concept=row[5],
            option_order=tuple(json.loads(row[6])),
            seen_before=bool(row[7]),
            displayed=row[8] is not None,
            revealed=row[9] is not None,
            marks=Fraction(row[10]) if row[10] is not None else None,
            key_changed=bool(row[11]),
            item_changed=bool(row[12]),
        )
        for row in rows
    )


def part_of(conn: Connection, attempt_id: int, position: int) -> int | None:
    """The part that a question of an attempt stands in; None where there is no such question."""
    row = _stands_in.one(conn, attempt_id=attempt_id, position=position)
    return None if row is None else int(row[0])


_stands_in = hot("SELECT part FROM booklet_item WHERE attempt_id = :attempt_id AND position = :position")


def mark_displayed(conn: Connection, attempt_id: int, account_id: int, position: int, now: datetime) -> None:
    """Record once that a question was displayed; "seen" follows the item, in any mode."""
    at = to_microseconds(now)
    shown = _show.one(conn, attempt_id=attempt_id, position=position, now=at)
    if shown:
        _see(conn, account_id=account_id, item_id=shown[0], now=at)


_show = hot("""
UPDATE booklet_item SET displayed_at = :now
 WHERE attempt_id = :attempt_id AND position = :position AND displayed_at IS NULL RETURNING item_id
""")
_see = hot("""
INSERT INTO seen_item (account_id, item_id, last_at) VALUES (:account_id, :item_id, :now)
    ON CONFLICT (account_id, item_id) DO UPDATE SET last_at = excluded.last_at
""")


def mark_revealed(conn: Connection, attempt_id: int, position: int, now: datetime) -> None:
    """Record that the explanation of a question was shown in tutor mode."""
    conn.execute(
        update(booklet_item)
        .where(
            booklet_item.c.attempt_id == attempt_id,
            booklet_item.c.position == position,
            booklet_item.c.revealed_at.is_(None),
        )
        .values(revealed_at=now)
    )


def past_attempts(conn: Connection, account_id: int, limit: int = 100) -> tuple[PastAttempt, ...]:
    """The account's attempts, newest first."""
    rows = conn.execute(
        select(attempt, bank.c.slug.label("bank_slug"), exam_version.c.document)
        .join(bank, bank.c.id == attempt.c.bank_id)
        .join(exam_version, exam_version.c.version == attempt.c.exam_version)
        .where(attempt.c.account_id == account_id)
        .order_by(attempt.c.started_at.desc(), attempt.c.id.desc())
        .limit(limit)
    ).mappings()
    found = list(rows)
    marks: dict[int, dict[int, list[Fraction]]] = {}
    for attempt_id, part, mark in conn.execute(
        select(booklet_item.c.attempt_id, booklet_item.c.part, booklet_item.c.marks).where(
            booklet_item.c.attempt_id.in_([row["id"] for row in found])
        )
    ):
        marks.setdefault(attempt_id, {}).setdefault(part, []).append(Fraction(mark or 0))
    return tuple(_past(row, [*marks.get(row["id"], {}).values()]) for row in found)


def _past(row: RowMapping, parts: list[list[Fraction]]) -> PastAttempt:
    return PastAttempt(
        public_id=row["public_id"],
        bank_slug=row["bank_slug"],
        exam_slug=row["exam_slug"],
        profile=stored_profile(row["exam_version"], row["document"]),
        mode=Mode(row["mode"]),
        open=row["state"] == "open",
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        asked=sum(len(marks) for marks in parts),
        marks=sum(map(part_total, parts), Fraction(0)) if row["state"] == "closed" else None,
    )


def open_timed(conn: Connection) -> tuple[str, ...]:
    """The public ids of every timed attempt that was open when last written, the oldest first."""
    sat = select(attempt.c.public_id).where(attempt.c.state == "open", attempt.c.mode == Mode.TIMED.value)
    return tuple(conn.execute(sat.order_by(attempt.c.id)).scalars())


class Overdue(NamedTuple):
    """An attempt whose clock went on unseen, and since when, in microseconds."""

    since: int
    public_id: str


FIRST_OVERDUE = Overdue(-1, "")
"""Before all others."""


def overdue(
    conn: Connection, now: datetime, after: Overdue = FIRST_OVERDUE, limit: int = 200
) -> tuple[Overdue, ...]:
    """Open attempts whose clock went on unseen, oldest first, at most so many of those after another.

    A part's deadline has passed, grace included, or the break before a part has ended.
    """
    before = to_microseconds(now - GRACE - timedelta(microseconds=1))
    found = _overdue(
        conn, before=before, now=to_microseconds(now), since=after.since, id=after.public_id, most=limit
    )
    return tuple(starmap(Overdue, found))


_overdue = hot("""
SELECT min(p.due), a.public_id
  FROM (SELECT attempt_id, deadline_at AS due FROM attempt_part WHERE state = 'open' AND deadline_at < :before
        UNION ALL
        SELECT attempt_id, opens_at FROM attempt_part WHERE state = 'waiting' AND opens_at <= :now) p
  JOIN attempt a ON a.id = p.attempt_id
 WHERE a.state = 'open'
 GROUP BY a.public_id HAVING (min(p.due), a.public_id) > (:since, :id)
 ORDER BY min(p.due), a.public_id LIMIT :most
""")


def settle_stored(conn: Connection, found: StoredAttempt, now: datetime) -> Attempt:
    """The attempt with every passed deadline applied, and the changed parts written."""
    settled = settle(found.attempt, now)
    write_parts(conn, found.id, found.attempt, settled)
    return settled
