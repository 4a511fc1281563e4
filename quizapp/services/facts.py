"""The dated facts of a bank: their items, which are overdue, and what an overdue one keeps out of tests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from quizapp.bank.head import facts_of
from quizapp.bank.values import Fact
from quizapp.services.errors import NotFound
from quizapp.store import facts as rows
from quizapp.store import items as item_rows
from quizapp.store.exams import OfferedExam
from quizapp.store.transaction import Store

SOON = timedelta(days=60)
"""How long before its review a fact is shown as due."""


def kept_out(conn: Connection, offered: OfferedExam, today: date) -> frozenset[str]:
    """The concepts that no timed test asks today: an item of theirs rests on a fact that is overdue."""
    expired = {fact for review_by, fact in offered.reviews if review_by < today.isoformat()}
    return rows.concepts_resting_on(conn, offered.bank_id, expired) if expired else frozenset()


@dataclass(frozen=True)
class FactItem:
    """An item that rests on a fact."""

    id: int
    slug: str
    status: str


@dataclass(frozen=True)
class ListedFact:
    """A fact with its items; `expired` where its review is overdue, `due` where it comes soon."""

    fact: Fact
    items: tuple[FactItem, ...]
    expired: bool
    due: bool


@dataclass(frozen=True)
class FactList:
    """The facts of one bank, those that need looking at first."""

    bank_slug: str
    bank_title: str
    facts: tuple[ListedFact, ...]

    @property
    def expired(self) -> tuple[ListedFact, ...]:
        """The facts whose review is overdue."""
        return tuple(one for one in self.facts if one.expired)


def list_facts(store: Store, bank_slug: str | None, today: date) -> FactList | None:
    """The facts of a bank, of the first one without a slug, by their review.

    None while there is no bank; raises NotFound for an unknown one.
    """
    with store.read() as conn:
        banks = item_rows.all_banks(conn)
        if not banks:
            return None
        bank = next((one for one in banks if bank_slug in (None, one.slug)), None)
        if bank is None:
            raise NotFound
        resting = rows.items_by_fact(conn, bank.id)
    facts = sorted(facts_of(json.loads(bank.document)), key=lambda one: (one.review_by, one.id))
    return FactList(bank.slug, bank.title, tuple(_listed(one, resting, today) for one in facts))


def _listed(fact: Fact, resting: Mapping[str, tuple[tuple[int, str, str], ...]], today: date) -> ListedFact:
    items = tuple(FactItem(*one) for one in resting.get(fact.id, ()))
    expired = fact.review_by < today
    return ListedFact(fact, items, expired, not expired and fact.review_by < today + SOON)


@dataclass(frozen=True)
class ChangedFact:
    """A fact that files say otherwise, with the items that rest on it now."""

    id: str
    before: str
    after: str
    items: tuple[FactItem, ...]


def changed_facts(
    conn: Connection, bank_id: int, stored: tuple[Fact, ...], new: tuple[Fact, ...]
) -> tuple[ChangedFact, ...]:
    """The stored facts that new files say otherwise, each with the items that it touches."""
    said = {one.id: one for one in new}
    different = [one for one in stored if one.id in said and said[one.id] != one]
    resting = rows.items_by_fact(conn, bank_id) if different else {}
    return tuple(
        ChangedFact(
            one.id,
            one.statement,
            said[one.id].statement,
            tuple(FactItem(*held) for held in resting.get(one.id, ())),
        )
        for one in sorted(different, key=lambda one: one.id)
    )
