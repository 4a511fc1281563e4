"""Items for authors and admins: lists with filters, previews as a candidate would see them, retirement."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from quizapp.assessment.access import Ground, Sealed, release, sealed_apart
from quizapp.assessment.item import NO_RESPONSE, Level, PublicItem, Status
from quizapp.assessment.registry import INTERACTIONS
from quizapp.services.errors import Conflict, NotFound
from quizapp.services.rendering import AskedItem, RevealedItem, asked, revealed
from quizapp.services.variants import variant_of
from quizapp.store import attempts as attempt_rows
from quizapp.store import catalogue, publishing
from quizapp.store import items as rows
from quizapp.store.catalogue import ItemFilter, ItemRow, VersionRow
from quizapp.store.transaction import Store

PAGE = 50
_LONGEST_WORDS = 200
_MOST_WORDS = 8
_EXCERPT = 140

STATUSES = tuple(one.value for one in Status)
LEVELS = tuple(one.value for one in Level)
TITLES = {name: one.TITLE for name, one in INTERACTIONS.items()}
"""The names of the ways of answering, for people."""


@dataclass(frozen=True)
class ListedItem:
    """An item in a list, with the beginning of its stem as it is written."""

    row: ItemRow
    excerpt: str


@dataclass(frozen=True)
class ItemList:
    """A page of the items of one bank that fit a filter."""

    bank_slug: str
    bank_title: str
    topics: tuple[tuple[str, str], ...]
    items: tuple[ListedItem, ...]
    count: int
    page: int
    pages: int


@dataclass(frozen=True)
class Preview:
    """An item as a candidate would see it. `revealed` is None while its key stays shut for this account."""

    row: ItemRow
    bank_slug: str
    topic: str
    version: str
    asked: AskedItem
    revealed: RevealedItem | None
    versions: tuple[VersionRow, ...]
    open_problems: int


def wanted_items(
    topic: str = "",
    status: str = "",
    interaction: str = "",
    level: str = "",
    difficulty: str = "",
    words: str = "",
) -> ItemFilter:
    """A filter from what was typed; what cannot be is left out."""
    return ItemFilter(
        topic[:16],
        status if status in STATUSES else "",
        interaction if interaction in TITLES else "",
        level if level in LEVELS else "",
        int(difficulty) if difficulty in ("1", "2", "3") else None,
        tuple(words.replace("\0", "")[:_LONGEST_WORDS].split()[:_MOST_WORDS]),
    )


def list_items(store: Store, bank_slug: str | None, wanted: ItemFilter, page: int) -> ItemList | None:
    """Items of a bank, of the first one without a slug; a page beyond the last is the last.

    None while there is no bank; raises NotFound for an unknown one.
    """
    with store.read() as conn:
        banks = rows.all_banks(conn)
        if not banks:
            return None
        bank = next((one for one in banks if bank_slug in (None, one.slug)), None)
        if bank is None:
            raise NotFound
        count = catalogue.count_items(conn, bank.id, wanted)
        pages = max(1, -(-count // PAGE))
        shown = min(max(1, page), pages)
        found = catalogue.page_of_items(conn, bank.id, wanted, (shown - 1) * PAGE, PAGE)
        publics = rows.public_items(conn, [one.version for one in found])
        titles = rows.topic_titles(conn, bank.id)
    listed = tuple(ListedItem(one, _excerpt(publics[one.version].stem)) for one in found)
    return ItemList(bank.slug, bank.title, tuple(titles.items()), listed, count, shown, pages)


def _excerpt(stem: str) -> str:
    text = " ".join(stem.split())
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1].rsplit(" ", 1)[0] + "…"


def preview_item(
    store: Store, account_id: int, item_id: int, version: str | None = None, seed: int | None = None
) -> Preview:
    """An item, or a stored version of it, with its explanation unless an open timed attempt holds it shut.

    Of a template, `seed` shows that variant of it. Raises NotFound for an unknown item, for a version that is
    not its own, and for a seed where there is no template.
    """
    with store.read() as conn:
        row = catalogue.find_item(conn, item_id)
        if row is None:
            raise NotFound
        bank_slug = catalogue.bank_slug_of(conn, row.bank_id)
        versions = catalogue.versions_of(conn, bank_slug, row.slug)
        chosen = version or row.version
        if chosen not in {one.version for one in versions}:
            raise NotFound
        question, explanation = _shown(conn, account_id, chosen, row.concept, seed)
        topic = rows.topic_titles(conn, row.bank_id).get(row.topic, row.topic)
        problems = catalogue.open_problems(conn, row.id)
    return Preview(row, bank_slug, topic, chosen, question, explanation, versions, problems)


def _shown(
    conn: Connection, account_id: int, version: str, concept_now: str, seed: int | None
) -> tuple[AskedItem, RevealedItem | None]:
    public = rows.public_items(conn, [version])[version]
    sitting = attempt_rows.sitting_of(conn, account_id)
    # An edit may have moved the item to another concept: an open attempt on either keeps it shut.
    sealed = tuple(Sealed(public.id, version, concept) for concept in {public.concept, concept_now})
    free, shut = sealed_apart(sealed, sitting)
    if shut:
        return asked(public, _order(public)), None
    released = release(free, Ground.PREVIEW, holds=True, sitting=sitting)
    if seed is None:
        secret = rows.secret_items(conn, released)[version]
    else:
        item = variant_of(rows.templates(conn, released).get(version), seed)
        public, secret = item.public, item.secret
    order = _order(public)
    return asked(public, order), revealed(public, secret, order, NO_RESPONSE)


def _order(public: PublicItem) -> tuple[str, ...]:
    """The options as they are written."""
    written = INTERACTIONS[public.interaction].dump_body(public.body).get("options", ())
    return tuple(one["id"] for one in written)


def retire_item(store: Store, item_id: int, now: datetime) -> None:
    """Retire an item at once: no draw finds it, nor the case set it belongs to, once this returns.

    Attempts under way keep it. Raises NotFound, and Conflict where it is retired already.
    """

    def unit(conn: Connection) -> None:
        row = catalogue.find_item(conn, item_id)
        if row is None:
            raise NotFound
        if row.status == Status.RETIRED:
            raise Conflict("item_retired")
        publishing.retire_by_hand(conn, item_id, now)

    store.write(unit)
