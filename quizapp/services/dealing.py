"""Booklets: drawn by a blueprint or by name, variants computed, options in order; nothing is stored here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import Connection

from quizapp.assessment.assembly import BookletEntry, draw, option_orders
from quizapp.assessment.blueprint import ExamProfile
from quizapp.assessment.variants.dealt import Variant
from quizapp.services.errors import NotFound
from quizapp.services.facts import kept_out
from quizapp.services.variants import with_variants
from quizapp.store import attempts as attempt_rows
from quizapp.store import items as item_rows
from quizapp.store.exams import OfferedExam


@dataclass(frozen=True)
class Dealt:
    """A booklet that is dealt and stored nowhere yet: who stores it later need not draw or compute."""

    seed: int
    entries: tuple[BookletEntry, ...]
    orders: tuple[tuple[str, ...], ...]
    variants: tuple[Variant, ...] = ()


def deal_timed(conn: Connection, account_id: int, offered: OfferedExam, seed: int, now: datetime) -> Dealt:
    """A booklet of an exam for a timed test; raises BlueprintShort where the bank cannot fill it."""
    avoid = kept_out(conn, offered, now.date())
    return _dealt(conn, drawn(conn, account_id, offered.bank_id, offered.profile, seed, avoid), seed)


def deal_tutor(conn: Connection, account_id: int, bank_id: int, profile: ExamProfile, seed: int) -> Dealt:
    """A booklet by a profile's blueprint for the tutor, without what the account sits a timed test on.

    Raises BlueprintShort where the bank cannot fill it.
    """
    avoid = attempt_rows.sitting_of(conn, account_id).concepts
    return _dealt(conn, drawn(conn, account_id, bank_id, profile, seed, avoid), seed)


def drawn(
    conn: Connection,
    account_id: int,
    bank_id: int,
    profile: ExamProfile,
    seed: int,
    avoid: frozenset[str],
) -> tuple[BookletEntry, ...]:
    """The items of a booklet as they stand in the bank; raises BlueprintShort where it cannot fill one."""
    cells = {cell for part in profile.parts for quota in part.blueprint for cell in quota.cells}
    counts, seen = item_rows.survey(conn, bank_id, account_id, cells)
    return draw(
        profile,
        counts,
        seen,
        lambda places: item_rows.fetch_units(conn, bank_id, account_id, places),
        Random(seed),  # noqa: S311 - the seed is stored, so that a draw can be repeated
        avoid,
    )


def deal_named(conn: Connection, account_id: int, bank_id: int, slugs: Sequence[str], seed: int) -> Dealt:
    """A booklet of one part of the items named, without those retired; raises NotFound where none is left."""
    items = item_rows.drawn_items(conn, bank_id, account_id, slugs)
    if not items:
        raise NotFound
    return _dealt(conn, [BookletEntry(place, 0, one) for place, one in enumerate(items, start=1)], seed)


def _dealt(conn: Connection, undealt: Sequence[BookletEntry], seed: int) -> Dealt:
    entries, variants = with_variants(conn, undealt, seed)
    made = {one.version: one.item.public for one in variants}
    stored = item_rows.public_items(conn, {one.item.version for one in entries} - made.keys())
    publics = {**stored, **made}
    return Dealt(seed, entries, option_orders(seed, [publics[one.item.version] for one in entries]), variants)
