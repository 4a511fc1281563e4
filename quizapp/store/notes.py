"""Study notes in the database, as the plain shape of their files."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from quizapp.store.tables import bank, note


@dataclass(frozen=True)
class StoredNote:
    """A note with its bank."""

    bank_id: int
    bank_slug: str
    slug: str
    topic: str
    kind: str
    source: Mapping[str, Any]


def notes_of(conn: Connection, bank_id: int) -> tuple[StoredNote, ...]:
    """The notes of a bank by their id."""
    return _found(conn, note.c.bank_id == bank_id)


def find_note(conn: Connection, bank_slug: str, slug: str) -> StoredNote | None:
    """The note of that id."""
    return next(iter(_found(conn, bank.c.slug == bank_slug, note.c.slug == slug)), None)


def _found(conn: Connection, *conditions: Any) -> tuple[StoredNote, ...]:
    rows = conn.execute(
        select(note.c.bank_id, bank.c.slug, note.c.slug, note.c.topic, note.c.kind, note.c.document)
        .join(bank, bank.c.id == note.c.bank_id)
        .where(*conditions)
        .order_by(bank.c.slug, note.c.slug)
    )
    return tuple(StoredNote(*row[:5], json.loads(row[5])) for row in rows)


def put_notes(
    conn: Connection, bank_id: int, sources: Sequence[Mapping[str, Any]], alone: bool = False
) -> None:
    """Make these the notes of a bank beside those that it has; `alone` removes the others."""
    gone = note.c.bank_id == bank_id
    if not alone:
        gone &= note.c.slug.in_([one["note"] for one in sources])
    conn.execute(delete(note).where(gone))
    if sources:
        conn.execute(
            insert(note),
            [
                {
                    "bank_id": bank_id,
                    "slug": one["note"],
                    "topic": one["topic"],
                    "kind": one["kind"],
                    "document": json.dumps(one, ensure_ascii=False),
                }
                for one in sources
            ],
        )
