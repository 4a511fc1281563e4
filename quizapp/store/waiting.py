"""Booklets that are dealt and wait for their candidates to begin: at most one an account and exam."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from quizapp.assessment.assembly import BookletEntry, DrawnItem
from quizapp.store.tables import bank, from_microseconds, to_microseconds, waiting_booklet
from quizapp.store.transaction import hot


@dataclass(frozen=True)
class WaitingBooklet:
    """A booklet that was dealt ahead, and the state of the bank and the exam that it was dealt from."""

    revision: int
    exam_version: str
    seed: int
    entries: tuple[BookletEntry, ...]
    orders: tuple[tuple[str, ...], ...]
    dealt_at: datetime


def keep(conn: Connection, account_id: int, bank_id: int, exam_slug: str, booklet: WaitingBooklet) -> None:
    """Let a booklet wait, in place of an earlier one."""
    questions = [
        (one.part, one.item.item_id, one.item.version, one.item.concept, one.item.seen, order)
        for one, order in zip(booklet.entries, booklet.orders, strict=True)
    ]
    _keep(
        conn,
        account_id=account_id,
        bank_id=bank_id,
        exam_slug=exam_slug,
        revision=booklet.revision,
        exam_version=booklet.exam_version,
        seed=booklet.seed,
        questions=json.dumps(questions),
        dealt_at=to_microseconds(booklet.dealt_at),
    )


def find(conn: Connection, account_id: int, bank_id: int, exam_slug: str) -> WaitingBooklet | None:
    """The booklet that waits; None where there is none."""
    row = _find.one(conn, account_id=account_id, bank_id=bank_id, exam_slug=exam_slug)
    return unpacked(*row) if row else None


def unpacked(revision: int, exam_version: str, seed: int, packed: str, dealt_at: int) -> WaitingBooklet:
    """A booklet from the values of its `COLUMNS`."""
    questions = json.loads(packed)
    entries = tuple(
        BookletEntry(place, part, DrawnItem(item_id, version, concept, seen))
        for place, (part, item_id, version, concept, seen, _) in enumerate(questions, start=1)
    )
    orders = tuple(tuple(order) for *_, order in questions)
    return WaitingBooklet(revision, exam_version, seed, entries, orders, from_microseconds(dealt_at))


_HERE = (
    " FROM waiting_booklet WHERE account_id = :account_id AND bank_id = :bank_id AND exam_slug = :exam_slug"
)
COLUMNS = ("revision", "exam_version", "seed", "questions", "dealt_at")
_find = hot(f"SELECT {', '.join(COLUMNS)} {_HERE}")
_keep = hot("""
INSERT INTO waiting_booklet
       (account_id, bank_id, exam_slug, revision, exam_version, seed, questions, dealt_at)
VALUES (:account_id, :bank_id, :exam_slug, :revision, :exam_version, :seed, :questions, :dealt_at)
    ON CONFLICT (account_id, bank_id, exam_slug) DO UPDATE
   SET revision = excluded.revision, exam_version = excluded.exam_version, seed = excluded.seed,
       questions = excluded.questions, dealt_at = excluded.dealt_at
""")


def all_live(conn: Connection, item_ids: Sequence[int]) -> bool:
    """Whether none of some items was retired."""
    return _retired.one(conn, item_ids=json.dumps([(one,) for one in item_ids])) is None


_retired = hot("""
SELECT 1 FROM json_each(:item_ids) wanted
 WHERE (SELECT i.status FROM item i WHERE i.id = CAST(wanted.value ->> 0 AS BIGINT)) <> 'live' LIMIT 1
""")


def counts(conn: Connection, since: datetime) -> dict[tuple[str, str], int]:
    """How many booklets dealt since then wait, by bank and exam."""
    c = waiting_booklet.c
    asked = (
        select(bank.c.slug, c.exam_slug, func.count())
        .join(bank, bank.c.id == c.bank_id)
        .where(c.dealt_at > since)
        .group_by(bank.c.slug, c.exam_slug)
    )
    return {(bank_slug, exam_slug): count for bank_slug, exam_slug, count in conn.execute(asked)}
