"""Lists of banks and items for authors and admins: filters, counts, versions of one item."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, distinct, func, select

from quizapp.assessment.variants.dealt import SPECIMEN
from quizapp.store.tables import bank, bank_revision, booklet_item, comment, item, item_version, variant


@dataclass(frozen=True)
class ItemFilter:
    """What to list; an empty field filters nothing. `words` must all stand in id or stem."""

    topic: str = ""
    status: str = ""
    interaction: str = ""
    level: str = ""
    difficulty: int | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class ItemRow:
    """An item as lists show it."""

    id: int
    slug: str
    version: str
    status: str
    retired_at: datetime | None
    sample: bool
    topic: str
    concept: str
    level: str
    difficulty: int
    interaction: str
    unit_key: str
    bank_id: int
    template: str | None


@dataclass(frozen=True)
class VersionRow:
    """A stored version of an item, and how many attempts were dealt it."""

    version: str
    stored_at: datetime
    attempts: int


@dataclass(frozen=True)
class BankRow:
    """A bank with its counts and its last publication."""

    id: int
    slug: str
    title: str
    licence: str
    revision: int
    live: int
    draft: int
    retired: int
    origin: str | None
    published_at: datetime | None


_COLUMNS = (
    item.c.id,
    item.c.slug,
    item.c.version,
    item.c.status,
    item.c.retired_at,
    item.c.sample,
    item.c.topic,
    item.c.concept,
    item.c.level,
    item.c.difficulty,
    item.c.interaction,
    item.c.unit_key,
    item.c.bank_id,
    variant.c.template,
)
_ITEMS = item.outerjoin(variant, variant.c.version == item.c.version)


def _where(bank_id: int, wanted: ItemFilter) -> list[ColumnElement[bool]]:
    conditions = [item.c.bank_id == bank_id]
    for name in ("topic", "status", "interaction", "level"):
        if value := getattr(wanted, name):
            conditions.append(item.c[name] == value)
    if wanted.difficulty is not None:
        conditions.append(item.c.difficulty == wanted.difficulty)
    conditions += [item.c.search_text.contains(word.casefold(), autoescape=True) for word in wanted.words]
    return conditions


def count_items(conn: Connection, bank_id: int, wanted: ItemFilter) -> int:
    """How many items of a bank fit a filter."""
    return int(
        conn.execute(select(func.count()).select_from(item).where(*_where(bank_id, wanted))).scalar_one()
    )


def page_of_items(
    conn: Connection, bank_id: int, wanted: ItemFilter, skip: int, most: int
) -> tuple[ItemRow, ...]:
    """Items that fit a filter, in the order of their topics and files."""
    rows = conn.execute(
        select(*_COLUMNS)
        .select_from(_ITEMS)
        .where(*_where(bank_id, wanted))
        .order_by(func.length(item.c.topic), item.c.topic, item.c.ordinal, item.c.slug)
        .offset(skip)
        .limit(most)
    )
    return tuple(ItemRow(**row) for row in rows.mappings())


def find_item(conn: Connection, item_id: int) -> ItemRow | None:
    """The item of that id."""
    query = select(*_COLUMNS).select_from(_ITEMS).where(item.c.id == item_id)
    row = conn.execute(query).mappings().first()
    return ItemRow(**row) if row else None


def bank_slug_of(conn: Connection, bank_id: int) -> str:
    """The slug of a bank."""
    return str(conn.execute(select(bank.c.slug).where(bank.c.id == bank_id)).scalar_one())


_SIBLING = variant.alias("sibling")


def versions_of(conn: Connection, bank_slug: str, slug: str) -> tuple[VersionRow, ...]:
    """Every stored version of an item, newest first; some may have been staged and never published.

    Of a template it is the specimen that stands for all its variants, and their attempts count as its own.
    """
    siblings = select(_SIBLING.c.version).where(_SIBLING.c.template == variant.c.template).correlate(variant)
    here = select(item.c.id).join(bank).where(bank.c.slug == bank_slug, item.c.slug == slug)
    dealt = (
        select(func.count(distinct(booklet_item.c.attempt_id)))
        .where(
            booklet_item.c.item_id == here.scalar_subquery(),
            (booklet_item.c.item_version == item_version.c.version)
            | booklet_item.c.item_version.in_(siblings),
        )
        .correlate(item_version, variant)
        .scalar_subquery()
    )
    rows = conn.execute(
        select(item_version.c.version, item_version.c.stored_at, dealt)
        .outerjoin(variant, variant.c.version == item_version.c.version)
        .where(
            item_version.c.bank_slug == bank_slug,
            item_version.c.slug == slug,
            func.coalesce(variant.c.seed, SPECIMEN) == SPECIMEN,
        )
        .order_by(item_version.c.stored_at.desc(), item_version.c.version)
    )
    return tuple(VersionRow(*row) for row in rows)


def open_problems(conn: Connection, item_id: int) -> int:
    """How many reported problems of an item are open."""
    return int(
        conn.execute(
            select(func.count()).where(comment.c.item_id == item_id, comment.c.state == "open")
        ).scalar_one()
    )


def bank_rows(conn: Connection) -> tuple[BankRow, ...]:
    """Every bank with its counts, by slug."""
    counts: dict[int, dict[str, int]] = {}
    for bank_id, status, count in conn.execute(
        select(item.c.bank_id, item.c.status, func.count()).group_by(item.c.bank_id, item.c.status)
    ):
        counts.setdefault(bank_id, {})[status] = count
    rows = conn.execute(
        select(
            bank.c.id,
            bank.c.slug,
            bank.c.title,
            bank.c.licence,
            bank.c.revision,
            bank_revision.c.origin,
            bank_revision.c.published_at,
        )
        .outerjoin(
            bank_revision,
            (bank_revision.c.bank_id == bank.c.id) & (bank_revision.c.revision == bank.c.revision),
        )
        .order_by(bank.c.slug)
    )
    return tuple(
        BankRow(
            **row,
            live=counts.get(row["id"], {}).get("live", 0),
            draft=counts.get(row["id"], {}).get("draft", 0),
            retired=counts.get(row["id"], {}).get("retired", 0),
        )
        for row in rows.mappings()
    )
