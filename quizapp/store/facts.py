"""Facts in the database: which items rest on which, and whose review is overdue."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from quizapp.store.tables import item, item_fact

_MOST_NAMED = 500


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
