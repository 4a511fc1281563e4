"""What the open pages read: the sample items of the home page, and what the banks say of themselves."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, select

from quizapp.store.tables import bank, item


@dataclass(frozen=True)
class SampleItem:
    """A live sample item of a bank, as it is now."""

    bank_id: int
    slug: str
    version: str
    concept: str
    topic: str


def sample_items(conn: Connection, limit: int) -> tuple[SampleItem, ...]:
    """The first live sample items, by bank and in the order of their files."""
    rows = conn.execute(
        select(item.c.bank_id, item.c.slug, item.c.version, item.c.concept, item.c.topic)
        .join(bank, bank.c.id == item.c.bank_id)
        .where(item.c.sample.is_(True), item.c.status == "live")
        .order_by(bank.c.slug, item.c.ordinal, item.c.slug)
        .limit(limit)
    )
    return tuple(SampleItem(*row) for row in rows)


@dataclass(frozen=True)
class BankWords:
    """What a bank says of itself."""

    id: int
    title: str
    licence: str
    covers: str


def banks(conn: Connection) -> tuple[BankWords, ...]:
    """Every bank, by slug."""
    columns = (bank.c.id, bank.c.title, bank.c.licence, bank.c.document)
    rows = conn.execute(select(*columns).order_by(bank.c.slug))
    return tuple(
        BankWords(bank_id, title, licence, json.loads(document)["covers"])
        for bank_id, title, licence, document in rows
    )
