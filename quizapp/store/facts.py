"""Facts in the database: which items rest on which, and whose review is overdue."""

import json
from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache

from sqlalchemy import Connection, select

from quizapp.store.tables import item, item_fact
from quizapp.store.transaction import hot

_MOST_NAMED = 500
_document = hot("SELECT document FROM bank WHERE id = :bank_id")


def expired_facts(conn: Connection, bank_id: int, today: date) -> frozenset[str]:
    """The ids of a bank's facts that were to be looked up again before today."""
    ((document,),) = _document(conn, bank_id=bank_id)
    return frozenset(fact for review_by, fact in _reviews(document) if review_by < today.isoformat())


@lru_cache(maxsize=64)
def _reviews(document: str) -> tuple[tuple[str, str], ...]:
    """The day of review of each fact, as ISO dates, which sort as days do."""
    return tuple((one["review_by"], one["id"]) for one in json.loads(document).get("facts", ()))


def concepts_resting_on(conn: Connection, bank_id: int, facts: Collection[str]) -> frozenset[str]:
    """The concepts of the items that rest on any of some facts."""
    found: set[str] = set()
    named = sorted(facts)
    for start in range(0, len(named), _MOST_NAMED):
        found.update(
            conn.execute(
                select(item.c.concept)
                .join(item_fact, item_fact.c.item_id == item.c.id)
                .where(item.c.bank_id == bank_id, item_fact.c.fact.in_(named[start : start + _MOST_NAMED]))
                .distinct()
            ).scalars()
        )
    return frozenset(found)


def items_by_fact(conn: Connection, bank_id: int) -> Mapping[str, tuple[tuple[int, str, str], ...]]:
    """The items that rest on each fact of a bank: id, slug and status, by slug."""
    rows = conn.execute(
        select(item_fact.c.fact, item.c.id, item.c.slug, item.c.status)
        .join(item, item.c.id == item_fact.c.item_id)
        .where(item.c.bank_id == bank_id)
        .order_by(item_fact.c.fact, item.c.slug)
    )
    found: dict[str, list[tuple[int, str, str]]] = {}
    for fact, item_id, slug, status in rows:
        found.setdefault(fact, []).append((item_id, slug, status))
    return {fact: tuple(held) for fact, held in found.items()}
